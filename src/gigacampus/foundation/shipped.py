"""What ships with the program beside its code: scenarios and validation cases, found in a source tree and when installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
LIBRARY = _PACKAGE / "library"
"""Cited data."""
VALIDATION_CASES = _PACKAGE / "validation" / "cases"
"""Published cases: ``<family>/data`` and a README each."""


def shipped_scenarios() -> Path:
    """Folder of the shipped scenarios: in the package where that is installed, else at the root of the source tree."""
    installed = _PACKAGE / "scenarios"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "scenarios"


def shipped_scenario(name: str) -> Path | None:
    """File of the shipped scenario called ``name``, None where there is none.

    >>> shipped_scenario("gas-campus").name
    'gas-campus.yaml'
    """
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    file = shipped_scenarios() / f"{name}.yaml"
    return file if plain and file.is_file() else None


def shipped_names() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in shipped_scenarios().glob("*.yaml"))
