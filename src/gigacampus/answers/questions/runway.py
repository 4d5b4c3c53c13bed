"""Q18: months of cash at today's spending, the low point, and what would turn it."""

from __future__ import annotations

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import date_figure, figure
from gigacampus.answers.place import Place
from gigacampus.answers.series import as_of_month, month_row, needed, year_ahead, years
from gigacampus.results.result import Result

STAGES = ("company",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Months from the scenario's day until cash is below the floor if no new money comes."""
    needed(result, "runway_month", "cash_usd", "free_cash_flow_usd")
    now, labels = as_of_month(result), result.coords["month"]
    left = result.samples("runway_month") - now
    head = figure("Q18", "Months of cash left if no new money comes", left, "months", STAGES)
    months = year_ahead(result)
    burn = -result.samples("free_cash_flow_usd")[:, months].mean(axis=1)
    more = (
        date_figure("Q18_month", "cash below the floor", result.samples("runway_month"), labels, STAGES),
        figure("Q18_burn", "cash burnt a month in the year ahead", burn, "USD", STAGES),
        figure("Q18_low", "lowest cash under the raise policy", result.samples("cash_low_usd"), "USD", STAGES),
        figure("Q18_raise", "size of the next raise under the policy", result.samples("next_raise_usd"), "USD", STAGES),
        date_figure("Q18_turn", "lasting positive free cash flow", result.samples("break_even_fcf_month"), labels, STAGES),
    )
    return Answer(head, left, "draw", more, _compare(result))


def _compare(result: Result) -> dict[str, float | str]:
    out: dict[str, float | str] = {}
    quarter = [row for m in ("2026-01", "2026-02", "2026-03") if (row := month_row(result, m)) is not None]
    if len(quarter) == 3:
        out["capex_quarter"] = float(np.median(result.samples("capex_usd")[:, quarter].sum(axis=1)))
    if "2025" in years(result):
        rows = years(result)["2025"]
        ebit = result.samples("ebitda_usd")[:, rows].sum(axis=1) - result.samples("depreciation_usd")[:, rows].sum(axis=1)
        out["loss_2025"] = float(-np.median(ebit))
    return out
