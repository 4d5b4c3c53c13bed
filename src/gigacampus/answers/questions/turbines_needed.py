"""Q08: how many generating units must run, and how many are spare."""

from __future__ import annotations

import numpy as np

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import band_row, needed, worlds
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, month_period
from gigacampus.results.result import Result

STAGES = ("dispatch",)


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
    nameplate, firm = (worlds(result, n)[:, :, now].sum(axis=1) for n in ("supply_nameplate_mw", "supply_firm_mw"))
    ratio = np.divide(nameplate, firm, out=np.full_like(firm, np.nan), where=firm > 0)
    more += (figure("Q08_ratio", "nameplate per firm MW, grid and units", ratio, "1", STAGES, period=month),)
    return Answer(head, more, {"firm_ratio_peer": float(np.median(ratio))}, None, _table(result, peak, count, now))


def _table(result: Result, peak: np.ndarray, count: np.ndarray, now: int) -> list[dict[str, object]]:
    rows = []
    for u, label in enumerate(result.coords["unit"]):
        if np.median(count[:, u, now]) > 0:
            rows.append({"block": label, "stand": round(float(np.median(count[:, u, now])), 1), **band_row(peak[:, u, now])})
    return rows
