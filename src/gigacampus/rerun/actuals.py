"""What really happened, held against a run: every figure scored on the forecast, and the books reopened on it.

A file of actuals has the columns ``period`` (``2026-01``, ``2026Q1`` or ``2026``), ``metric`` and ``value``; ``unit`` (``USD``, ``USD m``,
``USD bn``) is optional. Whole quarters that follow the reported history become history: residual lines absorb what no line explains.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.company.finance.scores import binomial_band, crps_ensemble
from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.tables.money import MoneyRow, months_of_period, read_money
from gigacampus.foundation.tables.periods import told
from gigacampus.foundation.whole_file import write_text

METRICS = {
    "revenue": ("revenue_usd", 1.0),
    "gross_profit": ("gross_profit_usd", 1.0),
    "cost_of_revenue": ("cost_of_revenue_usd", 1.0),
    "opex": ("opex_usd", 1.0),
    "ebitda": ("ebitda_usd", 1.0),
    "depreciation": ("depreciation_usd", 1.0),
    "interest": ("interest_usd", 1.0),
    "net_income": ("net_income_usd", 1.0),
    "net_loss": ("net_income_usd", -1.0),
    "capex": ("capex_usd", 1.0),
    "free_cash_flow": ("free_cash_flow_usd", 1.0),
    "cash_spent": ("free_cash_flow_usd", -1.0),
    "equity_raised": ("equity_raised_usd", 1.0),
    "cash": ("cash_usd", 1.0),
    "debt": ("debt_usd", 1.0),
    "assets": ("assets_usd", 1.0),
    "equity": ("equity_usd", 1.0),
    "energy_cost": ("energy_cost_usd", 1.0),
}
"""Metric -> series of a run and its sign. Cash spent is the fall of cash before equity and debt, so free cash flow turned round."""
HELD = ("cash", "debt", "assets", "equity")
"""Metrics that a period has at its end; the others are sums over it."""
HISTORY = ("revenue", "gross_profit", "ebitda", "net_income", "cash_spent", "stock_compensation")
"""Figures of a reported quarter in a scenario; what the file does not say is the run's own median, pay in shares as last reported."""
MOST_ROWS, MOST_BYTES = 2000, 1_000_000


@dataclass(frozen=True)
class Actual:
    """One figure of a file; USD."""

    period: str
    metric: str
    value: float
    months: tuple[int, ...]
    """Months of the run that the period covers."""
    line: int


def read_actuals(path: Path, labels: Sequence[str]) -> list[Actual]:
    """Figures of a CSV or xlsx file; the first row that cannot be used is refused with its line."""
    out = [_actual(str(path), row, labels) for row in read_money(path, most_rows=MOST_ROWS, most_bytes=MOST_BYTES)]
    for one, other in _twice(out):
        raise refuse(f"{one.metric} of {one.period} stands here again", file=str(path), line=other.line, fix=f"keep it or line {one.line}")
    return out


def _twice(rows: Sequence[Actual]) -> list[tuple[Actual, Actual]]:
    seen: dict[tuple[str, tuple[int, ...]], Actual] = {}
    return [(seen[r.metric, r.months], r) for r in rows if seen.setdefault((r.metric, r.months), r) is not r]


def _actual(file: str, row: MoneyRow, labels: Sequence[str]) -> Actual:
    known = [*METRICS, "stock_compensation"]
    metric = row.metric.lower().replace(" ", "_").removesuffix("_usd")
    if metric not in known:
        raise refuse(
            f"unknown metric {printable(row.metric)!r}",
            file=file,
            line=row.line,
            nearest=nearest(metric, known),
            fix=f"use one of {', '.join(known)}",
        )
    months = months_of_period(row.period, labels)
    if not months:
        raise refuse(
            f"no period of this run: {printable(row.period)!r}",
            file=file,
            line=row.line,
            fix=f"write 2026-01, 2026Q1, 2026H1 or 2026 (calendar years), within {labels[0]} to {labels[-1]}",
        )
    if row.value < 0.0 and metric not in SIGNED:
        raise refuse(
            f"{metric} of {printable(row.period)} is below zero: USD {row.value:,.0f}", file=file, line=row.line, fix=_sign_fix(metric)
        )
    return Actual(told(row.period), metric, row.value, months, row.line)


SIGNED = ("gross_profit", "ebitda", "net_income", "free_cash_flow", "equity")
"""Metrics that may be below zero; all others are positive here, also where a cash-flow statement prints them with a minus."""
OTHER_WAY = {"net_loss": "net_income", "cash_spent": "free_cash_flow"}
"""Metrics that are others turned round."""


def _sign_fix(metric: str) -> str:
    if metric in OTHER_WAY:
        return f"{metric} is positive for a loss: drop the minus sign, or name it {OTHER_WAY[metric]} if it was none"
    return f"{metric} is positive here, however a statement prints it: drop the minus sign"


OFF = 300.0
"""A figure this many times off the forecast's median is suspected of another unit."""
SCALES = {
    1e3: "a thousandth",
    1e6: "a millionth",
    1e9: "a billionth",
    1e-3: "a thousand times",
    1e-6: "a million times",
    1e-9: "a billion times",
}


Ensemble = Callable[[str, Sequence[int]], np.ndarray]
"""Metric and months -> what each future says of it; USD (future)."""


def refuse_other_scale(ensemble: Ensemble, rows: Sequence[Actual], file: str) -> None:
    """Ask for the unit of a figure that fits its forecast only when read in another one."""
    for row in rows:
        if row.metric not in METRICS or row.value == 0.0:
            continue
        median = float(np.median(np.abs(ensemble(row.metric, row.months))))
        ratio = abs(row.value) / median if median else 1.0
        if 1.0 / OFF < ratio < OFF:
            continue
        word = next((w for scale, w in SCALES.items() if 0.1 < ratio * scale < 10.0), "")
        if word:
            raise refuse(
                f"{row.metric} of {printable(row.period)} is USD {row.value:,.10g}, {word} of the forecast's {median:,.4g}: in which unit?",
                file=file,
                line=row.line,
                fix="state it in a column `unit` (USD, USD k, USD m, USD bn)",
            )


def forecast(result: Any, metric: str, months: Sequence[int]) -> np.ndarray:
    """What every draw of a run says of a metric over months; USD (draw)."""
    variable, sign = METRICS[metric]
    values = result.array(variable)[:, list(months)]
    return np.asarray(sign * (values[:, -1] if metric in HELD else values.sum(axis=1)))


def scored(ensemble: Ensemble, rows: Sequence[Actual], history_months: int) -> list[dict[str, Any]]:
    """Every figure beside its forecast: error, place in the band, score. Months that the run took as reported are no forecast."""
    out = []
    for row in rows:
        if row.metric not in METRICS:
            continue
        futures = ensemble(row.metric, row.months)
        low, middle, high = (float(x) for x in np.percentile(futures, [10, 50, 90]))
        out.append(
            {
                "period": row.period,
                "metric": row.metric,
                "actual_usd": row.value,
                "p10_usd": low,
                "p50_usd": middle,
                "p90_usd": high,
                "error_usd": middle - row.value,
                "inside": bool(low <= row.value <= high),
                "crps_usd": crps_ensemble(futures, row.value),
                "place": float(np.mean(futures < row.value)),
                "forecast": row.months[0] >= history_months,
            }
        )
    return out


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many forecasts lie inside their 80 % band, how many an honest band holds, and the mean score over the actual."""
    made = [r for r in rows if r["forecast"]]
    if not made:
        return {"n": 0, "inside": 0, "honest": [0, 0], "crps_over_actual": None}
    low, high = binomial_band(len(made), 0.8)
    relative = [r["crps_usd"] / abs(r["actual_usd"]) for r in made if r["actual_usd"]]
    return {
        "n": len(made),
        "inside": sum(r["inside"] for r in made),
        "honest": [round(low * len(made)), round(high * len(made))],
        "crps_over_actual": float(np.mean(relative)) if relative else None,
    }


@dataclass(frozen=True)
class NewQuarter:
    """A quarter that becomes history; USD."""

    name: str
    start: str
    values: Mapping[str, float]
    filled: tuple[str, ...]
    """Figures that the file does not say, taken from the run's median."""


def new_quarters(result: Any, rows: Sequence[Actual], history_months: int) -> list[NewQuarter]:
    """Whole quarters with a revenue that follow the history without a gap, each from its quarter's or its three months' rows."""
    labels, out = result.coords["month"], []
    for first in range(history_months, len(labels) - 2, 3):
        months = tuple(range(first, first + 3))
        said = {m: v for m in (*HISTORY, "net_loss") if (v := _total(rows, m, months)) is not None}
        if "net_loss" in said:
            said.setdefault("net_income", -said.pop("net_loss"))
        if "revenue" not in said:
            break
        filled = tuple(m for m in HISTORY if m not in said)
        median = {m: float(np.median(forecast(result, m, months))) if m in METRICS else _last_stock(result) for m in filled}
        year, month = labels[first].split("-")
        name = f"q{year}_{(int(month) + 2) // 3}"
        out.append(NewQuarter(name, f"{labels[first]}-01", {m: (said | median)[m] for m in HISTORY}, filled))
    return out


def _last_stock(result: Any) -> float:
    """Pay in shares of the last reported quarter; a run keeps no series of it."""
    quarters = [q for q in (result.scenario["company"].get("history") or {}).values() if q]
    newest: dict[str, Any] = max(quarters, key=lambda q: str(q["start"]), default={})
    return float(newest.get("stock_compensation_usd") or 0.0)


def _total(rows: Sequence[Actual], metric: str, months: tuple[int, ...]) -> float | None:
    """A metric over a quarter: its own row, or its three months' rows."""
    mine = {r.months: r.value for r in rows if r.metric == metric}
    parts = [mine.get((m,)) for m in months]
    return mine[months] if months in mine else sum(parts) if all(p is not None for p in parts) else None  # type: ignore[arg-type]


def scenario_text(base: str, title: str, as_of: str, quarters: Sequence[NewQuarter], *, summed: int) -> str:
    """A scenario that stands on ``base`` and opens its books on the new quarters.

    Sums that the base knows go on covering its first ``summed`` quarters and none of the new ones; 0: it knows none.
    """
    lines = [
        "# yaml-language-server: $schema=scenario.schema.json",
        f"title: {json.dumps(title)}",
        f"base: {base}",
        f"as_of: {as_of}",
        "company:",
        "  history:",
    ]
    for q in quarters:
        values = ", ".join(f"{m}_usd: {v:.12g}" for m, v in q.values.items())
        if q.filled:
            lines.append(f"    # not reported, from the earlier forecast: {', '.join(q.filled)}")
        lines.append(f"    {q.name}: {{start: {q.start}, {values}}}")
    if summed:
        lines.append(f"  history_totals: {{quarters: {summed}}}")
    return "\n".join(lines) + "\n"


def write_scenario(result: Any, scenario: Path, out: Path, quarters: Sequence[NewQuarter]) -> None:
    """Write ``out`` beside ``scenario``, as of the last day of the new quarters or of the run, whichever is later."""
    if not quarters:
        raise refuse(
            "no whole quarter with a revenue follows the reported history",
            file=str(out),
            fix="give revenue for the quarter after it, or for its three months",
        )
    if not scenario.is_file():
        raise refuse("there is no such scenario", file=str(scenario), fix="name the file that the run was made from")
    if out.resolve().parent != scenario.resolve().parent or out.suffix not in (".yaml", ".yml"):
        raise refuse(f"{out.name} must be a .yaml file beside {scenario.name}", file=str(out), fix=f"write to {scenario.parent}")
    if out.exists():
        raise refuse("the file exists", file=str(out), fix="choose another name")
    start = date.fromisoformat(quarters[-1].start)
    last = date(start.year + (start.month + 2) // 12, (start.month + 2) % 12 + 1, 1) - timedelta(days=1)
    as_of = max(str(last), str(result.manifest["as_of"]))
    company = result.scenario["company"]
    totals = {k: v for k, v in (company.get("history_totals") or {}).items() if v is not None}
    summed = int(totals.pop("quarters", len(company.get("history") or {}))) if totals.keys() - {"quarters"} else 0
    title = f"{result.manifest['title']}, books reopened to {last}"
    write_text(out, scenario_text(scenario.name, title, as_of, quarters, summed=summed))


def held_against(run: Path, file: Path) -> tuple[Any, dict[str, Any], list[NewQuarter]]:
    """The run, the report on a file of actuals, and the quarters that may become history."""
    from gigacampus.results import store
    from gigacampus.results.result import refuse_without_company

    result = store.read(run)
    refuse_without_company(result)
    rows = read_actuals(file, result.coords["month"])
    said = partial(forecast, result)
    refuse_other_scale(said, rows, str(file))
    history = 3 * len(result.scenario["company"].get("history") or {})
    judged = scored(said, rows, history)
    quarters = new_quarters(result, rows, history)
    report = {
        "run": str(run),
        "rows": judged,
        "summary": summary(judged),
        "new_history": [{"quarter": q.name, "start": q.start, **q.values, "filled": list(q.filled)} for q in quarters],
    }
    return result, report, quarters
