"""The county's books beside the company's: paid, waived, gained; who must have come; what homes still pay; damages; statutes."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np

from gigacampus.answers import registers
from gigacampus.answers.answer import Missing
from gigacampus.answers.levels import energy_mean
from gigacampus.answers.questions.taxes import table
from gigacampus.answers.reductions import needed
from gigacampus.company.public_finance.county import household_cost, net_to_public
from gigacampus.rerun.reopen import typed_part
from gigacampus.results.periods import horizon_period, year_ahead, years
from gigacampus.results.result import Result
from gigacampus.scenario import library
from gigacampus.schema.company import CountySpec

BUT_FOR = (0.9, 0.5, 0.25)
"""Shares of the activity that came because of the deal, besides the scenario's own. Source of the first: JLARC (Virginia), 2019."""
TERMS = (0.0, 5.0, 10.0, 15.0)
"""Contract terms of the customer, years from the start of the horizon."""


def answer(result: Result) -> dict[str, Any]:
    """Rows by campus over the horizon, then taxes by year, homes by exit year and contract term, damages, statutes."""
    needed(result, "county_paid_usd", "county_net_usd")
    paid = result.samples("county_paid_usd").sum(axis=(1, 2))
    rows = [registers.row("paid to public bodies over the horizon, all campuses", paid, "USD")]
    rows += [r for c in range(len(result.coords["campus"])) for r in _campus(result, c)]
    rows += [{"what": "taxes by year and body, means", **r} for r in table(result)]
    rows += _homes(result) + damages(result) + statutes(result)
    text = "paid, waived and gained over the horizon; net at several shares of activity that came because of the deal"
    return registers.register(
        "county",
        "What does the public gain and give up?",
        rows,
        head=rows[0],
        period=horizon_period(result),
        text=text,
        sources=["counties' part of the scenario"],
        whose="public",
    )


def spec(result: Result, campus: str) -> CountySpec:
    """The public bodies around a campus as the scenario states them."""
    return typed_part(CountySpec, result.scenario["campuses"][campus].get("county", {}))


def _campus(result: Result, c: int) -> list[dict[str, Any]]:
    campus = result.coords["campus"][c]
    terms = spec(result, campus)
    total = {n: result.samples(f"county_{n}_usd")[:, c].sum(axis=1) for n in ("paid", "waived", "gained", "cost")}
    gains = total["paid"] + total["gained"] + terms.company_public_works_usd
    costs = total["cost"] + terms.public_capital_usd
    rows = [registers.row(f"{n} over the horizon", v, "USD", campus=campus) for n, v in total.items()]
    rows += [
        registers.row(
            f"net to the public if {b:.0%} of the activity came because of the deal",
            net_to_public(gains=gains, costs=costs, forgone=total["waived"], but_for_frac=b),
            "USD",
            campus=campus,
        )
        for b in BUT_FOR
    ]
    one = {
        "county_break_even_but_for_frac": ("share that must have come because of the deal for the public to break even", "share"),
        "county_forgone_usd_per_job": ("waived over the horizon for each permanent job", "USD"),
        "county_forgone_usd_per_resident": ("waived over the horizon for each resident", "USD"),
        "county_forgone_usd_per_it_mw": ("waived over the horizon for each MW of IT", "USD"),
    }
    rows += [registers.row(what, result.samples(n)[:, c], unit, campus=campus) for n, (what, unit) in one.items()]
    months = result.samples("county_fees_cover_month")[:, c]
    rows.append(registers.row("years until fees and taxes exceed public and utility capital", months / 12.0, "years", campus=campus))
    return rows


def _homes(result: Result) -> list[dict[str, Any]]:
    """What a home still pays by exit year, and by contract term: median over the futures."""
    rows = []
    for c, campus in enumerate(result.coords["campus"]):
        terms = spec(result, campus)
        brought = sum(s * result.samples(f"county_{n}_usd")[:, c] for n, s in (("paid", 1.0), ("gained", 1.0), ("cost", -1.0)))
        points = result.sampled.draws if result.sampled else {}
        capital = points.get(f"campuses.{campus}.county.utility_capital_usd")
        own = terms if capital is None else terms.model_copy(update={"utility_capital_usd": capital})
        if not np.any(own.utility_capital_usd) and not terms.public_capital_usd:
            rows.append(registers.number("a home still pays if the customer leaves", "not known: no works given", campus=campus))
            continue
        homes = {t: np.median(household_cost(own, np.asarray(brought), contract_years=t), axis=0) for t in TERMS}
        for year, months in years(result).items():
            cost = {f"contract_{t:g}_years_usd": round(float(homes[t][months[-1]]), 2) for t in TERMS}
            rows.append({"what": "a home still pays if the customer leaves at the end of", "campus": campus, "year": year, **cost})
    return rows


def damages(result: Result) -> list[dict[str, Any]]:
    """What the air and noise stages give for the year ahead, with the level of the model that gave it."""
    from gigacampus.answers.questions import health

    rows: list[dict[str, Any]] = []
    try:
        found = health.answer(result)
        for told in (found.figure, *found.more):
            band = {"p10": told.low, "p50": told.value, "p90": told.high}
            rows.append({"what": f"damage: {told.title}", **band, "unit": told.unit, "level": told.level})
    except Missing as reason:
        rows.append(registers.number("damage to health", f"not known: {reason}"))
    levels = result.manifest.get("levels", {})
    if result.has("noise_night_dba") and result.array("noise_night_dba").size:
        loud = energy_mean(result.samples("noise_night_dba")[:, :, year_ahead(result)])
        rows += [
            registers.row(f"places above {limit:g} dBA by night", (loud > limit).sum(axis=1), "places", level=levels.get("noise"))
            for limit in (45.0, 55.0)
        ]
    return rows


def statutes(result: Result) -> list[dict[str, Any]]:
    """Incentives of the states that the run's counties lie in."""
    states = {s.state for c in result.coords["campus"] for s in (spec(result, c), *spec(result, c).others.values())}
    with (library.ROOT / "tax" / "incentives.csv").open(encoding="utf-8", newline="") as file:
        found = [r for r in csv.DictReader(file) if r["state"] in states]
    shown = ("content", "years", "from", "field", "source", "confidence")
    return [{"what": f"statute of {r['state'].title()}: {r['instrument']}", **{k: r[k] for k in shown}} for r in found]
