"""Inputs of the build: dated blocks, phases that need an order, the schedule's slip. One class per kind of block."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Gt, Le
from pydantic import Field

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.references import AcceleratorKey, BatteryKey, CoolingKey, GeneratorKey, SlipKey
from gigacampus.foundation.types import MW, USD, Count, Day, Days, Frac, MWh, NoUnit, Positive, Signed, Spec, Unit, Within
from gigacampus.schema.entry_checks import storage_h


class BlockBase(Spec):
    """What every dated block has."""

    title: str = ""
    """Name shown in tables and maps; empty: the key."""
    phase: Annotated[int, NoUnit("number of a phase"), Field(ge=0, le=9)] = 0
    """0: committed, with a date. 1, 2, ...: belongs to that uncommitted phase; in service when the phase is."""
    in_service: Day | None = None
    """Planned date; needed for phase 0."""
    out_of_service: Day | None = None
    """Date of leaving, if known."""
    ordered: Day | None = None
    """Day of the order, if known: ``company.assets.deposit_frac`` of the price is paid then and the rest on delivery; empty: all of
    it on delivery. Accelerators then never come earlier than the supplier's lead time for the size of the batch allows."""
    slip_days: Days = 0.0
    """Slip of this block alone, on top of the schedule's; negative is early."""
    slips: bool = True
    """False: the date is an expectation already and not somebody's plan, so the schedule's slip is not added again."""
    cost_usd: Annotated[USD, Field(ge=0)] = 0.0
    """Cash cost if it differs from the library's unit cost times the count; 0 means: use the library. Cooling plant and substations
    are within the price of halls and grid tranches: what is stated for them comes on top. A phase is paid by its ``capex_usd``; what
    its blocks state counts for the county's roll."""
    known_from: Day | None = None
    """Day on which this fact became known."""
    source: str = ""
    """Where the fact was published; a key of the library's sources or a citation."""
    confidence: Literal["seen", "derived", "mixed", "recalled", "assumed"] = "assumed"
    """How well the fact is known; assumed and recalled values count in the share "assumed" of every figure."""


class AcceleratorBlock(BlockBase):
    """A batch of accelerators."""

    kind: Literal["accelerators"]
    """accelerators: a batch of accelerators."""
    model: AcceleratorKey
    """Library entry of the accelerator: power, rates, price and lead time."""
    count: Count
    """Accelerators in the batch."""


class HallBlock(BlockBase):
    """Floor with power distribution for IT."""

    kind: Literal["hall"]
    """hall: floor with power distribution for IT."""
    it_mw: MW
    """IT power that the hall can feed; caps the accelerators in service."""


class GridBlock(BlockBase):
    """A tranche of grid supply (contract and feeder)."""

    kind: Literal["grid_tranche"]
    """grid_tranche: a tranche of grid supply."""
    mw: MW
    """Power that the tranche brings from its date on."""
    firm: bool = True
    """Whether the tranche counts as firm supply; a tranche that is not firm still feeds the campus."""


class SubstationBlock(BlockBase):
    """Transformer capacity between the grid and the campus; caps the grid tranches where any substation is given."""

    kind: Literal["substation"]
    """substation: transformer capacity towards the grid."""
    mw: MW
    """Power that the transformers carry."""


class GeneratorBlock(BlockBase):
    """A batch of identical generating units."""

    kind: Literal["generators"]
    """generators: a batch of identical generating units."""
    model: GeneratorKey
    """Library entry of the unit: rating, heat rate, emissions, exhaust, price."""
    count: Count
    """Units in the batch; dispatch starts and stops them one by one."""
    nox_ppm: Annotated[float, Field(ge=0, le=1000), Unit("ppm")] | None = None
    """NOx in ppmvd at 15 % O2 with the control fitted; empty: the library's value."""
    control: Literal["none", "dry_low_nox", "water_injection", "scr"] = "dry_low_nox"
    """NOx control fitted; it chooses the library's emission figures for NOx and CO."""
    permit: str = ""
    """Key of the permit block that covers these units; empty: none is required."""


class PermitBlock(BlockBase):
    """A permit: until it is in service (granted) and within its limits the covered units may not run."""

    kind: Literal["permit"]
    """permit: permission to run the generator blocks that name it."""
    limit_mw: MW | None = None
    """Nameplate that the permit covers; empty: no limit on power."""
    limit_nox_t_per_year: Annotated[float, Unit("t/year"), Within(0, 1e7, "scale")] | None = None
    """Metric tonnes of NOx a year."""


class BatteryBlock(BlockBase):
    """A battery."""

    kind: Literal["battery"]
    """battery: containers of battery cells with their inverters."""
    model: BatteryKey
    """Library entry of the battery: size and price of a container, round-trip efficiency."""
    mw: MW
    """Power that the battery charges and discharges with at most."""
    mwh: MWh
    """Energy that the battery stores when full."""


class SolarBlock(BlockBase):
    """Photovoltaic modules with their inverters."""

    kind: Literal["solar"]
    """solar: photovoltaic modules, whose power follows the site's own irradiance, air and wind."""
    mw: MW
    """Power of the inverters, alternating current."""
    mount: Literal["fixed", "single_axis"] = "single_axis"
    """fixed: towards the equator at ``tilt_deg``; single_axis: modules follow the sun about a level axis from north to south."""
    tilt_deg: Annotated[float, Unit("deg"), Within(0, 90, "geometry")] = FROM_LIBRARY
    """Tilt of fixed modules from the horizontal; of modules on an axis the most that they turn."""
    dc_ac_ratio: Annotated[float, Unit("1"), Within(0.5, 3, "scale")] = FROM_LIBRARY
    """Power of the modules at 1,000 W/m2 and 25 degC over that of the inverters."""
    loss_frac: Frac = FROM_LIBRARY
    """Lost between modules and inverters: soiling, shading, mismatch, wiring, standstill."""
    power_loss_frac_per_k: Annotated[float, Unit("1/K"), Within(0, 0.02, "density")] = FROM_LIBRARY
    """Power of the modules lost for each kelvin above 25 degC."""


class WindBlock(BlockBase):
    """Wind turbines."""

    kind: Literal["wind"]
    """wind: wind turbines, whose power follows the site's own wind at the height of the hub."""
    mw: MW
    """Rated power."""
    hub_m: Annotated[float, Unit("m"), Within(10, 250, "geometry")] = FROM_LIBRARY
    """Height of the hub above ground."""
    shear_exponent: Annotated[float, NoUnit("exponent"), Within(0, 0.6, "scale")] = FROM_LIBRARY
    """Exponent of the power law by which wind grows with height above 10 m."""
    cut_in_m_s: Annotated[float, Unit("m/s"), Within(0, 10, "scale")] = FROM_LIBRARY
    """Wind from which the turbines give power, at standard density of the air."""
    rated_m_s: Annotated[float, Unit("m/s"), Within(5, 25, "scale")] = FROM_LIBRARY
    """Wind from which they give their rated power."""
    cut_out_m_s: Annotated[float, Unit("m/s"), Within(10, 40, "scale")] = FROM_LIBRARY
    """Wind from which they stand still."""
    loss_frac: Frac = FROM_LIBRARY
    """Lost to wakes, standstill and wiring."""


class CoolingBlock(BlockBase):
    """A batch of cooling plant."""

    kind: Literal["cooling"]
    """cooling: a batch of heat rejection plant."""
    model: CoolingKey
    """Library entry of the plant: kind, design point, fans and pumps, price."""
    heat_mw: MW
    """Heat that the batch rejects at the design dry bulb."""


class RetirementBlock(BlockBase):
    """Takes a share of another block out of service on its date."""

    kind: Literal["retirement"]
    """retirement: takes another block out of service."""
    block: str
    """Key of the block that leaves."""
    after: str = ""
    """Block that replaces the other one: the retirement waits until it is in service."""
    share_frac: Frac = 1.0
    """Share of that block that leaves."""


class LegalBlock(BlockBase):
    """A legal event: with a probability it stops the named blocks for a time from its date on."""

    kind: Literal["legal"]
    """legal: an event that may stop other blocks."""
    stops: list[str]
    """Keys of the blocks that stand still while the event lasts."""
    probability_frac: Frac
    """Probability that the event happens."""
    duration_days: Days = FROM_LIBRARY
    """How long the named blocks stand still if it happens."""
    court_stop_quantile: Frac = 0.5
    """The event happens when this is below the probability; made uncertain (uniform) in worlds."""


Block = Annotated[
    AcceleratorBlock
    | HallBlock
    | GridBlock
    | SubstationBlock
    | GeneratorBlock
    | PermitBlock
    | BatteryBlock
    | SolarBlock
    | WindBlock
    | CoolingBlock
    | RetirementBlock
    | LegalBlock,
    Field(discriminator="kind"),
]


class PhaseSpec(Spec):
    """An uncommitted extension: ordered once, when the books allow, in service after its lead time and slip."""

    title: str = ""
    """Name shown in tables and figures; empty: the key."""
    planned_order: Day
    """First day on which the phase may be ordered."""
    lead_days: Days
    """From order to service, before slip."""
    capex_usd: Annotated[USD, Field(ge=0)]
    """All that the order commits."""
    deposit_frac: Frac = FROM_LIBRARY
    """Paid at the order; the rest is spread evenly over the lead time."""
    needs_cash_usd: Annotated[USD, Field(ge=0)] = 0.0
    """Cash at the end of the month before that the order requires."""
    slip_days: Days = 0.0
    """Slip of this phase alone, on top of the schedule's; negative is early."""


class SlipEntry(Spec):
    """A distribution of slip in days: Gumbel, so that long delays are likelier than equally early arrivals."""

    title: str = ""
    """Name of the fit."""
    location_days: Annotated[float, Unit("day"), Within(-3650, 3650, "scale")]
    """Mode of the slip."""
    scale_days: Annotated[float, Unit("day"), Within(0.01, 3650, "scale")]
    """Scale of the Gumbel distribution: the larger, the wider the slips spread."""
    calibrated_on: Day | None = None
    """Last day of the data that the constants were fitted to; empty: assumed. A day after ``as_of`` is hindsight."""


class ScheduleSpec(Spec):
    """How late dates that lie after ``as_of`` become, and how much of the world's accelerators one buyer gets."""

    slip: Literal["fitted", "none", "median"] = "fitted"
    """fitted: the quantile of the slip model; median: its median in every world; none: every plan is kept."""
    model: SlipKey = FROM_LIBRARY
    """Slip distribution."""
    construction_slip_quantile: Frac = 0.5
    """Position in the slip distribution, common to the campus."""
    shipment_share_frac: Annotated[float, Unit("1"), Gt(0), Le(1)] = FROM_LIBRARY
    """Largest share of the world's shipments of one accelerator that goes to this buyer while an order is delivered."""
    firm_derate_frac: Frac = 0.0
    """Share of on-site nameplate that a hot day takes away when firm supply is counted."""


class AnnouncedSpec(Spec):
    """A power figure that a party announced; shown, never used as truth."""

    from_day: Day
    """Day from which the announced power is said to be available."""
    mw: MW
    """Power that the party announced."""
    by: str
    """Who announced it."""
    source: str = ""
    """Where the announcement was made."""


FAMILIES = {"hall": ("hall",), "cooling": ("cooling",), "supply": ("grid_tranche", "generators")}
"""Families of blocks that limit IT power. A family without any block sets no limit."""


def check_blocks(blocks: dict[str, Block], phases: dict[str, PhaseSpec]) -> list[str]:
    """Sentences about what does not fit together in one campus's blocks; empty when all is well."""
    out: list[str] = []
    for key, block in blocks.items():
        if block.phase == 0 and block.in_service is None:
            out.append(f"blocks.{key}: a committed block (phase 0) needs in_service")
        if isinstance(block, BatteryBlock):
            out += [f"blocks.{key}.{wrong}" for wrong in storage_h(block.mw, block.mwh)]
        if block.phase > len(phases):
            out.append(f"blocks.{key}: phase {block.phase}, but the campus has {len(phases)} phases")
        if block.in_service and block.out_of_service and block.out_of_service < block.in_service:
            out.append(f"blocks.{key}: out_of_service lies before in_service")
        late = block.in_service and block.ordered and block.ordered > block.in_service
        if late and not isinstance(block, AcceleratorBlock):
            out.append(f"blocks.{key}: ordered lies after in_service")
        if isinstance(block, WindBlock) and not block.cut_in_m_s < block.rated_m_s < block.cut_out_m_s:
            out.append(f"blocks.{key}.rated_m_s: {block.rated_m_s:g} m/s does not lie between cut_in_m_s and cut_out_m_s")
        out += _misplaced_cost(key, block)
        out += [f"blocks.{key}: names the block {name!r}, which does not exist" for name in _named(block) if name not in blocks]
        if isinstance(block, GeneratorBlock) and block.permit and not isinstance(blocks.get(block.permit), PermitBlock):
            out.append(f"blocks.{key}: permit {block.permit!r} is not a permit block of this campus")
    return out + _late_families(blocks)


def _misplaced_cost(key: str, block: Block) -> list[str]:
    """A cost that no account would take."""
    if block.cost_usd and isinstance(block, PermitBlock | RetirementBlock | LegalBlock):
        return [f"blocks.{key}.cost_usd: the books have no account for the cost of a {block.kind} block; leave it out"]
    return []


def _named(block: Block) -> list[str]:
    if isinstance(block, RetirementBlock):
        return [block.block, *([block.after] if block.after else [])]
    return block.stops if isinstance(block, LegalBlock) else []


def _late_families(blocks: dict[str, Block]) -> list[str]:
    """A limit that appears in a later phase only would choke the accelerators that ran without it before."""
    first = min((b.phase for b in blocks.values() if b.kind == "accelerators"), default=0)
    out = []
    for family, kinds in FAMILIES.items():
        given = [b.phase for b in blocks.values() if b.kind in kinds]
        if given and min(given) > first:
            out.append(
                f"blocks: {family} is given from phase {min(given)} on, but accelerators from phase {first}: "
                f"give the {family} of phase {first} too, or none at all"
            )
    return out


__all__ = ["FAMILIES", "AnnouncedSpec", "Block", "PhaseSpec", "Positive", "ScheduleSpec", "Signed", "SlipEntry", "check_blocks"]
