"""`gigacampus swings`: what synchronous jobs do to power within seconds, stage by stage, against the utility's specification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON


@guarded
def swings(
    run: RUN,
    campus: Annotated[str | None, typer.Option(help="Campus; empty: all that work in the month.")] = None,
    month: Annotated[str | None, typer.Option(help="Month such as 2026-02; empty: that of the scenario's day.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Tell swings of power after each stage, PASS or FAIL by row of a specification, an island's frequency, and storage needed."""
    from gigacampus.rerun.swings import swings_of

    found = swings_of(run, campus=campus, month=month)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text(found))
        return 0
    for name, report in found["campuses"].items():
        for line in lines(name, found["month"], report):
            typer.echo(line)
    typer.echo(found["note"])
    return 0


def lines(name: str, month: str, report: dict[str, Any]) -> Iterator[str]:
    """What the terminal shows of one campus."""
    yield f"{name}, {month}: accelerators of the jobs at work draw {report['at_work_mw']:,.1f} MW"
    yield f"  {'after':<18}{'range MW':>10}{'up MW/min':>13}{'down MW/min':>13}{'in band':>9}"
    for row in report["stages"]:
        yield (
            f"  {row['after']:<18}{row['range_mw']:>10,.1f}{row['ramp_up_mw_per_min']:>13,.0f}{row['ramp_down_mw_per_min']:>13,.0f}"
            f"{row['band_energy_frac']:>9.0%}"
        )
    for row in report["specification"]:
        yield _verdict(row)
    needed = report["storage_needed"]
    if needed is None:
        yield "  No storage keeps these limits."
    elif needed["energy_mwh"] > 0.0:
        yield f"  Storage that would keep them: {needed['power_mw']:,.1f} MW and {needed['energy_mwh']:,.2f} MWh besides, without lag"
    else:
        yield "  No more storage is needed for them."
    if report["floor_burns_mwh_per_year"] > 0.0:
        yield f"  The power floor burns {report['floor_burns_mwh_per_year']:,.0f} MWh a year"
    yield from _island(report["island"])


def _island(island: dict[str, Any] | None) -> Iterator[str]:
    if island is None:
        return
    yield f"  As an island ({island['why']}): {island['running_units_mva']:,.0f} MVA of units run, H = {island['inertia_s']:g} s"
    for name in island["blacks_out"]:
        yield f"    FAIL  {name}: more than the units that stay on line, the island goes black"
    for event in island["events"]:
        when = "" if event["at_s"] is None else f" after {event['at_s']:.1f} s"
        yield (
            f"  {event['event']}, {event['step_mw']:+,.1f} MW: {event['rocof_hz_per_s']:+.2f} Hz/s, {event['deviation_hz']:+.2f} Hz{when}, "
            f"{event['deviation_with_battery_hz']:+.2f} Hz with the battery"
        )
        for row in event["rows"]:
            yield "  " + _verdict(row)


def _verdict(row: dict[str, Any]) -> str:
    return f"  {row['verdict']}  {row['row']}: {row['value']:,.4g} {row['unit']}, limit {row['limit']:,.4g}"
