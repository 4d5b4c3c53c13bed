"""`gigacampus sensitivity`: from which inputs the spread of an outcome comes."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON, SET
from gigacampus.cli.solve import GOAL_HELP, RUN, opened

OF = Annotated[str, typer.Option("--of", metavar="OUTCOME", help=f"runway, or the margin of a goal: {GOAL_HELP}")]
METHOD = Annotated[str, typer.Option(help="auto, sobol (independent inputs, correlated ones joined) or shapley (correlated inputs).")]


@guarded
def sensitivity(
    run: RUN,
    of: OF = "runway",
    method: METHOD = "auto",
    inputs: Annotated[int, typer.Option(min=2, max=16, help="Inputs of the books that are told apart.")] = 16,
    set_: SET = None,
    as_json: AS_JSON = False,
) -> int:
    """Share an outcome's variance among the inputs: Sobol indices, or Shapley effects where inputs are correlated."""
    from gigacampus.explore.run_session import goal_of, hold
    from gigacampus.explore.tornado import runway_months
    from gigacampus.explore.variance import shares

    held = hold(opened(run, tuple(set_ or ()), quiet=as_json))
    found = shares(held, runway_months(held).goal if of == "runway" else goal_of(held, of), method=method, inputs=inputs)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
        return 0
    for line in lines(found):
        typer.echo(line)
    return 0


def lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows."""
    from gigacampus.explore.render_text import dependence_lines

    kind = "Shapley effects" if found["method"] == "shapley" else "Sobol indices: first order (total)"
    text = found["text"]
    out = [f"{text[:1].upper()}{text[1:]}: share of the variance of its rank by input", f"{kind}, because {found['why']}."]
    for row in found["rows"]:
        total = "" if row["total"] is None else f" ({row['total']:.0%})"
        out.append(f"  {row['share']:6.1%}{total}  {row['title']}" + (f"  [{row['inputs'][0]}]" if len(row["inputs"]) == 1 else ""))
    out.append(f"  {found['explained']:6.1%}  in all; the rest is what they do together, and what was not told apart")
    return [*out, *dependence_lines(found)]
