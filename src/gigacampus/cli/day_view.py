"""The terminal's view of a day: live at a multiple of real time, or a table by hour where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel as Box
from rich.table import Table
from rich.text import Text

from gigacampus.foundation.units import SECONDS_PER_MINUTE
from gigacampus.rerun.day.clock import HOURS, MINUTES
from gigacampus.rerun.day.panels import Day
from gigacampus.rerun.day.series import Panel
from gigacampus.rerun.day.telling import clock_text

FRAMES_PER_S = 10.0
BAR = 48
"""Marks of the time bar: one for half an hour."""
WIDTH = 150
"""Of the tables where there is no terminal; a terminal at least as wide shows panels side by side."""
BESIDE = (("compute", "neighbours", "money"), ("power", "products"))
SMALL = 1e-9
"""Below this a figure is what rounding left of nothing."""
BLOCKS = "▁▂▃▄▅▆▇█"


def show(day: Day, *, speed: float) -> None:
    """Live on a terminal; else the hours as tables."""
    console = Console()
    if console.is_terminal and sys.stdout.isatty():
        with Live(_frame(day, 0, console.width), console=console, refresh_per_second=FRAMES_PER_S) as live:
            began = time.monotonic()
            minute = 0
            while minute < MINUTES:
                live.update(_frame(day, minute, console.width))
                time.sleep(1.0 / FRAMES_PER_S)
                minute = int((time.monotonic() - began) * speed / SECONDS_PER_MINUTE)
            live.update(_frame(day, MINUTES - 1, console.width))
        return
    wide = Console(width=WIDTH, file=sys.stdout)
    wide.print(_head(day), highlight=False)
    for table in tables(day):
        wide.print(table)


def _head(day: Day) -> str:
    home = f", home {day.home.label}" if day.home else ""
    return f"{day.campus} on {day.at.day}{home}"


def _frame(day: Day, minute: int, width: int) -> Group:
    """All panels at one minute under a time bar, side by side where there is room, and what is to be said below."""
    gone = minute * BAR // MINUTES
    bar = Text(f"{clock_text(minute)}  {'█' * gone}{'░' * (BAR - gone)}  {_head(day)}", overflow="ellipsis", no_wrap=True)
    boxes = {key: Box(_now(panel, minute), title=f"{panel.title}, {panel.scope}", title_align="left") for key, panel in day.panels.items()}
    says = Text("\n".join(f"{panel.title}: {text}" for panel in day.panels.values() for text in panel.says), style="dim")
    if width < WIDTH:
        return Group(bar, *boxes.values(), says)
    beside = Table.grid(expand=True)
    beside.add_row(*(Group(*(boxes[key] for key in keys)) for keys in BESIDE))
    return Group(bar, beside, says)


def _now(panel: Panel, minute: int) -> Table:
    """Value of each series in the minute, and its day as a line of blocks."""
    table = Table.grid(padding=(0, 2))
    for series in panel.series:
        table.add_row(series.title, f"{number(float(series.values[minute]))} {_unit(series.unit)}", sparkline(series.hourly().tolist()))
    return table


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def number(value: float) -> str:
    """A figure in four digits, large ones with the suffix of their power.

    >>> number(1234567.0), number(0.01234), number(0.0)
    ('1.235M', '0.01234', '0')
    """
    if abs(value) < SMALL:
        return "0"
    for size, mark in ((1e24, "Y"), (1e21, "Z"), (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if mark == 'k' else size):.4g}{mark}"
    return f"{value:.4g}"


def sparkline(values: Sequence[float]) -> str:
    """A series as blocks from its lowest to its highest value.

    >>> sparkline([0.0, 1.0, 2.0])
    '▁▅█'
    """
    low, high = min(values), max(values)
    if high - low <= max(SMALL, SMALL * abs(high)):
        return BLOCKS[0] * len(values)
    return "".join(BLOCKS[round((float(v) - low) / (high - low) * (len(BLOCKS) - 1))] for v in values)


def tables(day: Day) -> list[Table]:
    """The day by hour: for each panel a table with a row for each hour and one for the whole day."""
    out = []
    for panel in day.panels.values():
        table = Table(title=f"{panel.title}, {panel.scope}", title_justify="left", caption="\n".join(panel.says), caption_justify="left")
        table.add_column("hour")
        for series in panel.series:
            table.add_column(f"{series.title}{f', {series.unit}' if series.unit != '1' else ''}", justify="right")
        hourly = [series.hourly() for series in panel.series]
        for hour in range(HOURS):
            table.add_row(f"{hour:02d}", *(number(float(values[hour])) for values in hourly))
        table.add_section()
        table.add_row("day", *(number(series.of_day()) for series in panel.series))
        out.append(table)
    return out
