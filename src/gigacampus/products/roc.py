"""What a classifier's scores are worth: the curve, the area under it with its error, and the threshold that a limit asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Curve:
    """Shares at each threshold that a score can be told by, from the highest down; an item is stopped from the threshold on."""

    threshold: np.ndarray
    recall_frac: np.ndarray
    """Share of violating items stopped."""
    false_positive_frac: np.ndarray
    """Share of harmless items stopped."""


def roc_curve(violating: np.ndarray, score: np.ndarray, *, weight: np.ndarray | None = None) -> Curve:
    """Shares stopped at each threshold.

    Parameters
    ----------
    violating : array
        Whether an item violates, shape (item,), bool.
    score : array
        Score of each item; a number without unit.
    weight : array, optional
        Times that each item counts; a number without unit.

    Returns
    -------
    Curve
        Thresholds from the highest score down, and the shares of both kinds that they stop.

    References
    ----------
    DEF

    Examples
    --------
    >>> curve = roc_curve(np.array([True, False, True]), np.array([0.9, 0.5, 0.5]))
    >>> curve.recall_frac.tolist(), curve.false_positive_frac.tolist()
    ([0.5, 1.0], [0.0, 1.0])
    """
    counted = np.ones(len(score)) if weight is None else weight
    values, place = np.unique(score, return_inverse=True)
    bad, good = (np.bincount(place, weights=counted * chosen, minlength=len(values))[::-1] for chosen in (violating, ~violating))
    recall, false = np.cumsum(bad) / bad.sum(), np.cumsum(good) / good.sum()
    return Curve(values[::-1], recall, false)


def area_delong(violating: np.ndarray, score: np.ndarray) -> tuple[float, float]:
    """Area under the curve and its standard error.

    Parameters
    ----------
    violating : array
        Whether an item violates, both kinds at least twice, shape (item,), bool.
    score : array
        Score of each item; a number without unit.

    Returns
    -------
    tuple[float, float]
        Area and its standard error, 0 to 1.

    Notes
    -----
    Valid for: independent items; the error is that of a sample, and 0 where the two kinds do not overlap.

    References
    ----------
    DDC88 : variance from the placements of each item among those of the other kind.
    SX14 : placements from mid-ranks.

    Examples
    --------
    >>> area, error = area_delong(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1]))
    >>> area, round(error, 4)
    (0.75, 0.3536)
    """
    bad, good = score[violating], score[~violating]
    whole = _midranks(score)
    above = (whole[violating] - _midranks(bad)) / len(good)
    below = 1.0 - (whole[~violating] - _midranks(good)) / len(bad)
    variance = above.var(ddof=1) / len(bad) + below.var(ddof=1) / len(good)
    return float(above.mean()), float(np.sqrt(variance))


def _midranks(values: np.ndarray) -> np.ndarray:
    """Rank of each value from 1, equal ones sharing the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: np.ndarray = (np.cumsum(count) - 0.5 * (count - 1))[place]
    return ranks


def residual_frac(curve: Curve, *, violating_frac: float) -> np.ndarray:
    """Share of violating items among those that pass, at each threshold of a curve.

    Parameters
    ----------
    curve : Curve
        Shares stopped at each threshold.
    violating_frac : float
        Share of violating items among those that come, 0 to 1.

    Returns
    -------
    array
        Share, 0 where nothing passes, shape (threshold,), 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> curve = Curve(np.array([0.5]), np.array([0.9]), np.array([0.1]))
    >>> round(float(residual_frac(curve, violating_frac=0.5)[0]), 6)
    0.1
    """
    missed = violating_frac * (1.0 - curve.recall_frac)
    passed = missed + (1.0 - violating_frac) * (1.0 - curve.false_positive_frac)
    out: np.ndarray = np.where(passed > 0.0, missed / np.where(passed > 0.0, passed, 1.0), 0.0)
    return out


def threshold_for_residual(curve: Curve, *, violating_frac: float, limit_frac: float) -> int | None:
    """Place on a curve of the highest threshold that keeps the share of violating items among what passes.

    Parameters
    ----------
    curve : Curve
        Shares stopped at each threshold.
    violating_frac : float
        Share of violating items among those that come, 0 to 1.
    limit_frac : float
        Largest share of violating items among those that pass, 0 to 1.

    Returns
    -------
    int or None
        Position on the curve; None where only stopping everything would keep the limit.

    References
    ----------
    DEF

    Examples
    --------
    >>> curve = Curve(np.array([0.9, 0.5, 0.1]), np.array([0.5, 0.99, 1.0]), np.array([0.0, 0.1, 1.0]))
    >>> threshold_for_residual(curve, violating_frac=0.5, limit_frac=0.05)
    1
    """
    kept = (residual_frac(curve, violating_frac=violating_frac) <= limit_frac) & (curve.false_positive_frac < 1.0)
    return int(np.argmax(kept)) if kept.any() else None
