"""`gigacampus adequacy`: whether the supply of a run's campuses is enough when plant fails, and what a failure costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON

WIDE = 0.5
"""A band over worlds is called wide from this many times its middle on, or this many hours where the middle is below one."""


@guarded
def adequacy(
    run: RUN,
    campus: Annotated[str | None, typer.Option(help="Campus; empty: all that have load in the year.")] = None,
    year: Annotated[str | None, typer.Option(help="Calendar year that the run covers whole; empty: that of the scenario's day.")] = None,
    years: Annotated[int, typer.Option(min=2, max=2000, help="Years that are simulated with repair times and the battery.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulated years.")] = 1,
    as_json: AS_JSON = False,
) -> int:
    """Tell loss of load, unserved energy, N-1 and N-2 by month, what each single fault means, and training hours lost."""
    from gigacampus.rerun.adequacy import adequacy_of

    if not as_json:
        typer.echo(f"Playing {years} years of outages ...", err=True)
    found = adequacy_of(run, campus=campus, year=year, simulated_years=years, seed=seed)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text(found))
        return 0
    for name, report in found["campuses"].items():
        for line in lines(name, found["year"], report):
            typer.echo(line)
    typer.echo(found["note"])
    return 0


def lines(name: str, year: int, report: dict[str, Any]) -> Iterator[str]:
    """What the terminal shows of one campus."""
    table, played = report["by_table"], report["simulated"]
    yield f"{name}, {year}"
    yield f"  The plan wanted {table['plan_mwh']['p50']:,.0f} MWh; not served, whatever the reason: {_of(table['plan_unserved_mwh'])} MWh,"
    yield f"    in {_of(table['plan_unserved_hours'])} hours. Of what runs, outages alone leave short:"
    given = played["by_table_reference"]
    yield f"  Reference world, table of outages, no battery: {given['lole_h']:,.2f} h, {given['eue_mwh']:,.2f} MWh"
    for key, words in (("without_battery", "no battery"), ("with_battery", "with the battery")):
        part = played[key]
        yield (
            f"  Reference world, simulated, {words}: {_pm(part['lole_h'])} h, {_pm(part['eue_mwh'])} MWh, {_pm(part['events'])} events, "
            f"{_pm(part['training_hours_lost_h'])} training hours lost"
        )
    yield f"  All worlds, table of outages, no battery: {_of(table['lole_h'], 2)} h, {_of(table['eue_mwh'], 2)} MWh{_why(table['lole_h'])}"
    yield f"  N-1: {_of(table['n1_short_hours'])} h short, least margin {_of(table['n1_margin_mw'])} MW"
    yield f"  N-2: {_of(table['n2_short_hours'])} h short, least margin {_of(table['n2_margin_mw'])} MW"
    yield (
        f"  Firm in the hottest hour at the end of the year: {_of(table['firm_hot_hour_mw_december'])} MW of "
        f"{table['supply_nameplate_mw_december']['p50']:,.0f} MW nameplate ({table['firm_over_nameplate_frac']['p50']:.2f}), and "
        f"{table['firm_battery_mw_december']['p50']:,.0f} MW of battery by its duration"
    )
    yield f"  {'fault':<42}{'lost MW':>9}{'short MW':>10}{'h/yr short':>12}{'battery h':>11}"
    for row in report["single_faults"]:
        holds = "-" if row["battery_holds_h"] is None else f"{row['battery_holds_h']:.1f}"
        yield f"  {row['fault']:<42}{row['lost_mw']:>9,.0f}{row['short_mw']:>10,.0f}{row['short_hours_of_year']:>12,}{holds:>11}"
    yield f"  {'month':<9}{'LOLE h':>9}{'EUE MWh':>10}{'N-1 h':>8}{'N-2 h':>8}{'N-1 MW':>9}{'plan MWh':>12}{'not served':>12}"
    for row in report["months"]:
        yield (
            f"  {row['month']:<9}{row['lole_h']:>9.3f}{row['eue_mwh']:>10,.1f}{row['n1_short_hours']:>8,.0f}{row['n2_short_hours']:>8,.0f}"
            f"{row['n1_margin_mw']:>9,.0f}{row['plan_mwh']:>12,.0f}{row['plan_unserved_mwh']:>12,.0f}"
        )


def _why(band: dict[str, float]) -> str:
    """A word on a band that is wide against its middle."""
    wide = band["p90"] - band["p10"] > WIDE * max(band["p50"], 1.0)
    return "; wide since worlds differ in which plant stands when: what slips, what a permit or a court holds up" if wide else ""


def _of(band: dict[str, float], digits: int = 0) -> str:
    low, mid, high = (f"{band[key]:,.{digits}f}" for key in ("p10", "p50", "p90"))
    return mid if low == high else f"{mid} ({low} to {high})"


def _pm(figure: dict[str, float]) -> str:
    return f"{figure['mean']:,.2f} ± {figure['standard_error']:,.2f}"
