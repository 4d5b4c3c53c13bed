"""Columns and rows of a linear programme, gathered as whole arrays and put into one sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray
Part = tuple[Array, "Array | float"]
"""Positions of columns, one for each row, and their coefficients."""


class Columns:
    """Named groups of columns with bounds and costs."""

    def __init__(self) -> None:
        self.count = 0
        self._at: dict[str, Array] = {}
        self._parts: list[tuple[Array, Array, Array, Array]] = []

    def add(
        self,
        name: str,
        size: int,
        *,
        low: Array | float = 0.0,
        high: Array | float = np.inf,
        cost: Array | float = 0.0,
        whole: bool = False,
    ) -> None:
        """``size`` columns more."""
        self._at[name] = self.count + np.arange(size)
        self.count += size
        self._parts.append(tuple(np.broadcast_to(np.asarray(x, dtype=float), (size,)) for x in (low, high, cost, float(whole))))  # type: ignore[arg-type]

    def has(self, name: str) -> bool:
        """Whether there is such a group."""
        return name in self._at

    def at(self, name: str) -> Array:
        """Positions of a group; (size,)."""
        return self._at[name]

    def hour(self, hours: int) -> Array:
        """Hour of each column, -1 where its group is not one of ``hours`` hours; (column,)."""
        return self._place([at for at in self._at.values() if at.size == hours], -1)

    def number(self) -> Array:
        """Position of each column in its group; (column,)."""
        return self._place(list(self._at.values()), 0)

    def _place(self, groups: list[Array], other: int) -> Array:
        out = np.full(self.count, other)
        for at in groups:
            out[at] = np.arange(at.size)
        return out

    def low(self) -> Array:
        """Lower bounds of all columns."""
        return np.concatenate([p[0] for p in self._parts])

    def high(self) -> Array:
        """Upper bounds of all columns."""
        return np.concatenate([p[1] for p in self._parts])

    def cost(self) -> Array:
        """Costs of all columns."""
        return np.concatenate([p[2] for p in self._parts])

    def whole(self) -> Array:
        """1 where a column takes whole numbers only."""
        return np.concatenate([p[3] for p in self._parts])


class Rows:
    """Named groups of constraints ``low <= sum of parts <= high``."""

    def __init__(self) -> None:
        self.count = 0
        self._groups: list[tuple[str, int, int, int | None]] = []
        self._cells: list[tuple[Array, Array, Array]] = []
        self._low: list[Array] = []
        self._high: list[Array] = []

    def add(
        self, name: str, parts: Sequence[Part], *, low: Array | float = -np.inf, high: Array | float = np.inf, hour: int | None = 0
    ) -> None:
        """One row for each position in the parts, which are all of one length; ``hour``: that of the first row, none: no hours."""
        size = parts[0][0].size
        at = self.count + np.arange(size)
        self._cells += [(at, where, np.broadcast_to(np.asarray(x, dtype=float), (size,))) for where, x in parts]
        self._close(name, size, low, high, hour)

    def add_sum(self, name: str, parts: Sequence[Part], *, low: float = -np.inf, high: float = np.inf) -> None:
        """One row over all positions of all parts."""
        self._cells += [
            (np.full(where.size, self.count), where, np.broadcast_to(np.asarray(x, dtype=float), where.shape)) for where, x in parts
        ]
        self._close(name, 1, low, high, None)

    def _close(self, name: str, size: int, low: Array | float, high: Array | float, hour: int | None) -> None:
        self._groups.append((name, self.count, size, hour))
        self.count += size
        self._low.append(np.broadcast_to(np.asarray(low, dtype=float), (size,)))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=float), (size,)))

    def named(self, row: int) -> tuple[str, int | None]:
        """Name of a row's group and the row's hour, where it has one."""
        name, first, _, hour = next(g for g in self._groups if g[1] <= row < g[1] + g[2])
        return name, None if hour is None else hour + row - first

    def of(self, *beginnings: str) -> Array:
        """Whether the name of each row's group begins with one of the words; (row,)."""
        out = np.zeros(self.count, dtype=bool)
        for name, first, size, _ in self._groups:
            out[first : first + size] = name.startswith(beginnings)
        return out

    def place(self) -> tuple[Array, Array]:
        """Number of each row's group, and its hour, -1 where it has none; (row,) each."""
        group, hour = np.zeros(self.count, dtype=np.int64), np.full(self.count, -1)
        for number, (_, first, size, begins) in enumerate(self._groups):
            group[first : first + size] = number
            if begins is not None:
                hour[first : first + size] = begins + np.arange(size)
        return group, hour

    def matrix(self, columns: int) -> tuple[Any, Array, Array]:
        """Sparse matrix (row, column) with its lower and upper sides."""
        from scipy.sparse import csc_array

        at, where, value = (np.concatenate([c[i] for c in self._cells]) for i in range(3))
        table = csc_array((value, (at, where)), shape=(self.count, columns))
        return table, np.concatenate(self._low), np.concatenate(self._high)

    def one_sided(self, columns: int) -> dict[str, Any]:
        """The same as equalities and upper sides, in the words of ``scipy.optimize.linprog``."""
        from scipy.sparse import vstack

        table, low, high = self.matrix(columns)
        table, equal = table.tocsr(), low == high
        above, below = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
        return {
            "A_ub": vstack([table[above], -table[below]], format="csc"),
            "b_ub": np.concatenate([high[above], -low[below]]),
            "A_eq": table[equal].tocsc(),
            "b_eq": low[equal],
        }

    def loosened(self, columns: int) -> tuple[Any, Array, Array, int]:
        """The same with a column of shortfall and one of excess for every row; how many columns that adds."""
        from scipy.sparse import eye_array, hstack

        table, low, high = self.matrix(columns)
        own = eye_array(self.count, format="csc")
        return hstack([table, own, -own], format="csc"), low, high, 2 * self.count
