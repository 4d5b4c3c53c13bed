"""Questions in plain words: routed to the right figure, with their place, date, level and change, or declined."""

import json
from types import SimpleNamespace

import pytest

from gigacampus.answers.answer import questions
from gigacampus.answers.register_names import EXTRA, TITLES
from gigacampus.ask.features import ideas_in
from gigacampus.ask.learning import examples
from gigacampus.ask.reply import ask, can_answer
from gigacampus.ask.slots import change_in, date_in, level_in, slots_of
from gigacampus.ask.weights import topics
from gigacampus.ask.what_if import changed
from gigacampus.ask.words import found_in, han_in, text_of, vocabulary
from gigacampus.foundation.errors import ScenarioError
from gigacampus.results.result import Result


def test_ideas_are_found_as_by_reading_every_word():
    for _, question in examples()[::25]:
        text = text_of(question)
        slow = {idea for idea, row in vocabulary("ideas").items() if found_in(text, row["en"]) or han_in(text, row["zh"])}
        assert ideas_in(text) == slow, question


def test_every_topic_has_examples_in_both_languages():
    told = {(name, text_of(question).is_chinese) for held, question in examples() for name in held if name}
    assert all((name, chinese) in told for name in topics() if name for chinese in (True, False))


def test_every_question_is_a_topic():
    assert set(questions().names) <= set(topics())
    assert set(topics()) - set(questions().names) - set(EXTRA) == {
        "",
        "break_even_ebitda",
        "escape",
        "next_raise",
        "violating_per_min",
        "facility_mw_now",
        "unmet_hours_year",
    }


def test_every_example_has_both_languages():
    for row in (*vocabulary("ideas").values(), *vocabulary("levers").values()):
        assert row["en"]
        assert row["zh"]


@pytest.mark.parametrize(
    ("question", "kind", "amount"),
    [
        ("What if gas prices double?", "factor", 2.0),
        ("What if natural gas falls by 30 %?", "factor", 0.7),
        ("If the gas price is 6, how long does cash last?", "value", 6.0),
        ("What if everything is 3 months late?", "step", 3 * 365.25 / 12),
        ("如果天然气价格翻倍", "factor", 2.0),
        ("如果工程延迟六个月", "step", 6 * 365.25 / 12),
        ("How does cash look if investors say no?", "value", 0.0),
        ("What if it gets 2 degrees warmer?", "step", 2.0),
    ],
)
def test_changes(question, kind, amount):
    change = change_in(text_of(question))
    assert (change.kind, change.amount) == (kind, pytest.approx(amount))


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("When is the one-gigawatt line crossed?", 1.0, "GW"),
        ("When does it draw 2,000 MW?", 2.0, "GW"),
        ("什么时候超过1000兆瓦？", 1.0, "GW"),
        ("When does it draw 100000 MW?", 100.0, "GW"),
        ("Is it above 55 dB?", 55.0, "dBA"),
    ],
)
def test_levels(question, value, unit):
    assert level_in(text_of(question)) == {"value": value, "unit": unit}


def test_a_plain_question_asks_for_no_change():
    assert change_in(text_of("How much is the gas price?")) is None
    assert date_in(text_of("How loud is it?")) is None


@pytest.fixture(scope="module")
def run():
    from gigacampus import api
    from gigacampus.foundation.shipped import shipped_scenario

    return api.first(shipped_scenario("gas-campus"), ("horizon.months=24",), use_cache=True)


def test_a_question_is_answered_by_the_same_figure_as_the_answer_itself(run):
    from gigacampus.answers.runner import ask as answers

    found = ask(run, "How many gallons of water does the campus take a day?")
    (direct,) = answers(run, ("Q05",))
    assert found["answered"] and found["topic"] == "Q05"
    assert (found["figure"]["value"], found["figure"]["unit"]) == (direct["value"], direct["unit"])
    assert json.dumps(found, default=str)


def test_what_a_run_keeps_is_told_unless_the_question_changes_it(run):
    marked = {**run.manifest, "answers": [{"id": "Q05", "value": -1.0, "text": "as kept"}]}
    kept = Result(marked, run.coords, run.scenario, run._arrays, sampled=run.sampled)
    plain, month = "How many gallons of water does the campus take a day", run.coords["month"][12]
    assert ask(kept, f"{plain}?")["figure"]["value"] == -1.0
    assert ask(kept, f"{plain} in {month}?")["figure"]["value"] >= 0.0
    assert ask(kept, f"What if it is 3 degrees warmer, {plain}?")["figure"]["before"]["value"] >= 0.0
    marked["version"] = "0.0.0"
    assert ask(kept, f"{plain}?")["figure"]["value"] >= 0.0


def test_a_date_moves_the_year_that_is_read(run):
    months = run.coords["month"]
    later = ask(run, f"How many gallons of water does the campus take a day in {months[12]}?")
    assert later["slots"]["date"] == months[12]
    assert months[12] in later["figure"]["period"]


def test_a_date_outside_the_run_is_said(run):
    assert any("outside the run" in note for note in ask(run, "How much water will the campus use in 2049?")["notes"])


def test_what_is_off_topic_is_declined_with_what_can_be_asked(run):
    found = ask(run, "Who won the world cup?")
    assert not found["answered"] and found["figure"] is None
    assert found["can_answer"] == can_answer(run) and len(found["can_answer"]) >= 20
    assert TITLES["books"] in found["can_answer"] and not any("Register" in title for title in found["can_answer"])


def test_a_what_if_moves_every_input_it_names_and_holds_it(run):
    change = change_in(text_of("What if everything is 2 months late?"))
    before, after = changed(run, change)
    slips = [(c, b) for c, campus in before["campuses"].items() for b in campus["blocks"]]
    assert slips
    for campus, block in slips:
        left, right = (tree["campuses"][campus]["blocks"][block]["slip_days"] for tree in (before, after))
        assert right - left == pytest.approx(2 * 365.25 / 12)
        assert f"campuses.{campus}.blocks.{block}.slip_days" not in after["uncertainty"]


def test_a_what_if_gives_the_figure_before_and_after(run):
    found = ask(run, "What happens to carbon emissions if it is 3 degrees warmer on the campus?")
    assert found["topic"] == "Q13"
    assert found["figure"]["before"]["value"] != found["figure"]["value"]


def test_a_change_that_is_not_understood_is_said(run):
    found = ask(run, "How much water does the campus use a day if it sells postcards?")
    assert found["slots"]["change"] is None
    assert any("not understood" in note for note in found["notes"])


def test_a_change_beyond_the_bounds_of_its_input_is_refused(run):
    with pytest.raises(ScenarioError, match="leaves what its input may be"):
        ask(run, "How much carbon does the campus emit if it is 900 degrees warmer?")


def test_a_place_is_found_by_coordinates_and_by_name():
    scenario = {"campuses": {"north": {"receptors": {"old_mill": {"lat": 35.0, "lon": -90.0}}}}}
    placed = Result({}, {"receptor": ["north/old_mill"]}, scenario, {})
    assert slots_of("How loud is it at 35.01,-90.02?", placed)["place"] == {"lat": 35.01, "lon": -90.02}
    assert slots_of("How loud is it at the old mill?", placed)["place"] == {"name": "north/old_mill", "lat": 35.0, "lon": -90.0}
    assert slots_of("How loud is it at campus north?", placed)["place"] == {"name": "north"}
    assert slots_of("How loud is it?", placed)["place"] is None


def test_an_empty_question_is_refused(run):
    with pytest.raises(ScenarioError, match="empty"):
        ask(run, "  ")


def test_a_campus_without_a_company_offers_no_question_about_one():
    offered = can_answer(SimpleNamespace(scenario={"company": {"absent": True}}, manifest={}))
    titles = {q: questions()[q].title for q in ("Q01", "Q18")}
    assert titles["Q01"] in offered and titles["Q18"] not in offered
