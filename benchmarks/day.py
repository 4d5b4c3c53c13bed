"""One day in minutes against the clock: python benchmarks/day.py RUN [DATE]

A day has 86,400 seconds; printed are wall and processor seconds of the first day asked of a run and of the next, and how many
times faster than the clock each went.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

from gigacampus.foundation.units import SECONDS_PER_DAY
from gigacampus.rerun.day.clock import parsed_day
from gigacampus.rerun.day.panels import day_of
from gigacampus.results import store


def main() -> None:
    result = store.read(Path(sys.argv[1]))
    first = parsed_day(sys.argv[2] if len(sys.argv) > 2 else f"{result.coords['month'][-1]}-10")
    for name, day in (("first", first), ("next", first + timedelta(days=1))):
        wall, processor = perf_counter(), process_time()
        found = day_of(result, day)
        took, used = perf_counter() - wall, process_time() - processor
        print(f"{name} day, {found.campus} on {day}: {took:.2f} s, {used:.2f} s of processor; {SECONDS_PER_DAY / took:,.0f} x the clock")


if __name__ == "__main__":
    main()
