"""What fields of one library entry or block must be to each other: sentences about what cannot be, each as ``field: problem``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeVar

from gigacampus.foundation.types import Spec
from gigacampus.foundation.units import SECONDS_PER_HOUR
from gigacampus.registry.kinds import COOLING, GENERATORS

KJ_PER_KWH = SECONDS_PER_HOUR
SHORTEST_H, LONGEST_H = 0.1, 150.0
"""Energy over power of batteries: supplies of six minutes are the shortest made, iron-air of about 100 h the longest."""
S = TypeVar("S", bound=Spec)


def refuse_if(found: Callable[[S], Iterator[str]]) -> Callable[[S], S]:
    """A check of a whole entry from the sentences that ``found`` gives about it."""

    def check(entry: S) -> S:
        wrong = list(found(entry))
        if wrong:
            raise ValueError("; ".join(wrong))
        return entry

    return check


def generator(entry: Any) -> Iterator[str]:
    """More work than the fuel can give, and air that gives more power the warmer it is."""
    kind = GENERATORS[entry.engine]
    least = min(1.0, entry.heat_rate_at_0c_frac, entry.heat_rate_at_40c_frac)
    least *= min(1.0, entry.heat_rate_at_75_load_frac, entry.heat_rate_at_50_load_frac)
    efficiency = KJ_PER_KWH / (entry.heat_rate_lhv_kj_per_kwh * least)
    if efficiency > kind.best_efficiency_frac:
        yield (
            f"heat_rate_lhv_kj_per_kwh: {entry.heat_rate_lhv_kj_per_kwh:g} kJ/kWh, with the entry's factors of temperature and load, "
            f"makes {efficiency:.0%} of the fuel's heat power, and no unit of the kind {kind.name} passes {kind.best_efficiency_frac:.0%}"
        )
    curve = [(c, 1.0 if c == 15 else getattr(entry, f"power_at_{c}c_frac")) for c in (0, 15, 25, 35, 40)]
    for (cold, more), (warm, less) in pairwise(curve):
        if less > more:
            name = f"power_at_{cold if warm == 15 else warm}c_frac"
            yield f"{name}: power rises from {more:g} at {cold} degC to {less:g} at {warm} degC, while air thins as it warms"


def storage_h(mw: float, mwh: float) -> Iterator[str]:
    """A battery whose energy and power do not belong together, as after an exchange of the two."""
    if mw == 0.0 and mwh == 0.0:
        return
    hours = mwh / mw if mw > 0.0 else float("inf")
    if not SHORTEST_H <= hours <= LONGEST_H:
        lasts = f"{hours:,.3g} h" if mw > 0.0 else "for ever"
        yield (
            f"mwh: {mwh:g} MWh at {mw:g} MW last {lasts}, and batteries last from {SHORTEST_H:g} to {LONGEST_H:g} h: "
            "look whether power and energy are exchanged, or in kW"
        )


def cooling(entry: Any) -> Iterator[str]:
    """A compressor without its figures, and a wet bulb above the dry bulb."""
    if COOLING[entry.kind].compresses and entry.cop_design < 1.0:
        yield f"cop_design: plant of the kind {entry.kind} compresses, so it needs one, from 1 on"
    if entry.design_wet_bulb_c > entry.design_dry_bulb_c:
        yield f"design_wet_bulb_c: {entry.design_wet_bulb_c:g} degC lies above the dry bulb of {entry.design_dry_bulb_c:g} degC"


def tariff(entry: Any) -> Iterator[str]:
    """On-peak prices without hours, windows without hours, and a gap before the second block."""
    if (entry.on_peak_adder_usd_per_mwh or entry.on_peak_demand_usd_per_kw_month) and not entry.on_peak:
        yield "on_peak: an on-peak price needs the hours in which it holds, as windows of months and hours"
    for name, window in entry.on_peak.items():
        if window.from_h >= window.to_h:
            yield (
                f"on_peak.{name}: from {window.from_h} to {window.to_h} h holds no hour of a day: "
                "write hours over midnight as two windows, up to 24 and from 0"
            )
    if entry.block2_hours_use > 0.0 and entry.block1_hours_use == 0.0:
        yield "block1_hours_use: a gap: the second block of energy begins where a first one ends, and the first has no hours"
    for block in (1, 2):
        hours, adder = getattr(entry, f"block{block}_hours_use"), getattr(entry, f"block{block}_adder_usd_per_mwh")
        if adder and not hours:
            yield f"block{block}_hours_use: a gap: block {block} has a price ({adder:g} USD/MWh more) and no hours"


def model(entry: Any) -> Iterator[str]:
    """A token that uses more than there is."""
    for used, there in (("active_parameters_b", "parameters_b"), ("experts_active", "experts"), ("dense_layers", "layers")):
        if getattr(entry, used) > getattr(entry, there):
            yield f"{used}: {getattr(entry, used):g} is more than the {getattr(entry, there):g} of {there}"


def accelerator(entry: Any) -> Iterator[str]:
    """Networks and rates out of their order."""
    if entry.peak_fp8_tflops is not None and entry.peak_fp8_tflops < entry.peak_bf16_tflops:
        yield (
            f"peak_fp8_tflops: {entry.peak_fp8_tflops:g} in 8 bits is less than {entry.peak_bf16_tflops:g} in 16 bits, "
            "leave it away where 8 bits are no faster"
        )


def quantiles(entry: Any) -> Iterator[str]:
    """A low quantile above its high one."""
    fields: Mapping[str, float] = dict(entry)
    for low in (name for name in fields if name.endswith("_p10")):
        high = low.removesuffix("10") + "90"
        if fields[low] > fields[high]:
            yield f"{low}: {fields[low]:g} lies above {high}, {fields[high]:g}"
