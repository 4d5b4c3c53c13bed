"""Contracts that outlive the horizon: what of each falls after it, and so into no figure of the run."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import BILLION, DAYS_PER_YEAR, MILLION, MONTHS_PER_YEAR
from gigacampus.results.result import Result


def beyond(result: Result) -> list[str]:
    """One sentence for each contract that ends after the horizon, with what it leaves out in USD where that is known."""
    labels = result.coords["month"]
    months = Months(date.fromisoformat(f"{labels[0]}-01"), len(labels))
    company = result.scenario.get("company", {})
    told = [*_loans(company, months), *_lease(result, company, months), *_tenant(result, company, months), *_works(result, months)]
    return [f"beyond the horizon, which ends with {labels[-1]}: {text}" for text in told]


def outstanding_usd(loan: dict[str, Any], age_months: float) -> float:
    """Principal of a loan that is drawn and not repaid ``age_months`` after its draw; what is rolled over has no end.

    >>> outstanding_usd({"principal_usd": 120.0, "term_years": 5, "interest_only_years": 1, "draw_months": 1}, 36.0)
    60.0
    """
    quiet = MONTHS_PER_YEAR * float(loan["interest_only_years"])
    drawn = min(age_months / float(loan.get("draw_months") or 1.0), 1.0)
    level = max(MONTHS_PER_YEAR * float(loan["term_years"]) - quiet, 1.0)
    repaid = min(max((age_months - quiet) / level, 0.0), 1.0) * (1.0 - float(loan.get("refinanced_frac") or 0.0))
    return float(loan["principal_usd"]) * max(drawn - repaid, 0.0)


def _loans(company: dict[str, Any], months: Months) -> list[str]:
    out = []
    for name, loan in company.get("loans", {}).items():
        begins = months.position(_day(loan["drawn"]))
        ends = begins + MONTHS_PER_YEAR * float(loan["term_years"])
        left = outstanding_usd(loan, months.count - begins)
        if begins < months.count < ends and left > 0.0:
            out.append(f"loan {name} runs to {label(months, ends)}; {usd(left)} of principal, and the interest on it, fall due after it")
    return out


def _lease(result: Result, company: dict[str, Any], months: Months) -> list[str]:
    vehicle = company.get("vehicle") or {}
    if not vehicle.get("start"):
        return []
    ends = months.position(_day(vehicle["start"])) + float(vehicle["advance_months"]) + MONTHS_PER_YEAR * float(vehicle["term_years"])
    rent = _last(result, "rents_paid_usd")
    if ends <= months.count or rent <= 0.0:
        return []
    left = usd(rent * (ends - months.count))
    return [f"the lease of the vehicle runs to {label(months, ends)} or later; about {left} of rent at that of the last month"]


def _tenant(result: Result, company: dict[str, Any], months: Months) -> list[str]:
    tenants = (company.get("revenue", {}).get("rental") or {}).get("tenants") or {}
    rents = _last_by_tenant(result)
    return [text for name, tenant in tenants.items() if (text := _lease_of(name, tenant, rents.get(name, 0.0), months))]


def _lease_of(name: str, tenant: dict[str, Any], rent: float, months: Months) -> str:
    """What of one tenant's lease falls after the horizon; empty where nothing does."""
    who = f"the lease of tenant {tenant.get('title') or name}"
    if rent <= 0.0 or not tenant.get("start"):
        return ""
    if not tenant.get("notice") and not tenant.get("term_months"):
        return f"{who} states no end; its {usd(rent)} a month go on or stop, and count for nothing after it"
    if tenant.get("asks_per_year"):
        return f"{who} runs {float(tenant['term_months']):.0f} months from its start, which differs by future"
    ends = float("inf")
    if tenant.get("notice"):
        ends = months.position(_day(tenant["notice"])) + float(tenant["notice_days"]) * MONTHS_PER_YEAR / DAYS_PER_YEAR
    if tenant.get("term_months"):
        ends = min(ends, months.position(_day(tenant["start"])) + float(tenant["term_months"]))
    left = usd(rent * (ends - months.count))
    return f"{who} runs to {label(months, ends)}; {left} of rent at that of the last month" if ends > months.count else ""


def _works(result: Result, months: Months) -> list[str]:
    out = []
    for name, campus in result.scenario.get("campuses", {}).items():
        county = campus.get("county") or {}
        works, years = float(county.get("utility_capital_usd") or 0.0), float(county.get("utility_recovery_years") or 0.0)
        left = works * max(1.0 - months.count / (MONTHS_PER_YEAR * years), 0.0) if years else 0.0
        if left > 0.0:
            out.append(f"{usd(left)} of the utility's works for {name} are not yet recovered by its rates")
        contract = MONTHS_PER_YEAR * float(county.get("contract_years") or 0.0)
        if contract > months.count:
            text = f"the contract of {name} with the public runs to {label(months, contract)}; what the campus pays after the horizon"
            out.append(f"{text} is not counted against public capital, and is not known")
    return out


def label(months: Months, position: float) -> str:
    """Calendar month of a position that may lie after the horizon.

    >>> label(Months(date(2026, 1, 1), 12), 14.0)
    '2027-03'
    """
    return Months(months.start, int(position) + 1).labels()[-1]


def usd(amount: float) -> str:
    """Amount in words.

    >>> usd(2.5e9), usd(3.0e6)
    ('USD 2.5 billion', 'USD 3 million')
    """
    return f"USD {amount / BILLION:.3g} billion" if amount >= BILLION else f"USD {amount / MILLION:.3g} million"


def _last(result: Result, name: str) -> float:
    """Median over the futures of a series in the last month; zero where the run has none."""
    return float(np.median(result.samples(name)[:, -1])) if result.has(name) else 0.0


def _last_by_tenant(result: Result) -> dict[str, float]:
    """Rent of the last month by tenant, mean over the futures."""
    if not result.has("tenant_rent_usd"):
        return {}
    last = result.samples("tenant_rent_usd")[:, :, -1].mean(axis=0)
    return dict(zip(result.coords["tenant"], last.tolist(), strict=True))


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
