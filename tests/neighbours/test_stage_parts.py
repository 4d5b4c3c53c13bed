"""Parts of the stages of noise and air on made-up transfers: unlike receptors, months, groups and stacks, each sum by plain loops."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.foundation.calendar import HOURS_IN_MONTH, MONTH_START_HOUR
from gigacampus.neighbours.air import field, isc
from gigacampus.neighbours.air import stage as air_stage
from gigacampus.neighbours.air import transfer as air_transfer
from gigacampus.neighbours.air.no2 import no2_ugm3
from gigacampus.neighbours.air.stacks import Stack
from gigacampus.neighbours.noise import campus as noise_campus
from gigacampus.neighbours.noise import stage as noise_stage
from gigacampus.neighbours.noise.exposure.indicators import Tally
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB, BANDS, C_WEIGHT_DB
from gigacampus.neighbours.noise.propagation.wind import inversion_gain_db
from gigacampus.neighbours.noise.sources.campus_sources import is_night

RNG = np.random.default_rng(7)
LAYOUT, CALENDAR = np.array([1, 0, 1]), np.array([10, 11, 0])
ENERGY = RNG.uniform(1.0, 9.0, (2, 12, 4, 2, 2, 2, 3))
"""(layout, calendar month, wind class, period, receptor, weighting, group)."""


def near(*wanted):
    return pytest.approx(list(wanted))


def transfer(**changes):
    told = dict(
        layout=LAYOUT, energy=ENERGY, bare=RNG.uniform(9.0, 12.0, (12, 2, 2, 3)), low=RNG.uniform(1.0, 5.0, (2, 2, 2, 3)),
        bands=RNG.uniform(1.0, 5.0, (2, 2, BANDS, 3)), distance_m=np.array([300.0, 900.0]), way_deg=np.zeros(2),
    )  # fmt: skip
    return noise_campus.TransferToReceptors(**{**told, **changes})


class Errors:
    """Keeps what it is given."""

    def add(self, spread, energy):
        self.given = spread, energy


def test_nights_of_a_campus_are_summed_over_its_groups_month_by_month():
    given, dark = transfer(), RNG.uniform(0.0, 2.0, (3, 3))
    tally = replace(Tally.empty(2, 3), source_error=Errors())
    campus = Fields(transfer=given, dark=dark, spread="spread")
    noise_stage._take_nights(campus, CALENDAR, tally)
    for m, (walls, month) in enumerate(zip(LAYOUT, CALENDAR, strict=True)):
        for r in range(2):
            night = [sum(ENERGY[walls, month, c, 1, r, 0, g] * dark[g, m] for g in range(3)) for c in range(4)]
            assert tally.night_class[:, r, m].tolist() == near(*(night[c] for c in (0, 2, 3)))
            assert tally.distance_energy[r, m] == pytest.approx(night[0] * (300.0, 900.0)[r])
            for w in range(2):
                assert tally.night_bare[w, r, m] == pytest.approx(given.bare[month, r, w] @ dark[:, m])
                assert tally.night_walled[w, r, m] == pytest.approx(ENERGY[walls, month, 0, 1, r, w] @ dark[:, m])
                assert tally.low[w, r, m] == pytest.approx(given.low[walls, r, w] @ dark[:, m])
            assert tally.source_error.given[1][m, r].tolist() == near(*(ENERGY[walls, month, 0, 1, r, 0] * dark[:, m]))
    np.testing.assert_allclose(tally.bands, given.bands @ dark[:, 2])
    noise_stage._take_nights(campus, CALENDAR, tally)
    np.testing.assert_allclose(tally.bands, 2.0 * given.bands @ dark[:, 2])


def test_starts_are_heard_where_they_rise_above_the_night():
    """Groups 0 and 2 start, in unlike months; a start is ten decibels louder than the running unit."""
    starts = np.array([[0.0, 0.5, 2.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.25]])
    campus = Fields(starts=starts, transfer=transfer(), spec=Fields(noise=Fields(start_excess_db=10.0)))
    places, tally = Fields(background_night_dba=np.array([15.0, 16.5])), Tally.empty(2, 3)
    tally.background[:, 1], tally.start[:, 1] = [3.0, 0.0], [200.0, 0.0]
    noise_stage._take_starts(campus, CALENDAR, places, tally)
    for m, (walls, month) in enumerate(zip(LAYOUT, CALENDAR, strict=True)):
        for r in range(2):
            loud = {g: 10.0 * ENERGY[walls, month, 0, 1, r, 0, g] for g in (0, 2) if starts[g, m] > 0.0}
            floor = 10.0 ** (0.1 * places.background_night_dba[r]) + tally.background[r, 1]
            assert tally.start[r, m] == pytest.approx(max([200.0 if (r, m) == (0, 1) else 0.0, *loud.values()]))
            assert tally.starts_heard[r, m] == pytest.approx(sum(starts[g, m] for g in loud if loud[g] > floor))
    assert 0.0 < tally.starts_heard.sum() < 2.0 * starts.sum()
    still = Tally.empty(2, 3)
    noise_stage._take_starts(Fields(starts=0.0 * starts), CALENDAR, places, still)
    assert not still.start.any()


def test_events_and_other_plants_at_each_receptor(monkeypatch):
    given = np.array([[[1.0, 1.0], [50.0, 80.0]], [[1.0, 1.0], [20.0, 90.0]]])
    seen = {}

    def energies(spec, power, places, *, walls, **spots):
        seen.update(walls=walls, places=places, power=power)
        return given

    monkeypatch.setattr(noise_stage, "spot_energies", energies)
    monkeypatch.setattr(noise_stage, "event_powers_db", lambda spec: "power")
    monkeypatch.setattr(noise_stage, "event_places_m", lambda spec: "places")
    places, tally = Fields(background_night_dba=np.array([10.0 * np.log10(48.0), 10.0])), Tally.empty(2, 2)
    tally.background[:, 1] = [2.0, 80.0]
    campus = Fields(spec=Fields(noise=Fields(events={"a": 1, "b": 2})), events=np.array([[0.5, 0.0], [0.0, 4.0]]))
    noise_stage._take_events(campus, {}, ("wall",), places, tally)
    assert seen == {"walls": ("wall",), "places": "places", "power": "power"}
    assert tally.event.tolist() == [[50.0, 80.0], [20.0, 90.0]]
    assert tally.events_heard.tolist() == [[0.0, 4.0], [0.0, 0.0]]  # 50 against 48 and 2; 90 against 10 and 80
    noise_stage._take_events(Fields(spec=Fields(noise=Fields(events={}))), {}, (), places, tally)
    others = {"a": Fields(kind="cooling", sound_power_dba=100.0, lat=35.0, lon=-90.0, height_m=7.0)}
    site = Fields(lat=35.0, lon=-90.0)
    noise_stage._take_others(Fields(spec=Fields(noise=Fields(other_plants=others), site=site)), {}, tally)
    assert (
        tally.background.tolist() == [[2.0, 132.0], [2.0, 190.0]] and seen["walls"] == () and seen["places"].tolist() == [[0.0, 0.0, 7.0]]
    )
    noise_stage._take_others(Fields(spec=Fields(noise=Fields(other_plants={}))), {}, tally)
    assert tally.background[0, 1] == 132.0


def test_hours_of_a_month_by_family_and_slot():
    weight = np.array([[1.0, 0.0, 2.0], [0.5, 0.0, 0.0], [3.0, 0.0, 4.0]])
    factor = [RNG.uniform(0.1, 1.0, (4, 5)) for _ in range(3)]
    told = dict.fromkeys(("spec", "load", "spread", "events", "starts", "slot", "dark"))
    campus = noise_stage.Campus(**told, sources=Fields(family=np.array([0, 3, 1])), transfer=transfer(), weight=weight, factor=factor)
    energy, kept = campus.hours(2, 0)
    assert kept.tolist() == factor[2][[0, 1]].tolist() and energy.shape == (6, 2, 2, 2)
    for slot in range(6):
        for r in range(2):
            for w in range(2):
                by_group = ENERGY[1, 0, slot // 2, slot % 2, r, w]
                assert energy[slot, r, w].tolist() == near(2.0 * by_group[0], 4.0 * by_group[2])
    quiet, kept = campus.hours(1, 11)
    assert kept.tolist() == factor[1][[0]].tolist() and not quiet.any()
    all_on, kept = campus.hours(0, 10)
    assert kept.tolist() == factor[0][[0, 1, 3]].tolist() and all_on[0, 0, 0, 2] == pytest.approx(0.5 * ENERGY[1, 10, 0, 0, 0, 0, 1])


def test_the_loudest_campus_lends_a_receptor_its_wind():
    bare = np.zeros((2, 12, 2, 2, 3))
    bare[0, :, 0, 0], bare[1, :, 1, 0] = 1.0, 1.0
    bare[1, 10, 0, 0, 1], bare[0, :, 1, 1] = 2.5, 99.0  # one month of the second campus; its C-weighted level counts for nothing
    campuses = [Fields(transfer=transfer(bare=b), dark=np.ones((3, 3)), slot=np.full((2, 8760), k)) for k, b in enumerate(bare)]
    assert noise_stage._loudest_slot(campuses, CALENDAR)[:, 0].tolist() == [0, 1]
    campuses[0].dark = np.full((3, 3), 0.25)
    assert noise_stage._loudest_slot(campuses, CALENDAR)[:, 0].tolist() == [1, 1]


def test_months_are_alike_only_where_all_that_sounds_is():
    def campus(walls=(0, 0), load=(0.5, 0.5), weight=(1.0, 1.0)):
        return Fields(transfer=Fields(layout=np.array(walls)), load=np.array(load), weight=np.array([weight, (2.0, 2.0)]))

    same = [campus(), campus()]
    first, second = (noise_stage._likeness(same, m, 4) for m in (0, 1))
    assert first == second != noise_stage._likeness(same, 1, 5)
    for other in (campus(walls=(0, 1)), campus(load=(0.5, 0.6)), campus(weight=(1.0, 1.5))):
        assert noise_stage._likeness([campus(), other], 1, 4) != first == noise_stage._likeness([campus(), other], 0, 4)


def test_factors_of_the_hours_by_load_air_and_working_day():
    sources = Fields(cooling=(1,))
    noise = Fields(construction_from_h=7, construction_to_h=19)
    air, load, calendar = RNG.uniform(0.4, 1.0, (2, 8760)), np.array([1.0, 0.6, 0.8, 0.6]), np.array([1, 0, 1, 1])
    hours, dark = noise_stage._factors(sources, noise, load, air, calendar)
    for m, month in enumerate(calendar):
        span = slice(MONTH_START_HOUR[month], MONTH_START_HOUR[month + 1])
        clock, night = np.arange(HOURS_IN_MONTH[month]) % 24, is_night()[: HOURS_IN_MONTH[month]]
        fan = np.clip(load[m] * air[1, span], 0.3, 1.0) ** 5
        for family, wanted in enumerate((np.ones(clock.size), ((clock >= 7) & (clock < 19)) * 1.0, fan)):
            np.testing.assert_allclose(hours[m][family], wanted)
            assert dark[family, m] == pytest.approx(wanted[night].mean())


def test_receptors_with_the_rules_of_their_own_campus():
    noise = Fields(
        receptor_height_m=4.0, background_day_dba=50.0, background_night_dba=40.0, limit_day_dba=None, limit_night_dba=45.0,
        tonal_adjustment_db=5.0, people_per_home=2.5, annoyance_curve="a", tolerance_level_db=1.0, sleep_curve="s",
    )  # fmt: skip
    other = Fields(**{**vars(noise), "people_per_home": 2.0, "limit_day_dba": 60.0, "annoyance_curve": "b"})
    spots = {"h": Fields(lat=1.0, lon=2.0, people=10.0, half_width_m=30.0), "i": Fields(lat=3.0, lon=4.0, people=7.0, half_width_m=0.0)}
    campuses = {
        "a": Fields(receptors=spots, noise=noise, site=Fields(location_half_width_m=40.0)),
        "b": Fields(receptors={"h": spots["i"]}, noise=other, site=Fields(location_half_width_m=5.0)),
    }
    found = noise_stage.places_of(Fields(at=Fields(receptor=("a/h", "a/i", "b/h")), tree=Fields(campuses=campuses)))
    assert (
        found.half_width_m.tolist() == [50.0, 40.0, 5.0]
        and found.homes.tolist() == [4.0, 2.8, 3.5]
        and found.lon.tolist() == [2.0, 4.0, 4.0]
    )
    assert np.isnan(found.limit_day_dba[:2]).all() and found.limit_day_dba[2] == 60.0 and found.tonal_db.tolist() == [5.0] * 3
    assert [vars(c) == vars(found.curves[0]) for c in found.curves] == [True, True, False]


def test_energy_of_groups_by_class_air_and_octave():
    """Two classes, two calendar months, day and night, three sources of two groups: the sum of each octave that is left."""
    still, path = RNG.uniform(40, 60, (2, 2, 3, BANDS)), RNG.uniform(100, 900, (2, 3))
    air, power = RNG.uniform(0, 0.02, (2, 2, BANDS)), RNG.uniform(80, 110, (3, BANDS))
    sources = Fields(group=np.array([1, 0, 1]), groups=("a", "b"), power_db=power, position_m=np.zeros((3, 3)))
    found = noise_campus._group_energy(still, path, sources, air)
    assert found.shape == (2, 2, 2, 2, 2, 2)
    for m, c, p, r, g in np.ndindex(2, 2, 2, 2, 2):
        left = [power[s] - still[c, r, s] - air[m, p] * path[r, s] for s in range(3) if sources.group[s] == g]
        for w, weight in enumerate((A_WEIGHT_DB, C_WEIGHT_DB)):
            assert found[m, c, p, r, w, g] == pytest.approx(sum((10.0 ** (0.1 * (x + weight))).sum() for x in left), rel=1e-5)
    bands = noise_campus._by_band(still, path, sources, air[1, 0])
    left = power[0] - still[0, 1, 0] - air[1, 0] * path[1, 0], power[2] - still[0, 1, 2] - air[1, 0] * path[1, 2]
    assert bands[1, :, 1].tolist() == near(*(10.0 ** (0.1 * left[0]) + 10.0 ** (0.1 * left[1])))


def test_spots_within_reach_and_the_bound_of_an_inversion(monkeypatch):
    still, path = RNG.uniform(40, 60, (3, 2, 2, BANDS)), RNG.uniform(100, 900, (2, 2))
    monkeypatch.setattr(noise_campus, "campus_scene", lambda campus, walls: walls)
    monkeypatch.setattr(noise_campus, "points", lambda scene, xy, z: np.column_stack([xy, z, z]))
    monkeypatch.setattr(noise_campus, "class_losses", lambda noise, scene, sources, spots: (still[:, : len(spots)], path[: len(spots)]))
    air, power = RNG.uniform(0, 0.02, (12, 2, BANDS)), RNG.uniform(80, 110, (2, BANDS))
    told = {"walls": (), "heights_m": np.full(3, 4.0), "absorption_db_per_m": air}
    spots = np.array([[300.0, 400.0], [15_000.0, 0.0], [9_000.0, -11_999.0]])
    found = noise_campus.spot_energies(Fields(noise=None), power, np.zeros((2, 3)), spots_m=spots, **told)
    assert not found[1].any()
    for k, r in enumerate((0, 2)):
        for p, s in np.ndindex(2, 2):
            left = power[s] - still[0, k, s] - air.mean(axis=0)[p] * path[k, s]
            assert found[r, p, s] == pytest.approx((10.0 ** (0.1 * (left + A_WEIGHT_DB))).sum())
    sources = Fields(position_m=np.array([[100.0, -200.0, 3.0], [-300.0, 50.0, 9.0]]))
    bound, _ = noise_campus._losses_by_class(Fields(noise=None), (), sources, spots[:2], np.full(2, 4.0))
    apart = np.hypot(spots[:2, None, 0] - sources.position_m[None, :, 0], spots[:2, None, 1] - sources.position_m[None, :, 1])
    np.testing.assert_allclose(bound[3], still[0] - inversion_gain_db(apart, BANDS))
    np.testing.assert_allclose(bound[:3], still)


def months(count=3, first=11):
    calendar = (first + np.arange(count)) % 12
    return Fields(count=count, calendar_month=lambda: calendar, hours=lambda: HOURS_IN_MONTH[calendar].astype(float))


def test_grams_a_second_of_each_stack_on_the_planned_path():
    at = Fields(months=months(), unit_campus=(1, 0, 1))
    kg, planned = RNG.uniform(1, 9, (3, 2, 3)), np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
    found = air_stage.group_rates(kg, planned, [0, 1, 0], 2, at)
    hours = np.array([744.0, 744.0, 672.0])
    for m in range(3):
        one, other = int(planned[1, m]), int(planned[0, m])
        assert found[:, m].tolist() == near(*(x * 1000.0 / 3600.0 / hours[m] for x in (kg[0, one, m] + kg[2, one, m], kg[1, other, m])))
    transfers = [Fields(monthly=RNG.uniform(0, 1, (2, 12))) for _ in range(2)]
    mean = air_stage._means(found, transfers, np.array([11, 0, 1]), 2)
    assert mean[1, 2] == pytest.approx(sum(found[g, 2] * transfers[g].monthly[1, 1] for g in range(2)))


def test_highest_hours_and_days_of_air_at_each_receptor():
    at = Fields(months=months(), receptor=("a/x", "b/y", "a/z"), receptor_campus=(0, 1, 0), campus=("a", "b"))
    air = Fields(no2_method="arm2", in_stack_no2_frac=0.3, background_ozone_ugm3=60.0)
    tree = Fields(campuses={"a": Fields(air=air), "b": Fields(air=Fields(**{**vars(air), "no2_method": "olm"}))})
    wind = np.full((2, 8760), 3.0)
    wind[0, MONTH_START_HOUR[1] : MONTH_START_HOUR[1] + 30] = 0.1
    wind[1, :700] = 0.1
    transfers = [Fields(hourly=RNG.uniform(0, 40, (3, 8760)) * (RNG.random((3, 8760)) < 0.2)) for _ in range(2)]
    rates = {"nox": RNG.uniform(0.5, 3, (2, 3)), "pm25": RNG.uniform(0.1, 1, (2, 3))}
    out = air_stage._by_the_hour(Fields(at=at, tree=tree), {"wind_speed_m_s": wind}, rates, transfers)
    for r, m in np.ndindex(3, 3):
        month, campus = (11, 0, 1)[m], (0, 1, 0)[r]
        span = slice(MONTH_START_HOUR[month], MONTH_START_HOUR[month] + HOURS_IN_MONTH[month])
        block = np.stack([t.hourly[r, span] for t in transfers])
        own = tree.campuses["ab"[campus]].air
        no2 = no2_ugm3(rates["nox"][:, m] @ block, method=own.no2_method, in_stack=0.3, ozone_ugm3=60.0)
        valid = wind[campus, span] >= 0.5
        assert out["no2_ugm3"][r, m] == pytest.approx(no2.sum() / max(valid.sum(), 1))
        assert out["no2_max_1h_ugm3"][r, m] == pytest.approx(no2.max())
        fine = (rates["pm25"][:, m] @ block).reshape(-1, 24).sum(axis=1) / np.maximum(valid.reshape(-1, 24).sum(axis=1), 18)
        assert out["pm25_max_24h_ugm3"][r, m] == pytest.approx(fine.max())
        daily = [np.sort(no2.reshape(-1, 24).max(axis=1)), np.sort(fine)]
        if m == 0:
            assert out["no2_98th_1h_ugm3"][r, 0] == pytest.approx(daily[0][30]) and out["pm25_98th_24h_ugm3"][r, 0] == pytest.approx(
                daily[1][30]
            )


def test_where_the_stack_stands_and_how_often_the_wind_goes_there():
    spot = Fields(lat=35.1, lon=-90.0)
    campuses = {
        "a": Fields(site=Fields(lat=35.0, lon=-90.0), air=Fields(stack_lat=35.2, stack_lon=-90.0), receptors={"x": spot}),
        "b": Fields(site=Fields(lat=35.0, lon=-90.0), air=Fields(stack_lat=35.0, stack_lon=-90.1), receptors={"x": spot}),
    }
    at = Fields(receptor=("a/x", "b/x"), campus=("a", "b"), receptor_campus=(0, 1))
    inputs = Fields(at=at, tree=Fields(campuses=campuses))
    east, north = air_stage.receptor_xy_m(inputs.tree, at.receptor, "a")
    assert east.tolist() == near(0.0, 0.0) and (north < 0.0).all()
    wind = {"wind_from_deg": np.array([[0.0, 10.0, 180.0], [180.0, 225.0, 0.0]]), "wind_speed_m_s": np.ones((2, 3))}
    assert air_stage._downwind(inputs, wind).tolist() == [2.0, 1.0]
    up = {
        n: np.arange(4.0).reshape(2, 2) + k
        for k, n in enumerate(("wind_speed_m_s", "wind_from_deg", "dry_bulb_degc", "stability_class", "mixing_height_m"))
    }
    seen = air_stage.campus_weather(up, 1)
    assert [x.tolist() for x in (seen.wind_m_s, seen.air_c, seen.mixing_m)] == [
        [2.0, 3.0],
        [4.0, 5.0],
        [6.0, 7.0],
    ] and seen.heat_w_m2 is None
    assert air_stage.campus_weather({**up, "sensible_heat_w_m2": np.eye(2)}, 1).heat_w_m2.tolist() == [0.0, 1.0]


def test_a_map_of_the_air_between_its_rings_and_bearings():
    values = RNG.uniform(1, 9, (36, 16))
    given = field.Field(35.0, -90.0, {"x": values})
    metres, first = 6_371_000.0 * np.pi / 180.0, field.RINGS_M

    def at(bearing, distance):
        north, east = distance * np.cos(np.radians(bearing)), distance * np.sin(np.radians(bearing))
        lat = 35.0 + north / metres
        return float(
            field.at_points(given, "x", np.array([lat]), np.array([-90.0 + east / metres / np.cos(np.radians(0.5 * (35.0 + lat)))]))[0]
        )

    assert at(20.0, first[3] * (1 + 1e-9)) == pytest.approx(values[2, 3], rel=1e-3) and at(40.0, 50.0) == pytest.approx(
        values[4, 0], rel=1e-3
    )
    middle = np.sqrt(first[6] * first[7])
    assert at(352.5, middle) == pytest.approx(
        0.5 * (0.75 * (values[35, 6] + values[35, 7]) + 0.25 * (values[0, 6] + values[0, 7])), rel=2e-3
    )
    assert at(100.0, first[-1] * 0.9999) == pytest.approx(values[10, 15], rel=2e-3) and at(100.0, first[-1] * 1.001) == 0.0


def hour(air_c=20.0, wind=5.0, stability=4, **changes):
    told = dict(wind_m_s=wind, wind_from_deg=180.0, air_c=air_c, stability_class=stability, mixing_m=800.0)
    return air_transfer.Weather(**{k: np.array([v]) for k, v in {**told, **changes}.items()})


def test_a_plume_s_height_with_tip_downwash_down_to_the_ground():
    told = {"urban": False, "diameter_m": 4.0, "exit_m_s": 2.0, "exit_k": 293.15}
    for height, left in ((30.0, 30.0 + 8.0 * (2.0 / 8.0 - 1.5)), (8.0, 0.0)):
        wind, plume, rise = isc.effective_height_m(np.array([8.0]), np.array([20.0]), np.array([4]), height_m=height, **told)
        at_top = 8.0 * (max(height, 10.0) / 10.0) ** isc.WIND_EXPONENT[0][3]
        tip = min(0.0, 8.0 * (2.0 / at_top - 1.5))
        assert wind[0] == pytest.approx(at_top) and plume[0] == pytest.approx(max(height + tip, 0.0) + rise[0])
        assert (plume[0] - rise[0] > 0.0) == (left > 0.0)
    fast = isc.effective_height_m(np.array([0.2]), np.array([20.0]), np.array([6]), height_m=30.0, **{**told, "exit_m_s": 3.0})
    assert fast[0][0] == pytest.approx(isc.SLOWEST_M_S * 3.0 ** isc.WIND_EXPONENT[0][5]) and fast[1][0] == pytest.approx(30.0 + fast[2][0])


@pytest.mark.parametrize("stability", [2, 4, 5])
@pytest.mark.parametrize(("mixing", "plume"), [(800.0, 200.0), (150.0, 100.0), (150.0, 160.0)])
def test_the_concentration_of_an_hour_with_its_images_term_by_term(stability, mixing, plume):
    """Receptors off the axis and upwind, wind from the south-west: four images below the lid, a mixed layer where the plume is wide."""
    east, north, rise, wind = np.array([900.0, 4000.0, -500.0]), np.array([1100.0, 4200.0, -600.0]), 70.0, 4.0
    found = isc.concentration_ugm3_per_g_s(
        east,
        north,
        np.array([225.0]),
        np.array([wind]),
        np.array([stability]),
        np.array([mixing]),
        np.array([plume]),
        np.array([rise]),
        urban=False,
    )
    for r in range(3):
        x, y = (east[r] + north[r]) / np.sqrt(2.0), (east[r] - north[r]) / np.sqrt(2.0)
        if x <= 1.0:
            assert found[r, 0] == 0.0
            continue
        sy, sz = (float(s[0]) for s in isc.spread_m(np.array([x]), np.array([stability]), urban=False))
        sy, sz = np.hypot(sy, rise / 3.5), np.hypot(sz, rise / 3.5)
        vertical = np.exp(-0.5 * (plume / sz) ** 2)
        if stability <= 4:
            vertical += sum(np.exp(-0.5 * ((plume + 2.0 * k * mixing) / sz) ** 2) for k in (-4, -3, -2, -1, 1, 2, 3, 4))
            if sz >= 1.6 * mixing:
                vertical = np.sqrt(np.pi / 2.0) * sz / mixing
            if plume > mixing:
                vertical = 0.0
        assert found[r, 0] == pytest.approx(1e6 / (np.pi * wind * sy * sz) * np.exp(-0.5 * (y / sy) ** 2) * vertical, rel=1e-9)


def test_stacks_reach_as_far_as_is_asked_and_calm_hours_count_for_nothing(monkeypatch):
    weather = Fields(wind_m_s=np.full(8760, 3.0), stability_class=np.full(8760, 4))
    weather.wind_m_s[MONTH_START_HOUR[1] : MONTH_START_HOUR[1] + 72] = isc.CALM_M_S * 0.999
    weather.wind_m_s[0] = isc.CALM_M_S
    seen = []

    def plume(weather, stacks, east, north, air):
        seen.append(east.tolist())
        return np.ones((2, east.size, 8760)) * np.array([2.0, 5.0])[:, None, None]

    monkeypatch.setattr(air_transfer, "comparison_plume", plume)
    monkeypatch.setattr(air_transfer, "boundary_layer_plume", lambda *given: 3.0 * plume(*given))
    east, north = np.array([3000.0, 3000.0, 0.0]), np.array([4000.0, 4001.0, 5000.0])
    for model, factor in (("isc_briggs", 1.0), ("other", 3.0)):
        made = air_transfer._made(weather, (1, 2), east, north, Fields(reach_km=5.0, model=model))
        assert seen[-1] == [3000.0, 0.0]
        for part, strength in zip(made, (2.0, 5.0), strict=True):
            assert part.hourly[:, 0].tolist() == [factor * strength, 0.0, factor * strength] and part.valid[0]
            assert part.hourly[0, MONTH_START_HOUR[1]] == 0.0
            assert part.monthly[0].tolist() == near(*[factor * strength] * 12)
    none = air_transfer._made(weather, (1, 2), east, north, Fields(reach_km=1.0, model="other"))
    assert none[1].hourly.shape == (3, 8760) and not none[1].hourly.any() and len(seen) == 2
    still = air_transfer.finish(np.ones((1, 8760)), np.zeros(8760, dtype=bool))
    assert not still.monthly.any() and not still.hourly.any()


def test_each_stack_has_its_own_plume():
    weather = hour(wind_from_deg=200.0, stability=3)
    stacks = (Stack(20.0, 2.0, 15.0, 500.0), Stack(60.0, 3.0, 25.0, 650.0))
    east, north = np.array([500.0, 1500.0]), np.array([1800.0, 3000.0])
    for land in ("urban", "rural"):
        found = air_transfer.comparison_plume(weather, stacks, east, north, Fields(land_use=land))
        for k, stack in enumerate(stacks):
            told = {"height_m": stack.height_m, "diameter_m": stack.diameter_m, "exit_m_s": stack.exit_m_s, "exit_k": stack.exit_k}
            wind, plume, rise = isc.effective_height_m(
                weather.wind_m_s, weather.air_c, weather.stability_class, urban=land == "urban", **told
            )
            plain = isc.concentration_ugm3_per_g_s(
                east, north, weather.wind_from_deg, wind, weather.stability_class, weather.mixing_m, plume, rise, urban=land == "urban"
            )
            np.testing.assert_allclose(found[k], plain, rtol=1e-6)
