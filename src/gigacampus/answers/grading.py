"""A forecast written down before it is scored, then held line by line against what became known."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.answers.claims.reading import folded
from gigacampus.answers.claims.register import Judge
from gigacampus.answers.reductions import worlds
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.whole_file import write_text
from gigacampus.results.periods import first_month_above
from gigacampus.results.result import Result

QUANTILES = np.round(np.arange(0.05, 0.96, 0.05), 2)
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
COUNTED = ("seen", "derived")
Row = dict[str, Any]


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a small table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def samples_of(result: Result, line: dict[str, str]) -> tuple[np.ndarray, list[str] | None]:
    """Samples of one line, and month labels when they are months."""
    if line["level"]:
        row = result.index("campus", line["places"])
        return first_month_above(worlds(result, line["variable"])[:, row], float(line["level"])), result.coords["month"]
    if "/" in line["places"]:
        rows = [i for i, name in enumerate(result.coords["unit"]) if name.startswith(line["places"])]
        month = result.index("month", line["months"])
        return worlds(result, line["variable"])[:, rows, month].sum(axis=1) * float(line["factor"]), None
    judge = Judge(variable=line["variable"], months=line["months"], over_months=line["over_months"], places=line["places"] or "sum")
    return folded(result, judge)[0] * float(line["factor"]), None


def forecast(result: Result, lines: list[dict[str, str]]) -> Row:
    """Quantiles of every line, with what made them."""
    rows = []
    for line in lines:
        values, months = samples_of(result, line)
        ordered = np.sort(np.where(np.isnan(values), np.inf, values))
        picks = [float(ordered[min(len(ordered) - 1, math.ceil(q * len(ordered)) - 1)]) for q in QUANTILES]
        shown = [months[int(p)] if months and math.isfinite(p) else None if not math.isfinite(p) else round(p, 6) for p in picks]
        rows.append(
            {
                "id": line["id"],
                "what": line["what"],
                "months": line["months"],
                "unit": line["unit"],
                "futures": len(values),
                "quantiles": dict(zip([f"{q:g}" for q in QUANTILES], shown, strict=True)),
            }
        )
    manifest = result.manifest
    return {
        "title": manifest["title"],
        "as_of": str(manifest["as_of"]),
        "scenario_hash": manifest["hash"],
        "run": manifest["run"],
        "lines": rows,
        "hindsight": hindsight(result),
    }


def hindsight(result: Result) -> list[str]:
    """Inputs of the scenario that say they were calibrated on data later than its day."""
    entries = result.scenario.get("library", {}).get("schedule", {})
    return [
        f"library.schedule.{name} (calibrated on data up to {e['calibrated_on']})"
        for name, e in entries.items()
        if str(e.get("calibrated_on") or "") > str(result.manifest["as_of"])
    ]


def write_forecast(made: Row, path: Path) -> str:
    """Write the forecast and its SHA-256 beside it; returns the hash."""
    text = json.dumps(made, indent=1, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    write_text(path, text)
    write_text(path.with_suffix(".sha256"), f"{digest}  {path.name}\n")
    return digest


def read_forecast(path: Path) -> tuple[Row, str]:
    """The forecast and its hash; one that was changed after it was written is refused."""
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    written = path.with_suffix(".sha256").read_text(encoding="utf-8").split()[0]
    if digest != written:
        raise refuse("the forecast was changed after it was written", file=path.name, fix="write it again, then grade it")
    found: Row = json.loads(text)
    return found, digest


def grade(made: Row, truths: list[dict[str, str]]) -> list[Row]:
    """Each line with its band, the truth, and whether it lies inside; lines without a number that compares are not counted."""
    known = {t["id"]: t for t in truths}
    out = []
    for line in made["lines"]:
        truth = known[line["id"]]
        if truth["known_on"] <= made["as_of"]:
            raise refuse(f"{line['id']} was known on {truth['known_on']}, before the forecast of {made['as_of']}", fix="take the row out")
        low, middle, high = (line["quantiles"][f"{q:g}"] for q in (LOW, MIDDLE, HIGH))
        value = _value(truth["value"], line["unit"])
        inside = None if value is None else _at_least(value, low) and _at_least(high, value)
        out.append(
            {
                **line,
                "low": low,
                "middle": middle,
                "high": high,
                "truth": value,
                "inside": inside,
                "counted": inside is not None and truth["confidence"] in COUNTED,
                **{k: truth[k] for k in ("known_on", "source", "confidence", "why")},
            }
        )
    return out


def _value(text: str, unit: str) -> float | str | None:
    return None if not text else text if unit == "month" else float(text)


def _at_least(a: float | str | None, b: float | str | None) -> bool:
    """``a >= b`` where None is 'never', later than any month."""
    if a is None or b is None:
        return a is None
    return str(a) >= str(b) if isinstance(a, str) else float(a) >= float(b)


def coverage_text(rows: list[Row]) -> str:
    """How many counted lines lie inside, and how many would if the band were honest and lines independent."""
    counted = [r for r in rows if r["counted"]]
    inside, n, p = sum(bool(r["inside"]) for r in counted), len(counted), HIGH - LOW
    chance = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    low = next(k for k in range(n + 1) if sum(chance[: k + 1]) >= 0.05)
    high = next(k for k in range(n + 1) if sum(chance[: k + 1]) >= 0.95)
    return (
        f"{inside} of {n} counted lines lie inside of their 10-90 % band; an honest band on independent lines would hold "
        f"{low} to {high} (90 %). The lines are not independent: most follow one schedule."
    )


def report(made: Row, rows: list[Row], digest: str, again: tuple[Row, list[Row]]) -> str:
    """The grading as a page; ``again`` is a later forecast of the same scenario with its rows, shown beside the first and not graded."""
    run = made["run"]
    head = [
        f"# {made['title']}: graded on what became known by 2026-09-30",
        "",
        "Written by `scripts/grade_january.py`; figures are not typed in.",
        "",
        f"Forecast of {made['as_of']}, {run['worlds']} worlds and {run['draws']} draws, seed {run['seed']}, scenario "
        f"`{made['scenario_hash']}`, SHA-256 of the forecast file `{digest}`.",
        "It was written before it was scored and is not fitted to it.",
        "",
    ]
    if made["hindsight"]:
        head += [f"Not a pure view of that day: {', '.join(made['hindsight'])}; other campuses, none of these.", ""]
    columns = ("line", "month", "10 %", "median", "90 %", "became known", "inside", "note")
    head += [coverage_text(rows), "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join([*head, *map(_table_row, rows), "", *_beside(rows, *again), ""])


def page(folder: Path) -> tuple[str, list[Row]]:
    """The whole page of the files in ``folder``, its erratum at the end, and the rows of the forecast."""
    truths = read_csv(folder / "known_later.csv")
    (made, digest), (again, _) = read_forecast(folder / "january_forecast.json"), read_forecast(folder / "january_again.json")
    rows = grade(made, truths)
    lines = {line["reported"]: line["id"] for line in read_csv(folder / "lines.csv") if line["reported"]}
    segment = json.loads((folder / "january_segment.json").read_text(encoding="utf-8"))
    return report(made, rows, digest, (again, grade(again, truths))) + erratum(rows, segment, lines), rows


def erratum(rows: list[Row], segment: Row, lines: dict[str, str]) -> str:
    """The company's lines graded on the perimeter that was reported; ``lines`` names the frozen line of each reported figure.

    ``segment`` holds the size of a run and its scored figures, USD million.
    """
    run, scored, first = segment["run"], segment["rows"], {r["id"]: r for r in rows}
    columns = ("reported figure (USD m)", "lab with its platform", "became known", "inside", "frozen line, the lab alone", "inside")
    head = [
        "## Erratum: the perimeter of the company's lines",
        "",
        f"{', '.join(sorted(lines.values()))} were forecast for the lab alone. What became known is the segment that holds the lab and "
        "its platform, so whether those lines lie inside says little: a lab's figure was held against that of a larger company. The "
        "frozen file and its table above stay as they are. Below, the same scenario with the model of today is held against every "
        f"reported figure on the reported perimeter ({run['worlds']} worlds and {run['draws']} draws, seed {run['seed']}): revenue "
        "without what lab and platform sell each other, EBITDA before pay in shares, capital expenditure of both. It was made after "
        "the figures were known and is no forecast.",
        "",
        f"{sum(r['inside'] for r in scored)} of {len(scored)} reported figures lie inside of their 10-90 % band.",
        "",
        f"| {' | '.join(columns)} |",
        "|---" * len(columns) + "|",
    ]
    return "\n".join([*head, *(_segment_row(r, first.get(lines.get(f"{r['period']} {r['metric']}", ""))) for r in scored), ""])


def _segment_row(scored: Row, frozen: Row | None) -> str:
    word = "inside" if scored["inside"] else "outside"
    own = f"{frozen['id']} {_span(frozen)} | {_word(frozen)}" if frozen else " | "
    band = f"{_show(scored['median'])} ({_show(scored['low'])} to {_show(scored['high'])})"
    return f"| {scored['period']} {scored['metric']} | {band} | {_show(scored['truth'])} | {word} | {own} |"


def _beside(rows: list[Row], made: Row, later: list[Row]) -> list[str]:
    """Lines whose band the model has moved since, both bands and where the truth lies in each."""
    moved = [(a, b) for a, b in zip(rows, later, strict=True) if any(a[k] != b[k] for k in ("low", "middle", "high"))]
    columns = ("line", "median and band, first", "median and band, later", "became known", "first", "later")
    head = [
        "## The same day, forecast again",
        "",
        f"The scenario of that day with the model and the readings of today (scenario `{made['scenario_hash']}`, {made['run']['worlds']} "
        f"worlds and {made['run']['draws']} draws). It was made after these "
        "figures were known, so it shows what has changed since and is no grade.",
        "",
        f"Lines that moved: {len(moved)} of {len(rows)}. With it, {coverage_text(later)}",
        "",
        f"| {' | '.join(columns)} |",
        "|---" * len(columns) + "|",
    ]
    return head + [
        f"| {a['id']} {a['what']} ({a['unit']}) | {_span(a)} | {_span(b)} | {_show(a['truth'], '')} | {_word(a)} | {_word(b)} |"
        for a, b in moved
    ]


def _span(r: Row) -> str:
    return f"{_show(r['middle'])} ({_show(r['low'])} to {_show(r['high'])})"


def _table_row(r: Row) -> str:
    unit = r["unit"] if r["unit"] != "1" else "number"
    band = " | ".join(_show(r[k]) for k in ("low", "middle", "high"))
    known = f"{_show(r['truth'], '')} ({r['source']}, {r['known_on']}, {r['confidence']})"
    return f"| {r['id']} {r['what']} ({unit}) | {r['months']} | {band} | {known} | {_word(r)} | {_why(r)} |"


def _show(value: Any, never: str = "never") -> str:
    return never if value is None else value if isinstance(value, str) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _word(row: Row) -> str:
    word = "not known" if row["inside"] is None else "inside" if row["inside"] else "outside"
    return word if row["counted"] or row["inside"] is None else f"({word})"


def _why(row: Row) -> str:
    return row["why"] or ("" if row["inside"] else "unexplained")
