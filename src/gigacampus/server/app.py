"""The application: routes behind the door, and one shape for every error."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gigacampus.foundation.errors import ScenarioError, printable
from gigacampus.foundation.version import __version__
from gigacampus.results.run_folder import StoreError
from gigacampus.server import routes
from gigacampus.server.catalogue import Catalogue, Unknown
from gigacampus.server.guard import Door
from gigacampus.server.jobs import Jobs
from gigacampus.server.limits import Limits
from gigacampus.server.reading import Busy, Reader

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def application(
    catalogue: Catalogue,
    limits: Limits | None = None,
    *,
    hosts: frozenset[str] = LOOPBACK,
    addresses: bool = False,
    token: str = "",
    port: int = 0,
    ahead: bool = False,
) -> Door:
    """The whole server as an ASGI application; ``hosts`` are the names that it answers to, ``ahead``: it prepares before it is asked."""
    limits = limits or Limits()
    inner = FastAPI(
        title="gigacampus",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,  # a name that is a slash would be redirected to the list, which the schema does not promise
    )
    inner.state.ahead = ahead
    inner.state.house = routes.House(catalogue, Jobs(catalogue.folder, limits), Reader(limits), limits)
    inner.include_router(routes.pages)
    inner.include_router(routes.api)
    for kind, answer in ANSWERS.items():
        inner.add_exception_handler(kind, answer)
    return Door(inner, limits, hosts, addresses, token, port)


def leave(door: Door) -> None:
    """What is to end before connections close: streams of news that would stay open as long as their jobs run."""
    inner: Any = door.app
    inner.state.house.jobs.leave()


@asynccontextmanager
async def _lifespan(inner: FastAPI) -> AsyncIterator[None]:
    jobs: Jobs = inner.state.house.jobs
    await jobs.start()
    ahead = asyncio.create_task(routes.prepare_ahead(inner.state.house)) if inner.state.ahead else None
    yield
    if ahead is not None:
        ahead.cancel()
    await jobs.close()


def _problem(status: int, kind: str, **more: Any) -> JSONResponse:
    return JSONResponse({"error": {"kind": kind, **more}}, status)


async def _bad_scenario(request: Request, error: Any) -> JSONResponse:
    return JSONResponse(error.as_json(), 422)


async def _bad_request(request: Request, error: Any) -> JSONResponse:
    found = [{"problem": printable(str(row["msg"])), "path": printable(".".join(map(str, row["loc"])))} for row in error.errors()[:40]]
    return _problem(422, "bad request", findings=found)


async def _unknown(request: Request, error: Any) -> JSONResponse:
    return _problem(404, "unknown", message=str(error))


async def _unreadable(request: Request, error: Any) -> JSONResponse:
    return _problem(422, "unreadable run", message=str(error))


async def _busy(request: Request, error: Any) -> JSONResponse:
    return _problem(429, "busy", message=str(error))


async def _http(request: Request, error: Any) -> JSONResponse:
    return _problem(error.status_code, "refused", message=printable(str(error.detail)))


async def _model(request: Request, error: Any) -> JSONResponse:
    print(f"{request.method} {printable(request.url.path)}: {type(error).__name__}: {printable(str(error))}", file=sys.stderr)
    return _problem(500, "model error", message=f"{type(error).__name__}; the server's terminal says more")


ANSWERS: dict[Any, Any] = {
    ScenarioError: _bad_scenario,
    RequestValidationError: _bad_request,
    Unknown: _unknown,
    StoreError: _unreadable,
    Busy: _busy,
    HTTPException: _http,
    Exception: _model,
}
