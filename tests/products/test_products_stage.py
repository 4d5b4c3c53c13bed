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
STILL = {
    "chat_users": 60.0,
    "chat_user_growth_per_year": 0.0,
    "chat_user_ceiling": 600.0,
    "paying_frac": 0.1,
    "prompts_per_user_day": 1.5,
    "output_tokens_per_prompt": 350,
    "api_tokens_per_day": 8000.0,
    "api_growth_per_year": 0.0,
    "cars": {
        "vehicles": 1000,
        "equipped_frac": 0.3,
        "calls_per_vehicle_day": 2,
        "tokens_per_call": 150,
        "growth_per_year": 0.0,
        "km_per_vehicle_year": 12_000,
        "mean_speed_kmh": 40,
        "cameras": 8,
        "video_tokens_per_camera_s": 4,
        "kept_video_frac": 0.01,
    },
    "robots": {
        "robots": 10,
        "growth_per_year": 0.0,
        "escalations_per_hour": 5,
        "tokens_per_escalation": 40,
        "planner_in_cloud_frac": 0.5,
        "planner_hz": 2,
        "action_tokens": 3,
        "duty_frac": 0.25,
    },
    "agents": {"tasks_per_day": 700, "growth_per_year": 0.0, "turns_per_task": 6, "tokens_per_turn": 90},
    "posts": {
        "posts_per_day": 5000,
        "growth_per_year": 0.0,
        "tokens_per_post": 40,
        "unique_frac": 0.6,
        "rights_frac": 0.5,
        "text_bytes_per_post": 140,
        "metadata_bytes_per_post": 2000,
        "media_frac": 0.2,
        "media_bytes": 1e6,
        "crawl_lag_h": 4.0,
        "rate_half_life_h": 2.0,
        "event_query_frac": 0.3,
    },
    "images": {"per_day": 300, "growth_per_year": 0.5, "starts_on": "2025-12-16"},
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


def test_machines_and_streams_month_by_month_by_hand(make_inputs):
    """Nothing grows but the images; December has 31 days, half of which the images miss."""
    out = products_stage.run(make_inputs(STILL), {})
    days = np.array([30, 31, 31, 28])
    assert out["tokens_from_cars"][:4] == pytest.approx(1000 * 0.3 * 2 * 150 * days)
    assert out["tokens_from_agents"][:4] == pytest.approx(700 * 6 * 90 * days)
    assert out["tokens_from_robots"][:4] == pytest.approx(10 * 0.25 * 24 * (5 * 40 + 0.5 * 2 * 3 * 3600) * days)
    assert out["tokens_demanded"][:4] == pytest.approx(
        (60.0 * 1.5 * 350 + 8000.0) * days + sum(out[f"tokens_from_{x}"][:4] for x in ("cars", "agents", "robots"))
    )
    assert out["paying_users"][0] == pytest.approx(60.0 * 0.1) and out["prompts_per_day"][0] == pytest.approx(90.0)
    assert out["fresh_tokens"][:4] == pytest.approx(5000 * 40 * 0.6 * 0.5 * days)
    assert out["video_tokens"][:4] == pytest.approx(1000 * 12_000 * days / 365 / 40 * 3600 * 8 * 4 * 0.01)
    since = (np.array([1.5, 2.5]) - (1.0 + 15.0 / 31.0)) / 12.0
    assert out["image_outputs_per_day"][1:3] == pytest.approx(300 * 1.5**since * [16 / 31, 1.0])
    assert out["post_text_gb_per_day"][0] == pytest.approx(5000 * 140 / 1e9)
    assert out["post_record_gb_per_day"][0] == pytest.approx(5000 * (140 + 2000) / 1e9)
    assert out["post_media_gb_per_day"][0] == pytest.approx(5000 * (140 + 2000 + 0.2 * 1e6) / 1e9)
    assert out["freshness_gain_frac"][0] == pytest.approx(0.3 * (1.0 - 0.5**2))


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
