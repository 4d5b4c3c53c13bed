"""Published emissions, scored: permits, parties' figures and rates per MWh against the functions that runs use."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from gigacampus.foundation.flue_gas import nox_kg_per_mmbtu
from gigacampus.foundation.units import HOURS_PER_YEAR, KG_PER_LB, KG_PER_SHORT_TON
from gigacampus.power.emissions import start_mmbtu
from gigacampus.power.turbine import full_load_mmbtu_per_mwh
from gigacampus.scenario.class_rows import whole_entry
from gigacampus.schema.power import GeneratorEntry
from gigacampus.validation.case_folder import INPUT, CaseFolder, Row, leave_out, score
from gigacampus.validation.case_rows import CaseRow, case

FAMILY = "emissions"
FACTORS = "air/emission_factors.csv"
ISO_C = np.array([15.0])
LB_PER_SHORT_TON = KG_PER_SHORT_TON / KG_PER_LB
MACHINES = ("titan_130", "titan_250", "titan_350", "pe6000", "tm2500", "lm6000")
CLOSURE_FRAC = 0.25
NO2_G_PER_MOL = 46.01
UNREAD_G_PER_MOL = {"permit_CO": 28.01, "permit_VOC": 44.10}
"""Tons whose limit of concentration was not read: catalysts hold them to so many ppm, as NOx, and AP-42 knows of none. VOC as propane."""
LEAVES = "not a quantity of this model"


def number(text: str) -> float:
    """First number of a text.

    >>> number("~1,276 MW")
    1276.0
    """
    match = re.search(r"-?\d[\d,]*\.?\d*(?:[eE][-+]?\d+)?", text)
    if match is None:
        raise ValueError(f"no number in {text!r}")
    return float(match.group().replace(",", ""))


def tolerance(text: str) -> float | None:
    """``10 %`` and ``0.5 pt`` as fractions, a bare number as it is; None where the table states none.

    >>> tolerance("10 %"), tolerance("0.02"), tolerance("")
    (0.1, 0.02, None)
    """
    if not text:
        return None
    return number(text) / 100.0 if ("%" in text or "pt" in text) else number(text)


def relative(family: str, name: str, ours: float, expected: float, limit: float | None, *, gating: bool, source: str) -> CaseRow:
    """One row on a relative error, with both numbers in its words."""
    error = abs(ours / expected - 1.0)
    return case(family, name, "relative error", error, limit, gating=gating, source=source, pair=(ours, expected))


def seen(row: Row, inputs_seen: bool = True) -> bool:
    """A row gates when it was seen and every input of our side was seen, or derived from such."""
    return row.get("confidence", "") == "seen" and inputs_seen


@lru_cache(maxsize=32)
def generator(key: str) -> tuple[GeneratorEntry, bool]:
    """Newest library values of a generator, and whether its heat rate was seen."""
    values, facts = whole_entry("generators", key, date.max)
    return GeneratorEntry(**values), facts["heat_rate_lhv_kj_per_kwh"].confidence == "seen"


def mmbtu_per_year(mw: float, entry: GeneratorEntry) -> float:
    """Fuel (HHV) of a year at a steady output under ISO air.

    >>> round(mmbtu_per_year(1.0, generator("titan_130")[0]))
    93467
    """
    return mw * HOURS_PER_YEAR * float(full_load_mmbtu_per_mwh(ISO_C, entry)[0])


def nox_short_tons(mw: float, entry: GeneratorEntry, ppm: float, start_hours: float = 0.0) -> float:
    """NOx of a year at a steady output, with ``start_hours`` unit-hours at half load without control."""
    kg = mmbtu_per_year(mw, entry) * nox_kg_per_mmbtu(ppm)
    if start_hours > 0.0:
        fuel = start_mmbtu(entry) / entry.start_uncontrolled_h * start_hours
        kg += fuel * (nox_kg_per_mmbtu(entry.nox_ppm_uncontrolled) - nox_kg_per_mmbtu(ppm))
    return kg / KG_PER_SHORT_TON


# ---- rows of power/validation_power.csv


def permit_nox(row: Row, folder: CaseFolder) -> CaseRow:
    """A permit's or a party's tons of a year at a steady power, with the starts that the permit allows."""
    entry, sure = generator("titan_130")
    ppm = re.search(r"([\d.]+) ppm", row["quantity"])
    ours = nox_short_tons(number(row["conditions"]), entry, float(ppm[1]) if ppm else 2.0, _start_hours(folder))
    name = f"{row['id']} {row['quantity']}, starts of the permit"
    same = "SMT-130" in row["quantity"]
    limit, gating = tolerance(row["tolerance"]), seen(row, sure and same)
    return relative(FAMILY, name, ours, number(row["value"]), limit, gating=gating, source=row["source"])


def _start_hours(folder: CaseFolder) -> float:
    """Unit-hours of starts and stops that the permit allows, from the table's row on them."""
    row = next(r for r in CaseFolder().inputs("power/validation_power.csv") if r["quantity"].startswith("startup+shutdown"))
    words = " ".join(row.values())
    return number(words[: words.index(" h/y")].rpartition(",")[2].rpartition(" ")[2])


def permit_co(row: Row, folder: CaseFolder) -> CaseRow:
    """AP-42 lean premix without an oxidation catalyst, which the permitted plant has: shown, never gating."""
    ours = ap42_short_tons(number(row["conditions"]) if row["conditions"] else 247.0, "CO", "lean_premix", folder)
    name = f"{row['id']} {row['quantity']} by AP-42 lean premix, no catalyst"
    return relative(FAMILY, name, ours, number(row["value"]), tolerance(row["tolerance"]), gating=False, source=row["source"])


def uncontrolled_nox(row: Row, folder: CaseFolder) -> CaseRow:
    """Lean premix without SCR by AP-42 must fall inside the range that was claimed."""
    low, high = (float(x) for x in row["value"].split("-"))
    ours = ap42_short_tons(number(row["conditions"]), "NOx", "lean_premix", folder)
    outside = max(low - ours, ours - high, 0.0) / high
    name, metric = f"{row['id']} {row['quantity']} by AP-42 lean premix", "distance outside the range"
    return case(
        FAMILY,
        name,
        metric,
        outside,
        0.0,
        gating=seen(row, generator("titan_130")[1]),
        source=row["source"],
        pair=(ours, 0.5 * (low + high)),
    )


def ap42_short_tons(mw: float, pollutant: str, control: str, folder: CaseFolder) -> float:
    """Tons of a year at a steady power by the published factor of a pollutant and control."""
    factor = next(
        float(r["value"])
        for r in folder.inputs(FACTORS, key=("source", "pollutant", "control"))
        if r["pollutant"] == pollutant and r["control"] == control and "turbine" in r["source"]
    )
    return mmbtu_per_year(mw, generator("titan_130")[0]) * factor / LB_PER_SHORT_TON


# ---- sites/validation_anchors.csv


def anchors(folder: CaseFolder) -> list[CaseRow]:
    """Rates per MWh of the table of anchors: every row of a quantity that is known here."""
    out = []
    for row in folder.rows("sites/validation_anchors.csv") or []:
        words, unit = row["quantity"], row["unit"]
        if words.startswith("NOx per MWh") and unit == "kg_per_MWh":
            ours, name, gating = _nox_kg_per_mwh(words, folder)
        elif words.startswith("CO2 of simple-cycle") and unit == "t_per_MWh":
            ours, name, gating = _co2_t_per_mwh(), f"{words} (mean of six library machines)", False
        else:
            continue
        score([row])
        limit = float(row["tolerance_pct"]) / 100.0 if row["tolerance_pct"] else None
        out.append(relative(FAMILY, f"{row['id']} {name}", ours, float(row["value"]), limit, gating=gating, source=row["source"]))
    return out


def _nox_kg_per_mwh(words: str, folder: CaseFolder) -> tuple[float, str, bool]:
    """Ours, the words, and whether it may gate: a permitted plant has control, temporary units are as counted on the complaint's day."""
    if "temporary" in words:
        return temporary_fleet_nox(folder), f"{words} (control by model assumed)", False
    entry, sure = generator("titan_130")
    return nox_kg_per_mmbtu(2.0) * float(full_load_mmbtu_per_mwh(ISO_C, entry)[0]), words, sure and "permitted" in words


def _co2_t_per_mwh() -> float:
    entries = [generator(key)[0] for key in MACHINES]
    return float(np.mean([e.co2_kg_per_mmbtu * float(full_load_mmbtu_per_mwh(ISO_C, e)[0]) / 1000.0 for e in entries]))


def temporary_fleet_nox(folder: CaseFolder) -> float:
    """kg/MWh of the fleet counted on the complaint's day: small turbines dry low NOx, trailer machines at 25 ppm."""
    counted = [
        r
        for r in folder.inputs("sites/xai_turbines.csv", key=("date", "site", "model", "status"))
        if r["date"] == date(2026, 2, 9).isoformat()
    ]
    kg_per_h, mw = 0.0, 0.0
    for r in counted:
        entry, _ = generator("titan_130" if "130" in r["model"] else "tm2500")
        mw += float(r["mw_total"])
        kg_per_h += float(r["mw_total"]) * nox_kg_per_mmbtu(entry.nox_ppm) * float(full_load_mmbtu_per_mwh(ISO_C, entry)[0])
    return kg_per_h / mw


# ---- air/permits_and_claims.csv


def closures(folder: CaseFolder) -> list[CaseRow]:
    """Closure of factors against what permits and parties say, within a quarter."""
    rows = folder.rows("air/permits_and_claims.csv") or []
    folder.find(FACTORS, role=INPUT)
    facts = {r["item"]: r for r in rows}
    entry, sure = generator("titan_130")
    power = {k: number(facts[k]["value"]) for k in ("permitted_capacity", "unpermitted_capacity_alleged") if k in facts}
    out = []
    for item, at, ours, gates in _closures(entry, folder):
        if item in facts and at in power:
            score([facts[item]])
            stated, source = number(facts[item]["value"]), facts[item]["source"]
            gating = gates and seen(facts[item], sure)
            name = f"closure {item}, by {source}"
            out.append(relative(FAMILY, name, ours(power[at]), stated, CLOSURE_FRAC, gating=gating, source=source))
            if item in UNREAD_G_PER_MOL:
                ppm = meant_ppm(stated, UNREAD_G_PER_MOL[item], power[at], entry)
                metric = "mean concentration at 15 % O2 that these tons are, starts in it"
                out.append(case(FAMILY, f"what {item} means, by {source}", metric, ppm, unit="ppm", source=source))
    leave_out(rows, "a fact that no factor closes")
    return out


def meant_ppm(short_tons: float, g_per_mol: float, mw: float, entry: GeneratorEntry) -> float:
    """Mean of a year's exhaust at a steady output that a permit's tons are: what its limit of concentration and its starts make together.

    >>> entry, _ = generator("titan_130")
    >>> round(meant_ppm(nox_short_tons(247.0, entry, 2.0), NO2_G_PER_MOL, 247.0, entry), 6)
    2.0
    """
    kg_per_mmbtu = short_tons * KG_PER_SHORT_TON / mmbtu_per_year(mw, entry)
    return kg_per_mmbtu / nox_kg_per_mmbtu(1.0) * NO2_G_PER_MOL / g_per_mol


def _closures(entry: GeneratorEntry, folder: CaseFolder) -> Sequence[tuple[str, str, Callable[[float], float], bool]]:
    """Item, the power that it is stated for, ours in short tons, and whether its control is known."""

    def by_factor(pollutant: str, control: str) -> Callable[[float], float]:
        return lambda mw: ap42_short_tons(mw, pollutant, control, folder)

    def two_ppm(mw: float) -> float:
        return nox_short_tons(mw, entry, 2.0)

    permitted, alleged = "permitted_capacity", "unpermitted_capacity_alleged"
    return (
        ("permit_NOx", permitted, two_ppm, True),
        ("permit_PM", permitted, by_factor("PM_total", "any"), True),
        ("permit_formaldehyde", permitted, by_factor("formaldehyde", "uncontrolled"), True),
        ("permit_CO", permitted, by_factor("CO", "lean_premix"), False),
        ("permit_VOC", permitted, by_factor("VOC", "any"), False),
        ("NOx_alleged_high", alleged, by_factor("NOx", "lean_premix"), True),
        ("NOx_if_2ppm", alleged, two_ppm, True),
        ("formaldehyde_alleged", alleged, by_factor("formaldehyde", "uncontrolled"), True),
    )
