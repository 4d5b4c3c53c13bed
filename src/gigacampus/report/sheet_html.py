"""A sheet as an HTML file for the printer: one page of A4 or letter, no script, no host."""

from __future__ import annotations

from gigacampus.foundation.language import language, say
from gigacampus.report import words
from gigacampus.report.first_storey import Lane
from gigacampus.report.markup import esc, raised
from gigacampus.report.sheet import Part, Sheet

STYLE = """
@page { size: auto; margin: 14mm; }
:root { color-scheme: light; }
body { font: 10pt/1.35 system-ui, "Liberation Sans", "Noto Sans CJK SC", sans-serif; color: #17202a;
 background: #fff; max-width: 186mm; margin: 0 auto; }
h1 { font-size: 17pt; margin: 0; } .over { color: #46525e; margin: 0; } .place { font-weight: 600; margin: 1mm 0 2mm; }
ol { list-style: none; margin: 0 0 2mm; padding: 0; } ol li { margin: 0 0 1mm; }
h2 { font-size: 10pt; margin: 2.5mm 0 0.5mm; } h2 span { color: #46525e; font-weight: 400; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 9pt; }
th, td { text-align: left; vertical-align: top; border-top: 0.2mm solid #dfe4e8; padding: 0.5mm 2mm 0.5mm 0; font-weight: 400; }
td { width: 32mm; font-weight: 600; } td + td { width: 40mm; font-weight: 400; color: #46525e; }
.strip th { width: 24mm; font-weight: 600; } .strip td { width: auto; } .strip td + td { width: 62mm; } caption { text-align: left; }
svg { width: 100%; height: 3mm; display: block; margin-top: 1mm; }
.rail { stroke: #dfe4e8; } .span { fill: #9cc3e4; } .dot { fill: #0b62a4; }
.foot { color: #46525e; font-size: 8pt; margin-top: 3mm; } p { margin: 0.5mm 0; } body { padding: 0 4mm; }
@media print { body { padding: 0; } }
section { break-inside: avoid; }
"""


def html(sheet: Sheet) -> str:
    """The whole document of a sheet."""
    from gigacampus.report.page import chinese_font, policy

    style = STYLE + chinese_font()
    opening = "".join(f"<li>{raised(text)}</li>" for text in sheet.opening)
    strip = "".join(_lane(lane, len(sheet.months)) for lane in sheet.lanes)
    caption = f"{esc(words.month_name(sheet.months[0]))} – {esc(words.month_name(sheet.months[-1]))}"
    parts = "".join(_part(part) for part in sheet.parts)
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy("", style)}"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>{esc(sheet.title)}: {esc(sheet.reader)}</title>'
        f'<style>{style}</style></head><body><main><p class="over">{esc(sheet.reader)}</p><h1>{esc(sheet.title)}</h1>'
        f'<p class="place">{esc(sheet.place)}</p><ol>{opening}</ol>'
        f'<table class="strip"><caption class="over">{esc(say("What happens when"))}: {caption}</caption><tbody>{strip}</tbody></table>'
        f'{parts}<p class="foot">{esc(sheet.foot)}</p></main></body></html>\n'
    )


def _lane(lane: Lane, months: int) -> str:
    def x(month: float) -> float:
        return 100.0 * min(month, months - 1) / max(1, months - 1)

    marks = '<line class="rail" x1="0" x2="100" y1="3" y2="3"/>'
    if lane.low is not None and lane.low != lane.high:
        end = 100.0 if lane.high is None else x(lane.high)
        marks += f'<rect class="span" x="{x(lane.low):.1f}" width="{max(end - x(lane.low), 0.5):.1f}" y="1.5" height="3"/>'
    if lane.mid is not None:
        marks += f'<rect class="dot" x="{max(0.0, x(lane.mid) - 0.4):.1f}" width="0.8" y="0" height="6"/>'
    drawn = f'<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{marks}</svg>'
    return f'<tr><th scope="row">{esc(lane.title)}</th><td>{drawn}</td><td>{raised(lane.text)}</td></tr>'


def _part(part: Part) -> str:
    rows = "".join(
        f'<tr><th scope="row">{raised(line.title)}</th><td>{raised(line.value)}</td><td>{raised(line.band)}</td></tr>'
        for line in part.lines
    )
    table = f"<table><tbody>{rows}</tbody></table>" if rows else ""
    note = f"<p>{raised(part.note)}</p>" if part.note else ""
    return f"<section><h2><span>{esc(part.id)}</span> {esc(part.question)}</h2>{table}{note}</section>"
