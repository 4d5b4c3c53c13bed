"""Rules of finance that work on numbers and arrays: their worked examples, their limits, and what they conserve."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.finance import chance, covenants, impairment, leases, price_paths
from gigacampus.schema.revenue import AwardsSpec, PricePathSpec

LUCK = np.linspace(0.0, 1.0, 20_001)


def test_noise_is_the_same_whatever_was_asked_for_before():
    whole = chance.uniform(LUCK, "rent", np.arange(24)[:, None])
    assert np.array_equal(chance.uniform(LUCK[77], "rent", 13), whole[13, 77])
    assert np.array_equal(chance.uniform(LUCK[::-1], "rent", 5)[::-1], whole[5])


def test_noise_is_uniform_and_unrelated_between_months_streams_and_neighbours():
    u, v, w = (chance.uniform(LUCK, s, c) for s, c in (("rent", 3), ("rent", 4), ("token", 3)))
    counts = np.histogram(u, bins=20, range=(0.0, 1.0))[0]
    expected = len(LUCK) / 20
    assert ((counts - expected) ** 2 / expected).sum() < 43.8  # 99.9 % of chi-square with 19 degrees
    for other in (v, w, np.roll(u, 1)):
        assert abs(np.corrcoef(u, other)[0, 1]) < 4.0 / np.sqrt(len(LUCK))
    assert u.min() > 0.0 and u.max() < 1.0


def test_normal_noise_has_the_tails_of_the_normal_distribution():
    z = chance.normal(LUCK, "rent", 9)
    for limit, share in ((0.0, 0.5), (1.0, 0.158655), (2.0, 0.02275)):
        assert (z > limit).mean() == pytest.approx(share, abs=4.0 * np.sqrt(share / len(LUCK)))


def test_awards_come_as_often_as_they_should_and_keep_their_mean():
    rule = AwardsSpec(per_year=3.0, mean_usd=100.0, spread_log=0.7, parts=4, part_months=3)
    got = price_paths.awards(rule.model_copy(update={"draw_quantile": LUCK}), months=48, draws=len(LUCK), first=11)
    assert np.all(got[:12] == 0.0)
    assert got[24:].sum(axis=0).mean() == pytest.approx(2.0 * 300.0, rel=0.02)
    assert (got[12] == 0.0).mean() == pytest.approx(np.exp(-0.25), abs=0.015)


def path(draws=4000, months=61, **fields):
    luck = np.linspace(0.0, 1.0, draws)
    return price_paths.price_factor(
        PricePathSpec(**fields).model_copy(update={"draw_quantile": luck}), "rent", months=months, draws=draws, first=0
    )


def test_a_price_without_noise_stays_on_its_trend():
    assert np.array_equal(path(), np.ones((61, 4000)))


def test_a_price_keeps_the_spread_that_theory_gives():
    logs = np.log(path(volatility_per_sqrt_year=0.4, reversion_per_year=0.8))
    for months in (1, 12, 60):
        spread = 0.4 * np.sqrt((1.0 - np.exp(-2.0 * 0.8 * months / 12.0)) / 1.6)
        assert logs[months].std() == pytest.approx(spread, rel=0.05)
        assert logs[months].mean() == pytest.approx(0.0, abs=4.0 * spread / np.sqrt(4000))
    walk = np.log(path(volatility_per_sqrt_year=0.4, reversion_per_year=0.0))
    assert walk[60].std() == pytest.approx(0.4 * np.sqrt(5.0), rel=0.05)


def test_the_other_regime_takes_its_share_of_time_and_pulls_the_price():
    luck = np.linspace(0.0, 1.0, 4000)
    state = price_paths.regime(luck, "rent", months=241, first=0, to_per_year=0.5, back_per_year=1.0)
    leave, back = -np.expm1(-0.5 / 12.0), -np.expm1(-1.0 / 12.0)
    assert state[200:].mean() == pytest.approx(leave / (leave + back), abs=0.03)
    glut = np.log(path(other_regime_log=-1.0, to_other_per_year=50.0, back_per_year=0.0, reversion_per_year=4.0))
    assert glut[60].mean() == pytest.approx(-1.0, abs=0.01)


def test_an_operating_lease_ends_at_nothing_and_costs_its_rent():
    rate, n, rent = 0.11 / 12.0, 60, 100.0
    liability = right = float(leases.present_value_of_rents(rent=rent, monthly_rate=rate, months=n))
    cost = 0.0
    for _ in range(n):
        accretion, amortised = leases.operating_lease_month(liability=liability, rent=rent, monthly_rate=rate)
        assert accretion + amortised == pytest.approx(rent, rel=1e-12)
        liability, right, cost = liability + accretion - rent, right - amortised, cost + accretion + amortised
    assert liability == pytest.approx(0.0, abs=1e-8) and right == pytest.approx(0.0, abs=1e-8)
    assert cost == pytest.approx(n * rent)


def test_relief_of_a_write_down_adds_up_to_it_when_the_schedule_ends():
    left, net = 30.0, 100.0
    saved = 0.0
    for charge in [10.0] * 10:
        part = float(impairment.relief(written_down=left, charge=charge, scheduled_net=net))
        left, net, saved = left - part, net - charge, saved + part
    assert saved == pytest.approx(30.0, rel=1e-12) and left == pytest.approx(0.0, abs=1e-12)


def test_a_fall_that_cash_still_covers_writes_nothing_down():
    undiscounted = impairment.cash_of_machines(rent=10.0, cost=4.0, rent_change_per_year=-0.1, discount_per_year=0.0, months=60.0)
    fair = impairment.cash_of_machines(rent=10.0, cost=4.0, rent_change_per_year=-0.1, discount_per_year=0.12, months=60.0)
    assert fair < undiscounted
    between = 0.5 * (float(fair) + float(undiscounted))
    assert impairment.write_down(carrying=between, undiscounted=undiscounted, fair_value=fair) == 0.0
    above = float(undiscounted) * 1.001
    assert impairment.write_down(carrying=above, undiscounted=undiscounted, fair_value=fair) == pytest.approx(above - float(fair))


def test_a_cure_restores_both_tests():
    case = {"net_rent": 88.0, "service": 80.0, "loan": 100.0, "value": 90.0}
    paid = float(covenants.cure_amount(**case, dscr_min=1.2, ltv_max=0.9))
    assert paid == pytest.approx(100.0 - 81.0)
    left = covenants.loan_to_value(loan=100.0 - paid, value=90.0)
    assert left <= 0.9 + 1e-12
    cover = covenants.debt_service_cover(rent=90.0 + paid, fees=2.0, service=80.0)
    assert cover >= 1.2


def test_no_loan_has_no_ratio_and_no_headroom():
    assert np.isnan(covenants.debt_service_cover(rent=1.0, fees=0.0, service=0.0))
    assert np.isnan(covenants.loan_to_value(loan=0.0, value=0.0))
    nothing = covenants.headroom(dscr=np.nan, dscr_min=1.2, ltv=np.nan, ltv_max=0.9, cash=1.0, cash_min=0.0)
    assert np.isnan(nothing)
