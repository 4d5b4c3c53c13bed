"""`gigacampus actuals`: what really happened, scored against a run, and the books reopened on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON


@guarded
def actuals(
    run: RUN,
    file: Annotated[Path, typer.Argument(help="CSV: period (2026-01, 2026Q1, 2026), metric, value; optional unit (USD, USD m, USD bn).")],
    scenario: Annotated[Path | None, typer.Option(help="Scenario that the run was made from; with --out.")] = None,
    out: Annotated[Path | None, typer.Option(help="Scenario to write beside it: its books open on the new quarters.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Score a run on what came, and write a scenario whose reported history goes on with it."""
    from gigacampus.foundation.errors import refuse
    from gigacampus.rerun.actuals import held_against, write_scenario

    if (scenario is None) != (out is None):
        raise refuse("--scenario and --out go together", fix="give both, or neither")
    result, report, quarters = held_against(run, file)
    if scenario is not None and out is not None:
        write_scenario(result, scenario, out, quarters)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(report | {"scenario": str(out) if out else None}))
        return 0
    print(f"  {'period':<9}{'metric':<18}{'actual':>12}{'10 %':>12}{'median':>12}{'90 %':>12}{'CRPS':>11}   million USD")
    for row in report["rows"]:
        numbers = "".join(f"{row[k] / 1e6:>12,.1f}" for k in ("actual_usd", "p10_usd", "p50_usd", "p90_usd"))
        words = ("inside" if row["inside"] else "outside") if row["forecast"] else "taken as reported"
        print(f"  {row['period']:<9}{row['metric']:<18}{numbers}{row['crps_usd'] / 1e6:>11,.1f}   {words}")
    s = report["summary"]
    if s["n"]:
        score = "" if s["crps_over_actual"] is None else f"; mean CRPS {s['crps_over_actual']:.0%} of the figure"
        print(
            f"{s['inside']} of {s['n']} forecasts lie inside their 10-90 % band; an honest band on independent figures holds "
            f"{s['honest'][0]} to {s['honest'][1]}{score}"
        )
    for q in quarters:
        said = ", ".join(name for name in q.values if name not in q.filled)
        print(f"{q.name} can open the books: {said}" + (f"; not reported, kept as forecast: {', '.join(q.filled)}" if q.filled else ""))
    if out is not None:
        print(f"Scenario: {out}")
    return 0
