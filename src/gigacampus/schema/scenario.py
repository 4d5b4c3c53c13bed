"""The scenario: one frozen, typed, scalar tree. Areas own their part in ``<area>/spec.py``; this file composes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from gigacampus.foundation.types import Day, Spec
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
    months: Annotated[int, Field(ge=1, le=240)] = 72
    """Number of months."""


class RunSpec(Spec):
    """How many futures are computed."""

    worlds: Annotated[int, Field(ge=1, le=4096)] = 64
    """Physical worlds; world 0 is the reference with every uncertain input at its median."""
    draws: Annotated[int, Field(ge=1, le=1_048_576)] = 1024
    """Financial draws in all, spread over the worlds."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    """Root seed; each input path has its own stream."""


class LibrarySpec(Spec):
    """Entries of the cited library that the scenario names; filled by the loader, overridable in the file."""

    accelerators: dict[Key, AcceleratorEntry] = {}
    models: dict[Key, ModelEntry] = {}
    serving_efficiency: dict[Key, ServingEfficiencyEntry] = {}
    training_efficiency: dict[Key, TrainingEfficiencyEntry] = {}
    generators: dict[Key, GeneratorEntry] = {}
    batteries: dict[Key, BatteryEntry] = {}
    cooling: dict[Key, CoolingEntry] = {}
    tariffs: dict[Key, TariffEntry] = {}
    schedule: dict[Key, SlipEntry] = {}


class CampusSpec(Spec):
    """One campus: where it is, what is built when, and who lives beside it."""

    title: Annotated[str, Field(max_length=200)] = ""
    site: SiteSpec
    blocks: dict[Key, Block] = {}
    """Dated things that enter or leave service."""
    phases: dict[Key, PhaseSpec] = {}
    """Uncommitted extensions, in order: each is ordered once the books allow it."""
    schedule: ScheduleSpec = ScheduleSpec()
    announced: list[AnnouncedSpec] = []
    power: PowerSpec = PowerSpec()
    cooling: CoolingSpec = CoolingSpec()
    receptors: dict[Key, ReceptorSpec] = {}
    noise: NoiseSpec = NoiseSpec()
    air: AirSpec = AirSpec()
    water: WaterSpec = WaterSpec()
    traffic: TrafficSpec = TrafficSpec()
    county: CountySpec = CountySpec()

    @model_validator(mode="after")
    def _blocks_fit_together(self) -> CampusSpec:
        wrong = check_blocks(self.blocks, self.phases)
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class GoalSpec(Spec):
    """A line that a headline must stay above or below."""

    above: float | None = None
    below: float | None = None


class Scenario(Spec):
    """A company and its campuses, as of one day."""

    title: Annotated[str, Field(max_length=200)]
    description: Annotated[str, Field(max_length=4000)] = ""
    as_of: Day
    """Nothing that became known after this day may be used."""
    horizon: HorizonSpec
    run: RunSpec = RunSpec()
    library: LibrarySpec = LibrarySpec()
    weather: WeatherSpec = WeatherSpec()
    compute: ComputeSpec = ComputeSpec()
    products: ProductsSpec = ProductsSpec()
    red_lines: RedLinesSpec = RedLinesSpec()
    campuses: dict[Key, CampusSpec]
    market: MarketSpec = MarketSpec()
    company: CompanySpec = CompanySpec()
    uncertainty: dict[str, Distribution] = {}
    """Dotted path of a scalar -> its distribution."""
    correlations: list[CorrelationSpec] = []
    copula: CopulaSpec = CopulaSpec()
    goals: dict[str, GoalSpec] = {}
    baseline: dict[str, object] = {}
    """Patch that makes the baseline twin; empty means: the same company without its campuses' uncommitted phases."""
