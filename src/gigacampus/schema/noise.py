"""Inputs of noise at one campus: ground, screens, where the plant stands, criteria, and what else sounds nearby."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gigacampus.foundation.types import DBA, Day, Frac, Latitude, Longitude, Metres, NonNegative, Spec

Bearing = Annotated[float, Field(ge=0, le=360)]


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
    lon: Longitude
    bearing_deg: Bearing = 90.0
    """Direction of the row, clockwise from north."""
    length_m: Metres = 0.0
    height_m: Metres | None = None
    """Height of the main opening above ground; empty: from the library or the kind of plant."""


class WallSpec(Spec):
    """A noise wall along a line of points."""

    points: Annotated[list[tuple[Latitude, Longitude]], Field(min_length=2, max_length=200)]
    height_m: Metres
    absorption_frac: Frac = 0.2
    """Share of sound energy that the face absorbs, for reflections."""
    in_service: Day | None = None
    """Empty: always there."""
    cost_usd: NonNegative = 0.0
    source: str = ""


class HallSpec(Spec):
    """A building that screens and reflects: a rectangle on the ground."""

    lat: Latitude
    lon: Longitude
    length_m: Metres
    width_m: Metres
    height_m: Metres
    bearing_deg: Bearing = 90.0
    """Direction of the long side, clockwise from north."""
    absorption_frac: Frac = 0.1


Crs = Annotated[str, Field(pattern=r"^[A-Za-z]+:[0-9A-Za-z]+$", max_length=40)]


class ScreensFileSpec(Spec):
    """A file of buildings, walls and ground beside the scenario: GeoJSON, or an OpenStreetMap extract (XML or Overpass JSON)."""

    file: Annotated[str, Field(pattern=r"(?i)\.(geojson|json|osm)$", max_length=1000)]
    crs: Crs = "EPSG:4326"
    """Coordinate system of the file; all but degrees need the geo extra."""
    absorption_frac: Frac = 0.1
    """Share of sound energy that the faces absorb, for reflections."""


class TerrainFileSpec(Spec):
    """Terrain beside the scenario: an ESRI ASCII grid, or a GeoTIFF (geo extra)."""

    file: Annotated[str, Field(pattern=r"(?i)\.(asc|tiff?)$", max_length=1000)]
    crs: Crs | None = None
    """Coordinate system; empty: what a GeoTIFF says itself."""


class GroundSpec(Spec):
    """A region whose ground differs: a lake, a car park, a wood."""

    points: Annotated[list[tuple[Latitude, Longitude]], Field(min_length=3, max_length=500)]
    ground_g: Frac
    """0 hard, 1 porous."""


class RoadSpec(Spec):
    """A public road that trucks to and from the campus take, in the hours in which builders work."""

    points: Annotated[list[tuple[Latitude, Longitude]], Field(min_length=2, max_length=200)]
    share_frac: Frac = 1.0
    """Share of the campus's trucks that take it; each passes twice."""
    speed_km_per_h: Annotated[float, Field(ge=20, le=130)] = 50.0
    source: str = ""
    confidence: Confidence = "assumed"


class EventSpec(Spec):
    """A short loud event: a vent or blow-off with starts and stops, a relief valve, a bang."""

    title: str = ""
    block: str = ""
    """Generator block whose starts and stops bring it, and where it stands unless told."""
    lat: Latitude | None = None
    lon: Longitude | None = None
    height_m: Metres = 10.0
    sound_power_dba: DBA
    """Highest while it lasts."""
    per_start: NonNegative = 0.0
    per_stop: NonNegative = 0.0
    per_month: NonNegative = 0.0
    """Besides those of starts and stops."""
    source: str = ""
    confidence: Confidence = "assumed"


class MeasuredSpec(Spec):
    """What meter readings say of one group of sources; `gigacampus observe` writes it."""

    offset_db: Annotated[float, Field(ge=-40, le=40)]
    """How much louder it is than its spectrum says."""
    sigma_db: Annotated[float, Field(ge=0, le=20)]
    """Standard deviation that is left of the group as a whole."""
    shared_frac: Frac = 0.0
    """Share of the variance left that it has in common with groups of the same model."""
    source: str = ""
    confidence: Confidence = "derived"


class OtherPlantSpec(Spec):
    """Plant of somebody else nearby: part of the background, never of the campus's own level."""

    title: str = ""
    lat: Latitude
    lon: Longitude
    sound_power_dba: DBA
    kind: Literal["gas_turbine", "reciprocating_engine", "cooling", "transformer"] = "gas_turbine"
    height_m: Metres = 20.0
    source: str = ""
    confidence: Confidence = "assumed"


class NoiseSpec(Spec):
    """Rules of noise at one campus."""

    method: Literal["iso9613_2024", "iso9613_1996", "cnossos"] = "iso9613_2024"
    reflections: bool = False
    """Whether sound that one face mirrors is added (halls, walls and buildings of files, by their absorption)."""
    ground_g: Frac = 0.5
    """0 hard, 1 porous."""
    site_ground_g: Frac = 0.0
    """Ground of the plant's own yard, within ``site_radius_m`` of the site."""
    site_radius_m: Metres = 150.0
    background_night_dba: DBA = 35.0
    background_day_dba: DBA = 42.0
    limit_night_dba: DBA | None = None
    limit_day_dba: DBA | None = None
    source_sigma_db: NonNegative = 5.0
    """Standard deviation of a unit's sound power without a measurement."""
    source_shared_frac: Frac = 0.9
    """Share of that variance that all units of one model have in common; assumed: units of one make differ by about 1.5 dB."""
    tonal_adjustment_db: Annotated[float, Field(ge=0, le=12)] = 0.0
    """Added where a level is held against a limit, because the sound has tones."""
    start_excess_db: Annotated[float, Field(ge=0, le=40)] = 10.0
    """Highest level of a start or a vent over the level of the running unit; assumed, nothing is published."""
    neutral_deficit_db: Annotated[float, Field(ge=0, le=10)] = 1.5
    """What hours with wind across lose far away against hours downwind; judgement."""
    upwind_deficit_db: Annotated[float, Field(ge=0, le=20)] = 5.0
    """What hours with wind towards the plant lose far away against hours downwind; published values go from 5 to 15."""
    annoyance_curve: Literal["tolerance", "road", "industry", "logistic"] = "tolerance"
    """Published curve from level to the share highly annoyed."""
    tolerance_level_db: Annotated[float, Field(ge=50, le=100)] = 70.0
    """Community tolerance level of the tolerance curve; 63 to 78 for a new tonal industrial source."""
    sleep_curve: Literal["road", "rail", "aircraft"] = "road"
    """Published curve from night level to the share highly disturbed in sleep; none is for plants."""
    people_per_home: Annotated[float, Field(ge=0.5, le=20)] = 2.5
    """People in one home; about the mean of the United States, recalled."""
    receptor_height_m: Metres = 4.0
    battery_unit_sound_power_dba: DBA = 85.0
    """One battery container at full fan speed."""
    transformer_sound_power_dba_per_100_mw: DBA = 95.0
    cooling_sound_power_dba_per_mw: DBA = 92.0
    """Used for heat that no cooling block with its own figure carries."""
    construction: dict[Machine, Annotated[float, Field(ge=0, le=1000)]] = {}
    """Machines on site while a hall is built; empty: building is not heard."""
    construction_months: Annotated[float, Field(ge=0, le=60)] = 8.0
    """Months of work before a hall is in service."""
    construction_from_h: Annotated[int, Field(ge=0, le=24)] = 7
    construction_to_h: Annotated[int, Field(ge=0, le=24)] = 17
    """Hours of the day between which builders work and trucks drive, every day of the week."""
    placements: dict[str, PlacementSpec] = {}
    """Key of a block -> where its plant stands; blocks not named stand at the site. A hall block: where its builders work."""
    walls: dict[str, WallSpec] = {}
    halls: dict[str, HallSpec] = {}
    measured: dict[str, MeasuredSpec] = {}
    """Group such as ``generators/BLOCK`` -> what readings say of it."""
    roads: dict[str, RoadSpec] = {}
    events: dict[str, EventSpec] = {}
    terrain: TerrainFileSpec | None = None
    """Empty: flat."""
    screens: dict[str, ScreensFileSpec] = {}
    """Files of buildings and walls around the plant."""
    grounds: dict[str, GroundSpec] = {}
    other_plants: dict[str, OtherPlantSpec] = {}
