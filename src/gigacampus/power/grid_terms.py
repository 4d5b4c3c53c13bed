"""Terms of grid energy by the hour: what it costs beside the tariff's demand charges, and what the utility may call back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gigacampus.foundation.units import HOURS_PER_YEAR, KW_PER_MW
from gigacampus.scenario.load_files import UTILITY_LOADS, hourly_price, utility_load_mw
from gigacampus.schema.power import PowerSpec, TariffEntry

Array = np.ndarray


class GridHours(NamedTuple):
    """The connection by hour; (hour,) each."""

    open_frac: Array
    """Share that may be used."""
    through_frac: Array
    """Share that may be taken against the penalty."""
    more_usd_per_mwh: Array
    """Price beyond the tariff's mean."""
    through_usd_per_mwh: float
    """The penalty."""


@dataclass(frozen=True)
class GridTerms:
    """Terms of one campus; arrays of shape (hour,)."""

    tariff: TariffEntry
    """The tariff, its energy price that of the mean hour."""
    more_usd_per_mwh: Array
    """Price of an hour beyond that mean."""
    open_frac: Array
    """Share of the connection that may be used."""
    called_frac: Array
    """Share of the connection that calls of the interruptible contract hold back."""
    penalty_usd_per_mwh: float
    """At which it may be taken all the same; infinite: it may not."""
    credit_usd_per_mw_month: float
    notice_h: float

    @property
    def through_frac(self) -> Array:
        """Share of the connection that may be taken against the penalty; (hour,)."""
        return self.called_frac if np.isfinite(self.penalty_usd_per_mwh) else np.zeros(self.called_frac.size)

    @property
    def through_usd_per_mwh(self) -> float:
        """Penalty where there is one, else 0."""
        return self.penalty_usd_per_mwh if np.isfinite(self.penalty_usd_per_mwh) else 0.0

    @property
    def by_hour(self) -> bool:
        """Whether hours differ in price."""
        return bool(self.more_usd_per_mwh.any())

    def by_hours(self) -> GridHours:
        """The same as the compiled loops read it."""
        return GridHours(self.open_frac, self.through_frac, self.more_usd_per_mwh, self.through_usd_per_mwh)

    def energy_usd_per_mwh(self) -> Array:
        """Price of energy outside the tariff's blocks and windows; (hour,)."""
        return self.tariff.energy_usd_per_mwh + self.more_usd_per_mwh


def grid_terms(power: PowerSpec, tariff: TariffEntry, dry_bulb_c: Array) -> GridTerms:
    """Price and calls of every hour as a campus's rules name them."""
    price, contract = energy_usd_per_mwh(power, tariff), power.interruptible
    mean = float(price.mean()) if price.size else tariff.energy_usd_per_mwh
    more = price - mean if price.size else np.zeros(HOURS_PER_YEAR)
    open_frac = open_grid_frac(dry_bulb_c, power)
    if contract is None:
        return GridTerms(_at(tariff, mean), more, open_frac, np.zeros(HOURS_PER_YEAR), np.inf, 0.0, np.inf)
    worst = worst_hours(utility_load_mw(contract.utility_load), contract.hours_per_year)
    left = np.minimum(open_frac, 1.0 - contract.share_frac * worst)
    penalty = np.inf if contract.penalty_usd_per_mwh is None else contract.penalty_usd_per_mwh
    credit = KW_PER_MW * contract.credit_usd_per_kw_month * contract.share_frac
    return GridTerms(_at(tariff, mean), more, left, open_frac - left, penalty, credit, contract.notice_h)


def _at(tariff: TariffEntry, mean_usd_per_mwh: float) -> TariffEntry:
    return tariff.model_copy(update={"energy_usd_per_mwh": mean_usd_per_mwh})


def mean_tariff(power: PowerSpec, tariff: TariffEntry) -> TariffEntry:
    """The tariff with the mean of the hourly price as its price of energy."""
    price = energy_usd_per_mwh(power, tariff)
    return _at(tariff, float(price.mean())) if price.size else tariff


def energy_usd_per_mwh(power: PowerSpec, tariff: TariffEntry) -> Array:
    """Hourly price of grid energy, (hour,); empty where one price holds in all hours."""
    if not power.grid_price:
        return np.zeros(0)
    if not power.grid_price.startswith(UTILITY_LOADS):
        return hourly_price(Path(power.grid_price)).usd_per_mwh
    return shaped_usd_per_mwh(utility_load_mw(power.grid_price), tariff.energy_usd_per_mwh, power.price_load_exponent)


def shaped_usd_per_mwh(load_mw: Array, mean_usd_per_mwh: float, exponent: float) -> Array:
    """A price with a given mean that follows a power of the utility's demand; (hour,).

    >>> shaped_usd_per_mwh(np.array([1.0, 2.0]), 50.0, 2.0).tolist()
    [20.0, 80.0]
    """
    shape = (load_mw / load_mw.mean()) ** exponent
    out: Array = mean_usd_per_mwh * shape / shape.mean()
    return out


def worst_hours(load_mw: Array, hours: float) -> Array:
    """1 in the hours of the utility's highest demand, 0 in all others; (hour,).

    >>> worst_hours(np.array([20.0, 31.0, 25.0, 33.0]), 2).tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    out = np.zeros(load_mw.size)
    out[np.argsort(-load_mw, kind="stable")[: min(round(hours), load_mw.size)]] = 1.0
    return out


def open_grid_frac(dry_bulb_c: Array, power: PowerSpec) -> Array:
    """Share of the grid connection that may be used in each hour: demand-response calls fall on the hottest hours.

    >>> rules = PowerSpec(curtail_hours_per_year=2, curtail_frac=0.75)
    >>> open_grid_frac(np.array([20.0, 31.0, 25.0, 33.0]), rules)
    array([1.  , 0.25, 1.  , 0.25])
    """
    return 1.0 - power.curtail_frac * worst_hours(dry_bulb_c, power.curtail_hours_per_year)
