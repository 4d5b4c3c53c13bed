"""Published cases of power, scored: rows of the reference tables against the functions that runs use, by their quantity."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from gigacampus.cooling.stage import plant_factors
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.kernel_form import kernel_form
from gigacampus.foundation.psychrometric_kernels import wet_bulb_hours
from gigacampus.foundation.psychrometrics import wet_bulb_stull_c
from gigacampus.foundation.units import HOURS_PER_YEAR, KW_PER_MW
from gigacampus.power.chain import chassis_power_w, node_at_work_kw
from gigacampus.power.load import load_terms, with_traits
from gigacampus.power.load_kernels import IT, LOAD, LOAD_ROWS, load_hours
from gigacampus.power.tariff import monthly_bill_usd, on_peak_day_frac, on_peak_hours
from gigacampus.power.turbine import altitude_power_frac, ambient_power_frac
from gigacampus.registry.kinds import COOLING
from gigacampus.scenario.class_rows import whole_entry
from gigacampus.scenario.weather import stations, typical_year
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec
from gigacampus.schema.power import PowerSpec, TariffEntry
from gigacampus.validation import adequacy, emissions
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case, missing, unscored
from gigacampus.validation.emissions import generator, number, relative, seen, tolerance

FAMILY = "power"
TABLE = "power/validation_power.csv"
Scorer = Callable[[Row, CaseFolder], CaseRow]


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per published case; tables that only feed a case come from the bundled copy where the folder lacks them."""
    folder = opened(data)
    rows = folder.rows(TABLE)
    judged = [missing(FAMILY, "power and emissions", TABLE)] if rows is None else [_row(r, folder) for r in rows]
    return [*judged, *emissions.anchors(folder), *accelerator_power(folder), *adequacy.cases(folder)]


def _row(row: Row, folder: CaseFolder) -> CaseRow:
    words = row["quantity"]
    scorer = next((found for pattern, unit, found in SCORERS if re.search(pattern, words) and row["unit"].startswith(unit)), None)
    if scorer is None:
        leave_out([row], emissions.LEAVES)
        return unscored(FAMILY, f"{row['id']} {words}", f"left out: {emissions.LEAVES}", source=row["source"])
    score([row])
    return scorer(row, folder)


@lru_cache(maxsize=32)
def annual_pue(station: str, product: str) -> float:
    """PUE of a year at full IT load for a campus with one cooling product sized to its heat, all rules at their defaults.

    >>> 1.08 < annual_pue("columbus_oh", "tower_generic") < annual_pue("memphis_tn", "air_chiller_generic") < 1.35
    True
    """
    entry = CoolingEntry(**whole_entry("cooling", product, date.max)[0])
    year = typical_year(f"lib:weather/{station}").values
    dry, rh, pressure = year["dry_bulb_c"], np.clip(year["rh_pct"] / 100.0, 0.01, 1.0), year["pressure_hpa"] / 10.0
    wet = wet_bulb_hours(*kernel_form(dry, rh, pressure), wet_bulb_stull_c(dry, rh), 1e-3)
    kind, hourly = COOLING.index(entry.kind), np.zeros((3, len(COOLING), HOURS_PER_YEAR))
    hourly[:, kind] = plant_factors(entry, CoolingSpec(), dry, wet)
    terms = load_terms(PowerSpec(), CoolingSpec())
    installed, fan, pump = (np.zeros(len(COOLING)) for _ in range(3))
    installed[kind] = terms.heat_frac
    drawn = entry.fan_pump_kw_per_mw / KW_PER_MW
    fan[kind], pump[kind] = drawn * (1.0 - entry.pump_share_frac), drawn * entry.pump_share_frac
    out = np.empty((LOAD_ROWS, HOURS_PER_YEAR))
    load_hours(0, HOURS_PER_YEAR, 1.0, 1.0, terms, installed, with_traits(fan, pump, hourly), out)
    return float(out[LOAD].sum() / out[IT].sum())


def _servers(folder: CaseFolder) -> dict[tuple[str, str], str]:
    return {(r["item"], r["quantity"]): r["value"] for r in folder.inputs("power/server_power.csv", key=("item", "quantity"))}


def _frontier_node_w(folder: CaseFolder, loaded: bool) -> float:
    table = {q: float(v) for (item, q), v in _servers(folder).items() if item == "Frontier node"}
    kind = "max" if loaded else "idle"
    return table[f"cpu_{kind}"] + 4 * table[f"gpu_{kind}"] + table["memory"] + 4 * table["nic"] + table["nvme"]


def _frontier_chassis(folder: CaseFolder, loaded: bool) -> tuple[float, float]:
    servers = _servers(folder)

    def stage(item: str) -> tuple[float, float]:
        constant, efficiency = re.findall(r"\d+\.?\d*", servers[(item, "loss")])
        return float(constant), float(efficiency)

    return chassis_power_w(
        _frontier_node_w(folder, loaded),
        nodes=16,
        rectifiers=4,
        node_stage=stage("Frontier 48V converter"),
        rectifier_stage=stage("Frontier rectifier"),
        switches_w=4 * float(servers[("Frontier switch", "power")]),
    )


def _frontier_efficiency(row: Row, folder: CaseFolder) -> CaseRow:
    useful, inlet = _frontier_chassis(folder, "peak" in row["quantity"])
    ours, expected = useful / inlet, number(row["value"]) / 100.0
    return _absolute(row, row["quantity"], ours, expected, gating=seen(row))


def frontier_mw(folder: CaseFolder | None = None, *, loaded: bool) -> float:
    """Power of the 592 chassis and 25 coolant units of a machine whose parts are published, all idle or all at work."""
    folder = folder or opened(None)
    _, inlet = _frontier_chassis(folder, loaded)
    return (592 * inlet + 25 * float(_servers(folder)[("Frontier CDU pump", "power")])) / 1e6


def _frontier_mw(row: Row, folder: CaseFolder) -> CaseRow:
    return relative(
        "power",
        f"{row['id']} {row['quantity']} (592 chassis recalled)",
        frontier_mw(folder, loaded="peak" in row["quantity"]),
        number(row["value"]),
        tolerance(row["tolerance"]),
        gating=False,
        source=row["source"],
    )


def _traces(folder: CaseFolder) -> list[Row]:
    return folder.inputs("power/h100_training_trace_stats.csv", key=("trace",))


def _node(row: Row, folder: CaseFolder) -> CaseRow:
    servers = _servers(folder)
    at_work_w = max(float(t["p95"]) for t in _traces(folder))
    ours = node_at_work_kw(float(servers[("DGX H100", "rated")]), at_work_w, float(servers[("H100 SXM5", "tdp")]))
    return relative(
        "power",
        f"{row['id']} {row['quantity']}",
        ours,
        number(row["value"]),
        tolerance(row["tolerance"]),
        gating=seen(row),
        source=row["source"],
    )


def _pue(row: Row, folder: CaseFolder) -> CaseRow:
    """A reported PUE against our tower campus: that place's climate where it is named, else the mean of all stations."""
    places = ["columbus_oh"] if "Ohio" in row["quantity"] else sorted(stations())
    ours = float(np.mean([annual_pue(place, "tower_generic") for place in places]))
    reported = [float(x) for x in re.findall(r"\d+\.?\d*", row["value"])]
    middle, half, limit = float(np.mean(reported)), 0.5 * abs(reported[-1] - reported[0]), tolerance(row["tolerance"])
    words = f"{row['quantity']} (plant assumed: towers)"
    return _absolute(row, words, ours, middle, limit=None if limit is None else max(limit, half), n=len(places))


def _absolute(
    row: Row, words: str, ours: float, expected: float, *, limit: float | None = None, gating: bool = False, n: int = 1
) -> CaseRow:
    """One row on an absolute error, with both numbers in its words; the table's tolerance unless another is given."""
    limit = tolerance(row["tolerance"]) if limit is None else limit
    name, gap = f"{row['id']} {words}", abs(ours - expected)
    return case(FAMILY, name, "absolute error", gap, limit, gating=gating, n=n, source=row["source"], pair=(ours, expected))


def _fleet_mw(row: Row, folder: CaseFolder) -> CaseRow:
    """Mean power of the permitted fleet over the Memphis typical year, all units running."""
    air = typical_year("lib:weather/memphis_tn").values["dry_bulb_c"]
    fleet = (("titan_130", 17), ("titan_350", 16), ("pe6000", 8))
    entries = [(generator(key)[0], count) for key, count in fleet]
    ours = sum(n * e.iso_mw * altitude_power_frac(81.0, e) * float(ambient_power_frac(air, e).mean()) for e, n in entries)
    return relative(
        "power",
        f"{row['id']} mean power of 41 turbines at Memphis",
        ours,
        number(row["value"].split("~")[-1]),
        tolerance(row["tolerance"]),
        gating=False,
        source=row["source"],
    )


def _rack(row: Row, folder: CaseFolder) -> CaseRow:
    trays = number(row["quantity"].partition(" trays")[0].rpartition(" ")[2])
    ours = trays * float(_servers(folder)[("GB200 compute tray", "max")]) / 1000.0
    return relative(
        "power",
        f"{row['id']} {row['quantity']}",
        ours,
        number(row["value"]),
        tolerance(row["tolerance"]),
        gating=seen(row),
        source=row["source"],
    )


def _correlation(row: Row, folder: CaseFolder) -> CaseRow:
    """The swing model lets all chips of a job move as one: correlation 1."""
    least = min(number(row["value"]), *(float(t["mean_pair_corr"]) for t in _traces(folder)))
    name, metric = f"{row['id']} {row['quantity']}", "1 less the least measured"
    return case(FAMILY, name, metric, 1.0 - least, 0.01, gating=seen(row), n=1 + len(_traces(folder)), source=row["source"])


def _checkpoint(row: Row, folder: CaseFolder) -> CaseRow:
    return _absolute(row, row["quantity"], PowerSpec().chip_swing_ratio_frac, number(row["value"]), gating=seen(row))


def _tariff(row: Row, folder: CaseFolder) -> CaseRow:
    """A steady load at the row's load factor through a month of the schedule's rates."""
    rates = {
        r["component"]: float(r["value"])
        for r in folder.inputs("power/tva_tariffs.csv", key=("utility", "schedule", "component"))
        if r["utility"].startswith("Ripley") and r["schedule"] == "TOU MSB"
    }
    base = rates["offpeak_block3"] * KW_PER_MW
    tariff = TariffEntry(
        energy_usd_per_mwh=base,
        block1_hours_use=200.0,
        block1_adder_usd_per_mwh=rates["offpeak_block1_first200HUD"] * KW_PER_MW - base,
        block2_hours_use=200.0,
        block2_adder_usd_per_mwh=rates["offpeak_block2_next200HUD"] * KW_PER_MW - base,
        on_peak_adder_usd_per_mwh=rates["onpeak_energy"] * KW_PER_MW - base,
        demand_usd_per_kw_month=rates["offpeak_or_max_demand"],
        on_peak_demand_usd_per_kw_month=rates["onpeak_demand"],
        customer_usd_per_month=rates["customer"] + rates["admin"],
        **{key: whole_entry("tariffs", "tva_msd_like", date.max)[0][key] for key in ("on_peak", "on_peak_days_per_week")},
    )
    peak, hours = np.array([10.0]), HOURS_PER_YEAR / 12.0
    energy = number(row["quantity"].partition(" at ")[2]) / 100.0 * peak * hours
    on_peak = energy * on_peak_hours(tariff).mean() * on_peak_day_frac(tariff)
    bill = float(monthly_bill_usd(energy, peak, on_peak, peak, tariff, np.array([True]))[0])
    return relative(
        "power",
        f"{row['id']} {row['quantity']}",
        bill / float(energy[0]) / KW_PER_MW * 100.0,
        number(row["value"]),
        tolerance(row["tolerance"]),
        gating=seen(row),
        source=row["source"],
    )


def accelerator_power(folder: CaseFolder) -> list[CaseRow]:
    """Stated power of an accelerator at its server or at the site's edge against the library's newest: some library rows were taken
    from these very figures, so none gates."""
    out = []
    for row in folder.rows("sites/validation_anchors.csv") or []:
        found = re.fullmatch(r"GPU power at (server|facility) level, (\w+)", row["quantity"])
        if not found or row["unit"] != "kW_per_GPU":
            continue
        try:
            server_kw = float(whole_entry("accelerators", found[2].lower(), date.max)[0]["server_kw"])
        except ScenarioError:
            leave_out([row], "no library accelerator of that name")
            continue
        ours = server_kw * (annual_pue("memphis_tn", "air_chiller_generic") if found[1] == "facility" else 1.0)
        score([row])
        limit, name = float(row["tolerance_pct"]) / 100.0, f"{row['id']} {row['quantity']}"
        out.append(relative(FAMILY, name, ours, float(row["value"]), limit, gating=False, source=row["source"]))
    return out


SCORERS: tuple[tuple[str, str, Scorer], ...] = (
    (r"^Frontier (system power at idle|peak power)", "MW", _frontier_mw),
    (r"^Frontier conversion efficiency", "%", _frontier_efficiency),
    (r"node peak in training", "kW", _node),
    (r"\bPUE\b", "", _pue),
    (r"NOx limit|ppm NOx", "t/y (short)", emissions.permit_nox),
    (r"uncontrolled NOx", "t/y (short)", emissions.uncontrolled_nox),
    (r"CO limit", "t/y (short)", emissions.permit_co),
    (r"ISO sum vs permitted", "MW", _fleet_mw),
    (r"trays? x [\d.]+ W", "kW", _rack),
    (r"synchronised swing correlation", "", _correlation),
    (r"power at checkpoint / compute plateau", "ratio", _checkpoint),
    (r"all-in at [\d.]+ % load factor", "USc/kWh", _tariff),
)
"""Words of a quantity, how its unit begins, and what scores it."""
