"""A year of one campus as a problem of dispatch, and what the merit order of the worlds makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gigacampus.foundation.flue_gas import nox_kg_per_mmbtu, nox_ppm
from gigacampus.foundation.references import entry_of
from gigacampus.power.battery import batteries_at
from gigacampus.power.dispatch.arrays import Trace
from gigacampus.power.dispatch.campus import Campus, gather, unit_share
from gigacampus.power.dispatch.choice import chosen, traced
from gigacampus.power.dispatch.problem import Dispatch, Permit, Problem, Storage, UnitClass
from gigacampus.power.emissions import start_mmbtu
from gigacampus.power.load import month_hours
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.buildout import GeneratorBlock, PermitBlock

Array = np.ndarray
KG_PER_T = 1000.0


@dataclass(frozen=True)
class Year:
    """Problem of some months in a row, and the merit order's answer to it."""

    problem: Problem
    merit: Dispatch


def year_of(c: int, inputs: Inputs, up: dict[str, Array], months: Sequence[int]) -> Year:
    """Campus ``c`` in ``months`` (positions in the horizon) on its planned path."""
    campus, at = gather(c, inputs, up), inputs.at
    hours, rows = month_hours(at.months, at.phase), [int(up["planned_phase"][c, m]) * at.months.count + m for m in months]
    ways = chosen(campus, np.array(rows), hours)
    traces = [traced(campus, row, hours, ways.row(i)) for i, row in enumerate(rows)]
    problem = _problem(c, inputs, campus, rows, hours, np.concatenate([t.load_mw for t in traces]))
    return standing(Year(problem, _merit(campus, rows, traces, _alike(c, inputs, campus))))


def standing(year: Year) -> Year:
    """The same without the classes of which no unit stands in any hour."""
    kept = [k for k, units in enumerate(year.problem.classes) if units.count.max(initial=0.0) > 0.0]
    merit = replace(year.merit, unit_mw=year.merit.unit_mw[kept], units_on=year.merit.units_on[kept])
    return Year(replace(year.problem, classes=tuple(year.problem.classes[k] for k in kept)), merit)


def _problem(c: int, inputs: Inputs, campus: Campus, rows: list[int], hours: Array, load_mw: Array) -> Problem:
    spec = inputs.tree.campuses[inputs.at.campus[c]]
    at = np.concatenate([np.arange(*hours[row]) for row in rows])
    row_of_hour = np.repeat(rows, [int(hours[row, 1] - hours[row, 0]) for row in rows])
    store, way = batteries_at(campus.battery, row_of_hour), campus.battery.one_way_frac[rows[0]]
    has_store = store.energy_mwh.max(initial=0.0) > 0.0
    return Problem(
        load_mw=load_mw,
        grid_cap_mw=campus.grid_mw[row_of_hour] * campus.grid.open_frac[at],
        energy_usd_per_mwh=campus.grid.energy_usd_per_mwh()[at],
        called_mw=campus.grid_mw[row_of_hour] * campus.grid.called_frac[at],
        penalty_usd_per_mwh=campus.grid.penalty_usd_per_mwh,
        notice_h=campus.grid.notice_h,
        credit_usd=float(campus.grid.credit_usd_per_mw_month * campus.grid_mw[rows].sum()),
        free_mw=np.einsum("hb,bh->h", campus.wind_sun.mw[row_of_hour], campus.wind_sun.profile[:, at]),
        tariff=campus.tariff,
        gas_usd_per_mmbtu=campus.worth.gas_usd_per_mmbtu,
        unserved_usd_per_mwh=spec.power.unserved_usd_per_mwh,
        classes=_classes(c, inputs, campus, row_of_hour, at),
        storage=Storage(store.power_mw, store.energy_mwh, float(way), spec.power.battery_reserve_frac) if has_store else None,
        permits=tuple(_permit(key, block) for key, block in spec.blocks.items() if isinstance(block, PermitBlock)),
        spinning_frac=spec.power.spinning_reserve_frac,
        first_hour=int(at[0]),
    )


def _permit(key: str, block: PermitBlock) -> Permit:
    tonnes = block.limit_nox_t_per_year
    return Permit(key, nox_kg_per_year=np.inf if tonnes is None else KG_PER_T * tonnes)


def _alike(c: int, inputs: Inputs, campus: Campus) -> list[list[int]]:
    """Positions of the campus's blocks that one class can stand for: same machine, same control, same permit.

    Units that are alike in all that a solver sees are one count: as columns apart they would only multiply equal answers.
    """
    spec, found = inputs.tree.campuses[inputs.at.campus[c]], dict[tuple[Any, ...], list[int]]()
    for i, (unit, g) in enumerate(zip(campus.units, campus.fleet.group_of_unit, strict=True)):
        block: GeneratorBlock = spec.blocks[inputs.at.unit[unit].partition("/")[2]]
        found.setdefault((int(g), block.model, block.control, block.nox_ppm, block.permit), []).append(i)
    return list(found.values())


def _classes(c: int, inputs: Inputs, campus: Campus, row_of_hour: Array, at: Array) -> tuple[UnitClass, ...]:
    groups, units_out = campus.fleet.groups, campus.fleet.groups.units_out
    spec, out = inputs.tree.campuses[inputs.at.campus[c]], []
    share = unit_share(campus)
    for alike in _alike(c, inputs, campus):
        blocks = np.array(alike)
        keys = [inputs.at.unit[campus.units[i]].partition("/")[2] for i in alike]
        block, g = spec.blocks[keys[0]], campus.fleet.group_of_unit[alike[0]]
        entry = entry_of(inputs.tree.library, block.model)
        nox = nox_kg_per_mmbtu(nox_ppm(block.control, block.nox_ppm, entry))
        extra = max(nox_kg_per_mmbtu(entry.nox_ppm_uncontrolled) - nox, 0.0)
        fleet = np.minimum(np.ceil(campus.group_count[row_of_hour, g]), units_out.shape[1] - 1).astype(np.int64)
        standing = campus.unit_count[np.ix_(row_of_hour, blocks)].sum(axis=1)
        broken = units_out[g, fleet, at] * share[np.ix_(row_of_hour, blocks)].sum(axis=1)
        out.append(
            UnitClass(
                key=", ".join(keys),
                unit_mw=groups.unit_mw[g, at],
                full_mmbtu_per_mwh=groups.full_mmbtu_per_mwh[g, at],
                count=np.maximum(standing - broken, 0.0),
                min_load_frac=float(groups.min_load_frac[g]),
                part_load=(float(groups.part_load[g, 0]), float(groups.part_load[g, 1])),
                start_usd=entry.start_usd_per_mw * entry.iso_mw,
                min_up_h=round(entry.min_up_h),
                min_down_h=round(entry.min_down_h),
                nox_kg_per_mmbtu=nox,
                nox_kg_per_start=start_mmbtu(entry) * extra,
                permit=block.permit,
            )
        )
    return tuple(out)


def _merit(campus: Campus, rows: list[int], traces: list[Trace], alike: list[list[int]]) -> Dispatch:
    """The traces of months as one result by class: blocks of one model share its group by count."""
    group, lengths = campus.fleet.group_of_unit, [t.load_mw.size for t in traces]
    share = np.repeat(unit_share(campus)[rows], lengths, axis=0).T
    whole = Trace(*(np.concatenate(parts, axis=-1) for parts in zip(*traces, strict=True)))

    def by_class(of_group: Array) -> Array:
        of_block = of_group[group] * share
        return np.array([of_block[blocks].sum(axis=0) for blocks in alike]).reshape(-1, whole.load_mw.size)

    return Dispatch(
        grid_mw=whole.grid_mw,
        unit_mw=by_class(whole.unit_mw),
        units_on=by_class(whole.units_on),
        charge_mw=np.maximum(-whole.battery_mw, 0.0),
        discharge_mw=np.maximum(whole.battery_mw, 0.0),
        stored_mwh=whole.charge_state_mwh,
        unserved_mw=whole.unserved_mw,
        solver="merit",
    )
