"""Read one YAML 1.2 text of unknown intent into a bounded raw tree: no tags, no code, no duplicate keys, no NaN.

ruamel.yaml turns the text into events; the tree is composed here, so that every limit holds before anything is built.
"""

from __future__ import annotations

import math
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from gigacampus.foundation.errors import ScenarioError, printable, refuse
from gigacampus.foundation.shipped import shipped_names
from gigacampus.foundation.source_tree import Node

MAX_BYTES = 1_000_000
MAX_FILES = 50
MAX_LINES = 10_000
MAX_LINE = 8_000
MAX_DEPTH = 24
MAX_NODES = 10_000
MAX_TEXT = 8_000
MAX_KEY = 200
MAX_NUMBER = 1e30
SIMPLER = "write this part of the file shorter and flatter"

_INT = re.compile(r"[-+]?[0-9][0-9_]*")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_WORDS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINERS = "\u200c\u200d\u00ad"
"""Format characters that ordinary words and emoji need."""


@dataclass
class Budget:
    """Bytes, nodes and files that one scenario may still use, over all the files it is composed of."""

    size: int = MAX_BYTES
    nodes: int = MAX_NODES
    files: int = MAX_FILES


@dataclass
class _Composer:
    """State of composing one text: where it is, what it has spent, which anchors it has met."""

    file: str
    events: Iterator[Any]
    budget: Budget
    anchors: dict[str, Node | None] = field(default_factory=dict)

    def fail(self, problem: str, event: Any, fix: str = SIMPLER) -> ScenarioError:
        return refuse(problem, file=self.file, line=event.start_mark.line + 1, fix=fix)

    def spend(self, count: int, event: Any) -> None:
        self.budget.nodes -= count
        if self.budget.nodes < 0:
            raise self.fail(f"more than {MAX_NODES} values, aliases expanded", event, "move tables to a CSV file")


def read_file(path: Path, name: str, budget: Budget | None = None) -> Node:
    """Raw tree of the YAML file at ``path``, called ``name`` in messages."""
    budget = budget or Budget()
    return read_text(file_bytes(path, name, budget), name, budget)


def read_text(raw: bytes | str, name: str, budget: Budget | None = None) -> Node:
    """Raw tree of a YAML text. Raises ``ScenarioError`` with one finding."""
    budget = budget or Budget()
    text = raw if isinstance(raw, str) else _decode(raw, name)
    _check_lines(text, name)
    yaml = YAML(typ="safe", pure=True)
    try:
        return _document(_Composer(name, iter(yaml.parse(text)), budget))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        cause = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise refuse(
            f"not valid YAML: {printable(cause)}",
            file=name,
            line=mark.line + 1 if mark else None,
            fix="check indentation, colons, brackets and quotes on this line and the one above",
        ) from None
    except (YAMLError, ValueError, LookupError, ArithmeticError, TypeError, AttributeError, StopIteration) as error:
        raise refuse(
            f"not valid YAML: {printable(str(error).splitlines()[0] if str(error) else 'unreadable')}",
            file=name,
            fix="write plain UTF-8 YAML 1.2",
        ) from None


def file_bytes(path: Path, name: str, budget: Budget) -> bytes:
    """Bytes of one regular file, within the budget."""
    budget.files -= 1
    if budget.files < 0:
        raise refuse(f"more than {MAX_FILES} files in one scenario", file=name, fix="merge some of them")
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        known = f"check the name and the folder, or name a shipped scenario: {', '.join(shipped_names())}"
        raise refuse("no such file", file=name, fix=known) from None
    except (OSError, ValueError) as error:
        raise refuse(
            f"cannot be opened: {getattr(error, 'strerror', None) or error}", file=name, fix="check the name and the rights of the file"
        ) from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise refuse("not a regular file", file=name, fix="name a YAML file")
    with os.fdopen(handle, "rb") as stream:
        if status.st_size > budget.size:
            raise refuse(
                f"too large: {status.st_size} bytes, at most {MAX_BYTES} in all files of a scenario",
                file=name,
                fix="move tables to CSV files beside the scenario",
            )
        raw = stream.read(budget.size + 1)
    budget.size -= len(raw)
    return raw


def _decode(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refuse(
            f"not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}", file=name, line=line, fix="save the file as UTF-8"
        ) from None
    return text.removeprefix("\ufeff")


def _check_lines(text: str, name: str) -> None:
    if len(text) > MAX_BYTES:
        raise refuse(f"too large: {len(text)} characters, at most {MAX_BYTES}", file=name, fix=SIMPLER)
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        raise refuse(f"{len(lines)} lines, at most {MAX_LINES}", file=name, fix="move tables to CSV files")
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            raise refuse(f"a line of {len(line)} characters, at most {MAX_LINE}", file=name, line=number, fix=SIMPLER)
        hidden = hidden_character(line.rstrip("\r"))
        if hidden:
            raise refuse(f"invisible or control character {hidden}", file=name, line=number, fix="delete the character")


def hidden_character(text: str) -> str:
    """Name of the first character that changes what a reader sees without being seen; empty if there is none.

    >>> hidden_character("a" + chr(0x202E) + "b")
    'U+202E'
    """
    if text.isascii() and text.isprintable():
        return ""
    for char in text:
        if unicodedata.category(char) in _HIDDEN_CATEGORIES and char not in "\t\n" and char not in _JOINERS:
            return f"U+{ord(char):04X}"
    return ""


def _document(composer: _Composer) -> Node:
    tree: Node | None = None
    for event in composer.events:
        if isinstance(event, ev.DocumentStartEvent):
            if tree is not None:
                raise composer.fail("a second document in the file", event, "keep one document; delete the '---' line")
            if event.tags or (event.version and tuple(event.version) != (1, 2)):
                raise composer.fail("directives are not allowed", event, "delete the lines that start with %")
        elif isinstance(event, ev.StreamStartEvent | ev.StreamEndEvent | ev.DocumentEndEvent):
            continue
        else:
            tree = _node(composer, event, 0)
    if tree is None:
        raise refuse("the file is empty", file=composer.file, fix="start with `gigacampus new NAME`")
    return tree


def _node(composer: _Composer, event: Any, depth: int) -> Node:
    line = event.start_mark.line + 1
    if depth > MAX_DEPTH:
        raise composer.fail(f"nested deeper than {MAX_DEPTH} levels", event)
    composer.spend(1, event)
    if isinstance(event, ev.AliasEvent):
        return _alias(composer, event, depth)
    if event.tag is not None:
        raise composer.fail(f"tag {printable(str(event.tag))} is not allowed", event, "delete the tag")
    if event.anchor:
        composer.anchors[event.anchor] = None
    if isinstance(event, ev.ScalarEvent):
        node = Node(_scalar(composer, event), composer.file, line)
    elif isinstance(event, ev.SequenceStartEvent):
        node = _sequence(composer, line, depth)
    else:
        node = _mapping(composer, line, depth)
    if event.anchor:
        composer.anchors[event.anchor] = node
    return node


def _alias(composer: _Composer, event: Any, depth: int) -> Node:
    if event.anchor not in composer.anchors:
        raise composer.fail(f"unknown alias *{printable(event.anchor)}", event, "define the anchor above it")
    target = composer.anchors[event.anchor]
    if target is None:
        raise composer.fail(f"alias *{printable(event.anchor)} contains itself", event, "write the value out")
    composer.spend(target.size - 1, event)
    if depth + target.height > MAX_DEPTH:
        raise composer.fail(f"nested deeper than {MAX_DEPTH} levels", event)
    return target


def _sequence(composer: _Composer, line: int, depth: int) -> Node:
    items: list[Node] = []
    for event in composer.events:
        if isinstance(event, ev.SequenceEndEvent):
            break
        items.append(_node(composer, event, depth + 1))
    return _branch(items, items, composer.file, line)


def _mapping(composer: _Composer, line: int, depth: int) -> Node:
    children: dict[str, Node] = {}
    for event in composer.events:
        if isinstance(event, ev.MappingEndEvent):
            break
        key = _key(composer, event)
        if key in children:
            raise composer.fail(f"duplicate key {printable(key)!r}, first on line {children[key].line}", event, "keep one of the two")
        children[key] = _node(composer, next(composer.events), depth + 1)
    return _branch(children, list(children.values()), composer.file, line)


def _branch(value: Any, children: list[Node], file: str, line: int) -> Node:
    return Node(value, file, line, 1 + sum(c.size for c in children), 1 + max((c.height for c in children), default=0))


def _key(composer: _Composer, event: Any) -> str:
    if not isinstance(event, ev.ScalarEvent) or event.tag is not None:
        raise composer.fail("a key must be a plain name", event, "write `name: value`")
    key = _paired(str(event.value))
    if event.anchor:
        composer.anchors[event.anchor] = Node(key, composer.file, event.start_mark.line + 1)
    if key == "<<" and event.style is None:
        raise composer.fail("merge keys (<<) are not part of YAML 1.2", event, "use base or patches")
    if not key or len(key) > MAX_KEY:
        raise composer.fail(f"a key of {len(key)} characters; 1 to {MAX_KEY} are allowed", event)
    if hidden_character(key) or "\n" in key or "\t" in key:
        raise composer.fail("a key with an invisible or control character", event, "use letters, digits and _")
    return key


def _paired(text: str) -> str:
    """Surrogate pairs joined, as JSON writes characters beyond the first plane (``\\ud83d\\ude00``); lone ones stay.

    >>> _paired("\\ud83d\\ude00") == chr(0x1F600)
    True
    """
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _scalar(composer: _Composer, event: Any) -> Any:
    text = _paired(str(event.value))
    if len(text) > MAX_TEXT:
        raise composer.fail(f"a text of {len(text)} characters, at most {MAX_TEXT}", event)
    hidden = hidden_character(text)
    if hidden:
        raise composer.fail(f"invisible or control character {hidden} in a text", event, "delete the character")
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise composer.fail(f"{text} is not a number that a scenario can hold", event, "give a finite number")
    return _number(composer, event, text)


def _number(composer: _Composer, event: Any, text: str) -> Any:
    if not _FLOAT.fullmatch(text):
        return text
    value = float(text.replace("_", ""))
    if not math.isfinite(value) or abs(value) > MAX_NUMBER:
        raise composer.fail(f"number {printable(text)} is too large", event, f"stay below {MAX_NUMBER:g}")
    return int(text.replace("_", "")) if _INT.fullmatch(text) else value
