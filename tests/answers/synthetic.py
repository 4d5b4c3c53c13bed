"""A small result whose numbers are known, for tests of verdicts and answers."""

import numpy as np

from gigacampus.results.result import Result, Sampled

DRAWS, WORLDS = 200, 21
MONTHS = [f"2026-{m:02d}" for m in range(1, 13)]


def synthetic(**arrays):
    """Result of 200 draws over 20 worlds; the revenue of draw d is d + 1 in every month."""
    world_of_draw = 1 + np.arange(DRAWS) % (WORLDS - 1)
    held = {"revenue_usd": np.repeat(np.arange(1.0, DRAWS + 1.0)[:, None], len(MONTHS), axis=1), **arrays}
    manifest = {"title": "known", "as_of": "2026-01-15", "run": {"worlds": WORLDS, "draws": DRAWS, "seed": 1}}
    coords = {
        "month": MONTHS,
        "campus": ["north", "south"],
        "phase": [0],
        "receptor": [],
        "receptor_campus": [],
        "unit": [],
        "unit_campus": [],
    }
    points = Sampled({"campuses.north.a": np.arange(float(WORLDS))}, {"company.b": np.arange(float(DRAWS))}, world_of_draw)
    return Result(manifest, coords, {"company": {"cash": 3.0, "word": "yes"}, "campuses": {}}, held, sampled=points)
