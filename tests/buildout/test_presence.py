"""Presence of blocks by themselves: windows, legal events, retirements, phases and waits, each on dates counted by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gigacampus.buildout.presence import Timetable, Windows, daily, monthly, presences, wait_months
from gigacampus.foundation.calendar import Months

from .cases import small

MONTHS = Months(date(2026, 1, 1), 12)
GRID = {"kind": "grid_tranche", "mw": 100, "in_service": date(2026, 1, 1)}
PHASE = {"planned_order": date(2026, 3, 1), "lead_days": 122.0, "capex_usd": 1e9}


def timetable_of(inputs, **schedule):
    campus = inputs.tree.campuses["north"]
    return Timetable(inputs.tree.as_of, campus.schedule.model_copy(update=schedule), inputs.tree.library)


def present(blocks, *, phases=0, windows=None):
    inputs = small(blocks, phases={f"p{k}": PHASE for k in range(phases)}, months=12)
    given = {"phases": phases, "states": phases + 2, "timetable": timetable_of(inputs)}
    return presences(inputs.tree.campuses["north"].blocks, windows=windows or monthly(MONTHS), **given)


def test_a_window_holds_the_share_that_lies_between_two_dates():
    windows = Windows(MONTHS, np.array([0.0, 1.0, 2.5, 4.0]), np.array([1.0, 2.5, 4.0, 4.5]))
    assert windows.overlap(0.25, 3.25).tolist() == [0.75, 1.0, 0.5, 0.0]
    days = daily(MONTHS, [date(2026, 1, 1), date(2026, 2, 15)])
    np.testing.assert_allclose(days.lower, [0.0, 1.0 + 14.0 / 28.0])
    np.testing.assert_allclose(days.upper - days.lower, [1.0 / 31.0, 1.0 / 28.0])


def test_a_legal_event_lasts_its_days_of_an_even_year():
    """146 days are 4.8 of twelve even months; it begins in the middle of April and no construction slips it."""
    stop = {"kind": "legal", "stops": ["grid"], "probability_frac": 0.3, "duration_days": 146.0, "court_stop_quantile": 0.1}
    grid = present({"grid": GRID, "court": {**stop, "in_service": date(2026, 4, 16)}})["grid"]
    assert grid[0] == pytest.approx([1.0, 1.0, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.7, 1.0, 1.0, 1.0])
    sooner = present({"grid": GRID, "court": {**stop, "in_service": date(2026, 4, 16), "out_of_service": date(2026, 6, 1)}})["grid"]
    assert sooner[0].sum() == pytest.approx(12.0 - 1.5)


def test_retirements_take_shares_one_after_the_other():
    gone = {"kind": "retirement", "block": "grid", "share_frac": 0.5, "in_service": date(2026, 3, 1)}
    grid = present({"grid": GRID, "first": gone, "second": {**gone, "share_frac": 0.25, "in_service": date(2026, 5, 1)}})["grid"]
    assert grid[0] == pytest.approx([1.0, 1.0, 0.5, 0.5] + [0.375] * 8)


def test_a_block_of_a_phase_is_there_from_its_state_on_in_every_month_and_states_beyond_the_last_repeat_it():
    more = {**GRID, "in_service": None, "phase": 1}
    found = present({"grid": GRID, "more": more}, phases=1)
    assert found["more"].tolist() == [[0.0] * 12, [1.0] * 12, [1.0] * 12] and (found["grid"] == 1.0).all()


def test_months_until_a_block_enters_service():
    inputs = small(
        {"grid": {**GRID, "in_service": date(2026, 3, 16)}, "more": {**GRID, "in_service": None, "phase": 1}}, phases={"p": PHASE}
    )
    blocks, told = inputs.tree.campuses["north"].blocks, {"timetable": timetable_of(inputs), "months": MONTHS, "phase_starts": [4.25]}
    first = 2.0 + 15.0 / 31.0
    assert wait_months(blocks["grid"], **told)[:4] == pytest.approx([first, first - 1.0, first - 2.0, 0.0])
    assert wait_months(blocks["more"], **told)[:6].tolist() == [4.25, 3.25, 2.25, 1.25, 0.25, 0.0]


def test_what_stands_on_the_day_of_knowledge_does_not_slip_and_what_is_planned_does():
    """As of 1 January; the slip of a plan is that of its lead, and what the block states itself comes on top: a tenth of a year."""
    inputs = small({"now": GRID, "plan": {**GRID, "in_service": date(2026, 7, 1), "slip_days": 36.5}})
    blocks, late = inputs.tree.campuses["north"].blocks, timetable_of(inputs, slip="median")
    assert late.start(blocks["now"], MONTHS) == 0.0
    assert timetable_of(inputs).start(blocks["plan"], MONTHS) == pytest.approx(7.2)
    slip = late.slip_for(181.0)
    assert slip > 0.0 and late.start(blocks["plan"], MONTHS) == pytest.approx(MONTHS.position(date(2026, 7, 1), 36.5 + slip))
