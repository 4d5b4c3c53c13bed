"""Who owns the company, by holder and month, and who is paid what when it is sold in the last month."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import registers
from gigacampus.answers.reductions import marks, needed
from gigacampus.company.financing.owners import holder_title
from gigacampus.foundation.units import MONTHS_PER_YEAR
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result
from gigacampus.scenario import library


def answer(result: Result) -> dict[str, Any]:
    """Shares at the scenario's day and at each year's end, what today's holders keep, then the waterfall of a sale."""
    needed(result, "ownership_frac", "exit_payout_usd", "founder_share_frac")
    last = result.coords["month"][-1]
    kept = registers.row(f"left to the holders of the scenario's day in {last}", result.samples("founder_share_frac")[:, -1], "share")
    return registers.register(
        "owners",
        "Who owns the company, and who is paid what if it is sold?",
        [kept, *shares(result), *sale(result)],
        period=month_period(result, len(result.coords["month"]) - 1),
        head=kept,
        text="fully diluted, every future's holders sum to one; medians of single holders need not. Terms of preferred stock are not "
        f"public: one time the money, not participating, is assumed. {wandering(result)}",
        sources=[
            "company.equity, company.rounds, company.flows, company.mergers, market.valuation_drift_per_year of the scenario",
            *(", ".join(library.sources()[key][k] for k in ("what", "publisher")) for key in ("VC1", "EQ1")),
        ],
    )


def shares(result: Result) -> list[dict[str, Any]]:
    """Share of each holder at the scenario's day and at the end of each later year."""
    held = result.samples("ownership_frac")
    return [
        registers.row(f"owned by {holder_title(holder)}", held[:, i, t], "share", month=label)
        for i, holder in enumerate(result.coords["holder"])
        if np.any(held[:, i] > 0.0)
        for label, t in marks(result)
    ]


def spread(result: Result) -> tuple[float, float]:
    """Years to the last month, and the standard deviation of the log of the last price over their square root."""
    years = max(len(result.coords["month"]) - 1 - as_of_month(result), 1) / MONTHS_PER_YEAR
    return years, float(np.log(np.maximum(result.samples("valuation_usd")[:, -1], 1.0)).std() / np.sqrt(years))


def wandering(result: Result) -> str:
    """What the price of a sale rests on, and how wide it is beside what is published."""
    years, wide = spread(result)
    return (
        f"The price moves at one assumed rate in each future and follows none of its books, so it says how far prices may go and not "
        f"what this company earns: over {years:.1f} years its log spreads by {wide:.2f} a root year, where venture-backed companies "
        "have about 1, those in later rounds less (Cochrane 2001), and listed aerospace companies 0.46 (Damodaran). Read the "
        "median, and the price over revenue beside it"
    )


def sale(result: Result) -> list[dict[str, Any]]:
    """What a sale in the last month pays each holder, preferences first, and how often preferences eat what common stock would get."""
    paid, owed, last = result.samples("exit_payout_usd"), result.samples("preference_usd")[:, -1], result.coords["month"][-1]
    total, year = paid.sum(axis=1), result.samples("revenue_usd")[:, -MONTHS_PER_YEAR:].sum(axis=1)
    merged = any(str(m["day"])[:7] <= last for m in result.scenario["company"].get("mergers", {}).values())
    whole = "all shares of the group that the lab is part of" if merged else "all shares"
    revenue = "the lab's own revenue of twelve months" + ", without its partner's" * merged
    rows = [
        registers.row(f"sold in {last}: price of {whole}", total, "USD"),
        registers.row(f"sold in {last}: that price over {revenue}", total / np.maximum(year, 1.0), "1"),
        registers.row(f"sold in {last}: preferences that stand before common stock", owed, "USD"),
        registers.number(
            f"futures in which preferences are more than the price in {last}", round(float((owed > total).mean()), 4), "share"
        ),
    ]
    return rows + [
        registers.row(f"sold in {last}: paid to {holder_title(holder)}", paid[:, i], "USD")
        for i, holder in enumerate(result.coords["holder"])
        if np.any(paid[:, i] > 0.0)
    ]


def kept_after_a_year(result: Result) -> np.ndarray:
    """Share that today's holders keep twelve months on, by draw; the last month where the horizon ends before."""
    kept: np.ndarray = result.samples("founder_share_frac")
    return kept[:, min(as_of_month(result) + 12, kept.shape[1] - 1)]
