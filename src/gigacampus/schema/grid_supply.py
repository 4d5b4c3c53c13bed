"""Inputs of grid energy by the hour: a contract by which the utility may call its worst hours."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import Frac, Hours, NonNegative, Spec, Unit, Within

UtilityLoad = Annotated[str, Field(pattern=r"(?i)^(lib:utility_load/[a-z0-9_]+|[^:]+\.(csv|xlsx))$", max_length=1000)]
GridPrice = Annotated[str, Field(pattern=r"(?i)^(|lib:utility_load/[a-z0-9_]+|[^:]+\.(csv|xlsx))$", max_length=1000)]


class InterruptibleSpec(Spec):
    """A contract that gives a credit for power which the utility may call back in its worst hours."""

    utility_load: UtilityLoad = FROM_LIBRARY
    """Hourly demand of the utility's system, whose highest hours are called: a library entry, or CSV or xlsx beside the scenario."""
    hours_per_year: Annotated[Hours, Field(le=8760)]
    """Hours of the year that are called."""
    share_frac: Annotated[Frac, Field(gt=0)] = 1.0
    """Share of the grid connection that the contract covers."""
    notice_h: Hours = FROM_LIBRARY
    """Time from the call to the hour called; whoever dispatches day by day knows of no call beyond it."""
    credit_usd_per_kw_month: Annotated[NonNegative, Unit("USD/kW-month")] = 0.0
    """Paid by the utility for each kW of the connection that the contract covers."""
    penalty_usd_per_mwh: Annotated[float, Unit("USD/MWh"), Within(0, 1e6, "scale")] | None = None
    """Charged on top of the price for covered energy that is taken all the same, which is the last resort before load stays unmet;
    empty: the power is cut."""
