"""Q15: whether the cooling that stands there carries the load on the hottest hours."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import figure, number
from gigacampus.answers.reductions import band_row, first_at_work, needed, worlds
from gigacampus.registry.kinds import COOLING
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result

STAGES = ("cooling", "buildout")
HOT_FRAC = 0.996


def answer(result: Result, place: Place | None = None) -> Answer:
    """Heat that the largest campus can reject at its 99.6 % dry bulb, against the announced load: on the scenario's day, or in the
    first month after it with any plant.
    """
    needed(result, "cooling_kind_heat_mw", "dry_bulb_degc")
    now = as_of_month(result)
    campus = int(np.median(worlds(result, "facility_design_mw")[:, :, -1], axis=0).argmax())
    name = result.coords["campus"][campus]
    begun = first_at_work(worlds(result, "cooling_kind_heat_mw")[:, campus].sum(axis=1), now)
    if begun is None:
        raise Missing(f"no cooling plant stands on {name} from the scenario's day on")
    now = begun
    heat = worlds(result, "cooling_kind_heat_mw")[:, campus, :, now]
    able = heat.sum(axis=1)
    hot = float(np.quantile(result.array("dry_bulb_degc")[campus], HOT_FRAC))
    derated = able
    if result.has("cooling_capacity_frac"):
        hours = result.array("dry_bulb_degc")[campus] >= hot
        derated = (heat * result.array("cooling_capacity_frac")[campus][:, hours].mean(axis=1)).sum(axis=1)
    said = float(result.samples("announced_mw")[:, campus, now].max()) if result.has("announced_mw") else float("nan")
    at: dict[str, Any] = {"period": month_period(result, now), "place": f"campus {name}"}
    head = figure("Q15", f"Heat that {name} can reject at {hot:.1f} °C, {result.coords['month'][now]}", derated, "MW", STAGES, **at)
    more = (
        (
            figure("Q15_design", "the same at each kind's design air", able, "MW", STAGES, **at),
            figure("Q15_share", "as a share of the power announced for it by then", derated / said, "share", STAGES, **at),
        )
        if said
        else ()
    )
    table = [band_row(heat[:, k], kind=kind) for k, kind in enumerate(result.coords["cooling_kind"]) if heat[:, k].any()]
    compare: dict[str, float | str] = {"installed_mw": float(np.median(able)), "chillers_mw": _chillers(result, heat)}
    told = ""
    if said > 0.0:
        word = "yes" if float(np.median(derated)) >= said else "no"
        told = f"{word}: {number(float(np.median(derated)), 'MW')} of heat against {number(said, 'MW')} announced for it by then"
    return Answer(head, more, compare, None, table, told)


def _chillers(result: Result, heat: np.ndarray) -> float:
    """Heat of the kinds of plant that compress."""
    compress = [name in COOLING and COOLING[name].compresses for name in result.coords["cooling_kind"]]
    return float(np.median(heat[:, compress].sum(axis=1)))
