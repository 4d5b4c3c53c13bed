"""Scaling laws, streams, demand of machines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import multivariate_normal

from gigacampus.products import demand, exposure, gates, scaling_laws, stream
from gigacampus.validation.scaling_fit import fit_loss_law

FIT = scaling_laws.FITS["besiroglu_2024"]


def test_refit_recovers_the_law_that_made_the_points():
    rng = np.random.default_rng(2)
    n, d = 10 ** rng.uniform(7.5, 10.2, 200), 10 ** rng.uniform(9, 12, 200)
    law, best = fit_loss_law(n, d, scaling_laws.loss_nats(n, d, fit=FIT))
    assert best < 1e-9
    assert (law.a, law.b, law.e) == pytest.approx((FIT.a, FIT.b, FIT.e), rel=1e-2)


@given(st.floats(1.0, 100.0), st.floats(5.0, 30.0))
def test_repeats_are_worth_less_than_new_tokens_but_never_harm(epochs, decay):
    worth = float(scaling_laws.effective_tokens(1.0, epochs=epochs, repeat_decay=decay))
    assert 1.0 <= worth <= min(epochs, 1.0 + decay) + 1e-9


@given(st.floats(1e7, 1e13), st.floats(1e8, 1e13))
def test_overfitting_needs_repeats_and_grows_with_them(n, unique):
    overfit = scaling_laws.FITS["repeated_runs"].overfit
    once, some, many = (float(scaling_laws.overfit_nats(n, unique=unique, epochs=e, overfit=overfit)) for e in (1.0, 4.0, 40.0))
    assert once == 0.0 < some < many


def test_gain_of_the_stream_has_diminishing_returns():
    gain = [
        float(scaling_laws.stream_gain_nats(4e11, stock_tokens=1.5e13, new_tokens=t, epochs=1.0, repeat_decay=15.4, fit=FIT))
        for t in (1e12, 2e12, 4e12)
    ]
    assert gain[0] < gain[1] < 2 * gain[0] and gain[2] < 2 * gain[1]


def test_sizes_of_a_million_robots():
    per_hour = demand.robot_tokens_per_hour(
        escalations_per_hour=0.0, tokens_per_escalation=0.0, planner_in_cloud_frac=1.0, planner_hz=8.0, action_tokens=256.0
    )
    assert float(demand.robot_tokens_per_day(1e6, duty_frac=0.5, tokens_per_hour=per_hour)) == pytest.approx(8.8e13, rel=0.01)


def test_the_claimed_volume_needs_media():
    gb = stream.stream_gb_per_day(500e6, text_bytes=151, metadata_bytes=5459, media_frac=0.2, media_bytes=2e6)
    assert gb["text"] < gb["with_metadata"] < gb["with_media"]


def test_news_is_worth_half_after_its_half_life():
    assert stream.freshness_gain_frac(own_lag_h=0.0, other_lag_h=3.0, half_life_h=3.0, event_query_frac=0.2) == pytest.approx(0.1)


@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=4), st.floats(0.0, 1.0))
def test_correlated_gates_lie_between_their_limits(recalls, rho):
    miss = gates.all_miss_frac(recalls, correlation=rho)
    misses = 1.0 - np.array(recalls)
    assert np.prod(misses) * (1 - 1e-6) <= miss <= misses.min() * (1 + 1e-6)


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.9, 0.99, 0.99999])
def test_two_gates_equal_the_bivariate_normal(rho):
    misses = np.array([0.16, 0.5])
    exact = multivariate_normal(cov=[[1.0, rho], [rho, 1.0]]).cdf(ndtri(misses))
    assert gates.all_miss_frac(1.0 - misses, correlation=rho) == pytest.approx(exact, rel=1e-6)


def test_exposure_adds_up():
    assert exposure.removal_penalty_usd(10.0, usd_per_violation=100.0, enforced_frac=0.5) == 500.0
    assert exposure.blocked_usd_per_month(1200.0, blocked_revenue_frac=0.1) == pytest.approx(10.0)


def test_published_fits_give_the_loss_of_their_printed_constants():
    """A model of 70e9 parameters and 1.4e12 tokens, from the constants as the papers print them."""
    n, d = 70e9, 1.4e12
    printed = {
        "besiroglu_2024": 1.81686 + 482.00572 / n**0.34781 + 2085.4342 / d**0.36585,
        "hoffmann_2022": 1.69 + 406.4 / n**0.34 + 410.7 / d**0.28,
        "hoffmann_2022_tex": 1.6934 + 406.4 / n**0.3392 + 410.7 / d**0.2849,
        "muennighoff_2023": 1.869144 + 520.825 / n**0.3526596 + 1487.716 / d**0.3526596,
        "repeated_runs": 1.981845 + 521.746 / n**0.3391302 + 13345.1 / d**0.4413168,
    }
    ours = {name: float(scaling_laws.loss_nats(n, d, fit=fit)) for name, fit in scaling_laws.FITS.items()}
    assert ours == pytest.approx(printed, rel=1e-9)
