"""`gigacampus solve`: what would have to be true for a goal, from one input, from two, or from all of them together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON, SET

RUN = Annotated[Path, typer.Argument(help="Run folder that `gigacampus run` wrote, or a scenario file (which is run first).")]
GOAL_HELP = (
    "ebitda_by=2027-12 (or ebit_by, net_by, fcf_by), escape_by=2029-12, runway=24 (months without new money), solvent_until=2028-12."
)
VARY_HELP = "Input to move; twice for a frontier; none: the best levers and the least surprising world."
GOAL = Annotated[str, typer.Option("--goal", metavar="NAME=VALUE", help=GOAL_HELP)]
VARY = Annotated[list[str] | None, typer.Option("--vary", metavar="PATH[=LOW:HIGH]", help=VARY_HELP)]


@guarded
def solve(
    run: RUN,
    goal: GOAL = "ebitda_by=2027-12",
    vary: VARY = None,
    share: Annotated[float, typer.Option(help="Share of futures that must meet the goal.")] = 0.5,
    set_: SET = None,
    out: Annotated[Path | None, typer.Option(help="Web page to write, with the map where two inputs move.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Say what must be true for the books to reach a goal: break-even or escape by a date, a runway, cash above its floor."""
    from gigacampus.explore.run_session import hold
    from gigacampus.explore.solving import solve as answer

    result = opened(run, tuple(set_ or ()), quiet=as_json)
    found = answer(hold(result), goal, tuple(vary or ()), share=share)
    if out is not None:
        from gigacampus.report.page import write_solved

        found["written"] = str(write_solved(result, found, lines(found), out))
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
        return 0
    for line in lines(found):
        typer.echo(line)
    return 0


def opened(run: Path, sets: tuple[str, ...], *, quiet: bool) -> Any:
    """The result in a run folder, or of a scenario file that is run now, nothing written."""
    if run.is_dir():
        from gigacampus.foundation.errors import refuse
        from gigacampus.results import store

        if sets:
            raise refuse("--set changes a scenario, and this is a finished run", path=str(run), fix="name the scenario file instead")
        return store.read(run)
    from gigacampus import api
    from gigacampus.cli.show import progress_bar

    with progress_bar(quiet=quiet) as progress:
        return api.compute(run, sets=sets, progress=progress, twin=False)


def lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""
    from gigacampus.explore.render_text import dependence_lines, frontier_lines, joint_lines, lever_lines

    out = [
        f"Goal: {found['text']}",
        f"Today {found['share_now']:.1%} of {found['draws']:,} futures meet it; asked: {found['share_asked']:.0%} of them.",
    ]
    if "required" in found:
        out += ["", *lever_lines([found["required"]])]
    if "levers" in found:
        out += ["", "One input alone, the least surprising first:", *lever_lines(found["levers"])]
        out += ["", *joint_lines(found["least_surprising"])]
    if "frontier" in found:
        out += ["", *frontier_lines(found["frontier"], found["share_asked"])]
    out += dependence_lines(found)
    out += ["", "The physics of the run's worlds is held still: a change of the plant itself needs another run."]
    return [*out, *([f"Page: {found['written']}"] if "written" in found else [])]
