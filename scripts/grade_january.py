"""Forecast of the January scenario, then its grading on what became known: two commands, in this order.

grade_january.py forecast [--worlds N] [--draws N]   writes validation/grading/january_forecast.json and its hash
grade_january.py grade                                writes docs/grading.md from that file
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gigacampus import workflow
from gigacampus.answers import grading

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "validation" / "grading"
FORECAST = FOLDER / "january_forecast.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("forecast", "grade"))
    parser.add_argument("--worlds", type=int)
    parser.add_argument("--draws", type=int)
    asked = parser.parse_args()
    if asked.step == "forecast":
        result = workflow.compute(ROOT / "scenarios" / "xai-2026-01.yaml", worlds=asked.worlds, draws=asked.draws, twin=False)
        digest = grading.write_forecast(grading.forecast(result, grading.read_csv(FOLDER / "lines.csv")), FORECAST)
        print(f"{FORECAST.name}: SHA-256 {digest}")
        return
    made, digest = grading.read_forecast(FORECAST)
    rows = grading.grade(made, grading.read_csv(FOLDER / "known_later.csv"))
    (ROOT / "docs" / "grading.md").write_text(grading.report(made, rows, digest), encoding="utf-8")
    print(grading.coverage_text(rows))


if __name__ == "__main__":
    main()
