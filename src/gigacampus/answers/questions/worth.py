"""What the price says: the growth it implies, the sum of parts, multiples, the worth of stopping, and how the futures end."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import registers
from gigacampus.answers.reductions import needed
from gigacampus.company.analysis.terminal_states import CLASSES, TITLES, shares
from gigacampus.company.ledger.mergers import kept_share
from gigacampus.company.valuation.price_implied import sum_of_parts, value_of_stopping
from gigacampus.results.periods import as_of_month, instant, year_ahead
from gigacampus.results.result import Result

WORLD_OUTPUT_USD = 117e12
"""Goods and services of the world in 2025 (International Monetary Fund, recalled): no company sells more."""


def answer(result: Result) -> dict[str, Any]:
    """Outcome shares first, then the last price taken apart, then each extension: go on or stop at its order."""
    needed(result, "outcome_class", "lab_value_usd", "implied_growth_per_year")
    rows = outcomes(result) + price(result) + parts(result) + stopping(result)
    text = "each path is worth the price to the last digit; margin, capital and discount rate when mature are assumed and uncertain"
    if merger := joined(result):
        text += (
            f". Since the merger of {merger['month']} shares are of the group with {merger['partner']}: the price here is of the lab "
            f"alone on that day, held against its books of {result.coords['month'][as_of_month(result)]}; what the lab is worth "
            "inside of the group since then is not modelled"
        )
    return registers.register(
        "worth",
        "What does the last price imply, and how do the futures end?",
        rows,
        period=instant(result),
        head=next(r for r in rows if r["what"].startswith("first-year growth")),
        text=text,
        sources=["company.rounds, company.mergers, company.valuation of the scenario"],
    )


def outcomes(result: Result) -> list[dict[str, Any]]:
    """Share of the futures that end in each class; they sum to one."""
    found = shares(result.samples("outcome_class"))
    words = {name: f"ends as {name.replace('_', ' ')}: {TITLES[name]}" for name in CLASSES}
    return [registers.number(words[name], found[name], "share") for name in CLASSES]


def joined(result: Result) -> dict[str, Any] | None:
    """The first merger in the run by the scenario's day: month, partner, what the lab's holders got of the group, if priced."""
    now = result.coords["month"][as_of_month(result)]
    done = [(str(m["day"])[:7], m) for m in result.scenario["company"].get("mergers", {}).values()]
    some = sorted((x for x in done if result.coords["month"][0] <= x[0] <= now), key=lambda x: x[0])
    if not some:
        return None
    month, m = some[0]
    kept = kept_share(exchange_ratio=m.get("exchange_ratio", 1.0), partner_shares_per_share=m.get("partner_shares_per_share", 1.0))
    return {"month": month, "partner": m["partner"], "kept_frac": float(kept), "priced": float(m.get("price_usd", 0.0)) > 0.0}


def last_price(result: Result) -> list[dict[str, Any]]:
    """The last price and whose it is; after a merger also the group that it and the exchange imply."""
    value, merger = post_money(result), joined(result)
    if merger is None:
        return [registers.row("last price of the whole company", value, "USD")]
    of = f"its merger of {merger['month']}" if merger["priced"] else f"its last round before the merger of {merger['month']}"
    return [
        registers.row(f"price of the lab alone in {of}", value, "USD"),
        registers.number("share of the group that the lab's holders got for it", round(merger["kept_frac"], 4), "share"),
        registers.row("price of the group that this share implies on that day", value / merger["kept_frac"], "USD"),
    ]


def price(result: Result) -> list[dict[str, Any]]:
    """What the last price implies, and multiples of the year ahead."""
    year = year_ahead(result)
    growth, implied = result.samples("implied_growth_per_year"), result.samples("implied_revenue_usd")
    possible = implied <= WORLD_OUTPUT_USD
    revenue = result.samples("revenue_usd")[:, year].sum(axis=1)
    span = round(float(result.scenario["company"].get("valuation", {}).get("mature_years", 10.0)))
    return [
        *last_price(result),
        registers.row("price of the lab over its revenue of the year ahead", result.samples("price_to_sales"), "1"),
        registers.row(
            "first-year growth of revenue that the price implies, fading evenly (1 doubles it)",
            np.expm1(growth[possible]) if possible.any() else np.nan,
            "1",
        ),
        registers.row(f"revenue after {span} years on that path", implied[possible] if possible.any() else np.nan, "USD"),
        registers.number(
            "futures left out above: the price asks for more revenue than the world's output (about USD 117 trn a year, recalled)",
            round(float(1.0 - possible.mean()), 4),
            "share",
        ),
        registers.row("growth of the run's own revenue over the same first year (1 doubles it)", _own_growth(result, revenue), "1"),
    ]


def _own_growth(result: Result, revenue: np.ndarray) -> np.ndarray:
    year = year_ahead(result)
    after = slice(year.stop, year.stop + 12)
    count = len(result.coords["month"])
    if after.stop > count:
        return np.full(revenue.shape, np.nan)
    later: np.ndarray = result.samples("revenue_usd")[:, after].sum(axis=1)
    out: np.ndarray = later / np.maximum(revenue, 1.0) - 1.0
    return out


def post_money(result: Result) -> np.ndarray:
    """The last price by draw, from what the stage took it apart into."""
    now = as_of_month(result)
    v = float(result.scenario["company"].get("valuation", {}).get("platform_value_usd", 0.0))
    plant = result.samples("assets_usd")[:, now] - result.samples("cash_usd")[:, now]
    net = result.samples("cash_usd")[:, now] - result.samples("debt_usd")[:, now]
    whole: np.ndarray = result.samples("lab_value_usd") + v + plant + net
    return whole


def parts(result: Result) -> list[dict[str, Any]]:
    """Sum of parts of the last price at the scenario's month."""
    now = as_of_month(result)
    cash, debt, assets = (result.samples(n)[:, now] for n in ("cash_usd", "debt_usd", "assets_usd"))
    found = sum_of_parts(
        platform_usd=float(result.scenario["company"].get("valuation", {}).get("platform_value_usd", 0.0)),
        fleet_usd=assets - cash,
        cash_usd=cash,
        debt_usd=debt,
        equity_value_usd=post_money(result),
    )
    words = {
        "platform": "the platform",
        "fleet": "plant and other assets at book",
        "net_cash": "cash less debt",
        "lab": "the lab's prospects",
    }
    return [registers.row(f"of the price: {words[k]}", v, "USD") for k, v in found.items()]


def stopping(result: Result) -> list[dict[str, Any]]:
    """For each extension, over the futures that order it: worth of going on, of deciding once worth is known, and the difference."""
    rows = []
    for c, campus in enumerate(result.coords["campus"]):
        phases = list(result.scenario["campuses"][campus].get("phases", {}).items())
        for k, (name, phase) in enumerate(phases, start=1):
            rows += extension(result, c, k, {"campus": campus, "extension": name}, float(phase.get("deposit_frac", 0.3)))
    return rows


def extension(result: Result, c: int, k: int, at: dict[str, str], deposit: float) -> list[dict[str, Any]]:
    """Rows of one extension."""
    worth, left = (result.samples(f"phase_{n}_usd")[:, c, k] for n in ("worth", "left"))
    there = np.isfinite(worth)
    if not there.any():
        return [registers.number("extension is ordered in no future", None, "USD", **at)]
    rest = left[there]
    sunk = rest * deposit / (1.0 - deposit) if deposit < 1.0 else rest
    found = value_of_stopping(worth[there], sunk_usd=sunk, left_usd=rest)
    return [
        registers.row("extension: what its machines earn over their life, on the day of the order", worth[there], "USD", **at),
        registers.row("extension: cost left after the deposit", rest, "USD", **at),
        registers.number("extension: mean value of going on come what may", round(found["commit"]), "USD", **at),
        registers.number("extension: mean value of being able to stop after the deposit", round(found["option"]), "USD", **at),
        registers.number("extension: futures in which stopping is better", round(found["stopped_frac"], 4), "share", **at),
    ]
