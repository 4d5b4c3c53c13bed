"""The routes: what can be asked of runs, scenarios and jobs. Each does one thing and leaves the work to others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from gigacampus.foundation.errors import ScenarioError, refuse
from gigacampus.results.store import report_of
from gigacampus.server import inputs, levers, page, reading
from gigacampus.server.catalogue import Catalogue, Unknown
from gigacampus.server.jobs import OVER, PREPARES, Job, Jobs
from gigacampus.server.limits import Limits
from gigacampus.server.reading import Busy, Reader
from gigacampus.server.shapes import Inputs, JobShown, Live, PrepareRequest, Problem, RunRequest, RunRow, ScenarioText, SolveRequest, Valid

QUIET_S = 15.0
"""Time after which a silent stream says that it still stands."""


@dataclass
class House:
    """What the routes share."""

    catalogue: Catalogue
    jobs: Jobs
    reader: Reader
    limits: Limits
    scenarios: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Scenarios that were read, by file and its bytes."""

    def loaded(self, file: FilePath) -> Any:
        """The typed scenario of a file and its document, read once as long as the file stays the same."""
        from gigacampus.foundation.cache_folder import file_hash
        from gigacampus.scenario.document import load

        key = str(file), file_hash(file)
        if key not in self.scenarios:
            with self.reader.turn():
                self.scenarios[key] = load(file)
        return self.scenarios[key]


def house(request: Request) -> House:
    """The house of the server that got the request."""
    found: House = request.app.state.house
    return found


Here = Annotated[House, Depends(house)]
Name = Annotated[str, Path(max_length=100)]
REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (400, 401, 403, 404, 408, 413, 421, 422, 429, 500, 503)}
pages = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api", responses=REFUSALS)


@pages.get("/")
def live_page(lang: Annotated[Literal["en", "zh"], Query()] = "en") -> HTMLResponse:
    """The live page."""
    text, policy = page.live(lang)
    return HTMLResponse(text, headers={"content-security-policy": policy})


@pages.get("/runs/{name}/report")
def report(here: Here, name: Name) -> HTMLResponse:
    """The report of a run, in a sandbox: it can ask this server for nothing."""
    page_bytes = report_of(here.catalogue.run(name))
    if page_bytes is None:
        raise Unknown("this run has no report")
    return HTMLResponse(page_bytes, headers={"content-security-policy": page.SANDBOX})


@api.get("/runs")
def list_runs(here: Here) -> list[RunRow]:
    """All run folders that are served."""
    return [RunRow(**reading.row_of(name, folder)) for name, folder in here.catalogue.runs().items()]


@api.get("/runs/{name}")
def one_run(here: Here, name: Name) -> dict[str, Any]:
    """Headline, goals, levels and baseline twin of a run."""
    out: dict[str, Any] = _plain(reading.summary(name, here.catalogue.run(name)))
    return out


@api.get("/runs/{name}/answers")
def answers(
    here: Here,
    name: Name,
    at: Annotated[str | None, Query(max_length=60, description="LAT,LON in degrees")] = None,
    id: Annotated[
        list[str] | None, Query(max_length=30, description="keys of questions such as Q01, or of registers: promises, people, rank")
    ] = None,
) -> dict[str, Any]:
    """The questions of residents, officials and analysts, for a place if one is named."""
    from gigacampus.answers import runner
    from gigacampus.rerun.place import parse

    folder, place = here.catalogue.run(name), parse(at) if at else None
    with here.reader.turn():
        out: dict[str, Any] = _plain({"answers": runner.ask(here.reader.result(folder), tuple(id or ()), place)})
        return out


@api.get("/runs/{name}/claims")
def claims(here: Here, name: Name) -> dict[str, Any]:
    """What others say about the company, judged against a run."""
    from gigacampus.answers.claims import judge, register

    folder = here.catalogue.run(name)
    with here.reader.turn():
        out: dict[str, Any] = _plain(judge.judged(here.reader.result(folder), register.read(None)))
        return out


@api.get("/runs/{name}/variables")
def list_variables(here: Here, name: Name) -> list[dict[str, Any]]:
    """Every variable that a run holds, with unit and dimensions."""
    folder = here.catalogue.run(name)
    with here.reader.turn():
        return reading.variables(here.reader.result(folder))


@api.get("/runs/{name}/variables/{variable}")
def one_variable(here: Here, name: Name, variable: Name) -> dict[str, Any]:
    """Median and 10-90 % band of one variable over its dimensions."""
    folder = here.catalogue.run(name)
    with here.reader.turn():
        out: dict[str, Any] = _plain(reading.table(here.reader.result(folder), variable, here.limits))
        return out


@api.get("/scenarios")
def list_scenarios(here: Here) -> list[str]:
    """Names of the scenarios that can be run."""
    return list(here.catalogue.scenarios)


@api.get("/scenarios/{name}/inputs")
def scenario_inputs(here: Here, name: Name) -> Inputs:
    """The numbers of a scenario: unit, band and default of each, those that the page shows first marked."""
    scenario, document = here.loaded(here.catalogue.scenario(name))
    with here.reader.turn():
        mine = [folder for run, folder in here.catalogue.runs().items() if run.startswith(f"{name}-")]
        told = reading.manifest_of(mine[-1]).get("answers", []) if mine else []
        rows = inputs.sliders(scenario, document, inputs.strongest(told))
    return Inputs(scenario=name, title=scenario.title, as_of=str(scenario.as_of), inputs=rows)


@api.get("/schema")
def schema() -> dict[str, Any]:
    """The JSON schema of scenario files."""
    from gigacampus.scenario.file_schema import file_schema

    return file_schema()


@api.post("/validate")
def validate(here: Here, body: ScenarioText) -> Valid:
    """Check a scenario text; what is wrong comes back as the command line lists it."""
    from gigacampus.scenario.document import read_string, typed

    with here.reader.turn():
        scenario, _ = typed(read_string(body.text))
    return Valid(valid=True, title=scenario.title, as_of=str(scenario.as_of), campuses=list(scenario.campuses))


@api.post("/jobs", status_code=202)
async def submit(here: Here, body: RunRequest) -> JobShown:
    """Queue a run."""
    task = await run_in_threadpool(_task, here, body)
    return JobShown(**here.jobs.submit(body.model_dump(), task).shown())


@api.post("/solve", status_code=202)
async def solve(here: Here, body: SolveRequest) -> JobShown:
    """Queue a goal: what would have to be true for it; the job's ``found`` is what ``gigacampus solve --json`` says."""
    task = await run_in_threadpool(_task, here, body)
    asked = {"goal": body.goal, "vary": body.vary, "share": body.share}
    return JobShown(**here.jobs.submit(body.model_dump(), {**task, "report": False, "solve": asked}).shown())


@api.post("/prepare", status_code=202)
async def prepare(here: Here, body: PrepareRequest) -> JobShown:
    """Queue small runs along a certain input's range, behind all other jobs; the job's ``found`` joins the estimate of a run."""
    task = await run_in_threadpool(_preparing, here, body)
    return JobShown(**here.jobs.submit(body.model_dump(), task, later=PREPARES["moved" if body.moved else "shown"]).shown())


def _rows(here: House, file: FilePath) -> list[dict[str, Any]]:
    return inputs.sliders(*here.loaded(file))


async def prepare_ahead(here: House) -> None:
    """What pages will ask to be prepared, one after another, from the server's start on and behind all that anybody asks for."""
    for name, file in here.catalogue.scenarios.items():
        with suppress(ScenarioError, OSError):
            rows = await run_in_threadpool(_rows, here, file)
            for row in rows:
                if row["lead"] and row["certain"]:
                    body = PrepareRequest(scenario=name, path=row["path"])
                    with suppress(Busy):
                        task = await run_in_threadpool(_preparing, here, body)
                        await here.jobs.over(here.jobs.submit(body.model_dump(), task, later=PREPARES["ahead"]))


def _preparing(here: House, body: PrepareRequest) -> dict[str, Any]:
    file = here.catalogue.scenario(body.scenario)
    scenario, document = here.loaded(file)
    row = None if body.path in scenario.uncertainty else inputs.certain(document, body.path)
    if row is None or row["low"] >= row["high"]:
        raise refuse("is no certain number with a range here", path=body.path, fix="name a number of the scenario that has no spread")
    span = {key: row[key] for key in ("path", "default", "low", "high", "whole")}
    return {"path": str(file), "sets": [], "report": False, "prepare": {"span": span, "worlds": body.worlds, "draws": body.draws}}


def _task(here: House, body: RunRequest) -> dict[str, Any]:
    """What the computing process is told: the file, what is set, the levers; refused at once where it cannot be."""
    file = here.catalogue.scenario(body.scenario)
    named = [*body.set, *body.shift]
    if any(path == "run" or path.startswith("run.") for path in named):
        raise refuse("the run's own settings have keys of their own here", path="set.run", fix="give seed, worlds and draws beside set")
    if both := sorted(set(body.set) & set(body.shift)):
        raise refuse("is held and shifted at the same time", path=both[0], fix="name it under set or under shift")
    if len(here.catalogue.runs()) >= here.limits.runs:
        raise Busy(f"the folder of runs holds {here.limits.runs} already; move or delete some")
    own = {f"run.{key}": getattr(body, key) for key in ("seed", "worlds", "draws") if getattr(body, key) is not None}
    held = [f"{path}={json.dumps(value)}" for path, value in {**body.set, **own}.items()]
    return {"path": str(file), "sets": [*_shifts(here, file, body.shift), *held], "report": body.report, "levers": _levers(here, file)}


def _shifts(here: House, file: FilePath, shift: dict[str, float]) -> list[str]:
    from gigacampus.scenario.shifted_band import set_line

    if not shift:
        return []
    scenario, _ = here.loaded(file)
    return [set_line(scenario, path, median) for path, median in shift.items()]


def _levers(here: House, file: FilePath) -> list[str]:
    from gigacampus.foundation.errors import ScenarioError

    try:
        return levers.chosen(list(here.loaded(file)[0].uncertainty))
    except ScenarioError:
        return []


@api.get("/jobs")
async def list_jobs(here: Here) -> list[JobShown]:
    """Jobs that the server remembers, oldest first, without their headlines."""
    return [JobShown(**{**job.shown(), "headline": None}) for job in here.jobs.known.values()]


@api.get("/jobs/{job}")
async def one_job(here: Here, job: Name) -> JobShown:
    """How far a job is, and what is known so far."""
    return JobShown(**_job(here, job).shown())


@api.get("/jobs/{job}/live")
async def live(here: Here, job: Name) -> Live | None:
    """Series and estimate of a job that was computed without a report; null until they are known."""
    found = _job(here, job).live
    return Live(**found) if found is not None else None


@api.get("/jobs/{job}/events", responses={200: {"content": {"text/event-stream": {}}}})
async def events(here: Here, job: Name) -> StreamingResponse:
    """The job as server-sent events: one now, and one whenever something changes, up to its end."""
    return StreamingResponse(_told(here.jobs, _job(here, job)), media_type="text/event-stream")


async def _told(jobs: Jobs, job: Job) -> AsyncIterator[str]:
    while True:
        changed = job.changed
        yield f"data: {JobShown(**job.shown()).model_dump_json()}\n\n"
        if job.state in OVER or jobs.leaving:
            return
        while not changed.is_set():
            try:
                await asyncio.wait_for(changed.wait(), QUIET_S)
            except TimeoutError:
                yield ": waiting\n\n"


@api.delete("/jobs/{job}", status_code=202)
async def cancel(here: Here, job: Name) -> JobShown:
    """Cancel a job; it leaves nothing in the folder of runs."""
    found = _job(here, job)
    here.jobs.cancel(found)
    return JobShown(**found.shown())


@api.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """The schema of this API."""
    return JSONResponse(request.app.openapi())


def _job(here: House, name: str) -> Job:
    if name not in here.jobs.known:
        raise Unknown("this server has no job of that name")
    return here.jobs.known[name]


def _plain(value: Any) -> Any:
    """Data for JSON, numbers that nobody knows as null."""
    from gigacampus.foundation.plain_json import known

    return known(value)
