"""Q17: days for a run of 1e27 FLOP on the large campus, now and after the next phase, with energy, water and carbon."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import unit_costs
from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import first_at_work, month_row, needed, worlds
from gigacampus.company.analysis.machine_cost import total
from gigacampus.foundation.references import name_of
from gigacampus.foundation.units import KW_PER_MW, M3_PER_GALLON, MILLION
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, month_period, year_ahead
from gigacampus.results.result import Result, has_company

STAGES = ("training",)
RUN_FLOP = 1e27
STATED_OF, STATED_ON, STATED_CLUSTERS = "colossus_2", "2026-05", 2
"""Campus and month of the stated server power, and how many clusters it covers."""


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
            "Q17_later",
            f"the same, begun a year on with what is in service in {result.coords['month'][year_on]}",
            later,
            "days",
            STAGES,
            period=month_period(result, year_on),
            place=place_,
        ),
        *use,
        *_dollars(result, largest, now),
    )
    clusters, said = _clusters(result)
    other = "" if campus == largest else f"{result.coords['campus'][campus]} holds more H100 equivalents on the day"
    return Answer(head, (*more, *clusters), _compare(result), None, [], said, other)


def _use(result: Result, campus: int, month: int) -> tuple[Figure, ...]:
    """Energy and water of the run at the month's rates."""
    flop, energy, water = (
        worlds(result, n)[:, campus, month] if n != "water_m3" else result.samples(n)[:, campus, month]
        for n in ("training_flop", "demand_mwh", "water_m3")
    )
    months = np.divide(RUN_FLOP, flop, out=np.full_like(flop, np.nan), where=flop > 0)
    at: dict[str, Any] = {"period": month_period(result, month), "place": f"campus {result.coords['campus'][campus]}"}
    return (
        figure("Q17_energy", "facility energy of the run", energy * months, "MWh", ("training", "dispatch"), **at),
        figure("Q17_water", "water of the run", water * months / M3_PER_GALLON / MILLION, "million gallons", ("training", "water"), **at),
    )


def _dollars(result: Result, campus: int, month: int) -> tuple[Figure, ...]:
    """What the run costs: its accelerator-hours at the cost of one in the year ahead, as the question on unit cost gives it."""
    if not has_company(result) or not all(result.has(name) for name in unit_costs.NEEDS):
        return ()
    flop, hours = (result.planned(name)[:, campus, month] for name in ("training_flop", "accelerator_hours"))
    each = total(unit_costs.hour_parts(result, year_ahead(result)))
    world = result.sampled.world_of_draw if result.sampled is not None else np.zeros(each.size, dtype=int)
    of_run = np.divide(RUN_FLOP * hours, flop, out=np.full_like(flop, np.nan), where=flop > 0.0)
    note = "machines, energy and people by the hour, idle hours shared; without interest on capital"
    at: dict[str, Any] = {"period": month_period(result, month), "place": f"campus {result.coords['campus'][campus]}"}
    return (figure("Q17_cost", "cost of the run's accelerator-hours", of_run[world] * each, "USD", ("company",), note=note, **at),)


def _compare(result: Result) -> dict[str, float | str]:
    """Server power of the first two clusters as they are rated, which is what was stated, whenever they are in service."""
    rated = _first_clusters(result, STATED_OF)
    return {"server_mw": sum(rated.values())} if len(rated) == STATED_CLUSTERS else {}


def _first_clusters(result: Result, campus: str) -> dict[str, float]:
    """Rated server power in MW of the first committed blocks of accelerators of a campus, by block."""
    blocks = result.scenario["campuses"].get(campus, {}).get("blocks", {})
    own = {k: b for k, b in blocks.items() if b["kind"] == "accelerators" and not b.get("phase") and b.get("in_service")}
    first = sorted(own, key=lambda name: str(own[name]["in_service"]))[:STATED_CLUSTERS]
    each_kw = {name: result.scenario["library"]["accelerators"][name_of(own[name]["model"])]["server_kw"] for name in first}
    return {name: own[name]["count"] * each_kw[name] / KW_PER_MW for name in first}


def _clusters(result: Result) -> tuple[tuple[Figure, ...], str]:
    """Rated power of the stated clusters beside what of the campus is in service when it was stated, and why the two differ."""
    rated, row = _first_clusters(result, STATED_OF), month_row(result, STATED_ON)
    if len(rated) < STATED_CLUSTERS or row is None:
        return (), ""
    campus = f"campus {STATED_OF}"
    serving = worlds(result, "it_in_service_mw")[:, result.index("campus", STATED_OF), row]
    more: dict[str, Any] = {"place": campus, "axis": "fixed"}
    title = f"server power of the first {STATED_CLUSTERS} clusters of {STATED_OF} as rated: {', '.join(rated)}"
    made = (
        figure("Q17_rated", title, np.array([sum(rated.values())]), "MW", ("buildout",), period=month_period(result, row), **more),
        figure(
            "Q17_in_service",
            f"of its servers in service in {STATED_ON}",
            serving,
            "MW",
            ("dispatch",),
            period=month_period(result, row),
            place=campus,
        ),
    )
    middle = float(np.median(serving))
    if middle >= sum(rated.values()):
        return made, ""
    told = f"in {STATED_ON} the middle future has {middle:,.0f} MW in service: the rest waits for its day, for cooling or for power"
    return made, f"{told}; the stated server power is held against what the clusters are rated"
