"""What a server serves: scenario files and run folders by name. No other path is ever opened for a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.shipped import shipped_scenarios
from gigacampus.results.query import runs_below
from gigacampus.results.run_folder import MANIFEST

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Names that a server gives out."""
SCENARIO_FOLDER = Path("scenarios")
PEERS = "peers"
"""Folder of scenarios of other campuses inside a folder of scenarios."""


class Unknown(LookupError):
    """A name that is not in the listing."""


@dataclass
class Catalogue:
    """Scenarios by name, fixed when the server starts; runs by name, listed anew whenever they are asked for."""

    folder: Path
    """Receives new runs; every run folder in it is served."""
    scenarios: dict[str, Path] = field(default_factory=dict)
    named: dict[str, Path] = field(default_factory=dict)
    """Runs outside of ``folder`` that the command named."""

    def runs(self) -> dict[str, Path]:
        """Name -> run folder, those of ``folder`` last."""
        below = runs_below(self.folder) if self.folder.is_dir() else []
        return {**self.named, **{p.name: p for p in below if NAME.fullmatch(p.name) and p.name not in self.named}}

    def run(self, name: str) -> Path:
        """The folder of a listed run."""
        return _listed(self.runs(), name, "run")

    def scenario(self, name: str) -> Path:
        """The file of a listed scenario."""
        return _listed(self.scenarios, name, "scenario")


def _listed(known: dict[str, Path], name: str, what: str) -> Path:
    if name not in known:
        raise Unknown(f"this server has no {what} of that name")
    return known[name]


def catalogue(given: list[Path], runs: Path) -> Catalogue:
    """Sort what the command line names into scenarios, folders of scenarios and runs; nothing named: ``scenarios/``.

    A folder brings its peers along: campuses of others, each a scenario of its own.
    """
    found = Catalogue(runs)
    for path in given or [SCENARIO_FOLDER if SCENARIO_FOLDER.is_dir() else shipped_scenarios()]:
        if (path / MANIFEST).is_file():
            _add(found.named, path.resolve().name, path)
        elif path.is_dir():
            for file in (*sorted(path.glob("*.yaml")), *sorted(path.glob(f"{PEERS}/*.yaml"))):
                _add(found.scenarios, file.stem, file)
        elif path.is_file():
            _add(found.scenarios, path.stem, path)
        else:
            raise refuse("no such scenario, folder or run", file=str(path), fix="name a .yaml file, a folder of them, or a run folder")
    if not found.scenarios and not found.runs():
        raise refuse("nothing to serve", path="SCENARIO", fix="name a scenario file; `gigacampus new mine` writes one")
    return found


def _add(known: dict[str, Path], name: str, path: Path) -> None:
    if not NAME.fullmatch(name):
        raise refuse("a served name may hold letters, digits, dots, - and _ only", file=str(path), fix="rename it")
    if known.setdefault(name, path).resolve() != path.resolve():
        raise refuse(f"two of the name {name}: this and {known[name]}", file=str(path), fix="rename one of them")
