"""`gigacampus meter`: an hourly power meter scored against a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON

WORDS = {"energy_mwh": "energy", "peak_mw": "highest hour"}


@guarded
def meter(
    run: RUN,
    file: Annotated[Path, typer.Argument(help="CSV or xlsx of times and load (load_mw, load_kw, energy_mwh, ...), hourly or finer.")],
    campus: Annotated[str | None, typer.Option(help="Campus whose meter it is; empty: the only one.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Score an hourly power meter against a run: energy and highest hour of each whole month beside the band."""
    from gigacampus.rerun.meter import held_against

    report = held_against(run, file, campus)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(report))
        return 0
    print(f"{report['campus']}: {report['finding']}")
    print(f"  {'month':<9}{'quantity':<14}{'metered':>12}{'10 %':>12}{'median':>12}{'90 %':>12}")
    for row in report["rows"]:
        numbers = "".join(f"{row[k]:>12,.1f}" for k in ("metered", "p10", "p50", "p90"))
        print(f"  {row['month']:<9}{WORDS[row['quantity']]:<14}{numbers} {row['unit']:<4} {'inside' if row['inside'] else 'outside'}")
    for quantity, s in report["summary"].items():
        off = "" if s["error_over_metered"] is None else f"; the median is {s['error_over_metered']:+.1%} off the meter over all months"
        print(
            f"{WORDS[quantity]}: {s['inside']} of {s['months']} months lie inside the 10-90 % band; an honest band on independent months "
            f"holds {s['honest'][0]} to {s['honest'][1]}{off}"
        )
    if report["outside"]:
        print(f"Not scored, outside the run: {', '.join(report['outside'])}")
    print(report["note"][0].upper() + report["note"][1:] + ".")
    return 0
