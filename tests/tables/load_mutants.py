"""Hourly loads with a known truth, written in every habit: what a reader makes of them is the truth, or a refusal."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR

HOUR = np.arange(8760)
TRUTH_MW = (
    85.0 + 10.0 * np.sin(2 * np.pi * (HOUR // 24 - 100) / 365) + 3.0 * np.sin(2 * np.pi * (HOUR % 24 - 9) / 24) + 0.0001 * (HOUR % 997)
)
"""MW of each hour of the model's year; no two neighbouring hours, days or halves of the year are alike."""
UNITS = {"MW": 1.0, "kW": 1e3, "GW": 1e-3, "W": 1e6, "MWh": 1.0, "kWh": 1e3}
TIMES = {
    "iso": "%Y-%m-%d %H:%M",
    "isot": "%Y-%m-%dT%H:%M:%S",
    "de": "%d.%m.%Y %H:%M",
    "us": "%m/%d/%Y %H:%M",
    "us12": "%m/%d/%Y %I:%M %p",
    "uk": "%d/%m/%Y %H:%M",
    "words": "%d-%b-%Y %H:%M",
    "packed": "%Y%m%d%H%M",
    "serial": "",
    "epoch": "",
}
"""Ways to write a time; serial days and seconds since 1970 are counts, the second behind a line that states the clock."""
EPOCH_CLOCK_H = -6
MARKS = {".": ("", "", "", ",", "'", " "), ",": ("", "", "", ".", "'", "\u00a0")}
FAULTS = (
    "",
    "",
    "",
    "",
    "gap",
    "twice",
    "skip",
    "summer",
    "missing",
    "negative",
    "footer",
    "words above",
    "ragged",
    "second load",
    "other year",
)


@dataclass
class Mutant:
    """One file, and what may come of it."""

    content: bytes
    said: dict[str, object] = field(default_factory=dict)
    must: str = "either"
    """``read``, ``refuse`` or ``either``."""
    rounding_mw: float = 0.0


def truth_of(moment: datetime) -> float:
    """MW at a local standard time; 29 February has that of the day before."""
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return float(TRUTH_MW[MONTH_START_HOUR[moment.month - 1] + 24 * (day - 1) + moment.hour])


def mutant(seed: int) -> Mutant:
    """The file of a seed."""
    chance = random.Random(seed)
    pick = chance.choice
    decimal, unit, fault = pick(".,"), pick(list(UNITS)), pick(FAULTS)
    separator = pick(",;\t|") if decimal == "." else pick(";;\t|")
    said: dict[str, object] = {
        "decimal": decimal, "unit": unit, "fault": fault, "separator": separator, "thousands": pick(MARKS[decimal]),
    "time": pick(["none", *TIMES]),
        "step": pick((60, 60, 60, 30, 15)), "ends": chance.random() < 0.3, "year": pick((2023, 2024, 2025)), "month": pick((1, 1, 1, 7, 4)),
        "encoding": pick(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")), "newline": pick(("\n", "\n", "\r\n", "\r")),
    "digits": pick((1, 2, 3)),
        "style": pick(("load_{}", "Load ({})", "Demand [{}]", "Leistung, {}", "Site load {}", "row")), "extra": chance.randint(0, 3),
        "quoted": chance.random() < 0.15, "split": chance.random() < 0.2,
    }  # fmt: skip
    if said["time"] == "none":
        said |= {"step": 60, "ends": False, "month": 1, "split": False, "year": 2025}
        fault = said["fault"] = "" if fault in ("twice", "skip", "summer", "other year") else fault
    if fault == "summer":
        said |= {"ends": False, "month": 1}
    return _written(said, chance)


def _written(said: dict, chance: random.Random) -> Mutant:
    moments, values = _series(said)
    fault, thousands = said["fault"], said["thousands"]
    factor = UNITS[said["unit"]] * (said["step"] / 60.0 if said["unit"].endswith("Wh") else 1.0)
    digits = said["digits"] + {"GW": 5, "MW": 2, "MWh": 2}.get(said["unit"], 0)
    if chance.random() < 0.3:
        digits = 3 if said["unit"] != "GW" else digits
    cells = [_number(v * factor, digits, said["decimal"], thousands) for v in values]
    times = _times(moments, said)
    must = "either"
    if fault == "missing":
        cells[chance.randrange(len(cells))], must = chance.choice(["", "NA", "-", "NaN", "-9999", "null"]), "refuse"
    if fault == "negative":
        cells[chance.randrange(len(cells))], must = "-5", "refuse"
    drop = {"gap": slice(4000, 4003), "skip": slice(1635, 1636)}.get(fault)
    if drop is not None:
        del moments[drop], cells[drop], times[drop]
        must = "refuse"
    if fault == "twice":
        at = chance.randrange(len(cells))
        for rows in (times, cells):
            rows.insert(at, rows[at])
        must = "refuse"
    if fault == "other year":
        times, cells, must = times + times[:1], cells + cells[:1], "refuse"
    content, more = _laid(said, times, cells, chance)
    easy = (
        said["decimal"] == "."
        and thousands == ""
        and digits != 3
        and said["style"] != "row"
        and not said["quoted"]
        and fault in ("", "summer")
    )
    return (
        Mutant(content, said, must if fault not in ("ragged", "second load", "footer") else more, 0.5 * 10.0**-digits / factor + 1e-9)
        if not easy
        else Mutant(content, said, "read", 0.5 * 10.0**-digits / factor + 1e-9)
    )


def _series(said: dict) -> tuple[list[datetime], list[float]]:
    """Local clock times in which intervals begin, and MW."""
    begin = datetime(said["year"], said["month"], 1)
    end = datetime(said["year"] + 1, said["month"], 1)
    step = timedelta(minutes=said["step"])
    count = int((end - begin) / step)
    standard = [begin + i * step for i in range(count)]
    if said["time"] == "none":
        standard = [m for m in standard if (m.month, m.day) != (2, 29)]
    values = [truth_of(m) for m in standard]
    if said["fault"] == "summer":
        first, last = datetime(said["year"], 3, 9, 2), datetime(said["year"], 11, 2, 1)
        standard = [m + timedelta(hours=1) if first <= m < last else m for m in standard]
    return standard, values


def _number(value: float, digits: int, decimal: str, thousands: str) -> str:
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def _times(moments: list[datetime], said: dict) -> list[str]:
    if said["time"] == "none":
        return [""] * len(moments)
    shift = timedelta(minutes=said["step"] if said["ends"] else 0)
    if said["time"] == "serial":
        return [f"{((m + shift) - datetime(1899, 12, 30)) / timedelta(days=1):.6f}".replace(".", said["decimal"]) for m in moments]
    if said["time"] == "epoch":
        return [f"{((m + shift) - datetime(1970, 1, 1)) // timedelta(seconds=1) - 3600 * EPOCH_CLOCK_H}" for m in moments]
    return [(m + shift).strftime(TIMES[said["time"]]) for m in moments]


def _laid(said: dict, times: list[str], cells: list[str], chance: random.Random) -> tuple[bytes, str]:
    """Bytes of the file, and what must come of it for faults of the layout."""
    unit, style, must = said["unit"], said["style"], "either"
    name = "load" if style == "row" else style.format(unit.lower() if style == "load_{}" else unit)
    columns: list[tuple[str, str, list[str]]] = [(name, unit if style == "row" else "", cells)]
    if said["time"] != "none":
        split = said["split"] and " " in times[0] and said["time"] not in ("us12",)
        parts = [t.split(" ", 1) for t in times] if split else []
        columns += [("Date", "", [p[0] for p in parts]), ("Time", "", [p[1] for p in parts])] if split else [("timestamp", "", times)]
    temperature = [_number(15.0 + (i % 300) / 10.0, 1, said["decimal"], "") for i in range(len(cells))]
    others = [("outdoor_temp_c", "°C", temperature), ("price_usd_per_mwh", "", temperature), ("remark", "", ["ok"] * len(cells))]
    columns += others[: said["extra"]]
    if said["fault"] == "second load":
        columns.append(("demand_mw", "", temperature))
        must = "refuse"
    chance.shuffle(columns)
    rows = [[c[0] for c in columns]]
    if style == "row":
        rows.append([c[1] for c in columns])
    rows += [list(row) for row in zip(*(c[2] for c in columns), strict=True)]
    if said["fault"] == "footer":
        rows.append(["Total" if c[0] != name else "744600" for c in columns])
        must = "refuse"
    if said["fault"] == "ragged" and len(columns) > 1:
        rows[5000] = rows[5000][:-1]
        must = "refuse"
    mark = said["separator"]
    quote = (lambda cell: f'"{cell}"') if said["quoted"] else (lambda cell: f'"{cell}"' if mark in cell else cell)
    lines = [mark.join(quote(cell) for cell in row) for row in rows]
    if said["fault"] == "words above":
        lines = ["Export of meter 7", "made by hand", *lines]
    if said["time"] == "epoch":
        lines = [f"# utc_offset_h: {EPOCH_CLOCK_H}", *lines]
    text = said["newline"].join(lines) + said["newline"]
    try:
        return text.encode(said["encoding"]), must
    except UnicodeEncodeError:
        return text.encode("utf-8"), must
