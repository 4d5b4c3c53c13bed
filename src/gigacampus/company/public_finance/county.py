"""The county's books beside the company's: what is levied, paid, waived and gained, and by whom, for one campus.

Series are (..., month); an input of the public bodies is one number or one for each draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from gigacampus.company.analysis.metrics import first_true
from gigacampus.foundation.units import MONTHS_PER_YEAR
from gigacampus.schema.public import STATE, UTILITY, PublicSpec

KINDS = ("computers", "plant", "buildings")
"""What the assessor tells apart, in the order of the first axis of a cost."""


@dataclass(frozen=True)
class CountyBooks:
    """USD a month and heads; (..., month) each."""

    value_usd: np.ndarray
    """True value in the assessor's eyes."""
    levy_usd: np.ndarray
    property_paid_usd: np.ndarray
    sales_levy_usd: np.ndarray
    sales_paid_usd: np.ndarray
    power_fee_usd: np.ndarray
    wage_tax_usd: np.ndarray
    public_cost_usd: np.ndarray
    jobs: np.ndarray

    @property
    def paid_usd(self) -> np.ndarray:
        """Property tax or fee, sales tax, and what the power bill brings."""
        out: np.ndarray = self.property_paid_usd + self.sales_paid_usd + self.power_fee_usd
        return out

    @property
    def waived_usd(self) -> np.ndarray:
        """Levied by statute and not paid."""
        out: np.ndarray = self.levy_usd - self.property_paid_usd + self.sales_levy_usd - self.sales_paid_usd
        return out


def assessed(cost: np.ndarray, schedule: Sequence[float], calendar_month: np.ndarray) -> np.ndarray:
    """Value of equipment on the roll in each month: that of the year's first of January, by years since purchase.

    ``cost`` (..., month) is what stands, at its cost; what stands in the first month was bought the year before. What is
    more than ever before was bought; what goes takes the oldest with it, and what comes back is the same again.
    ``schedule`` is value over cost on the first, second, ... tax day after the purchase.

    >>> assessed(np.array([100.0] * 3 + [300.0]), [0.6, 0.2], np.array([10, 11, 0, 1])).tolist()
    [60.0, 60.0, 20.0, 20.0]
    >>> assessed(np.array([100.0, 50.0, 50.0]), [0.6, 0.2], np.array([11, 0, 0])).tolist()
    [60.0, 20.0, 10.0]
    """
    cost = np.asarray(cost, dtype=float)
    year = np.cumsum(np.where(np.arange(cost.shape[-1]) > 0, calendar_month == 0, False))
    last = np.searchsorted(year, np.arange(year[-1] + 1), side="right") - 1
    ever = np.concatenate([cost[..., :1], np.maximum.accumulate(cost, axis=-1)[..., last]], axis=-1)
    stands = np.concatenate([cost[..., :1], cost[..., last]], axis=-1)
    bought = np.diff(ever, axis=-1, prepend=0.0)
    value = []
    for day in range(year[-1] + 1):
        left = np.clip(ever[..., : day + 1] - (ever - stands)[..., day : day + 1], 0.0, bought[..., : day + 1])
        age = np.minimum(np.arange(day, -1, -1), len(schedule) - 1)
        value.append(left @ np.asarray(schedule, dtype=float)[age])
    return np.stack(value, axis=-1)[..., year]


def levy_per_usd(spec: PublicSpec, *, personal: bool) -> Any:
    """Yearly property levy on a dollar of true value."""
    if not spec.payees:
        return spec.property_tax_frac
    ratio = spec.assessment_personal_frac if personal else spec.assessment_real_frac
    return ratio * _mills(spec) / 1000.0


def _mills(spec: PublicSpec) -> Any:
    return sum((p.mills for p in spec.payees.values()), 0.0)


def _column(value: Any) -> np.ndarray:
    """An input by draw as a column beside months."""
    return np.asarray(value, dtype=float)[..., None]


def county_books(
    spec: PublicSpec, cost: np.ndarray, it_mw: np.ndarray, calendar_month: np.ndarray, grid_bill_usd: np.ndarray | float = 0.0
) -> CountyBooks:
    """Books of the public around one campus from what was ever bought for it and its IT power.

    ``cost`` (3, ..., month) by :data:`KINDS`. Property: equipment by the schedules, buildings at cost, each year on its
    first of January; the fee replaces the levy for ``fee_years`` from the first service. Sales tax falls on equipment
    as it enters service within the horizon. Whoever owns leased machines, their tax is counted: the lease passes it on.
    """
    months = cost.shape[-1]
    schedules = (spec.computer_value_frac, spec.plant_value_frac, [1.0])
    value = [assessed(c, s, calendar_month) * _column(spec.assessed_frac) for c, s in zip(cost, schedules, strict=True)]
    rates = [_column(levy_per_usd(spec, personal=kind != "buildings")) for kind in KINDS]
    levy = np.sum([v * r for v, r in zip(value, rates, strict=True)], axis=0) / MONTHS_PER_YEAR
    since = np.arange(months) - np.argmax(cost.sum(axis=0) > 0.0, axis=-1)[..., None]
    abated = (since >= 0) & (since < _column(spec.fee_years) * MONTHS_PER_YEAR)
    exempt = (since >= 0) & (since < _column(spec.exempt_years) * MONTHS_PER_YEAR)
    ever = np.maximum.accumulate(cost[:2], axis=-1).sum(axis=0)
    equipment = np.diff(ever, axis=-1, prepend=0.0) * (np.arange(months) > 0)
    sales = equipment * _column(spec.sales_tax_frac if spec.state != "none" else 0.0)
    jobs = np.where(it_mw > 0.0, _column(spec.permanent_jobs) + _column(spec.jobs_per_it_mw) * it_mw, 0.0)
    wages = jobs * _column(spec.job_wage_usd_per_year) / MONTHS_PER_YEAR
    return CountyBooks(
        value_usd=np.sum(value, axis=0),
        levy_usd=levy,
        property_paid_usd=levy * np.where(abated, _column(spec.fee_in_lieu_frac), 1.0),
        sales_levy_usd=sales,
        sales_paid_usd=sales * (1.0 - np.where(exempt, _column(spec.sales_tax_exempt_frac), 0.0)),
        power_fee_usd=_column(spec.power_fee_frac) * grid_bill_usd + 0.0 * levy,
        wage_tax_usd=wages * _column(spec.wage_tax_effective_frac),
        public_cost_usd=jobs * _column(spec.public_cost_usd_per_job_year) / MONTHS_PER_YEAR,
        jobs=jobs,
    )


def books_of_places(
    spec: Any, cost: np.ndarray, it_mw: np.ndarray, calendar_month: np.ndarray, grid_bill_usd: np.ndarray | float = 0.0
) -> dict[str, CountyBooks]:
    """Books by place of a campus that a county or state line runs through; ``county`` is the place it is named for.

    ``cost`` (2, 3, ..., month) and ``it_mw`` (2, ..., month): what is committed, and what extensions add. The power bill
    counts where the campus is named for.
    """
    out: dict[str, CountyBooks] = {}
    left, left_new = np.ones(1), np.ones(1)
    for name, place in spec.others.items():
        old, new = _column(place.share_frac), _column(place.extension_share_frac)
        out[name] = county_books(place, old * cost[0] + new * cost[1], old * it_mw[0] + new * it_mw[1], calendar_month)
        left, left_new = left - old, left_new - new
    here = left * cost[0] + left_new * cost[1], left * it_mw[0] + left_new * it_mw[1]
    return {"county": county_books(spec, *here, calendar_month, grid_bill_usd), **out}


def together(books: Sequence[CountyBooks]) -> CountyBooks:
    """Sum over places."""
    return CountyBooks(**{x.name: sum(getattr(b, x.name) for b in books) for x in fields(CountyBooks)})


def by_body(spec: Any, books: Mapping[str, CountyBooks]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Paid and waived by ``place/body``: the levy by mills, sales tax to the state, the power fee through the utility."""
    out: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for place, b in books.items():
        terms = spec if place == "county" else spec.others[place]
        for body, share in payee_shares(terms).items():
            s = _column(share)
            out[f"{place}/{body}"] = (s * b.property_paid_usd, s * (b.levy_usd - b.property_paid_usd))
        state = out.get(f"{place}/{STATE}", (0.0, 0.0))
        out[f"{place}/{STATE}"] = (state[0] + b.sales_paid_usd, state[1] + b.sales_levy_usd - b.sales_paid_usd)
    out[f"county/{UTILITY}"] = (books["county"].power_fee_usd, 0.0 * books["county"].power_fee_usd)
    return out


def household_cost(spec: PublicSpec, brought_usd: np.ndarray, *, contract_years: Any = None) -> np.ndarray:
    """What each household still pays for public works built for the campus if the customer leaves in that month.

    Public capital less all that the campus has brought (``brought_usd``, (..., month)) by the end of its contract or by
    the exit, whichever is later, never less than nothing; the utility's works less what rates have recovered by then,
    less the customer's security. ``contract_years``: another term than the scenario's.
    """
    months = brought_usd.shape[-1]
    term = np.rint(_column(spec.contract_years if contract_years is None else contract_years) * MONTHS_PER_YEAR).astype(int)
    end = np.minimum(np.maximum(np.arange(months), term - 1), months - 1)
    total = np.cumsum(brought_usd, axis=-1)
    brought = np.take_along_axis(total, np.broadcast_to(end, total.shape), axis=-1)
    public = np.maximum(_column(spec.public_capital_usd) - brought, 0.0)
    recovered = np.clip((end + 1) / (_column(spec.utility_recovery_years) * MONTHS_PER_YEAR), 0.0, 1.0)
    utility = _column(spec.utility_capital_usd) * np.maximum(1.0 - recovered - _column(spec.exit_security_frac), 0.0)
    homes = _column(spec.households)
    return np.where(homes > 0.0, (public + utility) / np.where(homes > 0.0, homes, 1.0), 0.0)


def public_summary(spec: PublicSpec, books: CountyBooks, it_mw: np.ndarray) -> dict[str, np.ndarray]:
    """The whole horizon in a few numbers: USD in all, per job, per resident, per MW, and what share must be new.

    Net to the public counts what came because of the deal as gain and the waiver on the rest as loss. ``fees_cover``
    is the month in which all fees and taxes together exceed public capital.
    """
    gains = books.paid_usd.sum(axis=-1) + books.wage_tax_usd.sum(axis=-1) + spec.company_public_works_usd
    costs = books.public_cost_usd.sum(axis=-1) + spec.public_capital_usd
    forgone = books.waived_usd.sum(axis=-1)
    capital = np.asarray(spec.public_capital_usd, dtype=float) + spec.utility_capital_usd
    return {
        "gains_usd": gains,
        "costs_usd": costs,
        "forgone_usd": forgone,
        "net_usd": net_to_public(gains=gains, costs=costs, forgone=forgone, but_for_frac=spec.but_for_frac),
        "break_even_but_for_frac": np.where(gains > costs, break_even_but_for(gains=gains, costs=costs, forgone=forgone), np.nan),
        "forgone_usd_per_job": _per(forgone, books.jobs.max(axis=-1)),
        "forgone_usd_per_resident": _per(forgone, spec.residents),
        "forgone_usd_per_mw": _per(forgone, it_mw.max(axis=-1)),
        "fees_cover_month": first_true((np.cumsum(books.paid_usd, axis=-1) >= capital[..., None]).T).T,
    }


def _per(amount: Any, of: Any) -> np.ndarray:
    amount, of = np.broadcast_arrays(np.asarray(amount, dtype=float), np.asarray(of, dtype=float))
    out: np.ndarray = np.divide(amount, of, out=np.zeros(amount.shape), where=of > 0.0)
    return out


def payee_shares(spec: PublicSpec) -> dict[str, Any]:
    """Share of the property levy by payee; one payee ``all`` when none are listed."""
    total = _mills(spec)
    return {k: p.mills / total for k, p in spec.payees.items()} if np.any(total) else {k: 0.0 for k in spec.payees} or {"all": 1.0}


def net_to_public(*, gains: Any, costs: Any, forgone: Any, but_for_frac: Any) -> Any:
    """What the deal brings the public when a share ``but_for_frac`` of the activity came because of it.

    >>> net_to_public(gains=30.0, costs=10.0, forgone=60.0, but_for_frac=0.75)
    0.0
    """
    return but_for_frac * (gains - costs) - (1.0 - but_for_frac) * forgone


def break_even_but_for(*, gains: Any, costs: Any, forgone: Any) -> Any:
    """Share of the activity that must have come because of the deal for the public to break even.

    Net = b (gains - costs) - (1 - b) forgone.

    >>> break_even_but_for(gains=30.0, costs=10.0, forgone=80.0)
    0.8
    """
    whole = np.asarray(forgone + gains - costs, dtype=float)
    share = np.divide(forgone, whole, out=np.full(whole.shape, np.nan), where=whole != 0.0)
    return float(share) if share.ndim == 0 else share
