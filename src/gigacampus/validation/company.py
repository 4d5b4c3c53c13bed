"""Judges the money: published answers, printed tax tables, a listed company's debt and quarters, the worked example's figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from gigacampus.company.finance.depreciation import macrs_table
from gigacampus.validation import finance_answers, finance_arguments
from gigacampus.validation.company_article import article
from gigacampus.validation.company_listed import listed
from gigacampus.validation.company_rows import case, number_or_none, read

BUNDLED = Path(__file__).resolve().parents[3] / "validation" / "company" / "data"
UNSURE = re.compile(r"recalled|assum", re.IGNORECASE)
Rows = list[dict[str, Any]]


def cases(data_dir: Path | None = None) -> Rows:
    """One row per check; expected values from the folder where it has them, earlier quarters from the bundled copy.

    Tables lie in ``data_dir/company``, in a folder ``data`` of that, or, where none of these is there, in ``data_dir`` itself.
    """
    folder = _tables(Path(data_dir)) if data_dir else BUNDLED
    rows: Rows = []
    for name in sorted({p.name for p in BUNDLED.glob("*.csv")} | {p.name for p in folder.glob("*.csv")}):
        judge = next((j for pattern, j in JUDGES if re.fullmatch(pattern, name)), None)
        if judge and not (folder / name).is_file():
            rows.append(case(name, "rows", None, unit="1", n=0, source="the folder lacks this file"))
        elif judge:
            rows += judge(name, read(folder / name))
    return [*rows, *listed(folder, BUNDLED), *article(folder, BUNDLED)]


def _tables(root: Path) -> Path:
    """The first folder of a validation folder that holds tables of the company."""
    return next((f for f in (root / "company", root / "company" / "data", root) if any(f.glob("*.csv"))), root / "company")


def _answers(_: str, table: list[dict[str, str]]) -> Rows:
    rows = []
    for r in table:
        name, source = f"{r.get('id', '')} {r.get('function', '')}".strip(), r.get("source", "")
        try:
            limit = finance_answers.tolerance(r["tolerance"], r["expected"])
            gap = finance_answers.largest_gap(_ours(r), r["expected"])
        except (finance_arguments.NotUnderstood, KeyError) as error:
            rows.append(case(name, f"not understood: {error}", None, unit="as given", n=1, source=source))
            continue
        sure = not UNSURE.search(source)
        rows.append(
            case(name, "absolute gap", gap, limit=limit, passed=bool(gap <= limit), gating=sure, unit="as given", n=1, source=source)
        )
    return rows


def _ours(r: dict[str, str]) -> Any:
    return finance_answers.answer(r["function"], r["inputs_json"], expected=r["expected"], source=r.get("source", ""))


def _macrs(name: str, table: list[dict[str, str]]) -> Rows:
    """A printed table: class from its column or the file's name, half-year unless a quarter is named."""
    of_file = re.search(r"_(\d+)_year", name)
    gaps, keys, strange = [], set(), 0
    for r in table:
        klass = (
            number_or_none(r.get("recovery_period_years"))
            or number_or_none(r.get("klass"))
            or (float(of_file.group(1)) if of_file else None)
        )
        quarter, year = number_or_none(r.get("quarter_placed_in_service")), number_or_none(r.get("year"))
        percent = number_or_none(r.get("percent"))
        if klass is None or year is None or percent is None:
            strange += 1
            continue
        key = (int(klass), f"MQ{quarter:.0f}" if quarter else "HY")
        try:
            gaps.append(abs(100.0 * macrs_table(*key)[int(year) - 1] - percent))
            keys.add(key)
        except (ValueError, IndexError):
            strange += 1
    source, rows = "IRS Publication 946, as printed", []
    if gaps:
        rows.append(
            case(
                name,
                "largest gap to the print",
                max(gaps),
                limit=1e-6,
                passed=max(gaps) <= 1e-6,
                gating=True,
                unit="%",
                n=len(gaps),
                source=source,
            )
        )
        off = max(abs(sum(macrs_table(*key)) - 1.0) for key in keys)
        rows.append(
            case(
                name, "largest gap of a sum to one", off, limit=1e-9, passed=off <= 1e-9, gating=True, unit="1", n=len(keys), source=source
            )
        )
    if strange:
        rows.append(case(name, "rows not understood", None, unit="1", n=strange, source=source))
    return rows


def _debt(name: str, table: list[dict[str, str]]) -> Rows:
    """Parts of a debt note sum to its totals by instrument, maturity and interest line, in every column of amounts."""
    columns = [c for c in (table[0] if table else {}) if c.endswith("_usd_m")]
    rows: Rows = []
    for column in columns:
        at = {r.get("line", ""): x for r in table if (x := number_or_none(r.get(column))) is not None}
        rated = [r["line"] for r in table if r.get("effective_rate_pct", "").strip()]
        sums = (
            ("instruments to total principal", [k for k in rated if k in at], "TOTAL principal", 0.5),
            ("principal less discount to total net", ["TOTAL principal", "Unamortised discount"], "TOTAL net", 0.5),
            ("maturity ladder to total principal", [k for k in at if k.startswith("principal due")], "TOTAL principal", 5.0),
            ("interest lines to total interest", [k for k in at if "interest" in k or "amortisation" in k], "total interest", 0.5),
        )
        for words, parts, total, limit in sums:
            whole = [k for k in at if k.startswith(total)]
            parts = [k for k in parts if k in at and k not in whole]
            if len(whole) == 1 and len(parts) > 1:
                gap = sum(at[k] for k in parts) - at[whole[0]]
                rows.append(
                    case(
                        f"{name} {column}",
                        words,
                        abs(gap),
                        limit=limit,
                        passed=abs(gap) <= limit,
                        gating=True,
                        unit="USD m",
                        n=len(parts),
                        source="note on debt of the filing",
                    )
                )
    return rows or [case(name, "no line sums to another", None, unit="1", n=len(table), source="note on debt of the filing")]


def _quarters_or_guidance(name: str, table: list[dict[str, str]]) -> Rows:
    """Judged together elsewhere: only an empty table is said here."""
    return [] if table else [case(name, "rows", None, unit="1", n=0, source="the file has no rows")]


JUDGES = (
    (r"finance_known_answers\.csv", _answers),
    (r"macrs\w*\.csv", _macrs),
    (r"coreweave_debt\w*\.csv", _debt),
    (r"coreweave_(quarters|guidance)\.csv", _quarters_or_guidance),
)
