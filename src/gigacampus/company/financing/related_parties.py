"""Money between siblings: the flow matrix, how dependent and how circular it is, how long others could carry the burn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import DAYS_PER_YEAR, MONTHS_PER_YEAR
from gigacampus.schema.company import CompanySpec

FUNDING = ("equity", "debt")
PURCHASES = ("goods", "service", "data")


@dataclass(frozen=True)
class Flow:
    """One dated payment's worth: money for ``equity`` and ``debt`` goes to ``to_party``; for purchases the buyer is ``from_party``."""

    day: date
    from_party: str
    to_party: str
    kind: str
    usd: float


def flows_of(company: CompanySpec) -> list[Flow]:
    """Dated flows of a scenario."""
    return [Flow(f.day, f.from_party, f.to_party, f.kind, f.usd) for f in company.flows]


def matrix(flows: Iterable[Flow], *, kinds: tuple[str, ...] = FUNDING + PURCHASES) -> tuple[list[str], np.ndarray]:
    """Parties in order and the money from each (row) to each (column).

    >>> matrix([Flow(date(2025, 1, 1), "a", "b", "goods", 5.0)])[1].tolist()
    [[0.0, 5.0], [0.0, 0.0]]
    """
    flows = list(flows)
    parties = sorted({p for f in flows for p in (f.from_party, f.to_party)})
    out = np.zeros((len(parties), len(parties)))
    for f in flows:
        if f.kind in kinds:
            out[parties.index(f.from_party), parties.index(f.to_party)] += f.usd
    return parties, out


def dependence(flows: Iterable[Flow], *, company: str, siblings: set[str], totals: Mapping[str, float]) -> dict[str, float]:
    """Siblings' share of the company's revenue, purchases and funding; ``totals`` gives each over the same time.

    >>> f = [Flow(date(2025, 7, 1), "s", "c", "equity", 2.0), Flow(date(2025, 7, 1), "c", "s", "goods", 1.0)]
    >>> dependence(f, company="c", siblings={"s"}, totals={"revenue": 10.0, "purchases": 4.0, "funding": 8.0})
    {'revenue': 0.0, 'purchases': 0.25, 'funding': 0.25}
    """
    flows = list(flows)
    inside = {
        "revenue": sum(f.usd for f in flows if f.to_party == company and f.from_party in siblings and f.kind in PURCHASES),
        "purchases": sum(f.usd for f in flows if f.from_party == company and f.to_party in siblings and f.kind in PURCHASES),
        "funding": sum(f.usd for f in flows if f.to_party == company and f.from_party in siblings and f.kind in FUNDING),
    }
    return {k: v / totals[k] if totals.get(k) else 0.0 for k, v in inside.items()}


def circularity(flows: Iterable[Flow], *, company: str, affiliates: Mapping[str, str] | None = None) -> float:
    """Share of the company's purchases that return, within a year, money which the seller or its affiliate put in.

    For each other party: the smaller of its funding of the company and the purchases from it in the twelve months after,
    over all purchases. ``affiliates`` maps a party to the group it belongs to.

    >>> d = date(2025, 1, 1)
    >>> circularity([Flow(d, "s", "c", "equity", 5.0), Flow(d, "c", "s", "goods", 5.0)], company="c")
    1.0
    """
    group = dict(affiliates or {})
    flows = list(flows)
    me = group.get(company, company)
    bought = [f for f in flows if group.get(f.from_party, f.from_party) == me and f.kind in PURCHASES]
    total = sum(f.usd for f in bought)
    back = 0.0
    for party in {group.get(f.to_party, f.to_party) for f in bought} - {me}:
        given = [
            f
            for f in flows
            if group.get(f.from_party, f.from_party) == party and group.get(f.to_party, f.to_party) == me and f.kind in FUNDING
        ]
        back += _returned([f for f in bought if group.get(f.to_party, f.to_party) == party], given)
    return back / total if total else 0.0


def _returned(bought: list[Flow], given: list[Flow]) -> float:
    """Purchases that use up, oldest first, funding of the year before; each dollar of funding returns once."""
    left = [f.usd for f in given]
    back = 0.0
    for purchase in sorted(bought, key=lambda f: f.day):
        due = purchase.usd
        for i, pot in enumerate(given):
            if 0 <= (purchase.day - pot.day).days <= DAYS_PER_YEAR:
                used = min(due, left[i])
                left[i] -= used
                due -= used
                back += used
    return back


def related_money(flows: Iterable[Flow], months: Months) -> dict[str, np.ndarray]:
    """Dated money between the named parties by month: what was put in, and what was bought; outside the horizon is left out.

    >>> f = [Flow(date(2025, 2, 3), "s", "c", "equity", 2.0)]
    >>> related_money(f, Months(date(2025, 1, 1), 3))["related_funding_usd"].tolist()
    [0.0, 2.0, 0.0]
    """
    out = {"related_funding_usd": np.zeros(months.count), "related_purchases_usd": np.zeros(months.count)}
    for flow in flows:
        at = months.index(flow.day)
        if 0 <= at < months.count and flow.from_party != flow.to_party:
            out["related_funding_usd" if flow.kind in FUNDING else "related_purchases_usd"][at] += flow.usd
    return out


def received_by_month(flows: Iterable[Flow], months: Months, *, company: str, sibling: str) -> np.ndarray:
    """Running total that one party gave the company, less what the company bought from it; (month).

    >>> f = [Flow(date(2025, 1, 9), "s", "c", "equity", 5.0), Flow(date(2025, 2, 3), "c", "s", "goods", 2.0)]
    >>> received_by_month(f, Months(date(2025, 1, 1), 3), company="c", sibling="s").tolist()
    [5.0, 3.0, 3.0]
    """
    out = np.zeros(months.count)
    for flow in flows:
        at = months.index(flow.day)
        if 0 <= at < months.count and {flow.from_party, flow.to_party} == {company, sibling}:
            to_company = flow.from_party == sibling
            out[at] += flow.usd if to_company else -flow.usd
    return np.cumsum(out)


def concentration(amounts: Iterable[float]) -> float:
    """Herfindahl-Hirschman index of shares: 1 is a single party; NaN when nothing flows.

    >>> concentration([3.0, 1.0])
    0.625
    """
    values = np.asarray(list(amounts), dtype=float)
    total = values.sum()
    return float(((values / total) ** 2).sum()) if total > 0.0 else float("nan")


def months_carried(
    burn_usd_per_month: np.ndarray | float, *, free_cash_usd_per_year: np.ndarray | float, cash_usd: np.ndarray | float = 0.0
) -> np.ndarray:
    """Months for which a sibling could pay the burn from its own free cash and then its cash; infinite if free cash covers it.

    >>> float(months_carried(1.0, free_cash_usd_per_year=6.0, cash_usd=10.0))
    20.0
    """
    gap = np.asarray(burn_usd_per_month, dtype=float) - free_cash_usd_per_year / MONTHS_PER_YEAR
    return np.where(gap > 0.0, cash_usd / np.where(gap > 0.0, gap, 1.0), np.inf)
