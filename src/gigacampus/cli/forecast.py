"""`gigacampus forecast`: a run's forecast written down with its hash, and graded once the truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

STEPS = ("publish", "grade")


@guarded
def forecast(
    step: Annotated[str, typer.Argument(help="publish RUN --out FILE, or grade FILE ACTUALS.csv.")],
    first: Annotated[Path, typer.Argument(metavar="RUN|FILE", help="A run folder to publish, or a published forecast to grade.")],
    second: Annotated[
        Path | None, typer.Argument(metavar="[ACTUALS]", help="CSV: period (2026-01, 2026Q1, 2026), metric, value; optional unit.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File that `publish` writes; it must not exist.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Publish the forecast of a run before the truth is known, or grade one after."""
    from gigacampus.foundation.errors import nearest, refuse

    if step not in STEPS:
        raise refuse("publish or grade is expected", path=step, nearest=nearest(step, STEPS), fix="forecast publish RUN --out FILE")
    if step == "publish":
        if out is None or second is not None:
            raise refuse("publish takes one run and the file to write", path="forecast publish", fix="forecast publish RUN --out FILE")
        from gigacampus.forecasts.publish import publish

        return _shown(publish(first, out), as_json, _published)
    if second is None or out is not None:
        raise refuse("grade takes a published forecast and a table", path="forecast grade", fix="forecast grade FILE ACTUALS.csv")
    from gigacampus.forecasts.grade import grade

    return _shown(grade(first, second), as_json, _graded)


def _shown(found: dict[str, Any], as_json: bool, words: Any) -> int:
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
    else:
        words(found)
    return 0


def _published(found: dict[str, Any]) -> None:
    print(f"{found['title']}, as of {found['as_of']}, published {found['published_on']}: {found['lines']} figures")
    for text in found["hindsight"]:
        print(f"Not a pure view of that day: {text}")
    print(f"{found['forecast']}: SHA-256 {found['sha256']}")


def _graded(found: dict[str, Any]) -> None:
    print(f"{found['title']}, as of {found['as_of']}, published {found['published_on']}, SHA-256 {found['sha256']}")
    for row in found["rows"]:
        numbers = "".join(f"{row[k] / 1e6:>12,.1f}" for k in ("actual_usd", "p10_usd", "p50_usd", "p90_usd", "crps_usd"))
        print(f"  {row['period']:<9}{row['metric']:<18}{numbers}   {'inside' if row['inside'] else 'outside'}")
    for row in found["left_out"]:
        print(f"  {row['period']:<9}{row['metric']:<18}not scored: {row['reason']}")
    s = found["summary"]
    if not s["n"]:
        return
    print("  (period, metric; actual, 10 %, median, 90 %, CRPS in million USD)")
    low, high = s["honest"]
    print(f"{s['inside']} of {s['n']} inside their 10-90 % band; an honest band on independent figures holds {low} to {high}")
    if s["crps_over_actual"] is not None:
        print(f"mean CRPS {s['crps_over_actual']:.0%} of the figure, mean width of the band {s['sharpness_over_actual']:.0%}")
    for name, row in s["naive"].items():
        skill = "" if row["skill"] is None else f", skill {row['skill']:.2f}"
        print(f"  {row['n']} against {name}: {row['crps_over_actual']:.0%} and {row['naive_crps_over_actual']:.0%}{skill}")
    if s["ended_before_publication"]:
        print(f"{s['ended_before_publication']} of them had ended before the forecast was published: shown, but no forecast")
