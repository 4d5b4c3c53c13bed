"""Which texts of a scenario may be read as the name of a file; asked of every run that is opened, so nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Sequence

FREE_TEXT = ("title", "description", "source", "note", "by")
"""Keys whose text is for readers: a ``lib:`` name in it pulls nothing."""
FILES = (".csv", ".xlsx", ".epw", ".geojson", ".json", ".osm", ".asc", ".tif", ".tiff")
"""Endings of the files that a scenario may name."""
ELSEWHERE = ("library", "baseline")
"""Parts of a scenario that name no file of their own."""


def may_name_a_file(parts: Sequence[str], text: str) -> bool:
    """Whether a leaf of a scenario is written like the name of a file.

    >>> may_name_a_file(["campuses", "a", "site", "weather"], "year.EPW"), may_name_a_file(["title"], "year.epw")
    (True, False)
    """
    return parts[-1] not in FREE_TEXT and parts[0] not in ELSEWHERE and text.lower().endswith(FILES)
