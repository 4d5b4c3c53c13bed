"""The three reported quarters of the worked example from structure alone: eight figures out of priors set before looking at them.

Used only to see how well seven of the figures predict the eighth. All priors are assumed unless a source is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from gigacampus.company.analysis.calibrate import Posterior, condition

FIGURES = (
    "revenue_q3",
    "revenue_q2",
    "gross_profit_q3",
    "gross_profit_q2",
    "net_loss_q3",
    "net_loss_before",
    "cash_spent_9m",
    "ebitda_loss_9m",
)
OBSERVED = np.array([107.0, 59.0, 63.0, 14.0, 1460.0, 1000.0, 7800.0, 2400.0])
"""USD million. Source: Bloomberg 2026-01-09 through syndication."""
READING = np.array([1.0, 1.0, 1.0, 1.0, 15.0, 30.0, 80.0, 25.0])
"""Reading noise; USD million."""
FLEET = ((np.array([10.53, 10.53, 12.0]) + np.array([5.27, 10.53, 10.53])) / 2.0) * 1000.0
"""Mean capital in service by quarter of 2025 at published cost per MW; USD million. Source: Epoch AI Data Centers, CC BY 4.0."""
ADDED = np.array([5.27, 0.0, 2.35]) * 1000.0
"""Capital that entered service in each quarter; same source."""
NEXT = 9054.0
"""Capital of the next site, in service on 2025-10-19; same source."""
INPUTS = 18


TOLD = {
    ("2025Q3", "revenue"): 0,
    ("2025Q2", "revenue"): 1,
    ("2025Q3", "gross_profit"): 2,
    ("2025Q2", "gross_profit"): 3,
    ("2025Q3", "net_loss"): 4,
    ("2025Q1", "net_loss"): 5,
    ("2025-9M", "cash_spent"): 6,
    ("2025-9M", "ebitda_loss"): 7,
}
"""Place in :data:`FIGURES` of a reported period and metric."""


def figure_of(row: Mapping[str, str]) -> int | None:
    """Place of the figure that a row of the press reports states; None where it states none of the eight."""
    return TOLD.get((row.get("period", ""), row.get("metric", "")))


def _lognormal(z: np.ndarray, p10: float, p90: float) -> np.ndarray:
    out: np.ndarray = np.sqrt(p10 * p90) * (p90 / p10) ** (z / (2.0 * 1.2815515655446004))
    return out


def _uniform(z: np.ndarray, low: float, high: float) -> np.ndarray:
    from scipy.special import ndtr

    out: np.ndarray = low + (high - low) * ndtr(z)
    return out


def nine_months(z: np.ndarray) -> np.ndarray:
    """The figures of :data:`FIGURES` from standard-normal latents (draw, 18); USD million."""
    first = _lognormal(z[:, 0], 40.0, 56.0)
    growth = 0.35 + 0.3 * z[:, 1]
    revenue = [first, first * np.exp(growth), first * np.exp(2.0 * growth + 0.3 * z[:, 2])]
    serving = _lognormal(z[:, 3], 15.0, 90.0)
    rise = 0.1 + 0.2 * z[:, 4]
    gross = [r - serving * np.exp(rise * i) for i, r in enumerate(revenue)]
    opex = _lognormal(z[:, 5], 350.0, 1000.0)
    step = 0.12 + 0.12 * z[:, 6]
    ebitda = [g - opex * np.exp(step * i + 0.05 * z[:, 7 + i]) for i, g in enumerate(gross)]
    owned = _uniform(z[:, 10], 0.7, 1.0) / (4.0 * _uniform(z[:, 11], 4.0, 6.5))
    interest = [0.0, 0.0, 5000.0 * _uniform(z[:, 12], 0.105, 0.125) / 4.0]
    other = [60.0 * z[:, 13], 60.0 * z[:, 14], 60.0 * z[:, 15]]
    loss = [-e + owned * FLEET[i] + interest[i] + other[i] for i, e in enumerate(ebitda)]
    before = np.where(z[:, 16] < 0.0, loss[0], loss[1])
    capital = ADDED.sum() * 0.6 + NEXT * _uniform(z[:, 17], 0.1, 0.9)
    burn = -sum(ebitda)
    return np.stack([revenue[2], revenue[1], gross[2], gross[1], loss[2], before, burn + capital * 0.8 + interest[2], burn], axis=1)


@dataclass(frozen=True)
class Scored:
    """One figure predicted from the other seven, beside what the priors alone and a naive reader say; USD million."""

    name: str
    truth: float
    ensemble: np.ndarray
    prior: np.ndarray
    naive: float
    effective: float

    def band(self) -> tuple[float, float]:
        """Central 80 % interval."""
        low, high = np.percentile(self.ensemble, [10, 90])
        return float(low), float(high)

    @property
    def inside(self) -> bool:
        """Whether the truth lies in the 80 % interval."""
        return self.band()[0] <= self.truth <= self.band()[1]

    def narrowing(self) -> float:
        """Width of the 80 % interval over the width that the priors alone have."""
        return float(np.subtract(*self.band()[::-1]) / np.subtract(*np.percentile(self.prior, [90, 10])))


NAIVE = np.array([59.0, 107.0, 14.0, 63.0, 1000.0, 1460.0, 3 * 1230.0, 3 * 1230.0])
"""What a reader with the other seven figures would say without a model: the neighbouring quarter's figure, and for the nine
months three times the mean of the two losses."""
LEVELS = (np.arange(400) + 0.5) / 400


@cache
def scored(draws: int = 20_000) -> list[Scored]:
    """Each of the eight figures predicted from the others; which quarter the earlier loss belongs to is itself uncertain.

    Eighteen free inputs stand against eight figures, so being inside a band says little; the score against the priors alone and
    against a naive reader says what the other seven figures taught.
    """
    prior = nine_months(np.random.default_rng(0).standard_normal((draws, INPUTS)))
    out = []
    for i, name in enumerate(FIGURES):
        p = _given(np.arange(len(FIGURES)) != i, draws, i + 1)
        ensemble = np.array([p.quantile(i, q) for q in LEVELS])
        out.append(Scored(name, float(OBSERVED[i]), ensemble, np.quantile(prior[:, i], LEVELS), float(NAIVE[i]), p.effective))
    return out


@cache
def in_sample(draws: int = 20_000) -> dict[str, float]:
    """Relative gap of each figure's median to the report when all eight are used: how closely it can be fitted, no forecast."""
    p = _given(np.ones(len(FIGURES), dtype=bool), draws, 1)
    return {name: p.quantile(i, 0.5) / float(OBSERVED[i]) - 1.0 for i, name in enumerate(FIGURES)}


def _given(use: np.ndarray, draws: int, seed: int) -> Posterior:
    return condition(nine_months, INPUTS, observed=OBSERVED, noise=READING, use=use, draws=draws, seed=seed)
