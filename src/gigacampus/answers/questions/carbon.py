"""Q13: CO2 by source, per MWh, per training run, and people with the same emissions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import needed, total
from gigacampus.foundation.units import MILLION
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("emissions",)
US_TONNES_PER_PERSON = 13.8
"""Fossil CO2 a person and year in the United States. Source: Global Carbon Budget 2024; recalled."""
RUN_FLOP = 1.0e27


def answer(result: Result, place: Place | None = None) -> Answer:
    """Megatonnes of the year ahead, on site and through the grid."""
    needed(result, "co2_t", "co2_grid_t")
    months = year_ahead(result)
    site, grid = (total(result, n)[:, months].sum(axis=1) for n in ("co2_t", "co2_grid_t"))
    both = site + grid
    head = replace(headline.carbon(result), id="Q13")
    made = total(result, "onsite_mwh")[:, months].sum(axis=1)
    rate = np.divide(site, made, out=np.full_like(site, np.nan), where=made > 0)
    flop = total(result, "training_flop")[:, months].sum(axis=1)
    run = np.divide(both * RUN_FLOP, flop, out=np.full_like(both, np.nan), where=flop > 0)
    more = (
        figure("Q13_site", "of it on site", site / MILLION, "Mt", STAGES),
        figure("Q13_grid", "of it through the grid", grid / MILLION, "Mt", STAGES),
        figure("Q13_rate", "of each MWh generated on site", rate, "t/MWh", STAGES),
        figure(
            "Q13_people",
            "people with the same emissions",
            both / US_TONNES_PER_PERSON,
            "people",
            STAGES,
            note=f"{US_TONNES_PER_PERSON} t a person and year in the United States (recalled)",
        ),
        figure("Q13_run", "of a training run of 1e27 FLOP, if everything trains", run, "t", ("emissions", "training")),
    )
    rate_known = rate[np.isfinite(rate)]
    compare = {"simple_cycle": float(np.median(rate_known))} if rate_known.size else {}
    return Answer(head, more, compare)
