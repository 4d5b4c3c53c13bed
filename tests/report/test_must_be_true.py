"""Figures of what the run carries along: shares over two inputs, and what moves the runway."""

from __future__ import annotations

import json

import pytest

from gigacampus.report import figures, page
from tests.report.synthetic import SyntheticResult

BY_NAME = {f.name: f for f in figures.ALL}


def test_figures_of_the_manifest_are_left_out_with_a_reason(synthetic):
    empty = SyntheticResult(worlds=3, draws=4)
    empty.manifest["must_be_true"] = {"tornado": []}
    for name in ("must_be_true", "tornado"):
        assert figures.why_left_out(BY_NAME[name], synthetic) is None
        assert "carries nothing along" in figures.why_left_out(BY_NAME[name], empty)


def test_map_shades_the_shares_and_draws_lines_where_they_are_crossed(synthetic):
    spec = BY_NAME["must_be_true"].function(synthetic)
    cells, lines = spec["layer"][0]["data"]["values"], spec["layer"][1]["data"]["values"]
    assert {v["level"] for v in lines} == {"10 %", "25 %", "50 %", "75 %", "90 %"}
    for line in (v for v in lines if v["level"] == "50 %"):
        assert line["x"] + line["y"] == pytest.approx(1.0, abs=1e-3)
    for cell in cells[::37]:
        middle = (cell["a"] + cell["b"] + cell["c"] + cell["d"]) / 2.0
        assert cell["share"] == pytest.approx(middle / 2.0, abs=2e-3)
    said = "With slow at 0.5 a year, half of the futures get there where fast is 0.5 a year (0.2 a year today)"
    assert said in spec["usermeta"]["caption"]


def test_tornado_draws_both_ends_of_every_row_and_says_the_largest(synthetic):
    spec = BY_NAME["tornado"].function(synthetic)
    ends = {(v["title"], v["end"]): v["value"] for layer in spec["layer"] for v in layer["data"]["values"]}
    late = "all plant a month later"
    assert ends == {("fast", "low"): -2.0, ("fast", "high"): 3.0, (late, "low"): 0.0, (late, "high"): 0.4}
    assert "Fast moves it" in spec["usermeta"]["caption"] and "one more month of delay" in spec["usermeta"]["caption"]


def test_the_page_of_a_solution_holds_its_lines_and_its_map_and_asks_no_host(synthetic, tmp_path):
    part = synthetic.manifest["must_be_true"]
    written = page.write_solved(synthetic, part, ["Goal: <b>", "  at least 2"], tmp_path / "solved.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;" in written and "at least 2" in written and "fig-must_be_true" in written
    assert "default-src 'none'" in written and 'src="http' not in written and 'href="http' not in written
    without = page.solved(synthetic, {"text": "x"}, [], None)
    assert "fig-must_be_true" not in without and "<script" not in without


def test_specifications_are_plain_json(synthetic):
    for name in ("must_be_true", "tornado"):
        assert json.loads(json.dumps(BY_NAME[name].function(synthetic), allow_nan=False))["usermeta"]["table"]["rows"]
