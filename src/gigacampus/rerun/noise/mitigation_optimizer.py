"""`gigacampus quiet`: what walls, silencers and moves could be bought around a run's plant, and the cheapest set that keeps a limit."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from math import erf, inf, isfinite, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.references import entry_of
from gigacampus.neighbours.noise.exposure.levels import Z80
from gigacampus.neighbours.noise.exposure.neighbourhood import half_width_at, level_at, near_blocks
from gigacampus.neighbours.noise.geodata.screens import Screens
from gigacampus.neighbours.noise.geodata.surroundings import surroundings
from gigacampus.neighbours.noise.mitigation.optimise import Measure, Plan, cheapest_plan, each_alone
from gigacampus.neighbours.noise.propagation.bands import BANDS
from gigacampus.neighbours.noise.sources.plant import WINDS, Plant, Wind, band_energy
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene
from gigacampus.rerun.noise.run_context import RunContext, chosen, columns, run_context, sounding

WALL_HEIGHTS_M = (8.0, 14.0)
WALL_SIDES = 3
"""Walls are offered towards this many receptors, the worst first."""
WALL_GAP_M, WALL_MORE_M = 25.0, 60.0
"""A wall stands this far beyond the outermost opening, and reaches this far past the plant on both sides."""
MOVE_M = 400.0
AFFECTED_DBA = 40.0
"""Residents of block groups at or above this count in the cost of a decibel."""
FAINT_ENERGY = 1e-30


@dataclass(frozen=True)
class Places:
    """Receptors first, then centres of block groups that stand for residents."""

    labels: list[str]
    lat: np.ndarray
    lon: np.ndarray
    limit_dba: np.ndarray
    people: np.ndarray


def catalogue() -> dict[str, dict[str, str]]:
    """Measures with price, who can order them and insertion loss, by name."""
    text = resources.files("gigacampus.library.noise").joinpath("measures.csv").read_text(encoding="utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}


def _before_and_after(i: int, label: str, places: Any, now: Any, best: Any, sigma: np.ndarray) -> dict[str, Any]:
    """Level at one receptor without and with the plan, and how sure it is that the limit is kept."""
    return {
        "receptor": label,
        "limit_dba": float(places.limit_dba[i]),
        "now_dba": float(now.level_dba[i]),
        "then_dba": float(best.level_dba[i]),
        "half_width_db": float(Z80 * sigma[i]),
        "chance_kept": chance_below(float(places.limit_dba[i] - best.level_dba[i]), float(sigma[i])),
    }


def quiet_run(
    run: Path, receptors: Sequence[str], *, limit_dba: float, month: str | None, wind: str, wall_usd_per_m2: float | None
) -> dict[str, Any]:
    """Cheapest plan, what each measure does alone, and who can order it."""
    opening = run_context(run, month=month)
    plants, labels = sounding(opening), opening.places(receptors)[0]
    weather: Wind = chosen("wind", wind, WINDS)  # type: ignore[assignment]
    places = _places(opening, plants, labels, limit_dba, weather)
    loudest = max(plants, key=lambda p: float(band_energy(p, *_spots(places, len(labels)), height_m=4.0).sum()))
    given = _Bench(loudest, [p for p in plants if p is not loudest], places, weather)
    prices = catalogue() | ({} if wall_usd_per_m2 is None else {"wall": catalogue()["wall"] | {"usd_per_unit": str(wall_usd_per_m2)}})
    measures = [
        *silencers(loudest, opening.inputs.tree.library, prices),
        *given.walls(labels, prices["wall"]),
        *given.moves(opening.inputs.tree.library, prices["move"]),
    ]
    question: dict[str, Any] = {
        "loss_of": given.loss_of,
        "power_db": given.power_db,
        "group": given.group,
        "limit_dba": places.limit_dba,
        "people": places.people,
    }
    now, *alone = each_alone(measures, **question)
    best = cheapest_plan(measures, **question)
    sigma = half_width_at(plants, *_spots(places, len(labels))) / Z80
    return {
        "run": str(run),
        "month": opening.month_label,
        "wind": weather,
        "campus": loudest.campus,
        "limit_dba": limit_dba,
        "residents": float(places.people.sum()),
        "kept": best.excess_db <= 0.0,
        "exact": best.exact,
        "plan": _told(best, measures),
        "receptors": [_before_and_after(i, label, places, now, best, sigma) for i, label in enumerate(labels)],
        "alone": [_told(p, measures) | {"gain_db": [float(v) for v in (now.level_dba - p.level_dba)[: len(labels)]]} for p in alone],
        "prices": {name: {k: row[k] for k in ("usd_per_unit", "unit", "confidence", "source", "note")} for name, row in prices.items()},
    }


def chance_below(margin_db: float, sigma_db: float) -> float:
    """Probability that a level with a normal error lies below a limit. Source: normal distribution.

    >>> chance_below(0.0, 3.0)
    0.5
    """
    return 0.5 * (1.0 + erf(margin_db / (max(sigma_db, 1e-9) * sqrt(2.0))))


def _told(plan: Plan, measures: list[Measure]) -> dict[str, Any]:
    by_name = {m.name: m for m in measures}
    price = plan.usd_per_db_person
    return {
        "measures": [{"name": n, "cost_usd": by_name[n].cost_usd, "who": by_name[n].who} for n in plan.measures],
        "cost_usd": plan.cost_usd,
        "worst_excess_db": plan.excess_db,
        "usd_per_db_resident": price if isfinite(price) else None,
    }


def _spots(places: Places, count: int) -> tuple[np.ndarray, np.ndarray]:
    return places.lat[:count], places.lon[:count]


def _places(run: RunContext, plants: list[Plant], labels: list[str], limit_dba: float, wind: Wind) -> Places:
    specs = run.places(labels)[1]
    tonal = [run.inputs.tree.campuses[label.split("/")[0]].noise.tonal_adjustment_db for label in labels]
    blocks = near_blocks(plants)
    loud = level_at(plants, blocks.lat_deg, blocks.lon_deg, wind=wind) >= AFFECTED_DBA if len(blocks.people) else np.zeros(0, dtype=bool)
    lat, lon = columns(specs)
    people = np.concatenate([np.zeros(len(labels)), blocks.people[loud]])
    if not people.any():
        people[: len(labels)] = [p.people for p in specs]
    return Places(
        labels,
        np.concatenate([lat, blocks.lat_deg[loud]]),
        np.concatenate([lon, blocks.lon_deg[loud]]),
        np.concatenate([limit_dba - np.array(tonal), np.full(int(loud.sum()), inf)]),
        people,
    )


def _rated_mw(plant: Plant, library: Any) -> float:
    """Rated power of the generator blocks that sound."""
    keys = {g.split("/")[1] for g in plant.group if g.startswith("generators/")}
    blocks = [plant.spec.blocks[k] for k in keys]
    out: float = sum(b.count * entry_of(library, b.model).iso_mw for b in blocks)
    return out


def silencers(plant: Plant, library: Any, prices: dict[str, dict[str, str]]) -> list[Measure]:
    """One measure for each kind of opening that sounds at the plant."""
    heat = sum(plant.spec.blocks[k].heat_mw for k in {g.split("/")[1] for g in plant.group if g.startswith("cooling/")} if k)
    size = {"generators": _rated_mw(plant, library), "cooling": heat}
    out = []
    for name, row in prices.items():
        openings = row["components"].split("+")
        fit = tuple(
            dict.fromkeys(
                _opening(g, c)
                for g, c in zip(plant.group, plant.component, strict=True)
                if g.split("/")[0] == row["kinds"] and c in openings
            )
        )
        if fit and row["components"] and size[row["kinds"]] > 0.0:
            gain = np.array([float(v) for k, v in row.items() if k[0] == "f" and k[1:].isdigit()])
            out.append(Measure(name, size[row["kinds"]] * float(row["usd_per_unit"]), row["who"], gain, fit))
    return out


def _opening(group: str, component: str) -> str:
    return f"{group}:{component}"


class _Bench:
    """The plant on the bench: losses of any set of walls and moves, other plants as they are."""

    def __init__(self, plant: Plant, others: list[Plant], places: Places, wind: Wind) -> None:
        self.plant, self.places, self.wind = plant, places, wind
        self.height_m = plant.spec.noise.receptor_height_m
        self.around = surroundings(plant.spec.noise, site_lat=plant.spec.site.lat, site_lon=plant.spec.site.lon)
        self.lines: dict[str, np.ndarray] = {}
        self.shift_m: dict[str, np.ndarray] = {}
        rest = [band_energy(p, places.lat, places.lon, height_m=self.height_m, wind=wind).sum(axis=1) for p in others]
        self.fixed_db = (
            np.stack([-10.0 * np.log10(np.maximum(e, FAINT_ENERGY)) for e in rest], axis=1)
            if rest
            else np.zeros((len(places.lat), 0, BANDS))
        )
        self.power_db = np.vstack([plant.power_db, np.zeros((len(rest), BANDS))])
        self.group = (*(_opening(g, c) for g, c in zip(plant.group, plant.component, strict=True)), *(f"other:{p.campus}" for p in others))

    def loss_of(self, layout: frozenset[str]) -> np.ndarray:
        """Loss (place, source, band) with the named walls and moves in place."""
        walls = [(key, self.lines[key], 0.5) for key in sorted(layout) if key in self.lines]
        shift = sum((self.shift_m[key] for key in layout if key in self.shift_m), np.zeros((len(self.plant.group), 3)))
        plant = replace(self.plant, position_m=self.plant.position_m + shift)
        scene = campus_scene(plant.spec, plant.walls, replace(self.around, screens=self.around.screens.joined(Screens(walls=walls))))
        energy = band_energy(plant, self.places.lat, self.places.lon, height_m=self.height_m, wind=self.wind, scene=scene)
        return np.concatenate([plant.power_db - 10.0 * np.log10(np.maximum(energy, FAINT_ENERGY)), self.fixed_db], axis=1)

    def _way(self, i: int, of: np.ndarray) -> np.ndarray:
        """Unit vector from the middle of the points to place ``i``."""
        gap = self.plant.spots_m(self.places.lat[i], self.places.lon[i]) - of[:, :2].mean(axis=0)
        out: np.ndarray = gap / max(float(np.hypot(*gap)), 1e-9)
        return out

    def walls(self, labels: list[str], price: dict[str, str]) -> list[Measure]:
        """Straight walls between the generators (all plant where there are none) and the worst receptors, in a few heights."""
        loud = self.plant.position_m[self._generators()] if self._generators().any() else self.plant.position_m
        level = (10.0 ** (0.1 * (self.power_db - self.loss_of(frozenset())))).sum(axis=(1, 2))[: len(labels)]
        out: list[Measure] = []
        told: list[np.ndarray] = []
        for i in np.argsort(-level)[:WALL_SIDES]:
            way = self._way(int(i), loud)
            if any(way @ other > 0.95 for other in told):
                continue
            told.append(way)
            side = np.array([-way[1], way[0]])
            along, across = loud[:, :2] @ way, loud[:, :2] @ side
            ends = [(across.min() - WALL_MORE_M), (across.max() + WALL_MORE_M)]
            for height in WALL_HEIGHTS_M:
                name = f"wall {height:g} m towards {labels[i].split('/')[1]}"
                line = np.array([way * (along.max() + WALL_GAP_M) + side * e for e in ends])
                self.lines[name] = np.column_stack([line, self.around.terrain.altitude_m(line) + height])
                area = height * (ends[1] - ends[0])
                out.append(Measure(name, area * float(price["usd_per_unit"]), price["who"], layout=name))
        return out

    def moves(self, library: Any, price: dict[str, str]) -> list[Measure]:
        """All generators moved away from the first receptor."""
        mine, size = self._generators(), _rated_mw(self.plant, library)
        if not mine.any() or size <= 0.0:
            return []
        name = f"move generators {MOVE_M:g} m away"
        way = self._way(0, self.plant.position_m[mine])
        self.shift_m[name] = np.where(mine[:, None], np.array([*(-MOVE_M * way), 0.0]), 0.0)
        return [Measure(name, size * float(price["usd_per_unit"]), price["who"], layout=name)]

    def _generators(self) -> np.ndarray:
        return np.array([g.startswith("generators/") for g in self.plant.group])
