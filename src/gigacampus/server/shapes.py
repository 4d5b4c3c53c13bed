"""What goes in and out of the API as typed models; FastAPI makes the OpenAPI schema from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gigacampus.server.limits import Limits

MOST = Limits()
FILES = (".csv", ".epw", ".yaml", ".yml")


def _no_file(value: Any) -> Any:
    """Refuse a text that would make the loader open a file, and a whole tree in place of a value."""
    if isinstance(value, str) and value.strip().lower().endswith(FILES):
        raise ValueError("files cannot be named here; put the name into the scenario file")
    return value


TEXTS = (r"lib:[a-z0-9_]+/[a-z0-9_]+", r"[-+]?[0-9][A-Za-z0-9_.+-]* [A-Za-z0-9/%-]+", r"[A-Za-z0-9 _.:+%-]*")
"""Texts that a value may be: an entry of the library, a number with its unit, a word or a day."""
Text = Annotated[str, Field(max_length=200, pattern=f"^({'|'.join(TEXTS)})$")]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e30, le=1e30)]
Whole = Annotated[int, Field(ge=-(10**30), le=10**30)]
Value = Annotated[bool | Whole | Number | Text, BeforeValidator(_no_file)]
SetPath = Annotated[str, Field(max_length=200, pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]
ScenarioName = Annotated[str, Field(max_length=100)]


class Strict(BaseModel):
    """A body with no other keys than its own."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class RunRequest(Strict):
    """Run a listed scenario with some values set."""

    scenario: ScenarioName
    """Name in the list of scenarios."""
    set: dict[SetPath, Value] = Field(default={}, max_length=MOST.sets)
    """Dotted path -> number, word, or text with a unit, as ``--set`` takes them. A value set so is certain."""
    shift: dict[SetPath, Number] = Field(default={}, max_length=MOST.sets)
    """Dotted path of an uncertain input -> the median to which its whole band is moved."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    """Root seed; left out: the scenario's own."""
    worlds: int = Field(default=64, ge=1, le=MOST.worlds)
    """Physical futures."""
    draws: int = Field(default=1024, ge=1, le=MOST.draws)
    """Futures of the books."""
    report: bool = True
    """Write a run folder with answers, tables and report; false: the headline alone, which takes a moment."""


class SolveRequest(RunRequest):
    """What would have to be true for a goal, in a scenario with some values set; no run folder is written."""

    goal: Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+=[0-9-]+$")]
    """As ``gigacampus solve --goal`` takes it: ``runway=24``, ``ebitda_by=2027-12``."""
    vary: list[SetPath] = Field(default=[], max_length=2)
    """Inputs of the books to move; none: the levers one by one, the least surprising first."""
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Share of futures that must meet the goal."""


class PrepareRequest(Strict):
    """Small runs along the range of an input that a scenario holds certain, so that the live page can estimate what moving it does."""

    scenario: ScenarioName
    """Name in the list of scenarios."""
    path: SetPath
    """Dotted path of the input."""
    worlds: int = Field(default=64, ge=1, le=MOST.worlds)
    """Physical futures of the run whose estimate it joins; the prepared runs have fewer."""
    draws: int = Field(default=1024, ge=1, le=MOST.draws)
    """Futures of the books of that run."""
    moved: bool = False
    """Whether somebody moved it: it is prepared before inputs that are only shown."""


class ScenarioText(Strict):
    """A scenario file as text; it can reach the library, but no other file."""

    text: str = Field(max_length=MOST.body_bytes)


class JobShown(BaseModel):
    """A job: its state, how far it is, its headline as soon as that is known, and its run once that is written."""

    id: str
    request: dict[str, Any]
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    stage: str
    done: int
    of: int
    headline: dict[str, Any] | None
    run: str | None
    error: dict[str, Any] | None
    sets: list[str]
    """What the request sets, as ``--set`` takes it."""
    found: dict[str, Any] | None
    """What solving, or preparing an input, found."""


class Live(BaseModel):
    """What the live page draws of a job beside its headline; null until it is known."""

    five: list[str]
    """The headline figures that it shows large."""
    series: list[dict[str, Any]]
    """Four series by month with their 10-90 % bands."""
    estimate: dict[str, Any] | None
    """Coefficients of the instant estimate, fitted on this job's futures."""


class RunRow(BaseModel):
    """A line of the list of runs."""

    name: str
    title: str
    as_of: str
    hash: str
    worlds: int
    draws: int


class Slider(BaseModel):
    """A number of a scenario."""

    path: str
    name: str
    place: str
    about: str
    unit: str
    default: float
    p10: float
    p90: float
    low: float
    high: float
    floor: float
    ceiling: float
    whole: bool
    lead: bool
    scaled: bool
    """Whether shifting the band scales it (a lognormal) instead of moving it."""
    certain: bool
    """Whether it has no band: ``low`` and ``high`` are then a range that the page proposes, equal where it has none."""
    area: str
    """schedule, power, market or deals; empty where it belongs to none."""
    words: str
    """What a newcomer calls it."""


class Inputs(BaseModel):
    """What a scenario lets a reader move."""

    scenario: str
    title: str
    as_of: str
    inputs: list[Slider]


class Valid(BaseModel):
    """A scenario that can be run."""

    valid: Literal[True]
    title: str
    as_of: str
    campuses: list[str]


class Problem(BaseModel):
    """One error for every refusal: what kind, and either findings as the command line lists them or a message."""

    error: dict[str, Any]
