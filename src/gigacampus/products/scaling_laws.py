"""Scaling laws of the loss: named published fits, repeated data, and what a stream of new tokens is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.types import Numeric

FLOP_PER_PARAMETER_TOKEN = 6.0


@dataclass(frozen=True)
class Fit:
    """Constants of L(N, D) = E + A / N^alpha + B / D^beta, in nats per token."""

    a: float
    b: float
    e: float
    alpha: float
    beta: float
    source: str
    confidence: str


EXCESS_DECAY = 5.309743
"""R_N* of Muennighoff et al. 2023."""
REPEAT_DECAY = 15.387756
"""R_D* of Muennighoff et al. 2023; badly identified, 5 to 30."""

FITS: dict[str, Fit] = {
    "besiroglu_2024": Fit(482.00572, 2085.4342, 1.81686, 0.34781, 0.36585, "arXiv:2404.10102, notebook", "seen"),
    "hoffmann_2022": Fit(406.4, 410.7, 1.69, 0.34, 0.28, "arXiv:2203.15556, approach 3 as printed", "recalled"),
    "hoffmann_2022_tex": Fit(406.4, 410.7, 1.6934, 0.3392, 0.2849, "arXiv:2203.15556, TeX source", "recalled"),
    "muennighoff_2023": Fit(520.825, 1487.716, 1.869144, 0.3526596, 0.3526596, "arXiv:2305.16264, notebook", "seen"),
}


def loss_nats(parameters: Numeric, tokens: Numeric, *, fit: Fit) -> np.ndarray:
    """Loss per token.

    Parameters
    ----------
    parameters : float or array
        Parameters of the model; a number without unit.
    tokens : float or array
        Training tokens, tokens.
    fit : Fit
        Constants of a published fit.

    Returns
    -------
    array
        Loss, nats/token, shape of the arguments together.

    References
    ----------
    HOF22, BES24, MUE23 : the fit's.

    Examples
    --------
    >>> round(float(loss_nats(405e9, 15.6e12, fit=FITS["besiroglu_2024"])), 4)
    1.8922
    """
    return fit.e + fit.a / np.asarray(parameters, float) ** fit.alpha + fit.b / np.asarray(tokens, float) ** fit.beta


def optimal_split(compute_flop: float, *, fit: Fit) -> tuple[float, float]:
    """Parameters and tokens of least loss under C = 6 N D, in closed form.

    Parameters
    ----------
    compute_flop : float
        Compute budget, FLOP.
    fit : Fit
        Constants of a published fit.

    Returns
    -------
    tuple[float, float]
        Parameters and tokens, count.

    References
    ----------
    HOF22 : Hoffmann et al. 2022, Eq. 4.

    Examples
    --------
    >>> n, d = optimal_split(5.76e23, fit=FITS["besiroglu_2024"])
    >>> round(d / n, 1)
    18.3
    """
    g = (fit.alpha * fit.a / (fit.beta * fit.b)) ** (1.0 / (fit.alpha + fit.beta))
    product = compute_flop / FLOP_PER_PARAMETER_TOKEN
    n = g * product ** (fit.beta / (fit.alpha + fit.beta))
    return n, product / n


def effective_tokens(unique: Numeric, *, epochs: Numeric, repeat_decay: float) -> np.ndarray:
    """Tokens that repeated passes are worth: U + U R (1 - exp(-(epochs - 1) / R)).

    Parameters
    ----------
    unique : float or array
        Unique training tokens, tokens.
    epochs : float or array
        Passes over the data, no unit.
    repeat_decay : float
        R_D*: repeats after which new passes stop helping, no unit.

    Returns
    -------
    array
        Tokens, shape of the arguments together.

    References
    ----------
    MUE23 : Muennighoff et al. 2023, arXiv:2305.16264.

    Examples
    --------
    >>> float(effective_tokens(1e12, epochs=1.0, repeat_decay=15.387756)) / 1e12
    1.0
    """
    repeats = np.asarray(epochs, float) - 1.0
    return np.asarray(unique, float) * (1.0 - repeat_decay * np.expm1(-repeats / repeat_decay))


def optimal_parameters(tokens: Numeric, *, fit: Fit) -> np.ndarray:
    """Parameters for which ``tokens`` are the compute-optimal number: alpha A / N^alpha = beta B / D^beta.

    Parameters
    ----------
    tokens : float or array
        Training tokens, tokens.
    fit : Fit
        Constants of a published fit.

    Returns
    -------
    array
        Parameters, count, shape of ``tokens``.

    References
    ----------
    HOF22

    Examples
    --------
    >>> round(float(optimal_parameters(1e12, fit=FITS["muennighoff_2023"])) / 1e9, 1)
    51.0
    """
    scale = (fit.alpha * fit.a / (fit.beta * fit.b)) ** (1.0 / fit.alpha)
    out: np.ndarray = scale * np.asarray(tokens, float) ** (fit.beta / fit.alpha)
    return out


def effective_parameters(parameters: Numeric, *, unique: Numeric, excess_decay: float, fit: Fit) -> np.ndarray:
    """Parameters that a model too large for its unique tokens is worth: U + U R (1 - exp(-(N/U - 1) / R)).

    Parameters
    ----------
    parameters : float or array
        Parameters of the model; a number without unit.
    unique : float or array
        Unique training tokens, tokens.
    excess_decay : float
        R_N*: how soon more parameters stop helping, no unit.
    fit : Fit
        Constants of a published fit.

    Returns
    -------
    array
        Parameters, count, shape of the arguments together.

    References
    ----------
    MUE23 : Muennighoff et al. 2023, arXiv:2305.16264; U is the optimal size for the unique tokens.

    Examples
    --------
    >>> round(float(effective_parameters(60e9, unique=1e12, excess_decay=5.309743, fit=FITS["muennighoff_2023"])) / 1e9, 1)
    59.9
    """
    best = np.minimum(optimal_parameters(unique, fit=fit), parameters)
    excess = np.asarray(parameters, float) / best - 1.0
    out: np.ndarray = best * (1.0 - excess_decay * np.expm1(-excess / excess_decay))
    return out


def stream_gain_nats(
    parameters: float, *, stock_tokens: Numeric, new_tokens: Numeric, epochs: float, repeat_decay: float, fit: Fit
) -> np.ndarray:
    """Loss reduction from adding new unique tokens to a stock, both passed over ``epochs`` times.

    Parameters
    ----------
    parameters : float
        Parameters of the model; a number without unit.
    stock_tokens : float or array
        Unique tokens without the stream, tokens.
    new_tokens : float or array
        New unique tokens, tokens.
    epochs : float
        Passes over the data, no unit.
    repeat_decay : float
        R_D*: repeats after which new passes stop helping, no unit.
    fit : Fit
        Constants of a published fit.

    Returns
    -------
    array
        Loss saved, nats/token, shape of the arguments together.

    References
    ----------
    MUE23

    Examples
    --------
    >>> round(float(stream_gain_nats(405e9, stock_tokens=15.6e12, new_tokens=1.15e12, epochs=1.0,
    ...                              repeat_decay=15.387756, fit=FITS["besiroglu_2024"])), 5)
    0.0008
    """
    before = effective_tokens(stock_tokens, epochs=epochs, repeat_decay=repeat_decay)
    after = effective_tokens(np.asarray(stock_tokens) + new_tokens, epochs=epochs, repeat_decay=repeat_decay)
    out: np.ndarray = loss_nats(parameters, before, fit=fit) - loss_nats(parameters, after, fit=fit)
    return out
