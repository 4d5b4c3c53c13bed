"""Q14: the date of one gigawatt, and what binds until then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gigacampus.answers import energisation, headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import Figure, date_figure, month_label
from gigacampus.answers.reductions import needed, worlds
from gigacampus.registry.variables import BINDING
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, first_month_above
from gigacampus.results.result import Result, date_quantiles

STAGES = ("buildout",)
MW = 1000.0


def answer(result: Result, place: Place | None = None) -> Answer:
    """Month in which facility power of all campuses passes 1 GW if phases are ordered as planned, and the largest campus alone."""
    needed(result, "facility_design_mw", "binding_constraint")
    labels = result.coords["month"]
    head = replace(headline.one_gigawatt(result), id="Q14")
    each = worlds(result, "facility_design_mw")
    largest = int(np.median(each[:, :, -1], axis=0).argmax())
    alone = first_month_above(each[:, largest], MW)
    name = result.coords["campus"][largest]
    more: tuple[Figure, ...] = (date_figure("Q14_alone", f"{name} alone passes 1 GW", alone, labels, STAGES, place=f"campus {name}"),)
    if all(result.has(name) for name in energisation.NEEDED):
        more += energisation.costs(result, "Q14")
    known = date_quantiles(alone)["p50"]
    compare: dict[str, float | str] = {} if np.isnan(known) else {"tracker_date": month_label(float(known), labels)}
    return Answer(head, more, compare, None, _binding(result, largest))


def _binding(result: Result, campus: int) -> list[dict[str, object]]:
    """Month by month of the year ahead: energisation against the plan, and the share of futures in which each constraint binds."""
    code = worlds(result, "binding_constraint")[:, campus]
    first = as_of_month(result)
    months = range(first, min(first + 13, code.shape[1]))
    binds = {name: [round(float(np.mean(code[:, m] == k)), 3) for m in months] for k, name in enumerate(BINDING)}
    plan = energisation.table(result, campus) if all(result.has(name) for name in energisation.NEEDED) else [{} for _ in months]
    return [
        {"month": result.coords["month"][m], **plan[i], **{f"{name}_frac": v[i] for name, v in binds.items() if any(v)}}
        for i, m in enumerate(months)
    ]
