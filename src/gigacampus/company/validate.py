"""Judges the money: published answers, printed tax tables, a listed company's debt and quarters."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.company import backtest, known_answers, nine_months
from gigacampus.company.finance.depreciation import macrs_table
from gigacampus.company.finance.scores import binomial_band

FAMILY = "company"
BUNDLED = Path(__file__).resolve().parents[3] / "validation" / "company" / "data"
REVENUE_MAPE = 0.08
UNSURE = ("recalled", "assumption", "assumed")


def cases(data_dir: Path | None = None) -> list[dict[str, Any]]:
    """One row per check; expected values from ``data_dir/company`` where it has them, earlier quarters from the bundled copy."""
    folder = Path(data_dir) / "company" if data_dir else BUNDLED
    rows: list[dict[str, Any]] = []
    for name, judge in (
        ("finance_known_answers.csv", _answers),
        ("macrs_table_a1_half_year.csv", _half_year),
        ("macrs_mid_quarter_5_year.csv", _mid_quarter),
        ("coreweave_debt_2025_06.csv", _debt),
        ("coreweave_quarters.csv", _quarters),
        ("coreweave_guidance.csv", _guidance),
    ):
        table = _read(folder / name)
        rows += (
            judge(table)
            if table
            else [_case(name, "rows", None, None, "1", False, 0, "the folder lacks this file", None)]
        )
    return [*rows, *_left_out()]


def _read(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _case(
    case: str,
    metric: str,
    value: float | None,
    limit: float | None,
    unit: str,
    gating: bool,
    n: int,
    source: str,
    passed: bool | None,
) -> dict[str, Any]:
    return {
        "family": FAMILY,
        "case": case,
        "metric": metric,
        "value": value,
        "limit": limit,
        "unit": unit,
        "pass": passed,
        "gating": gating,
        "n": n,
        "source": source,
    }


def _answers(table: list[dict[str, str]]) -> list[dict[str, Any]]:
    rows = []
    for r in table:
        sure = not any(word in r["source"] for word in UNSURE)
        limit = known_answers.tolerance(r["tolerance"], r["expected"])
        try:
            gap: float | None = known_answers.largest_gap(
                known_answers.answer(r["function"], r["inputs_json"]), r["expected"]
            )
        except (KeyError, TypeError, ValueError, json.JSONDecodeError) as error:
            rows.append(
                _case(
                    f"{r['id']} {r['function']}",
                    f"not understood: {error}",
                    None,
                    limit,
                    "as given",
                    False,
                    1,
                    r["source"],
                    None,
                )
            )
            continue
        rows.append(
            _case(
                f"{r['id']} {r['function']}",
                "absolute gap",
                gap,
                limit,
                "as given",
                sure,
                1,
                r["source"],
                bool(gap is not None and gap <= limit),
            )
        )
    return rows


def _half_year(table: list[dict[str, str]]) -> list[dict[str, Any]]:
    return _printed(table, "recovery_period_years", lambda key: macrs_table(int(key)), "MACRS half-year table")


def _mid_quarter(table: list[dict[str, str]]) -> list[dict[str, Any]]:
    return _printed(
        table, "quarter_placed_in_service", lambda key: macrs_table(5, f"MQ{key}"), "MACRS mid-quarter table"
    )


def _printed(table: list[dict[str, str]], key: str, ours: Any, title: str) -> list[dict[str, Any]]:
    gaps = [abs(100.0 * ours(r[key])[int(r["year"]) - 1] - float(r["percent"])) for r in table]
    sums = [abs(sum(ours(k)) - 1.0) for k in {r[key] for r in table}]
    source = "IRS Publication 946, as printed"
    return [
        _case(title, "largest gap to the print", max(gaps), 1e-6, "%", True, len(gaps), source, max(gaps) <= 1e-6),
        _case(title, "largest gap of a sum to one", max(sums), 1e-9, "1", True, len(sums), source, max(sums) <= 1e-9),
    ]


def _debt(table: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Parts of the debt note sum to its totals, by instrument, by maturity and by interest line."""
    at = {r["line"]: float(r["at_2025_06_30_or_H1_2025_usd_m"]) for r in table if r["at_2025_06_30_or_H1_2025_usd_m"]}
    instruments = sum(v for k, v in at.items() if k in {r["line"] for r in table if r["effective_rate_pct"]})
    ladder = sum(v for k, v in at.items() if k.startswith("principal due"))
    parts = at["contractual interest H1"] + at["discount amortisation H1"] + at["capitalised interest H1"]
    source = "note 10 of the half-year filing"
    gaps = {
        "instruments to total principal": (instruments - at["TOTAL principal"], 0.5),
        "maturity ladder to total principal": (ladder - at["TOTAL principal"], 5.0),
        "interest lines to total interest": (parts - at["total interest on debt H1"], 0.5),
    }
    return [
        _case("CoreWeave debt at 2025-06-30", k, abs(gap), limit, "USD m", True, 1, source, abs(gap) <= limit)
        for k, (gap, limit) in gaps.items()
    ]


def _quarters(table: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Rolling one-quarter-ahead forecasts; the bundled quarters are history, the folder's rows are truth where both have one."""
    merged = {r["quarter"]: r for r in _read(BUNDLED / "coreweave_quarters.csv")} | {r["quarter"]: r for r in table}
    forecasts = backtest.rolling(backtest.read(list(merged.values())))
    rows, source = [], "company filings; power in service given (conditional mode)"
    for line in ("revenue", "interest", "operating_income"):
        some = [f for f in forecasts if f.line == line and f.quarter in {r["quarter"] for r in table}]
        if some:
            rows += _line_rows(line, some, source)
    return rows


def _line_rows(line: str, some: list[backtest.Forecast], source: str) -> list[dict[str, Any]]:
    title, n, gates = f"CoreWeave {line}, rolling origin", len(some), line == "revenue"
    if line == "operating_income":
        return [*_scores(title, some, source), *_signed_line(title, some, source)]
    error = backtest.mape(some)
    rows = [
        _case(
            title,
            "MAPE",
            error,
            REVENUE_MAPE if gates else None,
            "1",
            gates,
            n,
            source,
            error <= REVENUE_MAPE if gates else None,
        ),
        _case(title, "bias (mean log ratio)", backtest.bias(some), None, "1", False, n, source, None),
    ]
    for name in some[0].baselines:
        theirs = backtest.mape(some, name)
        needed = gates and name in ("per_mw", "last_growth")
        rows.append(_case(title, f"MAPE against {name}", error, theirs, "1", needed, n, source, error < theirs))
    if gates:
        ours, theirs = backtest.crps(some), backtest.crps(some, "per_mw")
        rows.append(_case(title, "CRPS against per_mw", ours, theirs, "1", True, n, source, ours < theirs))
    return [*rows, *_scores(title, some, source)]


def _signed_line(title: str, some: list[backtest.Forecast], source: str) -> list[dict[str, Any]]:
    """A line that crosses zero has no percentage error: it is scaled by the random walk's."""
    walk = float(np.mean([abs(f.baselines["random_walk"] - f.truth) for f in some]))
    error = float(np.mean([abs(f.median - f.truth) for f in some])) / walk
    mean = float(np.mean([f.median - f.truth for f in some]))
    return [
        _case(title, "error over the random walk's", error, None, "1", False, len(some), source, None),
        _case(title, "mean error", mean, None, "USD m", False, len(some), source, None),
    ]


def _scores(title: str, some: list[backtest.Forecast], source: str) -> list[dict[str, Any]]:
    """Coverage with its binomial band, and sharpness; never gating, the quarters are few."""
    n = len(some)
    low, high = binomial_band(n, 0.8)
    inside = backtest.coverage(some)
    width = float(np.mean([np.subtract(*np.percentile(f.ensemble, [90, 10])) / abs(f.truth) for f in some]))
    return [
        _case(
            title,
            f"coverage of the 80 % band, expected {low:.2f} to {high:.2f}",
            inside,
            low,
            "1",
            False,
            n,
            source,
            inside >= low,
        ),
        _case(title, "sharpness: width of the 80 % band over truth", width, None, "1", False, n, source, None),
    ]


def _left_out() -> list[dict[str, Any]]:
    """Each reported figure of the worked example predicted from the other seven; priors are assumed, so none of it gates."""
    found = nine_months.scored()
    source = "press reports of January 2026; priors assumed"
    rows = [
        _case(
            f"article, {r.name} left out",
            f"inside its 80 % band {r.low:.0f} to {r.high:.0f}",
            r.truth,
            None,
            "USD m",
            False,
            1,
            source,
            r.inside,
        )
        for r in found
    ]
    inside = sum(r.inside for r in found)
    rows.append(
        _case(
            "article, leave one out",
            f"figures inside, {nine_months.INPUTS} free inputs",
            float(inside),
            6.0,
            "of 8",
            False,
            len(found),
            source,
            inside >= 6,
        )
    )
    return rows


def _guidance(table: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The company's own ranges as claims: how often the later report fell inside."""
    truth = {r["quarter"]: r for r in _read(BUNDLED / "coreweave_quarters.csv")}
    hits = []
    for g in table:
        row = truth.get(g["period"])
        column = {
            "revenue": "revenue",
            "capex": "capex_company_defined",
            "adj_operating_income": "adj_operating_income",
        }.get(g["metric"])
        if row and column and row[column] and g["high"]:
            hits.append(float(g["low"]) <= float(row[column]) <= float(g["high"]))
    if not hits:
        return []
    return [
        _case(
            "CoreWeave guidance as a claim",
            "share of ranges that held",
            float(np.mean(hits)),
            None,
            "1",
            False,
            len(hits),
            "releases of May, August and November 2025",
            None,
        )
    ]
