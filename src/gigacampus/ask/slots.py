"""What a question names besides its topic: a place, a year or month, a level, and a change of the inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gigacampus.ask.words import Text, found_in, han_in, text_of, vocabulary
from gigacampus.results.result import Result

POINT = re.compile(r"(-?\d{1,2}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
DAYS_PER = {"day": 1.0, "week": 7.0, "month": 365.25 / 12.0, "year": 365.25}
SPAN = re.compile(r"(\d+(?:\.\d+)?|a|an|one|two|three|six|twelve)[ -]*(day|week|month|year)s?\b")
SPAN_HAN = re.compile(r"(\d+(?:\.\d+)?|[一两三六半])\s*个?(天|周|月|年)")
HAN_DAYS = {"天": "day", "周": "week", "月": "month", "年": "year"}
WRITTEN = {
    "a": 1.0,
    "an": 1.0,
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "six": 6.0,
    "twelve": 12.0,
    "一": 1.0,
    "两": 2.0,
    "三": 3.0,
    "六": 6.0,
    "半": 0.5,
}
FACTORS = {
    2.0: (("double*", "twice", "two times", "2x"), ("翻倍", "翻番", "两倍", "一倍")),
    3.0: (("triple*", "three times", "3x"), ("三倍", "两番")),
    0.5: (("halv*", "half", "halve"), ("减半", "一半", "腰斩")),
}
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|percent|per cent)|百分之(\d+(?:\.\d+)?)")
DOWN = (
    ("fall*", "drop*", "less", "lower", "cheaper", "down", "declin*", "decreas*", "cut*", "reduc*", "lose*", "shrink*", "fewer"),
    ("下降", "减少", "降低", "跌", "便宜", "少", "下跌"),
)
TO = re.compile(r"(?:\bto\b|\bis\b|\bwere\b|\bat\b|=|到|为|是|变成)\s*\$?\s*(-?\d+(?:\.\d+)?)")
IF = (
    ("what if", "if", "suppose", "assuming", "imagine", "what happens", "without"),
    ("如果", "假如", "要是", "假设", "若", "倘若", "没有"),
)


@dataclass(frozen=True)
class Change:
    """What a "what if" changes: a factor, a step, or a value for every input that the paths name."""

    lever: str
    paths: tuple[str, ...]
    kind: str
    """``factor``, ``step`` or ``value``."""
    amount: float | bool
    unit: str

    def as_dict(self) -> dict[str, Any]:
        return {"lever": self.lever, "inputs": list(self.paths), "kind": self.kind, "amount": self.amount, "unit": self.unit}


def slots_of(question: str, result: Result) -> dict[str, Any]:
    """Place, date, level and change that a question names; what it does not name is None."""
    text = text_of(question)
    return {"place": place_in(text, result), "date": date_in(text), "change": change_in(text), "level": level_in(text)}


def place_in(text: Text, result: Result) -> dict[str, Any] | None:
    """Coordinates, or a campus or receptor of the run by its name."""
    found = POINT.search(text.plain)
    if found:
        return {"lat": float(found.group(1)), "lon": float(found.group(2))}
    campuses = result.scenario["campuses"]
    named = [(key, label) for label in result.coords["receptor"] for key in (label.split("/")[1],)]
    for key, label in sorted(named, key=lambda row: -len(row[0])):
        if _named(text, key):
            campus = label.split("/")[0]
            spec = campuses[campus]["receptors"][key]
            return {"name": label, "lat": float(spec["lat"]), "lon": float(spec["lon"])}
    for name in campuses:
        if _named(text, name):
            return {"name": name}
    return None


def _named(text: Text, key: str) -> bool:
    return len(key) > 3 and f" {key.replace('_', ' ').casefold()} " in f" {' '.join(text.tokens)} "


def date_in(text: Text) -> str | None:
    """A year, or a year and month, that a question names.

    >>> date_in(text_of("in March 2027?")), date_in(text_of("by 2028")), date_in(text_of("2027年3月"))
    ('2027-03', '2028', '2027-03')
    """
    dashed = re.search(r"\b(20[2-4]\d)-(0[1-9]|1[0-2])\b", text.plain) or re.search(r"(20[2-4]\d)\s*年\s*(1[0-2]|0?[1-9])\s*月", text.plain)
    if dashed:
        return f"{dashed.group(1)}-{int(dashed.group(2)):02d}"
    written = re.search(rf"\b({'|'.join(m[:3] for m in MONTHS)})[a-z]*\s+(20[2-4]\d)\b", text.plain)
    if written:
        month = next(i for i, m in enumerate(MONTHS, 1) if m.startswith(written.group(1)))
        return f"{written.group(2)}-{month:02d}"
    year = re.search(r"(?<!\d)(20[2-4]\d)(?!\d)", text.plain)
    return year.group(1) if year else None


def level_in(text: Text) -> dict[str, Any] | None:
    """A level that a question sets: gigawatts or decibels.

    >>> level_in(text_of("when does it pass 2 GW?"))
    {'value': 2.0, 'unit': 'GW'}
    """
    found = re.search(r"(\d+(?:\.\d+)?)\s*(gw|gigawatts?|吉瓦|dba|db|decibels?|分贝)", text.plain)
    if found:
        return {"value": float(found.group(1)), "unit": "GW" if found.group(2)[0] in "g吉" else "dBA"}
    thousand = re.search(r"(?<![\d.,])(\d{1,3}),?000\s*(?:mw|megawatts?|兆瓦)", text.plain)
    if thousand:
        return {"value": float(thousand.group(1)), "unit": "GW"}
    word = re.search(r"\b(one|two|three)[\s-]+gigawatts?", text.plain) or re.search(r"(一|两)个?吉瓦", text.plain)
    return {"value": WRITTEN[word.group(1)], "unit": "GW"} if word else None


def is_conditional(question: str) -> bool:
    """Whether a question asks what would be under a condition.

    >>> is_conditional("What if it rains?"), is_conditional("How much water?")
    (True, False)
    """
    text = text_of(question)
    return bool(found_in(text, IF[0]) or han_in(text, IF[1]))


def change_in(text: Text) -> Change | None:
    """The change that a "what if" asks for; None where the question asks for none, or names no input that is known.

    >>> change_in(text_of("What if gas prices double?"))
    Change(lever='gas_price', paths=('market.gas_usd_per_mmbtu',), kind='factor', amount=2.0, unit='USD/MMBtu')
    >>> change_in(text_of("What if everything is six months late?")).amount
    182.625
    """
    if not (found_in(text, IF[0]) or han_in(text, IF[1])):
        return None
    for lever, row in vocabulary("levers").items():
        if not (found_in(text, row["en"]) or han_in(text, row["zh"])):
            continue
        if "value" in row:
            return Change(lever, tuple(row["paths"]), "value", row["value"], row.get("unit", ""))
        sized = _days(text) if row["unit"] == "day" else _size(text, row["unit"])
        if sized is not None:
            return Change(lever, tuple(row["paths"]), *sized, row["unit"])
    return None


def _days(text: Text) -> tuple[str, float] | None:
    found = SPAN.search(text.plain) or SPAN_HAN.search(text.plain)
    if found is None:
        return None
    count, unit = found.group(1), HAN_DAYS.get(found.group(2), found.group(2))
    return "step", (WRITTEN[count] if count in WRITTEN else float(count)) * DAYS_PER[unit]


def _size(text: Text, unit: str) -> tuple[str, float] | None:
    for factor, (english, chinese) in FACTORS.items():
        if found_in(text, english) or han_in(text, chinese):
            return "factor", factor
    percent = PERCENT.search(text.plain)
    falls = bool(found_in(text, DOWN[0]) or han_in(text, DOWN[1]))
    if percent:
        share = float(percent.group(1) or percent.group(2)) / 100.0
        return "factor", max(0.0, 1.0 - share) if falls else 1.0 + share
    degrees = re.search(r"(\d+(?:\.\d+)?)\s*(?:degrees?|k\b|°|c\b|度)", text.plain)
    if unit == "K":
        return ("step", float(degrees.group(1)) * (-1.0 if found_in(text, ("cooler", "colder")) else 1.0)) if degrees else None
    value = TO.search(text.plain)
    return ("value", float(value.group(1))) if value else None
