"""The vehicle that leases machines to the company: what its lenders test, how far a breach is, and what the lease's class hides."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import registers
from gigacampus.answers.answer import Missing
from gigacampus.answers.questions import books
from gigacampus.answers.reductions import marks, needed
from gigacampus.results.periods import year_ahead, year_period
from gigacampus.results.result import Result

TESTS = {
    "vehicle_dscr": ("rent less fees over debt service, last three months", "1"),
    "vehicle_ltv_frac": ("loan over the value of the machines", "share"),
    "covenant_headroom_frac": ("room under the tightest covenant, over its limit", "share"),
}


def answer(result: Result) -> dict[str, Any]:
    """Dates of breach and default, ratios and headroom by year, class of the lease, rent, and EBITDA before and after it."""
    needed(result, "covenant_headroom_frac", "covenant_breach", "finance_lease")
    if not np.isfinite(result.samples("finance_lease")).any():
        raise Missing("no vehicle leases to the company in this run")
    head = registers.row("least room under the tightest covenant in the year ahead, over its limit", tightest(result), "share")
    rows = [head, *dates(result), *tests(result), *lease(result), *rents(result)]
    return registers.register(
        "lenders",
        "How far are the lenders of the leasing vehicle from calling a breach?",
        rows,
        period=year_period(result),
        head=head,
        text="lenders test each quarter and break off below zero; shown over the futures in which there is a loan to test",
        sources=["company.vehicle of the scenario; the loan's own terms are not public"],
        whose="vehicle",
    )


def tightest(result: Result) -> np.ndarray:
    """Least headroom within the year ahead by draw; NaN where no loan is tested in it."""
    room = result.samples("covenant_headroom_frac")[:, year_ahead(result)]
    least = np.where(np.isfinite(room), room, np.inf).min(axis=1)
    return np.where(np.isfinite(least), least, np.nan)


def dates(result: Result) -> list[dict[str, Any]]:
    """First breach and default, and the share of futures in breach at each year's end."""
    labels = result.coords["month"]
    rows = [
        registers.date_row("first month in breach of a covenant", result.samples("covenant_breach_month"), labels),
        registers.date_row("month in which the vehicle defaults", result.samples("vehicle_default_month"), labels),
    ]
    broken = result.samples("covenant_breach")
    return rows + [
        registers.number("futures in breach", round(float((broken[:, t] > 0.0).mean()), 4), "share", month=label)
        for label, t in marks(result)
    ]


def tests(result: Result) -> list[dict[str, Any]]:
    """Each ratio at the scenario's day and at year ends, over the futures in which a loan is tested then."""
    rows = []
    for name, (what, unit) in TESTS.items():
        values = result.samples(name)
        for label, t in marks(result):
            live = values[np.isfinite(values[:, t]), t]
            if live.size:
                rows.append(registers.row(what, live, unit, month=label, share_tested=round(live.size / len(values), 4)))
    return rows


def lease(result: Result) -> list[dict[str, Any]]:
    """How the company's books class the lease, by share of the futures that have one."""
    kind = result.samples("finance_lease")
    share = float((kind[np.isfinite(kind)] > 0.5).mean())
    return [
        registers.number(
            "futures in which the lease is a finance lease: machines and a debt in the books, rent below EBITDA", round(share, 4), "share"
        ),
        registers.number(
            "futures in which it is an operating lease: a right of use in the books, rent inside EBITDA", round(1.0 - share, 4), "share"
        ),
    ]


def rents(result: Result) -> list[dict[str, Any]]:
    """Rent, and EBITDA before and after it, by year from the scenario's on."""
    coming = books.coming(result)
    named = {
        "rents_paid_usd": "rent paid to the vehicle",
        "ebitda_usd": "EBITDA as the lease is classed",
        "ebitda_after_rent_usd": "EBITDA after all rent, whatever the class",
    }
    return [row for name, what in named.items() for row in registers.by_year(result, name, coming, what, "USD")]
