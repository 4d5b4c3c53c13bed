"""What solving found, as lines that read aloud."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from gigacampus.answers.figures import number
from gigacampus.answers.labels import told


def lever_lines(rows: list[dict[str, Any]]) -> list[str]:
    """Each lever with what it would have to be."""
    if not rows:
        return ["  no input of the books moves a single future across the line"]
    return [line for row in rows for line in (f"  {row['title']}: {row['text']}", f"      {row['path']}")]


def frontier_lines(found: dict[str, Any], share: float) -> list[str]:
    """For each value of the second input what the first must be."""
    x, y = found["x"], found["y"]
    out = [f"  {y['title']} ({y['path']})  ->  {x['title']} ({x['path']}) at which {share:.0%} of futures meet the goal"]
    for row, shares in zip(found["edge"], found["shares"], strict=True):
        met = "always met" if min(shares) >= share else f"not within bounds (at most {max(shares):.0%})"
        needed = met if row["x"] is None else told(x["path"], row["x"], x["unit"])
        out.append(f"    {told(y['path'], row['y'], y['unit']):>14}  ->  {needed}")
    return out


def joint_lines(found: dict[str, Any]) -> list[str]:
    """The least surprising world and how likely it is."""
    does, end = ("breaks", "miss") if found["breaks"] else ("reaches", "meet")
    if not found["found"]:
        return [f"No joint shift of the inputs of the books within six standard deviations {does} the goal."]
    out = [
        f"The least surprising world that {does} it lies {found['distance_sd']:.2f} standard deviations from the middle one "
        f"(a chance of {found['probability']:.1%} to go as far that way):"
    ]
    out += [
        f"  {r['title']}: {told(r['path'], r['value'], r['unit'])} instead of {told(r['path'], r['now'], r['unit'])} "
        f"({r['shift_sd']:+.1f} sd)"
        for r in found["shifts"][:8]
    ]
    if len(found["shifts"]) > 8:
        out.append(f"  and {len(found['shifts']) - 8} smaller shifts")
    sure = f"{found['chance']:.2%} {end} it (standard error {found['chance_error']:.2%})"
    return [*out, f"Over all futures, sampled around that world: {sure}."]


def conditioned_lines(found: dict[str, Any]) -> list[str]:
    """The count first, then prior beside posterior of figures, inputs and outcomes."""
    out = [
        f"{found['figures_used']} figures, {found['free_inputs']} free inputs: {found['effective']:.0f} effective draws of "
        f"{found['draws']:,} (at least {found['least_effective']} are asked), likelihood at power {found['temper']:g}"
    ]
    if found["free_inputs"] > found["figures_used"]:
        out.append("More inputs are free than figures are known: what follows narrows the inputs together, not each one.")
    out += ["", "Figures: prior -> posterior, median (10-90 %)"]
    for row in found["figures"]:
        seen = f"{number(row['value'], 'USD')} +- {number(row['noise'], 'USD')}"
        out.append(f"  {row['metric']} {row['period']} (known: {seen}): {_both(row, lambda x: number(x, 'USD'))}")
    out += ["", "Inputs: prior -> posterior"]
    for row in found["inputs"]:
        out.append(f"  {row['title']}: {_both(row, partial(_told, row))}")
    out += ["", "Outcomes: prior -> posterior"]
    for row in found["outcomes"]:
        out.append(f"  {row['text']}: {_both(row, _share if row['unit'] == '1' else lambda x: f'{x:.0f}')}")
    return [*out, *dependence_lines(found)]


def dependence_lines(found: dict[str, Any]) -> list[str]:
    """What was taken for the run's copula, where that is another."""
    return ["", found["dependence"]] if found.get("dependence") else []


def _both(row: dict[str, Any], say: Callable[[float], str]) -> str:
    return f"{_band(row['prior'], say)} -> {_band(row['posterior'], say)}"


def _band(values: list[float], say: Callable[[float], str]) -> str:
    low, mid, high = (say(v) for v in values)
    return mid if low == high else f"{mid} ({low} to {high})"


def _told(row: dict[str, Any], x: float) -> str:
    return told(row["path"], x, row["unit"])


def _share(x: float) -> str:
    return f"{x:.1%}"
