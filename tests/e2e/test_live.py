"""The live page in a real browser, served by the real command: by keyboard alone, offline, and readable by everyone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="BROWSER TESTS SKIPPED: the extra `app` is not installed")

from tests.e2e.test_report import AXE
from tests.pipeline.conftest import SMALL

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
GAS = "market.gas_usd_per_mmbtu"
ROW = f".slider[data-path='{GAS}']"


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
    (folder / "small.yaml").write_text(SMALL.replace("worlds: 5", "worlds: 3"))
    process, found = serve(folder)
    yield found
    assert leave(process) == (0, "stopped\n", "")
    assert not list((folder / "runs").glob(".*"))


@pytest.fixture(scope="module")
def tab(launch, address):
    found = launch()
    found.goto(address)
    found.wait_for_selector("html[data-ready=yes]", state="attached")
    found.select_option("#futures", "1")
    return found


def headline(tab, row="burn_month"):
    return tab.locator(f".beside tr[data-id={row}] td").all_inner_texts()


def run(tab):
    tab.evaluate("document.querySelector('#live-said').textContent = ''")
    tab.focus("button.go")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#live-said:has-text('Done')", timeout=120_000)


def test_before_and_after_by_keyboard_alone(tab):
    run(tab)
    assert len(headline(tab)) == 1
    tab.focus(f"{ROW} input[type=range]")
    tab.keyboard.press("End")
    held = float(tab.input_value(f"{ROW} input[type=number]"))
    assert held > 5.2 and "USD/MMBtu" in tab.get_attribute(f"{ROW} input[type=range]", "aria-valuetext")
    run(tab)
    before, after, change = headline(tab)
    assert before != after and change.startswith("+")
    assert headline(tab, "it_mw_now")[2] == "same"
    assert re.search(r"[1-9]\d* of \d+ figures differ", tab.inner_text("#live-said"))


def test_an_exact_value_and_back(tab):
    tab.fill(f"{ROW} input[type=number]", "4.25")
    tab.press(f"{ROW} input[type=number]", "Tab")
    assert float(tab.input_value(f"{ROW} input[type=range]")) == pytest.approx(4.25)
    tab.fill(f"{ROW} input[type=number]", "-3")
    tab.press(f"{ROW} input[type=number]", "Tab")
    assert tab.locator(ROW).evaluate("e => e.classList.contains('held')")
    assert float(tab.input_value(f"{ROW} input[type=range]")) == pytest.approx(4.25)
    tab.click(f"{ROW} button")
    assert not tab.locator(ROW).evaluate("e => e.classList.contains('held')")
    assert tab.evaluate("document.activeElement.type") == "range"


def test_the_full_report_opens_and_draws_in_its_sandbox(tab):
    tab.click("text=Write the full report: before")
    link = tab.wait_for_selector(".offers a", timeout=120_000)
    with tab.context.expect_page() as caught:
        link.click()
    report = caught.value
    report.wait_for_selector("html[data-ready=yes]", state="attached", timeout=30_000)
    assert report.locator(".chart .drawing > svg").count() > 5
    assert report.evaluate("fetch('/api/runs').then(() => 'answered', () => 'refused')") == "refused"
    report.close()
    assert tab.locator("#live-runs a").count() == 1


def test_a_refusal_is_shown_with_its_fix(tab):
    tab.evaluate("document.querySelector('#scenario').append(new Option('gone'))")
    tab.select_option("#scenario", "gone")
    tab.wait_for_selector("#live-problem .warning")
    assert "no scenario of that name" in tab.inner_text("#live-problem")
    tab.select_option("#scenario", "small")
    tab.wait_for_selector("#live-problem:empty", state="attached")


def test_it_asks_its_own_server_only_and_says_nothing(tab, address):
    assert {u for u in tab.asked if not u.startswith((address, "data:"))} == set()
    assert [t for t in tab.said if "404" not in t and "Refused to connect" not in t] == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_and_nothing_is_too_wide(launch, address, width, scheme):
    if not AXE.is_file():
        pytest.skip("AXE SKIPPED: web/node_modules is not installed")
    tab = launch(width=width, color_scheme=scheme)
    tab.goto(address)
    tab.wait_for_selector("html[data-ready=yes]", state="attached")
    tab.select_option("#futures", "1")
    run(tab)
    tab.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes.length, "
        "v.nodes[0].html.slice(0, 160)]))"
    )
    assert found == []
