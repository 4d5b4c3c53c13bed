"""The county's books beside the company's: what is levied, paid, waived and gained, and by whom, for one campus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from gigacampus.company.public_spec import CountySpec, PublicSpec
from gigacampus.units import MONTHS_PER_YEAR


@dataclass(frozen=True)
class CountyBooks:
    """USD a month and heads; (month) each."""

    value_usd: np.ndarray
    """True value in the assessor's eyes."""
    levy_usd: np.ndarray
    property_paid_usd: np.ndarray
    sales_levy_usd: np.ndarray
    sales_paid_usd: np.ndarray
    wage_tax_usd: np.ndarray
    public_cost_usd: np.ndarray
    jobs: np.ndarray

    @property
    def paid_usd(self) -> np.ndarray:
        """Property tax or fee, and sales tax."""
        return self.property_paid_usd + self.sales_paid_usd

    @property
    def waived_usd(self) -> np.ndarray:
        """Levied by statute and not paid."""
        return self.levy_usd + self.sales_levy_usd - self.paid_usd


def assessed(additions: np.ndarray, *, life_years: float, floor_frac: float) -> np.ndarray:
    """Value of equipment in the assessor's eyes: written down evenly over a life to a floor; (month).

    >>> assessed(np.array([100.0, 0.0, 0.0]), life_years=0.25, floor_frac=0.25).tolist()
    [100.0, 75.0, 50.0]
    """
    n = additions.size
    age = np.arange(n) / (life_years * MONTHS_PER_YEAR)
    weight = 1.0 - (1.0 - floor_frac) * np.minimum(age, 1.0)
    return np.convolve(additions, weight)[:n]


def levy_per_usd(spec: PublicSpec, *, personal: bool) -> float:
    """Yearly property levy on a dollar of true value."""
    if not spec.payees:
        return spec.property_tax_frac
    ratio = spec.assessment_personal_frac if personal else spec.assessment_real_frac
    return ratio * sum(p.mills for p in spec.payees.values()) / 1000.0


def on_tax_day(value: np.ndarray, calendar_month: np.ndarray) -> np.ndarray:
    """Value on the first of January of each month's year; the horizon's first value before the first January.

    >>> on_tax_day(np.array([1.0, 2.0, 3.0]), np.array([11, 0, 1])).tolist()
    [1.0, 2.0, 2.0]
    """
    january = np.where(calendar_month == 0, np.arange(value.size), 0)
    return value[np.maximum.accumulate(january)]


def county_books(spec: PublicSpec, capital: np.ndarray, it_mw: np.ndarray, calendar_month: np.ndarray) -> CountyBooks:
    """Books of the public around one campus from the capital in service by month and its IT power.

    Property: equipment at the assessor's declining value, the rest at cost; the fee replaces the levy for
    ``fee_years`` from
    the first service. Each year is levied on the value of its first of January. Sales tax falls on equipment as it
    enters service within the horizon.
    """
    months = capital.size
    added = np.diff(capital, prepend=0.0)
    equipment = np.maximum(added, 0.0) * spec.equipment_frac
    real = capital * (1.0 - spec.equipment_frac)
    moving = assessed(equipment, life_years=spec.valuation_life_years, floor_frac=spec.valuation_floor_frac)
    levy = (
        spec.assessed_frac
        * (moving * levy_per_usd(spec, personal=True) + real * levy_per_usd(spec, personal=False))
        / MONTHS_PER_YEAR
    )
    levy = on_tax_day(levy, calendar_month)
    first = int(np.argmax(capital > 0.0))
    since = np.arange(months) - first
    abated = (since >= 0) & (since < spec.fee_years * MONTHS_PER_YEAR)
    exempt = np.where((since >= 0) & (since < spec.exempt_years * MONTHS_PER_YEAR), spec.sales_tax_exempt_frac, 0.0)
    sales = equipment * spec.sales_tax_frac * (np.arange(months) > 0)
    jobs = np.where(it_mw > 0.0, spec.permanent_jobs + spec.jobs_per_it_mw * it_mw, 0.0)
    return CountyBooks(
        value_usd=moving + real,
        levy_usd=levy,
        property_paid_usd=levy * np.where(abated, spec.fee_in_lieu_frac, 1.0),
        sales_levy_usd=sales,
        sales_paid_usd=sales * (1.0 - exempt),
        wage_tax_usd=jobs * spec.job_wage_usd_per_year * spec.wage_tax_effective_frac / MONTHS_PER_YEAR,
        public_cost_usd=jobs * spec.public_cost_usd_per_job_year / MONTHS_PER_YEAR,
        jobs=jobs,
    )


def books_of_places(
    spec: CountySpec, capital: np.ndarray, it_mw: np.ndarray, calendar_month: np.ndarray
) -> dict[str, CountyBooks]:
    """Books by place of a campus that a county or state line runs through; ``county`` is the place it is named for.

    ``capital`` and ``it_mw`` are (2, month): what is committed, and what extensions add.
    """
    rest, out = np.ones(2), {}
    for name, place in spec.others.items():
        share = np.array([place.share_frac, place.extension_share_frac])
        out[name] = county_books(place, share @ capital, share @ it_mw, calendar_month)
        rest = rest - share
    return {"county": county_books(spec, rest @ capital, rest @ it_mw, calendar_month), **out}


def weighted(books: Sequence[CountyBooks], weights: Sequence[np.ndarray]) -> CountyBooks:
    """Expected books over states of the campus; ``weights`` (month) each, summing to one."""
    return CountyBooks(
        **{x.name: sum(w * getattr(b, x.name) for b, w in zip(books, weights, strict=True)) for x in fields(CountyBooks)}
    )


def household_cost(spec: PublicSpec, books: CountyBooks) -> np.ndarray:
    """What each household still pays for public works built for the campus if the customer leaves in that month.

    Public capital less all that the campus has brought by the end of its contract or by the exit, whichever is later,
    never less than nothing; the utility's works less what rates have recovered by then, less the customer's security.
    """
    months = books.paid_usd.size
    end = np.minimum(
        np.maximum(np.arange(months), round(spec.contract_years * MONTHS_PER_YEAR) - 1), months - 1
    )
    brought = np.cumsum(books.paid_usd + books.wage_tax_usd - books.public_cost_usd)[end]
    public = np.maximum(spec.public_capital_usd - brought, 0.0)
    recovered = np.clip((end + 1) / (spec.utility_recovery_years * MONTHS_PER_YEAR), 0.0, 1.0)
    utility = spec.utility_capital_usd * np.maximum(1.0 - recovered - spec.exit_security_frac, 0.0)
    return (public + utility) / spec.households if spec.households else np.zeros(months)


def public_summary(spec: PublicSpec, books: CountyBooks) -> dict[str, float]:
    """The whole horizon in a few numbers: USD in all, per job, per resident, and the share of the activity that must be new.

    Net to the public counts what came because of the deal as gain and the waiver on the rest as loss.
    """
    gains = float(books.paid_usd.sum() + books.wage_tax_usd.sum()) + spec.company_public_works_usd
    costs = float(books.public_cost_usd.sum()) + spec.public_capital_usd
    forgone = float(books.waived_usd.sum())
    jobs = float(books.jobs.max())
    even = break_even_but_for(gains=gains, costs=costs, forgone=forgone) if gains > costs else float("nan")
    return {
        "gains_usd": gains,
        "costs_usd": costs,
        "forgone_usd": forgone,
        "net_usd": spec.but_for_frac * (gains - costs) - (1.0 - spec.but_for_frac) * forgone,
        "break_even_but_for_frac": even,
        "forgone_usd_per_job": forgone / jobs if jobs else 0.0,
        "forgone_usd_per_resident": forgone / spec.residents if spec.residents else 0.0,
    }


def payee_shares(spec: PublicSpec) -> dict[str, float]:
    """Share of the property levy by payee; one payee ``all`` when none are listed."""
    total = sum(p.mills for p in spec.payees.values())
    return {k: p.mills / total for k, p in spec.payees.items()} if total else {"all": 1.0}


def break_even_but_for(*, gains: float, costs: float, forgone: float) -> float:
    """Share of the activity that must have come because of the deal for the public to break even.

    Net = b (gains - costs) - (1 - b) forgone.

    >>> break_even_but_for(gains=30.0, costs=10.0, forgone=80.0)
    0.8
    """
    return forgone / (forgone + gains - costs)
