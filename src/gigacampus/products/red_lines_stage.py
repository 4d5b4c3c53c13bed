"""Red lines: rates through the gates, the review desk, the removal clock, the live stock and the money at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import HOURS_PER_DAY, MINUTES_PER_HOUR, MONTHS_PER_YEAR
from gigacampus.products import exposure, gates, monitor
from gigacampus.products.demand import active_frac
from gigacampus.products.review import review_months


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays (month,) of the red_lines stage; months in which a control falls are computed in pieces."""
    spec, months = inputs.tree.red_lines, inputs.at.months
    review, per_h = spec.review, up["image_outputs_per_day"] / HOURS_PER_DAY
    pieces = watched(spec, per_h, months)
    violating, blocked, outputs = rates_per_h(spec, per_h[pieces.month], pieces)
    reported = violating * review.reported_frac
    arrivals = reported + outputs * review.harmless_reports_per_output
    desk = review_months(arrivals, review, clock_h=spec.legal_clock_h, hours=pieces.hours, staff_frac=pieces.staff)
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
    staff: np.ndarray
    """Share of the people of gates and review who are still there in the middle of the piece."""

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


Change = tuple[float, float, float]
"""Month and fraction at which a rule changes, outputs after over before, share of the remaining violations stopped."""


def pieces_of(changes: list[Change], months: Months, *, leaving_per_year: float = 0.0) -> Pieces:
    """Cut the horizon at month ends and changes of rules; a change holds to the end."""
    cuts = [position for position, _, _ in changes if 0.0 < position < months.count]
    edges = np.unique(np.concatenate([np.arange(months.count + 1.0), cuts]))
    left = edges[:-1]
    volume, leak = np.ones(left.size), np.ones(left.size)
    for position, factor, extra in changes:
        on = left >= position
        volume = np.where(on, volume * factor, volume)
        leak = np.where(on, leak * factor * (1.0 - extra), leak)
    month = left.astype(int)
    staff = (1.0 - leaving_per_year) ** (0.5 * (left + edges[1:]) / MONTHS_PER_YEAR)
    return Pieces(month, np.diff(edges) * months.hours()[month], volume, leak, staff)


def watched(spec: Any, per_h: np.ndarray, months: Months) -> Pieces:
    """Pieces under the dated controls, and under the one that follows the watch's alarm where the share stands too high."""
    changes = [(months.position(c.day), c.volume_factor, c.extra_recall) for c in spec.controls]
    pieces = pieces_of(changes, months, leaving_per_year=spec.staff_leaving_per_year)
    if spec.watch.samples_per_day <= 0.0:
        return pieces
    violating, blocked, outputs = rates_per_h(spec, per_h[pieces.month], pieces)
    public = outputs * (1.0 - spec.violating_prompt_frac) - blocked + violating
    share = violating / np.maximum(public, 1e-300)
    above = np.flatnonzero((share > spec.watch.allowed_frac) & (outputs > 0.0))
    if not above.size:
        return pieces
    began = np.concatenate([[0.0], np.cumsum(pieces.hours)[:-1]])[above[0]]
    at_h = began + alarm_delay_h(spec.watch, float(share[above[0]])) + spec.watch.control_h
    ends = np.concatenate([[0.0], np.cumsum(months.hours())])
    position = float(np.interp(at_h, ends, np.arange(months.count + 1.0)))
    return pieces_of([*changes, (position, 1.0, spec.watch.extra_recall)], months, leaving_per_year=spec.staff_leaving_per_year)


def alarm_delay_h(watch: Any, share: float) -> float:
    """Hours of sampling until the watch gives alarm at a share of violating outputs."""
    spacing = monitor.cusum_spacing(watch.allowed_frac, alarm_frac=watch.alarm_frac)
    rare = watch.days_between_false_alarms * watch.samples_per_day
    level = monitor.cusum_level(watch.allowed_frac, spacing=spacing, false_alarm_items=rare)
    samples_per_h: float = watch.samples_per_day / HOURS_PER_DAY
    return monitor.cusum_run_length(share, spacing=spacing, level=level) / samples_per_h


def rates_per_h(spec: Any, outputs_per_h: np.ndarray, pieces: Pieces) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Violations that pass all gates, harmless outputs blocked, and outputs made, per hour in each piece."""
    asked = outputs_per_h * pieces.volume
    miss = miss_frac(spec, pieces.staff)
    violating = outputs_per_h * pieces.leak * spec.violating_prompt_frac * miss
    blocked = asked * (1.0 - spec.violating_prompt_frac) * gates.false_block_frac(spec.gate_false_positives)
    return violating, blocked, asked


def miss_frac(spec: Any, staff: np.ndarray) -> np.ndarray:
    """Share of violations that every gate misses, by the share of their people who are still there."""
    shares, place = np.unique(staff, return_inverse=True)
    kept = 1.0 - spec.recall_of_staff_frac * (1.0 - shares)
    found = [gates.all_miss_frac([r * k for r in spec.gate_recalls], correlation=spec.gate_correlation) for k in kept.tolist()]
    return np.array(found)[place]


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
