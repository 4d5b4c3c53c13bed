"""A campus that a person names on the command line."""

from __future__ import annotations

from gigacampus.foundation.errors import nearest, refuse
from gigacampus.results.result import Result


def campus_named(result: Result, campus: str) -> str:
    """The name, where the run has such a campus; refused with the nearest and all that it has."""
    known: list[str] = list(result.coords["campus"])
    if campus not in known:
        close = nearest(campus, known) or ""
        raise refuse(f"the run has no campus {campus!r}", path="--campus", nearest=close, fix=f"one of {', '.join(known)}")
    return campus
