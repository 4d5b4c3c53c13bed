"""Who owns the company: dilution by rounds, grants and mergers, and who is paid what when it is sold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.foundation.units import MONTHS_PER_YEAR

COMMON = ("founder", "staff", "option_pool")
"""First classes of shares, in order; the rest is preferred stock, but for what a merger gives to the partner's holders."""


@dataclass(frozen=True)
class Issue:
    """New shares of one class in one month."""

    month: int
    share_class: str
    sold_frac: np.ndarray
    """Of the company after the issue; (draw)."""
    paid_usd: np.ndarray
    """Money in, which is its liquidation preference; (draw)."""
    tops_up: bool = True
    """Whether the option pool is filled up in the price before the money."""
    converts: bool = False
    """Whether all preferred stock becomes common, as when holders take shares of another company."""


@dataclass(frozen=True)
class Ownership:
    """Fully diluted shares of the company by class, month and draw; they sum to one in every month."""

    classes: tuple[str, ...]
    frac: np.ndarray
    """(class, month, draw)."""
    preference_usd: np.ndarray
    """Liquidation preferences by the end of each month; (class, month, draw)."""
    kept_frac: np.ndarray
    """What is left to those who held shares at the end of month ``now``; (month, draw)."""
    shares: np.ndarray
    """Shares outstanding for each at the start; (month, draw)."""


def pool_top_up(*, pool: np.ndarray, sold: np.ndarray, target_frac: Any) -> np.ndarray:
    """New pool shares of a round, over the company after the round, that bring the unissued pool to ``target_frac`` of it.

    The pool comes out of the holders before the round, not out of the new money. Source: the option-pool shuffle.

    >>> float(pool_top_up(pool=np.array(0.0), sold=np.array(0.2), target_frac=0.1).round(12))
    0.1
    >>> p = pool_top_up(pool=np.array(0.05), sold=np.array(0.2), target_frac=0.1)
    >>> float((0.05 * (1 - 0.2 - p) + p).round(12))
    0.1
    """
    missing = target_frac - pool * (1.0 - sold)
    return np.where(sold > 0.0, np.clip(missing / np.maximum(1.0 - pool, 1e-12), 0.0, 1.0 - sold), 0.0)


def ownership(
    opening: Mapping[str, Any], issues: Iterable[Issue], *, months: int, now: int, grants_per_year: Any, pool_frac: Any, paid_in: Any
) -> Ownership:
    """Ownership month by month. ``opening`` gives each class at the start: sums to one, classes of later issues may be missing.

    Inside a month: issues in order, then grants, which come out of the pool while it lasts and then dilute everyone.
    ``paid_in`` is the preference of ``opening_investors``.
    """
    issues = sorted(issues, key=lambda i: i.month)
    classes = tuple(dict.fromkeys([*COMMON, *opening, *(i.share_class for i in issues)]))
    draws = np.broadcast_shapes((1,), *(np.shape(v) for v in opening.values()), *(np.shape(i.sold_frac) for i in issues))[-1]
    own, owed = np.zeros((len(classes), draws)), np.zeros((len(classes), draws))
    for name, share in opening.items():
        own[classes.index(name)] = share
    if "opening_investors" in opening:
        owed[classes.index("opening_investors")] = paid_in
    kept, shares = np.ones(draws), np.ones(draws)
    out = [np.zeros((len(classes), months, draws)) for _ in range(2)] + [np.ones((months, draws)) for _ in range(2)]
    grant = np.asarray(grants_per_year, dtype=float) / MONTHS_PER_YEAR
    for t in range(months):
        left = np.ones(draws)
        for issue in (i for i in issues if i.month == t):
            left = left * _issue(own, owed, classes, issue, pool_frac)
        left = left * _grant(own, grant)
        shares = shares / np.maximum(left, 1e-12)
        kept = kept * left if t > now else kept
        for held, value in zip(out, (own, owed, kept, shares), strict=True):
            held[..., t, :] = value
    return Ownership(classes, *out)


def _issue(own: np.ndarray, owed: np.ndarray, classes: tuple[str, ...], issue: Issue, pool_frac: Any) -> np.ndarray:
    """Dilute all by one issue; returns what is left of a share held before."""
    pool, at = COMMON.index("option_pool"), classes.index(issue.share_class)
    added = pool_top_up(pool=own[pool], sold=issue.sold_frac, target_frac=pool_frac) if issue.tops_up else 0.0
    left = 1.0 - issue.sold_frac - added
    own *= left
    own[at] += issue.sold_frac
    own[pool] += added
    owed[at] += issue.paid_usd
    if issue.converts:
        owed[:] = 0.0
    return left


def _grant(own: np.ndarray, grant: Any) -> np.ndarray:
    """A month's grants to staff; returns what is left of a share held before."""
    staff, pool = COMMON.index("staff"), COMMON.index("option_pool")
    from_pool = np.minimum(own[pool], grant)
    new = grant - from_pool
    own[pool] -= from_pool
    own[staff] += from_pool
    own *= 1.0 - new
    own[staff] += new
    out: np.ndarray = 1.0 - new
    return out


def exit_waterfall(value: Any, *, preference: np.ndarray, share: np.ndarray, common: Any, stacked: bool) -> tuple[np.ndarray, np.ndarray]:
    """Payout of each class of preferred stock, (class, draw), and of all common stock when equity is sold for ``value``.

    Preferences are non-participating and of one time the money. With ``stacked`` the last class is paid first, else all alike. A class
    converts to common when that pays more; conversion is found from the cheapest preference per share, as in equilibrium.
    Shares and ``common`` need not sum to one: unissued options are nobody's. Payouts sum to ``value``.

    Source: standard terms of convertible preferred stock.

    >>> pay, rest = exit_waterfall(50.0, preference=np.array([[40.0], [40.0]]), share=np.array([[0.2], [0.2]]), common=0.6, stacked=True)
    >>> pay[:, 0].tolist(), rest.tolist()
    ([10.0, 40.0], [0.0])
    """
    value = np.broadcast_to(np.asarray(value, dtype=float), preference.shape[1:])
    converted = np.zeros(preference.shape, dtype=bool)
    order = np.argsort(preference / np.maximum(share, 1e-12), axis=0, kind="stable")
    draw = np.arange(preference.shape[1])
    for i in order:
        trial = converted.copy()
        trial[i, draw] = True
        left = value - np.where(trial, 0.0, preference).sum(axis=0)
        weight = common + np.where(trial, share, 0.0).sum(axis=0)
        gain = left * share[i, draw] / np.maximum(weight, 1e-12)
        yes = (left > 0.0) & (gain >= preference[i, draw]) & (share[i, draw] > 0.0)
        converted[i, draw] = yes
    due = np.where(converted, 0.0, preference)
    paid = _stacked(value, due) if stacked else due * np.minimum(1.0, value / np.maximum(due.sum(axis=0), 1e-12))
    left = value - paid.sum(axis=0)
    weight = np.maximum(common + np.where(converted, share, 0.0).sum(axis=0), 1e-12)
    return paid + np.where(converted, share * left / weight, 0.0), left * common / weight


def _stacked(value: np.ndarray, due: np.ndarray) -> np.ndarray:
    """Payments from the last class to the first until the money is gone."""
    senior = np.cumsum(due[::-1], axis=0)[::-1] - due
    out: np.ndarray = np.clip(value - senior, 0.0, due)
    return out


def by_holder(of_class: Mapping[str, np.ndarray], split: Mapping[str, Mapping[str, float]]) -> dict[str, np.ndarray]:
    """Values of classes by holder: named investors of a round get their part of it, the rest stays under the class's own name.

    >>> {k: v.tolist() for k, v in by_holder({"rounds.e": np.array([0.2])}, {"rounds.e": {"siblings.s": 0.25}}).items()}
    {'siblings.s': [0.05], 'rounds.e': [0.15000000000000002]}
    """
    out: dict[str, np.ndarray] = {}
    for name, value in of_class.items():
        named = split.get(name, {})
        for holder, part in named.items():
            out[holder] = out.get(holder, 0.0) + value * part
        out[name] = out.get(name, 0.0) + value * (1.0 - sum(named.values()))
    return out
