"""What solving found, as lines that read aloud."""

from __future__ import annotations

from typing import Any

from gigacampus.explore.naming import told


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
    out = [f"The least surprising world that {does} it lies {found['distance_sd']:.2f} standard deviations from the middle one "
           f"(a chance of {found['probability']:.1%} to go as far that way):"]
    out += [f"  {r['title']}: {told(r['path'], r['value'], r['unit'])} instead of {told(r['path'], r['now'], r['unit'])} "
            f"({r['shift_sd']:+.1f} sd)" for r in found["shifts"][:8]]
    if len(found["shifts"]) > 8:
        out.append(f"  and {len(found['shifts']) - 8} smaller shifts")
    sure = f"{found['chance']:.2%} {end} it (standard error {found['chance_error']:.2%})"
    return [*out, f"Over all futures, sampled around that world: {sure}."]
