"""Every family of kinds, said once: which kinds there are, in the order of their axis, and the traits by which code tells them apart.

A new kind is one row here and one file (its formulas, or its class's figures in the library); CONTRIBUTING.md has the recipes.
No code outside of a kind's own file compares a kind's name or addresses an axis of kinds by a literal position: it asks
``COOLING[name]`` for a trait, ``COOLING.index(name)`` for a position, ``COOLING.each(trait)`` for a trait along the axis.
Modules are named by text and imported when asked for, so that this table starts fast and no room below an area imports it;
the cache of stages follows these names as it follows imports.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from types import ModuleType
from typing import Literal

from gigacampus.foundation.kinds import Kind, Kinds


@dataclass(frozen=True)
class CoolingKind(Kind):
    """A kind of heat rejection plant."""

    module: str = field(kw_only=True)
    """Has ``factors(entry, rules, dry_bulb_c, wet_bulb_c)``: air for the fans, compressor electricity over heat and heat that
    the hour's air lets through, each over design; three arrays of shape (hour,)."""
    cools: Literal["liquid", "hall_air"] = field(kw_only=True)
    """Whose heat it takes first; what does not fit goes to plant of the other sort."""
    evaporates: bool = field(kw_only=True)
    """Whether its heat leaves, compressor work included, by evaporation in a tower, and so draws water."""
    spectrum: Literal["fan", "chiller"] = field(kw_only=True)
    """Shape of its sound: component of the item ``cooling`` in ``library/noise/spectra.csv``."""
    compresses: bool = field(default=False, kw_only=True)
    """Whether a compressor lifts the heat; its entry then needs the figures of one."""


COOLING: Kinds[CoolingKind] = Kinds(
    "cooling kinds",
    CoolingKind(
        "evaporative_tower",
        "Wet tower on the liquid loop",
        typical="lib:cooling/tower_generic",
        module="gigacampus.cooling.evaporative_tower",
        cools="liquid",
        evaporates=True,
        spectrum="fan",
    ),
    CoolingKind(
        "dry_cooler",
        "Dry coil on the liquid loop",
        typical="lib:cooling/dry_cooler_generic",
        module="gigacampus.cooling.dry_cooler",
        cools="liquid",
        evaporates=False,
        spectrum="fan",
    ),
    CoolingKind(
        "air_chiller",
        "Chiller that rejects to the air",
        typical="lib:cooling/air_chiller_generic",
        module="gigacampus.cooling.air_chiller",
        cools="hall_air",
        evaporates=False,
        spectrum="chiller",
        compresses=True,
    ),
    CoolingKind(
        "water_chiller",
        "Chiller that rejects through a wet tower",
        typical="lib:cooling/water_chiller_generic",
        module="gigacampus.cooling.water_chiller",
        cools="hall_air",
        evaporates=True,
        spectrum="chiller",
        compresses=True,
    ),
)
"""The axis ``cooling_kind``."""


@dataclass(frozen=True)
class GeneratorTechnology(Kind):
    """A technology of generating units; figures that a unit lacks are those of its typical row, scaled to its rating."""

    sounds_like: Literal["gas_turbine", "reciprocating_engine"] = field(kw_only=True)
    """Whose published equations share its sound out over components and bands."""
    best_efficiency_frac: float = field(default=0.64, kw_only=True)
    """Most of the fuel's heat (lower heating value) that any unit of the kind turns into power; 0.64: with a steam cycle."""


GENERATORS: Kinds[GeneratorTechnology] = Kinds(
    "generator technologies",
    GeneratorTechnology(
        "industrial",
        "Industrial gas turbine",
        typical="lib:generator_classes/industrial",
        sounds_like="gas_turbine",
        best_efficiency_frac=0.46,
    ),
    GeneratorTechnology(
        "aeroderivative",
        "Gas turbine derived from an aircraft engine",
        typical="lib:generator_classes/aeroderivative",
        sounds_like="gas_turbine",
        best_efficiency_frac=0.46,
    ),
    GeneratorTechnology(
        "reciprocating",
        "Lean-burn gas engine",
        typical="lib:generator_classes/reciprocating",
        sounds_like="reciprocating_engine",
        best_efficiency_frac=0.54,
    ),
)


@dataclass(frozen=True)
class StorageChemistry(Kind):
    """A chemistry of batteries; figures that a product lacks are those of its typical row."""


STORAGE: Kinds[StorageChemistry] = Kinds(
    "storage chemistries",
    StorageChemistry(
        "lithium_iron_phosphate", "Lithium iron phosphate in containers", typical="lib:battery_classes/lithium_iron_phosphate"
    ),
)


@dataclass(frozen=True)
class DispatchOrder(Kind):
    """Who carries the base of the load."""

    grid_carries_base: bool
    """True: units run for what the grid cannot give; False: the grid gives what units cannot."""
    by_price: bool = field(default=False, kw_only=True)
    """Whether each month takes the cheapest of the ways in ``power/dispatch/choice.py``, and the battery works for the bill."""


DISPATCH_ORDERS: Kinds[DispatchOrder] = Kinds(
    "dispatch orders",
    DispatchOrder("onsite_first", "On-site units carry the base load", grid_carries_base=False),
    DispatchOrder("grid_first", "The grid carries the base load", grid_carries_base=True),
    DispatchOrder("least_cost", "Whatever is cheaper carries the load, by month and hour", grid_carries_base=True, by_price=True),
)


@dataclass(frozen=True)
class NoiseMethod(Kind):
    """A published method of sound propagation."""

    module: str
    """Has ``conditions(scene, sources, receivers, *, edition, source_g, reflect, dtype)``: the ``Conditions`` that it states."""
    edition: int
    """Year of the standard; modules that hold several editions tell them apart by it."""
    walls_by: Literal[1996, 2024] = 2024
    """Edition of ISO 9613-2 by whose paths it is said what limits a wall."""


NOISE_METHODS: Kinds[NoiseMethod] = Kinds(
    "noise methods",
    NoiseMethod(
        "iso9613_2024", "ISO 9613-2:2024", module="gigacampus.neighbours.noise.propagation.iso9613_transfer", edition=2024, walls_by=2024
    ),
    NoiseMethod(
        "iso9613_1996", "ISO 9613-2:1996", module="gigacampus.neighbours.noise.propagation.iso9613_transfer", edition=1996, walls_by=1996
    ),
    NoiseMethod(
        "cnossos", "CNOSSOS-EU, as amended in 2021", module="gigacampus.neighbours.noise.propagation.cnossos_transfer", edition=2021
    ),
)


def module_of(kind: CoolingKind | NoiseMethod) -> ModuleType:
    """The module that holds a kind's formulas."""
    return importlib.import_module(kind.module)
