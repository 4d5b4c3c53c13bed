"""Numbers as people write them: decimal mark and thousands marks are found from the whole column, or the column is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.errors import printable, refuse

Array = np.ndarray

MISSING = frozenset(
    ("", "-", "--", "—", "–", ".", "?", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "#n/a", "#na", "missing", "k.a.")
)
"""Cells that say that there is no value, in small letters."""
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MARKED = re.compile(r"([+-]?)([0-9][0-9.,' ]*|[.,][0-9]+)(?:[eE]([+-]?[0-9]+))?")
_WITH_UNIT = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<before>US\$|[$€£¥]|[A-Z]{3})?\s*(?P<inner>[+-]?)"
    r"(?P<number>(?:[0-9][0-9.,' ]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(?P<behind>/?[A-Za-z°%$€£µ][^0-9]*(?:m2|m²)?)?"
)
_DASH = re.compile(r"^[\u2013\u2014](?=\s*(?:[A-Z]{2,3}\s?)?[0-9.,$€£¥])")
_EXPONENT = re.compile("[eE]")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " ") | {ord("−"): "-", ord("’"): "'"}
_GROUPS = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*")


@dataclass(frozen=True)
class Marks:
    """What a reader knows of a column before it sees the cells."""

    decimal: str = ""
    """Decimal mark that other cells of the file show; empty: none does."""
    within: tuple[float, float] | None = None
    """Lowest and highest value that the column can hold, in the unit of its cells."""


UNTOLD = Marks()


@dataclass(frozen=True)
class Numbers:
    """Values of a column; NaN where a cell says that there is none."""

    values: Array
    unit: str = ""
    """Unit that every cell carries (``98.0 MW``); empty: none does."""
    note: str = ""
    """What had to be found out, such as a decimal comma."""


def is_number(cell: str) -> bool:
    """Whether a cell holds a number in any of the usual spellings.

    >>> is_number("72,99"), is_number("1.234,5"), is_number("load"), is_number("2025-01-01")
    (True, True, False, False)
    """
    return _MARKED.fullmatch(_clean(cell)) is not None


NO_NUMBER = (-99.0, -999.0, -999.9, -9999.0, -9999.9, -99_999.0, -999_999.0, -32_768.0)
"""Numbers below zero by which data sets say that there is no value."""
BEYOND = 1e20
"""No quantity of a company or of a campus is as large."""


def is_mark(value: float) -> bool:
    """Whether a number, as written, stands for no value; for columns that have no bounds of their own.

    >>> is_mark(-9999.0), is_mark(1e30), is_mark(-1460.0)
    (True, True, False)
    """
    return value in NO_NUMBER or abs(value) >= BEYOND


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().lower() in MISSING


def _clean(cell: str) -> str:
    text = _DASH.sub("-", cell.translate(_SPACES).strip())
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1].strip()
    return text


def numbers(cells: Sequence[str], lines: Sequence[int], file: str, column: str, *, separator: str = ",", marks: Marks = UNTOLD) -> Numbers:
    """Values of one column. ``marks``: what is known from elsewhere of its marks, or of the values that it can hold.

    Raises ``ScenarioError`` for a cell that is no number, for marks that contradict each other, and for a column in
    which each comma (or, between semicolons, each point) could part thousands as well as decimals.

    >>> numbers(["72,99", "98,0"], [2, 3], "a.csv", "load").values.tolist()
    [72.99, 98.0]
    >>> numbers(["1,959.9", "(959.9)"], [2, 3], "a.csv", "load").values.tolist()
    [1959.9, -959.9]
    >>> numbers(["-82,880"], [2], "a.csv", "lon", marks=Marks(within=(-180.0, 180.0))).values.tolist()
    [-82.88]
    """
    texts = [_clean(cell) for cell in cells]
    plain = [_PLAIN.fullmatch(t) is not None for t in texts]
    if separator == "," and all(plain):
        return Numbers(_finite(texts, lines, file, column))
    held = [(i, t) for i, t in enumerate(texts) if not is_missing(t)]
    texts, unit = _without_unit(held, texts)
    for i, _ in held:
        if _MARKED.fullmatch(texts[i]) is None:
            raise refuse(
                f"{column}: {printable(cells[i].strip())} is not a number", file=file, line=lines[i], fix="write digits such as 1234.5"
            )
    mark = _decimal_mark([texts[i] for i, _ in held], separator, marks)
    if mark.startswith("!"):
        raise refuse(f"{column}: {mark[1:]}", file=file, line=lines[held[0][0]] if held else None, fix=_MARK_FIX)
    wrong = next((i for i, _ in held if not _grouped(texts[i], mark)), None)
    if wrong is not None:
        raise refuse(f"{column}: {printable(cells[wrong].strip())} mixes its marks", file=file, line=lines[wrong], fix=_MARK_FIX)
    values = np.full(len(texts), np.nan)
    at = [i for i, _ in held]
    values[at] = _finite([_pointed(texts[i], mark) for i in at], [lines[i] for i in at], file, column)
    commas = mark == "," and any("," in texts[i] for i in at)
    return Numbers(values, unit, "decimal commas" if commas else "")


_MARK_FIX = "write a decimal point and no thousands marks (85.42, 1959.9)"


def split_number(cell: str) -> tuple[str, str] | None:
    """A cell's number, as written, and the unit before or behind it; None where it holds no number alone.

    >>> split_number("98.0 MW"), split_number("($4.75 bn)"), split_number("USD 5bn"), split_number("$60/MWh"), split_number("5 to 6")
    (('98.0', 'MW'), ('-4.75', '$ bn'), ('5', 'USD bn'), ('60', '$/MWh'), None)
    """
    text = _clean(cell)
    if _MARKED.fullmatch(text):
        return text, ""
    found = _WITH_UNIT.fullmatch(text)
    if found is None or (found["sign"] and found["inner"]):
        return None
    before, behind = found["before"] or "", (found["behind"] or "").strip()
    unit = before + behind if behind.startswith("/") or not (before and behind) else f"{before} {behind}"
    return found["sign"] + found["inner"] + found["number"].strip(), unit


def _without_unit(held: list[tuple[int, str]], texts: list[str]) -> tuple[list[str], str]:
    """Cells without the unit that all of them carry, before or behind the number."""
    found = {i: split_number(text) for i, text in held}
    units = {None if part is None else part[1] for part in found.values()}
    if len(units) != 1 or not (unit := units.pop()):
        return texts, ""
    return [part[0] if (part := found.get(i)) else text for i, text in enumerate(texts)], unit


def _finite(texts: Sequence[str], lines: Sequence[int], file: str, column: str) -> Array:
    values = np.array(texts, dtype=float)
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        i = int(bad[0])
        raise refuse(f"{column}: {printable(texts[i])} is too large", file=file, line=lines[i], fix="check the digits")
    return values


def decimal_mark_of(cells: Sequence[str]) -> str:
    """The decimal mark that cells show beyond doubt; empty where they show none, or both.

    >>> decimal_mark_of(["420,000", "1.5"]), decimal_mark_of(["420,000", "1,5"]), decimal_mark_of(["420,000"])
    ('.', ',', '')
    """
    texts = [part[0] for part in map(split_number, cells) if part is not None]
    comma, point = (_evidence(texts, m, o) for m, o in ((",", "."), (".", ",")))
    is_comma, is_point = "decimal" in comma or "thousands" in point, "decimal" in point or "thousands" in comma
    return "" if is_comma == is_point else "," if is_comma else "."


def _decimal_mark(texts: list[str], separator: str, marks: Marks) -> str:
    """``.`` or ``,``; or ``!`` and the reason why it cannot be told."""
    comma, point = (_evidence(texts, m, o) for m, o in ((",", "."), (".", ",")))
    if "decimal" in comma and "decimal" in point:
        return "!decimal commas and decimal points in one column"
    if "decimal" in comma or (comma == {"either"} and marks.decimal == "," and not point):
        return ","
    if "decimal" in point or not (comma or point):
        return "."
    if "thousands" in comma and "thousands" not in point:
        return "."
    if "thousands" in point and "thousands" not in comma:
        return ","
    if comma and marks.decimal == "." and not point:
        return "."
    if not comma and (separator in (",", "") or not (separator == ";" or any(t.isdigit() for t in texts))):
        return "."
    word, found = ("comma", ",") if comma else ("point", ".")
    return _plausible(texts, marks.within) or f"!each {word} stands before three digits: {_both(texts, found)}"


def _plausible(texts: list[str], within: tuple[float, float] | None) -> str:
    """The decimal mark under which alone all values lie within bounds; empty where that tells nothing."""
    if within is None:
        return ""
    fits = [mark for mark in ".," if all(within[0] <= float(_pointed(t, mark)) <= within[1] for t in texts)]
    return fits[0] if len(fits) == 1 else ""


def _both(texts: list[str], mark: str) -> str:
    """The first marked number in both of its readings."""
    text = next(t for t in texts if mark in t)
    return f"{text} may be {text.replace(mark, '.')} or {text.replace(mark, '')}"


def _evidence(texts: list[str], mark: str, other: str) -> set[str]:
    """What the cells say of a mark: ``decimal``, ``thousands`` or ``either``; empty where none has it."""
    out = set()
    for text in texts:
        count = text.count(mark)
        if not count:
            continue
        body = _EXPONENT.split(text.lstrip("+-"))[0]
        head, _, tail = body.rpartition(mark)
        if other in body:
            out.add("decimal" if body.rfind(mark) > body.rfind(other) else "thousands")
        elif count > 1:
            out.add("thousands")
        elif len(tail) != 3 or len(head.replace(" ", "").replace("'", "")) > 3 or " " in head or "'" in head or head in ("", "0"):
            out.add("decimal")
        else:
            out.add("either")
    return out


def _grouped(text: str, mark: str) -> bool:
    """Whether the marks before the decimal mark part groups of three digits, all by the same mark."""
    body = _EXPONENT.split(text.lstrip("+-"))[0]
    whole, _, part = body.partition(mark)
    if part and not part.isdigit():
        return False
    return whole == "" or whole.isdigit() or _GROUPS.fullmatch(whole) is not None


def _pointed(text: str, mark: str) -> str:
    thousands = ",' " if mark == "." else ".' "
    return text.translate(dict.fromkeys(map(ord, thousands))).replace(",", ".")
