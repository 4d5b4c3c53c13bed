"""`gigacampus observe`: meter readings in, corrected source groups out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import MONTH, RUN
from gigacampus.cli.run import AS_JSON

LEAST_DB = 0.05


@guarded
def observe(
    run: RUN,
    readings: Annotated[
        Path,
        typer.Option(
            help="CSV: receptor (or lat, lon), level_db; optional weighting (A, C), instrument (class_1, "
            "class_2, phone, unknown), month, period, wind, height_m, background_db."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Patch to write for the scenario: its next run starts from the posterior.")] = None,
    month: MONTH = None,
    as_json: AS_JSON = False,
) -> int:
    """Hold meter readings against a run: how loud each group of sources is, before and after, and what receptors then hear."""
    from gigacampus.rerun.noise.measurements import observe_run

    report = observe_run(run, readings, month=month, out=out)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(report))
        return 0
    print("Offset of source groups in dB (80 % band): prior -> posterior")
    learnt = [
        row
        for row in report["groups"]
        if abs(row["posterior_db"]) > LEAST_DB or row["posterior_half_width_db"] < row["prior_half_width_db"] - LEAST_DB
    ]
    for row in learnt:
        print(
            f"  {row['group']:<42} 0.0 ± {row['prior_half_width_db']:.1f} -> "
            f"{row['posterior_db']:+.1f} ± {row['posterior_half_width_db']:.1f}"
        )
    print(f"  {len(report['groups']) - len(learnt)} more groups stay as they were; all are in --json")
    print("Readings in dB: measured, predicted before -> after")
    for row in report["readings"]:
        print(
            f"  {row['where']:<34} {row['month']} {row['reading_db']:.1f} dB{row['weighting']} ({row['instrument']}): "
            f"{row['predicted_before_db']:.1f} -> {row['predicted_after_db']:.1f}"
        )
    print(f"Night level at receptors in {report['month']}, dBA: before -> after")
    for row in report["receptors"]:
        print(
            f"  {row['receptor']:<34} {row['before_dba']:.1f} ± {row['before_half_width_db']:.1f} -> "
            f"{row['after_dba']:.1f} ± {row['after_half_width_db']:.1f}"
        )
    if out is not None:
        print(f"Written: {out}. Add it to `patches:` of the scenario and run again.")
    return 0
