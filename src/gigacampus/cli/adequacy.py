"""`gigacampus adequacy`: whether the supply of a run's campuses is enough when plant fails, and what a failure costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON, LANG, spoken
from gigacampus.cli.show import by_campus, wide

WIDE = 0.5
"""A band over worlds is called wide from this many times its middle on, or this many hours where the middle is below one."""


@guarded
def adequacy(
    run: RUN,
    campus: Annotated[str | None, typer.Option(help="Campus; empty: all that have load in the year.")] = None,
    year: Annotated[str | None, typer.Option(help="Calendar year that the run covers whole; empty: that of the scenario's day.")] = None,
    years: Annotated[int, typer.Option(min=2, max=2000, help="Years that are simulated with repair times and the battery.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulated years.")] = 1,
    lang: LANG = "en",
    as_json: AS_JSON = False,
) -> int:
    """Tell loss of load, unserved energy, N-1 and N-2 by month, what each single fault means, and training hours lost."""
    from gigacampus.rerun.adequacy import adequacy_of

    speech = spoken(lang)
    if not as_json:
        typer.echo(f"Playing {years} years of outages ...", err=True)
    found = adequacy_of(run, campus=campus, year=year, simulated_years=years, seed=seed)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text(found))
        return 0
    with speech:
        by_campus(found, "year", lines)
    return 0


def lines(name: str, year: int, report: dict[str, Any]) -> Iterator[str]:
    """What the terminal shows of one campus."""
    from gigacampus.foundation.language import say

    table, played = report["by_table"], report["simulated"]
    yield f"{name}, {year}"
    plan, unserved = f"{table['plan_mwh']['p50']:,.0f}", _of(table["plan_unserved_mwh"])
    yield "  " + say("The plan wanted {plan} MWh; not served, whatever the reason: {unserved} MWh,", plan=plan, unserved=unserved)
    yield "    " + say("in {hours} hours. Of what runs, outages alone leave short:", hours=_of(table["plan_unserved_hours"]))
    given = played["by_table_reference"]
    short = {"hours": f"{given['lole_h']:,.2f}", "energy": f"{given['eue_mwh']:,.2f}"}
    yield "  " + say("Reference world, table of outages, no battery: {hours} h, {energy} MWh", **short)
    for key, words in (("without_battery", say("no battery")), ("with_battery", say("with the battery"))):
        part = {name: _pm(played[key][name]) for name in ("lole_h", "eue_mwh", "events", "training_hours_lost_h")}
        yield "  " + say(
            "Reference world, simulated, {words}: {lole_h} h, {eue_mwh} MWh, {events} events, {training_hours_lost_h} training hours lost",
            words=words,
            **part,
        )
    short = {"hours": _of(table["lole_h"], 2), "energy": _of(table["eue_mwh"], 2)}
    yield "  " + say("All worlds, table of outages, no battery: {hours} h, {energy} MWh", **short) + _why(table["lole_h"])
    for pieces in ("N-1", "N-2"):
        key = pieces.lower().replace("-", "")
        margin = {"hours": _of(table[f"{key}_short_hours"]), "margin": _of(table[f"{key}_margin_mw"])}
        yield "  " + say("{pieces}: {hours} h short, least margin {margin} MW", pieces=pieces, **margin)
    yield "  " + _firm(table)
    yield from _faults(report)
    yield from _months(report)


def _firm(table: dict[str, Any]) -> str:
    from gigacampus.foundation.language import say

    return say(
        "Firm in the hottest hour at the end of the year: {firm} MW of {nameplate} MW nameplate ({share}), "
        "and {battery} MW of battery by its duration",
        firm=_of(table["firm_hot_hour_mw_december"]),
        nameplate=f"{table['supply_nameplate_mw_december']['p50']:,.0f}",
        share=f"{table['firm_over_nameplate_frac']['p50']:.2f}",
        battery=f"{table['firm_battery_mw_december']['p50']:,.0f}",
    )


def _faults(report: dict[str, Any]) -> Iterator[str]:
    from gigacampus.foundation.language import say

    heads = ((say("lost MW"), 9), (say("short MW"), 10), (say("h/yr short"), 12), (say("battery h"), 11))
    yield "  " + wide(say("fault"), -42) + "".join(wide(*head) for head in heads)
    for row in report["single_faults"]:
        holds = "-" if row["battery_holds_h"] is None else f"{row['battery_holds_h']:.1f}"
        yield f"  {row['fault']:<42}{row['lost_mw']:>9,.0f}{row['short_mw']:>10,.0f}{row['short_hours_of_year']:>12,}{holds:>11}"


def _months(report: dict[str, Any]) -> Iterator[str]:
    from gigacampus.foundation.language import say

    heads = (("LOLE h", 9), ("EUE MWh", 10), ("N-1 h", 8), ("N-2 h", 8), ("N-1 MW", 9), (say("plan MWh"), 12), (say("not served"), 12))
    yield "  " + wide(say("month"), -9) + "".join(wide(*head) for head in heads)
    for row in report["months"]:
        yield (
            f"  {row['month']:<9}{row['lole_h']:>9.3f}{row['eue_mwh']:>10,.1f}{row['n1_short_hours']:>8,.0f}{row['n2_short_hours']:>8,.0f}"
            f"{row['n1_margin_mw']:>9,.0f}{row['plan_mwh']:>12,.0f}{row['plan_unserved_mwh']:>12,.0f}"
        )


def _why(band: dict[str, float]) -> str:
    """A word on a band that is wide against its middle."""
    from gigacampus.foundation.language import say

    far = band["p90"] - band["p10"] > WIDE * max(band["p50"], 1.0)
    return say("; wide since worlds differ in which plant stands when: what slips, what a permit or a court holds up") if far else ""


def _of(band: dict[str, float], digits: int = 0) -> str:
    low, mid, high = (f"{band[key]:,.{digits}f}" for key in ("p10", "p50", "p90"))
    return mid if low == high else f"{mid} ({low} to {high})"


def _pm(figure: dict[str, float]) -> str:
    return f"{figure['mean']:,.2f} ± {figure['standard_error']:,.2f}"
