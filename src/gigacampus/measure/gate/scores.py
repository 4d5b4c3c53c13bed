"""Scores of a classifier from a table of id, label and score (no content): curve, threshold for a limit, reviewers and cost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.cells import is_missing, is_number, numbers
from gigacampus.foundation.tables.headers import Column, column_of, matched, unread
from gigacampus.foundation.tables.text import Table, read_table
from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.measure.gate.day import CURVE_POINTS, Z95, point_of
from gigacampus.products import queues
from gigacampus.products.roc import area_delong, roc_curve, threshold_for_residual
from gigacampus.schema.products import RedLinesSpec

COLUMNS = (
    Column("id", ("item", "item_id", "key", "name"), needed=True),
    Column("label", ("truth", "violating", "violates", "y", "y_true", "target", "class"), needed=True),
    Column("score", ("probability", "prob", "p", "y_score", "prediction", "confidence"), needed=True),
)
YES = ("1", "1.0", "true", "yes", "y", "violating", "unsafe", "positive", "bad")
NO = ("0", "0.0", "false", "no", "n", "harmless", "safe", "negative", "good")
BOOTSTRAPS = 200
LEAST_OF_A_KIND = 10
"""Items of each kind from which bands are told."""
LATE_FRAC = 0.01
"""Largest share of items that the desk may take up after the clock."""
WEEK_H = 168.0


@dataclass(frozen=True)
class Scores:
    """Scored items, and what had to be found out about the file."""

    violating: np.ndarray
    score: np.ndarray
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What the gate is meant for: largest share of violating items among what passes, items a day, share that violates, wage."""

    limit_frac: float = 0.001
    items_per_day: float = 600_000.0
    violating_frac: float | None = None
    usd_per_reviewer_h: float = 30.0


def read_scores(path: Path) -> Scores:
    """Scores of a CSV or xlsx file. Raises ``ScenarioError`` with file, line, cause and a fix."""
    table = read_table(path, known=lambda name: column_of(name, COLUMNS) is not None, columns="id, label, score").even()
    at = matched(table, COLUMNS, extra="note")
    if not table.rows:
        raise refuse("no item", file=table.file, fix="one line for each item: id, label, score")
    labels, scores, score_notes = _labels(table, at["label"][0]), *_scores(table, *at["score"])
    kept, copies = _once(table, at["id"][0], labels, scores)
    left = unread(table, [place for place, _ in at.values()])
    notes = [*table.notes, *score_notes]
    notes += [f"columns not read: {printable(', '.join(left))}"] if left else []
    notes += [f"{copies:,} lines repeat an id with the same label and score: counted once"] if copies else []
    labels, scores = labels[kept], scores[kept]
    _usable(table, labels, scores)
    return Scores(labels, scores, tuple(notes))


def _labels(table: Table, place: int) -> np.ndarray:
    cells = [cell.lower() for cell in table.column(place)]
    wrong = next((row for row, cell in enumerate(cells) if cell not in YES and cell not in NO), None)
    if wrong is not None:
        cell = table.rows[wrong][place].strip()
        raise refuse(
            f"label {printable(cell)!r} is missing" if is_missing(cell) else f"label {printable(cell)!r} is neither violating nor harmless",
            file=table.file,
            line=table.lines[wrong],
            fix=f"write 1 or 0 (also {', '.join(YES[2:4])} and {', '.join(NO[2:4])})",
        )
    return np.array([cell in YES for cell in cells])


def _scores(table: Table, place: int, unit: str) -> tuple[np.ndarray, list[str]]:
    cells = table.column(place)
    lost = next((row for row, cell in enumerate(cells) if is_missing(cell) or not (is_number(cell) or cell.endswith("%"))), None)
    if lost is not None:
        cell = printable(cells[lost])
        fix = "give every item a score from 0 to 1, or delete its line"
        raise refuse(f"score {cell!r} is no number", file=table.file, line=table.lines[lost], fix=fix)
    found = numbers(cells, table.lines, table.file, "score", separator=table.separator)
    said = found.unit or unit
    if said not in ("", "%", "1"):
        raise refuse(f"score in {printable(said)}", file=table.file, line=table.header_line, fix="give scores from 0 to 1, without a unit")
    values = found.values / 100.0 if said == "%" else found.values
    outside = (values < 0.0) | (values > 1.0)
    if outside.any():
        row = int(np.argmax(outside))
        raise refuse(
            f"score {printable(cells[row])} lies outside 0 to 1 ({int(outside.sum()):,} of {len(values):,} do)",
            file=table.file,
            line=table.lines[row],
            fix="scale scores to 0 to 1; write % behind percentages",
        )
    return values, [note for note in (found.note, "scores are percentages: divided by 100" if said == "%" else "") if note]


def _once(table: Table, place: int, labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, int]:
    """Rows to keep, and how many repeat one of them; an id with two labels or scores is refused."""
    first: dict[str, int] = {}
    kept = np.ones(len(labels), bool)
    for row, key in enumerate(table.column(place)):
        if not key:
            raise refuse("an item without id", file=table.file, line=table.lines[row], fix="give every item an id")
        before = first.setdefault(key, row)
        if before == row:
            continue
        kept[row] = False
        if labels[before] != labels[row] or scores[before] != scores[row]:
            raise refuse(
                f"id {printable(key)!r} stands on line {table.lines[before]} too, with another label or score",
                file=table.file,
                line=table.lines[row],
                fix="give one line to each item",
            )
    return kept, int(np.sum(~kept))


def _usable(table: Table, labels: np.ndarray, scores: np.ndarray) -> None:
    if labels.all() or not labels.any():
        kind = "violating" if labels.all() else "harmless"
        raise refuse(
            f"all {len(labels):,} items are {kind}: a curve needs both kinds", file=table.file, fix="add labelled items of both kinds"
        )
    if min(labels.sum(), (~labels).sum()) < 2:
        raise refuse("one item of a kind has no spread", file=table.file, fix="give at least two of each kind; bands begin at ten")
    if np.ptp(scores) == 0.0:
        raise refuse(
            f"every score is {scores[0]:g}: it tells nothing apart", file=table.file, fix="give the classifier's score, not its verdict"
        )


def judged(scores: Scores, asked: Asked, *, seed: int = 1) -> dict[str, Any]:
    """Curve with bands, threshold for the limit, and what stands behind it: reviewers and cost."""
    violating, score = scores.violating, scores.score
    share = float(violating.mean()) if asked.violating_frac is None else asked.violating_frac
    area, error = area_delong(violating, score)
    curve, told = roc_curve(violating, score), min(violating.sum(), (~violating).sum()) >= LEAST_OF_A_KIND
    notes = [*scores.notes, *_notes(area, error, told=bool(told), assumed=asked.violating_frac is None, share=share)]
    notes += ["the limit is kept without any gate"] if share <= asked.limit_frac else []
    at = threshold_for_residual(curve, violating_frac=share, limit_frac=asked.limit_frac)
    banded = told and error > 0.0
    return {
        "items": len(score),
        "violating": int(violating.sum()),
        "harmless": int(np.sum(~violating)),
        "auc": area,
        "auc_interval_95": [max(area - Z95 * error, 0.0), min(area + Z95 * error, 1.0)] if banded else None,
        "roc": [point_of(curve, at_most, int(violating.sum())) for at_most in CURVE_POINTS],
        "limit_frac": asked.limit_frac,
        "violating_frac": share,
        "threshold": None if at is None else float(curve.threshold[at]),
        "threshold_interval_95": _threshold_band(scores, share, asked.limit_frac, seed) if told and at is not None else None,
        **({} if at is None else _at_threshold(violating, score, float(curve.threshold[at]), share, asked)),
        "red_line": {"name": "violating share of what passes", "limit_frac": asked.limit_frac, "kept": at is not None},
        "notes": notes,
    }


def _notes(area: float, error: float, *, told: bool, assumed: bool, share: float) -> list[str]:
    out = []
    if area < 0.5:
        out.append("violating items score lower than harmless ones: the scores run the wrong way round, or the labels do")
    if error == 0.0:
        out.append("the two kinds do not overlap: this sample tells no band of the area")
    if not told:
        out.append(f"fewer than {LEAST_OF_A_KIND} items of a kind: no bands")
    if assumed:
        out.append(f"violating share taken from the file ({share:.3g}); labelled samples hold more than a stream does: --violating-frac")
    return out


def _threshold_band(scores: Scores, share: float, limit_frac: float, seed: int) -> list[float | None]:
    """95 % band of the threshold by drawing items of each kind again; an end is None where a draw finds no threshold."""
    random, found = np.random.default_rng(seed), []
    bad, good = np.flatnonzero(scores.violating), np.flatnonzero(~scores.violating)
    for _ in range(BOOTSTRAPS):
        weight = np.zeros(len(scores.score))
        for kind in (bad, good):
            weight[kind] = np.bincount(random.integers(0, len(kind), len(kind)), minlength=len(kind))
        curve = roc_curve(scores.violating, scores.score, weight=weight)
        at = threshold_for_residual(curve, violating_frac=share, limit_frac=limit_frac)
        found.append(-1.0 if at is None else float(curve.threshold[at]))
    low, high = np.quantile(found, [0.025, 0.975], method="nearest")
    return [None if low < 0.0 else float(low), None if high < 0.0 else float(high)]


def _at_threshold(violating: np.ndarray, score: np.ndarray, threshold: float, share: float, asked: Asked) -> dict[str, Any]:
    """What is stopped and passes at a threshold, and the desk that looks at everything stopped within the statutory clock."""
    lines, stopped = RedLinesSpec(), score >= threshold
    recall, false = float(stopped[violating].mean()), float(stopped[~violating].mean())
    flagged = share * recall + (1.0 - share) * false
    review, per_h = lines.review, asked.items_per_day * flagged / HOURS_PER_DAY
    serve = review.items_per_hour * review.occupancy_max_frac
    slack_h = max(lines.legal_clock_h - review.action_h, 0.0)
    servers = queues.fewest_servers(per_h, service_rate=serve, wait=slack_h, late_frac=LATE_FRAC)
    cost = servers * HOURS_PER_DAY * asked.usd_per_reviewer_h
    residual = share * (1.0 - recall) / max(share * (1.0 - recall) + (1.0 - share) * (1.0 - false), 1e-300)
    return {
        "recall_frac": recall,
        "false_positive_frac": false,
        "residual_frac": residual if flagged < 1.0 else 0.0,
        "leaked_per_day": asked.items_per_day * share * (1.0 - recall),
        "harmless_blocked_per_day": asked.items_per_day * (1.0 - share) * false,
        "flagged_per_day": asked.items_per_day * flagged,
        "clock_h": lines.legal_clock_h,
        "late_frac": queues.erlang_c_tail(per_h, service_rate=serve, servers=servers, wait=slack_h) if servers else 0.0,
        "reviewers_on_shift": servers,
        "reviewers": servers * WEEK_H / review.hours_per_week,
        "cost_usd_per_day": cost,
        "usd_per_reviewer_h": asked.usd_per_reviewer_h,
    }
