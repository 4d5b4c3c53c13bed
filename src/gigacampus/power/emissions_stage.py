"""What leaves the stacks, by block and by campus: concentration times fuel, plus starts; permit tonnage is never an input."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.flue_gas import nox_kg_per_mmbtu, nox_ppm
from gigacampus.foundation.references import entry_of
from gigacampus.power.emissions import co_kg_per_mmbtu, start_mmbtu
from gigacampus.registry.stage_inputs import Inputs

Array = np.ndarray

POLLUTANTS = ("nox", "co", "pm25", "voc", "formaldehyde", "co2")
_KG_PER_T = 1000.0


def run(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Monthly tonnes (campus, phase, month) and kilograms by block (unit, phase, month)."""
    running, starting = kg_factors(inputs)
    fuel, starts = up["unit_fuel_mmbtu"], up["unit_starts"]
    kg = {name: running[:, j, None, None] * fuel + starting[:, j, None, None] * starts for j, name in enumerate(POLLUTANTS)}
    campus_of = np.array(inputs.at.unit_campus, dtype=np.int64)
    out = {f"{name}_t": _by_campus(kg[name], campus_of, len(inputs.at.campus)) / _KG_PER_T for name in POLLUTANTS}
    grid_t_per_mwh = np.array([inputs.tree.campuses[key].power.grid_co2_t_per_mwh for key in inputs.at.campus])
    out["co2_grid_t"] = up["grid_mwh"] * grid_t_per_mwh[:, None, None]
    for name in ("nox", "pm25", "formaldehyde"):
        out[f"unit_{name}_kg"] = kg[name]
    return out


def kg_factors(inputs: Inputs) -> tuple[Array, Array]:
    """kg for each MMBtu in normal running, and extra kg for each start; shape (unit, pollutant)."""
    running = np.zeros((len(inputs.at.unit), len(POLLUTANTS)))
    starting = np.zeros_like(running)
    for u, label in enumerate(inputs.at.unit):
        campus, _, name = label.partition("/")
        block = inputs.tree.campuses[campus].blocks[name]
        entry = entry_of(inputs.tree.library, block.model)
        nox = nox_kg_per_mmbtu(nox_ppm(block.control, block.nox_ppm, entry))
        co = co_kg_per_mmbtu(block.control, entry)
        running[u] = (nox, co, entry.pm25_kg_per_mmbtu, entry.voc_kg_per_mmbtu, entry.formaldehyde_kg_per_mmbtu, entry.co2_kg_per_mmbtu)
        fuel = start_mmbtu(entry)
        starting[u, 0] = fuel * max(nox_kg_per_mmbtu(entry.nox_ppm_uncontrolled) - nox, 0.0)
        starting[u, 1] = fuel * max(entry.co_uncontrolled_kg_per_mmbtu - co, 0.0)
    return running, starting


def _by_campus(of_unit: Array, campus_of: Array, campuses: int) -> Array:
    out = np.zeros((campuses, *of_unit.shape[1:]))
    np.add.at(out, campus_of, of_unit)
    return out
