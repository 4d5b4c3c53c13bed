"""Flipped bits in the cache of a whole run: whatever kind of file it is, the run's tables are what they were, and it is told once.

Run from the root: ``PYTHONPATH=src:. python -m tests.hostile.cache_flips 0 500`` counts the outcomes of some flips.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from gigacampus import api
from gigacampus.foundation.cache_folder import ROOT_VARIABLE, kept_files
from gigacampus.results import store
from gigacampus.scenario import library

SCENARIO = Path(__file__).parents[2] / "scenarios" / "gas-campus.yaml"
SETS = ("run.worlds=1", "run.draws=2", "horizon.months=3")
KINDS = ("stages", "tables", "parsed")
"""Kinds of files that a run in a living process reads again; machine code is read once a process."""


def told(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Checksums of all that a run writes, manifest included, and what it warned of damaged files."""
    library._entry_file.cache_clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = api.first(SCENARIO, SETS, threads=1)
        with store.folder(folder / "run") as work:
            store.write(result, work, reuse=True)
    files = sorted(p for p in (folder / "run").rglob("*") if p.is_file() and p.name != store.TIMINGS)
    sums = {p.name: store.file_hash(p) for p in files}
    return sums, [str(w.message) for w in caught if "damaged" in str(w.message)]


def flips(folder: Path, count: int, seed: int) -> Counter[str]:
    """Flip ``count`` bits, one at a time, run again each time, and count what happened to each kind of file.

    Raises AssertionError for a run that is not what it was, that tells a damage twice, or that leaves the next run something to tell.
    """
    chance, counts = random.Random(seed), Counter()
    told(folder)
    sound, said = told(folder)
    assert not said
    for number in range(count):
        path = _chosen(chance)
        kind, content = path.parent.name, path.read_bytes()
        at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
        path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
        found, said = told(folder)
        assert found == sound, (path, at, bit)
        assert len(said) <= 1 and all(path.name in text for text in said), said
        assert said or path.read_bytes() != content, path
        counts[f"{kind}, {'told and computed anew' if said else 'not read again'}"] += 1
        if not said:
            path.write_bytes(content)
        elif number % 10 == 0:
            assert told(folder) == (sound, [])
    return counts


def _chosen(chance: random.Random) -> Path:
    """Some file of the cache, every kind as likely as the others, whatever it has of files."""
    kind = chance.choice(KINDS)
    return chance.choice(sorted(kept.path for kept in kept_files() if kept.kind == kind))


def main(seed: int, count: int) -> None:
    """Count the outcomes of some flips in a cache of their own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ[ROOT_VARIABLE] = str(Path(home) / "cache")
        print(dict(flips(Path(home), count, seed)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
