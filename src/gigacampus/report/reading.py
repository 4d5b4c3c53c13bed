"""What figures and sentences read from a result: samples without the reference world, sums over campuses, names, places."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from gigacampus.answers.levels import variable_band
from gigacampus.foundation.language import say
from gigacampus.registry.variables import REGISTRY
from gigacampus.report.retold import retold
from gigacampus.results.result import sample_axis, without_reference

_PEOPLE = re.compile(r"\(([\d,]+) people\)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
CHEMISTRY = {"NOx": "NOₓ", "NO2": "NO₂", "CO2": "CO₂", "PM2.5": "PM₂.₅"}


def samples(result: Any, name: str) -> np.ndarray:
    """Values over worlds or draws (first axis) on the planned path, without the reference world where there are others."""
    if "phase" not in REGISTRY[name].dims or sample_axis(REGISTRY[name]) != "world":
        return np.asarray(result.samples(name), dtype=float)
    return without_reference(np.asarray(result.planned(name), dtype=float))


def optional(result: Any, name: str) -> np.ndarray | None:
    """``samples``, or None when the run does not hold the variable or every value is zero or unknown."""
    if name not in REGISTRY or not result.has(name):
        return None
    values = samples(result, name)
    return values if values.size and np.any(np.nan_to_num(values) != 0) else None


def all_campuses(result: Any, name: str) -> np.ndarray:
    """Samples summed over campuses; shape (world, month), or (1, month) where only the reference is kept."""
    out: np.ndarray = samples(result, name).sum(axis=1)
    return out


def level_bands(result: Any, name: str) -> dict[str, np.ndarray]:
    """A noise level's median over worlds, with the spread of the worlds and the model's own band added in quadrature.

    Shape (receptor, month).
    """
    return dict(zip(("p10", "p50", "p90"), variable_band(result, name, samples(result, name)), strict=True))


def receptor(result: Any, key: str) -> dict[str, Any]:
    """The scenario's own entry of receptor ``campus/name``; empty when it has none."""
    campus, _, name = key.partition("/")
    out: dict[str, Any] = result.scenario.get("campuses", {}).get(campus, {}).get("receptors", {}).get(name, {})
    return out


def shown_receptors(result: Any) -> list[int]:
    """Indices of receptors whose place is known well enough to be shown: never those only recalled."""
    keys = result.coords["receptor"]
    return [i for i, key in enumerate(keys) if receptor(result, key).get("confidence") != "recalled"]


def receptor_title(result: Any, key: str) -> str:
    """Title of receptor ``campus/name`` in the scenario; the name in words when it has none."""
    title = receptor(result, key).get("title") or key.partition("/")[2].replace("_", " ")
    return _PEOPLE.sub(lambda match: f"({say('{count} people', count=match[1])})", say(title))


def campus_title(result: Any, key: str) -> str:
    """Title of a campus in the scenario; the key in words when it has none."""
    return retold(result.scenario.get("campuses", {}).get(key, {}).get("title") or key.replace("_", " "))


def in_words(result: Any, text: str) -> str:
    """A text of the run with keys of receptors and campuses as their titles and formulae with their indices set low."""
    for key in result.coords["receptor"]:
        text = text.replace(key, receptor_title(result, key))
    for key in (key for key in result.coords["campus"] if "_" in key):
        text = campus_title(result, key).join(re.split(rf"(?<![\w./]){re.escape(key)}(?![\w./])", text))
    return formulae(text)


def formulae(text: str) -> str:
    """Chemical formulae with their indices set low, and powers of ten as such.

    >>> formulae("NO2 of 1e27 FLOP")
    'NO₂ of 10²⁷ FLOP'
    """
    for plain, set_low in CHEMISTRY.items():
        text = text.replace(plain, set_low)
    return re.sub(r"(?<![\w.])1e\+?(\d+)", lambda power: f"10{power[1].translate(_RAISED)}", text)
