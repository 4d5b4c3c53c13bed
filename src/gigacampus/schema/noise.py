"""Inputs of noise at one campus: ground, screens, where the plant stands, criteria, and what else sounds nearby."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import DBA, Day, Frac, Latitude, Longitude, Metres, NonNegative, NoUnit, Spec, Unit, Within
from gigacampus.registry.kinds import NOISE_METHODS
from gigacampus.schema import ring_checks
from gigacampus.schema.entry_checks import refuse_if

Bearing = Annotated[float, Unit("deg"), Field(ge=0, le=360)]


Machine = Literal[
    "auger_drill_rig",
    "backhoe",
    "compactor_ground",
    "compressor_air",
    "concrete_mixer_truck",
    "concrete_pump_truck",
    "crane",
    "dozer",
    "dump_truck",
    "excavator",
    "flat_bed_truck",
    "front_end_loader",
    "generator",
    "generator_small",
    "grader",
    "impact_pile_driver",
    "jackhammer",
    "man_lift",
    "mounted_impact_hammer_hoe_ram",
    "paver",
    "pickup_truck",
    "pneumatic_tools",
    "pumps",
    "rock_drill",
    "roller",
    "scraper",
    "tractor",
    "vacuum_excavator",
    "vibratory_concrete_mixer",
    "vibratory_pile_driver",
    "welder_torch",
]
"""Construction machines that the library knows."""


Confidence = Literal["seen", "derived", "mixed", "recalled", "assumed"]


class PlacementSpec(Spec):
    """Where the plant of one block stands: a row of units, or a point when its length is zero."""

    lat: Latitude
    """Latitude of the middle of the row."""
    lon: Longitude
    """Longitude of the middle of the row."""
    bearing_deg: Bearing = FROM_LIBRARY
    """Direction of the row, clockwise from north."""
    length_m: Metres = 0.0
    """Length of the row; 0: a point."""
    height_m: Metres | None = None
    """Height of the main opening above ground; empty: from the library or the kind of plant."""


class WallSpec(Spec):
    """A noise wall along a line of points."""

    points: Annotated[list[tuple[Latitude, Longitude]], Field(min_length=2, max_length=200)]
    """Foot of the wall as latitude and longitude, in order."""
    height_m: Metres
    """Height of its top above ground."""
    absorption_frac: Frac = FROM_LIBRARY
    """Share of sound energy that the face absorbs, for reflections."""
    in_service: Day | None = None
    """Empty: always there."""
    cost_usd: Annotated[NonNegative, Unit("USD")] = 0.0
    """Price of the wall, for the cost of quiet."""
    source: str = ""
    """Where the wall comes from."""


class HallSpec(Spec):
    """A building that screens and reflects: a rectangle on the ground."""

    lat: Latitude
    """Latitude of its centre."""
    lon: Longitude
    """Longitude of its centre."""
    length_m: Metres
    """Length of the long side."""
    width_m: Metres
    """Length of the short side."""
    height_m: Metres
    """Height of the roof above ground."""
    bearing_deg: Bearing = FROM_LIBRARY
    """Direction of the long side, clockwise from north."""
    absorption_frac: Frac = FROM_LIBRARY
    """Share of sound energy that its walls absorb, for reflections."""


Crs = Annotated[str, Field(pattern=r"^[A-Za-z]+:[0-9A-Za-z]+$", max_length=40)]


class ScreensFileSpec(Spec):
    """A file of buildings, walls and ground beside the scenario: GeoJSON, or an OpenStreetMap extract (XML or Overpass JSON)."""

    file: Annotated[str, Field(pattern=r"(?i)\.(geojson|json|osm)$", max_length=1000)]
    """The file, beside the scenario."""
    crs: Crs = "EPSG:4326"
    """Coordinate system of the file; all but degrees need the geo extra."""
    absorption_frac: Frac = FROM_LIBRARY
    """Share of sound energy that the faces absorb, for reflections."""


class TerrainFileSpec(Spec):
    """Terrain beside the scenario: an ESRI ASCII grid, or a GeoTIFF (geo extra)."""

    file: Annotated[str, Field(pattern=r"(?i)\.(asc|tiff?)$", max_length=1000)]
    """The file, beside the scenario."""
    crs: Crs | None = None
    """Coordinate system; empty: what a GeoTIFF says itself."""
    unit: Literal["m", "ft", "us-ft", "cm", "dm", "mm", "km"] | None = None
    """Unit of the altitudes; empty: what a GeoTIFF says itself, else metres, which a finding says."""


class GroundSpec(Spec):
    """A region whose ground differs: a lake, a car park, a wood."""

    points: Annotated[list[tuple[Latitude, Longitude]], Field(min_length=3, max_length=500)]
    """Corners of the region as latitude and longitude, in order."""
    ground_g: Frac
    """0 hard, 1 porous."""
    kind: Literal["ground", "woods", "plant"] = "ground"
    """What stands on it: nothing, woods too dense to see through, or pipes and machines. By ISO 9613-2 sound loses level in woods
    and plant; CNOSSOS-EU states nothing of the kind, so that there they are ground alone. They must not overlap."""
    height_m: Annotated[float, Unit("m"), Within(0.5, 100, "height")] | None = None
    """Height of woods or plant above the ground; of ground empty."""

    _fits_together = model_validator(mode="after")(refuse_if(ring_checks.ground))


class RoadSpec(Spec):
    """A public road that trucks to and from the campus take, in the hours in which builders work."""

    points: Annotated[list[tuple[Latitude, Longitude]], Field(min_length=2, max_length=200)]
    """Line of the road as latitude and longitude, in order."""
    share_frac: Frac = 1.0
    """Share of the campus's trucks that take it; each passes twice."""
    speed_km_per_h: Annotated[float, Unit("km/h"), Field(ge=20, le=130)] = FROM_LIBRARY
    """Speed of trucks on it."""
    source: str = ""
    """Where the road comes from."""
    confidence: Confidence = "assumed"
    """How well its share and speed are known."""


class EventSpec(Spec):
    """A short loud event: a vent or blow-off with starts and stops, a relief valve, a bang."""

    title: str = ""
    """Name of the event in tables."""
    block: str = ""
    """Generator block whose starts and stops bring it, and where it stands unless told."""
    lat: Latitude | None = None
    """Latitude where it sounds; empty: where the block stands."""
    lon: Longitude | None = None
    """Longitude where it sounds, with ``lat``."""
    height_m: Metres = FROM_LIBRARY
    """Height of the opening above ground."""
    sound_power_dba: DBA
    """Highest while it lasts."""
    per_start: Annotated[NonNegative, NoUnit("count")] = 0.0
    """Events that one start of a unit of the block brings."""
    per_stop: Annotated[NonNegative, NoUnit("count")] = 0.0
    """Events that one stop brings."""
    per_month: Annotated[NonNegative, Unit("1/month")] = 0.0
    """Besides those of starts and stops."""
    source: str = ""
    """Where the event was described."""
    confidence: Confidence = "assumed"
    """How well it is known."""


class MeasuredSpec(Spec):
    """What meter readings say of one group of sources; `gigacampus observe` writes it."""

    offset_db: Annotated[float, Unit("dB"), Field(ge=-40, le=40)]
    """How much louder it is than its spectrum says."""
    sigma_db: Annotated[float, Unit("dB"), Field(ge=0, le=20)]
    """Standard deviation that is left of the group as a whole."""
    shared_frac: Frac = 0.0
    """Share of the variance left that it has in common with groups of the same model."""
    source: str = ""
    """File of readings that it was fitted to."""
    confidence: Confidence = "derived"
    """How well it is known."""


class OtherPlantSpec(Spec):
    """Plant of somebody else nearby: part of the background, never of the campus's own level."""

    title: str = ""
    """Name of the plant."""
    lat: Latitude
    """Latitude of the plant."""
    lon: Longitude
    """Longitude of the plant."""
    sound_power_dba: DBA
    """Sound power level of the whole plant."""
    kind: Literal["gas_turbine", "reciprocating_engine", "cooling", "transformer"] = "gas_turbine"
    """Kind of plant; chooses the shape of its spectrum."""
    height_m: Metres = FROM_LIBRARY
    """Height of its main opening above ground."""
    source: str = ""
    """Where its level comes from."""
    confidence: Confidence = "assumed"
    """How well its level is known."""


class NoiseSpec(Spec):
    """Rules of noise at one campus."""

    method: Annotated[str, NOISE_METHODS] = "iso9613_2024"
    """Propagation standard: ISO 9613-2 of 2024 or of 1996, or CNOSSOS-EU."""
    reflections: bool = False
    """Whether sound that one face mirrors is added (halls, walls and buildings of files, by their absorption)."""
    ground_g: Frac = FROM_LIBRARY
    """0 hard, 1 porous."""
    site_ground_g: Frac = FROM_LIBRARY
    """Ground of the plant's own yard, within ``site_radius_m`` of the site."""
    site_radius_m: Metres = FROM_LIBRARY
    """Radius of the plant's own yard around the site."""
    background_night_dba: DBA = FROM_LIBRARY
    """Level at night without the campus."""
    background_day_dba: DBA = FROM_LIBRARY
    """Level by day without the campus."""
    limit_night_dba: DBA | None = None
    """Limit that holds at night; empty: none is stated."""
    limit_day_dba: DBA | None = None
    """Limit that holds by day; empty: none is stated."""
    source_sigma_db: Annotated[NonNegative, Unit("dB")] = FROM_LIBRARY
    """Standard deviation of a unit's sound power without a measurement."""
    source_shared_frac: Frac = FROM_LIBRARY
    """Share of that variance that all units of one model have in common; the rest is what units of one make differ by."""
    tonal_adjustment_db: Annotated[float, Unit("dB"), Field(ge=0, le=12)] = 0.0
    """Added where a level is held against a limit, because the sound has tones."""
    start_excess_db: Annotated[float, Unit("dB"), Field(ge=0, le=40)] = FROM_LIBRARY
    """Highest level of a start or a vent over the level of the running unit."""
    neutral_deficit_db: Annotated[float, Unit("dB"), Field(ge=0, le=10)] = FROM_LIBRARY
    """What hours with wind across lose far away against hours downwind."""
    upwind_deficit_db: Annotated[float, Unit("dB"), Field(ge=0, le=20)] = FROM_LIBRARY
    """What hours with wind towards the plant lose far away against hours downwind."""
    annoyance_curve: Literal["tolerance", "road", "industry", "logistic"] = "tolerance"
    """Published curve from level to the share highly annoyed."""
    tolerance_level_db: Annotated[float, Unit("dB"), Field(ge=50, le=100)] = FROM_LIBRARY
    """Community tolerance level of the tolerance curve: the day-night level at which half of the people are highly annoyed."""
    sleep_curve: Literal["road", "rail", "aircraft"] = "road"
    """Published curve from night level to the share highly disturbed in sleep; none is for plants."""
    people_per_home: Annotated[float, Unit("person/home"), Field(ge=0.5, le=20)] = FROM_LIBRARY
    """People in one home."""
    receptor_height_m: Metres = FROM_LIBRARY
    """Height above ground at which levels are computed."""
    battery_unit_sound_power_dba: DBA = FROM_LIBRARY
    """One battery container at full fan speed."""
    transformer_sound_power_dba_per_100_mw: DBA = FROM_LIBRARY
    """Sound power level of 100 MW of transformers; grows by 10 lg of the MW."""
    cooling_sound_power_dba_per_mw: DBA = FROM_LIBRARY
    """Used for heat that no cooling block with its own figure carries."""
    construction: dict[Machine, Annotated[float, NoUnit("count"), Field(ge=0, le=1000)]] = {}
    """Machines on site while a hall is built; empty: building is not heard."""
    construction_months: Annotated[float, Unit("month"), Field(ge=0, le=60)] = FROM_LIBRARY
    """Months of work before a hall is in service."""
    construction_from_h: Annotated[int, NoUnit("hour of the day"), Field(ge=0, le=24)] = FROM_LIBRARY
    """First hour of the day in which builders work."""
    construction_to_h: Annotated[int, NoUnit("hour of the day"), Field(ge=0, le=24)] = FROM_LIBRARY
    """Hours of the day between which builders work and trucks drive, every day of the week."""
    placements: dict[str, PlacementSpec] = {}
    """Key of a block -> where its plant stands; blocks not named stand at the site. A hall block: where its builders work."""
    walls: dict[str, WallSpec] = {}
    """Noise walls."""
    halls: dict[str, HallSpec] = {}
    """Buildings of the campus that screen and reflect."""
    measured: dict[str, MeasuredSpec] = {}
    """Group such as ``generators/BLOCK`` -> what readings say of it."""
    roads: dict[str, RoadSpec] = {}
    """Public roads that the campus's trucks take."""
    events: dict[str, EventSpec] = {}
    """Short loud events."""
    terrain: TerrainFileSpec | None = None
    """Empty: flat."""
    screens: dict[str, ScreensFileSpec] = {}
    """Files of buildings and walls around the plant."""
    grounds: dict[str, GroundSpec] = {}
    """Regions whose ground differs from ``ground_g``."""
    other_plants: dict[str, OtherPlantSpec] = {}
    """Plants of others nearby, part of the background."""
