"""Inputs of cooling: the campus's rules and the library's cooling plant."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import FROM_CLASS, DegC, Frac, KelvinStep, Spec, Unit, Within
from gigacampus.registry.kinds import COOLING
from gigacampus.schema import entry_checks
from gigacampus.schema.entry_checks import refuse_if


class CoolingSpec(Spec):
    """Rules of cooling at one campus."""

    design_pue: Annotated[float, Unit("1"), Within(1, 3, "energy")] = FROM_LIBRARY
    """Used only to turn facility limits into IT limits in the buildout; the PUE of a run is an output."""
    supply_water_c: DegC = FROM_LIBRARY
    """Water that towers and dry coolers send to the racks; it floats up when the air is too warm."""
    supply_water_max_c: DegC = FROM_LIBRARY
    """Warmest water that the racks take; above it heat rejection is cut, and IT load with it."""
    chilled_water_c: DegC = FROM_LIBRARY
    """Water that chillers send."""
    water_range_k: KelvinStep = FROM_LIBRARY
    """Rise of the water through the racks."""
    liquid_share_frac: Frac = FROM_LIBRARY
    """Share of IT heat taken by liquid; the rest leaves through hall air."""
    hall_fan_frac: Frac = FROM_LIBRARY
    """Electricity of hall fans over the heat that hall air carries."""
    cycles_of_concentration: Annotated[float, Unit("1"), Within(1.01, 100, "chemistry")] = FROM_LIBRARY
    """Salt in the towers' water over that in the make-up; sets the blowdown."""
    assumed_plant: Annotated[str, Field(pattern=r"^lib:cooling/[a-z0-9_]+$")] = FROM_LIBRARY
    """Product that carries all heat of a campus whose scenario lists no cooling plant."""
    auxiliary_frac: Frac = FROM_LIBRARY
    """Lighting, offices and pumps as a share of IT power."""


class CoolingEntry(Spec):
    """A kind of heat rejection plant."""

    title: str = ""
    """Name of the plant."""
    kind: Annotated[str, COOLING]
    """How the plant rejects heat: wet tower, dry cooler, air-cooled or water-cooled chiller."""
    fan_pump_kw_per_mw: Annotated[float, Unit("kW/MW"), Within(0, 1000, "scale"), FROM_CLASS]
    """Fans and pumps at full load for each MW of heat."""
    pump_share_frac: Annotated[Frac, FROM_CLASS]
    """Share of that for pumps, which follow the heat; fans follow the cube of the air that the hour needs."""
    cop_design: Annotated[float, Unit("1"), Within(0, 100, "thermodynamics"), FROM_CLASS] = 0.0
    """Chillers: heat over electricity at the design air and chilled water of the campus; 0: it has no compressor."""
    cop_model: Literal["carnot_fraction", "linear"] = "carnot_fraction"
    """carnot_fraction: a constant share of the ideal cycle; linear: 5 - 0.1 (T - 25 degC), at least 1.5."""
    capacity_loss_frac_per_k: Annotated[float, Unit("1/K"), Within(0, 0.2, "scale"), FROM_CLASS] = 0.0
    """Chillers: heat lost for each kelvin of air above the design air."""
    economiser: bool = False
    """Chillers: outside air carries the heat alone when it is cold enough, and in part below the return water."""
    approach_k: Annotated[float, Unit("K"), Within(0, 40, "thermodynamics"), FROM_CLASS]
    """Water above the wet bulb (towers), water above the dry bulb (dry coolers), condenser above the air (chillers)."""
    design_dry_bulb_c: Annotated[float, Unit("degC"), Within(-20, 60, "climate"), FROM_CLASS]
    """Dry bulb at which plant that works against dry air rejects its rated heat."""
    design_wet_bulb_c: Annotated[float, Unit("degC"), Within(-20, 40, "climate"), FROM_CLASS]
    """Wet bulb at which plant that works against wet air rejects its rated heat."""
    cost_usd_per_mw_heat: Annotated[float, Unit("USD/MW"), Within(0, 5e7, "scale"), FROM_CLASS]
    """Installed price for each MW of heat rejected at the design point."""
    sound_power_dba_per_mw: Annotated[float, Unit("dBA"), Within(0, 150, "acoustics"), FROM_CLASS]
    """Sound power level of one MW of heat at full fan speed; grows by 10 lg of the MW."""

    _fits_together = model_validator(mode="after")(refuse_if(entry_checks.cooling))
