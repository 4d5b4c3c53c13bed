"""Q18: months of cash at today's spending, the low point, and what would turn it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers import drivers as moves
from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import Figure, State, date_figure, figure
from gigacampus.answers.labels import title, told, unit_of
from gigacampus.answers.questions import books, lenders, owners
from gigacampus.answers.reductions import month_row, needed
from gigacampus.company.analysis.metrics import NEED_MONTHS
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, horizon_period, now, year_on, years
from gigacampus.results.result import Result

STAGES = ("company",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Months from the scenario's day until cash is below the floor if no new money comes."""
    needed(result, "runway_month", "cash_usd", "free_cash_flow_usd")
    labels = result.coords["month"]
    left = result.samples("runway_month") - as_of_month(result)
    head = figure("Q18", "Months of cash left if no new money comes", left, "months", STAGES, period=f"from {now(result)} on")
    whole = horizon_period(result)
    more = (
        replace(headline.runway(result), id="Q18_month"),
        replace(headline.burn(result), id="Q18_burn"),
        figure("Q18_low", "lowest cash under the raise policy", result.samples("cash_low_usd"), "USD", STAGES, period=whole),
        date_figure("Q18_low_month", "month of that lowest cash", result.samples("cash_low_month"), labels, STAGES),
        *required(result),
        figure(
            "Q18_raise",
            "size of the next raise under the policy",
            result.samples("next_raise_usd"),
            "USD",
            STAGES,
            period=whole,
            absent=State.NEVER,
        ),
        *(
            date_figure(f"Q18_{key}", f"lasting positive {word}", result.samples(f"break_even_{key}_month"), labels, STAGES)
            for key, word in books.BREAK_EVENS.items()
        ),
        *backers(result),
        *local(result),
        replace(headline.escape(result), id="Q18_turn"),
    )
    found = levers(result)
    return Answer(head, more, _compare(result), None, found + books.runway(result), turns(found))


def required(result: Result) -> tuple[Figure, ...]:
    """Outside money without which the plan runs out of cash within two years."""
    if not result.has("outside_needed_usd"):
        return ()
    needed_usd = result.samples("outside_needed_usd")
    now_, labels = as_of_month(result), result.coords["month"]
    last = labels[min(now_ + NEED_MONTHS, len(labels) - 1)]
    title_ = f"required raise: outside money that the plan needs by {last} to keep cash above its floor"
    note = f"none in {float(np.mean(needed_usd <= 0.0)):.0%} of futures; orders of each future as its cash allows them"
    period = f"{labels[min(now_ + 1, len(labels) - 1)]} to {last}"
    return (figure("Q18_required", title_, needed_usd, "USD", STAGES, period=period, note=note),)


def local(result: Result) -> tuple[Figure, ...]:
    """When growth pays for itself, where the run says it."""
    if not result.has("local_escape_month"):
        return ()
    return (replace(headline.local_escape(result), id="Q18_local"),)


def backers(result: Result) -> tuple[Figure, ...]:
    """What an investor asks beside the cash: when lenders may act, how near that is, and what is left to today's holders."""
    out = []
    if result.has("covenant_headroom_frac") and np.isfinite(lenders.tightest(result)).any():
        broken, room = result.samples("covenant_breach_month"), lenders.tightest(result)
        out.append(date_figure("Q18_breach", "a covenant of the leasing vehicle is broken", broken, result.coords["month"], STAGES))
        title_ = "least room under its tightest covenant in the year ahead"
        out.append(figure("Q18_room", title_, room, "share", STAGES, absent=State.NO_LIMIT))
    if result.has("founder_share_frac"):
        out.append(
            figure(
                "Q18_kept",
                "share left to today's holders after a year",
                owners.kept_after_a_year(result),
                "share",
                STAGES,
                period=year_on(result),
            )
        )
    return tuple(out)


def levers(result: Result, shown: int = 8) -> list[dict[str, Any]]:
    """Inputs that turn the runway: rank correlation with the months of cash, and the median months in the input's best and worst
    fifth of futures; ``low`` and ``high`` are its own ends in words, ``p10`` and ``p90`` the same as numbers in ``unit``.
    """
    left = result.samples("runway_month") - as_of_month(result)
    last = len(result.coords["month"]) - as_of_month(result)
    filled = np.where(np.isnan(left), float(last), left)
    points = moves.drivers(result, left, "draw", STAGES, shown=shown)
    rows = []
    for row in points:
        column = moves.column_of(result, row["input"])
        low, high = column <= np.quantile(column, 0.2), column >= np.quantile(column, 0.8)
        ends = [float(np.median(filled[part])) for part in (low, high)]
        unit = unit_of(result.scenario, row["input"])
        p10, p90 = (float(np.quantile(column, at)) for at in (0.1, 0.9))
        at = {"low": told(row["input"], p10, unit), "high": told(row["input"], p90, unit), "p10": p10, "p90": p90, "unit": unit}
        rows.append({"lever": title(row["input"]), **row, "months_if_low": ends[0], "months_if_high": ends[1], **at})
    return rows


def turns(rows: list[dict[str, Any]], shown: int = 3) -> str:
    """The strongest levers in words: months of cash in the fifth of futures where the input is best, and where it is worst."""
    said = []
    for row in [r for r in rows if r["clear"]][:shown]:
        better, worse = ("high", "low") if row["months_if_high"] >= row["months_if_low"] else ("low", "high")
        ends = [f"{row[f'months_if_{word}']:.0f} months where {word} ({row[word]})" for word in (better, worse)]
        said.append(f"{row['lever']}: {ends[0]}, {ends[1]}")
    return "What turns it: " + "; ".join(said) if said else ""


def _compare(result: Result) -> dict[str, float | str]:
    """Of lab and platform together, as the segment is reported."""
    if not result.has("group_capex_usd"):
        return {}
    out: dict[str, float | str] = {}
    quarter = [row for m in ("2026-01", "2026-02", "2026-03") if (row := month_row(result, m)) is not None]
    if len(quarter) == 3:
        out["capex_quarter"] = float(np.median(result.samples("group_capex_usd")[:, quarter].sum(axis=1)))
    if "2025" in years(result):
        out["loss_2025"] = float(-np.median(result.samples("group_ebit_usd")[:, years(result)["2025"]].sum(axis=1)))
    return out
