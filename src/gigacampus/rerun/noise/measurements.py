"""`gigacampus observe`: meter readings against a run; how much louder or quieter each source group is than it was thought."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from gigacampus.foundation.great_circle import great_circle_m
from gigacampus.foundation.tables.cells import Marks, is_number, numbers
from gigacampus.foundation.tables.headers import Column, column_of, matched, split_unit
from gigacampus.foundation.tables.text import Table, read_table, warn_of_unseen
from gigacampus.foundation.unit_names import UnknownUnit, factor_to, same_unit, symbol_of
from gigacampus.foundation.whole_file import write_text
from gigacampus.neighbours.noise.exposure.levels import Z80, half_width_db, propagation_sigma_db
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB, C_WEIGHT_DB
from gigacampus.neighbours.noise.sources.plant import WINDS, Period, Plant, Wind, group_energy
from gigacampus.neighbours.noise.sources.source_uncertainty import SourceUncertainty, group_uncertainty, together
from gigacampus.rerun.noise.level_posterior import INSTRUMENT_SIGMA_DB, Posterior, source_offsets
from gigacampus.rerun.noise.run_context import RunContext, chosen, columns, refuse, run_context, sounding

WEIGHTS_DB = {"A": A_WEIGHT_DB, "C": C_WEIGHT_DB}
MOST_READINGS = 500
LEARNT_FRAC = 0.98
"""A group whose spread stays above this share of what it was has not been learnt about."""
LOWEST_DB, HIGHEST_DB = -10.0, 150.0
HIGHEST_M = 500.0
"""No meter is held higher above the ground."""
REACH_KM = 30.0
"""Nothing that is read farther from every campus can be told from other sounds."""
WITHIN = {"deg": (-180.0, 180.0), "dB": (LOWEST_DB, HIGHEST_DB), "m": (0.0, HIGHEST_M)}
"""What a column in each unit can hold, by which the marks of its numbers are told."""
WEIGHTED = {"dBA": "A", "dBC": "C"}
KNOWN = (
    Column("receptor", ("place", "name", "where", "location", "site", "point")),
    Column("lat", ("latitude",), "deg"),
    Column("lon", ("longitude", "lng"), "deg"),
    Column("level_db", ("level", "laeq", "lceq", "leq", "spl", "sound_level", "reading", "measured"), "dB", needed=True),
    Column("weighting", ("weight",)),
    Column("instrument", ("meter", "device")),
    Column("month"),
    Column("period", ("time_of_day",)),
    Column("wind"),
    Column("height_m", ("height", "mic_height", "microphone_height"), "m"),
    Column("background_db", ("background", "residual"), "dB"),
)
COLUMNS = "receptor (or lat and lon), level_db; optional weighting, instrument, month, period, wind, height_m, background_db"


@dataclass(frozen=True)
class Reading:
    """One level that somebody measured outdoors."""

    where: str
    lat: float
    lon: float
    campus: str | None
    level_db: float
    weighting: str
    instrument: str
    month: int
    period: Period
    wind: Wind
    height_m: float
    background_db: float | None


def observe_run(run: Path, readings: Path, *, month: str | None, out: Path | None = None) -> dict[str, Any]:
    """Prior beside posterior of every source group that a reading hears, and what that does to the receptors.

    ``out`` receives a patch for the scenario that makes the next run start from the posterior.
    """
    opening = run_context(run, month=month)
    rows = read_readings(readings, opening)
    names, energy, background, sigma = _design(opening, rows)
    prior = prior_spread(opening, names)
    found = source_offsets(
        names,
        energy=energy,
        background=background,
        reading_db=np.array([r.level_db for r in rows]),
        instrument=[r.instrument for r in rows],
        prior_db2=prior.covariance_db2(),
        propagation_sigma_db=sigma,
    )
    months = opening.result.coords["month"]
    if out is not None:
        write_patch(out, found, offsets_before_db(opening, names), prior, readings.name)
    return {
        "run": str(run),
        "month": opening.month_label,
        "groups": _groups(found),
        "readings": [
            {
                "where": r.where,
                "month": months[r.month],
                "reading_db": r.level_db,
                "weighting": r.weighting,
                "instrument": r.instrument,
                "predicted_before_db": float(b),
                "predicted_after_db": float(a),
            }
            for r, b, a in zip(rows, found.predicted_before_db, found.predicted_after_db, strict=True)
        ],
        "receptors": _receptors(opening, found, prior.covariance_db2()),
    }


def offsets_before_db(run: RunContext, names: tuple[str, ...]) -> np.ndarray:
    """Offsets that the scenario already gives groups ``campus/kind/block``; (group,)."""
    told = [run.inputs.tree.campuses[campus].noise.measured.get(group) for campus, group in (n.split("/", 1) for n in names)]
    return np.array([found.offset_db if found else 0.0 for found in told])


def prior_spread(run: RunContext, names: tuple[str, ...]) -> SourceUncertainty:
    """Errors of the named groups before the readings, with the units that sound in the month of the question."""
    units = {f"{p.campus}/{group}": n for p in run.plants() for group, n in p.units.items()}
    return together(
        [
            group_uncertainty((group,), run.inputs.tree.campuses[campus], units=np.array([units.get(f"{campus}/{group}", 1.0)]))
            for campus, group in (n.split("/", 1) for n in names)
        ]
    )


def shared_frac(found: Posterior, prior: SourceUncertainty) -> np.ndarray:
    """Share of the variance left of each group that it has in common with the others of its model; (group,).

    The mean correlation with them; a group alone in its model keeps what it had.
    """
    out = prior.shared_db**2 / np.maximum(found.prior_sigma_db, 1e-9) ** 2
    for k, model in enumerate(prior.model):
        mates = [j for j, m in enumerate(prior.model) if m == model and j != k]
        if mates:
            width = np.maximum(found.sigma_db[k] * found.sigma_db[mates], 1e-9)
            out[k] = float(np.clip(found.covariance_db2[k, mates] / width, 0.0, 1.0).mean())
    value: np.ndarray = out
    return value


def write_patch(path: Path, found: Posterior, before_db: np.ndarray, prior: SourceUncertainty, source: str) -> None:
    """A patch of ``noise.measured`` for the groups that the readings said something of."""
    shared = shared_frac(found, prior)
    lines = ["# Offsets of source groups from meter readings. Name this file under `patches:` of a scenario.", "campuses:"]
    campus = ""
    for k in sorted(range(len(found.groups)), key=lambda k: found.groups[k]):
        if found.sigma_db[k] > LEARNT_FRAC * found.prior_sigma_db[k]:
            continue
        home, group = found.groups[k].split("/", 1)
        if home != campus:
            lines += [f"  {json.dumps(home)}:", "    noise:", "      measured:"]
            campus = home
        lines.append(
            f"        {json.dumps(group)}: {{offset_db: {before_db[k] + found.mean_db[k]:.2f}, sigma_db: {found.sigma_db[k]:.2f}, "
            f"shared_frac: {shared[k]:.2f}, "
            f"source: {json.dumps(source)}, confidence: derived}}"
        )
    if not campus:
        raise refuse("the readings say nothing of any group", file=source, fix="read nearer to the plant, or with a better meter")
    write_text(path, "\n".join(lines) + "\n")


def read_readings(path: Path, run: RunContext) -> list[Reading]:
    """Readings of a CSV or xlsx file; the first row that cannot be used is refused with its line."""
    table = read_table(path, known=lambda cell: not is_number(cell) and column_of(cell, KNOWN) is not None)
    warn_of_unseen(table)
    at = matched(table, KNOWN)
    if not table.rows or len(table.rows) > MOST_READINGS:
        raise refuse(f"{len(table.rows)} readings", file=table.file, fix=f"give 1 to {MOST_READINGS} rows with the columns {COLUMNS}")
    table = table.even()
    found = {c.name: _numbers(table, c, at) for c in KNOWN if c.unit and c.name in at}
    weighting = _weighting_of(table, at, found["level_db"][1])
    values = {name: array for name, (array, _) in found.items()}
    texts = {c.name: table.column(at[c.name][0]) for c in KNOWN if not c.unit and c.name in at}
    return [
        _reading(table, k, {n: cells[k] for n, cells in texts.items()}, {n: float(v[k]) for n, v in values.items()}, weighting, run)
        for k in range(len(table.rows))
    ]


def _numbers(table: Table, column: Column, at: dict[str, tuple[int, str]]) -> tuple[np.ndarray, str]:
    """Values of a column in its unit (NaN where a cell says nothing), and the unit that its cells carry."""
    i, unit = at[column.name]
    marks = Marks(within=WITHIN.get(column.unit))
    found = numbers(table.column(i), table.lines, table.file, table.header[i], separator=table.separator, marks=marks)
    if symbol_of(unit) == "dB" and symbol_of(found.unit) in WEIGHTED:
        unit = found.unit
    if unit and found.unit and not same_unit(unit, found.unit):
        raise refuse(f"cells in {found.unit} under {table.header[i]}", file=table.file, line=table.lines[0], fix="let them agree")
    unit = unit or found.unit
    if not unit or (column.unit == "dB" and symbol_of(unit) in WEIGHTED):
        return found.values, found.unit
    try:
        factor, offset = factor_to(unit, column.unit)
    except UnknownUnit as problem:
        raise refuse(f"{table.header[i]}: {problem}", file=table.file, line=table.header_line, fix=f"give {column.unit}") from None
    return found.values * factor + offset, found.unit


def _weighting_of(table: Table, at: dict[str, tuple[int, str]], in_cells: str) -> str:
    """Weighting that the name, the header's unit or the cells' unit of the levels states; empty: none."""
    i, unit = at["level_db"]
    by_name = {"laeq": "A", "lceq": "C"}.get(split_unit(table.header[i])[0], "")
    said = {w for w in (by_name, *(WEIGHTED.get(symbol_of(u) or "", "") for u in (unit, in_cells))) if w}
    if len(said) > 1:
        raise refuse(f"{table.header[i]} in {in_cells or unit}", file=table.file, line=table.header_line, fix="let them agree")
    return "".join(said)


def _reading(table: Table, k: int, row: dict[str, str], value: dict[str, float], weighting: str, run: RunContext) -> Reading:
    label, place = None, None
    if row.get("receptor"):
        (label,), (place,) = run.places([row["receptor"]])
    lat, lon = (place.lat, place.lon) if place else (value.get("lat", np.nan), value.get("lon", np.nan))
    height_m, background = value.get("height_m", np.nan), value.get("background_db", np.nan)
    _refuse_unusable(table, k, lat, lon, value["level_db"], background)
    _refuse_out_of_reach(table, k, lat, lon, height_m, run)
    said = row.get("weighting", "")
    own = WEIGHTED.get(symbol_of(said) or "", said.upper()) or weighting or "A"
    if weighting and own != weighting:
        header = table.header[table.header.index(next(h for h in table.header if column_of(h, KNOWN[3:4])))]
        raise refuse(f"weighting {own} under the header {header}", file=table.file, line=table.lines[k], fix="let them agree")
    labels = run.result.coords["month"]
    return Reading(
        where=label or f"{lat:.5f},{lon:.5f}",
        lat=lat,
        lon=lon,
        campus=label.split("/")[0] if label else None,
        level_db=value["level_db"],
        weighting=chosen("weighting", own, list(WEIGHTS_DB)),
        instrument=chosen("instrument", (row.get("instrument") or "unknown").lower(), list(INSTRUMENT_SIGMA_DB)),
        month=labels.index(chosen("month", row["month"], labels)) if row.get("month") else run.month,
        period=chosen("period", (row.get("period") or "night").lower(), get_args(Period)),  # type: ignore[arg-type]
        wind=chosen("wind", (row.get("wind") or "mean").lower(), WINDS),  # type: ignore[arg-type]
        height_m=1.5 if np.isnan(height_m) else height_m,
        background_db=None if np.isnan(background) else background,
    )


def _refuse_unusable(table: Table, k: int, lat: float, lon: float, level_db: float, background_db: float) -> None:
    """A place and a level that a meter can have read."""
    if np.isnan(lat) or np.isnan(lon):
        problem, fix = "no column 'receptor' or no lat and lon with a value", "name a receptor of the run, or give lat and lon"
    elif not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        problem, fix = f"{lat:g}, {lon:g} is no place", "give degrees"
    elif not LOWEST_DB <= level_db <= HIGHEST_DB:
        problem, fix = (
            f"level {level_db:g} is not a number of dB from {LOWEST_DB:g} to {HIGHEST_DB:g}",
            "give the level that the meter showed",
        )
    elif not (np.isnan(background_db) or LOWEST_DB <= background_db < level_db + 10.0):
        problem, fix = f"a background of {background_db:g} dB under a reading of {level_db:g}", "give the level without the plant"
    else:
        return
    raise refuse(problem, file=table.file, line=table.lines[k], fix=fix)


def _refuse_out_of_reach(table: Table, k: int, lat: float, lon: float, height_m: float, run: RunContext) -> None:
    """A meter stands on or above the ground, near enough to a campus to hear it."""
    if not (np.isnan(height_m) or 0.0 < height_m <= HIGHEST_M):
        fix = f"give metres above ground, up to {HIGHEST_M:g}"
        raise refuse(f"a height of {height_m:g} m", file=table.file, line=table.lines[k], fix=fix)
    sites = [campus.site for campus in run.inputs.tree.campuses.values()]

    def away_km(there_lat: float, there_lon: float) -> float:
        return min(float(great_circle_m(s.lat, s.lon, lat0_deg=there_lat, lon0_deg=there_lon)) for s in sites) / 1000.0

    km = away_km(lat, lon)
    if km <= REACH_KM:
        return
    turned = {"latitude and longitude mixed up?": (lon, lat), "the minus sign of the longitude lost?": (lat, -lon)}
    fits = (hint for hint, (a, b) in turned.items() if abs(a) <= 90.0 and away_km(a, b) <= REACH_KM)
    raise refuse(
        f"{lat:g}, {lon:g} is {km:,.0f} km from the nearest campus",
        file=table.file,
        line=table.lines[k],
        fix=next(fits, f"give places within {REACH_KM:g} km"),
    )


def _design(run: RunContext, rows: list[Reading]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """Names of groups that a reading or the month of the question hears; then by reading energy (reading, group),
    background energy and propagation sigma."""
    plants: dict[tuple[int, Period], list[Plant]] = {}
    heard: list[dict[str, float]] = []
    background, sigma = np.zeros(len(rows)), np.zeros(len(rows))
    for i, r in enumerate(rows):
        here = plants.setdefault((r.month, r.period), run.plants(r.month, r.period))
        if not here:
            raise refuse(f"nothing sounds in {run.result.coords['month'][r.month]}", fix="give the month of the reading")
        away = min(here, key=lambda p: float(np.hypot(*p.spots_m(np.array(r.lat), np.array(r.lon)))))
        sigma[i] = float(propagation_sigma_db(np.hypot(*away.spots_m(np.array(r.lat), np.array(r.lon)))))
        rules = (run.inputs.tree.campuses[r.campus] if r.campus else away.spec).noise
        quiet = rules.background_night_dba if r.period == "night" else rules.background_day_dba
        background[i] = 10.0 ** (0.1 * (quiet if r.background_db is None else r.background_db))
        heard.append({f"{p.campus}/{name}": float(e) for p in here for name, e in zip(*_one_place(p, r), strict=True)})
    later = (f"{p.campus}/{group}" for p in run.plants() for group in p.group)
    names = tuple(dict.fromkeys([*(name for row in heard for name in row), *later]))
    return names, np.array([[row.get(n, 0.0) for n in names] for row in heard]), background, sigma


def _one_place(plant: Plant, r: Reading) -> tuple[tuple[str, ...], np.ndarray]:
    names, energy = group_energy(
        plant, np.array([r.lat]), np.array([r.lon]), height_m=r.height_m, weight_db=WEIGHTS_DB[r.weighting], wind=r.wind
    )
    return names, energy[0]


def _groups(found: Posterior) -> list[dict[str, Any]]:
    rows = [
        {
            "group": n,
            "prior_db": 0.0,
            "prior_half_width_db": float(Z80 * p),
            "posterior_db": float(m),
            "posterior_half_width_db": float(Z80 * s),
        }
        for n, p, m, s in zip(found.groups, found.prior_sigma_db, found.mean_db, found.sigma_db, strict=True)
    ]
    return sorted(rows, key=lambda row: row["posterior_half_width_db"] / row["prior_half_width_db"])


def _receptors(run: RunContext, found: Posterior, prior_db2: np.ndarray) -> list[dict[str, Any]]:
    """Night levels of the month with offsets of zero and of the posterior, each with its 80 % band half width."""
    labels, places = run.places(run.inputs.at.receptor)
    lat, lon = columns(places)
    energy, way = np.zeros((len(labels), len(found.groups))), np.zeros(len(labels))
    for plant in sounding(run):
        names, given = group_energy(plant, lat, lon, height_m=plant.spec.noise.receptor_height_m, weight_db=A_WEIGHT_DB)
        for name, e in zip(names, given.T, strict=True):
            energy[:, found.groups.index(f"{plant.campus}/{name}")] += e
        way += given.sum(axis=1) * np.hypot(*plant.spots_m(lat, lon).T)
    out = []
    for offset, covariance in ((0.0 * found.mean_db, prior_db2), (found.mean_db, found.covariance_db2)):
        part = energy * 10.0 ** (0.1 * offset)
        total = np.maximum(part.sum(axis=1), 1e-12)
        share = part / total[:, None]
        sigma = np.sqrt(np.einsum("rg,gh,rh->r", share, covariance, share))
        out.append((10.0 * np.log10(total), half_width_db(sigma, propagation_sigma_db(way / np.maximum(energy.sum(axis=1), 1e-12)))))
    (before, wide), (after, narrow) = out
    return [
        {
            "receptor": labels[i],
            "before_dba": float(before[i]),
            "before_half_width_db": float(wide[i]),
            "after_dba": float(after[i]),
            "after_half_width_db": float(narrow[i]),
        }
        for i in range(len(labels))
    ]
