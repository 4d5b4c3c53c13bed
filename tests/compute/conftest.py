"""Synthetic upstream arrays and library entries for the compute stages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import gigacampus
from gigacampus.foundation.calendar import Months
from gigacampus.registry.stage_inputs import Coordinates, Inputs
from gigacampus.schema.buildout import AcceleratorBlock
from gigacampus.schema.compute import AcceleratorEntry, ComputeSpec, ModelEntry, ServingEfficiencyEntry, TrainingEfficiencyEntry
from gigacampus.schema.products import RobotsSpec

LIBRARY = Path(gigacampus.__file__).parent / "library"
FAMILIES: dict[str, Any] = {
    "models": ModelEntry,
    "serving_efficiency": ServingEfficiencyEntry,
    "training_efficiency": TrainingEfficiencyEntry,
}
ACCELERATORS = {
    "h100": AcceleratorEntry(server_kw=1.3, peak_bf16_tflops=989.5, memory_gb=80, memory_tb_s=3.35, peak_fp8_tflops=1979, family="hopper"),
    "gb200": AcceleratorEntry(
        server_kw=1.9,
        peak_bf16_tflops=2500,
        memory_gb=186,
        memory_tb_s=8.0,
        peak_fp8_tflops=5000,
        family="blackwell",
        scale_up_gb_s=900,
        scale_up_domain=72,
    ),
}
MONTHS = Months(date(2025, 7, 1), 24)


def block(model: str, count: float, day: date) -> AcceleratorBlock:
    """A committed batch."""
    return AcceleratorBlock(kind="accelerators", model=f"lib:accelerators/{model}", count=count, in_service=day)


class Entries(dict[str, Any]):
    """Library entries of a family with the newest row of every value, each read when it is asked for."""

    def __init__(self, family: str) -> None:
        super().__init__()
        self.family = family

    def __missing__(self, key: str) -> Any:
        raw = YAML(typ="safe").load((LIBRARY / self.family / f"{key}.yaml").read_text())
        self[key] = FAMILIES[self.family](**{name: _newest(value) for name, value in raw.items()})
        return self[key]


def _newest(value: Any) -> Any:
    if isinstance(value, list):
        value = value[-1]
    return value["value"] if isinstance(value, dict) else value


@pytest.fixture(scope="session")
def library() -> SimpleNamespace:
    return SimpleNamespace(accelerators=ACCELERATORS, **{family: Entries(family) for family in FAMILIES})


@pytest.fixture
def make_inputs(library):
    """Inputs of a two-campus company: north mixes two accelerator models, south holds one."""

    def build(**compute: Any) -> Inputs:
        north = {"old": block("h100", 90_000, date(2025, 1, 1)), "new": block("gb200", 30_000, date(2025, 10, 1))}
        south = {"all": block("gb200", 100_000, date(2025, 12, 1))}
        tree = SimpleNamespace(
            products=SimpleNamespace(robots=RobotsSpec()),
            compute=ComputeSpec(**compute),
            library=library,
            horizon=None,
            campuses={"north": SimpleNamespace(blocks=north), "south": SimpleNamespace(blocks=south)},
        )
        at = Coordinates(
            campus=("north", "south"),
            phase=2,
            months=MONTHS,
            unit=(),
            unit_campus=(),
            block=("north/old", "north/new", "south/all"),
            accelerator=tuple(ACCELERATORS),
            receptor=(),
            receptor_campus=(),
        )
        return Inputs(tree=tree, at=at)

    return build


@pytest.fixture
def upstream() -> dict[str, np.ndarray]:
    """Buildout and dispatch arrays that agree with the blocks of ``make_inputs``."""
    north = np.where(np.arange(MONTHS.count) < 3, 90_000.0, 120_000.0)
    south = np.where(np.arange(MONTHS.count) < 5, 0.0, 100_000.0)
    counts = np.repeat(np.stack([north, south])[:, None, :], 2, axis=1)
    gb200 = np.where(np.arange(MONTHS.count) < 3, 0.0, 30_000.0) + south
    by_model = np.repeat(np.stack([np.full(MONTHS.count, 90_000.0), gb200])[:, None, :], 2, axis=1)
    north_peak = (90_000 * 989.5 + (north - 90_000) * 2500) / 1000
    peak = np.repeat(np.stack([north_peak, south * 2.5])[:, None, :], 2, axis=1)
    first = np.arange(MONTHS.count) >= np.array([0, 3, 5])[:, None]
    return {
        "block_present_frac": np.repeat(first.astype(float)[:, None, :], 2, axis=1),
        "accelerators_in_service": counts,
        "accelerators_by_model": by_model,
        "peak_pflops": peak,
        "it_served_frac": np.full(counts.shape, 0.98),
        "unserved_hours": np.zeros(counts.shape),
        "tokens_demanded": np.full(MONTHS.count, 1e13),
    }
