"""`gigacampus dispatch`: a campus's year by a dispatch that sees prices, and what the merit order costs beside it."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON
from gigacampus.cli.solve import RUN, opened

TITLES = {
    "energy_usd": "energy",
    "blocks_usd": "blocks of hours' use",
    "on_peak_energy_usd": "on-peak energy",
    "demand_usd": "highest demand",
    "on_peak_demand_usd": "on-peak demand",
    "fixed_usd": "fixed charge",
    "fuel_usd": "gas",
    "starts_usd": "wear of starts",
}


@guarded
def dispatch(
    run: RUN,
    campus: Annotated[str, typer.Option("--campus", help="Campus of the run; default: the first one.")] = "",
    year: Annotated[int | None, typer.Option("--year", help="Calendar year; default: the last whole one of the run.")] = None,
    solver: Annotated[
        str,
        typer.Option(
            "--solver", help="merit (as the run has it), dp (one class, no demand charge), lp (parts of units), milp (whole units, gap)."
        ),
    ] = "lp",
    foresight: Annotated[str, typer.Option("--foresight", help="How far ahead the operator sees: perfect, 48h or 24h.")] = "perfect",
    n_minus_1: Annotated[
        bool, typer.Option("--n-1", help="What runs and the grid must carry the loss of the largest running unit.")
    ] = False,
    time_limit_s: Annotated[
        float, typer.Option("--time-limit-s", min=1.0, help="Wall time of the solver, after which the merit order answers.")
    ] = 120.0,
    as_json: AS_JSON = False,
) -> int:
    """Dispatch a campus's year by price: cost by part, starts, battery, unmet load, permits, and what foresight is worth."""
    from gigacampus.rerun.dispatch import Asked, dispatched

    asked = Asked(solver=solver, foresight=foresight, n_minus_1=n_minus_1, time_limit_s=time_limit_s)
    shown = not as_json and (solver, foresight) != ("merit", "perfect")
    if shown:
        typer.echo(f"Solving the year, at most {time_limit_s:g} s ...", err=True)
    held = opened(run, (), quiet=as_json)
    found = dispatched(held, asked, campus=campus, year=year, progress=_counted if shown and sys.stderr.isatty() else None)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        typer.echo(json_text(found))
        return 0
    for line in lines(found):
        typer.echo(line)
    return 0


def _counted(done: int, of: int) -> None:
    typer.echo(f"\r  {done} of {of} parts of the year" + ("\n" if done == of else ""), nl=False, err=True)


def lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""
    sight = "all hours in view" if found["foresight"] == "perfect" else f"{found['foresight'][:-1]} hours in view"
    by = found["answered_by"]
    sight = "no view ahead" if by == "merit" else sight
    out = [f"{found['campus']}, {found['year']} ({found['months']} months), reference world: {by}, {sight}"]
    out += [f"  {TITLES[name]:<22}{usd / 1e6:>12,.3f} M USD" for name, usd in found["cost_usd"].items() if usd]
    out.append(f"  {'total':<22}{found['total_usd'] / 1e6:>12,.3f} M USD" + _gap(found["proven_gap_frac"]))
    out.append(
        f"  {found['load_mwh']:,.0f} MWh asked for: {found['grid_mwh']:,.0f} from the grid (highest hour {found['grid_peak_mw']:,.1f} MW), "
        f"{found['onsite_mwh']:,.0f} on site, {found['starts']:,.0f} starts"
    )
    out.append(
        f"  battery gave {found['battery_discharge_mwh']:,.0f} MWh ({found['battery_full_cycles']:,.0f} full cycles) "
        f"and lost {found['battery_loss_mwh']:,.0f}; "
        f"unmet {found['unserved_mwh']:,.1f} MWh in {found['unserved_hours']:,} hours"
    )
    for row in found["beside"]:
        more = row["more_usd"] / 1e6
        said = f"{abs(more):,.3f} M USD {'more' if more >= 0 else 'less'} than this, unmet load at its worth"
        out.append(f"  {row['of']}: {row['total_usd'] / 1e6:,.3f} M USD, {said}")
    out += [f"  note: {found['note']}"] if found["note"] else []
    out += [
        f"  note: {model} gives no {', '.join(names)}: what is typical of its kind stands in" for model, names in found["typical"].items()
    ]
    return out + [_permit(row, found) for row in found["permits"]]


def _gap(frac: float | None) -> str:
    return "" if frac is None else f"   (at most {max(frac, 0.0):.2%} above what is possible)"


def _permit(row: dict[str, Any], found: dict[str, Any]) -> str:
    used = f"  permit {row['permit']}: {row['used']:,.0f} of {row['limit']:,.0f} {row['unit']}"
    if row["first_month_over"] < 0:
        return f"{used}, held"
    return f"{used}, broken from month {row['first_month_over'] + 1} of {found['year']} on"
