"""A scenario that has nothing to do with the worked example: nothing of that example stands in its answers, and gaps are named."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers import figures, runner
from gigacampus.answers.answer import questions
from gigacampus.registry.stages import LEAVES_OUT, STAGES
from gigacampus.scenario.document import load

ROOT = Path(__file__).parents[2]
FOREIGN = re.compile(r"xai|colossus|memphis|southaven|boxtown|grok|tennessee", re.IGNORECASE)


@pytest.fixture(scope="module")
def other():
    return api.first(ROOT / "scenarios" / "hybrid-campus.yaml", ("run.worlds=3", "run.draws=8"))


@pytest.fixture(scope="module")
def answers(other):
    return {row["id"]: row for row in runner.ask(other)}


def test_nothing_of_the_worked_example_is_told(answers):
    for row in answers.values():
        told = {k: v for k, v in row.items() if k not in ("question", "sources", "asked_by")}
        assert not FOREIGN.search(json.dumps(told)), row["id"]


def test_a_known_point_without_a_place_is_about_any_campus(answers):
    assert [p["name"] for p in answers["Q08"]["known"]] == ["firm_ratio_peer"]
    assert answers["Q18"]["known"] == [] and answers["Q15"]["known"] == []
    about = {p["about"] for row in questions() for p in row.known if "about" in p}
    assert about == {"campuses.colossus_1", "campuses.colossus_2"}


def test_without_the_utilitys_peak_there_is_no_share_of_it(answers):
    row = answers["Q07"]
    assert row["unit"] == "MW" and row["value"] > 0.0 and "utility_peak_mw" in row["missing"]


def test_what_is_lacking_is_told_as_something_to_mend(answers):
    assert "campuses.*.receptors" in answers["Q01"]["missing"] and "noise_night_dba" not in answers["Q01"]["text"]


def test_a_campus_that_starts_later_is_answered_for_its_first_month_at_work(answers):
    assert answers["Q16"]["figures"][0]["value"] > 0.0 and "2026-" in answers["Q16"]["title"]
    assert answers["Q17"]["value"] > 0.0 and answers["Q15"]["value"] > 0.0


def test_the_headline_counts_no_escape_on_a_pile_alone_and_says_how_many_outlast(other):
    row = next(r for r in other.manifest["headline"] if r["id"] == "escape")
    year = slice(-12, None)
    business = (other.samples("free_cash_flow_usd") - other.samples("interest_income_usd"))[:, year].sum(axis=1)
    pile = np.isfinite(other.samples("outlasting_month"))
    assert pile.any() and (business[pile] <= 0.0).all() and not np.isfinite(other.samples("escape_month")[pile]).any()
    assert f"outlasting, which is no escape: in {pile.mean():.0%} of futures" in row["note"]
    assert not (other.samples("outcome_class")[pile] == 0).any()


def test_whole_things_are_counted_whole_and_shares_told_in_per_cent(answers):
    assert re.fullmatch(r"\d+ units", answers["Q08"]["figures"][0]["value_text"])
    assert figures.number(0.5, "share") == "50 %"


def test_sources_are_those_that_the_answers_own_stages_read(other):
    from gigacampus.answers import drivers

    noise, water = (drivers.sources(other, (stage,)) for stage in ("dispatch", "products"))
    assert noise != water
    near = {key for row in other.manifest["provenance"] if "dispatch" in row["stages"] for key in row["source"].split(";")}
    first = noise[0].rsplit(" (", 1)[0]
    assert any(first in (key, drivers._title(key, drivers._texts())) for key in near)


def test_assumed_shares_differ_where_the_paths_differ(other):
    shares = {row["id"]: row["assumed_share"] for row in other.manifest["headline"]}
    assert len({v for v in shares.values() if v is not None}) > 2


def test_a_date_in_words_is_the_date_in_the_table():
    """Both count futures: with 13 and 14 the middle is the month by which half have got there, not half a month in between."""
    from gigacampus.answers.figures import date_figure
    from gigacampus.report import words

    labels, months = [f"2026-{m:02d}" for m in range(1, 13)], np.array([2.0, 3.0, 5.0, 8.0])
    row = date_figure("a", "a", months, labels, ("company",))
    said = words.when(months, labels)
    assert words.with_month_names(row.value_text) == said["p50"] == "Apr 2026"
    assert words.with_month_names(row.band_text).startswith(f"{said['p10']} to {said['p90']}")


def test_weather_from_afar_is_named(tmp_path):
    text = (ROOT / "scenarios" / "grid-campus.yaml").read_text(encoding="utf-8")
    (tmp_path / "far.yaml").write_text(text.replace("lat: 39.99, lon: -82.88", "lat: 41.2, lon: -84.5"), encoding="utf-8")
    near, far = (api.cautions(load(path)[0]) for path in (ROOT / "scenarios" / "grid-campus.yaml", tmp_path / "far.yaml"))
    assert near == [] and "192 km away" in far[0]


def test_every_stage_says_what_it_leaves_out():
    assert set(LEAVES_OUT) == {s.name for s in STAGES} and all(s.leaves_out for s in STAGES)


def test_promises_of_others_are_not_shown(other):
    row = runner.ask(other, ("promises",))[0]
    assert "other campuses" in row["missing"] and row["state"] == "not in this scenario" and row["rows"] == []


def test_one_question_that_fails_takes_no_other_along(other):
    first, second = runner.ask(other, ("Q05", "promises"))
    assert first["value"] >= 0.0 and second["value"] is None and second["text"].startswith("not answered")


def test_a_company_without_an_image_tool_is_not_praised_for_its_gates(other):
    assert "violating_per_min" not in {row["id"] for row in other.manifest["headline"]}
