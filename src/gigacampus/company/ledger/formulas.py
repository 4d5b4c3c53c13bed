"""Formulas of a workbook that know the number they give, and the cached numbers beside them in the saved file."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path


class Formula(str):
    """Text of a formula (without its equals sign while it is a part of another), and the number that it gives."""

    value: float

    def __new__(cls, text: str, value: float) -> Formula:
        out = super().__new__(cls, text)
        out.value = value
        return out


def total(parts: Iterable[Formula]) -> Formula:
    """Parts added; 0 where there are none.

    >>> total([Formula("A1", 2.0), Formula("B1", 3.0)]), total([Formula("A1", 2.0)]).value
    ('A1+B1', 2.0)
    """
    listed = list(parts)
    return Formula("+".join(listed) or "0", sum(part.value for part in listed))


def less(one: Formula, other: Formula) -> Formula:
    """One part less another."""
    return Formula(f"{one}-{other}", one.value - other.value)


def rounded(part: Formula, sign: int = 1) -> Formula:
    """A part, or the part with its sign turned, to the cent."""
    text = str(part) if sign > 0 else f"-({part})" if re.search(r"\)[+-]", part) else f"-{part}"
    return Formula(f"ROUND({text},2)", round(sign * part.value, 2) + 0.0)


_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v\s*(?:/>|></v>)</c>', re.DOTALL)


def with_values(path: Path, sheets: Mapping[str, Mapping[str, float]]) -> None:
    """Write the numbers of ``sheets`` (file of a sheet -> cell -> number) beside the formulas of a saved workbook.

    Readers that do not compute (data frames, previews, mail programs) then find what a spreadsheet program would show.
    """
    work = path.with_name(f"{path.name}.values")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(work, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            values = sheets.get(item.filename)
            if values is not None:
                content = _CELL.sub(partial(_valued, values=values), content.decode("utf-8")).encode("utf-8")
            new.writestr(item, content)
    shutil.move(work, path)


def _valued(match: re.Match[str], values: Mapping[str, float]) -> str:
    cell, more, formula = match.groups()
    return f'<c r="{cell}"{more}><f>{formula}</f><v>{values[cell]!r}</v></c>'
