"""Inputs of fast swings: the waveform of a training job, what smooths it, what the utility allows, and an island's machines."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import MW, Frac, NonNegative, Seconds, Spec, Unit, Within

Hertz = Annotated[float, Unit("Hz"), Field(ge=0, le=1e4)]


class SwingSpec(Spec):
    """What a synchronous job does to power within seconds, stage by stage to the fence; the checkpoint itself stands in ``power``."""

    iteration_s: Annotated[Seconds, Field(gt=0.001)] = FROM_LIBRARY
    """Time of one iteration of a training job."""
    communication_frac: Frac = FROM_LIBRARY
    """Share of an iteration in which accelerators wait for each other."""
    communication_power_frac: Frac = FROM_LIBRARY
    """Accelerator power while they wait over that at work."""
    iteration_edge_s: Annotated[Seconds, Field(gt=0)] = FROM_LIBRARY
    """Time in which a job goes from work to waiting and back."""
    checkpoint_every_s: Annotated[Seconds, Field(gt=0.1)] = FROM_LIBRARY
    """Time from one checkpoint to the next."""
    checkpoint_pause_s: Seconds = FROM_LIBRARY
    """Time for which a checkpoint holds the job."""
    floor_frac: Frac = 0.0
    """Lowest accelerator power over that at work while a job waits, kept by burning energy; 0: no floor is set."""
    ramp_frac_per_s: Annotated[NonNegative, Unit("1/s")] = 0.0
    """Fastest change of accelerator power over that at work; 0: no limit is set."""
    supply_storage_j: Annotated[NonNegative, Unit("J")] = FROM_LIBRARY
    """Energy stored in the power supplies, for each accelerator."""
    rack_battery_j: Annotated[NonNegative, Unit("J")] = 0.0
    """Energy of rack batteries that smooths swings, for each accelerator; 0: there is none."""
    battery_smoothing_s: Seconds = FROM_LIBRARY
    """Time constant with which the site battery smooths, as far as its energy allows; 0: it does not."""
    limit_ramp_up_mw_per_min: Annotated[NonNegative, Unit("MW/min")] = FROM_LIBRARY
    """Fastest rise that the utility allows."""
    limit_ramp_down_mw_per_min: Annotated[NonNegative, Unit("MW/min")] = FROM_LIBRARY
    """Fastest fall that the utility allows."""
    limit_range_mw: MW = FROM_LIBRARY
    """Largest swing, highest less lowest power, that the utility allows."""
    limit_band_low_hz: Hertz = FROM_LIBRARY
    """Lower end of the band that the utility keeps clean."""
    limit_band_high_hz: Hertz = FROM_LIBRARY
    """Upper end of that band."""
    limit_band_energy_frac: Frac = FROM_LIBRARY
    """Largest share of the fluctuation's energy in that band."""
    inertia_s: Annotated[Seconds, Field(gt=0)] = FROM_LIBRARY
    """Energy in the turning masses of the site's units over their rated power, in seconds (H)."""
    droop_frac: Annotated[Frac, Field(gt=0)] = FROM_LIBRARY
    """Fall of frequency, over the nominal one, that brings a unit from no load to full load."""
    governor_s: Annotated[Seconds, Field(gt=0)] = FROM_LIBRARY
    """First-order lag of governor and fuel."""
    damping: Annotated[NonNegative, Unit("1")] = FROM_LIBRARY
    """Change of load over a change of frequency, both over nominal."""
    frequency_hz: Annotated[float, Unit("Hz"), Within(16, 400, "scale")] = FROM_LIBRARY
    """Nominal frequency."""
    limit_rocof_hz_per_s: Annotated[NonNegative, Unit("Hz/s")] = FROM_LIBRARY
    """Fastest change of frequency that the units' protection rides through."""
    limit_deviation_hz: Hertz = FROM_LIBRARY
    """Largest deviation of frequency that the units' protection rides through."""
