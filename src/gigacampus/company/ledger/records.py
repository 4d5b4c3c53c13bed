"""Named numbers with units: annotated classes as numpy structured dtypes, and as columns over all draws.

A rule reads ``terms.wacc_frac`` and writes ``flows.lab_pay_tax``. Compiled, each record is one row of a structured array and
its fields are numbers of one draw; interpreted, each is a :class:`Columns` and its fields are arrays over all draws.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar, cast, get_args, get_type_hints

import numpy as np

from gigacampus.foundation.calendar import MONTHS_MAX
from gigacampus.foundation.units import MONTHS_PER_YEAR

Usd = Annotated[Any, "USD"]
UsdPerMonth = Annotated[Any, "USD per month"]
UsdPerYear = Annotated[Any, "USD per year"]
UsdPerMillionTokens = Annotated[Any, "USD per million tokens"]
UsdPerMwMonth = Annotated[Any, "USD per MW of IT load and month"]
UsdPerMmbtu = Annotated[Any, "USD per MMBtu"]
Frac = Annotated[Any, "fraction"]
PerYear = Annotated[Any, "per year"]
Factor = Annotated[Any, "factor"]
Months = Annotated[Any, "months"]
Days = Annotated[Any, "days"]
MonthOfRun = Annotated[Any, "month of the run, 0 the first"]
Mw = Annotated[Any, "MW of IT load"]
Flop = Annotated[Any, "FLOP per month"]
Hours = Annotated[Any, "accelerator hours per month"]
Mmbtu = Annotated[Any, "MMBtu per month"]
Heads = Annotated[Any, "people"]
Tokens = Annotated[Any, "tokens per month"]
Units = Annotated[Any, "accelerators"]
Flag = Annotated[Any, "1 or 0"]
Count = Annotated[int, "number"]
Switch = Annotated[int, "1 or 0"]
MonthIndex = Annotated[int, "month of the run, 0 the first"]
UsdByMonth = Annotated[Any, "USD", MONTHS_MAX + 2]
"""One number for each month of the run and the two that follow it."""
UsdByTaxYear = Annotated[Any, "USD", MONTHS_MAX // MONTHS_PER_YEAR + 2]


class Record:
    """Named numbers: each annotation of a subclass names a field and its unit, or a record that stands in it."""


R = TypeVar("R", bound=Record)


_HINTS: dict[type[Record], dict[str, Any]] = {}


def hints_of(kind: type[Record]) -> dict[str, Any]:
    """Fields of a record in their order, with what is annotated."""
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind, include_extras=True)
    return _HINTS[kind]


def dtype_of(kind: type[Record]) -> np.dtype[Any]:
    """Structured dtype of a record: float64 unless the annotation says a whole number, which is the same in every draw."""
    return np.dtype([_column(name, hint) for name, hint in hints_of(kind).items()])


def _column(name: str, hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Record):
        return name, dtype_of(hint)
    kind, _, *length = get_args(hint)
    return (name, np.int64 if kind is int else np.float64, *((n,) for n in length))


class Columns:
    """Fields of a record over all draws. A number that is assigned goes to every draw; a name that is no field is refused."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.__dict__.update(fields)

    def __setattr__(self, name: str, value: Any) -> None:
        held = self.__dict__.get(name)
        if not isinstance(held, np.ndarray):
            raise AttributeError(f"{name} is no field that a rule may write")
        if value is not held:
            held[...] = value


def columns(kind: type[R], records: np.ndarray) -> R:
    """Copy of records, one a draw, as columns: (draw), or (month, draw) where a field holds many months."""
    return cast(R, _columns(records))


def _columns(records: np.ndarray) -> Columns:
    fields: dict[str, Any] = {}
    for name in records.dtype.names or ():
        part = records[name]
        if part.dtype.names:
            fields[name] = _columns(part)
        else:
            fields[name] = int(part.flat[0]) if part.dtype.kind == "i" else np.array(part.T, order="C")
    return Columns(fields)


def blank(kind: type[R], draws: int) -> tuple[R, np.ndarray]:
    """A record of plain numbers, all zero, as columns, and the array (field, draw) that holds them."""
    values = np.zeros((len(hints_of(kind)), draws))
    return cast(R, Columns(dict(zip(hints_of(kind), values, strict=True)))), values


def store(held: Record, records: np.ndarray) -> None:
    """Write columns back into records, one a draw."""
    for name in records.dtype.names or ():
        part = getattr(held, name)
        if isinstance(part, Columns):
            store(cast(Record, part), records[name])
        else:
            records[name] = np.asarray(part).T


def plain(records: np.ndarray) -> np.ndarray:
    """The same memory of records of floats as a plain array, fields last."""
    return records.view(np.float64).reshape(*records.shape, -1)
