"""The products stage."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.products import products_stage
from gigacampus.registry.variables import of_stage

FULL = {
    "chat_users": 60e6,
    "chat_user_growth_per_year": 0.8,
    "chat_user_ceiling": 600e6,
    "prompts_per_user_day": 1.5,
    "cars": {"vehicles": 8e6, "equipped_frac": 0.3, "equipped_from": "2025-12-16", "calls_per_vehicle_day": 0.5},
    "robots": {"robots": 1e4, "starts_on": "2026-03-01"},
    "agents": {"tasks_per_day": 1e5, "starts_on": "2026-06-01"},
    "posts": {"posts_per_day": 500e6},
    "images": {"per_day": 3e5, "starts_on": "2025-12-25"},
}


def test_gives_every_registered_variable_with_its_shape(make_inputs):
    out = products_stage.run(make_inputs(FULL), {})
    assert set(out) == {v.name for v in of_stage("products")}
    assert {value.shape for value in out.values()} == {(14,)}


def test_tokens_asked_for_are_the_sum_of_their_parts(make_inputs):
    out = products_stage.run(make_inputs(FULL), {})
    days = np.array([30, 31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    chat = out["prompts_per_day"] * 350 * days
    machines = out["tokens_from_cars"] + out["tokens_from_robots"] + out["tokens_from_agents"]
    assert out["tokens_demanded"] == pytest.approx(chat + machines)


def test_machines_ask_for_nothing_before_their_first_day(make_inputs):
    out = products_stage.run(make_inputs(FULL), {})
    assert out["tokens_from_cars"][0] == 0 and out["tokens_from_cars"][1] > 0
    assert out["tokens_from_cars"][1] == pytest.approx(out["tokens_from_cars"][2] * 16 / 31)
    assert np.all(out["tokens_from_robots"][:4] == 0) and out["tokens_from_robots"][4] > 0
    assert out["image_outputs_per_day"][1] == pytest.approx(3e5 * 7 / 31)


def test_robots_ask_for_duty_times_escalations(make_inputs):
    out = products_stage.run(make_inputs(FULL), {})
    assert out["tokens_from_robots"][4] == pytest.approx(1e4 * 0.5 * 24 * 20 * 200 * 31)


def test_users_stop_at_the_ceiling(make_inputs):
    fast = products_stage.run(make_inputs({**FULL, "chat_user_growth_per_year": 1e6}), {})["chat_users"]
    assert fast[-1] == pytest.approx(600e6, rel=1e-3)
    assert np.all(np.diff(fast) > 0)


def test_no_posts_no_gain(make_inputs):
    with_posts = products_stage.run(make_inputs(FULL), {})["loss_gain_nats"]
    without = products_stage.run(make_inputs({**FULL, "posts": {"posts_per_day": 0}}), {})
    assert np.all(with_posts > 0)
    assert np.all(without["loss_gain_nats"] == 0) and np.all(without["fresh_tokens"] == 0)


def test_defaults_run_and_are_of_nobody(make_inputs):
    out = products_stage.run(make_inputs(), {})
    assert out["fresh_tokens"].sum() == 0 and out["tokens_from_cars"].sum() == 0
