"""Q19: what an accelerator-hour and a million tokens cost to make."""

from __future__ import annotations

import numpy as np

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import figure
from gigacampus.answers.questions import books
from gigacampus.answers.reductions import needed, total
from gigacampus.foundation.units import MILLION
from gigacampus.rerun.place import Place
from gigacampus.results.periods import instant, year_ahead
from gigacampus.results.result import Result

STAGES = ("company", "training")


def answer(result: Result, place: Place | None = None) -> Answer:
    """Depreciation, energy and site cost of the year ahead over accelerator-hours powered on the planned path."""
    needed(result, "accelerator_hours", "depreciation_usd", "tokens_served")
    months = year_ahead(result)
    hours = total(result, "accelerator_hours")[:, months].sum(axis=1)
    if not hours.any():
        raise Missing("no accelerator is powered in the year ahead")
    points = result.sampled
    per_draw = (
        hours[points.world_of_draw - 1] if points is not None and len(hours) > 1 else np.full(result.array("cash_usd").shape[0], hours[0])
    )
    site = result.samples("it_mw_used")[:, months].sum(axis=1) * result.scenario["company"]["costs"]["site_usd_per_it_mw_year"] / 12
    parts = {
        "depreciation": result.samples("depreciation_usd")[:, months].sum(axis=1),
        "energy": result.samples("energy_cost_usd")[:, months].sum(axis=1),
        "sites": site,
    }
    cost = sum(parts.values()) / np.maximum(per_draw, 1.0)
    head = figure(
        "Q19",
        "Cost of an accelerator-hour in the year ahead: depreciation, energy, sites",
        cost,
        "USD",
        STAGES,
        note="hours of the planned path; staff and research are left out",
    )
    tokens = result.samples("tokens_served")[:, months].sum(axis=1)
    served = np.divide(
        result.samples("cost_of_revenue_usd")[:, months].sum(axis=1) * MILLION, tokens, out=np.full_like(tokens, np.nan), where=tokens > 0
    )
    more = (
        *(figure(f"Q19_{k}", f"of it {k}", v / np.maximum(per_draw, 1.0), "USD", STAGES) for k, v in parts.items()),
        figure("Q19_tokens", "cost of revenue for a million tokens served", served, "USD", ("company",)),
    )
    price = result.scenario["company"].get("revenue", {}).get("api_usd_per_million_tokens")
    if price:
        title = "price charged for a million tokens through the API"
        note = "the scenario's input; what is served for nothing or by subscription brings less"
        more += (figure("Q19_price", title, np.array([float(price)]), "USD", STAGES, axis="fixed", note=note, period=instant(result)),)
    table = books.prices(result) + books.lives(result) + books.payback(result)
    return Answer(head, more, {"price_gpu_hour": head.value or 0.0}, None, table)
