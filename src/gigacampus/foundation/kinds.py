"""A family of kinds: an ordered table of named rows with traits, which is also the type of a field that names one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import PydanticKnownError, core_schema

from gigacampus.foundation.errors import nearest


@dataclass(frozen=True)
class Kind:
    """One row: the name that a scenario writes and a line that says what it is. Families add their traits by subclassing."""

    name: str
    title: str
    typical: str = field(default="", kw_only=True)
    """Reference to the library row whose figures stand in where an entry of this kind lacks them; empty: none does."""


K = TypeVar("K", bound=Kind)


class Kinds(Generic[K]):
    """The kinds of one family in the order of the array axis that they span.

    ``Annotated[str, COOLING]`` is the type of a field that names a kind: its JSON schema lists the names, and what a field
    takes follows the table when a row is added. Code asks a row for its traits and never compares names.

    >>> colours = Kinds("colours", Kind("red", "like blood"), Kind("blue", "like the sky"))
    >>> colours.names, colours.index("blue"), colours["red"].title
    (('red', 'blue'), 1, 'like blood')
    """

    def __init__(self, family: str, *rows: K) -> None:
        self.family = family
        self._rows: dict[str, K] = {}
        for row in rows:
            self.add(row)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all kinds, in order."""
        return tuple(self._rows)

    def __iter__(self) -> Iterator[K]:
        return iter(tuple(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __getitem__(self, name: str) -> K:
        if name not in self._rows:
            close = nearest(name, self.names)
            raise KeyError(
                f"{name!r} is none of the {self.family}: {', '.join(self.names)}" + (f"; did you mean {close}?" if close else "")
            )
        return self._rows[name]

    def get(self, name: object) -> K | None:
        """The row of a name, None where there is none."""
        return self._rows.get(str(name))

    def index(self, name: str) -> int:
        """Position of a kind on the family's axis."""
        return self.names.index(self[name].name)

    def each(self, trait: Callable[[K], Any]) -> list[Any]:
        """A trait of every kind, in the order of the axis.

        >>> Kinds("colours", Kind("red", "like blood")).each(lambda kind: kind.title)
        ['like blood']
        """
        return [trait(row) for row in self]

    def add(self, row: K) -> None:
        """Append a kind; its name must be new."""
        if row.name in self._rows:
            raise ValueError(f"the {self.family} have two rows named {row.name!r}")
        self._rows[row.name] = row

    @contextmanager
    def having(self, row: K) -> Iterator[K]:
        """A kind more for the length of a ``with`` block, taken away again whatever happens in it."""
        self.add(row)
        try:
            yield row
        finally:
            del self._rows[row.name]

    def _known(self, name: str) -> str:
        if name not in self._rows:
            quoted = [repr(n) for n in self.names]
            raise PydanticKnownError("literal_error", {"expected": " or ".join([", ".join(quoted[:-1]), quoted[-1]][len(quoted) < 2 :])})
        return name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), "enum": list(self.names)}
