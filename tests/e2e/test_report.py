"""The report in a real browser: it draws, asks no host, fits the phone, answers at an address, and can be read by
everyone."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from gigacampus.report import figures, stories
from tests.report.synthetic import PLACE, SyntheticResult

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
READY = "html[data-ready=yes]"


PATIENCE_MS = 10_000


def until(tab, true):
    """Whether ``true()`` comes to hold, looked at again and again for as long as a loaded machine may take."""
    for _ in range(PATIENCE_MS // 50):
        if true():
            return True
        tab.wait_for_timeout(50)
    return False


def show(tab, report):
    tab.goto(report.as_uri())
    tab.wait_for_selector(READY, state="attached", timeout=30_000)
    return tab


@pytest.fixture(scope="module")
def desktop(launch, report):
    return show(launch(), report)


@pytest.fixture(scope="module")
def phone(launch, report):
    return show(launch(width=390, height=844, has_touch=True, color_scheme="dark"), report)


@pytest.fixture(scope="module")
def window(launch, report):
    """A page whose window is resized; each test that takes it leaves it as it likes."""
    return show(launch(width=1440, height=900), report)


def test_the_report_is_short_until_something_is_opened(window):
    assert window.locator("#compare").count() == 1
    height = window.evaluate("document.documentElement.scrollHeight - document.getElementById('compare').offsetHeight")
    assert height <= 9 * 900


def test_draws_every_figure_asks_no_host_and_says_nothing(desktop, report):
    from playwright.sync_api import expect

    opened = "all => all.map(e => e.closest('.chart').dataset.figure)"
    first = desktop.eval_on_selector_all(".chart .drawing > svg", opened)
    assert [name for name in first if not name.startswith("compare_")] == stories.chosen([f.name for f in figures.ALL])
    desktop.locator("#stories > details > summary").click()
    expect(desktop.locator("#stories .drawing > svg")).to_have_count(len(figures.ALL), timeout=30_000)
    named = desktop.eval_on_selector_all(".chart .drawing > svg", "all => all.map(e => e.getAttribute('aria-label'))")
    assert len(set(named)) == len(named) and not any("visualization" in name for name in named)
    assert desktop.locator("[aria-label='Vega visualization'], [aria-roledescription=visualization]").count() == 0
    assert report.as_uri() in desktop.asked
    assert set(desktop.asked) <= {report.as_uri(), "data:,"}
    assert desktop.said == []


def test_eval_injection_and_requests_are_refused_by_the_page_itself(launch, report):
    tab = show(launch(), report)
    tab.evaluate("""() => {
        window.refused = [];
        addEventListener('securitypolicyviolation', e => refused.push(e.effectiveDirective + ' ' + e.blockedURI));
        fetch('http://127.0.0.1:9/').catch(() => 0);
        setTimeout("document.title = 'evaluated'", 0);
        const script = Object.assign(document.createElement('script'), {textContent: "document.title = 'injected'"});
        document.body.append(script);
        document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/a.png'}));
    }""")
    until(tab, lambda: len(set(tab.evaluate("refused"))) == 4)
    assert tab.title() == "Two Rivers AI (made up)"
    assert set(tab.evaluate("refused")) == {
        "connect-src http://127.0.0.1:9/",
        "script-src eval",
        "script-src-elem inline",
        "img-src http://127.0.0.1:9/a.png",
    }


def test_a_changed_script_does_not_run(launch, report, tmp_path):
    text = report.read_text(encoding="utf-8")
    head, tail = text.rsplit("<script>", 1)
    changed = tmp_path / "changed.html"
    changed.write_text(head + "<script>" + tail.replace("</script>", ";</script>", 1), encoding="utf-8")
    tab = launch()
    tab.goto(changed.as_uri())
    tab.wait_for_timeout(500)
    assert tab.locator(READY).count() == 0
    assert tab.locator("h1").inner_text() == "Two Rivers AI (made up)"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(window, width):
    window.set_viewport_size({"width": width, "height": 900})
    wide = "all => all.filter(e => e.getBoundingClientRect().width > e.parentElement.clientWidth + 1).length"
    assert until(window, lambda: window.evaluate("document.documentElement.scrollWidth") <= width)
    # While a drawing is replaced there is none for a moment.
    assert until(window, lambda: window.locator("#fig-ladder .drawing > svg").count() == 1)
    assert until(window, lambda: window.eval_on_selector_all(".drawing > svg", wide) == 0)


def test_prose_with_the_path_of_an_input_breaks_on_a_phone(launch, report):
    tab = show(launch(width=320), report)
    tab.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    path = "products.chat_user_growth_per_year_of_a_region"
    tab.eval_on_selector_all("li.claim p, figcaption, #limits li", f"all => all.forEach(e => e.append(' {path}'))")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_figures_follow_the_window(window):
    def width():
        box = window.locator("#fig-ladder .drawing > svg").bounding_box()
        return box["width"] if box else np.inf

    window.set_viewport_size({"width": 1280, "height": 900})
    assert until(window, lambda: 600 < width() < np.inf)
    window.set_viewport_size({"width": 600, "height": 900})
    assert until(window, lambda: width() < 600)


def door_oracle(lat, lon):
    """The door's rule again, in numpy: four nearest points by (log km, bearing) from the nearest campus, 1/d^2."""
    result = SyntheticResult()
    door, sites = result.manifest["map"]["door"], [c["site"] for c in result.scenario["campuses"].values()]

    def polar(site, at_lat, at_lon):
        north = (np.asarray(at_lat) - site["lat"]) * 111.195
        east = (np.asarray(at_lon) - site["lon"]) * 111.195 * np.cos(np.radians(site["lat"]))
        return np.hypot(north, east), np.arctan2(east, north)

    site = min(sites, key=lambda s: polar(s, lat, lon)[0])
    km, bearing = polar(site, door["lat"], door["lon"])
    here_km, here_bearing = polar(site, lat, lon)
    turn = np.angle(np.exp(1j * (bearing - here_bearing)))
    distance2 = (np.log(km) - np.log(here_km)) ** 2 + turn**2
    near = np.argsort(distance2, kind="stable")[:4]
    weight = 1 / distance2[near]
    return {
        n: float(np.dot(weight, np.array(door[n])[near]) / weight.sum())
        for n in ("noise_night_dba", "noise_day_dba", "no2_ugm3", "pm25_ugm3")
    }


def told(tab):
    cells = tab.eval_on_selector_all(".said td[data-value]", "all => all.map(e => e.dataset.value)")
    return {name: float(value) for name, value in (c.split(" ") for c in cells)}


@pytest.mark.parametrize(("lat", "lon"), [(40.0243, -95.0131), (39.9307, -95.1204), (39.9871, -95.0497), (40.0805, -94.9402)])
def test_door_answers_as_its_rule_says(desktop, lat, lon):
    desktop.fill("#door-at", f"{lat}, {lon}")
    desktop.press("#door-at", "Enter")
    assert told(desktop) == pytest.approx(door_oracle(lat, lon), rel=2e-3)


def test_door_at_a_computed_point_gives_that_point(desktop):
    door = SyntheticResult().manifest["map"]["door"]
    desktop.fill("#door-at", f"{door['lat'][40]}, {door['lon'][40]}")
    desktop.press("#door-at", "Enter")
    assert told(desktop)["noise_night_dba"] == pytest.approx(door["noise_night_dba"][40], rel=1e-3)


def test_door_at_a_place_that_the_run_follows_says_what_the_command_says(desktop):
    desktop.fill("#door-at", f"{PLACE[0] + 0.0001}, {PLACE[1]}")
    desktop.press("#door-at", "Enter")
    here, around = told(desktop), door_oracle(PLACE[0] + 0.0001, PLACE[1])
    assert here["noise_night_dba"] == 47.25 != pytest.approx(around["noise_night_dba"], rel=2e-3)
    assert here["noise_day_dba"] == pytest.approx(around["noise_day_dba"], rel=2e-3)


def test_door_says_when_a_place_is_outside_or_not_a_place(desktop):
    desktop.fill("#door-at", "41.5, -95")
    desktop.press("#door-at", "Enter")
    assert "outside the area that was computed" in desktop.locator("div.said").inner_text()
    assert told(desktop) == {}
    desktop.fill("#door-at", "Main Street 5")
    desktop.press("#door-at", "Enter")
    assert desktop.get_attribute("#door-at", "aria-invalid") == "true"


def test_map_works_by_keyboard_alone(desktop):
    desktop.focus("button[aria-label='Show all']")
    desktop.keyboard.press("Enter")
    desktop.focus("svg.map")
    for key in ("ArrowRight", "ArrowUp", "+", "+"):
        desktop.keyboard.press(key)
    desktop.keyboard.press("Enter")
    assert re.search(r"\d+(\.\d)? km \S+ of (North|South) campus", desktop.locator(".said caption").first.inner_text())
    assert set(told(desktop)) == {"noise_night_dba", "noise_day_dba", "no2_ugm3", "pm25_ugm3"}


def test_tapping_the_map_on_a_phone_answers_in_sight(phone):
    phone.locator("svg.map").scroll_into_view_if_needed()
    box = phone.locator("svg.map").bounding_box()
    phone.touchscreen.tap(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    phone.wait_for_selector(".said td[data-value]")

    def top():
        return phone.locator(".said caption").first.bounding_box()["y"]

    assert until(phone, lambda: 0 <= top() <= 844)


def test_run_without_a_door_says_so(launch, tmp_path):
    from gigacampus.report import page

    result = SyntheticResult(worlds=3, draws=4)
    del result.manifest["map"]
    tab = show(launch(), page.write(result, tmp_path / "no_door.html"))
    tab.fill("#door-at", "40.0, -95.0")
    tab.press("#door-at", "Enter")
    text = tab.locator("div.said").inner_text()
    assert "holds no grid" in text and "m³/day" in text
    assert tab.said == []


def test_saved_csv_and_svg_hold_the_figure(desktop):
    with desktop.expect_download() as caught:
        desktop.locator("#fig-ladder .tools button", has_text="Save CSV").click()
    rows = Path(caught.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(rows) == 73 and rows[0].startswith("Month,Announced (GW)")
    with desktop.expect_download() as caught:
        desktop.locator("#fig-ladder .tools button", has_text="Save SVG").click()
    svg = Path(caught.value.path()).read_text(encoding="utf-8")
    assert svg.startswith("<svg") and "#0b62a4" in svg and "var(" not in svg


def test_copy_gives_the_command(window):
    from playwright.sync_api import expect

    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.locator("#reproduce > summary").click()
    button = window.locator("button[data-copy=as-cli]")
    button.click()
    expect(button).to_have_text("Copied")
    assert window.evaluate("navigator.clipboard.readText()").startswith("gigacampus run ")


def test_a_reader_sets_the_order_and_an_anchor_opens_what_it_names(window):
    window.set_viewport_size({"width": 1280, "height": 900})
    before = window.locator(".tile-county").bounding_box()["x"]
    window.locator("button[data-reader=official]").click()
    assert window.locator(".tile-county").bounding_box()["x"] < before
    assert window.locator("button[data-reader=official]").get_attribute("aria-pressed") == "true"
    window.evaluate("location.hash = '#limits'")
    window.wait_for_selector("#limits[open]")


def test_pointer_over_a_figure_shows_the_month(desktop):
    desktop.locator("#fig-compute_delivered .drawing > svg").scroll_into_view_if_needed()
    desktop.locator("#fig-compute_delivered .drawing > svg").hover(position={"x": 200, "y": 120})
    desktop.wait_for_selector("#tip:not([hidden])")
    assert re.match(r"[A-Z][a-z]{2} 20\d\d\s*Training compute: ", desktop.locator("#tip").inner_text())


FULL = [(width, scheme, lang) for width in (320, 390, 820, 1440) for scheme in ("light", "dark") for lang in ("en", "zh")]
QUICK = [(390, "dark", "zh")]


@pytest.fixture(scope="module")
def chinese(tmp_path_factory):
    from gigacampus.foundation.language import speaking
    from gigacampus.report import page

    with speaking("zh"):
        return page.write(SyntheticResult(), tmp_path_factory.mktemp("report") / "zh.html")


@pytest.mark.parametrize(
    ("width", "scheme", "lang"), [pytest.param(*case, marks=[] if case in QUICK else [pytest.mark.slow]) for case in FULL]
)
def test_axe_finds_nothing_and_nothing_is_too_wide(launch, report, chinese, width, scheme, lang):
    if not AXE.is_file():
        pytest.skip("AXE SKIPPED: web/node_modules is not installed")
    tab = show(launch(width=width, color_scheme=scheme), chinese if lang == "zh" else report)
    tab.fill("#door-at", "40.0, -95.03")
    tab.press("#door-at", "Enter")
    tab.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    tab.locator("#fig-ladder .tools button").first.click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes.length, "
        "v.nodes[0].html.slice(0, 160)]))"
    )
    assert found == []


def test_a_piece_is_shown_alone_and_a_claim_is_copied_whole(launch, report):
    from playwright.sync_api import expect

    claim = SyntheticResult().manifest["claims"][0]["id"]
    tab = launch()
    for piece in ("fig-ladder", f"claim-{claim}"):
        tab.goto("about:blank")
        tab.goto(f"{report.as_uri()}#embed={piece}")
        tab.wait_for_selector(READY, state="attached")
        assert tab.locator(f"#{piece}").is_visible() and not tab.locator("nav, #first, #answers, h1").first.is_visible()
        assert tab.locator("figure:visible, li.claim:visible").count() == 1
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.locator(".quote:visible").click()
    expect(tab.locator(".quote:visible")).to_have_text("Copied")
    quoted = tab.evaluate("navigator.clipboard.readText()")
    assert quoted.startswith("<blockquote cite=") and f"#claim-{claim}" in quoted and "Two Rivers AI" in quoted and "<script" not in quoted
    assert tab.said == []


def test_print_shows_figures_on_white_without_controls(window):
    window.emulate_media(color_scheme="dark")
    window.locator("#stories > details > summary").click()
    window.wait_for_selector("#fig-escape .drawing > svg")
    window.emulate_media(media="print", color_scheme="dark")
    assert window.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not window.locator("nav").is_visible() and not window.locator(".tools").first.is_visible()
    line = window.locator("#fig-escape .drawing path[stroke^='var(--teal)']").first
    assert line.evaluate("e => getComputedStyle(e).stroke") == "rgb(0, 143, 122)"


def test_a_place_is_found_by_its_name_and_what_has_none_is_refused(desktop):
    desktop.fill("#door-at", "village centre")
    desktop.press("#door-at", "Enter")
    assert "Village centre" in desktop.input_value("#door-at")
    assert "noise_night_dba" in told(desktop) and "in a year" in desktop.inner_text(".said")
    desktop.fill("#door-at", "Nowhere Lane")
    desktop.press("#door-at", "Enter")
    assert "has that name" in desktop.inner_text(".said")


def test_months_and_layers_move_the_labels_of_the_places(desktop):
    label = "document.querySelector('.receptor text').textContent"
    desktop.evaluate("(() => { const r = document.querySelector('#map-month'); r.value = r.max; r.dispatchEvent(new Event('input')); })()")
    assert "Dec 2030" in desktop.get_attribute("#map-month", "aria-valuetext") and "dBA" in desktop.evaluate(label)
    desktop.check("input[name=map-layer][value=no2]")
    assert "µg/m³" in desktop.evaluate(label) and desktop.locator(".spot").count() > 50
    desktop.check("input[name=map-layer][value=noise]")
    desktop.click(".hot-day summary")
    desktop.focus("#hot-hour")
    desktop.keyboard.press("ArrowRight")
    assert "16:00" in desktop.get_attribute("#hot-hour", "aria-valuetext") and desktop.locator("path.plume").count() == 1


def test_why_opens_the_chain_behind_a_figure_by_keyboard(desktop):
    button = desktop.locator("#fig-ladder .tools button", has_text="Why?")
    button.focus()
    desktop.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true" and "buildout" in desktop.inner_text("#fig-ladder .why")
    desktop.keyboard.press("Enter")
    assert desktop.locator("#fig-ladder .why").count() == 0
    with desktop.expect_download() as caught:
        desktop.locator("#fig-ladder .tools button", has_text="Save PNG").click()
    assert Path(caught.value.path()).read_bytes().startswith(b"\x89PNG")


TASKS = {
    "find my place": [("fill", "#door-at", "Elm Street School"), ("press", "#door-at", "Enter"), ("see", ".said td[data-value]")],
    "print my page": [
        ("fill", "#door-at", "Elm Street School"),
        ("press", "#door-at", "Enter"),
        ("click", ".print-place"),
        ("see", "[data-printed]"),
    ],
    "share a claim": [("click", "#claim-{claim} summary"), ("click", "#claim-{claim} .note a"), ("hash", "#claim-{claim}")],
    "what moves cash": [("click", "#stories > details > summary"), ("see", "#fig-tornado .drawing > svg")],
    "when 1 GW": [("see", "#fig-ladder figcaption:has-text('reaches 1 GW')")],
    "why a figure is what it is": [("click", "#fig-ladder .tools button:has-text('Why?')"), ("see", "#fig-ladder .why")],
    "tax by body": [
        ("click", "nav a[href='#answers']"),
        ("click", "#money > summary"),
        ("click", "#money details > summary"),
        ("see", "#money table"),
    ],
    "export books": [("click", "nav a[href='#reproduce']"), ("see", "#as-books")],
}
"""What newcomers come for, as actions from the first screen and what must then be seen."""


@pytest.mark.parametrize("task", TASKS)
def test_newcomers_need_three_actions_at_most(desktop, report, task):
    claim = SyntheticResult().manifest["claims"][0]["id"]
    desktop.goto("about:blank")
    tab = show(desktop, report)
    tab.evaluate("window.print = () => { document.body.dataset.printed = document.documentElement.dataset.print; }")
    *actions, (kind, wanted) = [tuple(part.format(claim=claim) for part in step) for step in TASKS[task]]
    assert len(actions) <= 3
    for act, where, *rest in actions:
        getattr(tab.locator(where).first, act)(*rest)
    if kind == "hash":
        assert tab.evaluate("location.hash") == wanted
    else:
        tab.locator(wanted).first.wait_for(state="visible", timeout=30_000)
    assert tab.said == []


@pytest.mark.parametrize(("level_db", "rows"), [(0.0, 0), (41.0, 1)])
def test_octaves_of_a_place_are_levels_only_where_something_sounds(launch, tmp_path, level_db, rows):
    from gigacampus.report import page

    result = SyntheticResult()
    count = len(result.manifest["map"]["door"]["lat"])
    octaves = [
        {"name": f"octave_{hz}", "title": f"{hz} Hz", "unit": "dB", "group": "octaves", "value": [level_db] * count, "half": [1.0] * count}
        for hz in (63, 125)
    ]
    result.manifest["map"]["door"]["more"] = octaves
    tab = show(launch(), page.write(result, tmp_path / "report.html"))
    site = next(iter(result.scenario["campuses"].values()))["site"]
    tab.fill("#door-at", f"{site['lat'] + 0.01}, {site['lon']}")
    tab.press("#door-at", "Enter")
    assert until(tab, lambda: tab.locator(".said td[data-value]").count() > 0)
    assert tab.locator(".said td[data-value^='octave_']").count() == 2 * rows
    assert tab.locator(".said .octaves-none").count() == 1 - rows
