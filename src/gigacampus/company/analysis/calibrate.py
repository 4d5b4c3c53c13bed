"""Condition uncertain inputs on reported figures: a linear-Gaussian step, then tempered importance weights, with an honest count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LEAST_EFFECTIVE = 400
"""Fewer effective draws than this and the answer is refused."""


class TooFewDraws(ValueError):
    """The reported figures leave too few draws standing: widen the priors or draw more."""


@dataclass(frozen=True)
class Posterior:
    """Weighted draws after conditioning."""

    latent: np.ndarray
    """(draw, input), standard normal coordinates."""
    output: np.ndarray
    """(draw, figure)."""
    weight: np.ndarray
    """Sums to one."""
    effective: float
    free_inputs: int
    temper: float
    """Highest power of the likelihood at which enough draws stand; 1 is the full likelihood."""

    def quantile(self, figure: int, q: float) -> float:
        """Weighted quantile of one figure."""
        return weighted_quantile(self.output[:, figure], self.weight, q)


def weighted_quantile(values: np.ndarray, weight: np.ndarray, q: float) -> float:
    """Least value at or below which a share ``q`` of the weight lies; weights sum to one.

    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([0.25, 0.25, 0.5]), 0.5)
    2.0
    """
    order = np.argsort(values, kind="stable")
    place = int(np.searchsorted(np.cumsum(weight[order]), q))
    return float(values[order[min(place, len(values) - 1)]])


LADDER = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.0, 1.0)
"""Tempers of the likelihood; the proposal is fitted anew to the weighted draws at each step."""


def condition(
    model: Callable[[np.ndarray], np.ndarray],
    inputs: int,
    *,
    observed: np.ndarray,
    noise: np.ndarray,
    use: np.ndarray,
    draws: int = 20_000,
    seed: int = 1,
) -> Posterior:
    """Draws of ``inputs`` standard-normal latents that agree with the observed figures where ``use`` holds.

    ``model`` maps latents (draw, input) to figures (draw, figure). The first proposal is the linear-Gaussian posterior
    of a regression of figures on latents at the lowest temper; each step weights the prior and the tempered likelihood
    right and fits the next proposal to the weighted draws. The last weights are the full likelihood's; where too few
    draws stand there, the highest temper that leaves enough is taken and reported.

    Source: importance sampling with an adapted Gaussian proposal; effective size as Kong 1992.
    """
    rng = np.random.default_rng(seed)
    mean, covariance = _linear_posterior(model, inputs, observed[use], noise[use] / np.sqrt(LADDER[0]), use, rng)
    best = None
    for temper in LADDER:
        z = rng.standard_normal((draws, inputs))
        latent = mean + z @ np.linalg.cholesky(WIDER * covariance).T
        output = model(latent)
        misfit = -0.5 * (((output[:, use] - observed[use]) / noise[use]) ** 2).sum(axis=1)
        weight = _normalised(0.5 * (z**2).sum(axis=1) - 0.5 * (latent**2).sum(axis=1) + temper * misfit)
        effective = 1.0 / float((weight**2).sum())
        if effective >= LEAST_EFFECTIVE:
            best = Posterior(latent, output, weight, effective, inputs, temper)
        mean = weight @ latent
        centred = latent - mean
        covariance = (weight[:, None] * centred).T @ centred + 1e-6 * np.eye(inputs)
    if best is None:
        raise TooFewDraws(f"only {effective:.0f} effective draws of {draws}; {LEAST_EFFECTIVE} are needed")
    return best


WIDER = 1.2
"""Proposals are this much wider than the fitted covariance, so that tails are reached."""


def _normalised(log_weight: np.ndarray) -> np.ndarray:
    weight = np.exp(log_weight - log_weight.max())
    out: np.ndarray = weight / weight.sum()
    return out


def _linear_posterior(
    model: Callable[[np.ndarray], np.ndarray], inputs: int, seen: np.ndarray, noise: np.ndarray, use: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    first = rng.standard_normal((4000, inputs))
    y = model(first)[:, use]
    design = np.concatenate([np.ones((len(first), 1)), first], axis=1)
    beta, *_ = np.linalg.lstsq(design, y, rcond=None)
    spread = np.cov((y - design @ beta).T).reshape(len(seen), len(seen)) + np.diag(noise**2)
    gain = np.linalg.solve(spread, beta[1:].T).T
    covariance = np.linalg.inv(np.eye(inputs) + gain @ beta[1:].T)
    return covariance @ gain @ (seen - beta[0]), covariance
