"""Judges the plumes against hours and a year of the regulatory model, and the small rules against their tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.units import KELVIN_OFFSET
from gigacampus.neighbours.air import isc, similarity
from gigacampus.neighbours.air.band import DOWNWASH_FACTOR, DOWNWASH_REACH_M
from gigacampus.neighbours.air.boundary_layer import Surface, Urban
from gigacampus.neighbours.air.no2 import arm2_ratio
from gigacampus.neighbours.air.similarity import class_of_obukhov
from gigacampus.neighbours.air.stacks import Stack
from gigacampus.neighbours.air.tower import read_tower
from gigacampus.neighbours.air.transfer import plume_of_rows, tower_plume
from gigacampus.neighbours.exposure import people_within, read_blocks
from gigacampus.validation import dispersion_scores, emissions
from gigacampus.validation.case_folder import INPUT, CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case
from gigacampus.validation.surface_file import read_heat, read_surface_file

FAMILY = "air"
TOWER_STACK, TOWER_RATE_G_S = Stack(65.0, 5.0, 15.0, 425.0), 500.0
LEAST_UGM3 = 0.01
"""Values of the tower case are printed to five decimals."""
RATE_G_S = 100.0
CITY = Urban(population=650_000.0, roughness_m=1.0)
ABOVE_SHARE = 0.01
"""Rows below this share of their hour's highest are not scored."""
MEDIAN_LIMIT, WITHIN, WITHIN_SHARE, FAC2_LIMIT = 0.02, 0.05, 0.95, 0.999
MEAN_LIMIT, HIGH_LIMIT = 0.02, 0.03
MODEL = "EPA AERMOD 24142"
MILES_3_M = 4828.0
PLANTS = {"Southaven CC": (34.9939, -90.0378), "TVA Allen": (35.074087, -90.148680)}
"""Power plants of the federal list by the name that follows the comma of a quantity."""
EARLIER_NOTE = "comparison plume with class from Golder, published so that users see the difference"


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per published set; sets that the folder lacks are left out."""
    folder = opened(data)
    out = conversion(folder) + people(folder) + preprocessor(folder) + emissions.closures(folder)
    for mode in ("rural", "urban"):
        rows = folder.rows(f"air/aermod_point_{mode}_hourly.csv")
        out += [] if rows is None else hourly(folder, rows, mode)
    rows = folder.rows("air/aertest_hourly.csv")
    out += [] if rows is None else tower_case(folder, rows)
    rows = folder.rows("air/aermod_point_annual.csv")
    return out if rows is None else out + annual(folder, rows)


def read_stacks(folder: CaseFolder) -> dict[str, Stack]:
    """Stacks of the cases by name."""
    columns = ("height_m", "diameter_m", "exit_vel_ms", "exit_temp_k")
    return {row["stack"]: Stack(*(float(row[name]) for name in columns)) for row in folder.inputs("air/aermod_stacks.csv", key=("stack",))}


def _place(rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    distance = np.array([float(row["distance_m"]) for row in rows])
    bearing = np.radians([float(row["bearing_deg"]) for row in rows])
    return distance * np.sin(bearing), distance * np.cos(bearing)


def _one_hour(surface: Surface, index: int) -> Surface:
    return Surface(*(getattr(surface, name)[index : index + 1] for name in surface.__dataclass_fields__))


def _groups(rows: Sequence[Row]) -> dict[tuple[int, str], np.ndarray]:
    keys: dict[tuple[int, str], list[int]] = {}
    for index, row in enumerate(rows):
        keys.setdefault((int(row["hour_id"]), row["stack"]), []).append(index)
    return {key: np.array(members) for key, members in keys.items()}


def hourly(folder: CaseFolder, rows: Sequence[Row], mode: str) -> list[CaseRow]:
    """Scores both plumes on rows above a hundredth of their hour's highest."""
    observed, (east, north) = np.array([float(row["conc_ugm3"]) for row in rows]), _place(rows)
    stacks = read_stacks(folder)
    ids, surface = read_surface_file(folder.find_input("weather/houston_1996.sfc"))
    at_hour = {int(stamp): index for index, stamp in enumerate(ids)}
    full, small, scored = np.zeros(observed.size), np.zeros(observed.size), np.zeros(observed.size, dtype=bool)
    for (hour, name), members in _groups(rows).items():
        one, place = _one_hour(surface, at_hour[hour]), (east[members], north[members])
        full[members] = plume_of_rows(one, (stacks[name],), *place, CITY if mode == "urban" else None)[0, :, 0]
        small[members] = _comparison(one, stacks[name], *place, urban=mode == "urban")
        scored[members] = observed[members] > ABOVE_SHARE * observed[members].max()
    score(row for row, above in zip(rows, scored, strict=True) if above)
    leave_out(rows, "at most a hundredth of its hour's highest")
    return _hourly_rows(RATE_G_S * full[scored], RATE_G_S * small[scored], observed[scored], mode)


def _hourly_rows(full: np.ndarray, small: np.ndarray, observed: np.ndarray, mode: str) -> list[CaseRow]:
    error, n = dispersion_scores.relative_errors(full, observed), observed.size
    common: dict[str, Any] = {"unit": "1", "n": n}
    own = {**common, "source": MODEL, "gating": True}
    other = {**common, "source": f"{MODEL}; {EARLIER_NOTE}", "gating": False}
    name, old = f"hourly, {mode}", f"hourly, {mode}, comparison plume"
    return [
        case(FAMILY, name, "median relative error", float(np.median(error)), MEDIAN_LIMIT, **own),
        case(FAMILY, name, "share within 5 %", float(np.mean(error <= WITHIN)), WITHIN_SHARE, at_least=True, **own),
        case(FAMILY, name, "share within a factor of two", dispersion_scores.fac2(full, observed), FAC2_LIMIT, at_least=True, **own),
        case(FAMILY, name, "98th percentile of relative error", float(np.percentile(error, 98.0)), WITHIN, **{**own, "gating": False}),
        case(FAMILY, old, "share within a factor of two", dispersion_scores.fac2(small, observed), 0.5, at_least=True, **other),
        case(FAMILY, old, "fractional bias, absolute", abs(dispersion_scores.fractional_bias(small, observed)), 0.3, **other),
    ]


def _comparison(one: Surface, stack: Stack, east: np.ndarray, north: np.ndarray, *, urban: bool) -> np.ndarray:
    """The small plume for one surface row: class from its length scale, wind carried from its height to 10 m."""
    cls = class_of_obukhov(one.obukhov_m, one.roughness_m)
    wind_10m = one.wind_m_s * (10.0 / one.wind_height_m) ** isc.WIND_EXPONENT[int(urban)][cls - 1]
    wind, plume, rise = isc.effective_height_m(
        wind_10m,
        one.temp_k - KELVIN_OFFSET,
        cls,
        urban=urban,
        height_m=stack.height_m,
        diameter_m=stack.diameter_m,
        exit_m_s=stack.exit_m_s,
        exit_k=stack.exit_k,
    )
    mixing = np.where(one.obukhov_m < 0.0, np.maximum(one.convective_m, one.mechanical_m), one.mechanical_m)
    made = isc.concentration_ugm3_per_g_s(east, north, one.wind_from_deg, wind, cls, mixing, plume, rise, urban=urban)
    return made[:, 0]


def tower_case(folder: CaseFolder, rows: Sequence[Row]) -> list[CaseRow]:
    """Stack at a site tower without the building (gated), and how far the run with the building is from it (not)."""
    ids, surface = read_surface_file(folder.find_input("weather/aertest_albany_1988.sfc"))
    _, levels = read_tower(folder.find_input("weather/aertest_albany_1988.pfl"))
    index = np.searchsorted(ids, [int(row["yymmddhh"]) for row in rows])
    east, north = (np.array([float(row[name]) for row in rows]) for name in ("x_m", "y_m"))
    runs = ("conc_no_building_ugm3", "conc_prime_building_ugm3")
    bare, wake = (np.array([float(row[name]) for row in rows]) for name in runs)
    model = TOWER_RATE_G_S * tower_plume(surface, levels, TOWER_STACK, index, east, north)
    highest = np.zeros(ids.size)
    np.maximum.at(highest, index, bare)
    scored = (bare > ABOVE_SHARE * highest[index]) & (bare >= LEAST_UGM3)
    score(row for row, above in zip(rows, scored, strict=True) if above)
    leave_out(rows, "at most a hundredth of its hour's highest, or below the print")
    error = dispersion_scores.relative_errors(model[scored], bare[scored])
    common: dict[str, Any] = {"n": int(scored.sum()), "source": f"{MODEL}, AERTEST case"}
    return [
        case(
            FAMILY,
            "site tower, no building",
            "share within 5 %",
            float(np.mean(error <= WITHIN)),
            WITHIN_SHARE,
            unit="1",
            gating=True,
            at_least=True,
            **common,
        ),
        case(
            FAMILY,
            "site tower, with building",
            "its highest hour over ours, which knows no building",
            float(wake.max() / model.max()),
            DOWNWASH_FACTOR,
            unit="1",
            gating=False,
            **common,
        ),
        *wakes(np.round(np.hypot(east, north)), model, wake),
    ]


def wakes(distance_m: np.ndarray, ours: np.ndarray, wake: np.ndarray) -> list[CaseRow]:
    """By how much the run with the building lies above ours, by distance, beside the factor that bands of runs take there."""
    out = []
    for metre in np.unique(distance_m):
        at = distance_m == metre
        limit = DOWNWASH_FACTOR if metre < DOWNWASH_REACH_M else 1.0
        for words, of in (("highest hour", np.max), ("mean of the hours", np.mean)):
            ratio = float(of(wake[at]) / of(ours[at]))
            name, metric = f"wake at {metre:,.0f} m, {words}", "with the building over ours, beside the band's factor"
            common: dict[str, Any] = {"n": int(at.sum()), "source": f"{MODEL}, AERTEST case", "gating": False}
            out.append(case(FAMILY, name, metric, ratio, limit, unit="1", **common))
    return out


def preprocessor(folder: CaseFolder) -> list[CaseRow]:
    """Friction velocity and length scale from wind, temperature and heat against every valid row of the surface file."""
    path = folder.find("weather/houston_1996.sfc", role=INPUT)
    if path is None:
        return []
    _, s = read_surface_file(path)
    heat, out = read_heat(path), []
    for name, own in (("stable", s.valid & (s.obukhov_m > 0.0)), ("convective", s.valid & (s.obukhov_m < 0.0))):
        wind, rough, tall = s.wind_m_s[own], s.roughness_m[own], s.wind_height_m[own]
        made = (
            similarity.night_friction(wind, s.temp_k[own], rough, tall)
            if name == "stable"
            else similarity.day_friction(wind, heat[own], rough, tall)
        )
        common: dict[str, Any] = {"unit": "1", "n": int(own.sum()), "source": "AERMET 24142, Houston 1996", "gating": True}
        friction = dispersion_scores.relative_errors(made[0], s.ustar_m_s[own])
        length = dispersion_scores.relative_errors(made[1], s.obukhov_m[own])
        out += [
            case(
                FAMILY,
                f"preprocessor, {name}",
                "95th percentile of the error of friction velocity",
                float(np.percentile(friction, 95.0)),
                0.01,
                **common,
            ),
            case(FAMILY, f"preprocessor, {name}", "median error of the length scale", float(np.median(length)), 0.02, **common),
        ]
    return out


def annual(folder: CaseFolder, rows: Sequence[Row]) -> list[CaseRow]:
    """Annual mean, highest and 8th-highest hour at every receptor: the worst relative error of each."""
    score(rows)
    stacks = read_stacks(folder)
    _, surface = read_surface_file(folder.find_input("weather/houston_1996.sfc"))
    blowing = Surface(*(getattr(surface, name)[surface.valid] for name in surface.__dataclass_fields__))
    worst = {"annual_mean_ugm3": 0.0, "max_1h_ugm3": 0.0, "eighth_high_1h_ugm3": 0.0}
    for mode, name in sorted({(row["mode"], row["stack"]) for row in rows}):
        part = [row for row in rows if (row["mode"], row["stack"]) == (mode, name)]
        made = year_statistics(blowing, stacks[name], *_place(part), CITY if mode == "urban" else None)
        for column, values in zip(worst, made, strict=True):
            error = dispersion_scores.relative_errors(RATE_G_S * values, np.array([float(row[column]) for row in part]))
            worst[column] = max(worst[column], float(error.max()))
    return [
        case(
            FAMILY,
            f"year, {column}",
            "largest relative error",
            value,
            MEAN_LIMIT if "mean" in column else HIGH_LIMIT,
            unit="1",
            n=len(rows),
            source=MODEL,
            gating=True,
        )
        for column, value in worst.items()
    ]


def year_statistics(
    rows: Surface, stack: Stack, east: np.ndarray, north: np.ndarray, city: Urban | None, chunk: int = 768
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, highest and 8th-highest hour at receptors over given rows, each receptor computed directly."""
    hours = rows.wind_m_s.size
    total, high = np.zeros(east.size), np.zeros((east.size, 0))
    for start in range(0, hours, chunk):
        part = Surface(*(getattr(rows, name)[start : start + chunk] for name in rows.__dataclass_fields__))
        hourly = plume_of_rows(part, (stack,), east, north, city, tabulate=False)[0]
        total += hourly.sum(axis=1)
        high = np.sort(np.concatenate([high, hourly], axis=1), axis=1)[:, -8:]
    return total / hours, high[:, -1], high[:, 0]


def conversion(folder: CaseFolder) -> list[CaseRow]:
    """The ambient ratio method against its published polynomial."""
    name = "air/no2_conversion.csv"
    given = folder.rows(name) or []
    own = [row for row in given if row["method"] == "ARM2"]
    score(own)
    leave_out(given, "a method whose numbers are inputs of the scenario")
    if not own:
        return []
    table = folder.inputs(name, key=("method", "quantity"))
    value = {row["quantity"]: float(row["value"]) for row in table if row["method"] == "ARM2"}
    nox = np.linspace(0.0, 1200.0, 481)
    ratio = np.clip(sum(value[f"c{k}"] * nox**k for k in range(7)), value["ratio_min"], value["ratio_max"])
    worst = float(np.max(np.abs(arm2_ratio(nox, lowest=value["ratio_min"]) - ratio)))
    return [case(FAMILY, "second ambient ratio method", "largest difference", worst, 1e-9, unit="1", n=nox.size, source=MODEL, gating=True)]


def people(folder: CaseFolder) -> list[CaseRow]:
    """People near a plant by our block groups against a published count of the same radius."""
    out = []
    for row in folder.rows("sites/validation_anchors.csv") or []:
        place = row["quantity"].partition(", ")[2]
        if row["unit"] != "people" or not row["quantity"].startswith("people within 3 miles") or place not in PLANTS:
            leave_out([row] if row["unit"] == "people" else [], "a place or a radius that is not known here")
            continue
        lat, lon = PLANTS[place]
        ours = people_within(read_blocks(), lat_deg=lat, lon_deg=lon, radius_m=MILES_3_M)
        error = abs(ours / float(row["value"]) - 1.0)
        score([row])
        limit = float(row["tolerance_pct"]) / 100.0
        out.append(case(FAMILY, f"{row['id']} {row['quantity']}", "relative error", error, limit, source=row["source"], gating=True))
    return sorted(out, key=lambda row: row["case"])
