"""The money in dates and prices: break-evens, runway by quantile and closed form, hurdle prices, payback, book lives, write-downs."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import registers
from gigacampus.answers.reductions import needed
from gigacampus.company.analysis.monthly_figures import LIVES
from gigacampus.company.finance.time_value import runway_months
from gigacampus.results.periods import as_of_month, now, year_ahead, years
from gigacampus.results.result import Result

BREAK_EVENS = {"ebitda": "EBITDA", "ebit": "EBIT", "net": "net income", "fcf": "free cash flow"}
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
GROWTHS = (0.0, 0.03)
"""Monthly growth of burn in the closed form."""


def answer(result: Result) -> dict[str, Any]:
    """Dates, then runway, then prices and lives."""
    needed(result, "break_even_ebitda_month", "runway_month", "ebit_life_5_usd")
    rows = break_evens(result) + runway(result) + prices(result) + payback(result) + lives(result) + writedowns(result)
    head = registers.row("months of cash if no new money comes", result.samples("runway_month") - as_of_month(result), "months")
    return registers.register(
        "books",
        "When does it break even, how long does the cash last, and what must a token earn?",
        [head, *rows],
        period=f"from {now(result)} on",
        head=head,
        text="break-even: the first month from which the three-month mean stays positive for a year",
        sources=["company part of the scenario"],
    )


def break_evens(result: Result) -> list[dict[str, Any]]:
    """Dates of lasting break-even in four senses, and of escape, local and on the path."""
    labels = result.coords["month"]
    rows = [
        registers.date_row(f"lasting positive {word}", result.samples(f"break_even_{key}_month"), labels)
        for key, word in BREAK_EVENS.items()
    ]
    if result.has("local_escape_month"):
        rows.append(registers.date_row("local escape: growth pays for itself for a year", result.samples("local_escape_month"), labels))
    title = "path escape: no outside capital needed from then on, and cash comes in"
    rows.append(registers.date_row(title, result.samples("escape_month"), labels))
    if result.has("outlasting_month"):
        title = "outlasting: cash raised before lasts to the end from then on, draining"
        rows.append(registers.date_row(title, result.samples("outlasting_month"), labels))
    return rows


def runway(result: Result) -> list[dict[str, Any]]:
    """Months of cash by quantile of the futures, and the closed form on median cash and burn."""
    left = np.sort(np.where(np.isnan(result.samples("runway_month")), np.inf, result.samples("runway_month") - as_of_month(result)))
    rows = []
    for q in QUANTILES:
        months = float(left[min(int(np.ceil(q * left.size)) - 1, left.size - 1)])
        rows.append(registers.number(f"months of cash that {1 - q:.0%} of the futures exceed or reach", months, "months"))
    return rows + closed_form(result)


def closed_form(result: Result) -> list[dict[str, Any]]:
    """Cash above the floor over burn, flat and growing: median cash of the month, median burn of the year ahead."""
    floor = float(result.scenario["company"].get("cash_floor_usd", 0.0))
    cash = float(np.median(result.samples("cash_usd")[:, as_of_month(result)])) - floor
    burn = float(np.median(-result.samples("free_cash_flow_usd")[:, year_ahead(result)].mean(axis=1)))
    if burn <= 0.0:
        return [registers.number("closed form: no burn, no end", None, "months")]
    return [
        registers.number(
            f"closed form: cash above the floor over burn growing {h:.0%} a month",
            round(runway_months(cash=cash, burn=burn, growth=h), 1),
            "months",
        )
        for h in GROWTHS
    ]


def prices(result: Result) -> list[dict[str, Any]]:
    """What must be earned, and what a month of delay costs, in the year ahead."""
    year = year_ahead(result)
    named = {
        "hurdle_usd_per_million_tokens": ("hurdle: a million output tokens must earn", "USD/Mtoken"),
        "hurdle_usd_per_it_mwh": ("hurdle: a MWh of IT load must earn", "USD/MWh"),
        "month_of_delay_usd": ("price of a month's delay of what is under construction", "USD"),
    }
    return [registers.row(what, _mean(result.samples(n)[:, year]), unit) for n, (what, unit) in named.items()]


def _mean(series: np.ndarray) -> np.ndarray:
    known = np.isfinite(series)
    total, count = np.where(known, series, 0.0).sum(axis=1), known.sum(axis=1)
    out: np.ndarray = np.divide(total, count, out=np.full(series.shape[0], np.nan), where=count > 0)
    return out


def payback(result: Result) -> list[dict[str, Any]]:
    """Months until machines of each January's vintage have earned their cost, and the share of futures that see it."""
    labels = result.coords["month"]
    found = result.samples("vintage_payback_months")
    return [
        registers.row(f"payback of machines that enter service in {label}", found[:, i], "months")
        | {"share_within_horizon": round(float(np.isfinite(found[:, i]).mean()), 4)}
        for i, label in enumerate(labels)
        if label.endswith("-01") and i >= as_of_month(result) - 12
    ]


def writedowns(result: Result) -> list[dict[str, Any]]:
    """Write-downs of machines and stranded construction by year, and in how many futures there are any."""
    loss = result.samples("impairment_usd")
    return [
        registers.row(
            "written down: machines that will not earn their book value, stranded construction", loss[:, rows].sum(axis=1), "USD", year=year
        )
        | {"share_of_futures": round(float((loss[:, rows] > 0.5).any(axis=1).mean()), 4)}
        for year, rows in coming(result)
    ]


def coming(result: Result) -> list[tuple[str, list[int]]]:
    """Whole years from the scenario's on."""
    return [(y, rows) for y, rows in years(result).items() if rows[-1] >= as_of_month(result)]


def lives(result: Result) -> list[dict[str, Any]]:
    """EBIT of the scenario's year and the next two with machines written off over 3, 4, 5 and 6 years."""
    what = "EBIT with machines written off over {} years"
    return [
        registers.row(what.format(n), result.samples(f"ebit_life_{n}_usd")[:, rows].sum(axis=1), "USD", year=year)
        for year, rows in coming(result)[:3]
        for n in LIVES
    ]
