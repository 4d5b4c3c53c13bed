"""The three reported quarters of the worked example from structure alone: eight figures out of priors set before looking at them.

Used only to see how well seven of the figures predict the eighth. All priors are assumed unless a source is named.
"""

from __future__ import annotations

import numpy as np

from gigacampus.company.calibrate import LeftOut, leave_one_out

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


def _lognormal(z: np.ndarray, p10: float, p90: float) -> np.ndarray:
    return np.sqrt(p10 * p90) * (p90 / p10) ** (z / (2.0 * 1.2815515655446004))


def _uniform(z: np.ndarray, low: float, high: float) -> np.ndarray:
    from scipy.special import ndtr

    return low + (high - low) * ndtr(z)


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
    return np.stack(
        [revenue[2], revenue[1], gross[2], gross[1], loss[2], before, burn + capital * 0.8 + interest[2], burn], axis=1
    )


def scored(draws: int = 20_000) -> list[LeftOut]:
    """Each of the eight figures predicted from the others; which quarter the earlier loss belongs to is itself uncertain.

    Eighteen free inputs stand against eight figures: this scores how wide the priors are, not how clever the model is.
    """
    return leave_one_out(nine_months, INPUTS, names=FIGURES, observed=OBSERVED, noise=READING, draws=draws)
