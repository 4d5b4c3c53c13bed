"""The manifest of a run folder: written with its own hash, and believed only once its shape and its hash are right."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gigacampus.results.migrate import migrate
from gigacampus.results.run_folder import AGAIN, DAMAGED, MANIFEST, StoreError, opened, recovered

MOST_BYTES = 256_000_000
HASH = "manifest_sha256"
_LAST = re.compile(rb',\n"' + HASH.encode() + rb'": "([0-9a-f]{64})"\n}\n')
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,99}$")]
Label = Annotated[str, Field(max_length=1000)]
FileName = Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[A-Za-z0-9]{1,12})?$")]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Size(_Loose):
    worlds: int = Field(ge=1, le=10**6)
    draws: int = Field(ge=0, le=10**8)


class _Headline(_Loose):
    id: str
    title: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    level: int | None = None
    text: str = ""


class _Shape(_Loose):
    """What every reader of a manifest relies on."""

    run: _Size
    coords: dict[Name, list[int | Label]]
    scenario: dict[str, Any]
    tables: dict[Name, list[Name]]
    stored_as: dict[Name, Name] = {}
    copies: dict[str, FileName] = {}
    checksums: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = {}
    headline: list[_Headline] = []


def write_manifest(run: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of the folder ``run``, one entry a line, the hash of all before it last."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, default=str)}" for key, value in manifest.items())
    text = f"{{\n{lines}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    (run / MANIFEST).write_bytes(f'{text},\n"{HASH}": "{digest}"\n}}\n'.encode())


def read_manifest(run: Path) -> dict[str, Any]:
    """The manifest of a run folder of this or an older version. Raises ``StoreError`` where it cannot be believed."""
    path = run / MANIFEST
    if not recovered(run):
        raise StoreError(f"{run} is not a run folder: it holds no {MANIFEST}. Name a folder that `gigacampus run` wrote.")
    with opened(run, MANIFEST) as stream:
        raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise StoreError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB, which no manifest is")
    try:
        found = json.loads(raw)
        if not isinstance(found, dict):
            raise ValueError("it is no mapping")
        _check_hash(found, raw, path)
        manifest: dict[str, Any] = migrate(found)
        _Shape.model_validate(manifest)
        _refuse_hidden(found, path)
    except ValidationError as error:
        first = error.errors()[0]
        raise StoreError(f"{path} cannot be read: {'.'.join(map(str, first['loc']))}: {first['msg']}. {AGAIN}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else f"{type(error).__name__}: {error}"
        raise StoreError(f"{path} cannot be read: {why}") from None
    return manifest


def _refuse_hidden(tree: Any, path: Path) -> None:
    """Refuse texts that would move a terminal's cursor, or that read in another order than they are written."""
    todo = [tree]
    while todo:
        value = todo.pop()
        if isinstance(value, str) and (hidden := _HIDDEN.search(value)):
            raise StoreError(f"{path} holds an invisible or control character (U+{ord(hidden[0]):04X}), which no run writes")
        if isinstance(value, dict):
            todo += [*value, *value.values()]
        elif isinstance(value, list):
            todo += value


def _check_hash(found: dict[str, Any], raw: bytes, path: Path) -> None:
    """Refuse a manifest whose text is not what its hash was taken of; versions before 3 carry none."""
    given = found.pop(HASH, None)
    if given is None and found.get("schema_version", 0) in range(3):
        return
    last = _LAST.search(raw, max(0, len(raw) - 200))
    if last is None or last.end() != len(raw) or last[1].decode() != given or hashlib.sha256(raw[: last.start()]).hexdigest() != given:
        raise StoreError(f"{path} {DAMAGED}")
