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
PER_HOUR, PER_TOKENS = "USD/accelerator-h", "USD/Mtoken"
MIDDLE = (
    "share of the median whole in the fifth of futures around it, so that parts sum to the whole; the ends are the part's own 10-90 %, "
    "moved out to that share where it lies beyond them"
)
WHOLE = "in the year ahead"
USERS = {
    "serving": "cost of the machines for hours that serve the company's own tokens",
    "tenants": "cost of the machines for hours that tenants use, apart from the tokens' cost",
    "training": "cost of the machines for hours that train",
}
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
    note = (
        "wear of what was paid for machines, before write-downs, without interest on capital; hours at work in each future; "
        "research is left out"
    )
    head = figure("Q19", title, total(parts), PER_HOUR, STAGES, note=note)
    more = (
        *_rent(result, months),
        *_parts("Q19", "part of an accelerator-hour's cost:", parts, PER_HOUR),
        *_in_the_books(result, months, hours),
        *_tokens(result, months),
        *_margin(result, months),
    )
    table = _quarters(result) + unit_costs.tenant_rows(result, months) + books.prices(result) + books.lives(result) + books.payback(result)
    return Answer(head, more, _compare(result, months), None, table)


def _rent_of_an_hour(result: Result, months: slice) -> np.ndarray:
    """USD that a tenant pays for an accelerator-hour, over the futures in which machines are let; (future)."""
    use = unit_costs.use_of(result, months)
    let = (use.shares()["tenants"] * use.hours_at_work).sum(axis=1)
    has = let > 0.0
    out: np.ndarray = _year(result, "rent_usd", months)[has] / let[has]
    return out


def _compare(result: Result, months: slice) -> dict[str, float | str]:
    """The price of a lease beside the rent that the run's tenants pay, where there are any."""
    rent = _rent_of_an_hour(result, months)
    return {"price_gpu_hour": float(np.median(rent))} if rent.size else {}


def _rent(result: Result, months: slice) -> tuple[Figure, ...]:
    """What tenants pay for an accelerator-hour, beside its cost."""
    rent = _rent_of_an_hour(result, months)
    if not rent.size:
        return ()
    note = f"over the {rent.size / result.samples('rent_usd').shape[0]:.0%} of futures in which machines are let"
    return (figure("Q19_rent", "rent of an accelerator-hour that tenants use", rent, PER_HOUR, STAGES, note=note),)


def _parts(start: str, words: str, parts: dict[str, np.ndarray], unit: str) -> tuple[Figure, ...]:
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
    note = "by the books, working or not, wear that nobody named included; less what write-downs save, which the parts leave out"
    worn = "all depreciation of the year ahead over those hours"
    unnamed = "left out: wear of spending that the history implies and nobody named, over the same hours"
    each = np.maximum(hours, 1.0)
    return (
        figure("Q19_depreciation", worn, _year(result, "depreciation_usd", months) / each, PER_HOUR, STAGES, note=note),
        figure("Q19_unnamed", unnamed, _year(result, "unnamed_plant_cost_usd", months) / each, PER_HOUR, STAGES),
    )


def _tokens(result: Result, months: slice) -> tuple[Figure, ...]:
    """A million own tokens: what they cost by part, what they bring, and the list price for comparison."""
    parts, served = unit_costs.token_parts(result, months), _year(result, "tokens_served", months)
    brought = np.divide(unit_costs.own_revenue(result, months) * MILLION, served, out=np.full_like(served, np.nan), where=served > 0)
    made = (
        figure("Q19_tokens", "cost of a million tokens served, by the machines that make them", total(parts), PER_TOKENS, STAGES),
        figure("Q19_token_revenue", "revenue for a million tokens served, those for nothing included", brought, PER_TOKENS, STAGES),
        *_parts("Q19_tokens", "part of a million tokens' cost:", parts, PER_TOKENS),
    )
    price = result.scenario["company"].get("revenue", {}).get("api_usd_per_million_tokens")
    if not price:
        return made
    title = "list price of a million tokens through the API"
    note = "the scenario's input, not what a token brings"
    return (
        *made,
        figure("Q19_price", title, np.array([float(price)]), PER_TOKENS, STAGES, axis="fixed", note=note, period=instant(result)),
    )


def _margin(result: Result, months: slice) -> tuple[Figure, ...]:
    """Gross margin of the year: revenue less what machines, traffic and fees cost, and less the residual of the last reported quarter."""
    revenue = _year(result, "revenue_usd", months)
    explained = total(unit_costs.margin_lines(result, months))
    residual = unit_costs.residual_usd_per_month(result) * (months.stop - months.start)
    share = np.divide(revenue - explained - residual, revenue, out=np.full_like(revenue, np.nan), where=revenue > 0)
    note = "reported cost of revenue that machines, traffic and fees do not explain; goes on as the amount of the last reported quarter"
    return (
        *(figure(f"Q19_{who}", f"{USERS[who]} {WHOLE}", usd, "USD", STAGES) for who, usd in unit_costs.users(result, months).items()),
        figure("Q19_tenant_rent", f"rent that tenants pay {WHOLE}", _year(result, "rent_usd", months), "USD", STAGES),
        figure("Q19_residual", "residual of the reported quarters in the year ahead", residual, "USD", STAGES, note=note),
        figure(
            "Q19_gross_margin",
            "gross margin that follows: revenue less serving, tenants, traffic, fees and the residual",
            share,
            "share",
            STAGES,
        ),
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


def _year(result: Result, name: str, months: slice) -> np.ndarray:
    out: np.ndarray = result.samples(name)[:, months].sum(axis=1)
    return out
