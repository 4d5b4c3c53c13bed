"""Change one operator or constant of the physics or the books at a time and see whether the nearest tests notice.

Usage: python scripts/mutants.py --seed 7 [--skip 0] [--count 300] [--only PART ...] [--limit 15] [--kept FOLDER] [--list]

The seed puts every arithmetic operator, comparison, sign, minimum or maximum and number of the modules in ``mutant_sample.TARGETS`` in an
order, of which a slice is judged; texts, annotations, indices, sizes of
empty buffers, defaults and words of errors are left alone. The tests of a mutant are the
module's own examples and the quick tests of the files that lead to its module by the fewest imports; tests of whole runs are not among
them. One that reaches the limit of processor time is told as out of time and is not counted as killed; one whose function no test calls
is told as ``no test``. Mutants that change nothing are listed with the reason in ``tests/equivalent_mutants.yaml``. ``--kept`` appends
the verdicts to ``verdicts.jsonl`` in a folder, where the next call finds what was killed and what the tests call. Exit 1 when fewer than
``KILLED_MIN`` of the others are killed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path

from mutant_judge import judge
from mutant_sample import KEY, ROOT, TARGETS, nearest_tests, sampled
from ruamel.yaml import YAML

EQUIVALENT = ROOT / "tests" / "equivalent_mutants.yaml"
KILLED_MIN, EQUIVALENT_MAX = 0.95, 0.05


def equivalents() -> dict[tuple[str, ...], str]:
    """Reasons of the mutants that change nothing, by their key."""
    if not EQUIVALENT.is_file():
        return {}
    rows = YAML(typ="safe").load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {tuple(r[k] for k in KEY): r["reason"] for r in rows}


def main() -> int:
    """Sample, judge and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0, help="Mutants of the seed's order to leave out before.")
    parser.add_argument("--only", nargs="+", default=TARGETS, help="Folders or files of the package in place of all targets.")
    parser.add_argument(
        "--limit", type=float, default=15.0, help="Seconds of processor time after which the tests of a mutant are given up."
    )
    parser.add_argument("--kept", type=Path, help="Folder for verdicts and for what the tests call, read again by the next slice.")
    parser.add_argument("--list", action="store_true", help="Only name the mutants and their tests.")
    args = parser.parse_args()
    drawn, known = sampled(args.seed, args.count, tuple(args.only), skip=args.skip), equivalents()
    if args.list:
        for m in drawn:
            print(m.name, "|", " ".join(t.relative_to(ROOT).as_posix() for t in nearest_tests(m.file)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        kept = args.kept or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        done = killed_before(kept)
        verdicts = judge([m for m in drawn if m.key not in known.keys() | done], args.limit, kept)
    before = ["equivalent" if m.key in known else "killed" for m in drawn if m.key in known.keys() | done]
    return report([*before, *verdicts])


def killed_before(kept: Path) -> set[tuple[str, ...]]:
    """Keys of mutants that an earlier call killed: the others are judged again, since tests may have been added."""
    file = kept / "verdicts.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []
    return {tuple(r[k] for k in KEY) for r in rows if r["verdict"] == "killed"}


def report(verdicts: list[str]) -> int:
    """Prints the counts, and says by the exit code whether the targets hold."""
    from scipy.stats import binomtest  # loaded after the number of threads is set

    count = Counter(verdicts)
    killed, others = count["killed"], len(verdicts) - count["equivalent"]
    share, same = killed / max(others, 1), count["equivalent"] / max(len(verdicts), 1)
    low, high = binomtest(killed, others).proportion_ci(method="exact") if others else (0.0, 1.0)
    print(f"{len(verdicts)} mutants: {dict(count)}; {same:.1%} equivalent")
    print(f"{killed} of {others} non-equivalent killed: {share:.1%} (exact binomial 95 %: {low:.1%} to {high:.1%})")
    return 0 if share >= KILLED_MIN and same <= EQUIVALENT_MAX else 1


if __name__ == "__main__":
    raise SystemExit(main())
