"""The ladder of power by date: announced, nameplate, firm, facility, IT, used; and the dates on which a rung is reached."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

RUNGS = {
    "announced": "announced_mw",
    "nameplate": "supply_nameplate_mw",
    "firm": "supply_firm_mw",
    "facility": "facility_design_mw",
    "it": "it_in_service_mw",
    "used": "it_mw",
}
"""Rungs from talk to work, each with its variable; they are different kinds of MW and are never set against each other."""


def along_phase(table: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Values of the phase that is in service each month.

    ``table`` has shape (..., phase, month), ``phase`` (..., month); the result has the shape of ``phase``.
    """
    index = np.rint(phase).astype(np.intp)[..., None, :]
    return np.take_along_axis(table, index, axis=-2)[..., 0, :]


def ladder(arrays: Mapping[str, np.ndarray], *, campuses: list[int] | None = None) -> dict[str, np.ndarray]:
    """Rungs in MW, summed over ``campuses`` (all when None), each of shape (world, month).

    ``arrays`` holds run variables with a leading world axis. Phases enter service as planned; a rung whose variable is
    missing is left out.
    """
    phase = arrays["planned_phase"]
    chosen = list(range(phase.shape[1])) if campuses is None else campuses
    out = {}
    for rung, name in RUNGS.items():
        if name in arrays:
            values = arrays[name] if name == "announced_mw" else along_phase(arrays[name], phase)
            out[rung] = values[:, chosen].sum(axis=1)
    return out
