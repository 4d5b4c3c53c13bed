"""Figures over a run's monthly arrays, (month, draw) unless said otherwise: payback, hurdle prices, delay, book life."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gigacampus.foundation.units import DAYS_PER_YEAR, HOURS_PER_DAY, MILLION, MONTHS_PER_YEAR

LIVES = (3, 4, 5, 6)
"""Book lives of machines in years that are always shown side by side."""
HOURS_PER_MONTH = DAYS_PER_YEAR * HOURS_PER_DAY / MONTHS_PER_YEAR


def payback_months(margin: np.ndarray, plant: np.ndarray) -> np.ndarray:
    """Months until machines that enter service in each month have earned their cost back; NaN: not within the horizon.

    A month's cash margin is shared over machines in service by their cost, so a vintage is paid back when the sums of
    margin over plant from its month on reach one.

    >>> payback_months(np.full((4, 1), 5.0), np.full((4, 1), 10.0))[:, 0].tolist()
    [2.0, 2.0, 2.0, nan]
    """
    rate = np.divide(margin, plant, out=np.zeros_like(plant), where=plant > 0.0)
    total = np.cumsum(rate, axis=0)
    out = np.full(rate.shape, np.nan)
    for vintage in range(rate.shape[0]):
        earned = total[vintage:] - total[vintage] + rate[vintage]
        there = earned >= 1.0 - 1e-12
        out[vintage] = np.where(there.any(axis=0), there.argmax(axis=0) + 1.0, np.nan)
    return out


def capital_charge(plant: np.ndarray, *, life_years: np.ndarray | float, wacc: np.ndarray | float) -> np.ndarray:
    """Level monthly payment that returns capital with interest over its life.

    >>> round(float(capital_charge(np.array(200_000.0), life_years=15, wacc=0.075)), 4)
    1854.0247
    """
    rate, n = np.asarray(wacc, dtype=float) / MONTHS_PER_YEAR, np.asarray(life_years) * MONTHS_PER_YEAR
    flat = np.asarray(rate) == 0.0
    safe = np.where(flat, 1.0, rate)
    return plant * np.where(flat, 1.0 / n, safe / (1.0 - (1.0 + safe) ** -n))


def hurdle_per_million_tokens(cost: np.ndarray, charge: np.ndarray, serving_frac: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Price of a million output tokens that pays for serving them: cost of revenue and the serving share of capital.

    NaN where nothing is served.

    >>> hurdle_per_million_tokens(np.array([1e6]), np.array([4e6]), np.array([0.25]), np.array([1e12])).tolist()
    [2.0]
    """
    need = cost + charge * serving_frac
    out: np.ndarray = np.divide(need * MILLION, tokens, out=np.full_like(need, np.nan), where=tokens > 0.0)
    return out


def hurdle_per_it_mwh(site_cost: np.ndarray, charge: np.ndarray, it_mw: np.ndarray) -> np.ndarray:
    """What a megawatt-hour of IT load must earn to pay for energy, upkeep and capital; NaN where nothing runs.

    >>> hurdle_per_it_mwh(np.array([7.3e6]), np.array([65.7e6]), np.array([100.0])).tolist()
    [1000.0]
    """
    mwh = it_mw * HOURS_PER_MONTH
    out: np.ndarray = np.divide(site_cost + charge, mwh, out=np.full_like(mwh, np.nan), where=mwh > 0.0)
    return out


def month_of_delay(idle: np.ndarray, gross_profit: np.ndarray, plant: np.ndarray, *, wacc: np.ndarray | float) -> np.ndarray:
    """Price of one month's delay of all that is under construction: interest on idle capital at the cost of capital, and
    the gross profit that as much plant in service earns.

    >>> month_of_delay(np.array([100.0]), np.array([2.0]), np.array([50.0]), wacc=0.12).tolist()
    [5.0]
    """
    earns = np.divide(gross_profit, plant, out=np.zeros_like(plant), where=plant > 0.0)
    out: np.ndarray = idle * (np.asarray(wacc) / MONTHS_PER_YEAR + np.maximum(earns, 0.0))
    return out


def straight_line_at(added: np.ndarray, opening: np.ndarray, *, opening_age_months: int, life_years: int) -> np.ndarray:
    """Monthly straight-line charge of machines at one book life: what was added within the last life, over the life.

    ``added`` is cost entering service; ``opening`` (draw) entered ``opening_age_months`` before the first month.

    >>> straight_line_at(np.zeros((3, 1)), np.array([36.0]), opening_age_months=34, life_years=3)[:, 0].tolist()
    [1.0, 1.0, 0.0]
    """
    span = round(life_years * MONTHS_PER_YEAR)
    past = np.zeros((opening_age_months, added.shape[1]))
    whole = np.concatenate([past, added])
    whole[0] = whole[0] + opening
    total = np.cumsum(np.concatenate([np.zeros_like(whole[:1]), whole]), axis=0)
    last = np.arange(opening_age_months, whole.shape[0]) + 1
    out: np.ndarray = (total[last] - total[np.maximum(last - span, 0)]) / span
    return out


def ebit_by_life(series: Mapping[str, np.ndarray], opening: np.ndarray, *, opening_age_months: int) -> dict[str, np.ndarray]:
    """EBIT with the machines' book life at each of :data:`LIVES`; everything else as in the books."""
    rest = series["ebit_usd"] + series["machines_charge_usd"]
    return {
        f"ebit_life_{life}_usd": rest
        - straight_line_at(series["machines_served_usd"], opening, opening_age_months=opening_age_months, life_years=life)
        for life in LIVES
    }


def lab_value(*, post_money: np.ndarray, platform: np.ndarray | float, plant: np.ndarray, cash: np.ndarray, debt: np.ndarray) -> np.ndarray:
    """What the last price leaves for the lab's prospects after the platform, plant at book and net cash.

    >>> float(lab_value(post_money=np.array(230.0), platform=33.0, plant=np.array(15.0), cash=np.array(20.0), debt=np.array(10.0)))
    172.0
    """
    out: np.ndarray = post_money - np.asarray(platform) - plant - cash + debt
    return out
