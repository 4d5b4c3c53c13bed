"""Inputs of products and red lines: what people and machines ask for, the post stream, the gates and the clocks."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import (
    USD,
    Count,
    Day,
    Frac,
    GrowthPerYear,
    Hours,
    NonNegative,
    NoUnit,
    Positive,
    Ratio,
    Seconds,
    Spec,
    Unit,
)

FitName = Literal["besiroglu_2024", "hoffmann_2022", "hoffmann_2022_tex", "muennighoff_2023", "repeated_runs"]


class CarsSpec(Spec):
    """Vehicles that talk to the model and film the road."""

    vehicles: Count = 0.0
    """Vehicles on the road at the start of the horizon."""
    growth_per_year: GrowthPerYear = 0.0
    """Growth of the fleet a year: 0.1 is 10 %."""
    equipped_frac: Frac = 0.0
    """Share of vehicles that can talk to the model."""
    equipped_from: Day | None = None
    """First day on which vehicles can talk to the model; empty: before the horizon."""
    calls_per_vehicle_day: Annotated[NonNegative, Unit("1/day")] = FROM_LIBRARY
    """Calls of the model by one equipped vehicle."""
    tokens_per_call: Annotated[NonNegative, Unit("token")] = FROM_LIBRARY
    """Output tokens of one call."""
    km_per_vehicle_year: Annotated[NonNegative, Unit("km/year")] = FROM_LIBRARY
    """Distance that one vehicle drives."""
    mean_speed_kmh: Annotated[Positive, Unit("km/h")] = FROM_LIBRARY
    """Mean speed; turns distance into hours of film."""
    cameras: Annotated[NonNegative, NoUnit("count")] = FROM_LIBRARY
    """Cameras of one vehicle."""
    video_tokens_per_camera_s: Annotated[NonNegative, Unit("token/s")] = FROM_LIBRARY
    """Training tokens of a second of film of one camera, after a learned tokenizer."""
    kept_video_frac: Frac = FROM_LIBRARY
    """Share of the film that is uploaded and trained on."""


class RobotsSpec(Spec):
    """Robots in the field: what runs on board and what is asked of the cloud."""

    robots: Count = 0.0
    """Robots in use at ``starts_on``."""
    growth_per_year: GrowthPerYear = 0.0
    """Growth of the fleet a year: 0.1 is 10 %."""
    starts_on: Day | None = None
    """First day in the field; empty: the start of the horizon."""
    duty_frac: Frac = FROM_LIBRARY
    """Share of the day in which a robot works."""
    escalations_per_hour: Annotated[NonNegative, Unit("1/h")] = FROM_LIBRARY
    """Questions that one working robot asks of the cloud."""
    tokens_per_escalation: Annotated[NonNegative, Unit("token")] = FROM_LIBRARY
    """Output tokens of one answer."""
    planner_in_cloud_frac: Frac = 0.0
    """Share of the robots whose planner runs in the cloud."""
    planner_hz: Annotated[Positive, Unit("Hz")] = FROM_LIBRARY
    """Plans a second; their deadline is its inverse."""
    action_tokens: Annotated[NonNegative, Unit("token")] = FROM_LIBRARY
    """Output tokens of one plan."""
    network_round_trip_s: Seconds = FROM_LIBRARY
    """Time on the network for question and answer."""


class AgentsSpec(Spec):
    """Software agents sold by the task."""

    tasks_per_day: Annotated[float, Unit("1/day"), Ge(0), Le(1e12)] = 0.0
    """Tasks a day on ``starts_on``."""
    growth_per_year: GrowthPerYear = 0.0
    """Growth of tasks a year: 0.1 is 10 %."""
    starts_on: Day | None = None
    """First day on which tasks are sold; empty: the start of the horizon."""
    turns_per_task: Annotated[NonNegative, NoUnit("count")] = FROM_LIBRARY
    """Calls of the model in one task."""
    tokens_per_turn: Annotated[NonNegative, Unit("token")] = FROM_LIBRARY
    """Output tokens of one call."""


class ImagesSpec(Spec):
    """Images made by users from prompts, as a dated stream."""

    per_day: Annotated[float, Unit("1/day"), Ge(0), Le(1e12)] = 0.0
    """Images a day on ``starts_on``."""
    growth_per_year: GrowthPerYear = 0.0
    """Growth of images a year: 0.1 is 10 %."""
    starts_on: Day | None = None
    """Day on which the feature opens; empty: before the horizon."""


class PostStreamSpec(Spec):
    """A stream of posts that training and search may use."""

    posts_per_day: Annotated[float, Unit("1/day"), Ge(0), Le(1e12)] = 0.0
    """Posts a day at the start of the horizon."""
    growth_per_year: GrowthPerYear = 0.0
    """Growth of posts a year: 0.1 is 10 %."""
    tokens_per_post: Annotated[NonNegative, Unit("token")] = FROM_LIBRARY
    """Training tokens of one post."""
    unique_frac: Frac = FROM_LIBRARY
    """Share left after spam, bots and copies."""
    rights_frac: Frac = 1.0
    """Share that law and terms allow to train on."""
    text_bytes_per_post: Annotated[NonNegative, Unit("byte")] = FROM_LIBRARY
    """Text of one post as stored."""
    metadata_bytes_per_post: Annotated[NonNegative, Unit("byte")] = FROM_LIBRARY
    """Data about one post as stored."""
    media_frac: Frac = FROM_LIBRARY
    """Share of posts with an attachment."""
    media_bytes: Annotated[NonNegative, Unit("byte")] = FROM_LIBRARY
    """Bytes of one attachment as stored."""
    rate_half_life_h: Annotated[Positive, Unit("h")] = FROM_LIBRARY
    """Hours in which the interest in an event halves."""
    event_query_frac: Frac = FROM_LIBRARY
    """Share of questions about events."""
    crawl_lag_h: Annotated[NonNegative, Unit("h")] = FROM_LIBRARY
    """Age at which others see the same news."""


class ScalingSpec(Spec):
    """The law that turns tokens into loss."""

    fit: FitName = "besiroglu_2024"
    """Published fit of the law."""
    parameters: Annotated[Positive, NoUnit("count")] = FROM_LIBRARY
    """Parameters of the model that the law is evaluated for."""
    stock_tokens: Annotated[Positive, Unit("token")] = FROM_LIBRARY
    """Unique training tokens without the stream."""
    epochs: Annotated[float, NoUnit("count"), Field(ge=1, le=1000)] = 1.0
    """Passes over the stock."""
    repeat_decay: Annotated[Positive, NoUnit("count")] = FROM_LIBRARY
    """R_D*: repeats after which new passes stop helping."""


class ProductsSpec(Spec):
    """What people and machines ask of the models."""

    chat_users: Count = FROM_LIBRARY
    """Monthly users on ``chat_users_day``."""
    chat_users_day: Day | None = None
    """Day of that count; empty: the start of the horizon."""
    chat_user_growth_per_year: Annotated[NonNegative, Unit("1/year")] = FROM_LIBRARY
    """Growth per year while far below the ceiling: 0.5 is 50 %."""
    chat_user_ceiling: Annotated[Positive, NoUnit("count")] = FROM_LIBRARY
    """Users at which growth stops."""
    paying_frac: Frac = FROM_LIBRARY
    """Share of monthly users who pay."""
    prompts_per_user_day: Annotated[NonNegative, Unit("1/day")] = FROM_LIBRARY
    """Prompts of one monthly user."""
    output_tokens_per_prompt: Annotated[NonNegative, Unit("token")] = FROM_LIBRARY
    """Output tokens of one answer."""
    demand_peak_h: Annotated[float, Unit("h"), Field(ge=0, lt=24)] = FROM_LIBRARY
    """Hour of the day in which most is asked, in the time of the campus."""
    """``compute.serving.load_over_peak_frac`` says how high the peak is."""
    api_tokens_per_day: Annotated[float, Unit("token/day"), Ge(0), Le(1e12)] = 0.0
    """Output tokens sold by the API at the start of the horizon."""
    api_growth_per_year: GrowthPerYear = 0.0
    """Growth of API tokens a year: 0.1 is 10 %."""
    cars: CarsSpec = CarsSpec()
    """Vehicles that talk to the model and film the road."""
    robots: RobotsSpec = RobotsSpec()
    """Robots in the field."""
    agents: AgentsSpec = AgentsSpec()
    """Software agents sold by the task."""
    images: ImagesSpec = ImagesSpec()
    """Images made from prompts."""
    posts: PostStreamSpec = PostStreamSpec()
    """Stream of posts for training and search."""
    scaling: ScalingSpec = ScalingSpec()
    """Law that turns tokens into loss."""


class ControlSpec(Spec):
    """A dated change of the rules: less volume, or one more gate."""

    day: Day
    """Day on which the rule changes."""
    volume_factor: Ratio = 1.0
    """Outputs after over before."""
    extra_recall: Frac = 0.0
    """Share of the remaining violations that it stops."""
    source: str = ""
    """Where the change was published."""


class WatchSpec(Spec):
    """Somebody inside who samples what is public, and a control that follows the alarm."""

    samples_per_day: Annotated[NonNegative, Unit("1/day")] = 0.0
    """Outputs that are looked at; 0: nobody watches."""
    allowed_frac: Frac = 0.0
    """Violating share of outputs that may stand; the watch begins in the first stretch above it."""
    alarm_frac: Frac = 0.0
    """Larger share that the watch is set to find soon."""
    days_between_false_alarms: Annotated[NonNegative, Unit("day")] = 0.0
    """Days between two false alarms while the allowed share stands."""
    control_h: Hours = 0.0
    """Time from the alarm to the control."""
    extra_recall: Frac = 0.0
    """Share of the remaining violations that the control stops."""

    @model_validator(mode="after")
    def _can_give_alarm(self) -> WatchSpec:
        if self.samples_per_day > 0.0 and not 0.0 < self.allowed_frac < self.alarm_frac < 1.0:
            raise ValueError("a watch needs an allowed_frac above 0 and an alarm_frac above that, below 1")
        if self.samples_per_day > 0.0 and self.days_between_false_alarms <= 0.0:
            raise ValueError("a watch needs days_between_false_alarms above 0")
        return self


class ObserverSpec(Spec):
    """Somebody who counts from outside."""

    visibility_frac: Frac = 1.0
    """Share of violating outputs in the place where the observer looks."""
    sampling_frac: Frac = 1.0
    """Share of that place which is looked at."""
    definition_factor: Ratio = 1.0
    """What the observer counts over what the truth counts."""


class ReviewSpec(Spec):
    """People who look at reported and flagged items."""

    reviewers: Count = 0.0
    """People on the payroll."""
    hours_per_week: Annotated[float, Unit("h/week"), Field(gt=0, le=168)] = FROM_LIBRARY
    """Productive hours of one person."""
    occupancy_max_frac: Frac = FROM_LIBRARY
    """Most of a reviewer's productive time that items fill."""
    items_per_hour: Annotated[Positive, Unit("1/h")] = FROM_LIBRARY
    """Items that one reviewer decides."""
    reported_frac: Frac = FROM_LIBRARY
    """Share of violating items that somebody reports."""
    harmless_reports_per_output: Annotated[NonNegative, Unit("1")] = FROM_LIBRARY
    """Reports of harmless outputs over all outputs."""
    report_delay_h: Hours = FROM_LIBRARY
    """Mean time from an item's appearance to its report."""
    action_h: Hours = FROM_LIBRARY
    """Time from a decision to the removal."""
    patience_h: Hours = 0.0
    """Time after which an item is no longer worth reviewing; 0: every item is worked."""
    item_life_h: Hours = FROM_LIBRARY
    """Time for which an item that nobody reports is still seen."""


class ExposureSpec(Spec):
    """Money at risk; every probability as a low and a high value."""

    usd_per_violation: USD = FROM_LIBRARY
    """Largest US civil penalty for one violation of the removal rule."""
    enforced_low_frac: Frac = 0.0
    """Low value of the share of late items that a penalty falls on."""
    enforced_high_frac: Frac = FROM_LIBRARY
    """High value of that share."""
    turnover_usd_per_year: Annotated[float, Unit("USD/year"), Ge(-1e15), Le(1e15)] = 0.0
    """Worldwide turnover that a fine is measured by."""
    fine_of_turnover_frac: Frac = FROM_LIBRARY
    """Largest fine over turnover."""
    finding_low_per_year: Annotated[NonNegative, Unit("1/year")] = 0.0
    """Low value of the rate of findings that lead to a fine of turnover."""
    finding_high_per_year: Annotated[NonNegative, Unit("1/year")] = FROM_LIBRARY
    """High value of that rate."""
    severity_frac: Frac = FROM_LIBRARY
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
    gate_correlation: Annotated[float, Unit("1"), Field(ge=0, le=1)] = 0.0
    """Correlation of what the gates miss: 1 means all miss the same items."""
    legal_clock_h: Annotated[NonNegative, Unit("h")] = FROM_LIBRARY
    """Time from a report in which the law wants an item removed."""
    controls: list[ControlSpec] = []
    """Dated changes of the rules."""
    watch: WatchSpec = WatchSpec()
    """Watch over the public stream, whose alarm brings a control."""
    staff_leaving_per_year: Annotated[float, Unit("1/year"), Field(ge=0, lt=1)] = 0.0
    """Share of the people of gates and review who leave in a year and are not replaced; the last reviewer stays."""
    recall_of_staff_frac: Frac = 0.0
    """Share of each gate's recall that is lost when all its people are gone."""
    observers: dict[str, ObserverSpec] = {}
    """Those who count from outside."""
    review: ReviewSpec = ReviewSpec()
    """People who look at reported and flagged items."""
    exposure: ExposureSpec = ExposureSpec()
    """Money at risk."""
