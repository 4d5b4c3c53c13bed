"""Forecast of the January scenario, then its grading on what became known.

grade_january.py forecast [--worlds N] [--draws N]   writes january_forecast.json and its hash: once, before the truth
grade_january.py again [--worlds N] [--draws N]      writes january_again.json: the same day with the model of today, shown and not graded
grade_january.py grade                                writes docs/grading.md from these files
"""

from __future__ import annotations

import argparse
from pathlib import Path

from gigacampus import api
from gigacampus.answers import grading

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "gigacampus" / "validation" / "cases" / "grading"
FORECAST = FOLDER / "january_forecast.json"
AGAIN = FOLDER / "january_again.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("forecast", "again", "grade"))
    parser.add_argument("--worlds", type=int)
    parser.add_argument("--draws", type=int)
    asked = parser.parse_args()
    if asked.step != "grade":
        result = api.compute(ROOT / "scenarios" / "xai-2026-01.yaml", worlds=asked.worlds, draws=asked.draws, twin=False)
        target = FORECAST if asked.step == "forecast" else AGAIN
        digest = grading.write_forecast(grading.forecast(result, grading.read_csv(FOLDER / "lines.csv")), target)
        print(f"{target.name}: SHA-256 {digest}")
        return
    truths = grading.read_csv(FOLDER / "known_later.csv")
    (made, digest), (again, _) = grading.read_forecast(FORECAST), grading.read_forecast(AGAIN)
    rows = grading.grade(made, truths)
    page = grading.report(made, rows, digest, (again, grading.grade(again, truths)))
    (ROOT / "docs" / "grading.md").write_text(page, encoding="utf-8")
    print(grading.coverage_text(rows))


if __name__ == "__main__":
    main()
