"""`gigacampus swings`: what synchronous jobs do to power within seconds, stage by stage, against the utility's specification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON, LANG, spoken
from gigacampus.cli.show import by_campus, wide


@guarded
def swings(
    run: RUN,
    campus: Annotated[str | None, typer.Option(help="Campus; empty: all that work in the month.")] = None,
    month: Annotated[str | None, typer.Option(help="Month such as 2026-02; empty: that of the scenario's day.")] = None,
    lang: LANG = "en",
    as_json: AS_JSON = False,
) -> int:
    """Tell swings of power after each stage, PASS or FAIL by row of a specification, an island's frequency, and storage needed."""
    from gigacampus.rerun.swings import swings_of

    speech = spoken(lang)
    found = swings_of(run, campus=campus, month=month)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text(found))
        return 0
    with speech:
        by_campus(found, "month", lines)
    return 0


def lines(name: str, month: str, report: dict[str, Any]) -> Iterator[str]:
    """What the terminal shows of one campus."""
    from gigacampus.foundation.language import say

    at_work = f"{report['at_work_mw']:,.1f}"
    yield say("{name}, {month}: accelerators of the jobs at work draw {power} MW", name=name, month=month, power=at_work)
    heads = ((say("range MW"), 10), (say("up MW/min"), 13), (say("down MW/min"), 13), (say("in band"), 9))
    yield "  " + wide(say("after"), -18) + "".join(wide(*head) for head in heads)
    for row in report["stages"]:
        yield (
            f"  {row['after']:<18}{row['range_mw']:>10,.1f}{row['ramp_up_mw_per_min']:>13,.0f}{row['ramp_down_mw_per_min']:>13,.0f}"
            f"{row['band_energy_frac']:>9.0%}"
        )
    for row in report["specification"]:
        yield _verdict(row)
    yield "  " + _storage(report["storage_needed"])
    if report["floor_burns_mwh_per_year"] > 0.0:
        yield "  " + say("The power floor burns {energy} MWh a year", energy=f"{report['floor_burns_mwh_per_year']:,.0f}")
    yield from _island(report["island"])


def _storage(needed: dict[str, float] | None) -> str:
    from gigacampus.foundation.language import say

    if needed is None:
        return say("No storage keeps these limits.")
    if needed["energy_mwh"] <= 0.0:
        return say("No more storage is needed for them.")
    besides = {"power": f"{needed['power_mw']:,.1f}", "energy": f"{needed['energy_mwh']:,.2f}"}
    return say("Storage that would keep them: {power} MW and {energy} MWh besides, without lag", **besides)


def _island(island: dict[str, Any] | None) -> Iterator[str]:
    from gigacampus.foundation.language import say

    if island is None:
        return
    size = {"size": f"{island['running_units_mva']:,.0f}", "inertia": f"{island['inertia_s']:g}"}
    yield "  " + say("As an island ({why}): {size} MVA of units run, H = {inertia} s", why=island["why"], **size)
    for name in island["blacks_out"]:
        yield "    FAIL  " + say("{name}: more than the units that stay on line, the island goes black", name=name)
    for event in island["events"]:
        when = "" if event["at_s"] is None else say(" after {seconds} s", seconds=f"{event['at_s']:.1f}")
        yield (
            f"  {event['event']}, {event['step_mw']:+,.1f} MW: {event['rocof_hz_per_s']:+.2f} Hz/s, {event['deviation_hz']:+.2f} Hz{when}, "
            + say("{deviation} Hz with the battery", deviation=f"{event['deviation_with_battery_hz']:+.2f}")
        )
        for row in event["rows"]:
            yield "  " + _verdict(row)


def _verdict(row: dict[str, Any]) -> str:
    from gigacampus.foundation.language import say

    return f"  {row['verdict']}  {row['row']}: {row['value']:,.4g} {row['unit']}, " + say("limit {limit}", limit=f"{row['limit']:,.4g}")
