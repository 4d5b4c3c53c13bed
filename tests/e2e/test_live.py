"""The live page in a real browser, served by the real command: by keyboard alone, offline, and readable by everyone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="BROWSER TESTS SKIPPED: the extra `app` is not installed")

from gigacampus.explore.instant_estimate import Move, estimate
from tests.e2e.test_report import AXE
from tests.pipeline.conftest import SMALL

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
GAS = "market.gas_usd_per_mmbtu"
ROW = f".slider[data-path='{GAS}']"
FIELD = f"{ROW} .exact input"
RANGE = f"{ROW} input[type=range]"
NEIGHBOUR = """\
title: A neighbour that waits for the grid
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 18}
run: {worlds: 5, draws: 32, seed: 7}
company: null
campuses:
  west:
    site: {lat: 39.9, lon: -82.8, weather: lib:weather/columbus_oh}
    blocks:
      grid: {kind: grid_tranche, mw: 60, in_service: 2026-03-01}
      transformer: {kind: substation, mw: 60, in_service: 2026-01-01}
      hall: {kind: hall, it_mw: 45, in_service: 2026-01-01}
      dry: {kind: cooling, model: "lib:cooling/dry_cooler_generic", heat_mw: 60, in_service: 2026-01-01}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 25000, in_service: 2026-01-01}
uncertainty:
  campuses.west.blocks.grid.slip_days: {kind: uniform, low: 0, high: 120}
"""
"""Another's campus, with nobody's books and a grid connection that may come late."""
LATE = ".slider[data-path='campuses.west.blocks.grid.slip_days'] .exact input"


def serve(folder: Path, *more: str) -> tuple[subprocess.Popen[str], str]:
    """The command in a process of its own, and the address that it printed."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "GIGACAMPUS_CACHE": str(folder / "cache")}
    process = subprocess.Popen(
        [sys.executable, "-m", "gigacampus", "serve", "small.yaml", "--port", "0", *more],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, line + process.stderr.read()
    return process, found.group()


def leave(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    from gigacampus.report import page

    if page.built_viewer() is None or 'getElementById("live")' not in page.built_viewer()[0]:
        pytest.skip("BROWSER TESTS SKIPPED: the viewer has not been built from these sources (make viewer)")
    folder = tmp_path_factory.mktemp("served")
    (folder / "small.yaml").write_text(SMALL.replace("months: 36", "months: 24"))
    (folder / "neighbour.yaml").write_text(NEIGHBOUR)
    process, found = serve(folder, "neighbour.yaml")
    yield found
    assert leave(process) == (0, "stopped\n", "")
    assert not list((folder / "runs").glob(".*"))


def at(tab, address, fragment="scenario=small&futures=1"):
    tab.goto(f"{address}#{fragment}")
    tab.wait_for_selector("html[data-ready=yes]", state="attached")
    computed(tab)
    return tab


def computed(tab):
    tab.wait_for_selector("#live-five .card", timeout=180_000)
    tab.wait_for_selector("#live-five:not(:has(.guess, .none))", timeout=180_000)
    tab.wait_for_selector("html[data-busy=no]", state="attached", timeout=180_000)


@pytest.fixture(scope="module")
def tab(launch, address):
    return at(launch(), address)


def card(tab, row="burn_month"):
    return tab.inner_text(f".card[data-id={row}]")


def test_an_estimate_at_once_and_the_exact_run_by_itself(tab):
    assert "as in the scenario" in card(tab)
    before = tab.inner_text(".card[data-id=burn_month] .value")
    tab.focus(RANGE)
    for _ in range(6):
        tab.keyboard.press("PageUp")
    assert "estimate, ±" in card(tab) and tab.locator(".card.guess").count() >= 3
    assert float(tab.evaluate("document.documentElement.dataset.estimateMs")) < 1000
    assert "USD/MMBtu, band shifted" in tab.get_attribute(RANGE, "aria-valuetext")
    computed(tab)
    assert "computed" in card(tab) and f"before: {before}" in card(tab)
    assert tab.locator(".small .ghost").count() == 4
    command = tab.inner_text("#live-command")
    assert "gigacampus run scenarios/small.yaml --worlds 25 --draws 384" in command
    assert f"--set 'uncertainty.{GAS}=" in command and '"kind": "lognormal"' in command


def test_the_state_is_in_the_address_and_outlives_a_reload(tab):
    fragment = tab.evaluate("location.hash")
    assert f"shift={GAS}:" in fragment.replace("%3A", ":")
    value = tab.input_value(FIELD)
    tab.reload()
    tab.wait_for_selector("html[data-ready=yes]", state="attached")
    computed(tab)
    assert tab.input_value(FIELD) == value and tab.evaluate("location.hash") == fragment
    assert "computed" in card(tab)


def test_hold_and_back_by_keyboard_alone(tab):
    tab.focus(f"{ROW} input[type=radio]")
    tab.keyboard.press("ArrowRight")
    assert f"hold={GAS}:" in tab.evaluate("location.hash").replace("%3A", ":")
    assert tab.get_attribute(RANGE, "aria-valuetext").endswith("held")
    tab.focus(f"{ROW} button.back")
    tab.keyboard.press("Enter")
    assert GAS not in tab.evaluate("location.hash")
    assert tab.evaluate("document.activeElement.type") == "range"
    computed(tab)


def test_wrong_input_is_refused_beside_its_field(tab):
    for text, word in (("-3", "Between 0 and 10,000"), ("cheap", "Type a number")):
        tab.fill(FIELD, text)
        tab.press(FIELD, "Tab")
        assert word in tab.inner_text(f"{ROW} .warning") and tab.get_attribute(FIELD, "aria-invalid") == "true"
        assert GAS not in tab.evaluate("location.hash")
    tab.fill(FIELD, "4.25")
    tab.press(FIELD, "Tab")
    assert tab.inner_text(f"{ROW} .warning") == "" and tab.get_attribute(FIELD, "aria-invalid") == "false"
    cash = ".slider[data-path='company.opening_cash_usd'] .exact input"
    tab.fill(cash, "2.5 billion")
    tab.press(cash, "Tab")
    assert tab.input_value(cash) == "2.5bn" and "company.opening_cash_usd:2500000000" in tab.evaluate("location.hash").replace("%3A", ":")
    computed(tab)
    tab.click("#live-reset")
    computed(tab)


def test_the_browser_estimates_as_python_does(tab, address):
    jobs = tab.evaluate("fetch('/api/jobs').then(r => r.json())")
    plain = next(
        j for j in jobs if j["state"] == "done" and "path" not in j["request"] and not j["request"]["shift"] and not j["request"]["set"]
    )
    data = tab.evaluate(f"fetch('/api/jobs/{plain['id']}/live').then(r => r.json())")["estimate"]
    moves = {GAS: Move(4.9, False), "campuses.south.blocks.chips.slip_days": Move(95.0, True), "compute.utilisation_frac": Move(0.7, False)}
    asked = [data, {path: {"value": m.value, "held": m.held} for path, m in moves.items()}]
    told = tab.evaluate("([data, moves]) => data.outcomes.map(o => gigacampusEstimate(data, o, new Map(Object.entries(moves))))", asked)
    ours = [estimate(data, outcome, moves) for outcome in data["outcomes"]]
    assert [t is None for t in told] == [o is None for o in ours] and sum(o is not None for o in ours) >= 3
    for theirs, mine in zip(told, ours, strict=True):
        if mine is not None:
            assert np.allclose(theirs["change"], mine[0], rtol=1e-9, atol=1e-9 * (1 + abs(mine[0]).max()))
            assert theirs["error"] == pytest.approx(mine[1], rel=1e-9)


def test_a_certain_input_is_found_by_its_words_and_gets_an_estimate_from_small_runs(tab):
    path = "company.raise_policy.trigger_months_of_cash"
    tab.click("#others summary")
    tab.fill("#find-input", "raise policy trigger")
    row = f".slider[data-path='{path}']"
    assert tab.locator("#live-others .slider").count() == 1 and "without spread" in tab.inner_text(row)
    tab.fill(f"{row} .exact input", "12")
    tab.press(f"{row} .exact input", "Tab")
    assert "no estimate yet" in card(tab) and f"hold={path}:12" in tab.evaluate("location.hash").replace("%3A", ":")
    computed(tab)
    tab.wait_for_selector(f"html[data-prepared~='{path}']", state="attached", timeout=180_000)
    tab.fill(f"{row} .exact input", "8")
    tab.press(f"{row} .exact input", "Tab")
    assert "estimate, \u00b1" in card(tab)
    computed(tab)
    tab.click("#live-reset")
    computed(tab)


def test_a_goal_line_asks_what_must_be_true(tab):
    tab.focus(".goal-range")
    tab.keyboard.press("ArrowLeft")
    tab.wait_for_selector(".goal-said:has-text('of futures meet it now')", timeout=120_000)
    assert "goal=solvent_until:" in tab.evaluate("location.hash").replace("%3A", ":")
    assert re.search(r"Price of gas|Cash at the start", tab.inner_text(".goal-said"))


def test_states_are_kept_side_by_side_and_outlive_a_reload(tab, address):
    tab.click("#kept summary")
    tab.click("#live-keep")
    tab.fill(FIELD, "4.9")
    tab.press(FIELD, "Tab")
    computed(tab)
    tab.click("#live-keep")
    assert tab.locator("#live-kept thead th").count() == 3
    tab.reload()
    tab.wait_for_selector("html[data-ready=yes]", state="attached")
    assert tab.locator("#live-kept thead th").count() == 3 and tab.locator("#live-kept tr.changed").count() >= 1
    computed(tab)


def test_the_full_report_opens_and_draws_in_its_sandbox(tab):
    tab.click("#figures summary")
    tab.click("text=Write the full report of this state")
    link = tab.wait_for_selector(".offers a", timeout=180_000)
    with tab.context.expect_page() as caught:
        link.click()
    report = caught.value
    report.wait_for_selector("html[data-ready=yes]", state="attached", timeout=60_000)
    assert report.locator(".chart .drawing > svg").count() > 5
    assert report.evaluate("fetch('/api/runs').then(() => 'answered', () => 'refused')") == "refused"
    report.close()
    assert tab.locator("#live-kept .runs a").count() == 1


TASKS = {
    "what if the grid is late": ("neighbour", [("fill", LATE, "300"), ("press", LATE, "Tab")]),
    "compare two runs": (
        "small",
        [
            ("click", "#kept > summary"),
            ("click", "#live-kept .runs li:nth-child(1) button"),
            ("click", "#live-kept .runs li:nth-child(2) button"),
        ],
    ),
    "open a peer": ("small", [("select_option", "#scenario", "neighbour")]),
}
"""What newcomers come to the live page for: the scenario that it shows, and actions from its first screen."""


@pytest.fixture(scope="module")
def two_runs(tab, address):
    """Two runs with their reports in the folder of the served runs, asked of the server as the page asks."""
    for utilisation in (0.7, 0.8):
        asked = {"scenario": "small", "set": {"compute.utilisation_frac": utilisation}, "worlds": 3, "draws": 16, "report": True}
        job = tab.evaluate(
            "asked => fetch('/api/jobs', {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(asked)})"
            ".then(r => r.json())",
            asked,
        )
        tab.wait_for_function(
            "id => fetch(`/api/jobs/${id}`).then(r => r.json()).then(j => j.state === 'done')", arg=job["id"], timeout=180_000, polling=500
        )


@pytest.mark.parametrize("task", TASKS)
def test_newcomers_need_three_actions_at_most(launch, address, two_runs, task):
    from playwright.sync_api import expect

    scenario, actions = TASKS[task]
    assert len(actions) <= 3
    tab = at(launch(width=1440), address, f"scenario={scenario}&futures=1")
    before = tab.inner_text("#live-five")
    for act, where, *rest in actions:
        getattr(tab.locator(where).first, act)(*rest)
    if task == "compare two runs":
        expect(tab.locator("#live-kept thead th")).to_have_count(3)
        assert tab.locator("#live-kept tr.changed").count() >= 1
        return
    expect(tab.locator("#live-title")).to_have_text("A neighbour that waits for the grid", timeout=180_000)
    computed(tab)
    assert tab.inner_text("#live-five") != before
    if task == "what if the grid is late":
        assert "computed" in tab.inner_text("#live-five") and "before: " in tab.inner_text("#live-five")
    assert tab.said == []


def test_it_asks_its_own_server_only_and_says_nothing(tab, address):
    assert {u for u in tab.asked if not u.startswith((address, "data:"))} == set()
    assert [t for t in tab.said if "404" not in t and "Refused to connect" not in t] == []


def judged(tab, width):
    tab.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    return tab.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes.length, "
        "v.nodes[0].html.slice(0, 160)]))"
    )


FULL = [(w, s, lang) for w in (320, 390, 820, 1440) for s in ("light", "dark") for lang in ("en", "zh")]
QUICK = [(1440, "light", "en")]


@pytest.mark.parametrize(
    ("width", "scheme", "lang"), [pytest.param(*case, marks=[] if case in QUICK else [pytest.mark.slow]) for case in FULL]
)
def test_axe_finds_nothing_and_nothing_is_too_wide(launch, address, width, scheme, lang):
    if not AXE.is_file():
        pytest.skip("AXE SKIPPED: web/node_modules is not installed")
    tab = launch(width=width, color_scheme=scheme)
    at(tab, f"{address}?lang={lang}", f"scenario=small&futures=1&hold={GAS}:4.25&goal=solvent_until:2027-06")
    assert judged(tab, width) == []
    assert tab.evaluate("document.documentElement.lang") == lang
