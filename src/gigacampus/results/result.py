"""What a run gave: labelled arrays with bands, headline figures, and where every value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.registry.renamed import current
from gigacampus.registry.stages import BY_NAME
from gigacampus.registry.variables import REGISTRY, Variable, row_of

OF_CAMPUS = ("unit", "battery", "block")
"""Dimensions whose labels begin with the campus of the block."""
LOW, MID, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Sampled:
    """The points of the uncertain inputs behind a run: which input stood where in which future."""

    worlds: dict[str, np.ndarray]
    """Physical path -> value by world; entry 0 is the reference."""
    draws: dict[str, np.ndarray]
    """Company path -> value by draw."""
    world_of_draw: np.ndarray


def sample_axis(variable: Variable) -> str | None:
    """Axis over which a variable's band is taken: ``draw``, ``world``, or None where only the reference is kept."""
    if "draw" in variable.dims:
        return "draw"
    return None if "hour" in variable.dims or BY_NAME[variable.stage].scope == "draws" else "world"


def without_reference(worlds: np.ndarray) -> np.ndarray:
    """Values by world without the reference world, which stands first on the first axis; of a run with no other, the reference.

    >>> without_reference(np.array([9.0, 1.0, 2.0])).tolist(), without_reference(np.array([9.0])).tolist()
    ([1.0, 2.0], [9.0])
    """
    return worlds[1:] if worlds.shape[0] > 1 else worlds


def has_company(result: Any) -> bool:
    """Whether a run's scenario has a company, or is of a campus alone (``company: null``)."""
    return not (result.scenario.get("company") or {}).get("absent", False)


def refuse_without_company(result: Any) -> None:
    """Refuse what is asked of a company's books where the scenario is of a campus alone."""
    if not has_company(result):
        raise refuse("the scenario is of a campus without a company: it has no books", path="company", fix="give the scenario a company")


class Result:
    """Arrays of one run. ``band`` gives medians with their 10-90 % band; ``array`` gives everything."""

    def __init__(
        self,
        manifest: dict[str, Any],
        coords: dict[str, list[Any]],
        scenario: dict[str, Any],
        arrays: Mapping[str, np.ndarray],
        folder: Path | None = None,
        sampled: Sampled | None = None,
        files: dict[str, Path] | None = None,
    ) -> None:
        self.manifest = manifest
        self.coords = coords
        self.scenario = scenario
        self.folder = folder
        self.sampled = sampled
        self.files = files or {}
        self._arrays = arrays

    def __repr__(self) -> str:
        lines = [f"Result({self.manifest.get('title', '')!r}, as of {self.manifest.get('as_of', '')})"]
        lines += [f"  {row['title']}: {row['text']}" for row in self.manifest.get("headline", [])]
        return "\n".join(lines)

    def read_on(self, day: str) -> Result:
        """The same arrays read from another day: figures of now and of the year ahead are those of that day.

        Parameters
        ----------
        day : str
            Day, such as 2027-01-15.

        Returns
        -------
        Result
            With another ``as_of``; the run itself is unchanged.

        Examples
        --------
        >>> _example().read_on("2027-01-15").manifest["as_of"]
        '2027-01-15'
        """
        manifest = {**self.manifest, "as_of": day}
        return Result(manifest, self.coords, self.scenario, self._arrays, self.folder, self.sampled, self.files)

    def names(self) -> list[str]:
        """Variables that this run holds.

        Returns
        -------
        list of str
            Names as the registry has them.

        Examples
        --------
        >>> run = _example()
        >>> run.names()
        ['cash_usd', 'it_mw', 'planned_phase']
        """
        return list(self._arrays)

    def has(self, name: str) -> bool:
        """Whether this run holds ``name``, under its present or its former spelling.

        Parameters
        ----------
        name : str
            Variable of the registry, by its present or its former spelling.

        Returns
        -------
        bool
            True where ``array(name)`` has an answer.

        Examples
        --------
        >>> _example().has("cash_usd")
        True
        """
        return current(name) in self._arrays

    def array(self, name: str) -> np.ndarray:
        """All values of a variable.

        Parameters
        ----------
        name : str
            Variable of the registry, by its present or its former spelling.

        Returns
        -------
        array
            Values in the unit of the registry: (world, *dims) for world variables (0 is the reference), (draw, ...) for draw
            variables, (*dims) for hours.

        Raises
        ------
        KeyError
            When this run holds no such variable.

        Examples
        --------
        >>> _example().array("cash_usd").shape
        (3, 2)
        """
        name = current(name)
        if name not in self._arrays:
            raise KeyError(f"this run holds no variable {name!r}")
        return self._arrays[name]

    def index(self, dim: str, label: Any) -> int:
        """Position of a label on a dimension.

        Parameters
        ----------
        dim : str
            Dimension, such as ``campus`` or ``month``.
        label : label
            Label on it.

        Returns
        -------
        int
            Position, from 0.

        Examples
        --------
        >>> _example().index("month", "2026-02")
        1
        """
        return self.coords[dim].index(label)

    def reference(self, name: str) -> np.ndarray:
        """The reference world's values, without the world axis.

        Parameters
        ----------
        name : str
            Variable of the registry, by its present or its former spelling.

        Returns
        -------
        array
            Values in the unit of the registry, shape of the registry's dimensions.

        Examples
        --------
        >>> _example().reference("it_mw").tolist()
        [[[10.0, 20.0]]]
        """
        array = self.array(name)
        return array[0] if sample_axis(row_of(name)) == "world" else array

    def samples(self, name: str, **pick: Any) -> np.ndarray:
        """Values with the sampling axis first and the picked labels taken; the reference world is left out where there are others.

        Parameters
        ----------
        name : str
            Variable of the registry, by its present or its former spelling.
        **pick : label
            Dimension=label pairs to take, such as ``campus="first"``.

        Returns
        -------
        array
            Values in the unit of the registry, shape (world or draw, *the other dimensions).

        Examples
        --------
        >>> _example().samples("cash_usd", month="2026-02").tolist()
        [2.0, 4.0, 6.0]
        """
        array = self.array(name)
        dims = list(row_of(name).dims)
        axis = sample_axis(row_of(name))
        if axis == "draw":
            array = np.moveaxis(array, dims.index("draw"), 0)
            dims.remove("draw")
        elif axis is None:
            array = array[None]
        else:
            array = without_reference(array)
        return self._take(array, dims, pick)

    def planned(self, name: str) -> np.ndarray:
        """A world variable with its phase axis reduced along the planned path.

        Parameters
        ----------
        name : str
            Variable of the registry, by its present or its former spelling.

        Returns
        -------
        array
            Values in the unit of the registry, shape (world, campus or block or accelerator, month).

        Examples
        --------
        >>> _example().planned("it_mw")[0].tolist()
        [[10.0, 20.0]]
        """
        dims = row_of(name).dims
        if "phase" not in dims:
            return self.array(name)
        array, phase = self.array(name), self.array("planned_phase").astype(int)
        if dims[0] in OF_CAMPUS:
            owner = [self.coords["campus"].index(label.split("/")[0]) for label in self.coords[dims[0]]]
            phase = phase[:, owner, :]
        elif dims[0] != "campus":
            phase = phase.max(axis=1, keepdims=True)
        axis = 1 + dims.index("phase")
        if axis > 1:
            phase = phase.reshape(*phase.shape[:2], *(1,) * (array.ndim - 3), phase.shape[2])
        return np.take_along_axis(array, phase, axis=axis).squeeze(axis)

    def planned_band(self, name: str, **pick: Any) -> dict[str, np.ndarray]:
        """Band of ``planned(name)`` over worlds.

        Parameters
        ----------
        name : str
            Variable of the registry, by its present or its former spelling.
        **pick : label
            Dimension=label pairs to take, such as ``campus="first"``.

        Returns
        -------
        dict of array
            ``p10``, ``p50`` and ``p90`` in the unit of the registry, shape of the dimensions that are left.

        Examples
        --------
        >>> _example().planned_band("it_mw", campus="first")["p50"].tolist()
        [11.0, 22.0]
        """
        dims = [d for d in row_of(name).dims if d != "phase"]
        return quantiles(self._take(without_reference(self.planned(name)), dims, pick))

    def band(self, name: str, **pick: Any) -> dict[str, np.ndarray]:
        """Median and 10-90 % band of a variable over worlds or draws.

        Parameters
        ----------
        name : str
            Variable of the registry, by its present or its former spelling.
        **pick : label
            Dimension=label pairs to take, such as ``campus="first"``.

        Returns
        -------
        dict of array
            ``p10``, ``p50`` and ``p90`` in the unit of the registry, shape of the dimensions that are left.

        Examples
        --------
        >>> _example().band("cash_usd")["p50"].tolist()
        [3.0, 4.0]
        """
        return quantiles(self.samples(name, **pick))

    def _take(self, array: np.ndarray, dims: list[str], pick: dict[str, Any]) -> np.ndarray:
        for dim, label in pick.items():
            position = label if dim == "phase" else self.index(dim, label)
            array = np.take(array, position, axis=1 + dims.index(dim))
            dims = [d for d in dims if d != dim]
        return array

    def to_xarray(self) -> Any:
        """All arrays as one labelled dataset (needs the ``xarray`` extra).

        Returns
        -------
        xarray.Dataset
            One variable for each name, with its unit and title as attributes.

        Examples
        --------
        >>> _example().to_xarray()["cash_usd"].attrs["units"]
        'USD'
        """
        import xarray

        data = {}
        for name, array in self._arrays.items():
            variable = REGISTRY[name]
            lead = ("world",) if sample_axis(variable) == "world" else ()
            data[name] = (lead + variable.dims, array, {"units": variable.unit, "long_name": variable.title})
        known = {d for _, (dims, _, _) in data.items() for d in dims}
        return xarray.Dataset(data, coords={k: v for k, v in self.coords.items() if k in known})


def _example() -> Result:
    """Two months of one campus in two worlds and three draws, for the worked numbers."""
    arrays = {
        "cash_usd": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        "it_mw": np.array([[[[10.0, 20.0]]], [[[11.0, 22.0]]]]),
        "planned_phase": np.zeros((2, 1, 2)),
    }
    months = [f"2026-{month:02d}" for month in (1, 2)]
    return Result({"title": "Two months"}, {"campus": ["first"], "phase": [0], "month": months}, {}, arrays)


def quantiles(samples: np.ndarray) -> dict[str, np.ndarray]:
    """10, 50 and 90 % quantiles over axis 0. A NaN is 'never': it sorts last, so a quantile that falls on it is NaN.

    >>> quantiles(np.array([1.0, 2.0, np.nan]))["p90"].item()
    nan
    """
    if samples.dtype.kind != "f" or not np.isnan(samples).any():
        low, mid, high = np.quantile(samples, [LOW, MID, HIGH], axis=0)
        return {"p10": low, "p50": mid, "p90": high}
    return date_quantiles(samples)


def date_quantiles(samples: np.ndarray) -> dict[str, np.ndarray]:
    """The same for month indices, each a month that some sample holds: the first by which that share has got there; NaN is 'never'.

    >>> {k: v.item() for k, v in date_quantiles(np.array([13.0, 14.0])).items()}
    {'p10': 13.0, 'p50': 13.0, 'p90': 14.0}
    """
    filled = np.sort(np.where(np.isnan(samples), np.inf, samples), axis=0)
    picks = [filled[min(len(filled) - 1, int(np.ceil(q * len(filled))) - 1 if q * len(filled) > 0 else 0)] for q in (LOW, MID, HIGH)]
    low, mid, high = (np.where(np.isinf(p), np.nan, p) for p in picks)
    return {"p10": low, "p50": mid, "p90": high}
