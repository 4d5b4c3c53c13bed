"""Scaling laws of the loss: named published fits, repeated data, and what a stream of new tokens is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.types import Numeric

FLOP_PER_PARAMETER_TOKEN = 6.0


@dataclass(frozen=True)
class Overfit:
    """Constants of the loss that repeats add: P R^rho N^gamma / U^kappa, in nats per token, with R passes after the first."""

    p: float
    rho: float
    gamma: float
    kappa: float


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
    overfit: Overfit | None = None
    """What repeats add; without it they count as fewer tokens."""


REPEAT_DECAY = 15.387756
"""R_D* of Muennighoff et al. 2023; badly identified, 5 to 30."""

FITS: dict[str, Fit] = {
    "besiroglu_2024": Fit(482.00572, 2085.4342, 1.81686, 0.34781, 0.36585, "arXiv:2404.10102, notebook", "seen"),
    "hoffmann_2022": Fit(406.4, 410.7, 1.69, 0.34, 0.28, "arXiv:2203.15556, approach 3 as printed", "recalled"),
    "hoffmann_2022_tex": Fit(406.4, 410.7, 1.6934, 0.3392, 0.2849, "arXiv:2203.15556, TeX source", "recalled"),
    "muennighoff_2023": Fit(520.825, 1487.716, 1.869144, 0.3526596, 0.3526596, "arXiv:2305.16264, notebook", "seen"),
    "repeated_runs": Fit(
        521.746,
        13345.1,
        1.981845,
        0.3391302,
        0.4413168,
        "refit of the runs of arXiv:2305.16264 with the penalty of arXiv:2605.01640",
        "derived",
        Overfit(2.078764e-4, 0.5040316, 0.9607656, 0.7045818),
    ),
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


def overfit_nats(parameters: Numeric, *, unique: Numeric, epochs: Numeric, overfit: Overfit) -> np.ndarray:
    """Loss that repeats add where a model is large for its unique tokens: P R^rho N^gamma / U^kappa.

    Parameters
    ----------
    parameters : float or array
        Parameters of the model; a number without unit.
    unique : float or array
        Unique training tokens, tokens.
    epochs : float or array
        Passes over the data, no unit.
    overfit : Overfit
        Constants of the penalty.

    Returns
    -------
    array
        Loss, nats/token, shape of the arguments together.

    References
    ----------
    LOV26 : the additive penalty with four constants.

    Examples
    --------
    >>> round(float(overfit_nats(1e9, unique=1e8, epochs=60.0, overfit=FITS["repeated_runs"].overfit)), 2)
    1.66
    """
    repeats = np.maximum(np.asarray(epochs, float) - 1.0, 0.0)
    n, u = np.asarray(parameters, float), np.asarray(unique, float)
    out: np.ndarray = overfit.p * repeats**overfit.rho * n**overfit.gamma / u**overfit.kappa
    return out


def repeated_loss_nats(parameters: Numeric, *, unique: Numeric, epochs: Numeric, repeat_decay: float, fit: Fit) -> np.ndarray:
    """Loss per token after several passes, by the fit's own account of repeats.

    Parameters
    ----------
    parameters : float or array
        Parameters of the model; a number without unit.
    unique : float or array
        Unique training tokens, tokens.
    epochs : float or array
        Passes over the data, no unit.
    repeat_decay : float
        R_D*: repeats after which new passes stop helping, no unit; only for fits without a penalty.
    fit : Fit
        Constants of a fit.

    Returns
    -------
    array
        Loss, nats/token, shape of the arguments together.

    References
    ----------
    MUE23, LOV26

    Examples
    --------
    >>> [round(float(repeated_loss_nats(2.8e9, unique=4e9, epochs=10.0, repeat_decay=15.387756, fit=FITS[name])), 2)
    ...  for name in ("muennighoff_2023", "repeated_runs")]
    [2.41, 2.72]
    """
    if fit.overfit is None:
        return loss_nats(parameters, effective_tokens(unique, epochs=epochs, repeat_decay=repeat_decay), fit=fit)
    all_tokens = np.asarray(unique, float) * np.asarray(epochs, float)
    repeats = overfit_nats(parameters, unique=unique, epochs=epochs, overfit=fit.overfit)
    out: np.ndarray = loss_nats(parameters, all_tokens, fit=fit) + repeats
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
        Constants of a fit.

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
    before, after = (
        repeated_loss_nats(parameters, unique=unique, epochs=epochs, repeat_decay=repeat_decay, fit=fit)
        for unique in (stock_tokens, np.asarray(stock_tokens) + new_tokens)
    )
    out: np.ndarray = before - after
    return out
