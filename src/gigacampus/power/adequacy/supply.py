"""The supply of one campus as things that fail: groups of units, feeders, what stops several at once, and the battery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gigacampus.foundation.contingency import without_largest
from gigacampus.foundation.references import entry_of, name_of
from gigacampus.power.adequacy.outage_table import Group, battery_credit_frac, outage_table, shortage, units_out_probability
from gigacampus.power.battery import Battery, battery_at, battery_rows
from gigacampus.power.grid_terms import grid_terms
from gigacampus.power.turbine import altitude_power_frac, ambient_power_frac
from gigacampus.power.wind_sun import WindSun, wind_sun
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.buildout import BatteryBlock, GridBlock, SubstationBlock
from gigacampus.schema.power import PowerSpec

Array = np.ndarray
RARE = 1e-9
"""Probability of a joint state below which a world's table leaves it out: some seconds of a year."""
WHOLE = 1e-6
"""Share of a unit below which a month's mean count has no further unit."""

_out_probability = lru_cache(maxsize=1024)(units_out_probability)
"""Months of one year differ in few counts; nobody writes into what it gives."""


@dataclass(frozen=True)
class Supply:
    """What feeds one campus in one configuration; arrays of hours cover the year."""

    models: tuple[str, ...]
    unit_mw: Array
    """Power of one unit of each model, air and fuel of the hour included; (model, hour)."""
    count: Array
    """Units of each model, permits included; a month's mean may hold part of a unit; (model,)."""
    feed_mw: Array
    """Power that each substation, or each tranche where none is given, brings; (feed,)."""
    firm_grid_frac: float
    """Share of the connection that counts as firm."""
    open_frac: Array
    """Share of the connection that may be used; (hour,)."""
    cold: Array
    """Hours in which units fail more often; (hour,), booleans."""
    battery: Battery[float]
    rules: PowerSpec

    def total_mw(self, hours: slice | Array) -> Array:
        """All that stands, nothing out; (hour,)."""
        out: Array = self.count @ self.unit_mw[:, hours] + self.feed_mw.sum() * self.open_frac[hours]
        return out

    def groups(self, hours: Array, *, cold: bool, gas: bool = True) -> list[Group]:
        """Groups that fail alone over some hours; without gas only the feeders are left."""
        spec = self.rules.adequacy
        unit_frac = max(self.rules.forced_outage_frac, spec.cold_outage_frac) if cold else self.rules.forced_outage_frac
        out = []
        for mw, count in zip(self.unit_mw, self.count if gas else np.zeros_like(self.count), strict=True):
            whole, part = divmod(float(count) + WHOLE / 2.0, 1.0)
            if whole:
                behind = {"per_transformer": spec.transformer_units, "transformer_outage_frac": spec.transformer_outage_frac}
                out.append(Group(mw[hours], _out_probability(int(whole), unit_frac, **behind)))
            if part > WHOLE:
                out.append(Group(part * mw[hours], _out_probability(1, unit_frac)))
        feeds = (mw * self.open_frac[hours] for mw in self.feed_mw if mw > 0.0)
        return [*out, *(Group(mw, _out_probability(1, spec.feed_outage_frac)) for mw in feeds)]

    def expected_shortage(self, load_mw: Array, hours: Array) -> tuple[Array, Array]:
        """Probability of a shortage and expected MW short in some hours of the year, without the battery; (hour,) each."""
        lolp, eue_mw = np.zeros(hours.size), np.zeros(hours.size)
        gas_frac = self.rules.adequacy.gas_outage_frac if self.count.any() else 0.0
        for cold in (False, True):
            at = self.cold[hours] == cold
            if not at.any():
                continue
            for gas, weight in ((True, 1.0 - gas_frac), (False, gas_frac)):
                if weight > 0.0:
                    found = _shortage(load_mw[at], self.groups(hours[at], cold=cold, gas=gas))
                    lolp[at] += weight * found[0]
                    eue_mw[at] += weight * found[1]
        return lolp, eue_mw

    def pieces(self, hours: Array) -> tuple[Array, Array]:
        """Plant that one fault takes out, MW in some hours, and how many of each stand: (piece, hour) and (piece,).

        A piece is a unit, all units behind one transformer, or a feeder.
        """
        spec = self.rules.adequacy
        behind = spec.transformer_units if spec.transformer_units >= 1.0 and spec.transformer_outage_frac > 0.0 else 1.0
        size = np.clip(self.count, 1.0, behind)
        feeds = self.feed_mw[:, None] * self.open_frac[None, hours]
        standing = np.concatenate([self.count / size, np.ones(self.feed_mw.size)])
        return np.concatenate([size[:, None] * self.unit_mw[:, hours], feeds]), standing

    def lost_mw(self, most: int, hours: Array) -> Array:
        """Power that the ``most`` largest pieces give in each hour; (most, hour), growing with the pieces."""
        piece_mw, copies = self.pieces(hours)
        there = np.clip(copies[:, None] - np.arange(most), 0.0, 1.0)
        each = (piece_mw[:, None] * there[:, :, None]).reshape(-1, hours.size)
        ranked = -np.sort(-(each if each.size else np.zeros((most, hours.size))), axis=0)
        out: Array = np.cumsum(ranked[:most], axis=0)
        return out

    def firm_mw(self, hour: int, pieces: float) -> float:
        """Firm supply in one hour without the battery: firm grid and units in the air of that hour, the largest pieces out."""
        piece_mw, copies = self.pieces(np.array([hour]))
        size = piece_mw[:, 0]
        size[self.count.size :] *= self.firm_grid_frac
        left = without_largest(size.tolist(), [np.array(n) for n in copies], pieces)
        return float(sum(mw * n for mw, n in zip(size, left, strict=True)))

    def firm_battery_mw(self) -> float:
        """Power of the battery that counts as firm, by how long it lasts."""
        store, credit_h = self.battery, self.rules.adequacy.battery_credit_h
        return store.power_mw * float(battery_credit_frac(store.power_mw, store.energy_mwh - store.held_mwh, credit_h=credit_h))


def _shortage(load_mw: Array, groups: list[Group]) -> tuple[Array, Array]:
    if not groups:
        return (load_mw > 0.0).astype(float), load_mw.copy()
    return shortage(load_mw, outage_table(groups, least_probability=RARE))


@dataclass(frozen=True)
class CampusSupplies:
    """Supplies of one campus by row (phase * month)."""

    one: Supply
    """What all rows share."""
    count: Array
    """(row, model)."""
    feed_mw: Array
    """(row, feed)."""
    firm_grid_frac: Array
    battery: Battery[Array]
    wind_sun: WindSun

    def net_load_mw(self, row: int, load_mw: Array, hours: Array) -> Array:
        """What wind and sun leave of a load in some hours of the year; (hour,)."""
        out: Array = np.maximum(load_mw - self.wind_sun.of_row(row)[hours], 0.0)
        return out

    def at(self, row: int) -> Supply:
        """The supply of a row."""
        one = self.one
        return Supply(
            one.models,
            one.unit_mw,
            self.count[row],
            self.feed_mw[row],
            float(self.firm_grid_frac[row]),
            one.open_frac,
            one.cold,
            battery_at(self.battery, row),
            one.rules,
        )


def supplies(c: int, inputs: Inputs, up: dict[str, Array]) -> CampusSupplies:
    """Gather the supply of campus ``c`` from the build-out and the weather."""
    campus, library = inputs.tree.campuses[inputs.at.campus[c]], inputs.tree.library
    power, dry_bulb_c = campus.power, up["dry_bulb_degc"][c]
    rows = inputs.at.phase * inputs.at.months.count
    units = np.flatnonzero(np.array(inputs.at.unit_campus, dtype=np.int64) == c)
    names = [name_of(campus.blocks[inputs.at.unit[u].partition("/")[2]].model) for u in units]
    models = tuple(sorted(set(names)))
    count = np.zeros((rows, len(models)))
    np.add.at(count.T, [models.index(n) for n in names], up["unit_count"][units].reshape(units.size, rows))
    fuelled = 1.0 - _coldest(dry_bulb_c, power.adequacy.fuel_curtail_hours_per_year) * power.adequacy.fuel_curtail_frac
    entries = [library.generators[m] for m in models]
    unit_mw = [e.iso_mw * altitude_power_frac(campus.site.elevation_m, e) * ambient_power_frac(dry_bulb_c, e) * fuelled for e in entries]
    feed_mw, firm_frac = _feeds(c, inputs, up, campus.blocks)
    stores = [block for block in campus.blocks.values() if isinstance(block, BatteryBlock)]
    size_mw, size_mwh = (up[name][c].reshape(-1) for name in ("battery_power_mw", "battery_energy_mwh"))
    battery = battery_rows(size_mw, size_mwh, stores, library.batteries, power)
    terms = grid_terms(power, entry_of(library, power.tariff), dry_bulb_c)
    cold = dry_bulb_c < power.adequacy.cold_below_c
    one = Supply(
        models,
        np.array(unit_mw).reshape(len(models), dry_bulb_c.size),
        count[0],
        feed_mw[0],
        1.0,
        terms.open_frac + terms.through_frac,
        cold,
        battery_at(battery, 0),
        power,
    )
    return CampusSupplies(one, count, feed_mw, firm_frac, battery, wind_sun(c, inputs, up))


def _coldest(dry_bulb_c: Array, hours_per_year: float) -> Array:
    """1 in the coldest hours, 0 in all others; (hour,)."""
    out = np.zeros(dry_bulb_c.size)
    out[np.argsort(dry_bulb_c, kind="stable")[: min(round(hours_per_year), dry_bulb_c.size)]] = 1.0
    return out


def _feeds(c: int, inputs: Inputs, up: dict[str, Array], blocks: dict[str, object]) -> tuple[Array, Array]:
    """Power of each feeder (row, feed), together the connection's limit, and the share of it that is firm (row,)."""
    limit = up["grid_limit_mw"][c].reshape(-1)
    present = dict(_present(c, inputs, up))
    stations = [b.mw * present[k] for k, b in blocks.items() if isinstance(b, SubstationBlock) and k in present]
    tranches = [(b.mw * present[k], b.firm) for k, b in blocks.items() if isinstance(b, GridBlock) and k in present]
    each = np.array(stations or [mw for mw, _ in tranches] or [limit]).reshape(-1, limit.size)
    share = np.divide(limit, each.sum(axis=0), out=np.zeros_like(limit), where=each.sum(axis=0) > 0.0)
    firm = sum((mw for mw, is_firm in tranches if is_firm), np.zeros_like(limit)) if tranches else limit
    firm = np.minimum(firm, np.sum(stations, axis=0)) if stations else firm
    firm_frac = np.divide(firm, limit, out=np.ones_like(limit), where=limit > 0.0)
    return (each * share).T, np.minimum(firm_frac, 1.0)


def _present(c: int, inputs: Inputs, up: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    for key, i in inputs.at.of_campus(inputs.at.block, c).items():
        yield key, up["block_present_frac"][i].reshape(-1)
