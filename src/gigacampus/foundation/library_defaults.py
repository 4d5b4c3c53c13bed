"""Figures that stand in where a scenario gives none: ``library/defaults/<module of the schema>.csv``, one cited row for a field.

A field of a spec takes its row by ``= FROM_LIBRARY``; a field without its row stops the import, so none can be forgotten.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from gigacampus.foundation.shipped import LIBRARY

FOLDER = "defaults"
COLUMNS = ("field", "value", "unit", "source", "date", "known_from", "confidence", "note")
LIST = ";"
"""Between the values of a list."""
_INTEGER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class DefaultRow:
    """One row: the value of a field that a scenario leaves out, and how well it is known."""

    value: Any
    """In the unit of the field."""
    unit: str
    source: str
    """Key of a ``sources*.yaml``."""
    date: str
    known_from: str
    confidence: str
    note: str
    file: str
    line: int


class FromLibrary:
    """Stands in the place of a field's default until its class is made."""


FROM_LIBRARY: Any = FromLibrary()
"""``price_usd: Cost = FROM_LIBRARY``: where a scenario gives no price, the row ``Class.price_usd`` of the library does."""


def areas() -> list[str]:
    """Names of the tables, which are those of the schema's modules."""
    return sorted(path.stem for path in (LIBRARY / FOLDER).glob("*.csv"))


@cache
def rows_of(area: str) -> Mapping[str, DefaultRow]:
    """Rows of one table by ``Class.field``; empty where there is no such table. Raises ``ValueError`` for a row twice.

    >>> rows_of("cooling")["CoolingSpec.cycles_of_concentration"].value
    5.0
    """
    path, name = LIBRARY / FOLDER / f"{area}.csv", f"library/{FOLDER}/{area}.csv"
    if not path.is_file():
        return {}
    found: dict[str, DefaultRow] = {}
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, strict=True)
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{name}:1: the columns are {', '.join(COLUMNS)}")
        for row in table:
            field = row.pop("field")
            if field in found or None in row or None in row.values():
                raise ValueError(f"{name}:{table.line_num}: {field} stands twice, or has not one text in each column")
            found[field] = DefaultRow(**{**row, "value": _value(row["value"])}, file=name, line=table.line_num)
    return found


def default_of(area: str, field: str) -> DefaultRow:
    """The row of one field, ``Class.field``. Raises ``LookupError`` where the table has none."""
    row = rows_of(area).get(field)
    if row is None:
        raise LookupError(f"library/{FOLDER}/{area}.csv has no row {field}: add one, with its unit, source and confidence")
    return row


def _value(text: str) -> Any:
    """A number, several of them, or a name of the library.

    >>> _value("4"), _value("0.5"), _value("0.67;0.2"), _value("lib:weather/memphis_tn")
    (4, 0.5, [0.67, 0.2], 'lib:weather/memphis_tn')
    """
    if LIST in text:
        return [_value(part) for part in text.split(LIST)]
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text
