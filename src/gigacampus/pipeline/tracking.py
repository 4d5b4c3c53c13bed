"""Which inputs a stage really reads: a transparent view of the tree that notes every leaf that is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

_BRANCHES = (BaseModel, SimpleNamespace, Mapping, list, tuple)


class Tracked:
    """Stands in for a model, a mapping or a list; attribute and item access pass through and are written down.

    ``isinstance`` sees the wrapped type, so stages need not know.
    """

    def __init__(self, value: Any, path: str, seen: set[str]) -> None:
        object.__setattr__(self, "_held", (value, path, seen))

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._held[0])

    def _step(self, name: Any, value: Any) -> Any:
        _, path, seen = self._held
        return view(value, f"{path}.{name}" if path else str(name), seen)

    def __getattr__(self, name: str) -> Any:
        value = self._held[0]
        found = getattr(value, name)
        if isinstance(value, Mapping) and name in ("items", "values", "get", "keys"):
            return getattr(self, f"_{name}")
        if callable(found) and not isinstance(found, _BRANCHES):
            self._read_all()
            return found
        return self._step(name, found)

    def _items(self) -> list[tuple[Any, Any]]:
        return [(k, self._step(k, v)) for k, v in self._held[0].items()]

    def _values(self) -> list[Any]:
        return [v for _, v in self._items()]

    def _keys(self) -> Any:
        return self._held[0].keys()

    def _get(self, key: Any, default: Any = None) -> Any:
        return self[key] if key in self._held[0] else default

    def __getitem__(self, key: Any) -> Any:
        return self._step(key, self._held[0][key])

    def __iter__(self) -> Iterator[Any]:
        value = self._held[0]
        if isinstance(value, (list, tuple)):
            return iter([self._step(n, v) for n, v in enumerate(value)])
        return iter(value)

    def __len__(self) -> int:
        return len(self._held[0])

    def __contains__(self, key: Any) -> bool:
        return key in self._held[0]

    def __bool__(self) -> bool:
        return bool(self._held[0])

    def __eq__(self, other: Any) -> bool:
        self._read_all()
        return bool(self._held[0] == (other._held[0] if type(other) is Tracked else other))

    def __hash__(self) -> int:
        self._read_all()
        return hash(fingerprintable(self._held[0]))

    def __repr__(self) -> str:
        self._read_all()
        return repr(self._held[0])

    def _read_all(self) -> None:
        value, path, seen = self._held
        seen.update(leaves(value, path))


def fingerprintable(value: Any) -> str:
    """Text that stands for a wrapped value where it is hashed."""
    return value.model_dump_json() if isinstance(value, BaseModel) else repr(value)


def view(value: Any, path: str, seen: set[str]) -> Any:
    """``value`` itself if it is a leaf (and note it), else a tracked view of it."""
    if isinstance(value, _BRANCHES) and not isinstance(value, str):
        return Tracked(value, path, seen)
    seen.add(path)
    return value


def leaves(value: Any, path: str) -> set[str]:
    """Dotted paths of every scalar below ``value``."""
    if isinstance(value, BaseModel):
        parts: Any = [(n, getattr(value, n)) for n in type(value).model_fields]
    elif isinstance(value, SimpleNamespace):
        parts = vars(value).items()
    elif isinstance(value, Mapping):
        parts = value.items()
    elif isinstance(value, (list, tuple)):
        parts = enumerate(value)
    else:
        return {path}
    return {leaf for name, part in parts for leaf in leaves(part, f"{path}.{name}" if path else str(name))}
