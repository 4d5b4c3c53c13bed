"""Library accelerators against the table of vendor data sheets."""

from __future__ import annotations

from datetime import date

import pytest

from gigacampus.scenario.library import load_entry
from gigacampus.schema.compute import AcceleratorEntry
from gigacampus.validation.case_folder import CaseFolder

NAMES = {
    "mi300x": "MI300X",
    "mi325x": "MI325X",
    "mi355x": "MI355X",
    "tpu_v5p": "TPU v5p",
    "tpu_v6e": "TPU v6e",
    "tpu_v7": "TPU v7",
    "h200": "H200-141GB",
    "gb200": "GB200",
}


@pytest.mark.parametrize("name", NAMES)
def test_rates_and_memory_are_those_of_the_data_sheet(name):
    sheet = next(r for r in CaseFolder().inputs("training/hardware.csv") if r["accelerator"] == NAMES[name])
    entry = AcceleratorEntry(**load_entry("accelerators", name, date.max)[0])
    assert entry.peak_bf16_tflops == pytest.approx(float(sheet["bf16_dense_tflops"]), rel=1e-3)
    assert entry.memory_gb == float(sheet["hbm_gb"])
    assert entry.memory_tb_s == pytest.approx(float(sheet["hbm_tb_s"]), rel=0.01)
    assert entry.scale_up_gb_s == float(sheet["scaleup_gb_s_bidir"]) / 2.0
    assert entry.scale_up_domain == float(sheet["scaleup_domain"])
    eight = float(sheet["fp8_dense_tflops"])
    assert (entry.peak_fp8_tflops or entry.peak_bf16_tflops) == pytest.approx(eight, rel=1e-3)
