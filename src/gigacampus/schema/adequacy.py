"""Inputs of supply that can fail: rates and repair times of what stands between fuel, grid and load, and what fails together."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import DegC, Frac, Hours, NoUnit, Spec


class AdequacySpec(Spec):
    """What fails besides single generating units, how often and for how long; rates of the units themselves stand in ``power``."""

    feed_outage_frac: Frac = FROM_LIBRARY
    """Share of hours in which one substation, or one grid tranche where no substation is given, is out of order."""
    feed_repair_h: Annotated[Hours, Field(gt=0)] = FROM_LIBRARY
    """Mean time until a substation or feeder is back."""
    transformer_units: Annotated[float, NoUnit("count"), Field(ge=0, le=1000)] = FROM_LIBRARY
    """Generating units of one model behind one step-up transformer; 0: transformers never fail."""
    transformer_outage_frac: Frac = FROM_LIBRARY
    """Share of hours in which a step-up transformer is out of order."""
    transformer_repair_h: Annotated[Hours, Field(gt=0)] = FROM_LIBRARY
    """Mean time until a step-up transformer is repaired or replaced."""
    gas_outage_frac: Frac = FROM_LIBRARY
    """Share of hours in which the one gas lateral that feeds all units fails."""
    gas_repair_h: Annotated[Hours, Field(gt=0)] = FROM_LIBRARY
    """Mean time until gas flows again."""
    cold_below_c: DegC = FROM_LIBRARY
    """Dry bulb below which units fail more often: instruments, fuel and lubricants freeze."""
    cold_outage_frac: Frac = FROM_LIBRARY
    """Share of hours colder than that in which a unit is out of order; counts where it lies above ``power.forced_outage_frac``."""
    fuel_curtail_hours_per_year: Hours = 0.0
    """Hours of the year in which the pipeline gives less gas; they fall on the coldest hours."""
    fuel_curtail_frac: Frac = 0.0
    """Share of the units' power that is not fuelled in such an hour."""
    battery_credit_h: Annotated[Hours, Field(gt=0)] = FROM_LIBRARY
    """Hours that a battery must last to count as firm supply with all its power; a shorter one counts in proportion."""
