"""Who bears the air and the noise: groups of people in the exposure against their share of the county."""

from __future__ import annotations

from typing import Any

from gigacampus.answers import registers
from gigacampus.answers.answer import Missing
from gigacampus.answers.figures import Figure, banded
from gigacampus.rerun.group_exposure import by_group
from gigacampus.results.periods import year_period
from gigacampus.results.result import Result

TEXT = (
    "people times mean increment of the year ahead within 15 km, and people above a level by night within 8 km in the month of the "
    "scenario's day; the first four groups are everybody. Groups are census counts of voting districts, poverty and income those of the "
    "tract of 2010 (ACS 2014-2018): estimates for a block group. Reference world; a share of air has no band, for an error of the plume "
    "common to all places leaves it as it is"
)
NOTE = "block groups by census estimates; all groups: gigacampus answer RUN burden"
NONE = "no bundled block groups lie near a campus of the run, or nobody is exposed"
FIGURES = {"PM2.5 added": ("Q12_group_air", "air"), "45 dBA or more by night": ("Q12_group_noise", "noise")}
"""Exposure -> name and stage of its figure."""


def answer(result: Result) -> dict[str, Any]:
    """Rows of exposure and group; the head is the group that bears most of PM2.5 over its share of the county."""
    rows = by_group(result)
    if not rows:
        raise Missing(NONE)
    worst = most_over_county([row for row in rows if row["exposure"] == rows[0]["exposure"]])
    return registers.register(
        "burden",
        "Which groups of people bear the air and the noise, against their share of the county?",
        [{"what": "share of the exposure that each group bears", **row} for row in rows],
        head={"p50": worst["exposure_share"], "unit": "share", "what": title(worst)},
        period=year_period(result),
        text=TEXT,
        sources=["census of 2020 and ACS 2014-2018, library/population"],
        whose="public",
    )


def most_over_county(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The row whose share in the exposure is highest over its share of the county."""
    return max(rows, key=lambda row: float(row["over_county"]))


def title(row: dict[str, Any]) -> str:
    """What a share of a group says, with the same people's share of the county."""
    return (
        f"Of {row['exposure']}, the share on the group with most over its share of the county: {row['group']} "
        f"({100.0 * row['county_share']:.0f} % of the county, {100.0 * row['nearby_share']:.0f} % within {row['within_km']:g} km)"
    )


def figures(result: Result) -> tuple[Figure, ...]:
    """One figure for air and one for noise: the group that bears most over its share of the county."""
    rows, out = by_group(result), []
    for exposure, (name, stage) in FIGURES.items():
        mine = [row for row in rows if row["exposure"] == exposure]
        if mine:
            row = most_over_county(mine)
            band = (row.get("p10", row["exposure_share"]), row["exposure_share"], row.get("p90", row["exposure_share"]))
            out.append(banded(name, title(row), band, "share", (stage,), axis="reference", note=NOTE))
    return tuple(out)
