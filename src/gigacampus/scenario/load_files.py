"""Hourly files: a load in MW, or the price of grid energy, in each of the 8,760 hours, from any table that says so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.tables.cells import Marks, is_number, numbers
from gigacampus.foundation.tables.comments import UTC_OFFSET, stated_numbers
from gigacampus.foundation.tables.days_across import days_across
from gigacampus.foundation.tables.headers import normal, refuse_unit_above, split_unit, units_beside, unread
from gigacampus.foundation.tables.hours import Placing, hour_label, placed
from gigacampus.foundation.tables.stamps import Stamps, is_time_name, stamps_of, time_columns
from gigacampus.foundation.tables.text import Table, table_of
from gigacampus.foundation.unit_names import UnknownUnit, converts, factor_to, quantity_of, symbol_of
from gigacampus.foundation.units import HOURS_PER_YEAR, MINUTES_PER_HOUR
from gigacampus.scenario.hourly_names import ENERGY, LOAD, PLAIN, PRICE

HIGHEST_MW = 20_000.0
"""A load above this is asked for its unit: ten of the largest campuses together draw less."""
HIGHEST_SYSTEM_MW = 500_000.0
"""The same of a utility's whole system: the largest interconnected markets peak at a third of it."""
SMALLEST_MW, CHEAPEST_USD_PER_MWH = 1.0, 2.0
"""A column without a unit that never passes these is asked for its unit."""
HIGHEST_USD_PER_MWH, LOWEST_USD_PER_MWH = 10_000.0, -1_000.0
MOST_BYTES = 20_000_000
ALL_NINES = tuple(float("9" * count + part) for count in range(3, 9) for part in ("", ".9", ".99", ".999"))
"""Numbers, in the unit of the file, by which recorders say that nothing was measured; believed where they stand far above the rest."""
FAR_ABOVE = 2.0
REST_FRAC = 0.995
"""Share of the hours that a load's highest hours are compared with."""
ONE_WAY_FRAC = 0.9
"""Where more of the steps than this go one way, the column counts on (and may begin anew each day or month)."""
UTILITY_LOADS = "lib:utility_load/"


@dataclass(frozen=True)
class HourlyLoad:
    """A load in local standard time."""

    mw: np.ndarray
    """(8760,)"""
    finding: str
    """What was understood of the file, in one sentence."""
    utc_offset_h: float | None = None
    """Offset from universal time, where the file states one."""


@dataclass(frozen=True)
class HourlyPrice:
    """The price of grid energy in local standard time."""

    usd_per_mwh: np.ndarray
    """(8760,)"""
    finding: str
    """What was understood of the file, in one sentence."""


def hourly_load(path: Path, name: str = "") -> HourlyLoad:
    """Load of a CSV or xlsx file. Raises ``ScenarioError`` that names the file, the row and the cause."""
    return HourlyLoad(*_of_file(path, name, _LOAD)[:3])


@dataclass(frozen=True)
class MeteredLoad:
    """A load in local standard time, by calendar month."""

    by_month: dict[str, np.ndarray]
    """Month such as ``2026-03`` -> MW in each of its hours; 29 February is left out."""
    finding: str
    """What was understood of the file, in one sentence."""


def metered_load(path: Path) -> MeteredLoad:
    """Load of a meter over whole months with times. Raises ``ScenarioError`` that names the file, the row and the cause."""
    hourly, finding, _, months = _of_file(path, "", _METER)
    if not months:
        raise refuse("no column of times: which months are these?", file=str(path), fix="add a column such as 2026-03-31 14:00")
    cut = {month: int(month[5:]) - 1 for month in months}
    return MeteredLoad({m: hourly[MONTH_START_HOUR[k] : MONTH_START_HOUR[k + 1]] for m, k in cut.items()}, finding)


def hourly_price(path: Path, name: str = "") -> HourlyPrice:
    """Price of grid energy of a CSV or xlsx file. Raises ``ScenarioError`` that names the file, the row and the cause."""
    return HourlyPrice(*_of_file(path, name, _PRICE)[:2])


def utility_load_mw(name: str) -> np.ndarray:
    """Demand of a utility's system, (8760,): of the library as ``lib:utility_load/NAME``, or of a file."""
    if name.startswith(UTILITY_LOADS):
        with resources.as_file(resources.files("gigacampus.library") / "utility_load" / f"{name.removeprefix(UTILITY_LOADS)}.csv") as path:
            return _of_file(path, name, _SYSTEM)[0]
    return _of_file(Path(name), "", _SYSTEM)[0]


def _of_file(path: Path, name: str, kind: _Kind) -> tuple[np.ndarray, str, float | None, tuple[str, ...]]:
    name = name or str(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise refuse(f"larger than {MOST_BYTES // 1_000_000} MB", file=name, fix="leave out columns that are not needed")
        content = path.read_bytes()
    except OSError as error:
        raise refuse(error.strerror or "cannot be read", file=name, fix="check the name") from None
    return _read(hashlib.sha256(content).digest(), _Bytes(content), name, kind)


class _Bytes:
    """A file's content, equal to any other: the digest beside it tells files apart."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bytes)


@lru_cache(maxsize=16)
def _read(digest: bytes, held: _Bytes, name: str, kind: _Kind) -> tuple[np.ndarray, str, float | None, tuple[str, ...]]:
    table = table_of(held.content, name, known=kind.known, headed=False)
    held.content = b""
    if not table.rows:
        raise refuse("no rows", file=name, fix=f"give {HOURS_PER_YEAR} hours")
    table = days_across(table.even(), kind.names[0])
    times = time_columns(table)
    stamps = stamps_of(table, times) if times else None
    sequence = [i for i in range(table.width) if stamps is None and _counts_hours(table, i)]
    if times and stamps is None and not sequence:
        raise refuse(
            f"column {printable(table.header[times[0]] if table.header else '1')}: {printable(table.rows[0][times[0]])} names no day",
            file=name,
            line=table.lines[0],
            fix="write times such as 2025-01-31 14:00, or leave the column away",
        )
    chosen = _column(table, {*times, *sequence}, kind)
    place = placed(table, stamps, site_utc_offset_h=stated_numbers(table, UTC_OFFSET).get("utc_offset_h"), whole_year=kind.whole_year)
    values, how = kind.values(table, chosen, place, stamps)
    hourly = place.mean(values)
    hourly.setflags(write=False)
    offset = None if place.utc_offset_min is None else place.utc_offset_min / 60.0
    rest = unread(table, [chosen, *times, *sequence])
    return hourly, _finding(name, table, place, hourly, how, rest, kind), offset, place.months


@dataclass(frozen=True)
class _Kind:
    """A quantity that a file may hold by the hour, and how its column is known and read."""

    names: tuple[str, ...]
    is_what: str
    header: str
    unit: str
    units: tuple[str, ...]
    values: Callable[[Table, int, Placing, Stamps | None], tuple[np.ndarray, str]]
    whole_year: bool = True
    """Whether every hour of a year must be there, or of whole months only."""

    def known(self, cell: str) -> bool:
        """Whether a cell is a heading of a time or of this quantity."""
        return not is_number(cell) and (is_time_name(cell) or self.named(cell) or converts(split_unit(cell)[1], self.units))

    def named(self, cell: str) -> bool:
        """Whether a heading names this quantity."""
        return split_unit(cell)[0] in self.names or normal(cell) in self.names


def _counts_hours(table: Table, i: int) -> bool:
    """Whether a column counts the rows from 0 or from 1."""
    cells = table.column(i)
    if cells[0] not in ("0", "1") or len(cells) < 3 or not (not table.header or is_time_name(table.header[i]) or not table.header[i]):
        return False
    first = int(cells[0])
    return all(cell == str(first + k) for k, cell in enumerate(cells))


def _column(table: Table, times: set[int], kind: _Kind) -> int:
    """The column that holds the quantity; refused where none or more than one could."""
    numeric = [i for i in range(table.width) if i not in times and _mostly_numbers(table, i)]
    line = table.header_line or table.lines[0]
    if not table.header:
        if len(numeric) != 1:
            raise refuse(
                f"{len(numeric)} columns of numbers and no header: which is {kind.is_what}? (or a decimal comma between commas?)",
                fix=f"add a header with {kind.header}; write decimal points, or semicolons between columns",
                file=table.file,
                line=line,
            )
        return numeric[0]
    names = {i: split_unit(name)[0] for i, name in enumerate(table.header) if i not in times}
    meant = [i for i in names if kind.named(table.header[i])]
    named = [i for i in meant if not quantity_of(split_unit(table.header[i])[1])] or meant
    if len(named) == 1:
        return named[0]
    shown = ", ".join(printable(table.header[i]) for i in (named or list(names)))
    if len(named) > 1:
        raise refuse(
            f"columns {shown} could each be {kind.is_what}", fix="keep one of them, or rename the others", file=table.file, line=line
        )
    if len(numeric) == 1 and names[numeric[0]] in PLAIN:
        return numeric[0]
    raise refuse(
        f"no column is {kind.is_what}: {shown or 'none but times'}",
        nearest=nearest(kind.header.split()[0], [normal(n) for n in table.header]),
        fix=f"name the column that counts {kind.header}",
        file=table.file,
        line=line,
    )


def _mostly_numbers(table: Table, i: int) -> bool:
    sample = [row[i] for row in table.rows[:200]]
    return sum(map(is_number, sample)) >= 0.5 * len(sample)


def _megawatts(table: Table, chosen: int, place: Placing, stamps: Stamps | None, highest_mw: float = HIGHEST_MW) -> tuple[np.ndarray, str]:
    """MW of each row, and words on unit and marks."""
    title = table.header[chosen] if table.header else "the one column of numbers"
    marks = Marks("," if stamps and stamps.european else "")
    found = numbers(table.column(chosen), table.lines, table.file, title, separator=table.separator, marks=marks)
    unit = (
        table.units.get(chosen, "")
        or units_beside(table, [chosen]).get(chosen, "")
        or (split_unit(title)[1] if table.header else "")
        or found.unit
    )
    if not unit:
        refuse_unit_above(
            table,
            lambda word: converts(word, _LOAD.units) and symbol_of(word) not in ("W", "MW"),
            "state the unit in the header, such as load_kw",
        )
    _refuse_energy_without_unit(table, title, unit, place.step_min)
    factor, said = _factor(table, title, unit, place.step_min / 60.0)
    values = _without_nines(found.values)
    mw = values * factor
    _refuse_unusable(table, chosen, mw, title, unit, highest_mw)
    _refuse_other_scale(table, title, mw, unit, SMALLEST_MW, "shares of a peak, or MW?", "load_mw")
    if "energy" in said or (table.header and split_unit(title)[0] in ENERGY):
        _refuse_counter(table, title, mw)
    return mw, ", ".join(t for t in (f"{title} taken as {{}} MW" + said, found.note) if t)


def _refuse_other_scale(table: Table, title: str, values: np.ndarray, unit: str, least: float, problem: str, name: str) -> None:
    """Ask for the unit of a column without one whose highest value no hourly file of its kind stays below."""
    if not unit and 0.0 < float(np.nanmax(values, initial=0.0)) <= least:
        text = f"{printable(title)}: no value above {least:g}: {problem}"
        raise refuse(text, file=table.file, line=table.header_line or table.lines[0], fix=f"state the unit in the header: {name}")


def _refuse_counter(table: Table, title: str, values: np.ndarray) -> None:
    """Refuse energy that only rises, or rises from one reset to the next: a counter's reading is no energy of its interval."""
    steps = np.diff(values)
    up, down = int((steps > 0.0).sum()), int((steps < 0.0).sum())
    if up + down == 0 or max(up, down) < ONE_WAY_FRAC * (up + down):
        return
    how = (
        "only rises, all year"
        if min(up, down) == 0
        else f"rises in {max(up, down) / (up + down):.0%} of its steps and falls back in the others"
    )
    raise refuse(
        f"{printable(title)} {how}: the reading of a counter?",
        file=table.file,
        line=table.lines[0],
        fix="give the energy of each interval: the reading less the one before",
    )


def _refuse_energy_without_unit(table: Table, title: str, unit: str, step_min: int) -> None:
    """Energy of each hour in MWh is its load in MW; of shorter intervals it is a part of it."""
    if not unit and step_min != MINUTES_PER_HOUR and table.header and split_unit(title)[0] in ENERGY:
        raise refuse(
            f"{printable(title)}: MW, or the energy of each {step_min} minutes?",
            file=table.file,
            line=table.header_line,
            fix="state the unit in the header, such as energy_mwh or load_mw",
        )


def _without_nines(values: np.ndarray) -> np.ndarray:
    """Values without those made of nines alone that stand far above all others: a recorder's mark, no load."""
    marked = np.isin(values, ALL_NINES)
    if not marked.any() or marked.all():
        return values
    most = float(np.nanmax(np.where(marked, 0.0, values)))
    return np.where(marked & (values > FAR_ABOVE * most), np.nan, values)


def _factor(table: Table, title: str, unit: str, step_h: float) -> tuple[float, str]:
    """MW in one unit of the column, and what to say of it."""
    if not unit:
        return 1.0, " (no unit stated)"
    try:
        return factor_to(unit, "MW")[0], ""
    except UnknownUnit as problem:
        try:
            return factor_to(unit, "MWh")[0] / step_h, f" (energy of {step_h:g} h)"
        except UnknownUnit:
            raise refuse(
                f"{printable(title)}: {problem}", file=table.file, line=table.header_line or None, fix="give MW, kW or GW (or MWh, kWh)"
            ) from None


def _refuse_unusable(table: Table, chosen: int, mw: np.ndarray, title: str, unit: str, highest_mw: float) -> None:
    bad = ~((mw >= 0.0) & (mw <= highest_mw))
    if not bad.any():
        return
    i = int(np.argmax(bad))
    cell = printable(table.rows[i][chosen].strip())
    missing, below = int(np.isnan(mw).sum()), int((mw < 0.0).sum())
    if np.isnan(mw[i]):
        problem, fix = f"{cell or 'an empty cell'} is not a load in MW ({missing:,} rows without a value)", "fill the gap"
    elif mw[i] < 0.0:
        problem, fix = f"{cell} is not a load in MW ({below:,} rows below zero)", "give what the facility draws, from 0 up"
    else:
        whose = "facility" if highest_mw == HIGHEST_MW else "utility's system"
        problem = f"{printable(title)}: {cell} is {mw[i]:,.0f} MW, more than any {whose} draws"
        fix = "state the unit in the header, such as load_kw" if not unit else "check the unit in the header"
    raise refuse(problem, file=table.file, line=table.lines[i], fix=fix)


def _short(mw: float) -> str:
    return f"{mw:,.1f}" if mw >= 10.0 or mw == 0.0 else f"{mw:.3g}"


def _prices(table: Table, chosen: int, place: Placing, stamps: Stamps | None) -> tuple[np.ndarray, str]:
    """USD/MWh of each row, and words on unit and marks; prices may lie below zero."""
    del place
    title = table.header[chosen] if table.header else "the one column of numbers"
    marks = Marks("," if stamps and stamps.european else "")
    found = numbers(table.column(chosen), table.lines, table.file, title, separator=table.separator, marks=marks)
    stated = table.units.get(chosen, "") or units_beside(table, [chosen]).get(chosen, "")
    spelt = next((u for end, u in (("usd_per_mwh", "USD/MWh"), ("usd_per_kwh", "USD/kWh")) if normal(title).endswith(end)), "")
    unit = stated or spelt or (split_unit(title)[1] if table.header else "") or found.unit
    if not unit:
        refuse_unit_above(
            table, lambda word: converts(word, _PRICE.units) and symbol_of(word) != "USD/MWh", "state it in the header: price_usd_per_kwh"
        )
    try:
        factor = factor_to(unit, "USD/MWh")[0] if unit else 1.0
    except UnknownUnit as problem:
        raise refuse(
            f"{printable(title)}: {problem}", file=table.file, line=table.header_line or None, fix="give USD/MWh or USD/kWh"
        ) from None
    usd = found.values * factor
    _refuse_other_scale(table, title, usd, unit, CHEAPEST_USD_PER_MWH, "USD/kWh, or USD/MWh?", "price_usd_per_kwh or price_usd_per_mwh")
    bad = ~((usd >= LOWEST_USD_PER_MWH) & (usd <= HIGHEST_USD_PER_MWH))
    if bad.any():
        i = int(np.argmax(bad))
        cell = printable(table.rows[i][chosen].strip()) or "an empty cell"
        raise refuse(
            f"{cell} is no price from {LOWEST_USD_PER_MWH:,.0f} to {HIGHEST_USD_PER_MWH:,.0f} USD/MWh ({int(bad.sum()):,} such rows)",
            fix="fill the gap, or state the unit in the header, such as price_usd_per_kwh",
            file=table.file,
            line=table.lines[i],
        )
    said = "" if unit else " (no unit stated)"
    return usd, ", ".join(t for t in (f"{title} taken as {{}} USD/MWh" + said, found.note) if t)


_LOAD = _Kind(LOAD, "the facility's load", "load_mw (or load_kw, demand_mw)", "MW", ("MW", "MWh"), _megawatts)
_SYSTEM = replace(_LOAD, is_what="the system's load", values=partial(_megawatts, highest_mw=HIGHEST_SYSTEM_MW))
_METER = replace(_LOAD, whole_year=False)
_PRICE = _Kind(PRICE, "the price of grid energy", "price_usd_per_mwh", "USD/MWh", ("USD/MWh",), _prices)


def _far_above(hourly: np.ndarray, hour: np.ndarray) -> list[str]:
    """A few hours that stand far above all others, in words: marks, slips of a digit, or a peak that is real."""
    above = hourly > FAR_ABOVE * float(np.quantile(hourly, REST_FRAC))
    if not above.any():
        return []
    where = f"up to {_short(float(hourly.max()))} MW, first at {hour_label(int(hour[np.argmax(above)]))}"
    return [f"{int(above.sum()):,} hours more than {FAR_ABOVE:g} times above nearly all others, {where}: a recorder's mark, or real?"]


def _only_rises(hourly: np.ndarray) -> list[str]:
    """A load that hardly ever falls, in words; energy that does is refused."""
    steps = np.diff(hourly)
    moving = int((steps != 0.0).sum())
    rises = moving > len(steps) / 2 and int((steps > 0.0).sum()) >= ONE_WAY_FRAC * moving
    return ["rises from nearly every hour to the next: the reading of a counter, or a load that grows?"] if rises else []


def _finding(name: str, table: Table, place: Placing, hourly: np.ndarray, how: str, rest: list[str], kind: _Kind) -> str:
    start = f" from {place.first}" if place.first else ""
    hour = np.unique(place.hour[place.hour >= 0])
    hourly = hourly[hour]
    how = how.format(f"{_short(hourly.min())} to {_short(hourly.max())}")
    span = " a year" if kind.whole_year else ""
    total = f"{hourly.sum():,.0f} MWh{span}" if kind is not _PRICE else f"mean {_short(float(hourly.mean()))}"
    parts = [f"{hourly.size:,} hours{start}, {how}; {total}", *place.notes, *table.notes]
    if kind is not _PRICE and (still := int((hourly == 0.0).sum())):
        parts.append(f"{still:,} hours at 0 MW")
    if kind is not _PRICE:
        parts += [*_far_above(hourly, hour), *_only_rises(hourly)]
    if rest:
        parts.append(f"not read: {', '.join(map(printable, rest))}")
    return f"{printable(name)}: {'; '.join(parts)}"
