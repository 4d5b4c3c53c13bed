"""What is learned from the examples: the file is what the script makes, and questions that took no part are routed or declined."""

import csv
from pathlib import Path

import numpy as np
import pytest

from gigacampus.ask.learning import GENERAL, Fit, examples
from gigacampus.ask.routing import of_scores, route
from gigacampus.ask.spelling import corrected
from gigacampus.ask.weights import learned
from gigacampus.ask.words import text_of


@pytest.fixture(scope="module")
def fit():
    return Fit(examples())


def test_the_file_is_what_the_script_makes(fit):
    held, made = learned(), fit.packed()
    assert (held.topics, held.rarities.words.keys(), held.columns) == (fit.topics, fit.rarities.words.keys(), fit.columns)
    assert held.rarities.pieces == pytest.approx(fit.rarities.pieces) and held.rarities.ideas == pytest.approx(fit.rarities.ideas)
    for name in ("meaning", "value", "weights"):
        assert getattr(held, name) == pytest.approx(made[name].astype(float), abs=2e-3), name
    assert np.array_equal(held.example, made["example"]) and np.array_equal(held.column, made["column"])


def test_scores_are_the_product_of_likeness_and_weights(fit):
    number, question = 40, examples()[40][1]
    product = fit.meaning @ fit.meaning[number] + fit.rest @ fit.rest[number]
    assert learned().scores(text_of(question)) == pytest.approx((product + product**2) @ fit.weights, abs=5e-3)


def test_judging_an_example_by_the_others_is_learning_without_it():
    few, number = examples()[::6], 40
    fit, again = Fit(few), Fit((*few[:number], *few[number + 1 :]))
    product = sum(part @ one for part, one in zip((again.meaning, again.rest), _row(again, few[number][1]), strict=True))
    judged = dict(zip(fit.topics, fit.by_the_others()[number], strict=True))
    assert (product + product**2) @ again.weights == pytest.approx([judged[topic] for topic in again.topics], abs=0.05)


def _row(fit, question):
    from gigacampus.ask.weights import seen

    one = seen(text_of(question), fit.rarities.words)
    return fit.rarities.meaning(one), fit.rarities.rest(one, fit.columns)


def shares(judged):
    """Share of questions routed to one of their topics, and of other matters declined."""
    asked = [route.is_sure and route.topic in held for held, route in judged if held[0]]
    other = [not route.is_sure for held, route in judged if not held[0]]
    return sum(asked) / max(len(asked), 1), sum(other) / len(other)


def test_examples_are_routed_and_other_matters_declined_by_the_others(fit):
    routed, declined = shares([(held, of_scores(s)) for (held, _), s in zip(examples(), fit.by_the_others(), strict=True)])
    assert routed >= 0.9 and declined >= 0.95


FILES = [("unseen", 130, 0.83, 0.98), ("blind", 175, 0.93, 0.96), ("blind_second", 211, 0.94, 0.95), ("near_misses", 60, 0.0, 1.0)]
FILES += [("near_misses_second", 49, 0.0, 0.91)]


@pytest.mark.parametrize(("file", "rows", "least_routed", "least_declined"), FILES)
def test_questions_that_took_no_part_are_routed_or_declined(file, rows, least_routed, least_declined):
    with (Path(__file__).parent / f"{file}.csv").open(encoding="utf-8") as table:
        asked = [(row["topic"], row["question"]) for row in csv.DictReader(table)]
    plain = {question.casefold() for _, question in examples()}
    assert len(asked) == rows and not {question.casefold() for _, question in asked} & plain
    routed, declined = shares([((GENERAL.get(topic, topic),), route(question)) for topic, question in asked])
    assert routed >= least_routed and declined >= least_declined


SUBJECTS = [
    ("who owns {}?", "xai", "the bakery"),
    ("how loud is {} at night?", "colossus", "a violin"),
    ("how long will the cash of {} last?", "the company", "my cousin"),
    ("{}晚上吵不吵？", "燃气轮机", "吹风机"),
    ("{}有多少员工？", "xai", "星巴克"),
]


@pytest.mark.parametrize(("question", "own", "other"), SUBJECTS)
def test_the_same_question_about_something_else_is_declined(question, own, other):
    assert route(question.format(own)).is_sure and not route(question.format(other)).is_sure


@pytest.mark.parametrize(
    ("slip", "meant"), [("turbins", "turbines"), ("nosie", "noise"), ("pollutoin", "pollution"), ("aquiferr", "aquifer")]
)
def test_a_slip_of_the_keyboard_is_mended(slip, meant):
    assert corrected(text_of(f"the {slip} here"), learned().rarities.words).tokens == ("the", meant, "here")


def test_a_word_that_is_known_or_short_is_left():
    text = text_of("is tva near zzyzx")
    assert corrected(text, learned().rarities.words) is text
