"""Red lines: rates through the gates, the review desk, the removal clock, the live stock and the money at risk."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.calendar import Months
from gigacampus.products import exposure, gates
from gigacampus.products.demand import active_frac
from gigacampus.products.review import review_months
from gigacampus.units import HOURS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

MINUTES_PER_HOUR = SECONDS_PER_HOUR / SECONDS_PER_MINUTE


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays (month,) of the red_lines stage."""
    spec, months = inputs.tree.red_lines, inputs.at.months
    review, hours = spec.review, months.hours()
    violating, harmless_blocked, outputs = rates_per_h(spec, up["image_outputs_per_day"] / HOURS_PER_DAY, months)
    reported = violating * review.reported_frac
    desk = review_months(reported + outputs * review.harmless_reports_per_output, review,
                         clock_h=spec.legal_clock_h, hours=hours)
    removal = np.minimum(review.report_delay_h + desk.wait_h + review.action_h, review.item_life_h)
    removed = review.reported_frac * desk.worked_frac
    live = violating * (removed * removal + (1.0 - removed) * review.item_life_h)
    low, high = _exposure_usd(spec, reported * hours * desk.late_frac, months)
    return {
        "violating_outputs_per_min": violating / MINUTES_PER_HOUR,
        "false_blocks_per_min": harmless_blocked / MINUTES_PER_HOUR,
        "review_backlog_items": desk.backlog_items,
        "take_down_h": removal,
        "late_take_down_frac": desk.late_frac,
        "live_violating_items": live,
        "red_line_exposure_usd": 0.5 * (low + high),
        "red_line_exposure_low_usd": low,
        "red_line_exposure_high_usd": high,
    }


def rates_per_h(spec: Any, outputs_per_h: np.ndarray, months: Months) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Violations that pass all gates, harmless outputs blocked, and outputs made, per hour in each month."""
    volume, leak = control_factors(spec.controls, months)
    asked = outputs_per_h * volume
    miss = gates.all_miss_frac(spec.gate_recalls, correlation=spec.gate_correlation)
    violating = outputs_per_h * leak * spec.violating_prompt_frac * miss
    blocked = asked * (1.0 - spec.violating_prompt_frac) * gates.false_block_frac(spec.gate_false_positives)
    return violating, blocked, asked


def control_factors(controls: list[Any], months: Months) -> tuple[np.ndarray, np.ndarray]:
    """Mean factor of each month on the volume, and on the violations (volume and extra gates together).

    Controls hold from their day to the end; between two days of one month the factors are averaged by time.
    """
    ordered = sorted(controls, key=lambda c: c.day)
    volume, leak = np.ones(months.count), np.ones(months.count)
    size, slip = 1.0, 1.0
    for control in ordered:
        share = active_frac(months, control.day)
        new_size, new_slip = size * control.volume_factor, slip * control.volume_factor * (1.0 - control.extra_recall)
        volume += share * (new_size - size)
        leak += share * (new_slip - slip)
        size, slip = new_size, new_slip
    return volume, leak


def seen_by_observers(spec: Any, true_per_min: float) -> dict[str, float]:
    """Rate that each outside observer of the scenario counts, from one true rate."""
    return {name: gates.observed_per_min(true_per_min, visibility_frac=o.visibility_frac, sampling_frac=o.sampling_frac,
                                         definition_factor=o.definition_factor)
            for name, o in spec.observers.items()}


def _exposure_usd(spec: Any, late_items: np.ndarray, months: Months) -> tuple[np.ndarray, np.ndarray]:
    money = spec.exposure
    bound = late_items * active_frac(months, money.clock_from)
    lost = exposure.blocked_usd_per_month(money.turnover_usd_per_year, blocked_revenue_frac=money.blocked_revenue_frac)
    ends = ((money.enforced_low_frac, money.finding_low_per_year),
            (money.enforced_high_frac, money.finding_high_per_year))
    low, high = (
        exposure.removal_penalty_usd(bound, usd_per_violation=money.usd_per_violation, enforced_frac=enforced)
        + exposure.finding_usd_per_month(money.turnover_usd_per_year, fine_of_turnover_frac=money.fine_of_turnover_frac,
                                         finding_per_year=finding, severity_frac=money.severity_frac) + lost
        for enforced, finding in ends)
    return low, high
