"""The fit scripts give the constants that the library ships, with what was known on each day."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from gigacampus.foundation.shipped import VALIDATION_CASES
from gigacampus.scenario.library import load_entry, names
from gigacampus.validation.training_rows import ATTENTION_OVER_FAMILY

ROOT = Path(__file__).resolve().parents[2]


def script(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("known_by", "as_of"), [("2026-01-16", date(2026, 1, 16)), ("", date(2026, 9, 30))])
def test_serving_constants_come_from_the_script(known_by, as_of):
    fit = script("fit_serving_roofline")
    data = VALIDATION_CASES / "serving" / "data"
    constants, error = fit.fit(fit.open_rows(data, known_by), data)
    shipped = load_entry("serving_efficiency", "pooled", as_of)[0]
    low, high = np.quantile(error["tpot_ratio"], [0.1, 0.9])
    for name, value in {**vars(constants), "tpot_ratio_p10": low, "tpot_ratio_p90": high}.items():
        assert shipped[name] == pytest.approx(float(value), rel=2e-3), name


@pytest.mark.parametrize(("known_by", "as_of"), [("2026-01-16", date(2026, 1, 16)), ("", date(2026, 9, 30))])
def test_step_constants_come_from_the_script(known_by, as_of):
    fit = script("fit_step_time")
    rows, hardware = fit.open_rows(VALIDATION_CASES / "training" / "data", known_by)
    constants, _ = fit.fit(rows, hardware, known_by)
    shipped = load_entry("training_efficiency", "pooled", as_of)[0]
    for name, value in vars(constants).items():
        assert shipped[name] == pytest.approx(value, rel=5e-3), name


@pytest.mark.slow
@pytest.mark.parametrize(("known_by", "as_of"), [("2026-01-16", date(2026, 1, 16)), ("", date(2026, 9, 30))])
def test_bands_of_step_time_come_from_tables_left_out(known_by, as_of):
    fit = script("fit_step_time")
    rows, hardware = fit.open_rows(VALIDATION_CASES / "training" / "data", known_by)
    constants, _ = fit.fit(rows, hardware, known_by)
    shipped = load_entry("training_efficiency", "pooled", as_of)[0]
    for name, value in fit.band(rows, hardware, constants).items():
        assert shipped[name] == pytest.approx(value, rel=5e-3), name


def test_parts_with_faster_attention_are_the_same_in_the_fit_and_in_the_library():
    newest = {key.upper(): load_entry("accelerators", key, date.max)[0] for key in names("accelerators")}
    stated = {key: entry["attention_factor"] for key, entry in newest.items() if entry.get("attention_factor", 1.0) != 1.0}
    assert stated and stated == {key: value for key, value in ATTENTION_OVER_FAMILY.items() if key in newest}


def test_a_later_fit_is_not_known_before_its_day():
    early = load_entry("serving_efficiency", "pooled", date(2026, 4, 26))[0]
    late = load_entry("serving_efficiency", "pooled", date(2026, 4, 27))[0]
    assert early["memory_frac"] != late["memory_frac"]
