"""The written file: whole, inert to hostile data, policed by its own hashes, and readable without its viewer."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from ruamel.yaml import YAML

from gigacampus.report import claim_list, page
from gigacampus.report.markup import by_columns
from tests.report.synthetic import SyntheticResult

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
VIEWER = ("document.title='drawn'", "body{margin:0}")


class Tags(HTMLParser):
    """Collects tags, ids and scripts."""

    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, k, v) for k, v in attrs]
        self.ids += [v for k, v in attrs if k == "id"]


def parsed(text):
    tags = Tags()
    tags.feed(text)
    return tags


def block(text, name):
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.S).group(1))


def test_sections_come_in_order(synthetic):
    text = page.page(synthetic, VIEWER)
    order = re.findall(r'<section id="(\w+)"', text)
    assert order == ["first", "place", "claims", "stories", "answers"]
    assert text.index("<h1>") < text.index('class="strip"') < text.index('class="tiles"') < text.index('id="place"')
    behind = re.findall(r'<details id="(\w+)" class="behind"', text)
    assert behind == ["headline", "money", "inputs", "limits", "reproduce"]


def test_the_first_storey_says_three_sentences_and_each_claim_has_its_address(synthetic):
    text = page.page(synthetic, VIEWER)
    first = text[text.index('id="first"') : text.index('id="place"')]
    assert first.count("<li>2,231 MW") == 1 and "River school" not in first.split("hears")[1][:10]
    assert "1 of 2 that can be judged fit this run" in first and first.count('class="tile tile-') >= 1
    for claim in synthetic.manifest["claims"]:
        assert text.count(f'<li id="claim-{claim["id"]}"') == 1
    assert "8×10<sup>10</sup> km/year" in text and text.count('class="glyph"') == 2
    assert '<details class="answer" id="Q05">' in text


def test_titles_of_charts_are_findings_with_their_number(synthetic):
    specs, _ = page.drawn(synthetic)
    found = {name: page.stories.finding(synthetic, name, spec) for name, (_, spec) in specs.items()}
    told = {name: text for name, text in found.items() if text}
    assert len(told) >= 0.7 * len(specs), sorted(set(specs) - set(told))
    assert all(re.search(r"\d", text) for text in told.values()), told


def test_an_answer_shows_all_its_figures_what_moves_them_and_what_is_known(synthetic):
    shown = page.page(synthetic, None)
    assert "Water drawn, mean" in shown and "On the highest day" in shown and "hottest day of Jul 2027" in shown
    assert "12,000 m³/day" in shown and "9,000 to 14,000 m³/day" in shown
    assert '<span title="campuses.south.cooling">cooling at south (−0.42)</span>; <span title="weather.shift_c">' in shown
    assert "a utility&#x27;s reading, 8,000 m3/day, became known later: the model 14&nbsp;% above" in shown
    assert "without a figure of ours" not in shown


def test_policy_allows_this_script_and_style_and_nothing_else(synthetic):
    text = page.page(synthetic, VIEWER)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text).group(1)
    script, style = (base64.b64encode(hashlib.sha256(v.encode()).digest()).decode() for v in VIEWER)
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_nothing_is_fetched_and_ids_are_unique(synthetic):
    tags = parsed(page.page(synthetic, VIEWER, against=SyntheticResult(seed=3)))
    assert len(tags.ids) == len(set(tags.ids))
    fetching = [
        (t, k, v)
        for t, k, v in tags.attributes
        if k in ("src", "srcset", "action", "style") or (k == "href" and not v.startswith(("#", "data:,")))
    ]
    assert fetching == []


def test_hostile_text_stays_text():
    result = SyntheticResult(worlds=3, draws=4)
    result.manifest["title"] = result.scenario["title"] = HOSTILE
    result.scenario["campuses"]["north"]["title"] = HOSTILE
    result.scenario["campuses"]["north"]["receptors"]["school"]["title"] = HOSTILE
    result.manifest["provenance"][0]["source"] = HOSTILE
    result.manifest["answers"][0]["question"] = HOSTILE
    result.manifest["headline"][0]["title"] = HOSTILE
    text = page.page(result, VIEWER)
    plain = page.page(SyntheticResult(worlds=3, draws=4), VIEWER)
    assert parsed(text).tags.count("script") == parsed(plain).tags.count("script") == 6
    assert "img" not in parsed(text).tags
    assert block(text, "data-run")["scenario"]["title"] == HOSTILE


def test_data_and_scenario_are_inside_and_whole(synthetic):
    text = page.page(synthetic, VIEWER)
    assert block(text, "data-run")["scenario"] == json.loads(json.dumps(synthetic.scenario))
    assert set(block(text, "data-figures")) == {f.name for f in page.figures.ALL}
    from gigacampus.report.sections import scenario_yaml

    assert YAML(typ="safe").load(scenario_yaml(synthetic.scenario)) == synthetic.scenario


def test_without_viewer_one_message_and_a_plain_report(tmp_path, monkeypatch, capsys, synthetic):
    monkeypatch.setattr(page, "built_viewer", lambda: None)
    path = page.write(synthetic, tmp_path / "report.html")
    text = path.read_text(encoding="utf-8")
    assert capsys.readouterr().err == page.NOT_BUILT + "\n"
    assert "script" not in parsed(text).tags
    assert "script-src 'none'" in text
    assert text.count("<details open><summary>Table of the data") == len(page.figures.ALL)


def test_a_failed_report_leaves_the_old_one_and_no_litter(tmp_path, synthetic):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    broken = SyntheticResult(worlds=3, draws=4)
    broken.manifest["run"]["worlds"] = float("nan")
    with pytest.raises(ValueError):
        page.write(broken, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_figures_left_out_are_named_under_limits():
    result = SyntheticResult(worlds=3, draws=4, leave_out=("escape_ratio",))
    text = page.page(result, VIEWER)
    assert 'id="fig-escape"' not in text
    assert "“Escape velocity” is not drawn" in text[text.index('id="limits"') :]


def test_headline_shows_band_level_and_assumed_share(synthetic):
    row = re.search(r'<div role="row"[^>]*><span role="rowheader">Training compute.*?</div>', page.page(synthetic, VIEWER)).group()
    assert "8.1×10<sup>27</sup> FLOP" in row
    assert "6×10<sup>27</sup> to 1.1×10<sup>28</sup> FLOP" in row
    assert "level-0" in row and "64&nbsp;%" in row


def test_other_run_is_shown_beside_with_the_inputs_that_differ(synthetic):
    other = SyntheticResult(seed=9)
    other.scenario["campuses"]["north"]["site"]["lat"] = 40.5
    text = page.page(synthetic, VIEWER, against=other)
    assert 'id="fig-compare_cash_usd"' in text
    part = text[text.index('<section id="compare"') : text.index('<section id="place"')]
    assert "campuses.north.site.lat" in part and "40.5" in part


def test_what_rounding_left_of_a_claim_is_no_band():
    row = {"claimed": "1.46 USD bn", "unit": "USD bn", "low": 1.46 - 2e-16, "value": 1.46 + 2e-16, "high": 1.46 + 4e-16}
    drawn = claim_list._glyph(row)
    assert 'width="2.0"' in drawn and '<path class="said" d="M56.0' in drawn
    assert 'width="2.0"' not in claim_list._glyph({**row, "high": 1.5})


def test_records_of_a_figure_are_held_by_columns():
    like, unlike = [{"x": 1, "y": None}, {"y": "b", "x": 2}], {"values": [{"x": 1}, {"y": 2}]}
    others = {"axis": {"values": [1, 2]}, "empty": {"values": []}}
    held = {"format": {"parse": 1}, "columns": ["x", "y"], "rows": [[1, None], [2, "b"]]}
    assert by_columns({"layer": [{"values": like, "format": {"parse": 1}}, unlike], **others}) == {"layer": [held, unlike], **others}
