"""Q17: days for a run of 1e27 FLOP on the large campus, now and after the next phase, with energy, water and carbon."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import first_at_work, month_row, needed, worlds
from gigacampus.foundation.units import M3_PER_GALLON, MILLION
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result

STAGES = ("training",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """The campus with most accelerators on the scenario's day, failures and restarts included."""
    needed(result, "days_for_1e27_flop")
    now = as_of_month(result)
    campus = int(np.median(worlds(result, "h100e_in_service")[:, :, now], axis=0).argmax()) if result.has("h100e_in_service") else 0
    largest = int(np.median(worlds(result, "it_in_service_mw")[:, :, -1], axis=0).argmax())
    name = result.coords["campus"][largest]
    begun = first_at_work(1.0 / worlds(result, "days_for_1e27_flop")[:, largest], now)
    if begun is None:
        raise Missing(f"no accelerator trains on {name} from the scenario's day on")
    now = begun
    days_now = worlds(result, "days_for_1e27_flop")[:, largest, now]
    year_on = min(now + 12, len(result.coords["month"]) - 1)
    later = worlds(result, "days_for_1e27_flop")[:, largest, year_on]
    place_ = f"campus {name}"
    head = figure(
        "Q17",
        f"Days for 1e27 FLOP on {name} as built in {result.coords['month'][now]}",
        days_now,
        "days",
        STAGES,
        period=month_period(result, now),
        place=place_,
    )
    use = _use(result, largest, now)
    more = (
        figure(
            "Q17_later", f"in {result.coords['month'][year_on]}", later, "days", STAGES, period=month_period(result, year_on), place=place_
        ),
        *use,
    )
    lacks = "" if campus == largest else f"{result.coords['campus'][campus]} holds more H100 equivalents on the day"
    return Answer(head, more, _compare(result), None, [], lacks)


def _use(result: Result, campus: int, month: int) -> tuple[Figure, ...]:
    """Energy and water of the run at the month's rates."""
    flop, energy, water = (
        worlds(result, n)[:, campus, month] if n != "water_m3" else result.samples(n)[:, campus, month]
        for n in ("training_flop", "demand_mwh", "water_m3")
    )
    months = np.divide(1e27, flop, out=np.full_like(flop, np.nan), where=flop > 0)
    at: dict[str, Any] = {"period": month_period(result, month), "place": f"campus {result.coords['campus'][campus]}"}
    return (
        figure("Q17_energy", "facility energy of the run", energy * months, "MWh", ("training", "dispatch"), **at),
        figure("Q17_water", "water of the run", water * months / M3_PER_GALLON / MILLION, "million gallons", ("training", "water"), **at),
    )


def _compare(result: Result) -> dict[str, float | str]:
    row = month_row(result, "2026-05")
    if row is None or "colossus_2" not in result.coords["campus"]:
        return {}
    return {"server_mw": float(np.median(worlds(result, "it_in_service_mw")[:, result.index("campus", "colossus_2"), row]))}
