"""Failures and goodput against simulation and published arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.compute import failures


def simulated_goodput(mtbf_h: float, restart_h: float, write_h: float, interval_h: float, rng) -> float:
    """Plain event simulation: failures strike work, writes and restarts alike."""
    segments, clock, left = 3000, 0.0, rng.exponential(mtbf_h)
    for _ in range(segments):
        need = interval_h + write_h
        while left < need:
            clock += left
            left = rng.exponential(mtbf_h)
            while left < restart_h:
                clock += left
                left = rng.exponential(mtbf_h)
            clock += restart_h
            left -= restart_h
        clock += need
        left -= need
    return segments * interval_h / clock


@pytest.mark.parametrize(("mtbf", "restart", "write"), [(3.1, 0.17, 0.004), (0.5, 0.17, 0.004), (0.25, 0.03, 0.0014)])
def test_closed_form_equals_a_simulation(mtbf, restart, write):
    interval = float(failures.daly_interval_h(mtbf, write_h=write))
    ours = float(failures.daly_goodput(mtbf, restart_h=restart, write_h=write))
    drawn = simulated_goodput(mtbf, restart, write, interval, np.random.default_rng(7))
    assert drawn == pytest.approx(ours, rel=0.04)


def test_large_jobs_at_the_published_failure_rate():
    minutes = 60.0 / (np.array([16_384, 100_000, 200_000, 440_000]) * 419 / (54 * 24 * 16_384))
    slow = failures.daly_goodput(minutes / 60, restart_h=10 / 60, write_h=15 / 3600)
    quick = failures.daly_goodput(minutes / 60, restart_h=2 / 60, write_h=5 / 3600)
    assert slow.round(2).tolist() == [0.90, 0.63, 0.43, 0.18]
    assert quick.round(2).tolist() == [0.96, 0.87, 0.79, 0.64]


def test_goodput_falls_with_the_job_and_stays_a_share():
    sizes = np.geomspace(10, 1e6, 40)
    values = failures.daly_goodput(1.0 / (sizes * 2e-5), restart_h=0.1, write_h=0.004)
    assert np.all(np.diff(values) < 0) and values[0] < 1 and values[-1] > 0


def test_a_smaller_replica_costs_less():
    lose = [float(failures.drop_replica_goodput(1e5, rate_per_h=2.0, replica=r, repair_h=4.0, stall_h=0.02)) for r in (64, 512)]
    assert lose[1] < lose[0] < 1
