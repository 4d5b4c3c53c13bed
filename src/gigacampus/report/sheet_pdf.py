"""A sheet as a PDF of exactly one page, made without a browser; what does not fit is set smaller."""

from __future__ import annotations

import io
import re
from importlib.util import find_spec
from typing import Any

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.language import ENGLISH, language, say
from gigacampus.report import words
from gigacampus.report.first_storey import Lane
from gigacampus.report.markup import esc, raised
from gigacampus.report.sheet import Part, Sheet

SIZES = ("a4", "letter")
MARGIN_MM = 14.0
LATIN, LATIN_BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"
"""Fonts that every PDF reader brings along, so that none is embedded."""


def pdf(sheet: Sheet, size: str = "a4") -> bytes:
    """The bytes of a PDF of one page."""
    if find_spec("reportlab") is None:
        raise refuse("no PDF can be made: reportlab is not installed", path="--pdf", fix="pip install reportlab, or use --html FILE")
    from reportlab.lib import pagesizes
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Frame, KeepInFrame

    page = pagesizes.A4 if size == "a4" else pagesizes.LETTER
    width, height = page[0] - 2 * MARGIN_MM * mm, page[1] - 2 * MARGIN_MM * mm
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=page, lang=language())
    canvas.setTitle(f"{sheet.title}: {sheet.reader}")
    canvas.setSubject(sheet.place)
    canvas.setCreator("gigacampus")
    frame = Frame(MARGIN_MM * mm, MARGIN_MM * mm, width, height, 0, 0, 0, 0)
    frame.addFromList([KeepInFrame(width, height, _story(sheet, width), mode="shrink")], canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _fonts() -> tuple[str, str]:
    if language() == ENGLISH:
        return LATIN, LATIN_BOLD
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    return CHINESE, CHINESE


def _story(sheet: Sheet, width: float) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer

    plain, bold = _fonts()
    style = _style(plain, 9.2)
    span = f"{words.month_name(sheet.months[0])} – {words.month_name(sheet.months[-1])}"
    out: list[Any] = [
        Paragraph(_text(sheet.reader), _style(plain, 9, grey=True)),
        Paragraph(_text(sheet.title), _style(bold, 17)),
        Paragraph(_text(sheet.place), _style(bold, 10)),
        Spacer(1, 5),
        *(Paragraph(_text(text), style) for text in sheet.opening),
        Spacer(1, 5),
        Paragraph(_text(f"{say('What happens when')}: {span}"), _style(plain, 8.5, grey=True)),
        _strip(sheet, width, plain),
    ]
    for part in sheet.parts:
        out += _part(part, width, plain, bold)
    return [*out, Spacer(1, 8), Paragraph(_text(sheet.foot), _style(plain, 7.5, grey=True))]


def _style(font: str, size: float, *, grey: bool = False) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    wrap = {} if font != CHINESE else {"wordWrap": "CJK"}
    return ParagraphStyle(
        "", fontName=font, fontSize=size, leading=size * 1.28, textColor="#46525e" if grey else "#17202a", spaceAfter=2, **wrap
    )


_LOW = str.maketrans({"ₓ": "x", "₂": "2", "₅": "5", ".": "."})


def _text(text: str) -> str:
    """Markup of a text in signs that the standard fonts have."""
    shown = raised(text.translate(_LOW).replace("−", "-").replace("–", "-") if language() == ENGLISH else text)
    return re.sub(r"&#x27;", "'", shown)


def _strip(sheet: Sheet, width: float, font: str) -> Any:
    """Lanes of dates, as the report's first screen has them."""
    from reportlab.graphics.shapes import Drawing, Line, Rect, String

    row, left, right = 12.0, 70.0, 150.0
    drawing = Drawing(width, row * len(sheet.lanes) + 4)
    room, last = width - left - right, max(1, len(sheet.months) - 1)

    def x(month: float) -> float:
        return left + room * min(month, last) / last

    for k, lane in enumerate(sheet.lanes):
        y = row * (len(sheet.lanes) - k) - 6
        drawing.add(String(0, y - 3, lane.title, fontName=font, fontSize=8.5))
        drawing.add(Line(left, y, left + room, y, strokeColor=_colour("#dfe4e8")))
        for low, wide, tall, colour in _marks(lane, x, left + room):
            drawing.add(Rect(low, y - tall / 2, wide, tall, fillColor=_colour(colour), strokeColor=None))
        drawing.add(String(left + room + 8, y - 3, lane.text.replace("−", "-"), fontName=font, fontSize=8.5))
    return drawing


def _marks(lane: Lane, x: Any, end: float) -> list[tuple[float, float, float, str]]:
    """Left edge, width, height and colour of the band and of the middle."""
    out = []
    if lane.low is not None and lane.low != lane.high:
        out.append((x(lane.low), max((end if lane.high is None else x(lane.high)) - x(lane.low), 1.0), 5.0, "#9cc3e4"))
    if lane.mid is not None:
        out.append((x(lane.mid) - 1.2, 2.4, 8.0, "#0b62a4"))
    return out


def _colour(text: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(text)


def _part(part: Part, width: float, plain: str, bold: str) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer, Table, TableStyle

    head = Paragraph(f"<font color='#46525e'>{esc(part.id)}</font> {_text(part.question)}", _style(bold, 9.2))
    out: list[Any] = [Spacer(1, 5), head]
    if part.note:
        out.append(Paragraph(_text(part.note), _style(plain, 8.5)))
    if part.lines:
        rows = [
            [
                Paragraph(_text(line.title), _style(plain, 8.5)),
                Paragraph(_text(line.value), _style(bold, 8.5)),
                Paragraph(_text(line.band), _style(plain, 8.5, grey=True)),
            ]
            for line in part.lines
        ]
        table = Table(rows, colWidths=[width * 0.56, width * 0.19, width * 0.25])
        rule = ("LINEABOVE", (0, 0), (-1, -1), 0.4, _colour("#dfe4e8"))
        table.setStyle(
            TableStyle(
                [
                    rule,
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LEFTPADDING", (0, 0), (-1, -1), 0),
                    ("TOPPADDING", (0, 0), (-1, -1), 1),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
                ]
            )
        )
        out.append(table)
    return out
