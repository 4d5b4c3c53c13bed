"""Q19: what an accelerator-hour and a million tokens cost to make, part by part, and what margin follows."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import registers, unit_costs
from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import Figure, banded, figure
from gigacampus.answers.questions import books
from gigacampus.answers.reductions import needed
from gigacampus.company.analysis.machine_cost import total
from gigacampus.foundation.units import MILLION
from gigacampus.rerun.place import Place
from gigacampus.results.periods import instant, year_ahead
from gigacampus.results.result import Result, quantiles

STAGES = ("company",)
PER_TOKENS = "USD/Mtoken"
MIDDLE = (
    "share of the median whole in the fifth of futures around it, so that parts sum to the whole; the ends are the part's own 10-90 %, "
    "moved out to that share where it lies beyond them"
)
LINES = {"serving": "machines and traffic that serve", "tenants": "machines that tenants use", "fees": "fees of payment providers"}


def answer(result: Result, place: Place | None = None) -> Answer:
    """Cost of the year ahead from the machines: over hours at work, over own tokens, and against what the tokens bring."""
    needed(result, *unit_costs.NEEDS)
    months = year_ahead(result)
    hours = result.samples("accelerator_hours_at_work")[:, months].sum(axis=1)
    if not hours.any():
        raise Missing("no accelerator is powered in the year ahead")
    parts = unit_costs.hour_parts(result, months)
    title = "Cost of an accelerator-hour at work in the year ahead: machines, energy, people, idle machines"
    note = "wear by the books, without interest on capital; hours at work in each future; research is left out"
    head = figure("Q19", title, total(parts), "USD", STAGES, note=note)
    more = (*_parts("Q19", "of it", parts), *_in_the_books(result, months, hours), *_tokens(result, months), *_margin(result, months))
    table = (
        _quarters(result)
        + _users(result, months)
        + unit_costs.tenant_rows(result, months)
        + books.prices(result)
        + books.lives(result)
        + books.payback(result)
    )
    return Answer(head, more, {"price_gpu_hour": head.value or 0.0}, None, table)


def _parts(start: str, words: str, parts: dict[str, np.ndarray], unit: str = "USD") -> tuple[Figure, ...]:
    """One figure for each part, which sum to the whole as it is printed."""
    mid = unit_costs.in_the_middle(parts)
    made = []
    for name, samples in parts.items():
        band = quantiles(samples)
        ends = (min(float(band["p10"]), mid[name]), mid[name], max(float(band["p90"]), mid[name]))
        more: dict[str, Any] = {"samples": samples, "computed": MIDDLE}
        made.append(banded(f"{start}_{name}", f"{words} {unit_costs.TITLES[name]}", ends, unit, STAGES, **more))
    return tuple(made)


def _in_the_books(result: Result, months: slice, hours: np.ndarray) -> tuple[Figure, ...]:
    """What the books write off in those hours, and what of it no line explains."""
    note = "all that the books write off, whether machines stood or worked; in the parts above but for what nobody named"
    unnamed = "left out: wear of spending that the history implies and nobody named, over the same hours"
    each = np.maximum(hours, 1.0)
    return (
        figure(
            "Q19_depreciation", "depreciation over those hours", _year(result, "depreciation_usd", months) / each, "USD", STAGES, note=note
        ),
        figure("Q19_unnamed", unnamed, _year(result, "unnamed_plant_cost_usd", months) / each, "USD", STAGES),
    )


def _tokens(result: Result, months: slice) -> tuple[Figure, ...]:
    """A million own tokens: what they cost by part, what they bring, and the list price for comparison."""
    parts, served = unit_costs.token_parts(result, months), _year(result, "tokens_served", months)
    brought = np.divide(unit_costs.own_revenue(result, months) * MILLION, served, out=np.full_like(served, np.nan), where=served > 0)
    made = (
        figure("Q19_tokens", "cost of a million tokens served, by the machines that make them", total(parts), PER_TOKENS, STAGES),
        figure("Q19_token_revenue", "revenue for a million tokens served, those for nothing included", brought, PER_TOKENS, STAGES),
        *_parts("Q19_tokens", "of a million tokens' cost", parts, PER_TOKENS),
    )
    price = result.scenario["company"].get("revenue", {}).get("api_usd_per_million_tokens")
    if not price:
        return made
    title = "list price of a million tokens through the API"
    note = "the scenario's input, not what a token brings"
    return (*made, figure("Q19_price", title, np.array([float(price)]), "USD", STAGES, axis="fixed", note=note, period=instant(result)))


def _margin(result: Result, months: slice) -> tuple[Figure, ...]:
    """Gross margin of the year: revenue less what machines, traffic and fees cost, and less the residual of the last reported quarter."""
    revenue = _year(result, "revenue_usd", months)
    explained = total(unit_costs.margin_lines(result, months))
    residual = unit_costs.residual_usd_per_month(result) * (months.stop - months.start)
    share = np.divide(revenue - explained - residual, revenue, out=np.full_like(revenue, np.nan), where=revenue > 0)
    tenants = "cost of the hours that tenants use, apart from the tokens' cost"
    note = "reported cost of revenue that machines, traffic and fees do not explain; goes on as the amount of the last reported quarter"
    return (
        figure("Q19_tenants", tenants, unit_costs.users(result, months)["tenants"], "USD", STAGES),
        figure("Q19_tenant_rent", "rent that tenants pay for them", _year(result, "rent_usd", months), "USD", STAGES),
        figure("Q19_residual", "residual of the reported quarters in the year ahead", residual, "USD", STAGES, note=note),
        figure("Q19_gross_margin", "gross margin that follows: revenue less that cost and the residual", share, "share", STAGES),
    )


def _quarters(result: Result) -> list[dict[str, Any]]:
    """Each reported quarter from revenue to the reported gross profit."""
    rows = []
    for key, months in unit_costs.reported_quarters(result):
        revenue, gross = _year(result, "revenue_usd", months), _year(result, "gross_profit_usd", months)
        lines = unit_costs.margin_lines(result, months)
        rows.append(registers.row("revenue as reported", revenue, "USD", quarter=key))
        rows += [registers.row(f"less {LINES[name]}", usd, "USD", quarter=key) for name, usd in lines.items()]
        rows.append(registers.row("less the residual that nothing explains", revenue - total(lines) - gross, "USD", quarter=key))
        rows.append(registers.row("gross profit as reported", gross, "USD", quarter=key))
    return rows


def _users(result: Result, months: slice) -> list[dict[str, Any]]:
    """Cost of all machines in the year ahead by who uses them."""
    found = unit_costs.users(result, months)
    return [registers.row(f"machines' cost in the year ahead: {name}", usd, "USD") for name, usd in found.items()]


def _year(result: Result, name: str, months: slice) -> np.ndarray:
    out: np.ndarray = result.samples(name)[:, months].sum(axis=1)
    return out
