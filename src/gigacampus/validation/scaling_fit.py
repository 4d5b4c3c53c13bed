"""Refits of scaling laws on published loss points; used by the validation, never by a run."""

from __future__ import annotations

import numpy as np
from scipy.optimize import least_squares, minimize

from gigacampus.products.scaling_laws import Fit, Overfit

HUBER = 1e-3
"""Log-loss residual beyond which a point counts linearly. Source: Hoffmann et al. 2022."""
SOFT = 0.02
"""Log-loss residual of a run with repeats from which it counts less than its square."""
SIZE = float(np.log(1e9))
START = (-2.0, 0.35, -1.2, 0.35, 0.6, -4.0, 0.5, 0.5, 0.5)
"""Start of the search for the law of repeats: log A, alpha, log B, beta, log E, log P, gamma, kappa, rho."""
STARTS = [(a, b, e, 0.35, 0.37) for a in (5.0, 6.5) for b in (6.0, 8.0) for e in (0.5, 0.7)]
"""Starting points as log A, log B, log E, alpha, beta."""


def huber(residual: np.ndarray) -> np.ndarray:
    """Huber's loss of each residual."""
    size = np.abs(residual)
    return np.where(size <= HUBER, 0.5 * residual**2, HUBER * (size - 0.5 * HUBER))


def objective(x: np.ndarray, parameters: np.ndarray, tokens: np.ndarray, loss: np.ndarray) -> float:
    """Summed Huber loss of the log residuals; ``x`` is log A, log B, log E, alpha, beta."""
    terms = np.stack([x[0] - x[3] * np.log(parameters), x[1] - x[4] * np.log(tokens), np.full(parameters.shape, x[2])])
    return float(huber(np.logaddexp.reduce(terms, axis=0) - np.log(loss)).sum())


def fit_loss_law(parameters: np.ndarray, tokens: np.ndarray, loss: np.ndarray) -> tuple[Fit, float]:
    """Fit of L = E + A/N^alpha + B/D^beta and its objective, best of several starts."""
    best = min(
        (minimize(objective, start, args=(parameters, tokens, loss), method="BFGS", options={"gtol": 1e-9}) for start in STARTS),
        key=lambda r: r.fun,
    )
    a, b, e = np.exp(best.x[:3])
    return Fit(float(a), float(b), float(e), float(best.x[3]), float(best.x[4]), "refit", "derived"), float(best.fun)


def fit_repeats(parameters: np.ndarray, unique: np.ndarray, epochs: np.ndarray, loss: np.ndarray) -> Fit:
    """Fit of the loss over passes with its penalty for overfitting, nine constants.

    Sizes are scaled in the search, so that its first constants are of one order.
    """
    x = least_squares(
        lambda x: np.log(_repeated(x, parameters, unique, epochs) / loss), START, loss="soft_l1", f_scale=SOFT, x_scale="jac", max_nfev=500
    ).x
    a, b, e, p = np.exp([x[0] + x[1] * SIZE, x[2] + x[3] * SIZE, x[4], x[5] + (x[7] - x[6]) * SIZE])
    overfit = Overfit(float(p), float(x[8]), float(x[6]), float(x[7]))
    return Fit(float(a), float(b), float(e), float(x[1]), float(x[3]), "refit of runs with repeats", "derived", overfit)


def _repeated(x: np.ndarray, parameters: np.ndarray, unique: np.ndarray, epochs: np.ndarray) -> np.ndarray:
    """The law of ``fit_repeats`` for the logarithms and exponents of a search; tokens and sizes count in billions."""
    n, u = np.log(parameters) - SIZE, np.log(unique) - SIZE
    repeats = np.log(np.maximum(epochs - 1.0, 1e-12))
    exponents = np.stack([x[0] - x[1] * n, x[2] - x[3] * (u + np.log(epochs)), x[5] + x[6] * n - x[7] * u + x[8] * repeats])
    out: np.ndarray = np.exp(x[4]) + np.exp(np.minimum(exponents, 300.0)).sum(axis=0)
    return out
