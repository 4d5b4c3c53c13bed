"""Q10: heads by year, permanent and building, and the tax given up for each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import Figure, figure
from gigacampus.answers.reductions import band_row, needed, total
from gigacampus.answers.workforce import heads
from gigacampus.rerun.place import Place
from gigacampus.results.periods import as_of_month, horizon_period, year_ahead, year_on, years
from gigacampus.results.result import Result

STAGES = ("company", "traffic")


def answer(result: Result, place: Place | None = None) -> Answer:
    """Permanent jobs a year on, all campuses; builders of the busiest month; dollars waived a job-year."""
    needed(result, "jobs_permanent", "workers_on_site", "county_waived_usd")
    months = year_ahead(result)
    jobs = result.samples("jobs_permanent")[:, :, min(as_of_month(result) + 12, len(result.coords["month"]) - 1)].sum(axis=1)
    head = figure(
        "Q10",
        "Permanent jobs a year on, all campuses",
        jobs,
        "jobs",
        ("company",),
        note="jobs per MW are not public and uncertain",
        period=year_on(result),
    )
    workers = result.samples("workers_on_site").sum(axis=1)
    busiest = workers[:, months].max(axis=1)
    waived = result.samples("county_waived_usd")[:, :, months].sum(axis=(1, 2))
    more = (
        figure("Q10_builders", "people on site in the busiest month of the year ahead", busiest, "people", ("traffic",)),
        figure("Q10_cost", "tax waived in the year ahead for each permanent job", waived / np.maximum(jobs, 1.0), "USD", ("company",)),
        *_whole(result),
    )
    table = [band_row(workers[:, rows].mean(axis=1), what="on site, builders and staff", year=y) for y, rows in years(result).items()]
    table += [
        band_row(
            np.broadcast_to(count, (len(count), count.shape[1]))[:, rows].mean(axis=1), what=f"company, {trade.replace('_', ' ')}", year=y
        )
        for trade, count in heads(result).items()
        for y, rows in years(result).items()
    ]
    compare = _compare(result, float(np.median(jobs)))
    return Answer(head, tuple(replace(f, perimeter="public") if f.unit == "USD" else f for f in more), compare, None, table)


def _compare(result: Result, jobs: float) -> dict[str, float | str]:
    """Jobs for each MW of facility power a year on."""
    month = min(as_of_month(result) + 12, len(result.coords["month"]) - 1)
    power = float(np.median(total(result, "facility_design_mw")[:, month])) if result.has("facility_design_mw") else 0.0
    return {"hyperion_jobs": jobs / power} if power else {}


def _whole(result: Result) -> list[Figure]:
    """Waived over the horizon for each job of each campus."""
    per_job = result.samples("county_forgone_usd_per_job")
    return [
        figure(
            f"Q10_cost_{campus}",
            f"waived over the horizon for each permanent job, {campus}",
            per_job[:, c],
            "USD",
            ("company",),
            period=horizon_period(result),
            place=f"campus {campus}",
        )
        for c, campus in enumerate(result.coords["campus"])
    ]
