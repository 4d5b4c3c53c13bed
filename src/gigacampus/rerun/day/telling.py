"""Words beside the panels of a day: what a trip does there, or why nothing of it shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import MINUTES_PER_HOUR
from gigacampus.rerun.day.home import AtHome
from gigacampus.rerun.day.money import Money
from gigacampus.rerun.day.supply import Supply
from gigacampus.rerun.day.work import Work

HEARD_DB = 0.05
"""A change of level below this is not shown."""


def clock_text(minute: int) -> str:
    """Minute of the day as a time.

    >>> clock_text(850)
    '14:10'
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def trip_plain(supply: Supply) -> dict[str, Any] | None:
    """The trip as plain data."""
    trip = supply.trip
    if trip is None:
        return None
    return {
        "at": clock_text(trip.minute),
        "unit": supply.units[trip.unit],
        "lost_mw": _lost_mw(supply),
        "units_started": float(supply.minutes.unit_starts[:, trip.minute].sum()),
        "bridge_min": supply.bridge_min,
    }


def _lost_mw(supply: Supply) -> float:
    """What the unit gave in the minute of its trip."""
    trip = supply.trip
    if trip is None:
        return 0.0
    running = supply.planned.unit_running[trip.unit, trip.minute]
    return float(supply.planned.unit_mw[trip.unit, trip.minute] / max(running, 1.0))


def _after(supply: Supply) -> slice:
    """The minutes from the trip on."""
    return slice(supply.trip.minute if supply.trip else 0, None)


def power(supply: Supply) -> tuple[str, ...]:
    """What carried the load before and after."""
    quiet = () if supply.swing_mw.any() else ("no job pauses within the day: no swing is shown",)
    if supply.trip is None:
        return quiet
    trip, now, was = supply.trip, supply.minutes, supply.planned
    at = slice(trip.minute, trip.minute + max(supply.bridge_min, 1))
    carried = ", ".join(
        f"{name} {float((getattr(now, key) - getattr(was, key))[at].mean()):+.1f} MW"
        for name, key in (("grid", "grid_mw"), ("units", "onsite_mw"), ("battery", "battery_mw"), ("not served", "unserved_mw"))
    )
    started = float(now.unit_starts[:, trip.minute].sum())
    then = (
        f"{started:.0f} unit{'s' if started != 1 else ''} started; until full load, {supply.bridge_min} min: {carried}"
        if supply.bridge_min
        else f"no unit had to start: {carried}"
    )
    return (
        *quiet,
        f"at {clock_text(trip.minute)} a unit of {supply.units[trip.unit]} trips and takes {_lost_mw(supply):.1f} MW away; {then}",
    )


def compute(work: Work, supply: Supply) -> tuple[str, ...]:
    """Machines shed by a trip."""
    if supply.trip is None:
        return ()
    shed_h = float(work.machines["unpowered"][_after(supply)].sum() / MINUTES_PER_HOUR)
    if shed_h <= 0.0:
        return ("the trip sheds no machine: what else runs, stands ready or is stored carries the whole load",)
    return (f"the trip sheds {work.machines['unpowered'].max():,.0f} machines at most, {shed_h:,.0f} machine-hours; training stops first",)


def neighbours(heard: AtHome, supply: Supply) -> tuple[str, ...]:
    """What of the trip is heard and breathed, and calm hours."""
    calm = int(heard.calm.reshape(-1, int(MINUTES_PER_HOUR))[:, 0].sum())
    says = (f"in {calm} calm hour{'s' if calm != 1 else ''} the plume method gives no NO2: it shows as nothing added",) if calm else ()
    if supply.trip is None:
        return says
    minute = supply.trip.minute
    count = float((supply.minutes.unit_running - supply.planned.unit_running)[:, _after(supply)].sum(axis=0).min())
    step = float(heard.level_dba[minute] - heard.level_dba[minute - 1]) if minute else 0.0
    if count == 0.0:
        sound = "as many units run after the trip as before: the level hardly moves"
    elif abs(step) < HEARD_DB:
        sound = f"{-count:.0f} unit fewer is not heard at this home: the level moves by less than {HEARD_DB} dB"
    else:
        sound = f"the level moves by {step:+.2f} dB with the trip"
    return (*says, sound, _air(heard, minute))


def _air(heard: AtHome, minute: int) -> str:
    """What the trip does to NO2 at the home."""
    rest = heard.no2_ugm3[minute:]
    if not rest.any():
        return "the wind carries no plume to this home after the trip: its NO2 does not show it"
    if minute % int(MINUTES_PER_HOUR) == 0:
        return f"NO2 added is {rest[0]:.3g} ug/m3 in the minute of the trip"
    return f"NO2 added goes from {heard.no2_ugm3[minute - 1]:.3g} to {rest[0]:.3g} ug/m3 in the minute of the trip"


def products(work: Work, supply: Supply) -> tuple[str, ...]:
    """Tokens lost to a trip."""
    if work.tokens.ability > 0.0 and work.tokens.served > work.tokens.ability:
        return ("the books' middle future serves more than the planned machines could: it stands further than the plan",)
    if supply.trip is None:
        return ()
    lost = float((work.planned_per_min - work.served_per_min).sum())
    if lost > 0.0:
        return (f"the trip loses {lost:,.0f} output tokens",)
    return ("the trip loses no token: machines that train or stand ready, here or elsewhere, serve on",)


def money(money: Money, supply: Supply, work: Work) -> tuple[str, ...]:
    """Whose money it is, and what a trip costs."""
    if not money.company:
        says = [
            "no company: only what the campus pays for grid and gas",
            f"gas at {money.gas_usd_per_mmbtu:.2f} USD/MMBtu, the scenario's price",
        ]
    else:
        says = [f"future {money.draw} of the books, the middle one by its cash at the end; gas at {money.gas_usd_per_mmbtu:.2f} USD/MMBtu"]
    if supply.trip is not None:
        fuel = float((supply.minutes.unit_fuel_mmbtu_per_h - supply.planned.unit_fuel_mmbtu_per_h).sum() / MINUTES_PER_HOUR)
        grid = float((supply.minutes.grid_mw - supply.planned.grid_mw).sum() / MINUTES_PER_HOUR)
        lost = not np.array_equal(work.planned_per_min, work.served_per_min)
        says.append(
            f"the trip changes gas by {fuel * money.gas_usd_per_mmbtu:+,.0f} USD and grid energy by {grid:+,.1f} MWh; "
            + ("revenue falls with the tokens lost" if lost else "no token is lost, so revenue stays")
        )
    return tuple(says)
