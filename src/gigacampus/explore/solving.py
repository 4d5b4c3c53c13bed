"""What must be true, in the words of the one who asks: levers one by one, a frontier of two, the least surprising world."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np

from gigacampus.answers.labels import title, told, unit_of
from gigacampus.company.analysis.goals import Goal
from gigacampus.company.analysis.sensitivity import slopes
from gigacampus.company.analysis.solve import chances, edge, least_surprising, required
from gigacampus.explore.run_session import Held, goal_of
from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.plain_json import known
from gigacampus.registry.renamed import current_input
from gigacampus.registry.stages import BY_NAME
from gigacampus.scenario.unread_inputs import is_read
from gigacampus.schema.fields import slot_at
from gigacampus.schema.scenario import Scenario

FEW = 128
"""Draws with which levers are compared and maps are drawn."""
SCREEN = 16
"""Draws with which the inputs that matter are told from those that do not."""
ENDS = (0.1, 0.9)
"""Probabilities at which an input is tried when it is compared with others."""
NEGLIGIBLE = 1e-3
"""Share of the strongest input's movement up to which another counts as none."""
LEVERS = 10
"""Inputs that are tried one by one: those whose ends move the margin most."""
SCORES = np.array([-3.0, -1.28, -0.52, 0.0, 0.52, 1.28, 3.0])
"""Normal scores at which a lever is tried."""
BELL = NormalDist()
LEAST = 0.02
"""Difference of shares below which an input counts as moving nothing."""
GRID = 9
"""Values of each input on a map."""


@dataclass(frozen=True)
class Vary:
    """One input to be moved, and how far."""

    path: str
    low: float
    high: float
    now: float
    """The median, or the value of the scenario where it is certain."""


def solve(held: Held, goal_text: str, vary: tuple[str, ...] = (), *, share: float = 0.5) -> dict[str, Any]:
    """Plain data: how many futures meet the goal, and what would have to be true for a share of ``share`` to."""
    if not 0.0 < share < 1.0:
        raise refuse(f"a share of {share:g} cannot be asked", path="--share", fix="give a share between 0 and 1, such as 0.5")
    if len(vary) > 2:
        raise refuse(f"{len(vary)} inputs at once", path="--vary", fix="name one input, two for a frontier, or none for all of them")
    if not vary and not held.free:
        raise refuse(
            "no input of the books is uncertain in this scenario",
            path="uncertainty",
            fix="add an uncertainty block, or name an input with bounds: --vary company.opening_cash_usd=1e9:9e9",
        )
    goal = goal_of(held, goal_text)
    moved = [vary_of(held, text, tail=0.01 if len(vary) == 2 else 0.0) for text in vary]
    margin = held.own(goal)
    found: dict[str, Any] = {
        "goal": goal.id,
        "text": goal.text,
        "share_now": float(np.mean(margin >= 0.0)),
        "share_asked": share,
        "draws": held.rerun.count,
        "dependence": held.dependence if not moved else "",
    }
    if len(moved) == 1:
        found["required"] = one(held, goal, moved[0], share)
    elif len(moved) == 2:
        found["frontier"] = two(held, goal, moved[0], moved[1], share)
    else:
        found["levers"] = levers(held, goal, strongest(held, goal), share)
        found["least_surprising"] = joint(held, goal)
        if len(found["levers"]) >= 2:
            pair = sorted(found["levers"], key=lambda row: -abs(row["share_at_high"] - row["share_at_low"]))[:2]
            x, y = (vary_of(held, row["path"], tail=0.01) for row in pair)
            found["frontier"] = two(held, goal, x, y, share)
    found["draws_marched"] = held.rerun.simulated
    return dict(known(found))


def vary_of(held: Held, text: str, *, tail: float = 0.0) -> Vary:
    """``path`` with the bounds of its own distribution, its tails of ``tail`` each left off, or ``path=low:high``."""
    path, _, bounds = text.partition("=")
    path = current_input(path)
    at, near = f"--vary {printable(path)}", nearest(path, held.free)
    data = held.scenario.model_dump()
    slot = slot_at(Scenario, path.split("."), data)
    if slot is None or not slot.is_scalar:
        raise refuse("is not a number of this scenario", path=at, nearest=near, fix=_uncertain(held))
    if held.moves_physics(path):
        raise refuse("moves the physics, which is held still here", path=at, fix=f"run again with --set {path}=... and compare the runs")
    if not is_read(path, BY_NAME["company"].reads):
        raise refuse("is not read by the books, so it moves no goal", path=at, nearest=near, fix=_uncertain(held))
    if path not in held.free and not bounds:
        raise refuse("is not uncertain here, so it has no bounds of its own", path=at, nearest=near, fix=f"give them: {at}=LOW:HIGH")
    low, high = _bounds(bounds, at) if bounds else held.rerun.at(path, np.array([tail, 1.0 - tail])).tolist()
    if not (slot.holds(low) and slot.holds(high)):
        raise refuse(f"takes {slot.bounds[0]:g} to {slot.bounds[1]:g}", path=at, fix="narrow the bounds")
    return Vary(path, low, high, held.plan.medians.get(path, _value(data, path)))


def _bounds(text: str, at: str) -> tuple[float, float]:
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        raise refuse(f"{printable(text)} are no bounds", path=at, fix="write --vary PATH=LOW:HIGH") from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise refuse(f"{printable(text)} are no bounds", path=at, fix="the first must be below the second")
    return low, high


def _uncertain(held: Held) -> str:
    return f"name one of the {len(held.free)} uncertain inputs of the books (solve without --vary ranks them), or any number of company"


def _value(data: Any, path: str) -> float:
    for part in path.split("."):
        data = data[int(part)] if isinstance(data, list) else data[part]
    return float("nan") if data is None else float(data)


def one(held: Held, goal: Goal, vary: Vary, share: float) -> dict[str, Any]:
    """The value of one input at which the goal begins, or ceases, to hold in the asked share of futures."""
    found = required(held.rerun, vary.path, goal=goal, probability=share, low=vary.low, high=vary.high, near=vary.now)
    always = found.rising is None and found.best >= share
    met = always or (found.rising is not None and (vary.now >= found.value) == found.rising)
    row = _row(held, vary, math.nan if always else found.value, found.at_low, found.at_high, met=bool(met))
    row |= {"share_reached": found.probability, "best_share": found.best}
    return row | {"text": _one_text(row, share)}


def _row(held: Held, vary: Vary, value: float, at_low: float, at_high: float, *, met: bool) -> dict[str, Any]:
    return {
        "path": vary.path,
        "title": title(vary.path),
        "unit": unit_of(held.scenario, vary.path),
        "now": vary.now,
        "low": vary.low,
        "high": vary.high,
        "met_now": met,
        "value": value,
        "own_chance": own_chance(held, vary.path, value, vary.now),
        "share_at_low": float(at_low),
        "share_at_high": float(at_high),
    }


def _one_text(row: dict[str, Any], share: float) -> str:
    low, high, now, value = (told(row["path"], row[k], row["unit"]) for k in ("low", "high", "now", "value"))
    ends = f"{row['share_at_low']:.0%} of futures meet the goal at {low}, {row['share_at_high']:.0%} at {high}"
    if math.isnan(row["value"]) and row["met_now"]:
        return f"anywhere between {low} and {high} ({ends})"
    if math.isnan(row["value"]):
        return f"no value between {low} and {high} does it alone: {ends}"
    rare = "" if row["own_chance"] is None else f"; its own distribution goes that far in {row['own_chance']:.1%} of futures"
    if row["met_now"]:
        return f"holds as long as it is {'below' if row['value'] > row['now'] else 'above'} {value} ({now} now{rare})"
    return f"{'at least' if row['value'] > row['now'] else 'at most'} {value} instead of {now}{rare}"


def own_chance(held: Held, path: str, value: float, now: float) -> float | None:
    """How often an input's own distribution lies at ``value`` or beyond, seen from its median; None where it has none."""
    if path not in held.scenario.uncertainty or math.isnan(value):
        return None
    u = (np.arange(4096) + 0.5) / 4096
    drawn = held.rerun.at(path, u)
    return float(np.mean(drawn >= value) if value > now else np.mean(drawn <= value))


def levers(held: Held, goal: Goal, paths: list[str], share: float) -> list[dict[str, Any]]:
    """The first few inputs of ``paths``, each alone: the least surprising way first, then by how far the others get.

    Each input is tried at some quantiles of its own distribution. Inputs that move no future across the line are left out.
    """
    few = held.rerun.first(FEW)
    rows = []
    for path in paths[:LEVERS]:
        values = held.rerun.at(path, np.array([BELL.cdf(score) for score in SCORES]))
        found = few.shares(goal, [{path: float(x)} for x in values])
        if np.ptp(found) < LEAST:
            continue
        now = held.plan.medians[path]
        score = nearest_edge(SCORES, found, share)
        value = now if score == 0.0 else float(held.rerun.at(path, np.array([BELL.cdf(score)]))[0])
        vary = Vary(path, float(values[0]), float(values[-1]), now)
        row = _row(held, vary, value, found[0], found[-1], met=bool(found[len(SCORES) // 2] >= share))
        row |= {"best_share": float(found.max())}
        rows.append(row | {"text": _one_text(row, share)})
    held.rerun.simulated += few.simulated
    return sorted(rows, key=lambda r: (-(r["own_chance"] or 0.0), -abs(r["share_at_high"] - r["share_at_low"])))


def nearest_edge(at: np.ndarray, shares: np.ndarray, share: float) -> float:
    """The crossing of ``share`` nearest to zero along rising ``at``, by straight lines; NaN where there is none.

    >>> nearest_edge(np.array([-1.0, 0.0, 1.0, 2.0]), np.array([0.0, 0.2, 0.6, 0.4]), 0.5)
    0.75
    """
    cross = [edge(at[k : k + 2], shares[k : k + 2], share) for k in range(len(at) - 1)]
    return min((x for x in cross if not math.isnan(x)), key=abs, default=float("nan"))


def leading(held: Held, margin: np.ndarray) -> list[str]:
    """Inputs of the books by how far an outcome of the run's own futures moves with each on average, furthest first; simulates nothing."""
    drawn = np.stack([held.rerun.draws[path] for path in held.free], axis=1)
    return [held.free[i] for i in np.argsort(-np.abs(slopes(drawn, margin, held.rerun.world_of_draw)), kind="stable")]


def strongest(held: Held, goal: Goal) -> list[str]:
    """Inputs of the books by how far their two ends move the margin of a goal in some futures, furthest first; none that hardly do."""
    few = held.rerun.first(SCREEN)
    ends = [{path: float(x)} for path in held.free for x in few.at(path, np.array(ENDS))]
    found = few.margins(goal, ends)
    held.rerun.simulated += few.simulated
    moved = np.abs(found[1::2] - found[::2]).mean(axis=1)
    return [held.free[i] for i in np.argsort(-moved, kind="stable") if moved[i] > NEGLIGIBLE * moved.max()]


def two(held: Held, goal: Goal, x: Vary, y: Vary, share: float, *, draws: int = FEW, grid: int = GRID) -> dict[str, Any]:
    """Shares over a grid of two inputs, and for each value of the second the value of the first that reaches the asked share."""
    few = held.rerun.first(draws)
    xs, ys = np.linspace(x.low, x.high, grid), np.linspace(y.low, y.high, grid)
    shares = chances(few, goal, (x.path, xs), (y.path, ys))
    held.rerun.simulated += few.simulated
    axis = {
        n: {"path": v.path, "title": title(v.path), "unit": unit_of(held.scenario, v.path), "now": v.now, "values": g.tolist()}
        for n, v, g in (("x", x, xs), ("y", y, ys))
    }
    return axis | {
        "shares": shares.round(4).tolist(),
        "draws": few.count,
        "edge": [{"x": edge(xs, row, share), "y": float(at)} for at, row in zip(ys, shares, strict=True)],
    }


def joint(held: Held, goal: Goal) -> dict[str, Any]:
    """The least surprising joint shift of all inputs of the books that makes the goal true in the reference world.

    Where the goal holds there already, the shift that breaks it.
    """
    holds = bool(goal.margin(held.rerun.series(alone=1, raises=goal.raises, lean=goal.lean))[0] >= 0.0)
    broken = replace(goal, margin=lambda series: -goal.margin(series))
    found = least_surprising(held.rerun, goal=broken if holds else goal)
    moved = sorted(found.shift_sd, key=lambda p: -abs(found.shift_sd[p]))
    rows = [
        {
            "path": p,
            "title": title(p),
            "unit": unit_of(held.scenario, p),
            "now": held.plan.medians[p],
            "value": found.values[p],
            "shift_sd": round(found.shift_sd[p], 3),
        }
        for p in moved
        if abs(found.shift_sd[p]) >= 0.1
    ]
    return {
        "breaks": holds,
        "found": bool(np.isfinite(found.distance)),
        "distance_sd": found.distance,
        "probability": found.probability,
        "chance": found.chance,
        "chance_error": found.chance_error,
        "shifts": rows,
    }
