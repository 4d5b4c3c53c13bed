"""Nameplate and firm supply of one campus: grid, units, the largest units out, and what permits let run."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from gigacampus.foundation.contingency import without_largest
from gigacampus.foundation.flue_gas import nox_kg_per_mmbtu, nox_ppm
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import HOURS_PER_YEAR, KW_PER_MW, MJ_PER_MMBTU
from gigacampus.schema.buildout import Block, GeneratorBlock, GridBlock, PermitBlock, SubstationBlock


def nox_kg_per_mwh(ppm: float, heat_rate_hhv_kj_per_kwh: float) -> float:
    """NOx (as NO2) for each MWh from the stack concentration at 15 % oxygen, dry.

    Source: US EPA Method 19, dry F factor of natural gas.
    Valid for: natural gas, steady load; starts are extra.

    >>> round(nox_kg_per_mwh(2.0, 11235.0), 4)
    0.0356
    """
    return nox_kg_per_mmbtu(ppm) * heat_rate_hhv_kj_per_kwh / MJ_PER_MMBTU


@dataclass(frozen=True)
class Unit:
    """A generator block with its rating; ``count`` has shape (phase state, window)."""

    key: str
    mw: float
    count: np.ndarray
    permit: str
    nox_kg_per_mwh: float


@dataclass(frozen=True)
class Supply:
    """Arrays of shape (phase state, window); ``permitted_count`` one for each generator block."""

    grid_mw: np.ndarray
    nameplate_mw: np.ndarray
    firm_mw: np.ndarray
    """With the largest units out, whatever permits say."""
    permitted_firm_mw: np.ndarray
    """The same, of what permits let run."""
    permitted_count: dict[str, np.ndarray]


def grid_mw(blocks: dict[str, Block], presence: dict[str, np.ndarray], *, firm_only: bool) -> np.ndarray | float:
    """Grid tranches in service, capped by the substations where any is given."""
    tranches = sum((b.mw * presence[k] for k, b in blocks.items() if isinstance(b, GridBlock) and (b.firm or not firm_only)), 0.0)
    substations = [b.mw * presence[k] for k, b in blocks.items() if isinstance(b, SubstationBlock)]
    return np.minimum(tranches, np.sum(substations, axis=0)) if substations else tranches


def units_of(blocks: dict[str, Block], presence: dict[str, np.ndarray], library: SimpleNamespace, *, hhv_per_lhv: float) -> list[Unit]:
    """Generator blocks with ratings and NOx rates from the library."""
    out = []
    for key, block in blocks.items():
        if isinstance(block, GeneratorBlock):
            entry = entry_of(library, block.model)
            ppm = nox_ppm(block.control, block.nox_ppm, entry)
            rate = nox_kg_per_mwh(ppm, entry.heat_rate_lhv_kj_per_kwh * hhv_per_lhv)
            out.append(Unit(key, entry.iso_mw, block.count * presence[key], block.permit, rate))
    return out


def permit_cap_mw(permit: PermitBlock, units: list[Unit], counts: list[np.ndarray]) -> np.ndarray | float:
    """Most MW that a permit lets its units run at once; a yearly tonnage counts as an even load all year."""
    cap: np.ndarray | float = np.inf if permit.limit_mw is None else permit.limit_mw
    if permit.limit_nox_t_per_year is None:
        return cap
    mw = total_mw(units, counts)
    kg_per_h = np.sum([u.mw * n * u.nox_kg_per_mwh for u, n in zip(units, counts, strict=True)], axis=0)
    allowed_kg_per_h = permit.limit_nox_t_per_year * KW_PER_MW / HOURS_PER_YEAR
    by_tonnage = np.divide(allowed_kg_per_h * mw, kg_per_h, out=np.full_like(mw, np.inf), where=kg_per_h > 0)
    out: np.ndarray | float = np.minimum(cap, by_tonnage)
    return out


def capped(units: list[Unit], counts: list[np.ndarray], blocks: dict[str, Block]) -> list[np.ndarray]:
    """Counts that may run at once within the limits of their permits."""
    out = list(counts)
    for key in dict.fromkeys(u.permit for u in units if u.permit):
        index = [i for i, u in enumerate(units) if u.permit == key]
        covered, held = [units[i] for i in index], [counts[i] for i in index]
        permit = blocks[key]
        assert isinstance(permit, PermitBlock)
        mw = total_mw(covered, held)
        cap = np.broadcast_to(permit_cap_mw(permit, covered, held), mw.shape)
        share = np.divide(cap, mw, out=np.ones_like(mw), where=mw > cap)
        for i in index:
            out[i] = counts[i] * share
    return out


def total_mw(units: list[Unit], counts: list[np.ndarray]) -> np.ndarray:
    """Rated MW of ``counts``."""
    out: np.ndarray = np.sum([u.mw * n for u, n in zip(units, counts, strict=True)], axis=0)
    return out


def supply_of(
    blocks: dict[str, Block],
    presence: dict[str, np.ndarray],
    *,
    units: list[Unit],
    reserve_units: float,
    derate_frac: float,
    zero: np.ndarray,
) -> Supply:
    """All supply figures of one campus; ``zero`` gives the shape (phase state, window)."""
    counts = [u.count for u in units]
    granted = [u.count * (presence[u.permit] if u.permit else 1.0) for u in units]
    left = without_largest([u.mw for u in units], counts, reserve_units)
    left_granted = capped(units, without_largest([u.mw for u in units], granted, reserve_units), blocks)
    grid = zero + grid_mw(blocks, presence, firm_only=False)
    grid_firm = zero + grid_mw(blocks, presence, firm_only=True)
    kept = 1.0 - derate_frac
    return Supply(
        grid_mw=grid,
        nameplate_mw=grid + total_mw(units, counts),
        firm_mw=grid_firm + kept * total_mw(units, left),
        permitted_firm_mw=grid_firm + kept * total_mw(units, left_granted),
        permitted_count=dict(zip([u.key for u in units], capped(units, granted, blocks), strict=True)),
    )
