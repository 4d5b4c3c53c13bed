"""Hazard of legal delay: exposure, events up to the day, and none at all."""

from __future__ import annotations

from datetime import date

import pytest

from gigacampus.buildout.legal import Exposure, hazard

SITES = [Exposure("a", date(2024, 1, 1), (date(2024, 6, 1), date(2026, 6, 1))), Exposure("b", date(2025, 1, 1), ())]


def test_only_events_and_exposure_up_to_the_day_count() -> None:
    rate = hazard(SITES, "challenges", last_day=date(2025, 12, 31))
    assert rate.events == 1
    assert rate.years == pytest.approx(730 / 365 + 364 / 365)
    assert rate.mean_per_year == pytest.approx(1.5 / rate.years)


def test_no_event_still_leaves_a_rate_with_a_wide_band() -> None:
    rate = hazard(SITES, "stops", last_day=date(2025, 12, 31))
    assert rate.low_per_year < 0.01 < rate.mean_per_year < rate.high_per_year
    assert 0.0 < rate.probability_frac(1.0) < rate.probability_frac(2.0) < 1.0
