"""From a file's bytes to rows of text: encoding, separator and header row are found, or the file is refused with the reason."""

from __future__ import annotations

import csv
import io
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.cells import is_number
from gigacampus.foundation.tables.workbook import Sheet, is_workbook, sheets

SEPARATORS = ("\t", ";", "|", ",")
SEPARATOR_NAMES = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma", "": "none"}
MOST_BYTES = 20_000_000
MOST_ROWS = 600_000
SAMPLE = 400
"""Rows by which the separator is judged."""
HEADER_WITHIN = 30
"""Lines of words that may stand above the header."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True)
class Table:
    """Rows of text under named columns. Line numbers count from 1, as an editor shows them."""

    file: str
    header: tuple[str, ...]
    """Names as written; empty where the file has none."""
    rows: list[list[str]]
    lines: list[int]
    header_line: int = 0
    separator: str = ","
    comments: tuple[str, ...] = ()
    """Lines that begin with ``#``, and words above the header."""
    notes: tuple[str, ...] = ()
    """What had to be found out about the file."""
    units: dict[int, str] = field(default_factory=dict)
    """Units of a row of units below the header, by column."""
    unseen: str = ""
    """What is hidden in the workbook and was read; empty: nothing."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.header) or (len(self.rows[0]) if self.rows else 0)

    def column(self, index: int) -> list[str]:
        """Cells of a column, stripped; every row must reach it (see ``even``)."""
        return [row[index].strip() for row in self.rows]

    def even(self) -> Table:
        """Itself, where every row has as many cells as the header; otherwise refused by the first line that has not."""
        for row, line in zip(self.rows, self.lines, strict=True):
            if len(row) != self.width:
                raise refuse(
                    f"{len(row)} cells where {'the header names' if self.header else 'the first row has'} {self.width}",
                    file=self.file,
                    line=line,
                    fix="quote cells that hold the separator; a decimal comma needs a semicolon or a tab between columns",
                )
        return self


def read_table(
    path: Path,
    name: str = "",
    *,
    known: Callable[[str], bool] = lambda _: False,
    headed: bool = True,
    most_bytes: int = MOST_BYTES,
    columns: str = "",
) -> Table:
    """Table of a CSV or xlsx file. ``known`` tells a column's name from other words; ``headed`` tables must have a header.

    ``columns`` names, to people whose file is empty, the columns that it should hold.

    Raises ``ScenarioError`` with the file, the line, the cause and a fix.
    """
    name = name or str(path)
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise refuse(f"{size:,} bytes, at most {most_bytes:,}", file=name, fix="leave out columns, rows and digits that are not needed")
        content = path.read_bytes()
    except OSError as error:
        raise refuse(error.strerror or "cannot be read", file=name, fix="check the name") from None
    return table_of(content, name, known=known, headed=headed, columns=columns)


def table_of(content: bytes, name: str, *, known: Callable[[str], bool] = lambda _: False, headed: bool = True, columns: str = "") -> Table:
    """Table of a file's bytes; see ``read_table``."""
    if is_workbook(content):
        found = [(s, _laid(s.rows, range(1, len(s.rows) + 1), name, known, headed, "")) for s in sheets(content, name)]
        return _chosen_sheet([(sheet, table) for sheet, table in found if table.rows], name, known)
    text, encoding = decoded(content, name)
    notes = (f"read as {encoding}",) if encoding == "Windows-1252" else ()
    comments, stated, lines = _without_comments(text)
    separator, rows = _split("\n".join(lines), stated, name, known, columns)
    numbers = _line_numbers(text, comments, stated)
    table = _laid(rows[0], [numbers[i] for i in rows[1]], name, known, headed, separator)
    return Table(**{**vars(table), "comments": (*comments, *table.comments), "notes": (*notes, *table.notes)})


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """Text of a file and its encoding: UTF-8, UTF-16 with its mark, else Windows-1252 where nothing contradicts it."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError:
                raise refuse(f"not {encoding[:6].upper()} text, though it begins so", file=name, fix="save the table as UTF-8") from None
    if b"\0" in content:
        raise refuse("holds zero bytes: not UTF-8 text", file=name, fix="save the table as UTF-8 CSV")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        text = content.decode("cp1252", errors="replace")
        strange = sum(not (c.isprintable() or c in "\r\n\t") for c in text)
        if "\ufffd" in text or strange:
            raise refuse(f"not UTF-8 at byte {error.start}", file=name, fix="save the table as UTF-8 CSV") from None
        return text, "Windows-1252"


def _without_comments(text: str) -> tuple[list[str], str, list[str]]:
    """Comment lines, the separator that a first line ``sep=;`` states, and the other lines (in a quoted cell none is a comment)."""
    comments: list[str] = []
    lines: list[str] = []
    stated, quoted = "", False
    for raw in io.StringIO(text.lstrip("\ufeff"), newline=None):
        line = raw.rstrip("\n")
        if not quoted and line.startswith("#"):
            comments.append(line)
            continue
        if not lines and line.lower().startswith("sep=") and len(line) == 5:
            stated = line[4]
            continue
        lines.append(line)
        quoted ^= line.count('"') % 2 == 1
    return comments, stated, lines


def _line_numbers(text: str, comments: list[str], stated: str) -> list[int]:
    """Line of the file of each line that ``_without_comments`` kept."""
    out, left = [], list(comments)
    waiting = bool(stated)
    for number, raw in enumerate(io.StringIO(text.lstrip("\ufeff"), newline=None), start=1):
        line = raw.rstrip("\n")
        if left and line == left[0]:
            left.pop(0)
        elif waiting and line.lower().startswith("sep=") and len(line) == 5:
            waiting = False
        else:
            out.append(number)
    return out


Rows = tuple[list[list[str]], list[int]]
"""Rows of cells, and the position of each row's first line among the lines."""


def _parsed(text: str, separator: str, most: int = MOST_ROWS) -> Rows:
    """Rows that hold anything, by the csv module. Raises ``csv.Error``."""
    rows, at = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or "\x1f", strict=True)
    begin = 0
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append(row)
            at.append(begin)
            if len(rows) >= most:
                break
        begin = reader.line_num
    return rows, at


def _split(text: str, stated: str, name: str, known: Callable[[str], bool], columns: str = "") -> tuple[str, Rows]:
    """The separator under which header and rows agree best, and all rows."""
    problem, broken = "", 0
    scored: list[tuple[int, float, bool, int, str]] = []
    for order, separator in enumerate((stated,) if stated else (*SEPARATORS, "")):
        try:
            sample, _ = _parsed(text, separator, SAMPLE)
        except csv.Error as error:
            heads = sum(known(cell) for cell in text.split("\n", 1)[0].split(separator or "\n"))
            problem, broken = (str(error), heads) if heads >= broken or not problem else (problem, broken)
            continue
        if sample:
            scored.append((*_agreement(sample, known), -order, separator))
    if not scored or broken > max(scored)[0]:
        why = f"not a CSV file: {problem}" if problem else "the file is empty: the header is missing"
        rows = f"give a header and rows: {columns}" if columns else "give a header and rows"
        raise refuse(why, file=name, fix="quote cells that hold the separator" if problem else rows)
    separator = max(scored)[-1]
    try:
        whole = _parsed(text, separator)
    except csv.Error as error:
        raise refuse(f"not a CSV file: {error}", file=name, fix="quote cells that hold the separator") from None
    if len(whole[0]) >= MOST_ROWS:
        raise refuse(f"{MOST_ROWS:,} rows or more", file=name, fix="leave out what is not needed")
    return ("" if all(len(row) == 1 for row in whole[0]) else separator), whole


def _agreement(rows: list[list[str]], known: Callable[[str], bool]) -> tuple[int, float, bool]:
    """How many column names the best header row holds, the share of rows below that have its width, and whether that is above 1."""
    best = (0, _share(rows, Counter(map(len, rows)).most_common(1)[0][0]), Counter(map(len, rows)).most_common(1)[0][0] > 1)
    for i, row in enumerate(rows[:HEADER_WITHIN]):
        hits = sum(known(cell) for cell in row)
        below = rows[i + 1 :]
        if hits and (not below or _share(below, len(row)) >= 0.5 or hits > 1):
            best = max(best, (hits, _share(below, len(row)), len(row) > 1))
    if best[0] == 0 and best[2] and not all(map(is_number, rows[0])) and len(rows[0]) < Counter(map(len, rows)).most_common(1)[0][0]:
        return (0, 0.0, False)
    return best


def _share(rows: Iterable[list[str]], width: int) -> float:
    widths = [len(row) for row in rows]
    return sum(w == width for w in widths) / len(widths) if widths else 1.0


def _laid(rows: list[list[str]], lines: Iterable[int], name: str, known: Callable[[str], bool], headed: bool, separator: str) -> Table:
    """Header, row of units and data of parsed rows."""
    numbered = list(lines)
    at = _header_at(rows, known, headed)
    if at is None:
        return Table(name, (), rows, numbered, 0, separator)
    header = tuple(cell.strip().strip("\ufeff") for cell in rows[at])
    if not headed and not any(header):
        raise refuse("the header is empty", file=name, line=numbered[at], fix="name the columns")
    while header and not header[-1] and all(len(r) < len(header) or not r[len(header) - 1].strip() for r in rows[at + 1 :]):
        header = header[:-1]
    body, body_lines = [r if len(r) == len(header) else r[: max(len(header), _filled(r))] for r in rows[at + 1 :]], numbered[at + 1 :]
    body = [row + [""] * (len(header) - len(row)) if separator == "" and len(row) < len(header) else row for row in body]
    above = tuple(" ".join(cell for cell in row if cell.strip()) for row in rows[:at])
    notes = (f"passed over above the header: {printable('; '.join(above))}",) if above else ()
    units = _units_row(body, header)
    if units:
        body, body_lines = body[1:], body_lines[1:]
    return Table(name, header, body, body_lines, numbered[at], separator, above, notes, units)


def _filled(row: list[str]) -> int:
    return max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)


def _header_at(rows: list[list[str]], known: Callable[[str], bool], headed: bool) -> int | None:
    """Row of the header: the one with most known names; else the first, where it holds names or must be there."""
    hits: list[int] = [sum(known(cell) for cell in row) for row in rows[:HEADER_WITHIN]]
    if any(hits):
        return hits.index(max(hits))
    if not rows:
        return None
    words = [cell for cell in rows[0] if cell.strip() and not is_number(cell) and not _like_a_time(cell)]
    return 0 if headed or words else None


def _like_a_time(cell: str) -> bool:
    return sum(c.isdigit() for c in cell) >= 4


def _units_row(rows: list[list[str]], header: tuple[str, ...]) -> dict[int, str]:
    """Units of a first row that holds nothing else; by column."""
    from gigacampus.foundation.unit_names import symbol_of

    if not rows or len(rows[0]) > len(header):
        return {}
    said = {i: cell.strip(" ()[]") for i, cell in enumerate(rows[0]) if cell.strip(" ()[]-")}
    return said if said and all(symbol_of(unit) is not None and not is_number(unit) for unit in said.values()) else {}


def _chosen_sheet(found: list[tuple[Sheet, Table]], name: str, known: Callable[[str], bool]) -> Table:
    """The one sheet with rows, or the one whose header is known."""
    if len(found) > 1:
        found = [(sheet, t) for sheet, t in found if any(map(known, t.header))] or found
    if len(found) != 1:
        titles = ", ".join(printable(sheet.title) for sheet, _ in found)
        raise refuse(
            f"{len(found)} sheets that could be meant: {titles}" if found else "no sheet with rows",
            file=name,
            fix="keep the one sheet that counts, or save it as CSV",
        )
    sheet, table = found[0]
    told = (f"sheet {printable(sheet.title)}", *([sheet.unseen] if sheet.unseen else []))
    return Table(**{**vars(table), "notes": (*told, *table.notes), "unseen": sheet.unseen})


def warn_of_unseen(table: Table) -> None:
    """Say what is hidden in a workbook that was read, for readers that have no finding of their own to say it in."""
    if table.unseen:
        warnings.warn(f"{printable(table.file)}: {table.unseen}", RuntimeWarning, stacklevel=3)
