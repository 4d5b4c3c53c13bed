"""The worked example's forecast against what became known later. `python benchmarks/ledger_after.py [worlds] [draws]`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import gigacampus
from gigacampus.company.analysis.rerun import LedgerRerun
from gigacampus.pipeline.run import run
from gigacampus.registry.stage_inputs import Inputs, pick
from gigacampus.registry.stages import BY_NAME
from gigacampus.validation.group_segment import score

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    worlds, draws = (int(x) for x in (sys.argv[1:3] or ("16", "512")))
    scenario = gigacampus.load(ROOT / "scenarios" / "xai-2026-01.yaml")
    scenario = scenario[0] if isinstance(scenario, tuple) else scenario
    scenario = scenario.model_copy(update={"run": scenario.run.model_copy(update={"worlds": worlds, "draws": draws})})
    done = run(scenario)
    inputs = Inputs(pick(scenario, BY_NAME["company"].reads), done.coords)
    series = LedgerRerun(inputs, done.arrays, done.plan.world_of_draw, done.plan.draws).series()
    with (ROOT / "src" / "gigacampus" / "validation" / "cases" / "company" / "data" / "xai_after_article.csv").open(
        encoding="utf-8"
    ) as handle:
        rows = score(series, done.coords.months.labels(), csv.DictReader(handle))
    print(f"{'period':8}{'line':24}{'P10':>9}{'P50':>9}{'P90':>9}{'came':>9}  USD m")
    for r in rows:
        print(f"{r.period:8}{r.metric:24}{r.low:9.0f}{r.median:9.0f}{r.high:9.0f}{r.truth:9.0f}  {'inside' if r.inside else 'outside'}")
    print(f"{sum(r.inside for r in rows)} of {len(rows)} inside the 80 % band")


if __name__ == "__main__":
    main()
