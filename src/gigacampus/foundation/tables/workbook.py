"""Sheets of xlsx workbooks as rows of text, by openpyxl (extra `xlsx`)."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from gigacampus.foundation.errors import refuse

MOST_CELLS = 3_000_000
_NO_VALUE = re.compile(rb"</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>|<f[^>]*/>\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_HIDDEN = re.compile(rb"<(?:row|col)\s[^>]*\bhidden=\"(?:1|true)\"|\bstate=\"(?:hidden|veryHidden)\"")
_QUOTED = re.compile(r'"[^"]*"|\\\\.')
_CURRENCY = re.compile(r"\[\$(?!US)([A-Z]{3}|[\u20ac\u00a3\u00a5])[^\]]*\]|([\u20ac\u00a3\u00a5])")
_OLD = b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Whether bytes are those of a workbook (a zip archive, or the old binary kind)."""
    return content.startswith((b"PK\x03\x04", _OLD))


@dataclass
class Sheet:
    """One sheet of a workbook."""

    title: str
    rows: list[list[str]]
    """Numbers as Python writes them, days and times as ISO; hidden rows and columns are among them."""
    unseen: str = ""
    """What a person who opens the workbook does not see of it, in words."""


def sheets(content: bytes, name: str) -> list[Sheet]:
    """Every sheet of a workbook. Raises ``ScenarioError`` where it cannot be read."""
    if content.startswith(_OLD):
        raise refuse("an old binary workbook (.xls)", file=name, fix="save it as .xlsx or CSV")
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise refuse("reading a workbook needs openpyxl", file=name, fix="pip install 'gigacampus[xlsx]', or save it as CSV") from None
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        out: list[Sheet] = []
        count = 0
        for sheet in book.worksheets:
            rows = []
            for row in sheet.iter_rows():
                count += len(row)
                if count > MOST_CELLS:
                    raise refuse(f"more than {MOST_CELLS:,} cells", file=name, fix="leave out what is not needed")
                rows.append([_shown(cell.value, cell.number_format) for cell in row])
            out.append(Sheet(sheet.title, rows))
        if _has(content, _NO_VALUE):
            _show_formulas(out, load_workbook(io.BytesIO(content), read_only=True).worksheets)
        if _has(content, _HIDDEN):
            _tell_unseen(out, load_workbook(io.BytesIO(content)).worksheets)
    except (OSError, KeyError, ValueError, TypeError, EOFError, IndexError, AttributeError) as error:
        raise refuse(f"not a workbook that can be read ({type(error).__name__})", file=name, fix="save it as .xlsx or CSV") from None
    except Exception as error:
        if type(error).__module__.startswith(("openpyxl", "zipfile", "zlib", "xml")):
            raise refuse(f"not a workbook that can be read ({type(error).__name__})", file=name, fix="save it as .xlsx or CSV") from None
        raise
    return out


def _has(content: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether the workbook or one of its sheets holds a pattern, such as that of a formula without the value that is kept beside it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [n for n in archive.namelist() if n.startswith("xl/worksheets/") or n == "xl/workbook.xml"]
        return any(pattern.search(archive.read(part)) for part in parts)


def _show_formulas(found: list[Sheet], sheets: list[Any]) -> None:
    """Put a formula's own text where it has no value, so that what asks for a number there can name it."""
    for held, sheet in zip(found, sheets, strict=True):
        for cells, row in zip(held.rows, sheet.iter_rows(values_only=True), strict=False):
            for i, value in enumerate(row):
                if not cells[i] and isinstance(value, str) and value.startswith("="):
                    cells[i] = value


def _tell_unseen(found: list[Sheet], sheets: list[Any]) -> None:
    """Say of each sheet what is hidden in it: a filter in use hides rows too."""
    for held, sheet in zip(found, sheets, strict=True):
        rows = sum(1 for number, row in sheet.row_dimensions.items() if row.hidden and number <= len(held.rows))
        columns = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
        said = ["the whole sheet"] if sheet.sheet_state != "visible" else []
        said += [f"{rows:,} rows{' (a filter is in use)' if sheet.auto_filter.ref else ''}"] if rows else []
        said += [f"columns {', '.join(columns)}"] if columns else []
        held.unseen = f"hidden in the workbook, and read all the same: {' and '.join(said)}" if said else ""


def _shown(value: Any, number_format: str | None) -> str:
    """A cell as text, with what only its format says: per cent, or a currency that is not the dollar.

    >>> _shown(0.05, "0.0%"), _shown(5e6, "[$\u20ac-2] #,##0"), _shown(5e6, "$#,##0"), _shown(5, None)
    ('5%', '5000000 \u20ac', '5000000', '5')
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not number_format or number_format == "General":
        return _text(value)
    if "%" in _QUOTED.sub("", number_format):
        return f"{100.0 * value:.12g}%"
    found = _CURRENCY.search(number_format)
    return f"{_text(value)} {found[1] or found[2]}" if found and "$" not in found[0].lstrip("[$") else _text(value)


def _text(value: Any) -> str:
    """A cell as text: a workbook keeps times as fractions of a day, so that they end a few milliseconds off."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        near = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        return near.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
