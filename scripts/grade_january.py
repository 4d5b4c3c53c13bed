"""Forecast of the January scenario, then its grading on what became known.

grade_january.py forecast [--worlds N] [--draws N]   writes january_forecast.json and its hash: once, before the truth
grade_january.py again [--worlds N] [--draws N]      writes january_again.json: the same day with the model of today, shown and not graded
grade_january.py segment [--worlds N] [--draws N]    writes january_segment.json: the same, scored on the perimeter that was reported
grade_january.py grade                                writes docs/grading.md from these files
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gigacampus import api
from gigacampus.answers import grading
from gigacampus.results.result import Result
from gigacampus.validation import group_segment

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "gigacampus" / "validation" / "cases" / "grading"
FORECAST = FOLDER / "january_forecast.json"
AGAIN = FOLDER / "january_again.json"
SEGMENT = FOLDER / "january_segment.json"
REPORTED = FOLDER.parent / "company" / "data" / "xai_after_article.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("forecast", "again", "segment", "grade"))
    parser.add_argument("--worlds", type=int)
    parser.add_argument("--draws", type=int)
    asked = parser.parse_args()
    if asked.step != "grade":
        result = api.compute(ROOT / "scenarios" / "xai-2026-01.yaml", worlds=asked.worlds, draws=asked.draws, twin=False)
        if asked.step == "segment":
            SEGMENT.write_text(json.dumps(on_the_reported_perimeter(result), indent=1, sort_keys=True), encoding="utf-8")
            return
        target = FORECAST if asked.step == "forecast" else AGAIN
        digest = grading.write_forecast(grading.forecast(result, grading.read_csv(FOLDER / "lines.csv")), target)
        print(f"{target.name}: SHA-256 {digest}")
        return
    page, rows = grading.page(FOLDER)
    (ROOT / "docs" / "grading.md").write_text(page, encoding="utf-8")
    print(grading.coverage_text(rows))


def on_the_reported_perimeter(result: Result) -> dict[str, Any]:
    """Scores of the run on every line of the segment that was reported, with the size of the run."""
    names = sorted({name for name, _ in group_segment.LINES.values()})
    series = {name: result.samples(name).T for name in names}
    scored = group_segment.score(series, result.coords["month"], grading.read_csv(REPORTED))
    return {"run": result.manifest["run"], "rows": [asdict(row) for row in scored]}


if __name__ == "__main__":
    main()
