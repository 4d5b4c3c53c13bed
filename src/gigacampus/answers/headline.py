"""The headline table: one row for each thing that a newcomer asks first, from the stages that give it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gigacampus.answers import energisation
from gigacampus.answers.completion import complete
from gigacampus.answers.figures import Figure, Spread, State, banded, date_figure, figure, worded
from gigacampus.answers.levels import HALF_WIDTH, concentration_band, energy_mean, level_band, receptor_distance_m
from gigacampus.answers.reductions import first_at_work, mgd
from gigacampus.company.analysis.terminal_states import CLASSES
from gigacampus.foundation.units import KG_PER_SHORT_TON, MILLION
from gigacampus.registry.stages import BY_NAME, with_needed
from gigacampus.registry.variables import REGISTRY, short_term
from gigacampus.results.periods import as_of_month, first_month_above, folded, month_period, now, span_label, when, year_ahead, year_period
from gigacampus.results.result import Result, without_reference

Row = Callable[[Result], Figure]


def _total(result: Result, name: str) -> np.ndarray:
    """(world, month): a planned-path variable summed over campuses."""
    out: np.ndarray = without_reference(result.planned(name)).sum(axis=1)
    return out


def facility_now(r: Result) -> Figure:
    return _power_now(r, "facility_mw_now", "Facility power in service", "facility_design_mw")


def it_now(r: Result) -> Figure:
    return _power_now(r, "it_mw_now", "IT power in service", "it_in_service_mw")


def _power_now(r: Result, id: str, title: str, name: str) -> Figure:
    """Power of all campuses in the month of the scenario's day; of none that stands it says when the first does."""
    month, power = as_of_month(r), _total(r, name)
    made = figure(id, f"{title}, {now(r)}", power[:, month], "MW", ("buildout",), period=month_period(r, month))
    return made if power[:, month].any() else unbuilt(made, r, first_at_work(power, month))


def unbuilt(made: Figure, r: Result, first: int | None) -> Figure:
    """The figure of something that does not stand yet, with the month in which it first does in the middle world."""
    begins = "at no time within the horizon" if first is None else f"first in service {r.coords['month'][first]}"
    return worded(replace(made, state=State.NOT_BUILT, value_text=f"{State.NOT_BUILT}: {begins}"))


def _gigawatts(r: Result, level_gw: float) -> Figure:
    months = first_month_above(_total(r, "facility_design_mw"), level_gw * 1000)
    return date_figure(
        f"date_{level_gw:g}_gw",
        f"Facility power passes {level_gw:g} GW if phases are ordered as planned",
        months,
        r.coords["month"],
        ("buildout",),
    )


def one_gigawatt(r: Result) -> Figure:
    return _gigawatts(r, 1.0)


def two_gigawatts(r: Result) -> Figure:
    return _gigawatts(r, 2.0)


def training_flop(r: Result) -> Figure:
    return figure(
        "training_flop_year",
        f"Training FLOP delivered {when(r)}",
        r.samples("training_flop_delivered")[:, year_ahead(r)].sum(axis=1),
        "FLOP",
        ("company",),
        period=year_period(r),
    )


def unserved(r: Result) -> Figure:
    return figure(
        "unmet_hours_year",
        f"Campus-hours with unmet load {when(r)}, of the load that limits let run",
        _total(r, "unserved_hours")[:, year_ahead(r)].sum(axis=1),
        "h",
        ("dispatch",),
        period=year_period(r),
    )


def plan_unserved(r: Result) -> Figure:
    return energisation.unserved_share(r, "plan_unserved_share")


def nox(r: Result) -> Figure:
    tons = _total(r, "nox_t")[:, year_ahead(r)].sum(axis=1) * 1000.0 / KG_PER_SHORT_TON
    return figure("nox_year", f"NOx on site {when(r)}", tons, "short tons", ("emissions",), period=year_period(r))


def carbon(r: Result) -> Figure:
    total = (_total(r, "co2_t") + _total(r, "co2_grid_t"))[:, year_ahead(r)].sum(axis=1)
    return figure("co2_year", f"CO2 on site and from the grid {when(r)}", total / MILLION, "Mt", ("emissions",), period=year_period(r))


NIGHT_NOTE = "the band joins the worlds with the uncertainty of source, ground, weather and place"


def loudest(r: Result, months: slice) -> int:
    """Row of the receptor whose night level over the months is highest in the middle world."""
    return int(np.median(energy_mean(r.samples("noise_night_dba")[:, :, months]), axis=0).argmax())


def level_at(r: Result, id: str, words: str, row: int, months: slice, name: str = "noise_night_dba") -> Figure:
    """Level at a receptor over some months (mean energy), with the worlds' spread and the model's own half width joined."""
    values = energy_mean(r.samples(name)[:, row, months])
    half = float(np.median(r.samples(HALF_WIDTH)[:, row, months]))
    low, mid, high = (float(x) for x in level_band(values, half))
    place, span = r.coords["receptor"][row], span_label(r, months)
    period = f"{'month' if months.stop - months.start == 1 else 'year'} {span}"
    made = banded(
        id, f"{words} ({place}), {span}", (low, mid, high), "dBA", ("noise",), samples=values, place=place, period=period, note=NIGHT_NOTE
    )
    return made if sounds(r, place.split("/")[0], months) else silent(made, r, months)


def sounds(r: Result, campus: str, months: slice) -> bool:
    """Whether any plant of a campus is in service in the months, in the reference world."""
    return bool(in_service(r)[r.index("campus", campus), months].any())


def in_service(r: Result) -> np.ndarray:
    """Whether plant is in service in the reference world, (campus, month); everywhere where the run does not say."""
    if not r.has("facility_design_mw"):
        return np.ones((len(r.coords["campus"]), len(r.coords["month"])), dtype=bool)
    return np.asarray(r.planned("facility_design_mw")[0] != 0.0)


def silent(made: Figure, r: Result, months: slice) -> Figure:
    """A level where nothing stands yet: no number, and the month of the first power."""
    first = first_at_work(_total(r, "facility_design_mw"), months.start)
    return unbuilt(replace(made, value=None, low=None, high=None, spread=Spread.SAME), r, first)


def noise(r: Result) -> Figure:
    months = year_ahead(r)
    return level_at(r, "noise_night", "Night level at the loudest place", loudest(r, months), months)


def air(r: Result) -> Figure:
    level = r.samples("pm25_ugm3")[:, :, year_ahead(r)].mean(axis=2)
    row = int(np.median(level, axis=0).argmax())
    return added(r, "pm25", "PM2.5 increment at the worst place", row, "pm25_ugm3")


AIR_NOTE = "the band joins the worlds with the documented error of the plume, and near the stacks with the bracket for building wakes"


def added(r: Result, id: str, words: str, row: int, name: str) -> Figure:
    """What the stacks add at a receptor over the year ahead, folded as its variable says, with the plume's own error in the band."""
    values = folded(name, r.samples(name)[:, row, year_ahead(r)])
    band = concentration_band(values, highest_hour=short_term(name), distance_m=float(receptor_distance_m(r)[row]))
    place = r.coords["receptor"][row]
    ends = (float(band[0]), float(band[1]), float(band[2]))
    title = f"{words} ({place}) {when(r)}"
    return banded(id, title, ends, "ug/m3", ("air",), samples=values, place=place, period=year_period(r), note=AIR_NOTE)


def water(r: Result) -> Figure:
    drawn = mgd(r, r.samples("water_m3").sum(axis=1), year_ahead(r))
    return figure("water_mgd", f"Water drawn {when(r)}, mean", drawn, "MGD", ("water",), period=year_period(r))


def longest_wait(r: Result, campus: int) -> np.ndarray:
    """Longest wait at a gate of a campus at shift change in the year ahead, minutes by world; NaN where the queue never clears."""
    return np.asarray(r.samples("peak_delay_min")[:, campus, year_ahead(r)].max(axis=1))


def traffic(r: Result) -> Figure:
    """Of the campus where it is longest in the middle world."""
    waits = np.stack([longest_wait(r, c) for c in range(len(r.coords["campus"]))], axis=1)
    worst = int(np.median(waits, axis=0).argmax())
    name = r.coords["campus"][worst]
    title = f"Longest wait at a gate at shift change {when(r)}, {name}"
    standing = float(np.mean(np.isnan(waits[:, worst])))
    note = f"in {standing:.0%} of the worlds other traffic and trucks alone fill the road" if standing else ""
    place, period = f"campus {name}", year_period(r)
    absent = State.NOT_CLEARING
    return figure("gate_delay", title, waits[:, worst], "min", ("traffic",), absent=absent, place=place, period=period, note=note)


def red_lines(r: Result) -> Figure:
    month = as_of_month(r)
    return figure(
        "violating_per_min",
        f"Violating outputs that pass all gates, {now(r)}",
        r.samples("violating_outputs_per_min")[:, month],
        "per minute",
        ("red_lines",),
        period=month_period(r, month),
    )


def burn(r: Result) -> Figure:
    spend = -r.samples("free_cash_flow_usd")[:, year_ahead(r)].mean(axis=1)
    return figure("burn_month", f"Cash burnt a month {when(r)}", spend, "USD", ("company",), period=year_period(r))


def runway(r: Result) -> Figure:
    return date_figure("runway", "Cash below the floor if no new money comes", r.samples("runway_month"), r.coords["month"], ("company",))


def next_raise(r: Result) -> Figure:
    return date_figure("next_raise", "Next raise under the policy", r.samples("next_raise_month"), r.coords["month"], ("company",))


def break_even(r: Result) -> Figure:
    months = r.samples("break_even_ebitda_month")
    end_2027 = sum(1 for label in r.coords["month"] if label <= "2027-12") - 1
    share = float(np.mean(months <= end_2027))
    return date_figure(
        "break_even_ebitda",
        "Lasting positive EBITDA",
        months,
        r.coords["month"],
        ("company",),
        note=f"by the end of 2027 in {share:.0%} of futures",
    )


def no_escape(r: Result) -> str:
    """Words for the futures that merely outlast the horizon on cash raised before, and for those that coast; empty where there are none."""
    share = float(np.mean(np.isfinite(r.samples("outlasting_month")))) if r.has("outlasting_month") else 0.0
    told = "cash raised before, with its interest, lasts to the end without the business paying for itself"
    said = [f"outlasting, which is no escape: in {share:.0%} of futures {told}"] if share else []
    coasts = float(np.mean(r.samples("outcome_class") == CLASSES.index("coast"))) if r.has("outcome_class") else 0.0
    if coasts:
        said.append(f"coasting: {coasts:.0%} of futures end living on money of others, raised before or still to come")
    return "; ".join(said)


def escape(r: Result) -> Figure:
    return date_figure(
        "escape",
        f"Path escape: no outside capital needed from then to {r.coords['month'][-1]}, and cash comes in",
        r.samples("escape_month"),
        r.coords["month"],
        ("company",),
        note=no_escape(r),
    )


def escape_ratio(r: Result) -> Figure:
    last = r.samples("escape_ratio")[:, year_ahead(r)]
    return figure(
        "escape_ratio",
        f"Escape ratio {when(r)}, last month (1 or more: growth pays for itself)",
        last[:, -1],
        "1",
        ("company",),
        period=month_period(r, year_ahead(r).stop - 1),
        note=paid_growth(r),
    )


def paid_growth(r: Result) -> str:
    """The growth that the margin pays for in the last month of the year ahead, in words."""
    if not r.has("escape_growth_per_year"):
        return ""
    paid = r.samples("escape_growth_per_year")[:, year_ahead(r)][:, -1]
    paid = paid[np.isfinite(paid)]
    share = paid.size / r.samples("escape_ratio").shape[0]
    if not paid.size:
        return "no future has a margin to pay growth with by then"
    low, mid, high = np.quantile(np.expm1(paid), [0.1, 0.5, 0.9])
    return f"in the {share:.0%} of futures with a margin by then it pays for a growth of {mid:.0%} ({low:.0%} to {high:.0%}) a year"


def local_escape(r: Result) -> Figure:
    return date_figure(
        "local_escape",
        "Local escape: from then on growth pays for itself for a year",
        r.samples("local_escape_month"),
        r.coords["month"],
        ("company",),
    )


def county(r: Result) -> Figure:
    paid = r.samples("county_paid_usd")
    array = paid[:, :, year_ahead(r)].sum(axis=(1, 2))
    made = figure("county_paid", f"Taxes and fees paid to public bodies {when(r)}", array, "USD", ("company",), period=year_period(r))
    return replace(made, perimeter="public")


ROWS: tuple[tuple[Row, tuple[str, ...]], ...] = (
    (it_now, ("it_in_service_mw",)),
    (facility_now, ("facility_design_mw",)),
    (one_gigawatt, ("facility_design_mw",)),
    (two_gigawatts, ("facility_design_mw",)),
    (training_flop, ("training_flop_delivered",)),
    (unserved, ("unserved_hours",)),
    (plan_unserved, ("plan_mwh", "plan_unserved_mwh")),
    (nox, ("nox_t",)),
    (carbon, ("co2_t",)),
    (noise, ("noise_night_dba",)),
    (air, ("pm25_ugm3",)),
    (water, ("water_m3",)),
    (traffic, ("peak_delay_min",)),
    (red_lines, ("violating_outputs_per_min",)),
    (burn, ("free_cash_flow_usd",)),
    (runway, ("runway_month",)),
    (next_raise, ("next_raise_month",)),
    (break_even, ("break_even_ebitda_month",)),
    (escape_ratio, ("escape_ratio",)),
    (local_escape, ("local_escape_month",)),
    (escape, ("escape_month",)),
    (county, ("county_paid_usd",)),
)


SILENT = ("violating_outputs_per_min",)
"""Variables that are zero all through where the scenario describes no such product; a row of zeros would be praise."""


def without_headline() -> set[str]:
    """Stages that no row of the headline needs."""
    return set(BY_NAME) - with_needed(REGISTRY[name].stage for _, needs in ROWS for name in needs)


def headline(result: Result) -> list[Figure]:
    """All rows whose variables this run holds and that have somewhere to be (receptors, campuses)."""
    rows = []
    for row, needs in ROWS:
        if all(result.has(n) and result.array(n).size and (n not in SILENT or result.array(n).any()) for n in needs):
            rows.append(complete(row(result), result, place="all campuses"))
    return rows
