"""Red lines: rates through the gates, the review desk, the removal clock, the live stock and the money at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import HOURS_PER_DAY, MINUTES_PER_HOUR
from gigacampus.products import exposure, gates
from gigacampus.products.demand import active_frac
from gigacampus.products.review import review_months


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays (month,) of the red_lines stage; months in which a control falls are computed in pieces."""
    spec, months = inputs.tree.red_lines, inputs.at.months
    review, pieces = spec.review, pieces_of(spec.controls, months)
    violating, blocked, outputs = rates_per_h(spec, up["image_outputs_per_day"][pieces.month] / HOURS_PER_DAY, pieces)
    reported = violating * review.reported_frac
    desk = review_months(reported + outputs * review.harmless_reports_per_output, review, clock_h=spec.legal_clock_h, hours=pieces.hours)
    removal = np.minimum(review.report_delay_h + desk.wait_h + review.action_h, review.item_life_h)
    removed = review.reported_frac * desk.worked_frac
    live = violating * (removed * removal + (1.0 - removed) * review.item_life_h)
    late_items = pieces.total(reported * pieces.hours * desk.late_frac)
    low, high = _exposure_usd(spec, late_items, months)
    return {
        "violating_outputs_per_min": pieces.mean(violating) / MINUTES_PER_HOUR,
        "false_blocks_per_min": pieces.mean(blocked) / MINUTES_PER_HOUR,
        "review_backlog_items": pieces.last(desk.backlog_items),
        "take_down_h": pieces.mean(removal, weight=reported),
        "late_take_down_frac": late_items / np.maximum(pieces.total(reported * pieces.hours), 1e-300),
        "live_violating_items": pieces.mean(live),
        "red_line_exposure_usd": 0.5 * (low + high),
        "red_line_exposure_low_usd": low,
        "red_line_exposure_high_usd": high,
    }


@dataclass(frozen=True)
class Pieces:
    """Stretches of time with constant rules: months, cut where a control begins. Each array is (piece,)."""

    month: np.ndarray
    """Month that holds the piece."""
    hours: np.ndarray
    volume: np.ndarray
    """Outputs over those without controls."""
    leak: np.ndarray
    """Violations over those without controls: volume and extra gates together."""

    def total(self, flow: np.ndarray) -> np.ndarray:
        """Sum over the pieces of each month."""
        return np.bincount(self.month, weights=flow)

    def mean(self, value: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
        """Mean over the hours of each month; with a weight over its items, where a month has any."""
        plain = self.total(value * self.hours) / self.total(self.hours)
        if weight is None:
            out: np.ndarray = plain
            return out
        items = self.total(weight * self.hours)
        return np.where(items > 0, self.total(value * weight * self.hours) / np.where(items > 0, items, 1.0), plain)

    def last(self, stock: np.ndarray) -> np.ndarray:
        """Value in the last piece of each month."""
        return stock[np.searchsorted(self.month, np.arange(self.month[-1] + 1), side="right") - 1]


def pieces_of(controls: list[Any], months: Months) -> Pieces:
    """Cut the horizon at month ends and control days; a control holds from its day to the end."""
    starts = [(months.position(c.day), c) for c in controls]
    cuts = [p for p, _ in starts if 0.0 < p < months.count]
    edges = np.unique(np.concatenate([np.arange(months.count + 1.0), cuts]))
    left = edges[:-1]
    volume, leak = np.ones(left.size), np.ones(left.size)
    for position, control in starts:
        on = left >= position
        volume = np.where(on, volume * control.volume_factor, volume)
        leak = np.where(on, leak * control.volume_factor * (1.0 - control.extra_recall), leak)
    month = left.astype(int)
    return Pieces(month, np.diff(edges) * months.hours()[month], volume, leak)


def rates_per_h(spec: Any, outputs_per_h: np.ndarray, pieces: Pieces) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Violations that pass all gates, harmless outputs blocked, and outputs made, per hour in each piece."""
    asked = outputs_per_h * pieces.volume
    miss = gates.all_miss_frac(spec.gate_recalls, correlation=spec.gate_correlation)
    violating = outputs_per_h * pieces.leak * spec.violating_prompt_frac * miss
    blocked = asked * (1.0 - spec.violating_prompt_frac) * gates.false_block_frac(spec.gate_false_positives)
    return violating, blocked, asked


def seen_by_observers(spec: Any, true_per_min: float) -> dict[str, float]:
    """Rate that each outside observer of the scenario counts, from one true rate."""
    return {
        name: gates.observed_per_min(
            true_per_min, visibility_frac=o.visibility_frac, sampling_frac=o.sampling_frac, definition_factor=o.definition_factor
        )
        for name, o in spec.observers.items()
    }


def _exposure_usd(spec: Any, late_items: np.ndarray, months: Months) -> tuple[np.ndarray, np.ndarray]:
    money = spec.exposure
    bound = late_items * active_frac(months, money.clock_from)
    lost = exposure.blocked_usd_per_month(money.turnover_usd_per_year, blocked_revenue_frac=money.blocked_revenue_frac)
    ends = ((money.enforced_low_frac, money.finding_low_per_year), (money.enforced_high_frac, money.finding_high_per_year))
    low, high = (
        exposure.removal_penalty_usd(bound, usd_per_violation=money.usd_per_violation, enforced_frac=enforced)
        + exposure.finding_usd_per_month(
            money.turnover_usd_per_year,
            fine_of_turnover_frac=money.fine_of_turnover_frac,
            finding_per_year=finding,
            severity_frac=money.severity_frac,
        )
        + lost
        for enforced, finding in ends
    )
    return low, high
