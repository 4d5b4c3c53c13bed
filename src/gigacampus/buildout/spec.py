"""Inputs of the build: dated blocks, phases that need an order, the schedule's slip. One class per kind of block."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gigacampus.scenario.quantity import MW, USD, Count, Day, Days, Frac, MWh, Positive, Signed, Spec

LibraryKey = Annotated[str, Field(pattern=r"^lib:[a-z_]+/[a-z0-9_]+$")]


class BlockBase(Spec):
    """What every dated block has."""

    title: str = ""
    phase: Annotated[int, Field(ge=0, le=9)] = 0
    """0: committed, with a date. 1, 2, ...: belongs to that uncommitted phase; in service when the phase is."""
    in_service: Day | None = None
    """Planned date; needed for phase 0."""
    out_of_service: Day | None = None
    """Date of leaving, if known."""
    slip_days: Days = 0.0
    """Slip of this block alone, on top of the schedule's; negative is early."""
    cost_usd: Annotated[USD, Field(ge=0)] = 0.0
    """Cash cost if it differs from the library's unit cost times the count; 0 means: use the library."""
    known_from: Day | None = None
    """Day on which this fact became known."""
    source: str = ""
    confidence: Literal["seen", "derived", "mixed", "recalled", "assumed"] = "assumed"


class AcceleratorBlock(BlockBase):
    """A batch of accelerators."""

    kind: Literal["accelerators"]
    model: LibraryKey
    count: Count


class HallBlock(BlockBase):
    """Floor with power distribution for IT."""

    kind: Literal["hall"]
    it_mw: MW


class GridBlock(BlockBase):
    """A tranche of grid supply (contract and feeder)."""

    kind: Literal["grid_tranche"]
    mw: MW
    firm: bool = True


class SubstationBlock(BlockBase):
    """Transformer capacity between the grid and the campus; caps the grid tranches where any substation is given."""

    kind: Literal["substation"]
    mw: MW


class GeneratorBlock(BlockBase):
    """A batch of identical generating units."""

    kind: Literal["generators"]
    model: LibraryKey
    count: Count
    nox_ppm: Annotated[float, Field(ge=0, le=1000)] | None = None
    """NOx in ppmvd at 15 % O2 with the control fitted; empty: the library's value."""
    control: Literal["none", "dry_low_nox", "water_injection", "scr"] = "dry_low_nox"
    permit: str = ""
    """Key of the permit block that covers these units; empty: none is required."""


class PermitBlock(BlockBase):
    """A permit: until it is in service (granted) and within its limits the covered units may not run."""

    kind: Literal["permit"]
    limit_mw: MW | None = None
    limit_nox_t_per_year: Annotated[float, Field(ge=0)] | None = None
    """Metric tonnes of NOx a year."""


class BatteryBlock(BlockBase):
    """A battery."""

    kind: Literal["battery"]
    model: LibraryKey
    mw: MW
    mwh: MWh


class CoolingBlock(BlockBase):
    """A batch of cooling plant."""

    kind: Literal["cooling"]
    model: LibraryKey
    heat_mw: MW
    """Heat that the batch rejects at the design dry bulb."""


class RetirementBlock(BlockBase):
    """Takes a share of another block out of service on its date."""

    kind: Literal["retirement"]
    block: str
    share_frac: Frac = 1.0


class LegalBlock(BlockBase):
    """A legal event: with a probability it stops the named blocks for a time from its date on."""

    kind: Literal["legal"]
    stops: list[str]
    probability_frac: Frac
    duration_days: Days = 180.0
    quantile: Frac = 0.5
    """The event happens when this is below the probability; made uncertain (uniform) in worlds."""


Block = Annotated[
    AcceleratorBlock | HallBlock | GridBlock | SubstationBlock | GeneratorBlock | PermitBlock | BatteryBlock
    | CoolingBlock | RetirementBlock | LegalBlock,
    Field(discriminator="kind"),
]


class PhaseSpec(Spec):
    """An uncommitted extension: ordered once, when the books allow, in service after its lead time and slip."""

    title: str = ""
    planned_order: Day
    lead_days: Days
    """From order to service, before slip."""
    capex_usd: Annotated[USD, Field(ge=0)]
    """All that the order commits."""
    deposit_frac: Frac = 0.3
    """Paid at the order; the rest is spread evenly over the lead time."""
    needs_cash_usd: Annotated[USD, Field(ge=0)] = 0.0
    """Cash at the end of the month before that the order requires."""
    slip_days: Days = 0.0


class ScheduleSpec(Spec):
    """How late dates that lie after ``as_of`` become."""

    slip: Literal["fitted", "none", "median"] = "fitted"
    quantile: Frac = 0.5
    """Position in the fitted slip distribution, common to the campus."""


class AnnouncedSpec(Spec):
    """A power figure that a party announced; shown, never used as truth."""

    from_day: Day
    mw: MW
    by: str
    source: str = ""


__all__ = ["AnnouncedSpec", "Block", "PhaseSpec", "Positive", "ScheduleSpec", "Signed"]
