"""What is left of plant when its largest pieces are out: the one rule by which firm supply is counted everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def without_largest(piece_mw: Sequence[float], counts: Sequence[np.ndarray], pieces: float) -> list[np.ndarray]:
    """Counts left when the largest ``pieces`` of plant are out.

    Parameters
    ----------
    piece_mw : sequence of float
        Power of one piece of each sort, MW.
    counts : sequence of array
        Pieces of each sort, no unit, all of one shape.
    pieces : float
        How many are out (N-1 is 1), no unit.

    Returns
    -------
    list[np.ndarray]
        Counts left of each sort, no unit, shapes as given.

    Notes
    -----
    Valid for: pieces that fail alone; what takes several out at once is a piece of their joint size. Of pieces of one
    power each sort loses its share, so that the order of the sorts says nothing.

    References
    ----------
    DEF : N-1 and N-2 as planners of power systems count them.

    Examples
    --------
    >>> [n.tolist() for n in without_largest([16.0, 38.0], [np.array([4.0]), np.array([0.5])], 1.0)]
    [[3.5], [0.0]]
    """
    left = [np.asarray(n, dtype=float) for n in counts]
    if not left:
        return left
    out = np.full(left[0].shape, float(pieces))
    for mw in sorted(set(piece_mw), reverse=True):
        alike = [i for i, piece in enumerate(piece_mw) if piece == mw]
        there = np.sum([left[i] for i in alike], axis=0)
        taken = np.minimum(there, out)
        out = out - taken
        for i in alike:
            left[i] = left[i] - taken * np.divide(left[i], there, out=np.zeros_like(taken), where=there > 0.0)
    return left
