"""Money between the company and its siblings: the matrix, how dependent and circular it is, and the runway without them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.answers import registers
from gigacampus.answers.reductions import needed
from gigacampus.company.financing.related_parties import FUNDING, PURCHASES, Flow, circularity, concentration, dependence, matrix
from gigacampus.results.periods import as_of_month, year_period
from gigacampus.results.result import Result


def answer(result: Result) -> dict[str, Any]:
    """Flows by kind, shares of revenue, purchases and funding in the year before the day, other cases of the runway."""
    needed(result, "runway_month", "affiliate_support_months")
    company = result.scenario["company"]
    flows, party = dated(result), company.get("party", "company")
    rows = pairs(result) + _dependence(result, flows, party) + _structure(flows, party) + other_cases(result)
    carried = result.samples("affiliate_support_months")
    head = registers.row("months for which the siblings' free cash and cash could carry the year ahead's burn", carried, "months")
    forever = float(np.isnan(carried).mean())
    rows += [head, registers.number("futures in which their free cash alone covers it", round(forever, 4), "share")]
    return registers.register(
        "siblings",
        "How much does the company live on its siblings?",
        rows,
        period=year_period(result),
        head=head,
        text="dated flows are those that became public; what else passes between siblings is not known",
        sources=sorted({f["source"] for f in company.get("flows", []) if f.get("source")}),
    )


def dated(result: Result) -> list[Flow]:
    """Flows of the scenario that were public by its day."""
    until = date.fromisoformat(str(result.manifest["as_of"])[:10])
    rows = result.scenario["company"].get("flows", [])
    found = [Flow(date.fromisoformat(str(r["day"])), r["from_party"], r["to_party"], r["kind"], float(r["usd"])) for r in rows]
    return [f for f in found if f.day <= until]


def pairs(result: Result) -> list[dict[str, Any]]:
    """Every pair of parties by kind of flow; money passes from the first to the second, for goods as payment."""
    flows, rows = dated(result), []
    for kind in (*FUNDING, *PURCHASES):
        parties, total = matrix(flows, kinds=(kind,))
        rows += [
            registers.number(f"{kind}: {a} to {b}", float(total[i, j]), "USD", kind=kind, giver=a, taker=b)
            for i, a in enumerate(parties)
            for j, b in enumerate(parties)
            if total[i, j] > 0.0
        ]
    return rows


def giving(result: Result) -> list[dict[str, Any]]:
    """Dated flows by pair and kind, then what the stated rounds and the lab's loans hold beyond them; nothing without dated flows."""
    company, until = result.scenario["company"], str(result.manifest["as_of"])[:10]
    me = company.get("party", "company")
    out = [{"giver": r["giver"], "taker": r["taker"], "kind": r["kind"], "usd": r["value"]} for r in pairs(result)]
    if not out:
        return []
    named = sum(f["usd"] for f in out if f["taker"] == me and f["kind"] == "equity")
    rounds = [r for r in company.get("rounds", {}).values() if str(r["day"])[:10] <= until]
    raised = sum(float(r["raised_usd"]) * float(r.get("equity_frac", 1.0)) for r in rounds)
    loans = [x for x in company.get("loans", {}).values() if x.get("entity", "lab") == "lab" and str(x["drawn"])[:10] <= until]
    lent = sum(float(x["principal_usd"]) for x in loans)
    rest = {("others", "equity"): raised - named, ("lenders", "debt"): lent}
    return out + [{"giver": who, "taker": me, "kind": kind, "usd": usd} for (who, kind), usd in rest.items() if usd > 0.0]


def _dependence(result: Result, flows: list[Flow], party: str) -> list[dict[str, Any]]:
    """Siblings' shares over the twelve months to the scenario's day; totals are the run's, so they have bands."""
    now = as_of_month(result)
    year = slice(max(now - 11, 0), now + 1)
    labels = result.coords["month"][year]
    recent = [f for f in flows if labels[0] <= f.day.isoformat()[:7] <= labels[-1]]
    debt = result.samples("debt_usd")
    totals = {
        "revenue": result.samples("revenue_usd")[:, year].sum(axis=1),
        "purchases": result.samples("capex_usd")[:, year].sum(axis=1),
        "funding": result.samples("equity_raised_usd")[:, year].sum(axis=1) + np.maximum(debt[:, now] - debt[:, year.start], 0.0),
    }
    siblings = set(result.scenario["company"].get("siblings", {}))
    each = [
        dependence(recent, company=party, siblings=siblings, totals={k: float(v[i]) for k, v in totals.items()})
        for i in range(len(totals["revenue"]))
    ]
    words = {"revenue": "revenue", "purchases": "capital expenditure", "funding": "new funding"}
    return [
        registers.row(f"siblings' share of {words[k]}, {labels[0]} to {labels[-1]}", [e[k] for e in each], "share")
        for k in ("revenue", "purchases", "funding")
    ]


def _structure(flows: list[Flow], party: str) -> list[dict[str, Any]]:
    funders = [f for f in flows if f.to_party == party and f.kind in FUNDING]
    sellers = [f for f in flows if f.from_party == party and f.kind in PURCHASES]
    group = {"vehicle": party, party: party}
    return [
        registers.number("concentration of dated funding by giver (1: a single one)", concentration(_by(funders, "from_party")), "1"),
        registers.number("concentration of dated purchases by seller (1: a single one)", concentration(_by(sellers, "to_party")), "1"),
        registers.number("circular share of purchases, the company alone", round(circularity(flows, company=party), 4), "share"),
        registers.number(
            "circular share of purchases, with the vehicle that leases to it",
            round(circularity(flows, company=party, affiliates=group), 4),
            "share",
        ),
    ]


def _by(flows: list[Flow], end: str) -> list[float]:
    total: dict[str, float] = {}
    for f in flows:
        total[getattr(f, end)] = total.get(getattr(f, end), 0.0) + f.usd
    return list(total.values())


def other_cases(result: Result) -> list[dict[str, Any]]:
    """The runway as it is, with each sibling's money away, with each event turned round; and months gained or lost."""
    labels, own = result.coords["month"], result.samples("runway_month")
    what = "cash below the floor without new money"
    rows = [registers.date_row(what, own, labels, case="as it is")]
    for i, case in enumerate(result.coords.get("counterfactual", [])):
        months = result.samples("runway_if_month")[:, i]
        both = np.isfinite(months) & np.isfinite(own)
        moved = float(np.median(months[both] - own[both])) if both.any() else float("nan")
        change = None if np.isnan(moved) else moved
        rows.append(registers.date_row(what, months, labels, case=case.replace("_", " ")) | {"median_change_months": change})
    return rows
