"""Products: users, tokens asked for by people and machines, and what the streams give to training."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR
from gigacampus.products import demand, scaling_laws, stream
from gigacampus.schema.products import ScalingSpec


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays (month,) of the products stage."""
    products, months = inputs.tree.products, inputs.at.months
    days = months.hours() / HOURS_PER_DAY
    years = demand.years_since(months, None)
    users = demand.logistic(
        products.chat_users,
        ceiling=products.chat_user_ceiling,
        growth_per_year=products.chat_user_growth_per_year,
        years=demand.years_since(months, products.chat_users_day),
    )
    prompts = users * products.prompts_per_user_day
    api = demand.compound(products.api_tokens_per_day, growth_per_year=products.api_growth_per_year, years=years)
    cars, robots, agents = (f(inputs) * days for f in (car_tokens_per_day, robot_tokens_per_day, agent_tokens_per_day))
    chat = (prompts * products.output_tokens_per_prompt + api) * days
    return {
        "chat_users": users,
        "paying_users": users * products.paying_frac,
        "prompts_per_day": prompts,
        "tokens_demanded": chat + cars + robots + agents,
        "tokens_from_cars": cars,
        "tokens_from_robots": robots,
        "tokens_from_agents": agents,
        **_supply(inputs, days, years),
    }


def car_tokens_per_day(inputs: Any) -> np.ndarray:
    """Output tokens a day that drivers ask for."""
    cars, months = inputs.tree.products.cars, inputs.at.months
    years = demand.years_since(months, None)
    vehicles = demand.compound(cars.vehicles, growth_per_year=cars.growth_per_year, years=years)
    equipped = vehicles * cars.equipped_frac * demand.active_frac(months, cars.equipped_from)
    out: np.ndarray = equipped * cars.calls_per_vehicle_day * cars.tokens_per_call
    return out


def robot_tokens_per_day(inputs: Any) -> np.ndarray:
    """Output tokens a day that robots ask for."""
    robots, months = inputs.tree.products.robots, inputs.at.months
    fleet = demand.compound(robots.robots, growth_per_year=robots.growth_per_year, years=demand.years_since(months, robots.starts_on))
    each = demand.robot_tokens_per_hour(
        escalations_per_hour=robots.escalations_per_hour,
        tokens_per_escalation=robots.tokens_per_escalation,
        planner_in_cloud_frac=robots.planner_in_cloud_frac,
        planner_hz=robots.planner_hz,
        action_tokens=robots.action_tokens,
    )
    at_work = fleet * demand.active_frac(months, robots.starts_on)
    out: np.ndarray = demand.robot_tokens_per_day(at_work, duty_frac=robots.duty_frac, tokens_per_hour=each)
    return out


def agent_tokens_per_day(inputs: Any) -> np.ndarray:
    """Output tokens a day of software agents."""
    agents, months = inputs.tree.products.agents, inputs.at.months
    tasks = demand.compound(
        agents.tasks_per_day, growth_per_year=agents.growth_per_year, years=demand.years_since(months, agents.starts_on)
    )
    out: np.ndarray = tasks * demand.active_frac(months, agents.starts_on) * agents.turns_per_task * agents.tokens_per_turn
    return out


def _loss_gain_nats(law: ScalingSpec, new_tokens: np.ndarray) -> np.ndarray:
    return scaling_laws.stream_gain_nats(
        law.parameters,
        stock_tokens=law.stock_tokens,
        new_tokens=new_tokens,
        epochs=law.epochs,
        repeat_decay=law.repeat_decay,
        fit=scaling_laws.FITS[law.fit],
    )


def _supply(inputs: Any, days: np.ndarray, years: np.ndarray) -> dict[str, np.ndarray]:
    """What the streams give: fresh tokens, road film, images, and the loss that a year of posts saves."""
    products, months = inputs.tree.products, inputs.at.months
    posts, cars, images = products.posts, products.cars, products.images
    per_day = demand.compound(posts.posts_per_day, growth_per_year=posts.growth_per_year, years=years)
    fresh = stream.fresh_tokens_per_day(
        per_day, tokens_per_post=posts.tokens_per_post, unique_frac=posts.unique_frac, rights_frac=posts.rights_frac
    )
    vehicles = demand.compound(cars.vehicles, growth_per_year=cars.growth_per_year, years=years)
    km = vehicles * cars.km_per_vehicle_year * months.hours() / HOURS_PER_YEAR
    film = stream.video_tokens(
        stream.film_hours(km, mean_speed_kmh=cars.mean_speed_kmh),
        cameras=cars.cameras,
        tokens_per_camera_s=cars.video_tokens_per_camera_s,
        kept_frac=cars.kept_video_frac,
    )
    made = demand.compound(images.per_day, growth_per_year=images.growth_per_year, years=demand.years_since(months, images.starts_on))
    gb = stream.stream_gb_per_day(
        per_day,
        text_bytes=posts.text_bytes_per_post,
        metadata_bytes=posts.metadata_bytes_per_post,
        media_frac=posts.media_frac,
        media_bytes=posts.media_bytes,
    )
    first = stream.freshness_gain_frac(
        own_lag_h=0.0, other_lag_h=posts.crawl_lag_h, half_life_h=posts.rate_half_life_h, event_query_frac=posts.event_query_frac
    )
    return {
        "post_text_gb_per_day": gb["text"],
        "post_record_gb_per_day": gb["with_metadata"],
        "post_media_gb_per_day": gb["with_media"],
        "freshness_gain_frac": np.where(per_day > 0, first, 0.0),
        "fresh_tokens": fresh * days,
        "video_tokens": film,
        "image_outputs_per_day": made * demand.active_frac(months, images.starts_on),
        "loss_gain_nats": _loss_gain_nats(products.scaling, fresh * DAYS_PER_YEAR),
    }
