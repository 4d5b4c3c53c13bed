"""`gigacampus day`: the whole system on one clock for one day, minute by minute."""

from __future__ import annotations

from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON
from gigacampus.cli.solve import RUN, opened


@guarded
def day(
    run: RUN,
    on: Annotated[str, typer.Option("--date", help="Day, such as 2026-07-15.")],
    at: Annotated[str, typer.Option("--at", help="Home as LAT,LON; default: the receptor with the highest night level.")] = "",
    campus: Annotated[str, typer.Option("--campus", help="Campus whose day it is; default: that of the home.")] = "",
    trip: Annotated[str, typer.Option("--trip", help="Time at which one generating unit trips, such as 14:10.")] = "",
    speed: Annotated[float, typer.Option("--speed", min=1.0, help="Times real time, on a terminal: 600 shows a day in 144 s.")] = 600.0,
    as_json: AS_JSON = False,
) -> int:
    """Play one day: machines, power, sound and air at a home, tokens and gates, dollars an hour; --trip loses a unit."""
    from gigacampus.rerun.day.clock import parsed_day, parsed_minute
    from gigacampus.rerun.day.panels import day_of
    from gigacampus.rerun.named_campus import campus_named
    from gigacampus.rerun.place import parse

    result = opened(run, (), quiet=as_json)
    place, minute = (parse(at) if at else None), (parsed_minute(trip) if trip else None)
    found = day_of(result, parsed_day(on), campus=campus_named(result, campus) if campus else None, place=place, trip_minute=minute)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text({"run": str(run), **found.plain()}))
        return 0
    from gigacampus.cli import day_view

    day_view.show(found, speed=speed)
    return 0
