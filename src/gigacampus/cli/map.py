"""`gigacampus map`: levels around the campuses as contours, a grid, a raster or at receivers of a file; and what is wrong with files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

RUN = Annotated[Path, typer.Argument(help="Run folder that `gigacampus run` wrote.")]
MONTH = Annotated[str | None, typer.Option(help="Month such as 2026-02; empty: the one after the scenario's day.")]
PERIOD = Annotated[str, typer.Option(help="night (22 to 7) or day.")]


@guarded
def map(
    run: RUN,
    out: Annotated[
        Path, typer.Option(help="File to write: .geojson (contours and points), .csv, or .tif (a raster for each campus).")
    ] = Path("noise.geojson"),
    show: Annotated[str, typer.Option(help="level, or wall_gain: what the noise walls take off.")] = "level",
    levels: Annotated[str | None, typer.Option(help="Contours, with commas; empty: 40,45,50,55 dBA, or 0.25,0.5,1,2,5 dB of gain.")] = None,
    month: MONTH = None,
    period: PERIOD = "night",
    wind: Annotated[str, typer.Option(help="mean (of the month's hours), downwind, neutral or upwind.")] = "mean",
    receivers: Annotated[Path | None, typer.Option(help="CSV or GeoJSON of places: levels there instead of a grid.")] = None,
    screens: Annotated[Path | None, typer.Option(help="GeoJSON, .osm or Overpass JSON of further buildings and walls.")] = None,
    terrain: Annotated[Path | None, typer.Option(help="ESRI ASCII grid or GeoTIFF of terrain, instead of the scenario's.")] = None,
    crs: Annotated[str | None, typer.Option(help="System of the files, such as EPSG:32616; empty: degrees, a GeoTIFF's own.")] = None,
    terrain_unit: Annotated[
        str | None, typer.Option(help="Unit of the terrain's altitudes: m, ft, us-ft, cm; empty: what the file says, else metres.")
    ] = None,
    half_width_m: Annotated[float, typer.Option(help="Half the side of the square around each campus.")] = 6000.0,
    fine_m: Annotated[float, typer.Option(help="Finest step of the grid.")] = 100.0,
    check: Annotated[bool, typer.Option("--check", help="Only list what is wrong with the files; 1 when anything is.")] = False,
    as_json: AS_JSON = False,
) -> int:
    """Map the noise of a run, and count the people of census block groups above each level."""
    from gigacampus.rerun.noise.mapping import Files, map_run

    report = map_run(
        run,
        out,
        show=show,
        levels=levels,
        month=month,
        period=period,
        wind=wind,
        files=Files(screens, terrain, receivers, crs, terrain_unit),
        half_width_m=half_width_m,
        fine_m=fine_m,
        check=check,
    )
    for finding in report["findings"]:
        typer.echo(f"finding: {finding}", err=True)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(report))
    elif check:
        print(
            f"{report['screens']['buildings']} buildings and {report['screens']['walls']} walls can be used; "
            f"{len(report['findings'])} findings"
        )
    else:
        _tell(report)
    return 1 if check and report["findings"] else 0


def _tell(report: dict[str, Any]) -> None:
    print(f"Noise by {report['period']}, {report['month']}, wind: {report['wind']}, reference world")
    for row in report.get("people", ()):
        print(
            f"  {row['limit_dba']:g} dBA or more: {row['people']:,.0f} people of {report['people_within_reach']:,.0f} "
            f"(80 % band {row['low']:,.0f} to {row['high']:,.0f})"
        )
    if "receivers" in report:
        print(
            f"  loudest of {report['receivers']:,} receivers: {report['loudest']}, {report['loudest_dba']:.1f} dBA "
            f"± {report['loudest_half_width_db']:.1f} (80 %)"
        )
    else:
        print(f"{report['contours']} contours and {report['points']:,} points")
    print("Written: " + ", ".join(report["written"]))
