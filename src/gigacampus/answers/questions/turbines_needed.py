"""Q08: how many generating units must run, and how many are spare."""

from __future__ import annotations

import numpy as np

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import band_row, needed, worlds
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, month_period, span_label
from gigacampus.results.result import Result

STAGES = ("dispatch",)
FIRM_PLAIN = "one unit out, nominal air"


def answer(result: Result, place: Place | None = None) -> Answer:
    """Units running in the month of the scenario's day, or the first with a unit after it, and a year on, against units that stand."""
    needed(result, "unit_running_peak", "unit_count")
    now = as_of_month(result)
    peak, count = worlds(result, "unit_running_peak"), worlds(result, "unit_count")
    standing = np.flatnonzero(count[:, :, now:].any(axis=(0, 1)))
    if not standing.size:
        raise Missing("no generating unit ever stands on any campus")
    now += int(standing[0])
    later = min(now + 12, len(result.coords["month"]) - 1)
    month = month_period(result, now)
    spare = (count - peak)[:, :, now].sum(axis=1)
    head = figure(
        "Q08",
        f"Units that must run in the heaviest hour of {result.coords['month'][now]}, all campuses",
        peak[:, :, now].sum(axis=1),
        "units",
        STAGES,
        period=month,
    )
    met = np.array([(spare >= 2.0).mean()])
    words = "futures in which two units may fail and all load is still met"
    ahead = f"units that must run in {result.coords['month'][later]}"
    more: tuple[Figure, ...] = (
        figure("Q08_stand", "units that stand there", count[:, :, now].sum(axis=1), "units", STAGES, period=month),
        figure("Q08_spare", "spare in that hour", spare, "units", STAGES, period=month),
        figure("Q08_two_out", words, met, "share", STAGES, axis="share", period=month),
        figure("Q08_year_on", ahead, peak[:, :, later].sum(axis=1), "units", STAGES, period=month_period(result, later)),
    )
    hottest = result.has("firm_hot_hour_mw")
    words = "nameplate per firm MW, grid and units: " + ("in the hottest hour, the largest piece of plant out" if hottest else FIRM_PLAIN)
    firm_name = "firm_hot_hour_mw" if hottest else "supply_firm_mw"
    nameplate, firm = (worlds(result, n)[:, :, now].sum(axis=1) for n in ("supply_nameplate_mw", firm_name))
    ratio = np.divide(nameplate, firm, out=np.full_like(firm, np.nan), where=firm > 0)
    more += (figure("Q08_ratio", words, ratio, "1", STAGES, period=month),)
    if hottest:
        more += _failing(result, now)
    return Answer(head, more, {"firm_ratio_peer": float(np.median(ratio))}, None, _table(result, peak, count, now))


def _failing(result: Result, now: int) -> tuple[Figure, ...]:
    """Firm over nameplate by the hottest hour, and the hours that outages leave short in the year from that month on."""
    year = slice(now, min(now + 12, len(result.coords["month"])))
    span = f"{'year' if year.stop - now == 12 else 'months'} {span_label(result, year)}"
    firm, battery, nameplate = (
        worlds(result, n)[:, :, now].sum(axis=1) for n in ("firm_hot_hour_mw", "firm_battery_mw", "supply_nameplate_mw")
    )
    ratio = np.divide(firm, nameplate, out=np.full_like(firm, np.nan), where=nameplate > 0)
    lole, one_out = (worlds(result, n)[:, :, year].sum(axis=(1, 2)) for n in ("lole_h", "n1_short_hours"))
    month, stages = month_period(result, now), ("adequacy",)
    words = "firm over nameplate: grid and units in the hottest hour, the largest piece of plant out"
    return (
        figure("Q08_firm_frac", words, ratio, "share", stages, period=month),
        figure("Q08_battery", "battery power that counts as firm besides", battery, "MW", stages, period=month),
        figure("Q08_lole", "campus-hours that outages leave short, expected, no battery", lole, "h", stages, period=span),
        figure("Q08_one_out", "campus-hours that would be short with the largest piece of plant out", one_out, "h", stages, period=span),
    )


def _table(result: Result, peak: np.ndarray, count: np.ndarray, now: int) -> list[dict[str, object]]:
    rows = []
    for u, label in enumerate(result.coords["unit"]):
        if np.median(count[:, u, now]) > 0:
            rows.append({"block": label, "stand": round(float(np.median(count[:, u, now])), 1), **band_row(peak[:, u, now])})
    return rows
