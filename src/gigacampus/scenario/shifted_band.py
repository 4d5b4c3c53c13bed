"""An uncertain input whose whole distribution is moved so that its median stands at another value."""

from __future__ import annotations

import json
import math
from typing import Any

from gigacampus.foundation.errors import printable, refuse
from gigacampus.schema.fields import Slot, slot_at
from gigacampus.schema.scenario import Scenario
from gigacampus.schema.uncertainty import Lognormal

SHARES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Probabilities at which a distribution that its field cuts off is written out."""
INSIDE_FRAC = 1e-3
"""How far inside an open bound of its field a cut distribution ends, over its 10-90 % band."""


def set_line(scenario: Scenario, path: str, median: float) -> str:
    """The ``--set`` text that moves the distribution of ``path`` to another median; one clear refusal where that cannot be."""
    spread = scenario.uncertainty.get(path)
    if spread is None:
        raise refuse(f"{printable(path)} is not uncertain here, so it has no band to shift", path=path, fix="hold it at a value instead")
    slot = slot_at(Scenario, path.split("."), scenario.model_dump())
    if slot is None or not slot.holds(median) or (isinstance(spread, Lognormal) and median <= 0.0):
        low, high = slot.bounds if slot is not None else (-math.inf, math.inf)
        raise refuse(f"{median:g} lies outside what the field takes ({low:g} to {high:g})", path=path, fix="move the band less")
    return f"uncertainty.{path}={json.dumps(shifted(spread, median, slot))}"


def shifted(spread: Any, median: float, slot: Slot) -> dict[str, Any]:
    """Plain data of the moved distribution: a lognormal is scaled, any other moved; what would leave the field's bounds ends at them.

    >>> from gigacampus.schema.uncertainty import Uniform
    >>> shifted(Uniform(kind="uniform", low=1.0, high=3.0), 5.0, Slot((float,)))
    {'kind': 'uniform', 'low': 4.0, 'high': 6.0}
    """
    data = dict(spread.model_dump())
    if isinstance(spread, Lognormal):
        factor = median / spread.median()
        moved = {**data, "p10": data["p10"] * factor, "p90": data["p90"] * factor}
    else:
        by = median - spread.median()
        by = float(round(by)) if float not in slot.choices else by
        moved = {key: value if key in ("kind", "weights") else _plus(value, by) for key, value in data.items()}
    support = type(spread).model_validate(moved).support()
    return moved if all(slot.holds(end) for end in support) else _cut(type(spread).model_validate(moved), slot)


def _plus(value: Any, by: float) -> Any:
    """A number, or the values of a list or of its pairs, with ``by`` added."""
    if isinstance(value, list | tuple):
        return [[item[0], item[1] + by] if isinstance(item, list | tuple) else item + by for item in value]
    return value + by


def _cut(spread: Any, slot: Slot) -> dict[str, Any]:
    """The distribution with its values held within the bounds of its field."""
    import numpy as np

    values = spread.quantile(np.array(SHARES))
    low, high = slot.bounds
    inside = INSIDE_FRAC * float(values[SHARES.index(0.9)] - values[SHARES.index(0.1)])
    ends = (low if slot.holds(low) else low + inside, high if slot.holds(high) else high - inside)
    return {"kind": "empirical", "quantiles": [[share, float(v)] for share, v in zip(SHARES, np.clip(values, *ends), strict=True)]}
