"""`gigacampus map`: levels around the campuses as GeoJSON contours and a grid, and what is wrong with a file of buildings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

RUN = Annotated[Path, typer.Argument(help="Run folder that `gigacampus run` wrote.")]
MONTH = Annotated[str | None, typer.Option(help="Month such as 2026-02; empty: the one after the scenario's day.")]
PERIOD = Annotated[str, typer.Option(help="night (22 to 7) or day.")]


@guarded
def map(
    run: RUN,
    out: Annotated[Path, typer.Option(help="GeoJSON file to write.")] = Path("noise.geojson"),
    levels: Annotated[str, typer.Option(help="Contours in dBA, with commas.")] = "40,45,50,55",
    month: MONTH = None,
    period: PERIOD = "night",
    wind: Annotated[str, typer.Option(help="mean (of the month's hours), downwind, neutral or upwind.")] = "mean",
    screens: Annotated[Path | None, typer.Option(help="GeoJSON of further buildings and walls; faults in it are listed.")] = None,
    half_width_m: Annotated[float, typer.Option(help="Half the side of the square around each campus.")] = 6000.0,
    fine_m: Annotated[float, typer.Option(help="Finest step of the grid.")] = 100.0,
    check: Annotated[bool, typer.Option("--check", help="Only list what is wrong with --screens; 1 when anything is.")] = False,
    as_json: AS_JSON = False,
) -> int:
    """Map the noise of a run: contours, a grid of levels, and people of census block groups above each level."""
    from gigacampus.neighbours.noise.tools.mapping import map_run

    report = map_run(run, out, levels=levels, month=month, period=period, wind=wind, screens=screens,
                     half_width_m=half_width_m, fine_m=fine_m, check=check)
    for finding in report["findings"]:
        typer.echo(f"finding: {finding}", err=True)
    if as_json:
        import json

        print(json.dumps(report))
    elif check:
        print(f"{report['screens']['buildings']} buildings and {report['screens']['walls']} walls can be used; "
              f"{len(report['findings'])} findings")
    else:
        print(f"Noise by {report['period']}, {report['month']}, {report['wind']} wind, reference world")
        for row in report["people"]:
            print(f"  {row['limit_dba']:g} dBA or more: {row['people']:,.0f} people of {report['people_within_reach']:,.0f} "
                  f"(80 % band {row['low']:,.0f} to {row['high']:,.0f})")
        print(f"{report['contours']} contours and {report['points']} points: {report['written']}")
    return 1 if check and report["findings"] else 0
