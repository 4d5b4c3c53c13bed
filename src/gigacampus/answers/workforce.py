"""People and what the money goes into: heads by trade, and the cash spent split into data centres, talent, robots and agents."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import MONTHS_PER_YEAR
from gigacampus.results.result import Result

CLASSES = ("data_centres", "talent", "robots_agents", "other")


def _sampled(result: Result, path: str, value: float) -> np.ndarray:
    """An input of the company by draw, as a column: its points where it is uncertain, else one value."""
    points = result.sampled.draws.get(path) if result.sampled else None
    return np.array([[value]]) if points is None else points[:, None]


def _years(result: Result) -> np.ndarray:
    return np.arange(len(result.coords["month"])) / MONTHS_PER_YEAR


def heads(result: Result) -> dict[str, np.ndarray]:
    """Heads of each trade of the company; (draw, month)."""
    return _by_trade(result, "headcount")


def staff_cost(result: Result) -> dict[str, np.ndarray]:
    """Cash cost of each trade a month, wages and hiring, USD; (draw, month)."""
    rise = np.exp(_sampled(result, "market.inflation_per_year", result.scenario["market"]["inflation_per_year"]) * _years(result))
    people, joined = result.scenario["company"].get("people", {}), _by_trade(result, "hires")
    out = {}
    for trade, count in heads(result).items():
        wages, hiring = (
            _sampled(result, f"company.people.{trade}.{key}", people[trade].get(key, 0.0))
            for key in ("cash_usd_per_head_year", "hire_cost_usd")
        )
        out[trade] = (count * wages / MONTHS_PER_YEAR + joined[trade] * hiring) * rise
    return out


def _by_trade(result: Result, name: str) -> dict[str, np.ndarray]:
    return {trade: result.samples(name)[:, i] for i, trade in enumerate(result.coords["trade"])}


def spending(result: Result, months: str) -> dict[str, np.ndarray]:
    """Cash spent over ``2025-01..2025-09`` by class, USD by draw; the classes sum to the cash spent.

    ``other`` is what none of the three names: sales and office staff, data, marketing, interest and what the reported
    figures imply and no line explains, less what customers paid. Energy and sites stand at cost, not at payment.
    """
    first, _, last = months.partition("..")
    rows = [i for i, m in enumerate(result.coords["month"]) if first <= m <= (last or first)]
    spent = -result.samples("free_cash_flow_usd")[:, rows].sum(axis=1)
    sites = result.samples("it_mw_used")[:, rows] * result.scenario["company"]["costs"]["site_usd_per_it_mw_year"] / MONTHS_PER_YEAR
    plant = result.samples("capex_usd")[:, rows] + result.samples("energy_cost_usd")[:, rows] + sites
    trades = staff_cost(result)
    function = {t: s.get("function", "research") for t, s in result.scenario["company"].get("people", {}).items()}
    talent = sum((c[:, rows] for t, c in trades.items() if function[t] in ("research", "operations")), np.zeros((1, len(rows))))
    robots = sum((c[:, rows] for t, c in trades.items() if function[t] == "robots_agents"), np.zeros((1, len(rows))))
    named = {
        "data_centres": plant.sum(axis=1),
        "talent": _wide(talent, spent),
        "robots_agents": _wide(robots, spent) + _software(result, rows),
    }
    return {**named, "other": spent - sum(named.values())}


def _wide(by_month: np.ndarray, like: np.ndarray) -> np.ndarray:
    return np.broadcast_to(by_month.sum(axis=1), like.shape)


def _software(result: Result, rows: list[int]) -> Any:
    yearly = _sampled(result, "company.costs.robots_agents_usd_per_year", result.scenario["company"]["costs"]["robots_agents_usd_per_year"])
    return yearly[:, 0] * len(rows) / MONTHS_PER_YEAR
