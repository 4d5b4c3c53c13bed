"""What a row of a claims file states: its number, unit, relation and months, in the terms of the variable that it names."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from gigacampus.foundation.errors import ScenarioError, nearest
from gigacampus.foundation.tables.cells import Marks, is_mark, numbers
from gigacampus.foundation.tables.periods import period_of, told
from gigacampus.foundation.unit_names import UnknownUnit, factor_to, joined_unit, units_of
from gigacampus.foundation.units import UNIT_TABLE
from gigacampus.registry.renamed import current
from gigacampus.registry.variables import REGISTRY, dates_something

RELATIONS = ("about", "at_least", "at_most", "by")
OVER_MONTHS = ("sum", "mean", "max", "min", "last")
SPANS = ("as_of", "year_ahead")
"""Words for months that depend on the run."""
MOST_SHARE = 1.5
"""A claimed share above this, without a unit, is asked whether it is percent."""
_RELATION_WORDS = {
    **dict.fromkeys(("at least", "more than", "over", "above", "greater than", ">", ">=", "\u2265", "min", "minimum"), "at_least"),
    **dict.fromkeys(("at most", "less than", "up to", "under", "below", "no more than", "<", "<=", "\u2264", "max", "maximum"), "at_most"),
    **dict.fromkeys(("approximately", "approx", "approx.", "around", "circa", "ca.", "roughly", "~", "\u2248", "=", "equals"), "about"),
}
_PREFIX = re.compile(rf"({'|'.join(sorted(map(re.escape, _RELATION_WORDS), key=len, reverse=True))}|about)\s*(?=\S)(.*)", re.IGNORECASE)
_BY_WHEN = re.compile(r"(.*\S)\s+by\s+(?:(?:the )?end of\s+)?(.+)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4}-\d{2})-\d{2}")
_WORD = re.compile(r"[a-z]{3,}|co2|nox|pm25|it")
Bad = Callable[..., None]
"""Takes a problem, a fix and the nearest valid name."""


def in_words(value: str, given: dict[str, str]) -> str:
    """The number of a cell such as ``at least 2 GW by H1 2026``; its relation and its month go into ``given`` where no column says them.

    >>> given = {"variable": "it_installed_mw"}
    >>> in_words("at least 2 GW by H1 2026", given), given["relation"], given["months"]
    ('2 GW', 'at_least', '2026-06')
    """
    given["relation"] = _RELATION_WORDS.get(given.get("relation", "about").replace("_", " ").lower(), given.get("relation", "about"))
    if dates_something(given["variable"]):
        return value
    when = _BY_WHEN.fullmatch(value.strip())
    if when and (period := period_of(when[2])) and "months" not in given:
        value, given["months"] = when[1], period.last
        given["relation"] = "at_least" if given["relation"] == "about" else given["relation"]
    found = _PREFIX.fullmatch(value.strip())
    if found and given["relation"] in ("about", (said := _RELATION_WORDS.get(found[1].lower(), "about"))):
        value, given["relation"] = found[2], said
    return value


def folded_by_rule(given: dict[str, str], bad: Bad) -> dict[str, str]:
    """Months as the run names them, and how the variable is folded over them: by its own rule unless the row says another that fits."""
    variable = REGISTRY[current(given["variable"])]
    out: dict[str, str] = {}
    months = given.get("months", "as_of")
    span = period_of(months)
    if span:
        out["months"] = span.first if span.first == span.last else f"{span.first}..{span.last}"
        out["why"] = told(months) if span.fiscal else ""
    if "month" not in variable.dims:
        return out
    own = "mean" if variable.rule == "energy_mean" else variable.rule
    several = months == "year_ahead" or (span is not None and span.first != span.last)
    if several and variable.kind == "stock" and given.get("over_months") == "sum":
        bad(f"{variable.name} is not summed over months", f"leave over_months empty ({own}), or write mean, max, min or last", own)
    if several and variable.kind == "stock" and "over_months" not in given:
        out["why"] = "; ".join(t for t in (out.get("why", ""), f"over months: {own}") if t)
    return {"over_months": given.get("over_months") or own} | out


def month_of(value: str, bad: Bad) -> str:
    """The month by which a claim says that something happens: the last of the period that it names."""
    day, period = _DAY.fullmatch(value.strip()), period_of(re.sub(r"(?i)^(the )?end of ", "", value.strip()))
    if day and period_of(day[1]):
        return day[1]
    if period is None:
        bad(f"value {value!r} is no month", "a claim `by` a month needs one, such as 2026-09 or H1 2026")
        return "horizon"
    return period.last


def claimed_number(text: str, marks: Marks) -> tuple[float | None, str]:
    """The number of a claim and the unit that stands with it; None and the reason where it is none, or could be two.

    Thousands marks are taken out where they cannot be decimals, or where other claims of the file tell which they are.
    """
    try:
        found = numbers([text], [1], "", "value", marks=marks)
    except ScenarioError as error:
        return None, error.findings[0].problem
    value = float(found.values[0])
    return (value, found.unit) if math.isfinite(value) and not is_mark(value) else (None, f"value {text!r} is not a number")


def one_unit(in_cell: str, in_column: str, bad: Bad) -> str:
    """Unit of a claim from the one beside its number and the one in its column: they agree, or make one (``bn`` and ``USD``)."""
    try:
        return joined_unit(in_cell, in_column)
    except UnknownUnit as problem:
        bad(str(problem), "state the unit once, in the column unit")
        return in_column


def in_the_variables_unit(claimed: float, unit: str, given: dict[str, Any], bad: Bad) -> dict[str, Any]:
    """What a row's unit and factor make of its number: in the variable's own unit, or with a factor that leads to the row's.

    A unit that is unknown, of another quantity, or at odds with the factor is added to the findings.
    """
    name, factor = current(given["variable"]), given.get("factor")
    own = REGISTRY[name].unit
    if _is_share(name) and symbol_is_one(unit) and abs(claimed) > MOST_SHARE and factor is None:
        bad(f"{claimed:g} for {name}, a share from 0 to 1: percent?", f"write {claimed / 100.0:g}, or % as its unit")
    if not unit:
        times = "" if factor in (None, 1.0) else f" times {factor:g}"
        return {"claimed": claimed, "why": f"no unit given: taken as {own}{times}" if own != "1" else ""}
    if unit == own:
        _refuse_scale(factor, own, bad)
        return {"claimed": claimed}
    try:
        scale, offset = factor_to(unit, own) if own in UNIT_TABLE else (math.nan, 0.0)
        problem = "" if own in UNIT_TABLE else f"unit {unit!r} cannot be taken to {own}"
    except UnknownUnit as error:
        scale, offset, problem = math.nan, 0.0, str(error)
    if problem and factor is None:
        bad(problem, f"give the number in {own}, the unit of {given['variable']}", nearest(unit, units_of(UNIT_TABLE.get(own, ("", 0))[0])))
    elif problem:
        return {"claimed": claimed, "unit": unit, "why": f"factor {factor:g} takes {own} to {unit}, as the row says"}
    elif factor is not None and not math.isclose(scale, 1.0, rel_tol=1e-9) and not math.isclose(factor * scale, 1.0, rel_tol=0.02):
        bad(f"factor {factor:g} does not take {own} to {unit} ({1.0 / scale:g} does)", "leave the factor empty: units are converted")
    elif factor is not None:
        return {"claimed": claimed, "unit": unit}
    return {"claimed": claimed * scale + offset, "unit": own}


def _refuse_scale(factor: float | None, own: str, bad: Bad) -> None:
    """A factor that is a power of a thousand contradicts a unit that is the variable's own."""
    power = math.log10(abs(factor)) / 3.0 if factor else 0.0
    if power and math.isclose(power, round(power), abs_tol=1e-9):
        bad(f"factor {factor:g} takes {own} to another unit, but the claim is in {own}", "leave the factor empty: units are converted")


def _is_share(name: str) -> bool:
    return REGISTRY[name].unit == "1" and name.endswith("_frac")


def symbol_is_one(unit: str) -> bool:
    """Whether a unit says that a number is a share, or says nothing."""
    return unit in ("", "1", "frac", "fraction", "share")


def nearest_variables(claim: str, unit: str) -> list[str]:
    """The three result variables whose title and name share most with a claim's words, a fitting unit counting as one word more.

    >>> nearest_variables("Night noise at the nearest home", "dBA")[0]
    'noise_night_dba'
    """
    words = {w[:6] for w in _WORD.findall(claim.lower())}

    def score(name: str) -> float:
        own = {w[:6] for w in _WORD.findall(f"{name} {REGISTRY[name].title}".lower())}
        try:
            fits = bool(unit) and REGISTRY[name].unit in UNIT_TABLE and factor_to(unit, REGISTRY[name].unit)[0] > 0.0
        except UnknownUnit:
            fits = False
        return (len(words & own) + fits) / (3.0 + len(own))

    return sorted(REGISTRY, key=lambda name: (-score(name), name))[:3]


def check(given: dict[str, Any], bad: Bad) -> None:
    """Names, words and months of a judge that compares a variable."""
    name = current(given["variable"])
    if name not in REGISTRY:
        bad(f"no result variable is called {given['variable']!r}", "see `gigacampus explain`", nearest(given["variable"], REGISTRY))
    for key, words in (("relation", RELATIONS), ("over_months", OVER_MONTHS)):
        if given.get(key, words[0]) not in words:
            bad(f"unknown {key} {given[key]!r}", f"use one of {', '.join(words)}", nearest(str(given[key]), words))
    if given.get("months", "as_of") not in SPANS and period_of(given["months"]) is None:
        bad(f"months {given['months']!r} are none", "write 2026-03, 2026Q1, H1 2026, 2026, 2026-01..2026-12, as_of or year_ahead")
    if name in REGISTRY and dates_something(name) != (given.get("relation") == "by"):
        is_date = "is a month" if dates_something(name) else "is no month"
        fix = "write by as its relation and a month as its value" if dates_something(name) else "use about, at_least or at_most"
        bad(f"{given['variable']} {is_date}: relation {given.get('relation')!r} compares nothing", fix)
