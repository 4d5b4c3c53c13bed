"""One day on one clock: five panels of minutes, with what a trip does in each or why it does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from gigacampus.rerun.day import telling
from gigacampus.rerun.day.clock import Clock, clock_of
from gigacampus.rerun.day.home import AtHome, Home, at_home, home_of, largest_campus
from gigacampus.rerun.day.money import Money, money_of
from gigacampus.rerun.day.series import PER_HOUR, Panel, Series
from gigacampus.rerun.day.supply import Supply, supply_of
from gigacampus.rerun.day.work import Work, work_of
from gigacampus.rerun.place import Place
from gigacampus.results.result import Result


@dataclass(frozen=True)
class Day:
    """A day of a run."""

    at: Clock
    campus: str
    home: Home | None
    supply: Supply
    panels: dict[str, Panel]

    def plain(self) -> dict[str, Any]:
        """Sums, hourly figures and minutes by panel, as plain data."""
        home = None if self.home is None else {"label": self.home.label, "lat": self.home.lat, "lon": self.home.lon}
        return {
            "date": self.at.day.isoformat(),
            "campus": self.campus,
            "home": home,
            "trip": telling.trip_plain(self.supply),
            "step_s": 60,
            "panels": {key: panel.plain() for key, panel in self.panels.items()},
            "minutes": {key: {s.name: s.values.tolist() for s in panel.series} for key, panel in self.panels.items()},
        }


def day_of(result: Result, day: date, *, campus: str | None = None, place: Place | None = None, trip_minute: int | None = None) -> Day:
    """The day's panels in the reference world on the planned path, money in the middle future of the books."""
    label = f"{day.year}-{day.month:02d}"
    known = label in result.coords["month"]
    home = home_of(result, place, label, campus) if known else None
    chosen = campus or (home.campus if home else largest_campus(result, label) if known else result.coords["campus"][0])
    at = clock_of(result, day, chosen)
    supply = supply_of(result, at, trip_minute)
    work = work_of(result, at, supply)
    served = np.divide(work.served_per_min, work.planned_per_min, out=np.ones_like(work.profile), where=work.planned_per_min > 0.0)
    money = money_of(result, at, supply, served)
    heard = at_home(result, at, home, supply) if home else None
    panels = {
        "compute": _compute(chosen, work, supply),
        "power": _power(chosen, supply),
        "neighbours": _neighbours(home, heard, supply),
        "products": _products(work, supply),
        "money": _money(chosen, money, supply, work),
    }
    return Day(at, chosen, home, supply, panels)


def _compute(campus: str, work: Work, supply: Supply) -> Panel:
    of = work.machines
    series = (
        Series("training_accelerators", "1", "Accelerators that train", of["training"], "training_accelerator_h", per_minute=PER_HOUR),
        Series("serving_accelerators", "1", "Accelerators that answer", of["serving"], "serving_accelerator_h", per_minute=PER_HOUR),
        Series(
            "ready_accelerators", "1", "Accelerators that stand ready to answer", of["ready"], "ready_accelerator_h", per_minute=PER_HOUR
        ),
        Series("unpowered_accelerators", "1", "Accelerators shed", of["unpowered"], "unpowered_accelerator_h", per_minute=PER_HOUR),
        Series("it_mw", "MW", "IT load", work.it_mw, "it_mwh", per_minute=PER_HOUR),
        Series("training_flop_per_min", "FLOP/min", "Training", work.training_flop_per_min, "training_flop"),
    )
    return Panel("Machines", campus, series, telling.compute(work, supply))


def _power(campus: str, supply: Supply) -> Panel:
    now = supply.minutes
    fuel, running = now.unit_fuel_mmbtu_per_h.sum(axis=0), now.unit_running.sum(axis=0)
    series = (
        Series("load_mw", "MW", "Load asked for", now.facility_load_mw, "load_mwh", per_minute=PER_HOUR),
        Series("grid_mw", "MW", "Grid import", now.grid_mw, "grid_mwh", per_minute=PER_HOUR),
        Series("onsite_mw", "MW", "On-site units", now.onsite_mw, "onsite_mwh", per_minute=PER_HOUR),
        Series("battery_mw", "MW", "Battery, discharge positive", now.battery_mw, "battery_net_mwh", per_minute=PER_HOUR),
        Series("unserved_mw", "MW", "Load not served", now.unserved_mw, "unserved_mwh", per_minute=PER_HOUR),
        Series("units_running", "1", "Units that run", running, "units_running_mean", rule="mean"),
        Series("unit_starts_per_min", "1/min", "Units that begin to start", now.unit_starts.sum(axis=0), "unit_starts"),
        Series("fuel_mmbtu_per_h", "MMBtu/h", "Gas burnt", fuel, "fuel_mmbtu", per_minute=PER_HOUR),
        Series("swing_mw", "MW", "Step of pausing jobs before storage", supply.swing_mw, "swing_max_mw", rule="max"),
        Series("swing_after_mw", "MW", "The same after storage", supply.swing_after_mw, "swing_after_max_mw", rule="max"),
    )
    return Panel("Power", campus, series, telling.power(supply))


def _neighbours(home: Home | None, heard: AtHome | None, supply: Supply) -> Panel:
    nox = supply.nox_g_per_s.sum(axis=0)
    own = Series("nox_g_per_s", "g/s", "NOx from the campus's stacks", nox, "nox_kg", per_minute=60.0 / 1000.0)
    if home is None or heard is None:
        return Panel("Neighbours", "no home", (own,), ("the scenario has no receptor: name a place by --at LAT,LON",))
    series = (
        Series("level_dba", "dBA", "Level at the home", heard.level_dba, "level_mean_dba", rule="energy_mean"),
        Series("no2_ugm3", "ug/m3", "NO2 added at the home", heard.no2_ugm3, "no2_mean_ugm3", rule="mean"),
        own,
    )
    return Panel("Neighbours", home.label, series, telling.neighbours(heard, supply))


def _products(work: Work, supply: Supply) -> Panel:
    rate = work.rates
    series = (
        Series("posts_per_min", "1/min", "Posts", rate["posts"], "posts"),
        Series("prompts_per_min", "1/min", "Prompts", rate["prompts"], "prompts"),
        Series("tokens_asked_per_min", "1/min", "Output tokens asked for", work.asked_per_min, "tokens_asked"),
        Series("tokens_served_per_min", "1/min", "Output tokens served", work.served_per_min, "tokens_served"),
        Series("images_asked_per_min", "1/min", "Images asked for", rate["outputs_made"], "images_asked"),
        Series("outputs_gated_per_min", "1/min", "Outputs that the gates stop", rate["outputs_stopped"], "outputs_gated"),
        Series("outputs_blocked_per_min", "1/min", "Harmless outputs blocked", rate["outputs_blocked"], "outputs_blocked"),
        Series("outputs_leaked_per_min", "1/min", "Violating outputs that pass", rate["outputs_leaked"], "outputs_leaked"),
    )
    return Panel("Products", "all campuses", series, telling.products(work, supply))


def _money(campus: str, money: Money, supply: Supply, work: Work) -> Panel:
    flows = {"grid": ("Grid", money.grid), "gas": ("Gas", money.gas)}
    titles = {"revenue": "Revenue", "other_cost": "Other cost", "ebitda": "EBITDA", "free_cash_flow": "Free cash flow"}
    flows |= {name: (titles[name], values) for name, values in money.company.items()}
    series = tuple(
        Series(f"{name}_usd_per_h", "USD/h", title, values, f"{name}_usd", per_minute=PER_HOUR) for name, (title, values) in flows.items()
    )
    scope = f"grid and gas of {campus}" + ("; the rest of the whole company" if money.company else "")
    return Panel("Money", scope, series, telling.money(money, supply, work))
