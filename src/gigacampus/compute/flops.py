"""Floating-point operations of transformers, per layer and per token, and the ways of quoting utilisation."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.types import Numeric

"""A backward pass multiplies with both the weights and the activations: twice the forward work."""


def model_flop_utilisation(flop_per_token: Numeric, *, tokens_per_s: Numeric, peak_flop_per_s: Numeric) -> np.ndarray:
    """Model FLOP utilisation: useful work over peak work.

    Parameters
    ----------
    flop_per_token : float or array
        Useful work for one token, FLOP.
    tokens_per_s : float or array
        Tokens processed, tokens/s.
    peak_flop_per_s : float or array
        Peak rate, FLOP/s.

    Returns
    -------
    array
        Utilisation, 0 to 1, shape of the arguments together.

    References
    ----------
    PALM22

    Examples
    --------
    >>> round(float(model_flop_utilisation(6 * 36.5e9, tokens_per_s=1543.0, peak_flop_per_s=989.5e12)), 3)
    0.342
    """
    return np.asarray(flop_per_token) * tokens_per_s / peak_flop_per_s
