"""The scenario: one frozen, typed, scalar tree. Areas own their part in ``<area>/spec.py``; this file composes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from gigacampus.foundation.calendar import MONTHS_MAX
from gigacampus.foundation.types import Day, NoUnit, Spec, Unit
from gigacampus.schema.buildout import AnnouncedSpec, Block, PhaseSpec, ScheduleSpec, SlipEntry, check_blocks
from gigacampus.schema.company import CompanySpec, CountySpec, MarketSpec
from gigacampus.schema.compute import AcceleratorEntry, ComputeSpec, ModelEntry, ServingEfficiencyEntry, TrainingEfficiencyEntry
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec
from gigacampus.schema.neighbours import AirSpec, NoiseSpec, ReceptorSpec, TrafficSpec, WaterSpec
from gigacampus.schema.power import BatteryEntry, GeneratorEntry, PowerSpec, SiteSpec, TariffEntry, WeatherSpec
from gigacampus.schema.products import ProductsSpec, RedLinesSpec
from gigacampus.schema.uncertainty import CopulaSpec, CorrelationSpec, Distribution

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]


class HorizonSpec(Spec):
    """The months that a run covers."""

    start: Day
    """First day of the first month."""
    months: Annotated[int, Unit("month"), Field(ge=1, le=MONTHS_MAX)] = 72
    """Number of months."""


class RunSpec(Spec):
    """How many futures are computed."""

    worlds: Annotated[int, NoUnit("count"), Field(ge=1, le=4096)] = 64
    """Physical worlds; world 0 is the reference with every uncertain input at its median."""
    draws: Annotated[int, NoUnit("count"), Field(ge=1, le=1_048_576)] = 1024
    """Financial draws in all, spread over the worlds."""
    seed: Annotated[int, NoUnit("seed"), Field(ge=0, le=2**63 - 1)] = 1
    """Root seed; each input path has its own stream."""


class LibrarySpec(Spec):
    """Entries of the cited library that the scenario names; filled by the loader, overridable in the file."""

    accelerators: dict[Key, AcceleratorEntry] = {}
    """Accelerators by key."""
    models: dict[Key, ModelEntry] = {}
    """Model shapes by key."""
    serving_efficiency: dict[Key, ServingEfficiencyEntry] = {}
    """Fits of the serving roofline by key."""
    training_efficiency: dict[Key, TrainingEfficiencyEntry] = {}
    """Fits of the step-time model by key."""
    generators: dict[Key, GeneratorEntry] = {}
    """Generating units by key."""
    batteries: dict[Key, BatteryEntry] = {}
    """Batteries by key."""
    cooling: dict[Key, CoolingEntry] = {}
    """Cooling plant by key."""
    tariffs: dict[Key, TariffEntry] = {}
    """Tariffs by key."""
    schedule: dict[Key, SlipEntry] = {}
    """Distributions of slip by key."""


class CampusSpec(Spec):
    """One campus: where it is, what is built when, and who lives beside it."""

    title: Annotated[str, Field(max_length=200)] = ""
    """Name of the campus in report and tables; empty: the key."""
    site: SiteSpec
    """Where the campus stands."""
    blocks: dict[Key, Block] = {}
    """Dated things that enter or leave service."""
    phases: dict[Key, PhaseSpec] = {}
    """Uncommitted extensions, in order: each is ordered once the books allow it."""
    schedule: ScheduleSpec = ScheduleSpec()
    """How late dates after ``as_of`` become."""
    announced: list[AnnouncedSpec] = []
    """Power figures that parties announced, shown beside the run's own."""
    power: PowerSpec = PowerSpec()
    """Rules of supply."""
    cooling: CoolingSpec = CoolingSpec()
    """Rules of cooling."""
    receptors: dict[Key, ReceptorSpec] = {}
    """Places where people hear and breathe."""
    noise: NoiseSpec = NoiseSpec()
    """Rules of noise."""
    air: AirSpec = AirSpec()
    """Rules of air quality."""
    water: WaterSpec = WaterSpec()
    """Water supply, and how towers use it."""
    traffic: TrafficSpec = TrafficSpec()
    """Trips to the gate."""
    county: CountySpec = CountySpec()
    """Public bodies around the campus."""

    @model_validator(mode="after")
    def _blocks_fit_together(self) -> CampusSpec:
        wrong = check_blocks(self.blocks, self.phases)
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class GoalSpec(Spec):
    """A line that a headline must stay above or below."""

    above: Annotated[float, NoUnit("in the unit of the headline")] | None = None
    """Lowest value that meets the goal; empty: no lower limit."""
    below: Annotated[float, NoUnit("in the unit of the headline")] | None = None
    """Highest value that meets the goal; empty: no upper limit."""


class Scenario(Spec):
    """A company and its campuses, as of one day."""

    title: Annotated[str, Field(max_length=200)]
    """Name of the scenario in report and tables."""
    description: Annotated[str, Field(max_length=4000)] = ""
    """What the scenario is about."""
    as_of: Day
    """Nothing that became known after this day may be used."""
    horizon: HorizonSpec
    """Months that the run covers."""
    run: RunSpec = RunSpec()
    """How many futures are computed."""
    library: LibrarySpec = LibrarySpec()
    """Entries of the library that the scenario names or changes."""
    weather: WeatherSpec = WeatherSpec()
    """What is laid over every station's typical year."""
    compute: ComputeSpec = ComputeSpec()
    """How the fleet is used."""
    products: ProductsSpec = ProductsSpec()
    """What people and machines ask of the models."""
    red_lines: RedLinesSpec = RedLinesSpec()
    """Gates, reviewers and legal clocks."""
    campuses: dict[Key, CampusSpec]
    """Campuses by key."""
    market: MarketSpec = MarketSpec()
    """Prices that the company takes."""
    company: CompanySpec = CompanySpec()
    """Opening books, lines of revenue and cost, financing."""
    uncertainty: dict[str, Distribution] = {}
    """Dotted path of a scalar -> its distribution."""
    correlations: list[CorrelationSpec] = []
    """Rank correlations between uncertain inputs."""
    copula: CopulaSpec = CopulaSpec()
    """How correlated inputs hang together in their extremes."""
    goals: dict[str, GoalSpec] = {}
    """Headline -> line that it must stay above or below."""
    baseline: dict[str, object] = {}
    """Patch that makes the baseline twin; empty means: the same company without its campuses' uncommitted phases."""
