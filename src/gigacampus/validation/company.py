"""Judges the money: published answers, printed tax tables, a listed company's debt and quarters, the worked example's figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gigacampus.company.finance.depreciation import macrs_table
from gigacampus.validation import finance_answers, finance_arguments
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import UNSURE, CaseRow, case, missing, number_or_none, unscored
from gigacampus.validation.company_article import article
from gigacampus.validation.company_listed import listed
from gigacampus.validation.company_prices import prices

FAMILY = "company"
PUBLICATION = "IRS Publication 946, as printed"
DEBT = "note on debt of the filing"
Rows = list[CaseRow]


def cases(data: CaseFolder | Path | None = None) -> Rows:
    """One row per check; expected values from the folder where it has them, earlier quarters from the bundled copy."""
    folder = opened(data)
    judges = (("finance_known_answers.csv", _answers), ("macrs*.csv", _macrs), ("coreweave_debt*.csv", _debt))
    rows: Rows = []
    for pattern, judge in judges:
        for name in folder.names(FAMILY, pattern):
            table = folder.rows(f"{FAMILY}/{name}")
            rows += [missing(FAMILY, name, "the file")] if table is None else judge(name, table)
    return [*rows, *listed(folder), *article(folder), *prices(folder)]


def _answers(_: str, table: Sequence[Row]) -> Rows:
    rows = []
    for r in table:
        name, source = f"{r.get('id', '')} {r.get('function', '')}".strip(), r.get("source", "")
        try:
            limit = finance_answers.tolerance(r["tolerance"], r["expected"])
            gap = finance_answers.largest_gap(_ours(r), r["expected"])
        except (finance_arguments.NotUnderstood, KeyError) as error:
            leave_out([r], f"not understood: {error}")
            rows.append(unscored(FAMILY, name, f"not understood: {error}", n=1, source=source))
            continue
        score([r])
        rows.append(case(FAMILY, name, "absolute gap", gap, limit, gating=not UNSURE.search(source), unit="as given", source=source))
    return rows


def _ours(r: Row) -> Any:
    return finance_answers.answer(r["function"], r["inputs_json"], expected=r["expected"], source=r.get("source", ""))


def _macrs(name: str, table: Sequence[Row]) -> Rows:
    """A printed table: class from its column or the file's name, half-year unless a quarter is named."""
    gaps = {k: gap for k, r in enumerate(table) if (gap := macrs_gap(name, r)) is not None}
    score(table[k] for k in gaps)
    rows: Rows = []
    if gaps:
        worst = max(gaps.values())
        rows.append(case(FAMILY, name, "largest gap to the print", worst, 1e-6, gating=True, unit="%", n=len(gaps), source=PUBLICATION))
    if len(gaps) < len(table):
        leave_out([r for k, r in enumerate(table) if k not in gaps], "no class, year or per cent of a printed table")
        rows.append(unscored(FAMILY, name, "rows not understood", n=len(table) - len(gaps), source=PUBLICATION))
    return rows


def macrs_gap(name: str, r: Row) -> float | None:
    """Distance of a printed per cent to ours; None for a row that is none.

    >>> macrs_gap("macrs_x_5_year.csv", Row({"year": "2", "percent": "32.5"}))
    0.5
    """
    of_file = re.search(r"_(\d+)_year", name)
    klass = number_or_none(r.get("recovery_period_years")) or number_or_none(r.get("klass")) or (float(of_file[1]) if of_file else None)
    quarter, year = number_or_none(r.get("quarter_placed_in_service")), number_or_none(r.get("year"))
    percent = number_or_none(r.get("percent"))
    if klass is None or year is None or percent is None:
        return None
    try:
        return abs(100.0 * macrs_table(int(klass), f"MQ{quarter:.0f}" if quarter else "HY")[int(year) - 1] - percent)
    except (ValueError, IndexError):
        return None


def _debt(name: str, table: Sequence[Row]) -> Rows:
    """Parts of a debt note against its totals by instrument, maturity and interest line, in every column of amounts: the table is
    judged, not the model, so none of it gates."""
    columns = [c for c in (table[0] if table else {}) if c.endswith("_usd_m")]
    rows: Rows = []
    for column in columns:
        at = {r.get("line", ""): x for r in table if (x := number_or_none(r.get(column))) is not None}
        score(r for r in table if r.get("line", "") in at)
        rows += [
            case(FAMILY, f"{name} {column}", words, abs(gap), limit, unit="USD m", n=n, source=DEBT)
            for words, gap, limit, n in debt_gaps(table, at)
        ]
    leave_out(table, "no amount")
    return rows or [unscored(FAMILY, name, "no line sums to another", n=len(table), source=DEBT)]


def debt_gaps(table: Sequence[Row], at: dict[str, float]) -> list[tuple[str, float, float, int]]:
    """Words, gap, rounding and number of parts of every total that the note states."""
    rated = [r["line"] for r in table if r.get("effective_rate_pct", "").strip()]
    sums = (
        ("instruments to total principal", [k for k in rated if k in at], "TOTAL principal", 0.5),
        ("principal less discount to total net", ["TOTAL principal", "Unamortised discount"], "TOTAL net", 0.5),
        ("maturity ladder to total principal", [k for k in at if k.startswith("principal due")], "TOTAL principal", 5.0),
        ("interest lines to total interest", [k for k in at if "interest" in k or "amortisation" in k], "total interest", 0.5),
    )
    out = []
    for words, named, total, limit in sums:
        whole = [k for k in at if k.startswith(total)]
        parts = [k for k in named if k in at and k not in whole]
        if len(whole) == 1 and len(parts) > 1:
            out.append((words, sum(at[k] for k in parts) - at[whole[0]], limit, len(parts)))
    return out
