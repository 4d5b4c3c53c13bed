"""Power of wind turbines and photovoltaic modules by the hour, from the site's own weather."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.sun import solar_azimuth_deg, solar_elevation_deg
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.wind_sun_formulas import (
    LOWEST_SUN_DEG,
    diffuse_w_m2,
    module_power_frac,
    module_temperature_c,
    plane_w_m2,
    wind_at_hub_m_s,
    wind_power_frac,
)
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.scenario.weather.year import typical_year
from gigacampus.schema.buildout import SolarBlock, WindBlock

Array = np.ndarray
INVERTER_FRAC = 0.96
STANDARD_KG_M3, DRY_AIR_J_KG_K = 1.225, 287.05
KPA, KELVIN = 1000.0, 273.15


@dataclass(frozen=True)
class WindSun:
    """Wind and sun of one campus."""

    mw: Array
    """Power in service of each block; (row, block), a row as phase * month."""
    profile: Array
    """Power over rated power; (block, hour)."""

    def of_row(self, row: int) -> Array:
        """Power that one row's wind and sun could give, (hour,), MW."""
        out: Array = self.mw[row] @ self.profile
        return out


def wind_sun(c: int, inputs: Inputs, up: dict[str, Array]) -> WindSun:
    """Blocks of wind and sun of campus ``c`` as they stand by phase and month."""
    campus, at = inputs.tree.campuses[inputs.at.campus[c]], inputs.at
    blocks = {k: b for k, b in campus.blocks.items() if isinstance(b, SolarBlock | WindBlock)}
    rows = at.phase * at.months.count
    if not blocks:
        return WindSun(np.zeros((rows, 0)), np.zeros((0, HOURS_PER_YEAR)))
    place = at.of_campus(at.block, c)
    mw = np.stack([b.mw * up["block_present_frac"][place[k]].reshape(-1) for k, b in blocks.items()], axis=1)
    profile = [
        _profile(b, campus.site, {name: up[name][c] for name in ("dry_bulb_degc", "wind_speed_m_s", "pressure_kpa")})
        for b in blocks.values()
    ]
    return WindSun(np.ascontiguousarray(mw), np.stack(profile))


def _profile(block: SolarBlock | WindBlock, site: object, air: dict[str, Array]) -> Array:
    """Power over rated power; (hour,)."""
    wind = air["wind_speed_m_s"]
    if isinstance(block, WindBlock):
        hub = wind_at_hub_m_s(wind, block.hub_m, shear_exponent=block.shear_exponent)
        density = KPA * air["pressure_kpa"] / (DRY_AIR_J_KG_K * (air["dry_bulb_degc"] + KELVIN))
        speeds = (block.cut_in_m_s, block.rated_m_s, block.cut_out_m_s)
        return (1.0 - block.loss_frac) * wind_power_frac(hub * (density / STANDARD_KG_M3) ** (1.0 / 3.0), *speeds)
    year, lat, lon = typical_year(site.weather), site.lat, site.lon  # type: ignore[attr-defined]
    offset_h = float(round(lon / 15.0)) if year.utc_offset_h is None else year.utc_offset_h
    elevation, azimuth = solar_elevation_deg(lat, lon, offset_h), solar_azimuth_deg(lat, lon, offset_h)
    tilt, facing = _planes_deg(block, elevation, azimuth, lat)
    ghi = year.values["ghi_w_m2"]
    dhi = diffuse_w_m2(ghi, elevation)
    dni = (ghi - dhi) / np.sin(np.deg2rad(np.maximum(elevation, LOWEST_SUN_DEG)))
    on_plane = plane_w_m2(ghi, dni, dhi, elevation_deg=elevation, azimuth_deg=azimuth, tilt_deg=tilt, facing_deg=facing)
    module_c = module_temperature_c(air["dry_bulb_degc"], on_plane, wind)
    modules = block.dc_ac_ratio * (1.0 - block.loss_frac) * module_power_frac(on_plane, module_c, block.power_loss_frac_per_k)
    out: Array = np.minimum(INVERTER_FRAC * modules, 1.0)
    return out


def _planes_deg(block: SolarBlock, elevation_deg: Array, azimuth_deg: Array, lat: float) -> tuple[Array, Array]:
    """Tilt of the modules and where they face, (hour,) each; those on an axis turn to the sun and no farther than ``tilt_deg``."""
    if block.mount == "fixed":
        return np.full(HOURS_PER_YEAR, block.tilt_deg), np.full(HOURS_PER_YEAR, 180.0 if lat >= 0.0 else 0.0)
    up, across = np.sin(np.deg2rad(elevation_deg)), np.cos(np.deg2rad(elevation_deg)) * np.sin(np.deg2rad(azimuth_deg))
    turn = np.where(elevation_deg > 0.0, np.rad2deg(np.arctan2(across, np.maximum(up, 1e-9))), 0.0)
    return np.minimum(np.abs(turn), block.tilt_deg), np.where(turn >= 0.0, 90.0, 270.0)
