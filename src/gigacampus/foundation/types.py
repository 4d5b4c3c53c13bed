"""Annotated types that carry a unit and bounds, and the one strict base class of every input model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from annotated_types import Ge, GroupedMetadata, Gt, Le
from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler
from pydantic_core import core_schema

from gigacampus.foundation.library_defaults import FROM_LIBRARY, DefaultRow, default_of
from gigacampus.foundation.unit_names import dollars_of, factor_to
from gigacampus.foundation.units import UNIT_TABLE, convert

if TYPE_CHECKING:
    import numpy as np

Numeric: TypeAlias = "float | np.ndarray"
"""A number or an array of numbers."""
_NUMBER_WITH_UNIT = re.compile(r"^\s*([-+]?\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*(\S.*?)\s*$")
_MARKED = re.compile(r"^[,.' ]?\d")
"""What stands behind a number's first digits where marks part its thousands, or a comma its decimals."""
_MONEY_BEFORE = re.compile(r"^\s*(US\$|USD|\$)\s*([-+]?\d[\d_]*(?:\.\d*)?)(?![\d,.'])\s*(.*)$")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Unit:
    """Unit of a number: accepts ``"1.2 GW"`` where MW is meant, refuses other dimensions, and tells the JSON schema."""

    symbol: str

    def parse(self, value: Any) -> Any:
        """Turn a string with a unit into a number of this unit; leave everything else to the type itself."""
        if not isinstance(value, str):
            return value
        match = _NUMBER_WITH_UNIT.match(_MONEY_BEFORE.sub(r"\2 USD \3", value))
        if match is None:
            raise ValueError(f"expected a number or a number with a unit of {self.symbol}, such as '1.5 {self.symbol}'")
        number, unit = match.group(1), match.group(2)
        if _MARKED.match(unit):
            raise ValueError(f"{value.strip()!r}: write a decimal point and no marks between thousands, as 1234.5 or 1_234.5")
        if unit not in UNIT_TABLE and dollars_of(unit) is not None:
            factor, _ = factor_to(unit, self.symbol)
            return float(number.replace("_", "")) * factor
        return convert(float(number.replace("_", "")), unit, self.symbol)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.parse, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), "x-unit": self.symbol}


@dataclass(frozen=True)
class NoUnit:
    """Mark of a plain number that has no unit, and what it is instead: a count, a seed, a logarithm."""

    what: str

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), "x-unit": ""}


@dataclass(frozen=True)
class Within(GroupedMetadata):
    """Bounds of a figure, both included, and in a word what sets them: a law of nature, or a plainly absurd scale."""

    low: float
    high: float
    why: str

    def __iter__(self) -> Iterator[Ge | Le]:
        return iter((Ge(self.low), Le(self.high)))


class FromClass:
    """Mark of a figure that an entry of the library may leave out: the typical row of its kind then gives it, and is named."""


FROM_CLASS = FromClass()


class Spec(BaseModel):
    """Base of every input model: frozen, no unknown keys, no NaN. ``field_docs.said_of`` has the texts under its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)
    library_defaults: ClassVar[Mapping[str, DefaultRow]] = {}
    """Fields whose default is a row of the library, with the row."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        area = cls.__module__.rpartition(".")[2]
        own = {name: default_of(area, f"{cls.__name__}.{name}") for name, value in vars(cls).items() if value is FROM_LIBRARY}
        for name, row in own.items():
            setattr(cls, name, row.value)
        inherited = {name: row for name, row in cls.library_defaults.items() if name not in cls.__annotations__}
        cls.library_defaults = {**inherited, **own}

    @classmethod
    def figures_of_class(cls) -> list[str]:
        """Fields that an entry may leave to the typical row of its kind."""
        return [name for name, info in cls.model_fields.items() if any(isinstance(mark, FromClass) for mark in info.metadata)]


MW = Annotated[float, Unit("MW"), Ge(0), Le(1e6)]
MWh = Annotated[float, Unit("MWh"), Ge(0), Le(1e9)]
KW = Annotated[float, Unit("kW"), Ge(0), Le(1e6)]
USD = Annotated[float, Unit("USD"), Le(1e15), Ge(-1e15)]
USDPerMWh = Annotated[float, Unit("USD/MWh"), Ge(-1e5), Le(1e5)]
USDPerMMBtu = Annotated[float, Unit("USD/MMBtu"), Ge(0), Le(1e4)]
USDPerKWMonth = Annotated[float, Unit("USD/kW-month"), Ge(0), Le(1e4)]
USDPerMW = Annotated[float, Unit("USD/MW"), Ge(0), Le(1e10)]
Frac = Annotated[float, Unit("1"), Within(0, 1, "share")]
FracBelowOne = Annotated[float, Unit("1"), Within(0, 0.99, "share")]
"""A share that leaves something, which is divided by."""
Ratio = Annotated[float, Unit("1"), Ge(0), Le(1e9)]
PositiveRatio = Annotated[float, Unit("1"), Gt(0), Le(1e30)]
GrowthPerYear = Annotated[float, Unit("1/year"), Ge(-1e15), Le(1e15)]
USDPerYear = Annotated[float, Unit("USD/year"), Ge(0), Le(1e15)]
USDPerMonth = Annotated[float, Unit("USD/month"), Ge(0), Le(1e15)]
USDPerMillionTokens = Annotated[float, Unit("USD/million tokens"), Ge(0), Le(1e18)]
KgPerMMBtu = Annotated[float, Unit("kg/MMBtu"), Ge(0), Le(1e18)]
Seconds = Annotated[float, Unit("s"), Ge(0), Le(1e18)]
Count = Annotated[float, NoUnit("count"), Ge(0), Le(1e12)]
Signed = Annotated[float, Ge(-1e15), Le(1e15)]
NonNegative = Annotated[float, Ge(0), Le(1e18)]
Positive = Annotated[float, Gt(0), Le(1e30)]
DegC = Annotated[float, Unit("degC"), Ge(-90), Le(2000)]
KelvinStep = Annotated[float, Unit("K"), Ge(-50), Le(50)]
Metres = Annotated[float, Unit("m"), Ge(0), Le(1e7)]
Kilometres = Annotated[float, Unit("km"), Ge(0), Le(1e5)]
Days = Annotated[float, Unit("day"), Ge(-36500), Le(36500)]
Hours = Annotated[float, Unit("h"), Ge(0), Le(1e7)]
Years = Annotated[float, Unit("year"), Ge(0), Le(1000)]
Months = Annotated[float, Unit("month"), Ge(0), Le(1200)]
KJPerKWh = Annotated[float, Unit("kJ/kWh"), Gt(0), Le(1e6)]
Ppm = Annotated[float, Unit("ppm"), Ge(0), Le(1e6)]
DBA = Annotated[float, Unit("dBA"), Ge(-50), Le(250)]
Latitude = Annotated[float, Unit("deg"), Ge(-90), Le(90)]
Longitude = Annotated[float, Unit("deg"), Ge(-180), Le(180)]


def iso_day(value: Any) -> Any:
    """A day as ``2026-01-06``; refuses numbers, times and half dates, which would be guessed at otherwise.

    >>> iso_day("2026-01-06")
    datetime.date(2026, 1, 6)
    """
    if type(value) is date:
        return value
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError("expected a day such as 2026-01-06")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not a day of the calendar") from None


Day = Annotated[date, BeforeValidator(iso_day), Ge(date(1990, 1, 1)), Le(date(2100, 12, 31))]
