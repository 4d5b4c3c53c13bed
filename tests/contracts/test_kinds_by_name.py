"""No code tells kinds apart by their names, or takes one member of a list of things for all: both go wrong when another is added."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gigacampus.foundation.kinds import Kinds
from gigacampus.registry import kinds
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.result import sample_axis

ROOT = Path(kinds.__file__).parents[1]
FAMILIES = [family for family in vars(kinds).values() if isinstance(family, Kinds)]
NAMES = {kind.name for family in FAMILIES for kind in family}
MODULES = [getattr(kind, "module", "") for family in FAMILIES for kind in family]
OWNERS = {"registry/kinds.py", *(f"{module.removeprefix('gigacampus.').replace('.', '/')}.py" for module in MODULES if module)}
"""The table of kinds, and the file of each kind's formulas."""
LABELLED = {
    "campus",
    "unit",
    "battery",
    "block",
    "accelerator",
    "receptor",
    "cooling_kind",
    "payee",
    "holder",
    "trade",
    "tenant",
    "counterfactual",
}
"""Axes whose places are members that have names."""
MEMBERS = re.compile(
    r"(^|_)(campuses|blocks|batteries|units|receptors|tenants|loans|rounds|tariffs|products|coolers|generators|accelerators|sites"
    r"|kinds|technologies|chemistries|methods|cooling|cooling_kind|by_kind(_mw)?)$"
)
"""Names of lists of members, and of arrays whose first or last axis is one of kinds."""
ALLOWED = {
    ("schema/noise.py", "iso9613_2024"): "default of an input",
    ("schema/power.py", "least_cost"): "default of an input",
    ("schema/power.py", "lithium_iron_phosphate"): "default of an input",
    ("scenario/templates.py", "grid_first"): "what a starter is written with",
    ("scenario/templates.py", "onsite_first"): "what a starter is written with",
    ("atlas/scenarios.py", "grid_first"): "what a tracked campus is written with",
    ("atlas/scenarios.py", "onsite_first"): "what a tracked campus is written with",
    ("buildout/stage.py", "campuses[0]"): "the names of rows, which are alike",
    ("answers/questions/noise_at_home.py", "noise_night_band_db"): "levels worked out at one place",
    ("answers/questions/sound_wall.py", "insertion_loss_band_db"): "levels worked out at one place",
}
"""File and name or expression -> why it may stand there."""


def _is_position(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant) and type(inner.value) is int


def _name_of(node: ast.expr) -> str:
    """Last name of what is taken apart: of a variable, an attribute, a text key, or what a list is made of."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple", "iter", "next") and node.args:
        return _name_of(node.args[0])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("values", "keys", "items"):
        return _name_of(node.func.value)
    return ""


def _axes(node: ast.expr) -> tuple[str, ...]:
    """Axes of an array that is fetched by its registered name; empty where that is not what stands there."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value in REGISTRY:
        return REGISTRY[node.slice.value].dims
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args and isinstance(node.args[0], ast.Constant)):
        return ()
    variable, way = REGISTRY.get(node.args[0].value), node.func.attr
    if variable is None or way not in ("array", "reference", "planned", "samples"):
        return ()
    lead = ("world",) if sample_axis(variable) == "world" and way != "reference" else ()
    return (*lead, *(axis for axis in variable.dims if axis != "phase" or way == "array" or way == "reference"))


def _taken_by_position(node: ast.Subscript) -> bool:
    places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if axes := _axes(node.value):
        return any(_is_position(place) and axis in LABELLED for place, axis in zip(places, axes, strict=False))
    ends = places[:1] if not (len(places) > 1 and isinstance(places[0], ast.Constant) and places[0].value is ...) else places[-1:]
    return bool(MEMBERS.search(_name_of(node.value))) and any(map(_is_position, ends))


def offences(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every kind told apart by its name, and of every member of a list that is taken by its position."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield node.lineno, node.value
        elif (isinstance(node, ast.Subscript) and _taken_by_position(node)) or (
            isinstance(node, ast.Call) and ast.unparse(node).startswith("next(iter(") and MEMBERS.search(_name_of(node))
        ):
            yield node.lineno, ast.unparse(node)


def test_kinds_are_told_apart_by_traits_and_members_of_lists_by_name():
    found, used = [], set()
    for path in sorted(ROOT.rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for line, text in () if file in OWNERS else offences(path.read_text(encoding="utf-8")):
            allowed = [key for key in ALLOWED if key[0] == file and key[1] in text]
            used.update(allowed)
            if not allowed:
                found.append(f"{file}:{line}: {text}")
    assert not found, "ask the kind for a trait, or name the member:\n" + "\n".join(found)
    assert not set(ALLOWED) - used, "no longer there; take it off the list"


@pytest.mark.parametrize(
    "planted",
    [
        'if entry.kind == "evaporative_tower": pass',
        'match method:\n    case "cnossos": pass',
        'wet = {"water_chiller", "evaporative_tower"}',
        'heat = up["cooling_kind_heat_mw"][:, 0]',
        'wind = result.array("wind_from_deg")[0]',
        'level = result.planned("noise_night_dba")[0, 1]',
        "share = cooling[..., 1]",
        "price = blocks[0].cost_usd",
        "tariff = list(campuses.values())[0].power.tariff",
        "site = next(iter(scenario.campuses.values())).site",
    ],
)
def test_a_planted_one_is_found(planted):
    assert list(offences(planted))


@pytest.mark.parametrize(
    "sound",
    [
        "wet = COOLING[entry.kind].evaporates",
        'reference = result.planned("noise_night_dba")[0]',
        'committed = up["it_mw"][:, 0]',
        'last = result.array("cash_usd")[:, -1]',
        "store = batteries[row, 1]",
        "end = months[-1]",
    ],
)
def test_what_is_sound_passes(sound):
    assert not list(offences(sound))


REFERENCE_LEFT_OUT = re.compile(r"\b(\w+)\[1:[^\]]*\] if (\1\.(shape\[0\]|size)|len\(\1\)) > 1|\[-\w+\.(size|shape\[0\]) :")
"""A cut of the first world by its position."""


def test_one_function_leaves_the_reference_world_out():
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
    found = {name for name, text in texts.items() if REFERENCE_LEFT_OUT.search(text)}
    assert found == {"results/result.py"}
