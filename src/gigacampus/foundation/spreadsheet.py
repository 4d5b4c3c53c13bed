"""Texts that a spreadsheet program must not take for a formula."""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a cell a formula, in some program and some locale."""


def inert(text: str) -> str:
    """``text`` for a cell, with an apostrophe before what would be computed: names come from files of others.

    >>> inert("=1+1"), inert("north fence")
    ("'=1+1", 'north fence')
    """
    return f"'{text}" if text.lstrip(" ").startswith(STARTS) else text
