"""Reads a scenario: composes its files, pulls the library in, and types the whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gigacampus.scenario import known_as_of, library
from gigacampus.scenario.allowed_paths import Place, scenario_place
from gigacampus.scenario.baseline import without_baseline
from gigacampus.scenario.compose import compose
from gigacampus.scenario.composed import Document, changed_entries, pull, references

if TYPE_CHECKING:
    from gigacampus.schema.scenario import Scenario


def read(
    path: str | os.PathLike[str],
    sets: Sequence[str] = (),
    patches: Sequence[str] = (),
    *,
    baseline: bool = False,
    library_root: Path | None = None,
) -> Document:
    """The composed scenario of a file; ``sets`` are ``path=value`` texts, ``patches`` names of its patches or files.

    ``baseline`` gives the twin instead: the same company with what ``baseline:`` patches away.
    """
    return _document(scenario_place(path), None, sets, patches, baseline, library_root or library.ROOT)


def read_string(
    text: str,
    name: str = "scenario",
    sets: Sequence[str] = (),
    patches: Sequence[str] = (),
    *,
    baseline: bool = False,
    library_root: Path | None = None,
) -> Document:
    """The composed scenario of a text that has no folder: it can reach the library, but no file."""
    return _document(Place(Path(name), None, name), text, sets, patches, baseline, library_root or library.ROOT)


def load(
    path: str | os.PathLike[str],
    sets: Sequence[str] = (),
    patches: Sequence[str] = (),
    *,
    baseline: bool = False,
    library_root: Path | None = None,
) -> tuple[Scenario, Document]:
    """The typed scenario of a file and its document.

    Parameters
    ----------
    path : path
        Scenario file, YAML.
    sets : sequence of str, optional
        ``path=value`` texts that come last.
    patches : sequence of str, optional
        Names of the scenario's patches, or files.
    baseline : bool, optional
        Whether to give the twin instead: the same company with what ``baseline:`` patches away.
    library_root : path, optional
        Library to read; empty for the one that the program ships.

    Returns
    -------
    tuple of Scenario and Document
        The frozen typed tree, and where each of its values comes from.

    Raises
    ------
    ScenarioError
        With everything that is wrong at once.

    Examples
    --------
    >>> import tempfile
    >>> from gigacampus.scenario.templates import starter
    >>> with tempfile.TemporaryDirectory() as home:
    ...     path = Path(home) / "first.yaml"
    ...     _ = path.write_text(starter("grid", "First"))
    ...     scenario, document = load(path, sets=["horizon.months=12"])
    >>> scenario.horizon.months, str(document.origin("horizon.months"))
    (12, '--set horizon.months=12:1')
    """
    return typed(read(path, sets, patches, baseline=baseline, library_root=library_root))


def typed(document: Document) -> tuple[Scenario, Document]:
    """The typed scenario of a document. Raises ``ScenarioError`` with everything that is wrong at once."""
    from gigacampus.scenario.validate import validated

    return validated(document), document


def _document(place: Place, text: str | None, sets: Sequence[str], patches: Sequence[str], baseline: bool, library_root: Path) -> Document:
    composed = compose(place, text, sets, patches, library_root)
    tree = without_baseline(composed.tree) if baseline else composed.tree
    document = Document(place, tree, library_root, composed.places, composed.deleted, former=composed.former)
    day = document.as_of
    if day is not None:
        document.findings += known_as_of.later_facts(document.tree, day)
    pull(document, changed_entries(document) | references(document.tree))
    return document
