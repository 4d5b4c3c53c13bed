"""Step times beside open simulators on the same published rows: python benchmarks/layout_peers.py

Ours is run here: error on configurations that the constants never saw, and time of one layout with its parts. The peers are not run
here: their figures are recorded in layout_peers.csv with version, machine and what was timed, so the ratio of times is one of orders.
llm-analysis and aiconfigurator have no error: the first takes the utilisation as an input, the second times serving.
"""

from __future__ import annotations

import csv
from pathlib import Path
from time import process_time

import numpy as np

from gigacampus.compute.job import example_job
from gigacampus.compute.step_time import step_parts_s
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.case_rows import measured
from gigacampus.validation.step_fit import foretold_of_bundle
from gigacampus.validation.training import NODE, newest_constants
from gigacampus.validation.training_rows import measured_s

RECORDED = Path(__file__).with_suffix(".csv")
REPEATS = 500
WITHOUT_ERROR = {
    "llm-analysis": "takes the share of the peak that is reached as an input, so it foretells no step time",
    "aiconfigurator": "looks up times of serving that were measured on each machine, none of training",
}


def recorded() -> list[dict[str, str]]:
    """Figures of peers as they were measured, each with its machine."""
    with RECORDED.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def beside(row: dict[str, str], seconds: float) -> str:
    """A recorded figure in words; a time as a multiple of ours too."""
    value = float(row["value"])
    said = f"{value:.1%} on {row['rows']} rows" if row["unit"] == "share" else f"{value * 1e3:.3g} ms, {value / seconds:.0f} times as long"
    what = row["quantity"].replace("_", " ")
    return f"recorded: {row['tool']} {row['version']}, {what} {said} ({row['machine']}; {row['detail']})"


def main() -> None:
    constants, job = newest_constants(), example_job()
    table = measured(CaseFolder().inputs("training/measured_training.csv"))
    rows = [r for r in table if r["source_key"] == "vtrain_multi" and float(r["tp"]) <= NODE]
    foretold = foretold_of_bundle(constants.software_year)
    rows = [r for r in rows if r["row_id"] in foretold]
    error = np.abs(np.array([foretold[r["row_id"]] for r in rows]) / measured_s(rows) - 1.0)
    step_parts_s(job, constants)
    start = process_time()
    for _ in range(REPEATS):
        step_parts_s(job, constants)
    each = (process_time() - start) / REPEATS
    told = f"mean error {error.mean():.1%}, by constants that never saw the configuration"
    print(f"here: vTrain, tensor at most {NODE:g}, {len(rows)} rows: {told}")
    print(f"here: one layout with its parts, {each * 1e3:.2f} ms")
    for row in recorded():
        print(beside(row, each))
    for name, why in WITHOUT_ERROR.items():
        print(f"{name}: no error, since it {why}")


if __name__ == "__main__":
    main()
