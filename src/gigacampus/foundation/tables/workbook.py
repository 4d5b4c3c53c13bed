"""Sheets of xlsx workbooks as rows of text, by openpyxl (extra `xlsx`)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from gigacampus.foundation.errors import refuse

MOST_CELLS = 3_000_000
_NO_VALUE = re.compile(rb"</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>|<f[^>]*/>\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_QUOTED = re.compile(r'"[^"]*"|\\\\.')
_CURRENCY = re.compile(r"\[\$(?!US)([A-Z]{3}|[\u20ac\u00a3\u00a5])[^\]]*\]|([\u20ac\u00a3\u00a5])")
_OLD = b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Whether bytes are those of a workbook (a zip archive, or the old binary kind)."""
    return content.startswith((b"PK\x03\x04", _OLD))


def sheets(content: bytes, name: str) -> list[tuple[str, list[list[str]]]]:
    """(title, rows) of every sheet; numbers as Python writes them, days and times as ISO."""
    if content.startswith(_OLD):
        raise refuse("an old binary workbook (.xls)", file=name, fix="save it as .xlsx or CSV")
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise refuse("reading a workbook needs openpyxl", file=name, fix="pip install 'gigacampus[xlsx]', or save it as CSV") from None
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        out, count = [], 0
        for sheet in book.worksheets:
            rows = []
            for row in sheet.iter_rows():
                count += len(row)
                if count > MOST_CELLS:
                    raise refuse(f"more than {MOST_CELLS:,} cells", file=name, fix="leave out what is not needed")
                rows.append([_shown(cell.value, cell.number_format) for cell in row])
            out.append((sheet.title, rows))
        if _has_formula_without_value(content):
            _show_formulas(out, load_workbook(io.BytesIO(content), read_only=True).worksheets)
    except (OSError, KeyError, ValueError, TypeError, EOFError, IndexError, AttributeError) as error:
        raise refuse(f"not a workbook that can be read ({type(error).__name__})", file=name, fix="save it as .xlsx or CSV") from None
    except Exception as error:
        if type(error).__module__.startswith(("openpyxl", "zipfile", "zlib", "xml")):
            raise refuse(f"not a workbook that can be read ({type(error).__name__})", file=name, fix="save it as .xlsx or CSV") from None
        raise
    return out


def _has_formula_without_value(content: bytes) -> bool:
    """Whether a formula stands without the value that a spreadsheet program keeps beside it (programs that write books keep none)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(_NO_VALUE.search(archive.read(n)) for n in archive.namelist() if n.startswith("xl/worksheets/"))


def _show_formulas(found: list[tuple[str, list[list[str]]]], sheets: list[Any]) -> None:
    """Put a formula's own text where it has no value, so that what asks for a number there can name it."""
    for (_, rows), sheet in zip(found, sheets, strict=True):
        for cells, row in zip(rows, sheet.iter_rows(values_only=True), strict=False):
            for i, value in enumerate(row):
                if not cells[i] and isinstance(value, str) and value.startswith("="):
                    cells[i] = value


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
