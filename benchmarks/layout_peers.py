"""Step times beside open simulators on the same published rows: python benchmarks/layout_peers.py

Ours is run here: error on configurations that the constants never saw, and time of one layout with its parts. Calculon is not run here;
its figures are those measured on another machine of two cores (commit caa4b11, its own example and the same vTrain rows), so the ratio
of times is one of orders. llm-analysis and aiconfigurator are named and left out: the first takes the utilisation as an input, the
second times serving.
"""

from __future__ import annotations

from time import process_time

import numpy as np

from gigacampus.compute.job import example_job
from gigacampus.compute.step_time import step_parts_s
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.case_rows import measured
from gigacampus.validation.step_fit import foretold_of_bundle
from gigacampus.validation.training import NODE, newest_constants
from gigacampus.validation.training_rows import measured_s

CALCULON_ERROR, CALCULON_S = 0.113, 0.0427
"""Mean error on the 79 rows of vTrain with tensor at most 8, and seconds of one configuration in process."""
REPEATS = 500
LEFT_OUT = {
    "llm-analysis": "takes the share of the peak that is reached as an input, so it foretells no step time",
    "aiconfigurator": "looks up times of serving that were measured on each machine, none of training",
}


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
    print(f"vTrain, tensor at most 8, {len(rows)} rows: {told}; Calculon {CALCULON_ERROR:.1%}")
    print(f"one layout with its parts: {each * 1e3:.2f} ms; Calculon {CALCULON_S * 1e3:.0f} ms, {CALCULON_S / each:.0f} times as long")
    for name, why in LEFT_OUT.items():
        print(f"{name}: left out, since it {why}")


if __name__ == "__main__":
    main()
