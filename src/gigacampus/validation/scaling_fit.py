"""Refits of scaling laws on published loss points; used by the validation, never by a run."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from gigacampus.foundation.types import Numeric
from gigacampus.products.scaling_laws import Fit, effective_parameters, effective_tokens, loss_nats

HUBER = 1e-3
"""Log-loss residual beyond which a point counts linearly. Source: Hoffmann et al. 2022."""
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


def fit_level(
    parameters: np.ndarray,
    unique: np.ndarray,
    epochs: np.ndarray,
    loss: np.ndarray,
    *,
    base: Fit,
    repeat_decay: float,
    excess_decay: float | None = None,
) -> Fit:
    """Refit of A, B and E with exponents and decay of repeats held at their published values."""

    def law(x: np.ndarray) -> Fit:
        a, b, e = np.exp(x)
        return Fit(a, b, e, base.alpha, base.beta, "refit of the level", "derived")

    def misfit(x: np.ndarray) -> float:
        predicted = repeated_loss_nats(parameters, unique, epochs, fit=law(x), repeat_decay=repeat_decay, excess_decay=excess_decay)
        return float(huber(np.log(predicted / loss)).sum())

    start = np.log([base.a, base.b, base.e])
    best = min(
        (
            minimize(misfit, start + shift, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-8, "fatol": 1e-12})
            for shift in (np.zeros(3), np.array([0.5, 0.5, 0.2]), np.array([-0.5, 0.5, 0.1]))
        ),
        key=lambda r: r.fun,
    )
    return law(best.x)


def repeated_loss_nats(
    parameters: Numeric, unique: Numeric, epochs: Numeric, *, fit: Fit, repeat_decay: float, excess_decay: float | None = None
) -> np.ndarray:
    """Loss after several passes; with ``excess_decay`` parameters beyond the law's optimum count less as well."""
    if excess_decay is not None:
        parameters = effective_parameters(parameters, unique=unique, excess_decay=excess_decay, fit=fit)
    return loss_nats(parameters, effective_tokens(unique, epochs=epochs, repeat_decay=repeat_decay), fit=fit)
