"""Column names as people write them: `Load (kW)`, `load_kw`, `Demand [MW]`; each to a known column and its unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.tables.text import Table
from gigacampus.foundation.unit_names import UnknownUnit, dollars_of, quantity_of, same_unit, symbol_of

_BRACKETED = re.compile(r"^(.*?)[\s_]*[(\[{]\s*([^()\[\]{}]*?)\s*[)\]}]\s*(?:\s-\s.*)?$", re.DOTALL)
_IN_WORDS = re.compile(r"^(.*\S)\s+(?:in|/|,)\s*(\S.*)$|^(.*\S),\s*(\S.*)$", re.IGNORECASE)
_CAMEL = re.compile(r"^(.*[a-z])((?:k|M|G)Wh?|KWh?|KWH|MWH)$")


UNIT_NAMES = ("unit", "units", "uom", "unit_of_measure", "einheit", "einheiten", "unite", "unites", "unidad", "unidades", "unita")
"""Names of columns that hold the unit of a value beside them, as ``normal`` writes them; also behind a name, as in ``load_unit``."""


@dataclass(frozen=True)
class Column:
    """A column that a reader knows."""

    name: str
    aliases: tuple[str, ...] = ()
    """Other names of the same quantity, in the form of ``normal`` and without unit."""
    unit: str = ""
    """Unit of the values wanted; empty: text, or a number without unit."""
    needed: bool = False


def normal(name: str) -> str:
    """A name in small letters without accents, words parted by one underscore.

    >>> normal(" Dry-bulb Température ")
    'dry_bulb_temperature'
    """
    plain = unicodedata.normalize("NFKD", name.strip().strip("\ufeff")).casefold().replace("ß", "ss")
    return re.sub(r"[^0-9a-z]+", "_", "".join(c for c in plain if not unicodedata.combining(c))).strip("_")


@lru_cache(maxsize=4096)
def split_unit(name: str) -> tuple[str, str]:
    """A column's name (as ``normal`` writes it) and the unit that the name holds; empty: it holds none.

    >>> split_unit("Load (kW)"), split_unit("load_kw"), split_unit("Leistung, MW"), split_unit("Temp °F"), split_unit("wind_speed_m_s")
    (('load', 'kW'), ('load', 'kw'), ('leistung', 'MW'), ('temp', '°F'), ('wind_speed', 'm_s'))
    """
    text = name.strip().strip("\ufeff")
    if found := _BRACKETED.match(text):
        return (split_unit(found[1])[0] if _is_unit(found[2]) else normal(found[1])), found[2]
    if (found := _IN_WORDS.match(text)) and _is_unit(found[2] or found[4]):
        return normal(found[1] or found[3]), found[2] or found[4]
    if found := _CAMEL.match(text):
        return normal(found[1]), found[2]
    parts = re.split(r"([_\s.-]+)", text)
    for start in (len(parts) - 5, len(parts) - 3, len(parts) - 1):
        tail = "".join(parts[start:]) if start >= 0 else ""
        if tail and _is_unit(tail) and not tail.isdigit():
            return normal("".join(parts[:start])), tail
    return normal(text), ""


def _is_unit(text: str) -> bool:
    try:
        return symbol_of(text) is not None or bool(quantity_of(text)) or dollars_of(text) is not None
    except UnknownUnit:
        return True


def column_of(name: str, columns: Sequence[Column]) -> tuple[Column, str] | None:
    """The known column that a name means, and the unit that the name holds; None: it means none of them."""
    whole, (bare, unit) = normal(name), split_unit(name)
    for c in columns:
        if whole == c.name:
            return c, unit or split_unit(c.name)[1]
    for c in columns:
        if bare and (bare in (c.name, split_unit(c.name)[0]) or bare in c.aliases):
            return c, unit
    return next(((c, "") for c in columns if not unit and whole in c.aliases), None)


def matched(table: Table, columns: Sequence[Column], *, extra: str = "refuse") -> dict[str, tuple[int, str]]:
    """Known column -> (position, unit in its header or in the row of units).

    A missing column that is needed, a column twice and (unless ``extra`` is ``note``) an unknown one are refused by
    name with the nearest known one.
    """
    out: dict[str, tuple[int, str]] = {}
    known = [c.name for c in columns]
    fix = f"columns: {', '.join(known)}"
    meant = {i: found for i, name in enumerate(table.header) if (found := column_of(name, columns)) is not None}
    main = [i for i, (column, _) in meant.items() if column.needed and column.unit]
    own_units = any(c.name in UNIT_NAMES for c in columns)
    beside = {} if own_units else units_beside(table, main)
    for i, name in enumerate(table.header):
        found = meant.get(i)
        if found is None:
            if extra == "refuse" and (own_units or not _belongs_to(table, i)):
                raise refuse(
                    f"column {printable(name)!r} is not one of {', '.join(known)}" if name else f"column {i + 1} has no name",
                    file=table.file,
                    line=table.header_line,
                    nearest=nearest(normal(name), known),
                    fix=f"rename or delete it; {fix}",
                )
            continue
        column, unit = found
        if column.name in out:
            first = table.header[out[column.name][0]]
            raise refuse(
                f"columns {printable(first)!r} and {printable(name)!r} both mean {column.name}",
                file=table.file,
                line=table.header_line,
                fix="keep the one that counts",
            )
        out[column.name] = (i, table.units.get(i, "") or beside.get(i, "") or unit)
    missing = [c.name for c in columns if c.needed and c.name not in out]
    if missing:
        unknown = [n for n in table.header if column_of(n, columns) is None]
        raise refuse(
            f"no column {missing[0]!r}", file=table.file, line=table.header_line or 1, nearest=nearest(missing[0], unknown), fix=fix
        )
    return out


def unread(table: Table, used: Sequence[int]) -> list[str]:
    """Names of the columns that a reader leaves alone."""
    rest = (i for i in range(len(table.header)) if i not in used and not _belongs_to(table, i))
    return [table.header[i] or f"column {i + 1}" for i in rest]


def units_beside(table: Table, main: Sequence[int]) -> dict[int, str]:
    """Units in columns of their own, by the position of the value: ``load_unit`` for load, ``unit`` for the one in ``main``.

    A column that mixes units, or contradicts the unit in the value's own header, is refused.
    """
    out: dict[int, str] = {}
    for j, name in enumerate(table.header):
        if not _belongs_to(table, j):
            continue
        at = _named_beside(table, j)
        if at is None:
            if len(main) != 1:
                raise refuse(
                    f"column {printable(name)!r}: the unit of which value?",
                    file=table.file,
                    line=table.header_line,
                    fix="write units in the headers, such as load_kw",
                )
            at = main[0]
        out[at] = _one_unit(table, at, j)
    return out


def _named_beside(table: Table, j: int) -> int | None:
    """Position of the value whose unit a column holds by its name; None where it names none."""
    stem = next((normal(table.header[j]).removesuffix(f"_{u}") for u in UNIT_NAMES if normal(table.header[j]).endswith(f"_{u}")), None)
    return (
        next((i for i, name in enumerate(table.header) if i != j and stem in (normal(name), split_unit(name)[0])), None) if stem else None
    )


def refuse_unit_above(table: Table, means: Callable[[str], bool], fix: str) -> None:
    """Refuse words above the header that state a unit (``All values in kW``, ``USD millions``) where the columns state none."""
    for line in table.comments:
        words = re.findall(r"[^\s:;,()\[\]{}]+", line)
        pairs = [" ".join(pair) for pair in pairwise(words)]
        said = next((text for text in (*pairs, *words) if means(text)), None)
        if said is not None:
            raise refuse(
                f"above the header stands {printable(said)}, and no column states a unit: is that the unit of the values?",
                file=table.file,
                line=table.header_line,
                fix=fix,
            )


def _belongs_to(table: Table, j: int) -> bool:
    """Whether a column holds the unit of another one; a column ``unit`` of numbers or labels such as ``Unit 3`` does not."""
    if normal(table.header[j]) not in UNIT_NAMES and _named_beside(table, j) is None:
        return False
    cells = {cell for row in table.rows if j < len(row) and (cell := row[j].strip())}
    return bool(cells) and not all(symbol_of(c) is None and any(d.isdigit() for d in c) for c in cells)


def _one_unit(table: Table, at: int, j: int) -> str:
    cells = [(row[j].strip(), line) for row, line in zip(table.rows, table.lines, strict=True) if j < len(row)]
    first = next(cell for cell, _ in cells if cell)
    header = table.units.get(at, "") or split_unit(table.header[at])[1]
    for cell, line in [*cells, (header or first, table.header_line)]:
        if not same_unit(cell, first):
            raise refuse(
                f"{printable(table.header[at])} in {printable(first)} and in {printable(cell or 'no unit')}",
                file=table.file,
                line=line,
                fix="give one unit for all rows, the same in header and column",
            )
    return first
