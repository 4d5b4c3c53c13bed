"""What the docstrings promise: sections with units on formulas and on the public API, known references, worked numbers that hold.

The rule that finds them: every public function of a module of ``FORMULAS``, and what ``gigacampus.__all__`` names with the
public methods of ``Result``. A module that states published formulas goes into the list; what a registry calls by a fixed
name in it (``INTERFACES``) is no formula.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gigacampus
from gigacampus.scenario.library import sources

ROOT = Path(__file__).parents[2] / "src"
FORMULAS = (
    "foundation.contingency",
    "foundation.flue_gas",
    "foundation.great_circle",
    "foundation.psychrometrics",
    "foundation.sun",
    "buildout.slip",
    "buildout.legal",
    "compute.failures",
    "compute.flops",
    "compute.job",
    "compute.layer_counts",
    "compute.memory",
    "compute.mixed",
    "compute.replay",
    "compute.roofline",
    "compute.step_time",
    "products.demand",
    "products.exposure",
    "products.gates",
    "products.monitor",
    "products.queues",
    "products.roc",
    "products.scaling_laws",
    "products.stream",
    "neighbours.air.band",
    "neighbours.air.forms",
    "neighbours.air.isc",
    "neighbours.air.no2",
    "neighbours.air.similarity",
    "neighbours.health",
    "neighbours.receptors",
    "neighbours.traffic.choice",
    "neighbours.traffic.delay",
    "neighbours.traffic.queue",
    "neighbours.water.tower",
    "company.finance.bonds",
    "company.finance.chance",
    "company.finance.contracts",
    "company.finance.copulas",
    "company.finance.covenants",
    "company.finance.cover",
    "company.finance.depreciation",
    "company.finance.equity",
    "company.finance.escape",
    "company.finance.impairment",
    "company.finance.leases",
    "company.finance.pools",
    "company.finance.price_paths",
    "company.finance.tenancies",
    "company.finance.scores",
    "company.finance.tax_rules",
    "company.finance.time_value",
    "company.finance.worth",
    "power.adequacy.outage_table",
    "power.chain",
    "power.emissions",
    "power.stability",
    "power.swings.island",
    "power.swings.checkpoint_swing",
    "power.turbine",
    "power.wind_sun_formulas",
    "cooling.compression",
    "cooling.dry_cooler",
    "cooling.evaporative_tower",
    "cooling.water_loop",
    "neighbours.noise.exposure.dose_response",
    "neighbours.noise.exposure.levels",
    "neighbours.noise.propagation.atmosphere",
    "neighbours.noise.propagation.bands",
    "neighbours.noise.propagation.cnossos",
    "neighbours.noise.propagation.iso9613",
    "neighbours.noise.propagation.iso9613_belts",
    "neighbours.noise.propagation.wind",
    "neighbours.noise.sources.spectra",
)
INTERFACES = {"factors"}
SECTION = re.compile(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", re.MULTILINE)
NUMBERS = re.compile(r"^(float|array|float or array|sequence of float|list of float)\b")
WITH_UNIT = re.compile(r"[,;] [^,;]+\.$", re.DOTALL)


def functions_of(module: str) -> list[Callable[..., Any]]:
    found = vars(importlib.import_module(f"gigacampus.{module}"))
    own = [f for f in found.values() if inspect.isfunction(inspect.unwrap(f)) and f.__module__ == f"gigacampus.{module}"]
    return [f for f in own if not f.__name__.startswith("_") and f.__name__ not in INTERFACES]


PUBLISHED = [(module, f) for module in FORMULAS for f in functions_of(module)]
RESULT = [("results.result", m) for name, m in vars(gigacampus.Result).items() if inspect.isfunction(m) and not name.startswith("_")]
FRONT = [("", f) for name in gigacampus.__all__ if inspect.isfunction(f := getattr(gigacampus, name))] + RESULT


def sections(text: str) -> dict[str, str]:
    pieces = SECTION.split(inspect.cleandoc(text))
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def entries(section: str) -> dict[str, tuple[str, str]]:
    """Name of each parameter -> its type and its text."""
    found = re.findall(r"^(\*{0,2}\w+) : (.+)\n((?:    .+\n?)+)", section, re.MULTILINE)
    return {name.lstrip("*"): (kind, " ".join(text.split())) for name, kind, text in found}


def faults(function: Callable[..., Any], *, with_references: bool) -> list[str]:
    """What the docstring of a function lacks."""
    function = inspect.unwrap(function)
    told = sections(function.__doc__ or "")
    asked = [name for name in inspect.signature(function).parameters if name != "self"]
    given = entries(told.get("Parameters", ""))
    out = [f"no parameter {name}" for name in asked if not given.get(name, ("", ""))[1]]
    out += [f"parameter {name}, which it does not take" for name in given if name not in asked]
    if with_references:
        out += [f"no unit of {name}" for name, (kind, text) in given.items() if NUMBERS.match(kind) and not WITH_UNIT.search(text)]
    returned = told.get("Returns", "").strip().splitlines()
    if len(returned) < 2 or not returned[1].startswith("    "):
        out.append("no Returns with a type and what it is")
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function))).body[0]
    if any(isinstance(node, ast.Raise) for node in ast.walk(body)) and "Raises" not in told:
        out.append("no Raises, though it raises")
    if not re.search(r"^>>> .*\n(?:(?:>>>|\.\.\.) .*\n)*(?!>>>|\.\.\.)\S", told.get("Examples", "") + "\n", re.MULTILINE):
        out.append("no worked number")
    if with_references:
        named = [
            key for line in re.findall(r"^\S.*", told.get("References", ""), re.MULTILINE) for key in line.partition(" :")[0].split(", ")
        ]
        out += [f"reference {key!r} is in no sources*.yaml" for key in named if key not in sources()]
        out += ["no References"] if not named else []
    return out


@pytest.mark.parametrize(("module", "function"), PUBLISHED, ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_formulas_are_documented(module, function):
    assert faults(function, with_references=True) == []


@pytest.mark.parametrize(("module", "function"), FRONT, ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_the_public_api_is_documented(module, function):
    assert faults(function, with_references=False) == []


def test_the_checks_find_what_is_missing():
    def bare(speed_m_s: float) -> float:
        """Nothing is said."""
        raise ValueError

    def half(speed_m_s: float) -> float:
        """Half.

        Parameters
        ----------
        speed_m_s : float
            Speed.

        Returns
        -------
        float
            Speed, m/s.

        References
        ----------
        NOBODY99

        Examples
        --------
        >>> half(1.0)
        """
        return speed_m_s

    assert len(faults(bare, with_references=True)) == 5
    assert faults(half, with_references=True) == ["no unit of speed_m_s", "no worked number", "reference 'NOBODY99' is in no sources*.yaml"]


def test_no_formula_names_its_source_outside_its_references():
    assert [f.__name__ for _, f in PUBLISHED if re.search(r"(^|\s)Source: ", inspect.unwrap(f).__doc__ or "")] == []


WITH_EXAMPLES = sorted(p for p in (ROOT / "gigacampus").rglob("*.py") if ">>> " in p.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda p: p.relative_to(ROOT / "gigacampus").as_posix())
def test_worked_numbers_hold(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0 and found.failed == 0
