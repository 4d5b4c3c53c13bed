"""`gigacampus listen`: what it sounds like at a receptor, with and without the walls."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import MONTH, PERIOD, RUN
from gigacampus.cli.run import AS_JSON


@guarded
def listen(
    run: RUN,
    receptor: Annotated[str, typer.Option(help="Receptor of the scenario, such as homes_se or campus/homes_se.")],
    out: Annotated[Path, typer.Option(help="Folder that receives two WAV files of 30 s and a text.")] = Path("sound"),
    month: MONTH = None,
    period: PERIOD = "night",
    wind: Annotated[str, typer.Option(help="downwind, mean, neutral or upwind.")] = "downwind",
    tone: Annotated[list[float] | None, typer.Option(help="Frequency in Hz of a tone to add, 10 dB below its octave; repeatable.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Write a synthetic listening sample from the computed octave levels, on one loudness scale with and without the walls."""
    from gigacampus.rerun.noise.auralisation import listen_run

    report = listen_run(run, receptor, out, month=month, period=period, wind=wind, tones_hz=list(tone or ()))
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(report))
        return 0
    standing = ", ".join(report["walls"]) or "none"
    print(f"{report['receptor']}, {report['period']} of {report['month']}, wind: {report['wind']}; walls: {standing}")
    print(
        f"  without walls {report['without_dba']:.1f} dBA, {report['without_dbc']:.1f} dBC; "
        f"with walls {report['with_dba']:.1f} dBA, {report['with_dbc']:.1f} dBC; "
        f"both ± {report['half_width_db']:.1f} dB (80 %)"
    )
    print(report["statement"])
    print("Written: " + ", ".join(report["written"]))
    return 0
