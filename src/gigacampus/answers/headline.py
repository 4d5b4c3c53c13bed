"""The headline table: one row for each thing that a newcomer asks first, from the stages that give it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from gigacampus.answers.figures import Figure, date_figure, figure
from gigacampus.foundation.units import KG_PER_SHORT_TON, M3_PER_GALLON, MILLION
from gigacampus.results.result import Result

Row = Callable[[Result], Figure]


def as_of_month(result: Result) -> int:
    """Index of the month that holds ``as_of``, clipped to the horizon."""
    label = str(result.manifest["as_of"])[:7]
    months = result.coords["month"]
    return months.index(label) if label in months else (0 if label < months[0] else len(months) - 1)


def year_ahead(result: Result) -> slice:
    """The twelve months that follow ``as_of``; the horizon's last twelve where it ends before that."""
    count = len(result.coords["month"])
    start = min(as_of_month(result) + 1, max(count - 12, 0))
    return slice(start, min(start + 12, count))


def when(result: Result) -> str:
    """Words for ``year_ahead``: the year ahead, or the months that stand in for it."""
    months, span = result.coords["month"], year_ahead(result)
    if span.start == as_of_month(result) + 1 and span.stop - span.start == 12:
        return "in the year ahead"
    return f"{months[span.start]} to {months[span.stop - 1]}"


def now(result: Result) -> str:
    """Label of the month that the figures of today are read at."""
    return str(result.coords["month"][as_of_month(result)])


def _worlds(array: np.ndarray) -> np.ndarray:
    return array[1:] if array.shape[0] > 1 else array


def _total(result: Result, name: str) -> np.ndarray:
    """(world, month): a planned-path variable summed over campuses."""
    out: np.ndarray = _worlds(result.planned(name)).sum(axis=1)
    return out


def first_month_above(series: np.ndarray, level: float) -> np.ndarray:
    """Month index at which each row of ``series`` first reaches ``level``; NaN if it does not."""
    reached = series >= level
    return np.where(reached.any(axis=1), reached.argmax(axis=1), np.nan).astype(float)


def facility_now(r: Result) -> Figure:
    return figure(
        "facility_mw_now", f"Facility power in service, {now(r)}", _total(r, "facility_design_mw")[:, as_of_month(r)], "MW", ("buildout",)
    )


def it_now(r: Result) -> Figure:
    return figure("it_mw_now", f"IT power in service, {now(r)}", _total(r, "it_in_service_mw")[:, as_of_month(r)], "MW", ("buildout",))


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
    )


def unmet(r: Result) -> Figure:
    return figure(
        "unmet_hours_year",
        f"Campus-hours with unmet load {when(r)}",
        _total(r, "unserved_hours")[:, year_ahead(r)].sum(axis=1),
        "h",
        ("dispatch",),
    )


def nox(r: Result) -> Figure:
    tons = _total(r, "nox_t")[:, year_ahead(r)].sum(axis=1) * 1000.0 / KG_PER_SHORT_TON
    return figure("nox_year", f"NOx on site {when(r)}", tons, "short tons", ("emissions",))


def carbon(r: Result) -> Figure:
    total = (_total(r, "co2_t") + _total(r, "co2_grid_t"))[:, year_ahead(r)].sum(axis=1)
    return figure("co2_year", f"CO2 on site and from the grid {when(r)}", total / MILLION, "Mt", ("emissions",))


def noise(r: Result) -> Figure:
    levels = 10.0 * np.log10(np.mean(10.0 ** (0.1 * r.samples("noise_night_dba")[:, :, year_ahead(r)]), axis=2))
    loudest = int(np.median(levels, axis=0).argmax())
    half = float(np.median(r.samples("noise_band_half_width_db")[:, loudest, year_ahead(r)]))
    low, mid, high = np.quantile(levels[:, loudest], [0.1, 0.5, 0.9])
    around = [mid - np.hypot(mid - low, half), mid, mid + np.hypot(high - mid, half)]
    return figure(
        "noise_night",
        f"Night level at the loudest receptor ({r.coords['receptor'][loudest]}) {when(r)}",
        spread(*around),
        "dBA",
        ("noise",),
        note="the band joins the worlds with the uncertainty of source, ground, weather and place",
    )


def spread(low: float, mid: float, high: float) -> np.ndarray:
    """Eleven samples whose 10, 50 and 90 % quantiles are the given ones."""
    return np.interp(np.linspace(0.0, 1.0, 11), [0.1, 0.5, 0.9], [low, mid, high])


def air(r: Result) -> Figure:
    level = r.samples("pm25_ugm3")[:, :, year_ahead(r)].mean(axis=2)
    worst = int(np.median(level, axis=0).argmax())
    title = f"PM2.5 increment at the worst receptor ({r.coords['receptor'][worst]}) {when(r)}"
    return figure("pm25", title, level[:, worst], "ug/m3", ("air",))


def water(r: Result) -> Figure:
    days = 365.0 * len(range(*year_ahead(r).indices(len(r.coords["month"])))) / 12
    mgd = r.samples("water_m3")[:, :, year_ahead(r)].sum(axis=(1, 2)) / days / M3_PER_GALLON / 1e6
    return figure("water_mgd", f"Water drawn {when(r)}, mean", mgd, "MGD", ("water",))


def traffic(r: Result) -> Figure:
    return figure(
        "gate_delay",
        f"Longest wait at a gate at shift change {when(r)}",
        r.samples("peak_delay_min")[:, :, year_ahead(r)].max(axis=(1, 2)),
        "min",
        ("traffic",),
    )


def red_lines(r: Result) -> Figure:
    month = min(as_of_month(r), len(r.coords["month"]) - 1)
    return figure(
        "violating_per_min",
        f"Violating outputs that pass all gates, {now(r)}",
        r.samples("violating_outputs_per_min")[:, month],
        "per minute",
        ("red_lines",),
    )


def burn(r: Result) -> Figure:
    spend = -r.samples("free_cash_flow_usd")[:, year_ahead(r)].mean(axis=1)
    return figure("burn_month", f"Cash burnt a month {when(r)}", spend, "USD", ("company",))


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


def prefunded(r: Result) -> str:
    """Words for the futures whose path escapes only since cash raised before outlasts the horizon; empty where there are none."""
    drains = r.samples("free_cash_flow_usd")[:, -12:].sum(axis=1) <= 0.0
    share = float(np.mean(np.isfinite(r.samples("escape_month")) & drains))
    return f"in {share:.0%} of futures only because cash raised before outlasts the horizon while it drains away" if share else ""


def escape(r: Result) -> Figure:
    return date_figure(
        "escape",
        f"Path escape: no outside capital needed from then to {r.coords['month'][-1]}",
        r.samples("escape_month"),
        r.coords["month"],
        ("company",),
        note=prefunded(r),
    )


def escape_ratio(r: Result) -> Figure:
    last = r.samples("escape_ratio")[:, year_ahead(r)]
    return figure(
        "escape_ratio",
        f"Escape ratio {when(r)}, last month (1 or more: growth pays for itself)",
        last[:, -1],
        "1",
        ("company",),
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
    return figure("county_paid", f"Taxes and fees paid to public bodies {when(r)}", array, "USD", ("company",))


ROWS: tuple[tuple[Row, tuple[str, ...]], ...] = (
    (it_now, ("it_in_service_mw",)),
    (facility_now, ("facility_design_mw",)),
    (one_gigawatt, ("facility_design_mw",)),
    (two_gigawatts, ("facility_design_mw",)),
    (training_flop, ("training_flop_delivered",)),
    (unmet, ("unserved_hours",)),
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


def headline(result: Result) -> list[Figure]:
    """All rows whose variables this run holds and that have somewhere to be (receptors, campuses)."""
    rows = []
    for row, needs in ROWS:
        if all(result.has(n) and result.array(n).size and (n not in SILENT or result.array(n).any()) for n in needs):
            rows.append(row(result))
    return rows


__all__ = ["ROWS", "as_of_month", "date", "first_month_above", "headline", "year_ahead"]
