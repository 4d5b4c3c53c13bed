"""Inputs of products and red lines: what people and machines ask for, the post stream, the gates and the clocks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gigacampus.foundation.types import USD, Count, Day, Frac, Hours, NonNegative, Positive, Signed, Spec

FitName = Literal["besiroglu_2024", "hoffmann_2022", "hoffmann_2022_tex", "muennighoff_2023"]


class CarsSpec(Spec):
    """Vehicles that talk to the model and film the road."""

    vehicles: Count = 0.0
    """Vehicles on the road at the start of the horizon."""
    growth_per_year: Signed = 0.0
    equipped_frac: Frac = 0.0
    """Share of vehicles that can talk to the model."""
    equipped_from: Day | None = None
    calls_per_vehicle_day: NonNegative = 1.0
    tokens_per_call: NonNegative = 200.0
    km_per_vehicle_year: NonNegative = 13_000.0
    mean_speed_kmh: Positive = 45.0
    cameras: NonNegative = 8.0
    video_tokens_per_camera_s: NonNegative = 1000.0
    """After a learned tokenizer; assumed, 100 to 10,000."""
    kept_video_frac: Frac = 0.0001
    """Share of the film that is uploaded and trained on."""


class RobotsSpec(Spec):
    """Robots in the field: what runs on board and what is asked of the cloud."""

    robots: Count = 0.0
    """Robots in use at ``starts_on``."""
    growth_per_year: Signed = 0.0
    starts_on: Day | None = None
    """First day in the field; empty: the start of the horizon."""
    duty_frac: Frac = 0.5
    escalations_per_hour: NonNegative = 20.0
    tokens_per_escalation: NonNegative = 200.0
    planner_in_cloud_frac: Frac = 0.0
    planner_hz: Positive = 8.0
    action_tokens: NonNegative = 8.0
    network_round_trip_s: NonNegative = 0.04


class AgentsSpec(Spec):
    """Software agents sold by the task."""

    tasks_per_day: Count = 0.0
    growth_per_year: Signed = 0.0
    starts_on: Day | None = None
    turns_per_task: NonNegative = 30.0
    tokens_per_turn: NonNegative = 600.0


class ImagesSpec(Spec):
    """Images made by users from prompts, as a dated stream."""

    per_day: Count = 0.0
    growth_per_year: Signed = 0.0
    starts_on: Day | None = None
    """Day on which the feature opens; empty: before the horizon."""


class PostStreamSpec(Spec):
    """A stream of posts that training and search may use."""

    posts_per_day: Count = 0.0
    growth_per_year: Signed = 0.0
    tokens_per_post: NonNegative = 30.0
    unique_frac: Frac = 0.3
    """Share left after spam, bots and copies."""
    rights_frac: Frac = 1.0
    """Share that law and terms allow to train on."""
    text_bytes_per_post: NonNegative = 150.0
    metadata_bytes_per_post: NonNegative = 5000.0
    media_frac: Frac = 0.2
    media_bytes: NonNegative = 2_000_000.0
    """Bytes of one attachment as stored."""
    rate_half_life_h: Positive = 3.0
    """Hours in which the interest in an event halves."""
    event_query_frac: Frac = 0.1
    """Share of questions about events; assumed."""
    crawl_lag_h: NonNegative = 24.0
    """Age at which others see the same news."""


class ScalingSpec(Spec):
    """The law that turns tokens into loss."""

    fit: FitName = "besiroglu_2024"
    parameters: Positive = 4.0e11
    stock_tokens: Positive = 15.6e12
    """Unique training tokens without the stream."""
    epochs: Annotated[float, Field(ge=1, le=1000)] = 1.0
    """Passes over the stock."""
    repeat_decay: Positive = 15.387756
    """R_D*: repeats after which new passes stop helping; 5 to 30."""


class ProductsSpec(Spec):
    """What people and machines ask of the models."""

    chat_users: Count = 1_000_000.0
    """Monthly users on ``chat_users_day``."""
    chat_users_day: Day | None = None
    """Day of that count; empty: the start of the horizon."""
    chat_user_growth_per_year: NonNegative = 0.5
    """Growth per year while far below the ceiling: 0.5 is 50 %."""
    chat_user_ceiling: Positive = 1.0e9
    """Users at which growth stops."""
    paying_frac: Frac = 0.03
    prompts_per_user_day: NonNegative = 1.0
    output_tokens_per_prompt: NonNegative = 350.0
    api_tokens_per_day: Count = 0.0
    api_growth_per_year: Signed = 0.0
    cars: CarsSpec = CarsSpec()
    robots: RobotsSpec = RobotsSpec()
    agents: AgentsSpec = AgentsSpec()
    images: ImagesSpec = ImagesSpec()
    posts: PostStreamSpec = PostStreamSpec()
    scaling: ScalingSpec = ScalingSpec()


class ControlSpec(Spec):
    """A dated change of the rules: less volume, or one more gate."""

    day: Day
    volume_factor: NonNegative = 1.0
    """Outputs after over before."""
    extra_recall: Frac = 0.0
    """Share of the remaining violations that it stops."""
    source: str = ""


class ObserverSpec(Spec):
    """Somebody who counts from outside."""

    visibility_frac: Frac = 1.0
    """Share of violating outputs in the place where the observer looks."""
    sampling_frac: Frac = 1.0
    """Share of that place which is looked at."""
    definition_factor: NonNegative = 1.0
    """What the observer counts over what the truth counts."""


class ReviewSpec(Spec):
    """People who look at reported and flagged items."""

    reviewers: Count = 0.0
    """People on the payroll."""
    hours_per_week: Annotated[float, Field(gt=0, le=168)] = 30.0
    """Productive hours of one person."""
    occupancy_max_frac: Frac = 0.8
    items_per_hour: Positive = 25.0
    reported_frac: Frac = 0.3
    """Share of violating items that somebody reports."""
    harmless_reports_per_output: NonNegative = 0.001
    report_delay_h: Hours = 6.0
    action_h: Hours = 0.5
    patience_h: Hours = 0.0
    """Time after which an item is no longer worth reviewing; 0: every item is worked."""
    item_life_h: Hours = 720.0
    """Time for which an item that nobody reports is still seen."""


class ExposureSpec(Spec):
    """Money at risk; every probability as a low and a high value."""

    usd_per_violation: USD = 53_088.0
    """Largest US civil penalty for one violation of the removal rule."""
    enforced_low_frac: Frac = 0.0
    enforced_high_frac: Frac = 1e-5
    turnover_usd_per_year: USD = 0.0
    fine_of_turnover_frac: Frac = 0.06
    """Largest fine over turnover."""
    finding_low_per_year: NonNegative = 0.0
    finding_high_per_year: NonNegative = 0.2
    severity_frac: Frac = 0.2
    """Fine imposed over the largest possible."""
    blocked_revenue_frac: Frac = 0.0
    """Share of revenue in countries that block the service."""
    clock_from: Day | None = None
    """Day from which the removal clock binds; empty: always."""


class RedLinesSpec(Spec):
    """Gates in series, reviewers, legal clocks. Rates, queues and clocks only."""

    violating_prompt_frac: Frac = 0.0
    """Share of outputs that would violate the rules if no gate stood."""
    gate_recalls: list[Frac] = []
    """Share of violations that each gate catches, in order."""
    gate_false_positives: list[Frac] = []
    """Share of harmless outputs that each gate blocks; missing ones are 0."""
    gate_correlation: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Correlation of what the gates miss: 1 means all miss the same items."""
    legal_clock_h: NonNegative = 48.0
    controls: list[ControlSpec] = []
    observers: dict[str, ObserverSpec] = {}
    review: ReviewSpec = ReviewSpec()
    exposure: ExposureSpec = ExposureSpec()
