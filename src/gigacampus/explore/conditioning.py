"""Condition the uncertain inputs of the books on figures that became known: prior beside posterior, with an honest count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr

from gigacampus.answers.labels import title, unit_of
from gigacampus.company.analysis.calibrate import LEAST_EFFECTIVE, Posterior, TooFewDraws, condition, weighted_quantile
from gigacampus.company.analysis.goals import Goal, Series
from gigacampus.company.ledger.monthly_series import RECORDED
from gigacampus.explore.precomputed_panels import default_month
from gigacampus.explore.run_session import Held, goal_of
from gigacampus.explore.solving import ENDS, SCREEN
from gigacampus.explore.tornado import runway_months
from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.plain_json import known
from gigacampus.foundation.tables.money import MoneyRow, months_of_period, read_money
from gigacampus.foundation.tables.periods import told
from gigacampus.registry.stages import BY_NAME
from gigacampus.registry.variables import REGISTRY
from gigacampus.scenario.unread_inputs import is_read

DRAWS = 4096
MOST_INPUTS = 16
MOVES = 0.2
"""An input is conditioned when its ends move some figure by at least this share of the figure's noise."""
NOISE_FRAC = 0.05
"""Reading noise of a figure that states none. Assumed."""
UNEXPLAINED = "unexplained_usd"
"""Result below EBITDA that no line of the model explains; reported figures say it should be near zero."""
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
MOST_ROWS, MOST_BYTES = 200, 1_000_000


@dataclass(frozen=True)
class Figure:
    """One figure that became known."""

    metric: str
    period: str
    months: tuple[int, ...]
    value: float
    noise: float

    def of(self, series: Series) -> np.ndarray:
        """The books' own value of it, by draw: the sum of a flow, the last month of a stock."""
        rows = list(self.months)
        if self.metric == UNEXPLAINED:
            return np.asarray((series["net_income_usd"] - series["ebit_usd"] + series["interest_usd"])[rows].sum(axis=0))
        values = series[self.metric][rows]
        return np.asarray(values[-1] if REGISTRY[self.metric].kind == "stock" else values.sum(axis=0))


def figures_in(held: Held, path: Path) -> list[Figure]:
    """Figures of a CSV or xlsx file with columns period, metric, value and, where known, noise and unit (USD, USD m, USD bn)."""
    return [_figure(held, row, str(path)) for row in read_money(path, most_rows=MOST_ROWS, most_bytes=MOST_BYTES, noise=True)]


def _figure(held: Held, row: MoneyRow, file: str) -> Figure:
    metrics = [*(m for m in RECORDED if m.endswith("_usd") and m in REGISTRY), UNEXPLAINED]
    at: dict[str, Any] = {"file": file, "line": row.line}
    if row.metric not in metrics:
        raise refuse(
            f"no monthly series of the books is called {printable(row.metric)}",
            nearest=nearest(row.metric, metrics),
            fix=f"use one of {', '.join(metrics)}",
            **at,
        )
    months = months_of_period(row.period, held.labels)
    if not months:
        raise refuse(
            f"{printable(row.period)} is no period of the run",
            fix=f"write 2026, 2026Q1 or 2026-01 within {held.labels[0]} to {held.labels[-1]}",
            **at,
        )
    noise = NOISE_FRAC * abs(row.value) if row.noise is None else row.noise
    if not noise > 0.0:
        raise refuse("a figure without noise can never be met", fix="give a noise above zero", **at)
    return Figure(row.metric, told(row.period), months, row.value, noise)


def reported(held: Held) -> list[Figure]:
    """What the reported quarters say of themselves: below EBITDA stand depreciation, interest and tax, and nothing else."""
    months, out = held.rerun.inputs.at.months, []
    for name, quarter in held.scenario.company.history.items():
        first = months.index(quarter.start)
        out.append(Figure(UNEXPLAINED, name, (first, first + 1, first + 2), 0.0, NOISE_FRAC * abs(quarter.net_income_usd)))
    if not out:
        raise refuse("the scenario reports no quarters to condition on", path="company.history", fix="name figures: --on FILE.csv")
    return [f for f in out if f.noise > 0.0]


def conditioned(held: Held, figures: list[Figure], *, draws: int = DRAWS) -> dict[str, Any]:
    """Prior beside posterior of figures, inputs and outcomes; plain data. Refused where too few draws stand."""
    moving = informed(held, figures)
    if not moving:
        raise refuse("no uncertain input of the books moves these figures", path="--on", fix="name other figures, or let more be uncertain")
    latents = Latents(held, moving)
    goal = Goal("figures", "", lambda series: np.stack([f.of(series) for f in figures], axis=1))
    observed, noise = (np.array([getattr(f, k) for f in figures]) for k in ("value", "noise"))
    use = np.ones(len(figures), dtype=bool)
    try:
        found = condition(
            lambda z: held.rerun.futures(goal, *latents.draws(z)),
            len(latents.steered),
            observed=observed,
            noise=noise,
            use=use,
            draws=draws,
        )
    except TooFewDraws as error:
        raise refuse(
            f"the figures and the priors hardly meet: {error}",
            path="--on",
            fix="widen the distributions of the inputs, or state more noise",
        ) from None
    prior = Posterior(*_prior(held, latents, goal, draws), np.full(draws, 1.0 / draws), float(draws), len(latents.steered), 0.0)
    return dict(known(_told(held, figures, latents, prior, found)))


def _prior(held: Held, latents: Latents, goal: Goal, draws: int) -> tuple[np.ndarray, np.ndarray]:
    z = np.random.default_rng(2).standard_normal((draws, len(latents.steered)))
    return z, held.rerun.futures(goal, *latents.draws(z))


def informed(held: Held, figures: list[Figure]) -> list[str]:
    """Inputs of the books whose ends move a figure by more than a little of its noise, most first."""
    few = held.rerun.first(SCREEN)
    goal = Goal("figures", "", lambda series: np.stack([f.of(series) / f.noise for f in figures]).T)
    changes = [{path: float(x)} for path in held.free for x in few.at(path, np.array(ENDS))]
    found = np.stack([goal.margin(few.series(change)) for change in changes])
    moved = np.abs(found[1::2] - found[::2]).mean(axis=1).max(axis=1)
    return [held.free[i] for i in np.argsort(-moved, kind="stable") if moved[i] >= MOVES][:MOST_INPUTS]


class Latents:
    """Futures from standard-normal latents of some inputs, and of the stretches of a t copula that these share; the other inputs and the
    worlds are drawn as ever.

    A latent is a number that nothing else hangs on, so the prior stays standard normal whatever the copula, and weights stay right.
    """

    def __init__(self, held: Held, moving: list[str]) -> None:
        self.held, self.moving = held, moving
        self.order = [*moving, *(p for p in held.free if p not in moving)]
        self.copula = held.rerun.joint.part([held.free.index(p) for p in self.order])
        shared = [k for k, group in enumerate(self.copula.groups) if min(group) < len(moving)]
        self.steered = [*range(len(moving)), *(len(self.order) + k for k in shared)]

    def draws(self, latent: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Every uncertain input that the books read, by draw, and the world of each draw."""
        n = len(latent)
        others = [k for k in range(self.copula.latents) if k not in self.steered]
        every = np.empty((n, self.copula.latents))
        every[:, self.steered] = latent
        every[:, others] = np.random.default_rng(n).standard_normal((n, len(others)))
        u = ndtr(self.copula.scores(every))
        worlds = np.unique(self.held.rerun.world_of_draw)
        world = worlds[np.arange(n) % worlds.size]
        read = BY_NAME["company"].reads
        physical = {p: column[world] for p, column in self.held.plan.worlds.items() if is_read(p, read)}
        return {**physical, **{p: self.held.rerun.at(p, u[:, i]) for i, p in enumerate(self.order)}}, world


def _told(held: Held, figures: list[Figure], latents: Latents, prior: Posterior, found: Posterior) -> dict[str, Any]:
    both = (prior, found)
    bands = [[[p.quantile(i, q) for q in (0.1, 0.5, 0.9)] for p in both] for i in range(len(figures))]
    rows = [
        {"metric": f.metric, "period": f.period, "value": f.value, "noise": f.noise, "prior": a, "posterior": b}
        for f, (a, b) in zip(figures, bands, strict=True)
    ]
    drawn = [latents.draws(p.latent) for p in both]
    return {
        "free_inputs": len(latents.moving),
        "figures_used": len(figures),
        "effective": found.effective,
        "least_effective": LEAST_EFFECTIVE,
        "draws": len(found.weight),
        "temper": found.temper,
        "dependence": held.dependence,
        "figures": rows,
        "inputs": [_input_row(held, p, drawn, both) for p in latents.moving],
        "outcomes": _outcomes(held, drawn, both),
    }


def _input_row(held: Held, path: str, drawn: Any, both: tuple[Posterior, Posterior]) -> dict[str, Any]:
    quantiles = [[weighted_quantile(d[0][path], p.weight, q) for q in SHARES] for d, p in zip(drawn, both, strict=True)]
    at = [SHARES.index(q) for q in (0.1, 0.5, 0.9)]
    return {
        "path": path,
        "title": title(path),
        "unit": unit_of(held.scenario, path),
        "prior": [quantiles[0][i] for i in at],
        "posterior": [quantiles[1][i] for i in at],
        "quantiles": quantiles[1],
    }


def _outcomes(held: Held, drawn: Any, both: tuple[Posterior, Posterior]) -> list[dict[str, Any]]:
    """The runway and the share that breaks even, before and after."""
    out, left = [], runway_months(held)
    months = [held.rerun.futures(left.goal, *d) for d in drawn]
    ends = [[weighted_quantile(m, p.weight, q) for q in (0.1, 0.5, 0.9)] for m, p in zip(months, both, strict=True)]
    out.append({"text": left.goal.text, "unit": "months", "prior": ends[0], "posterior": ends[1]})
    goal = goal_of(held, f"ebitda_by={default_month(held)}")
    met = [float(p.weight @ (held.rerun.futures(goal, *d) >= 0.0)) for d, p in zip(drawn, both, strict=True)]
    return [*out, {"text": f"share of futures with {goal.text}", "unit": "1", "prior": [met[0]] * 3, "posterior": [met[1]] * 3}]


def patch_text(found: dict[str, Any], source: str) -> str:
    """A patch that gives the conditioned inputs their posterior; what they have in common beyond old correlations is lost."""
    lines = [
        f"# Posterior of {len(found['inputs'])} inputs given {source}: name this file under `patches:` of a scenario.",
        f"# Effective draws {found['effective']:.0f} of {found['draws']}, likelihood at power {found['temper']:g}.",
        "uncertainty:",
    ]
    for row in found["inputs"]:
        pairs = ", ".join(f"[{share:g}, {value:.8g}]" for share, value in zip(SHARES, row["quantiles"], strict=True))
        lines.append(f"  {row['path']}: {{kind: empirical, quantiles: [{pairs}]}}")
    return "\n".join(lines) + "\n"
