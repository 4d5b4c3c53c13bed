"""Inputs of cooling: the campus's rules and the library's cooling plant."""

from __future__ import annotations

from typing import Literal

from gigacampus.scenario.quantity import DegC, Frac, KelvinStep, Ratio, Spec


class CoolingSpec(Spec):
    """Rules of cooling at one campus."""

    design_pue: Ratio = 1.3
    """Used only to turn facility limits into IT limits in the buildout; the PUE of a run is an output."""
    supply_water_c: DegC = 27.0
    liquid_share_frac: Frac = 0.7
    cycles_of_concentration: Ratio = 5.0
    auxiliary_frac: Frac = 0.03
    """Lighting, offices and pumps as a share of IT power."""


class CoolingEntry(Spec):
    """A kind of heat rejection plant."""

    title: str = ""
    kind: Literal["evaporative_tower", "dry_cooler", "air_chiller", "water_chiller"]
    fan_pump_kw_per_mw: Ratio = 25.0
    """Fans and pumps at full load for each MW of heat."""
    cop_design: Ratio = 4.0
    """Chillers: heat over electricity at the design dry bulb."""
    approach_k: KelvinStep = 5.0
    design_dry_bulb_c: DegC = 35.0
    cost_usd_per_mw_heat: Ratio = 500_000.0
    sound_power_dba_per_mw: Ratio = 92.0
