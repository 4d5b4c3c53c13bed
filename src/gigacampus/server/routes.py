"""The routes: what can be asked of runs, scenarios and jobs. Each does one thing and leaves the work to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from gigacampus.foundation.errors import refuse
from gigacampus.results.store import report_of
from gigacampus.server import inputs, page, reading
from gigacampus.server.catalogue import Catalogue, Unknown
from gigacampus.server.jobs import Job, Jobs
from gigacampus.server.limits import Limits
from gigacampus.server.reading import Busy, Reader
from gigacampus.server.shapes import Inputs, JobShown, Problem, RunRequest, RunRow, ScenarioText, Valid


@dataclass
class House:
    """What the routes share."""

    catalogue: Catalogue
    jobs: Jobs
    reader: Reader
    limits: Limits


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
def live_page() -> HTMLResponse:
    """The live page."""
    text, policy = page.live()
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
    """The uncertain inputs of a scenario: unit, band and default of each, those that move the answers most marked."""
    from gigacampus.scenario.document import load

    file = here.catalogue.scenario(name)
    with here.reader.turn():
        scenario, document = load(file)
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
    import json

    file = here.catalogue.scenario(body.scenario)
    if any(path == "run" or path.startswith("run.") for path in body.set):
        raise refuse("the run's own settings have keys of their own here", path="set.run", fix="give seed, worlds and draws beside set")
    if len(here.catalogue.runs()) >= here.limits.runs:
        raise Busy(f"the folder of runs holds {here.limits.runs} already; move or delete some")
    own = {f"run.{key}": getattr(body, key) for key in ("seed", "worlds", "draws") if getattr(body, key) is not None}
    sets = [f"{path}={json.dumps(value)}" for path, value in {**body.set, **own}.items()]
    task = {"path": str(file), "sets": sets, "report": body.report}
    return JobShown(**here.jobs.submit(body.model_dump(), task).shown())


@api.get("/jobs")
async def list_jobs(here: Here) -> list[JobShown]:
    """Jobs that the server remembers, oldest first, without their headlines."""
    return [JobShown(**{**job.shown(), "headline": None}) for job in here.jobs.known.values()]


@api.get("/jobs/{job}")
async def one_job(here: Here, job: Name) -> JobShown:
    """How far a job is, and what is known so far."""
    return JobShown(**_job(here, job).shown())


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
    from gigacampus.answers.figures import known

    return known(value)
