"""The buildout stage: what is in service when, and which constraint binds.

In service = the least of accelerators, hall, cooling, firm supply and permit, each in MW of IT. A family of blocks that
a campus does not have sets no limit; its row is NaN. Inputs are counts, ratings and dates; every MW of a campus here is
an output, the ratings of its blocks apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.buildout.plan import wanted
from gigacampus.buildout.presence import Timetable, Windows, monthly, presences, wait_months
from gigacampus.buildout.purchases import purchases
from gigacampus.buildout.supply import Supply, supply_of, units_of
from gigacampus.foundation.references import entry_of, name_of
from gigacampus.foundation.units import HHV_PER_LHV_GAS, KW_PER_MW
from gigacampus.registry.kinds import COOLING
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.registry.variables import BINDING
from gigacampus.schema.buildout import FAMILIES, AcceleratorBlock, BatteryBlock, CoolingBlock, HallBlock, PhaseSpec

Arrays = dict[str, np.ndarray]
TFLOPS_PER_PFLOPS = 1000.0


def run(inputs: Inputs, up: Any) -> Arrays:
    """The registry's buildout rows by month."""
    del up
    out = state(inputs, monthly(inputs.at.months))
    out.update(purchases(inputs))
    plans = [_plan(inputs, name) for name in inputs.at.campus]
    out["phase_lead_days"] = np.stack([p.lead_days for p in plans])
    out["planned_phase"] = np.stack([p.phase for p in plans])
    waits = [w for name, plan in zip(inputs.at.campus, plans, strict=True) for w in _waits(inputs, name, plan)]
    out.update(wanted(inputs))
    out["block_wait_months"] = np.stack(waits) if waits else np.zeros((0, inputs.at.months.count))
    return out


def _waits(inputs: Inputs, name: str, plan: _Plan) -> list[np.ndarray]:
    """Months until each block of a campus enters service, (month,) each, in the order of the file."""
    blocks, timetable = inputs.tree.campuses[name].blocks, _timetable(inputs, name)
    return [wait_months(b, timetable=timetable, months=inputs.at.months, phase_starts=plan.starts) for b in blocks.values()]


def state(inputs: Inputs, windows: Windows) -> Arrays:
    """All rows but the plans, for any windows of time: axes as in the registry with windows in place of months."""
    at = inputs.at
    campuses = [_campus(inputs, name, windows) for name in at.campus]
    out = {name: np.stack([c.rows[name] for c in campuses]) for name in campuses[0].rows}
    shape = (at.phase, windows.lower.size)
    units = {f"{name}/{key}": count for name, c in zip(at.campus, campuses, strict=True) for key, count in c.units.items()}
    out["unit_count"] = np.stack([units[key] for key in at.unit]) if at.unit else np.zeros((0, *shape))
    zero = np.zeros(shape)
    energy = {f"{name}/{key}": mwh for name, c in zip(at.campus, campuses, strict=True) for key, mwh in c.batteries.items()}
    out["battery_block_mwh"] = np.stack([energy[key] for key in at.battery]) if at.battery else np.zeros((0, *shape))
    by_model = [sum((c.models.get(key, zero) for c in campuses), zero) for key in at.accelerator]
    present = [presence for c in campuses for presence in c.presence.values()]
    out["block_present_frac"] = np.stack(present) if present else np.zeros((0, *shape))
    out["accelerators_by_model"] = np.stack(by_model) if by_model else np.zeros((0, *shape))
    return out


@dataclass(frozen=True)
class _Campus:
    rows: Arrays
    units: Arrays
    batteries: Arrays
    models: Arrays
    presence: Arrays


def _timetable(inputs: Inputs, name: str) -> Timetable:
    return Timetable(inputs.tree.as_of, inputs.tree.campuses[name].schedule, inputs.tree.library)


def _campus(inputs: Inputs, name: str, windows: Windows) -> _Campus:
    campus, library = inputs.tree.campuses[name], inputs.tree.library
    blocks, phases = campus.blocks, len(campus.phases)
    zero = np.zeros((inputs.at.phase, windows.lower.size))
    presence = presences(blocks, phases=phases, states=inputs.at.phase, timetable=_timetable(inputs, name), windows=windows)
    models = _installed(blocks, presence, zero)
    entries = {key: library.accelerators[key] for key in models}
    installed_mw = sum((n * entries[k].server_kw / KW_PER_MW for k, n in models.items()), zero)
    supply = supply_of(
        blocks,
        presence,
        units=units_of(blocks, presence, library, hhv_per_lhv=HHV_PER_LHV_GAS),
        reserve_units=campus.power.reserve_units,
        zero=zero,
        derate_frac=campus.schedule.firm_derate_frac,
    )
    cooling = _cooling_by_kind(blocks, presence, library, zero)
    heat_mw = cooling.sum(axis=0)
    limits = _limits(campus, presence, supply, heat_mw, states=np.minimum(np.arange(inputs.at.phase), phases))
    binding, in_service_mw = least(installed_mw, limits)
    running = share_out(
        models,
        {k: e.server_kw for k, e in entries.items()},
        worth={k: e.h100_equivalents for k, e in entries.items()},
        in_service_mw=in_service_mw,
    )
    rows = {
        **_compute_rows(models, running, entries, zero),
        **{f"{family}_limit_it_mw": limit for family, limit in limits.items()},
        "it_installed_mw": installed_mw,
        "it_in_service_mw": in_service_mw,
        "facility_design_mw": in_service_mw * campus.cooling.design_pue,
        "binding_constraint": binding,
        **_supply_rows(supply, blocks, presence, zero),
        "cooling_kind_heat_mw": cooling,
        "evaporative_share_frac": _evaporative_share(cooling, heat_mw),
        "announced_mw": announced(campus.announced, windows),
    }
    batteries = {key: b.mwh * presence[key] for key, b in blocks.items() if isinstance(b, BatteryBlock)}
    return _Campus(rows, supply.permitted_count, batteries, running, presence)


def _installed(blocks: Any, presence: Arrays, zero: np.ndarray) -> Arrays:
    models: Arrays = {}
    for key, block in blocks.items():
        if isinstance(block, AcceleratorBlock):
            model = name_of(block.model)
            models[model] = models.get(model, zero) + block.count * presence[key]
    return models


def _cooling_by_kind(blocks: Any, presence: Arrays, library: Any, zero: np.ndarray) -> np.ndarray:
    """Heat in MW by kind of plant; shape (cooling kind, phase state, window)."""
    heat = {kind: zero for kind in COOLING.names}
    for key, block in blocks.items():
        if isinstance(block, CoolingBlock):
            kind = entry_of(library, block.model).kind
            heat[kind] = heat[kind] + block.heat_mw * presence[key]
    return np.stack([heat[kind] for kind in COOLING.names])


def _evaporative_share(by_kind_mw: np.ndarray, heat_mw: np.ndarray) -> np.ndarray:
    """Share of the heat whose kind of plant evaporates water; 0 where there is no plant."""
    wet_mw = by_kind_mw[np.array(COOLING.each(lambda kind: kind.evaporates))].sum(axis=0)
    out: np.ndarray = np.divide(wet_mw, heat_mw, out=np.zeros_like(heat_mw), where=heat_mw > 0)
    return out


def _limits(campus: Any, presence: Arrays, supply: Supply, heat_mw: np.ndarray, *, states: np.ndarray) -> Arrays:
    """Limits in MW of IT by family. NaN: no block of the family in that phase state, or nothing that stands needs a permit."""
    blocks, pue = campus.blocks, campus.cooling.design_pue
    hall = sum((b.it_mw * presence[k] for k, b in blocks.items() if isinstance(b, HallBlock)), np.zeros_like(heat_mw))
    under_permit = [presence[k] > 0.0 for k, b in blocks.items() if b.kind == "generators" and b.permit]
    values = {
        "hall": hall,
        "cooling": heat_mw / (1.0 + campus.cooling.auxiliary_frac),
        "supply": supply.firm_mw / pue,
        "permit": supply.permitted_firm_mw / pue,
    }
    first = {family: min((b.phase for b in blocks.values() if b.kind in kinds), default=np.inf) for family, kinds in FAMILIES.items()}
    first["permit"] = first["supply"]
    out = {family: np.where((states >= first[family])[:, None], value, np.nan) for family, value in values.items()}
    out["permit"] = np.where(np.any(under_permit, axis=0) if under_permit else False, out["permit"], np.nan)
    return out


def least(installed_mw: np.ndarray, limits: Arrays) -> tuple[np.ndarray, np.ndarray]:
    """Code of the binding constraint (position in ``BINDING``) and the least MW; NaN limits do not bind."""
    stack = np.stack([installed_mw, *(limits[family] for family in BINDING[1:])])
    held = np.where(np.isnan(stack), np.inf, stack)
    return np.argmin(held, axis=0).astype(np.float64), held.min(axis=0)


def share_out(models: Arrays, server_kw: dict[str, float], *, worth: dict[str, float], in_service_mw: np.ndarray) -> Arrays:
    """Accelerators in service by model: scarce power goes to the models with the most compute for each kW."""
    left_kw = in_service_mw * KW_PER_MW
    out: Arrays = {}
    for key in sorted(models, key=lambda k: (-worth[k] / server_kw[k], k)):
        out[key] = np.minimum(models[key], left_kw / server_kw[key])
        left_kw = left_kw - out[key] * server_kw[key]
    return {key: out[key] for key in models}


def _compute_rows(installed: Arrays, running: Arrays, entries: Any, zero: np.ndarray) -> Arrays:
    return {
        "accelerators_installed": sum(installed.values(), zero),
        "accelerators_in_service": sum(running.values(), zero),
        "h100e_in_service": sum((n * entries[k].h100_equivalents for k, n in running.items()), zero),
        "peak_pflops": sum((n * entries[k].peak_bf16_tflops / TFLOPS_PER_PFLOPS for k, n in running.items()), zero),
    }


def _supply_rows(supply: Supply, blocks: Any, presence: Arrays, zero: np.ndarray) -> Arrays:
    batteries = [(b, presence[k]) for k, b in blocks.items() if isinstance(b, BatteryBlock)]
    return {
        "grid_limit_mw": supply.grid_mw,
        "supply_nameplate_mw": supply.nameplate_mw,
        "supply_firm_mw": np.minimum(supply.firm_mw, supply.permitted_firm_mw),
        "battery_power_mw": sum((b.mw * p for b, p in batteries), zero),
        "battery_energy_mwh": sum((b.mwh * p for b, p in batteries), zero),
    }


def announced(entries: list[Any], windows: Windows) -> np.ndarray:
    """The latest announcement at the end of each window, shape (window,); 0 before the first."""
    out = np.zeros_like(windows.lower)
    for entry in sorted(entries, key=lambda e: e.from_day):
        out = np.where(windows.upper > windows.months.position(entry.from_day), entry.mw, out)
    return out


@dataclass(frozen=True)
class _Plan:
    lead_days: np.ndarray
    phase: np.ndarray
    starts: list[float]
    """Month of the horizon in which each phase enters service if ordered as planned."""


def _plan(inputs: Inputs, name: str) -> _Plan:
    """Days from order to service for each phase state, and the phase in service by month if ordered as planned."""
    campus, months = inputs.tree.campuses[name], inputs.at.months
    timetable = _timetable(inputs, name)
    lead_days = np.zeros(inputs.at.phase)
    in_service = np.zeros(months.count)
    begin = -np.inf
    starts = []
    for k, phase in enumerate(campus.phases.values(), start=1):
        lead_days[k] = phase_lead_days(phase, [b for b in campus.blocks.values() if b.phase == k], timetable)
        position = months.position(phase.planned_order, lead_days[k])
        begin = max(begin, position)
        starts.append(begin)
        in_service += np.arange(months.count) >= begin
    return _Plan(lead_days, in_service, starts)


def phase_lead_days(phase: PhaseSpec, blocks: list[Any], timetable: Timetable) -> float:
    """Days from the order of a phase to its service: the longer of its lead and the deliveries, plus slip."""
    deliveries = [timetable.order_days(b) for b in blocks if isinstance(b, AcceleratorBlock)]
    lead = max([phase.lead_days, *deliveries])
    return lead + timetable.slip_for(lead) + phase.slip_days
