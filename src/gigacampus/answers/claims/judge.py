"""Judging a register against a run: a verdict for every claim, counts by role, and pairs that cannot hold together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from gigacampus.answers.claims import compound_claims, verdict
from gigacampus.answers.claims.reading import FOLD, NotHeld, Reading, input_reading, on_draws, variable_reading
from gigacampus.answers.claims.register import Claim, Judge, Register, judge_of
from gigacampus.answers.claims.verdict import Verdict
from gigacampus.answers.completion import perimeter
from gigacampus.answers.figures import level_of
from gigacampus.registry.company_variables import perimeter_of
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.periods import as_of_month, horizon_period, month_period, year_period
from gigacampus.results.result import Result

EXPECTED_MIN = 5.0
"""Futures in which two independent claims would meet by chance before their never meeting says anything."""

READERS: dict[str, Callable[[Result, Claim, Judge], Reading]] = {
    "variable": variable_reading,
    "input": input_reading,
    "function": compound_claims.function_reading,
}


def judged(result: Result, register: Register) -> dict[str, Any]:
    """``{"claims", "pairs", "counts", "free_constants"}`` of a register, ready for JSON."""
    foreign = bool(register.about) and register.about not in result.coords["campus"]
    calibrated = [] if foreign else register.calibrated
    fitted = {c for row in calibrated for c in row["claims"]}
    readings: dict[str, list[Reading]] = {}
    verdicts = {c.id: _verdict(result, c, c.id in fitted, readings, foreign) for c in register.claims}
    pairs = [] if foreign else [*_never_together(result, readings), *_named_pairs(result, register, verdicts)]
    for pair in (p for p in pairs if p["impossible"]):
        for one, other in (pair["claims"], pair["claims"][::-1]):
            verdicts[one] = _together(verdicts[one], other)
    rows = list(verdicts.values())
    return {
        "register": register.name,
        "claims": [v.as_dict() for v in rows],
        "pairs": pairs,
        "counts": counts(rows),
        "free_constants": calibrated,
        "free_constant_count": len(calibrated),
    }


def counts(rows: list[Verdict]) -> dict[str, dict[str, int]]:
    """How many claims of each kind got each verdict; calibrated and fitted ones apart from evidence."""
    out: dict[str, dict[str, int]] = {}
    for row in rows:
        kind = "calibrated" if row.role == "calibrate" or row.fitted else row.role
        out.setdefault(kind, {})
        out[kind][row.verdict] = out[kind].get(row.verdict, 0) + 1
    return out


def _verdict(result: Result, claim: Claim, fitted: bool, readings: dict[str, list[Reading]], foreign: bool) -> Verdict:
    judge = claim.judge
    head: dict[str, Any] = {
        "id": claim.id,
        "claim": claim.claim,
        "claimant": claim.claimant,
        "known_on": claim.known_on,
        "role": claim.role,
        "claimed": f"{claim.value} {claim.unit}".strip(),
        "fitted": fitted,
        "title": judge.title,
        **_whereabouts(result, judge),
    }
    if claim.role == "context" or judge.use == "context":
        return Verdict(
            **head, verdict=verdict.CONTEXT, text="shown beside the figures, judged in words", why=judge.why or claim.how_to_judge
        )
    if foreign:
        text = "the claim is about a company and campuses that this scenario does not hold; judge claims of your own with --file"
        return Verdict(**head, verdict=verdict.UNCHECKED, why=text, text=text)
    try:
        if judge.use == "not_checkable":
            return _not_checkable(result, claim, head)
        parts = [_read(result, claim, part) for part in _parts(judge)]
    except NotHeld as reason:
        return Verdict(**head, verdict=verdict.UNCHECKED, why=str(reason), text=str(reason))
    readings[claim.id] = parts if judge.holds_if == "all" else []
    if judge.use == "input" or (claim.role == "input" and all(p.axis == "fixed" for p in parts)):
        return _given(head, parts[0])
    return _from_parts(head, claim, parts)


def _whereabouts(result: Result, judge: Judge) -> dict[str, str]:
    """Period, place and perimeter of a claim that reads one variable."""
    if judge.use != "variable":
        return {}
    dated = "month" in REGISTRY[judge.variable].dims if judge.variable in REGISTRY else False
    spelt = {"as_of": month_period(result, as_of_month(result)), "year_ahead": year_period(result)}
    place = f"{judge.places} over places" if judge.places in FOLD else judge.places
    period = spelt.get(judge.months, f"months {judge.months.replace('..', ' to ')}") if dated else horizon_period(result)
    return {"period": period, "place": place, "perimeter": perimeter(result, judge.places, _whose(judge.variable))}


def _whose(variable: str) -> str:
    """Key of ``PERIMETERS`` of a variable of the books; empty for other variables."""
    return perimeter_of(variable) if variable in REGISTRY and REGISTRY[variable].stage == "company" else ""


def _parts(judge: Judge) -> list[Judge]:
    return [judge_of({"use": "variable", **row}) for row in judge.parts] if judge.use == "parts" else [judge]


def _read(result: Result, claim: Claim, judge: Judge) -> Reading:
    return READERS[judge.use](result, claim, judge)


def _not_checkable(result: Result, claim: Claim, head: dict[str, Any]) -> Verdict:
    """No verdict, for a named reason; with what the run can show beside it."""
    shown = []
    for row in claim.judge.parts:
        judge = judge_of({"use": "variable", "claimed": 0.0, **row})
        reading = _read(result, claim, judge)
        shown.append(f"{reading.title}: {verdict.texts(reading)[0]}")
    why = claim.judge.why or "no judge is written for this claim"
    return Verdict(**head, verdict=verdict.UNCHECKED, why=why, text=". ".join([*shown, why]))


def _given(head: dict[str, Any], reading: Reading) -> Verdict:
    same = bool(verdict.met(reading, reading.values).all())
    ours, theirs = verdict.texts(reading)
    text = f"{reading.title}: {ours}, claimed {theirs}" if reading.unit else reading.title
    head = {**head, "title": reading.title}
    return Verdict(
        **head,
        verdict=verdict.GIVEN if same else verdict.DIFFERS,
        value=float(reading.values[0]),
        unit=reading.unit,
        text=text,
        why=reading.why,
    )


def _from_parts(head: dict[str, Any], claim: Claim, parts: list[Reading]) -> Verdict:
    words = [verdict.word_of(p) for p in parts]
    rank = [verdict.ORDER.index(w) for w in words]
    leading = int(np.argmin(rank) if claim.judge.holds_if == "all" else np.argmax(rank))
    chosen, word = parts[leading], words[leading]
    band = {k: None if np.isnan(v) else float(v) for k, v in verdict.band_of(chosen).items()}
    text = "; ".join(verdict.sentence(p, w) for p, w in zip(parts, words, strict=True))
    return Verdict(
        **{**head, "title": chosen.title or head["title"]},
        verdict=word,
        value=band["p50"],
        low=band["p10"],
        high=band["p90"],
        unit=chosen.unit,
        tail=verdict.tail_of(chosen),
        resolution=1.0 / len(chosen.values),
        text=text,
        why=claim.judge.why or chosen.why,
        level=_level(claim.judge),
        parts=[{"title": p.title, "verdict": w, "tail": verdict.tail_of(p)} for p, w in zip(parts, words, strict=True)],
    )


def _level(judge: Judge) -> int | None:
    names = [judge.variable, *(row.get("variable", "") for row in judge.parts)]
    stages = tuple({REGISTRY[n].stage for n in names if n})
    return level_of(stages) if stages else None


def _together(row: Verdict, other: str) -> Verdict:
    word = row.verdict if row.verdict == verdict.UNLIKELY else verdict.IMPOSSIBLE
    return replace(row, verdict=word, impossible_with=sorted({*row.impossible_with, other}))


def _never_together(result: Result, readings: dict[str, list[Reading]]) -> list[dict[str, Any]]:
    """Pairs that each hold in some futures and never in the same one, although chance alone would join them."""
    holds = {}
    for key, parts in readings.items():
        flags = [verdict.met(p, on_draws(result, p)) for p in parts if p.axis != "fixed"]
        if flags and 0 < (both := np.logical_and.reduce(flags)).sum() < len(both):
            holds[key] = both
    out = []
    for a, b in combinations(holds, 2):
        expected = holds[a].mean() * holds[b].mean() * len(holds[a])
        joint = int((holds[a] & holds[b]).sum())
        if joint == 0 and expected >= EXPECTED_MIN:
            out.append(
                {
                    "claims": [a, b],
                    "impossible": True,
                    "joint": joint,
                    "of": len(holds[a]),
                    "text": f"each holds in some futures, both in none of {len(holds[a])}; by chance {expected:.0f} would",
                }
            )
    return out


def _named_pairs(result: Result, register: Register, verdicts: dict[str, Verdict]) -> list[dict[str, Any]]:
    """Pairs of the register's own table, each with a function that gives the futures in which both hold."""
    out = []
    for row in register.pairs:
        if any(verdicts[key].verdict == verdict.UNCHECKED for key in row["claims"]):
            continue
        try:
            reading = compound_claims.PAIRS[row["name"]](result, row.get("args", {}))
        except NotHeld as reason:
            out.append({"claims": row["claims"], "impossible": False, "joint": None, "of": None, "text": f"not checkable: {reason}"})
            continue
        joint = int(verdict.met(reading, reading.values).sum())
        out.append(
            {
                "claims": row["claims"],
                "impossible": joint == 0,
                "joint": joint,
                "of": len(reading.values),
                "text": f"{verdict.sentence(reading, verdict.UNLIKELY)}. {row['why']}",
            }
        )
    return out
