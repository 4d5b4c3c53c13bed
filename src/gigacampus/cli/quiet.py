"""`gigacampus quiet`: the cheapest walls, silencers and moves that keep a limit, and who can order them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import MONTH, RUN
from gigacampus.cli.run import AS_JSON


@guarded
def quiet(
    run: RUN,
    receptor: Annotated[list[str], typer.Option(help="Receptor that the limit holds at; repeatable.")],
    limit: Annotated[float, typer.Option(help="Night limit in dBA; a tonal adjustment of the scenario is taken off.")] = 45.0,
    month: MONTH = None,
    wind: Annotated[str, typer.Option(help="downwind, mean, neutral or upwind.")] = "downwind",
    wall_usd_per_m2: Annotated[float | None, typer.Option(help="Price of walls; empty: the library's, which is assumed.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Find the least cost at which receptors keep a night limit; 1 when no set of the measures does."""
    from gigacampus.rerun.noise.mitigation_optimizer import quiet_run

    report = quiet_run(run, receptor, limit_dba=limit, month=month, wind=wind, wall_usd_per_m2=wall_usd_per_m2)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(report))
        return 0 if report["kept"] else 1
    print(f"{report['campus']}, nights of {report['month']}, wind: {report['wind']}, limit {report['limit_dba']:g} dBA")
    plan = report["plan"]
    words = "keeps the limit" if report["kept"] else f"does not keep it: {plan['worst_excess_db']:.1f} dB above"
    print(
        f"{'Cheapest' if report['exact'] else 'Good, not surely cheapest,'} plan {words}; "
        f"{plan['cost_usd'] / 1e6:,.1f} million USD" + _price(plan)
    )
    for row in plan["measures"]:
        print(f"  {row['name']}: {row['cost_usd'] / 1e6:,.1f} million USD; ordered by {row['who']}")
    for row in report["receptors"]:
        print(
            f"  {row['receptor']}: {row['now_dba']:.1f} -> {row['then_dba']:.1f} dBA ± {row['half_width_db']:.1f}; "
            f"chance that {row['limit_dba']:g} dBA is kept: {row['chance_kept']:.0%}"
        )
    print("Each measure alone (gain at the receptors in turn):")
    for row in report["alone"]:
        gains = ", ".join(f"{g:.1f}" for g in row["gain_db"])
        print(f"  {row['measures'][0]['name']}: {gains} dB for {row['cost_usd'] / 1e6:,.1f} million USD" + _price(row))
    print(
        f"Residents counted: {report['residents']:,.0f} in block groups at 40 dBA or more. "
        "Prices are assumed: see --json, and --wall-usd-per-m2."
    )
    return 0 if report["kept"] else 1


def _price(row: dict[str, Any]) -> str:
    price = row["usd_per_db_resident"]
    return "" if price is None else f", {price:,.0f} USD per dB and resident"
