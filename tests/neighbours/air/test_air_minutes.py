"""NO2 of a day's minutes on made-up transfers: who sends what is named or the month's mean, and a calm hour adds nothing."""

from __future__ import annotations

from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.neighbours.air import minutes
from gigacampus.neighbours.air.isc import CALM_M_S

MONTHS = Fields(count=1, calendar_month=lambda: np.array([6]), hours=lambda: np.array([744.0]))
AT = Fields(
    months=MONTHS, campus=("a", "b"), receptor=("b/x", "a/y"), receptor_campus=(1, 0), unit=("a/u", "b/v", "b/w"), unit_campus=(0, 1, 1)
)


def air(in_stack):
    return Fields(air=Fields(no2_method="olm", in_stack_no2_frac=in_stack, background_ozone_ugm3=0.0))


def given(monkeypatch, groups=("one", "two")):
    """The three units send 1, 2 and 3 g/s in the mean of July; the first and the last share a stack."""
    transfers = [Fields(hourly=np.array([x, [99.0] * 4])) for x in ([0.5, 0.25, 1.0, 1.0], [2.0, 1.0, 1.0, 1.0])]
    monkeypatch.setattr(minutes, "group_units", lambda tree, unit: (groups, [0, 1, 0]))
    monkeypatch.setattr(minutes, "stack_transfers", lambda inputs, up, held: transfers)
    wind = np.full((2, 4), 3.0)
    wind[1, 2], wind[1, 3], wind[0, 0] = 0.99 * CALM_M_S, CALM_M_S, 0.0
    up = {"wind_speed_m_s": wind, "unit_nox_kg": 744.0 * 3.6 * np.array([1.0, 2.0, 3.0])[:, None, None], "planned_phase": np.zeros((2, 1))}
    return Fields(at=AT, tree=Fields(campuses={"a": air(0.9), "b": air(0.3)})), up


def test_named_blocks_send_what_is_told_and_the_others_their_mean(monkeypatch):
    """Without ozone NO2 is what leaves the stack as such, by the rules of the first receptor's campus; at just the least wind it blows."""
    inputs, up = given(monkeypatch)
    told = np.array([10.0, 20.0, 30.0, 40.0])
    no2, calm = minutes.no2_minutes_ugm3(inputs, up, {"b/v": told}, np.arange(4))
    assert no2 == pytest.approx(0.3 * np.array([4 * 0.5 + 10 * 2, 4 * 0.25 + 20, 0.0, 4 + 40]))
    assert calm.tolist() == [False, False, True, False]
    both, _ = minutes.no2_minutes_ugm3(inputs, up, {"a/u": told, "b/w": 0.0 * told}, np.arange(4))
    assert both == pytest.approx(0.3 * np.array([10 * 0.5 + 2 * 2, 20 * 0.25 + 2, 0.0, 40 + 2]))
    plain, _ = minutes.no2_minutes_ugm3(inputs, up, {}, np.array([0, 0]))
    assert plain == pytest.approx([0.3 * (4 * 0.5 + 2 * 2)] * 2)


def test_no_stack_adds_nothing(monkeypatch):
    inputs, up = given(monkeypatch, groups=())
    no2, calm = minutes.no2_minutes_ugm3(inputs, up, {}, np.arange(4))
    assert no2.tolist() == [0.0] * 4 and calm.tolist() == [False, False, True, False]
