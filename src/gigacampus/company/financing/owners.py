"""The owners of each future: rounds, grants and mergers of the simulation as issues of shares, and what a sale would pay whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.company.financing.captable import COMMON, Issue, Ownership, by_holder, exit_waterfall, ownership
from gigacampus.company.ledger.draw_binding import Bound
from gigacampus.company.ledger.mergers import kept_share
from gigacampus.company.ledger.simulation_inputs import SimulationInputs
from gigacampus.schema.company import CompanySpec

LATER = "later_rounds"
"""Class of all rounds of the raise policy."""


def holder_labels(company: CompanySpec) -> tuple[str, ...]:
    """Owners that a run tells apart, in order: classes of shares, then siblings that bought into a known round.

    >>> holder_labels(CompanySpec())
    ('founder', 'staff', 'option_pool', 'opening_investors', 'later_rounds')
    """
    named = {f"parties.{f.from_party}" for f in company.flows if f.round and f.kind == "equity"}
    classes = [*COMMON, "opening_investors", *(f"rounds.{k}" for k in company.rounds), LATER, *(f"mergers.{k}" for k in company.mergers)]
    return (*classes, *sorted(named))


def holder_title(holder: str) -> str:
    """An owner in words.

    >>> holder_title("rounds.series_e"), holder_title("parties.spacex"), holder_title("option_pool")
    ('investors of series e', 'spacex', 'unissued options')
    """
    kind, _, name = holder.partition(".")
    said = {"rounds": "investors of {}", "mergers": "holders of the partner of {}", "parties": "{}"}.get(kind)
    if said:
        return said.format(name.replace("_", " "))
    return {"option_pool": "unissued options", LATER: "investors of later rounds"}.get(holder, holder.replace("_", " "))


def group_title(holder: str) -> str:
    """The kind of owner that a holder is, for readers who ask founder, staff or which investors.

    >>> group_title("rounds.series_e"), group_title("staff"), group_title("mergers.group")
    ('Known rounds', 'Staff and options', 'Holders of merged partners')
    """
    kind = holder.partition(".")[0]
    return {
        "founder": "Founder",
        "staff": "Staff and options",
        "option_pool": "Staff and options",
        "opening_investors": "Opening investors",
        "rounds": "Known rounds",
        "parties": "Siblings in known rounds",
        LATER: "Later rounds",
        "mergers": "Holders of merged partners",
    }[kind]


def owners(bound: Bound, drivers: SimulationInputs, series: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Registry rows of ownership; ``series`` by (month, draw). The axes of the result are draw, holder, month."""
    company, equity = bound.company, bound.company.equity
    opening = {"founder": equity.founder_frac, "staff": equity.staff_frac, "option_pool": equity.pool_frac}
    opening["opening_investors"] = np.maximum(1.0 - sum(np.asarray(v, dtype=float) for v in opening.values()), 0.0)
    held = ownership(
        {k: np.broadcast_to(np.asarray(v, dtype=float), (bound.n,)) for k, v in opening.items()},
        issues(bound, drivers, series),
        months=drivers.months.count,
        now=drivers.as_of,
        grants_per_year=equity.pool_refresh_per_year,
        pool_frac=equity.pool_post_money_frac,
        paid_in=equity.opening_paid_in_usd,
    )
    labels, split = holder_labels(company), _split(company)
    named = {
        name: by_holder(dict(zip(held.classes, values, strict=True)), split)
        for name, values in (("frac", held.frac), ("payout", _payouts(held, equity, series["valuation_usd"][-1])))
    }
    nothing = np.zeros((drivers.months.count, bound.n))
    shares = np.stack([named["frac"].get(label, nothing) for label in labels])
    payouts = np.stack([named["payout"].get(label, nothing[-1]) for label in labels])
    return {
        "ownership_frac": np.ascontiguousarray(shares.transpose(2, 0, 1)),
        "exit_payout_usd": np.ascontiguousarray(payouts.T),
        "preference_usd": np.ascontiguousarray(held.preference_usd.sum(axis=0).T),
        "founder_share_frac": np.ascontiguousarray(held.kept_frac.T),
    }


def issues(bound: Bound, drivers: SimulationInputs, series: Mapping[str, np.ndarray]) -> list[Issue]:
    """Every issue of shares within the horizon, in the order of the simulation: mergers, known rounds, rounds of the policy."""
    company, index, months = bound.company, drivers.months.index, drivers.months.count
    out = []
    for key, m in company.mergers.items():
        if 0 <= index(m.day) < months:
            kept = kept_share(exchange_ratio=m.exchange_ratio, partner_shares_per_share=m.partner_shares_per_share)
            gone = np.broadcast_to(1.0 - np.asarray(kept, dtype=float), (bound.n,))
            out.append(Issue(index(m.day), f"mergers.{key}", gone, np.zeros(bound.n), tops_up=False, converts=True))
    dated: dict[int, list[tuple[str, np.ndarray]]] = {}
    listed = min((index(r.day) for r in company.rounds.values() if r.listing), default=months)
    for key, r in company.rounds.items():
        paid = np.broadcast_to(np.asarray(r.raised_usd, dtype=float) * r.equity_frac, (bound.n,))
        dated.setdefault(index(r.day), []).append((f"rounds.{key}", paid))
    for month, rounds in sorted(dated.items()):
        if 0 <= month < months:
            out += _together(month, rounds, series["sold_dated_frac"][month])
    sold, paid = series["sold_policy_frac"], series["policy_equity_usd"]
    out += [Issue(int(t), LATER, sold[t], paid[t]) for t in np.nonzero(sold.any(axis=1))[0]]
    return [replace(issue, converts=True) if issue.month >= listed else issue for issue in out]


def _together(month: int, rounds: list[tuple[str, np.ndarray]], sold: np.ndarray) -> list[Issue]:
    """Issues one after the other that together sell ``sold``, each its part by money."""
    total = np.maximum(sum(paid for _, paid in rounds), 1e-9)
    out, later = [], np.zeros_like(sold)
    for name, paid in reversed(rounds):
        own = sold * paid / total
        out.append(Issue(month, name, own / np.maximum(1.0 - later, 1e-12), paid))
        later = later + own
    return out[::-1]


def _split(company: Any) -> dict[str, dict[str, Any]]:
    """Part of each known round that named parties bought."""
    out: dict[str, dict[str, Any]] = {}
    for flow in company.flows:
        if flow.round and flow.kind == "equity":
            r = company.rounds[flow.round]
            paid = np.maximum(np.asarray(r.raised_usd, dtype=float) * r.equity_frac, 1.0)
            parts = out.setdefault(f"rounds.{flow.round}", {})
            left = 1.0 - sum(parts.values())
            name = f"parties.{flow.from_party}"
            parts[name] = parts.get(name, 0.0) + np.minimum(flow.usd / paid, left)
    return out


def _payouts(held: Ownership, equity: Any, price: np.ndarray) -> np.ndarray:
    """Payouts by class of a sale in the last month; (class, draw). Options that nobody was granted are nobody's."""
    value = np.where(np.asarray(equity.exit_usd) > 0.0, equity.exit_usd, price)
    share, owed = held.frac[:, -1].copy(), held.preference_usd[:, -1]
    share[COMMON.index("option_pool")] = 0.0
    common = np.array([name in COMMON or name.startswith("mergers.") for name in held.classes])
    paid, rest = exit_waterfall(
        value, preference=owed[~common], share=share[~common], common=share[common].sum(axis=0), stacked=equity.seniority == "stacked"
    )
    out = np.zeros(share.shape)
    out[~common] = paid
    out[common] = rest * share[common] / np.maximum(share[common].sum(axis=0), 1e-12)
    return out
