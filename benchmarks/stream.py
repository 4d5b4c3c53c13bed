"""Posts per second of processor time and peak memory of the stream meter, each way in a process of its own.

Run: PYTHONPATH=src python benchmarks/stream.py [--posts 150000]. Beside it stands what Python's own json takes for the same lines alone,
by which runs on unlike or busy machines compare. Peers: none; the targets on one core are 30,000 posts a second
with everything, 100,000 for counts and exact copies alone, and 200 MB. Lines have the size and mix of a public stream: events of
the AT Protocol of 800 bytes, texts of 150 bytes, one in six in another script, a tenth exact and some near copies.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from gigacampus.cli.measure import lines_of
from gigacampus.measure.meter import measure, told

PIN = "bafyrei" + "a7k2" * 13


def written(path: Path, count: int) -> None:
    """Write a stream of made-up posts."""
    dice = random.Random(7)
    latin = ["".join(dice.choices("etaoinshrdlu", k=dice.randint(2, 9))) for _ in range(5000)]
    kana = ["".join(chr(dice.randrange(0x3041, 0x3090)) for _ in range(dice.randint(2, 5))) for _ in range(3000)]
    texts: list[tuple[str, str]] = []
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            share = dice.random()
            if texts and share < 0.18:
                text, lang = dice.choice(texts)
                text += " again" * (share > 0.1)
            else:
                japanese = dice.random() < 1.0 / 6.0
                lang = "ja" if japanese else "en"
                text = " ".join(dice.choices(kana, k=14) if japanese else dice.choices(latin, k=dice.randint(10, 34)))
                text += f" #tag{int(dice.paretovariate(0.7)) % 3000}" * (dice.random() < 0.2)
                texts.append((text, lang))
            out.write(json.dumps(event(number, text, lang), ensure_ascii=False, separators=(",", ":")) + "\n")


def event(number: int, text: str, lang: str) -> dict[str, object]:
    """A creation of a post as the stream carries it, fifty a second; three in ten are replies."""
    second, part = divmod(number * 20, 1000)
    root = {"cid": PIN, "uri": f"at://did:plc:{'q3' * 12}/app.bsky.feed.post/3l{number:011d}"}
    record: dict[str, object] = {
        "$type": "app.bsky.feed.post",
        "createdAt": f"2026-01-16T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{part:03d}Z",
        "langs": [lang],
        "text": text,
    }
    if number % 10 < 3:
        record["reply"] = {"parent": root, "root": root}
    if number % 10 == 4:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": [{"alt": "", "aspectRatio": {"height": 900, "width": 1600}}]}
    commit = {"rev": f"3l{number:011d}", "operation": "create", "collection": "app.bsky.feed.post", "rkey": f"3l{number:011d}"}
    return {
        "did": f"did:plc:{number % 9973:024d}",
        "time_us": 1_768_521_600_000_000 + number * 20_000 + 1_500_000,
        "kind": "commit",
        "commit": {**commit, "record": record, "cid": PIN},
    }


def timed(path: str, *, whole: bool) -> None:
    """Measure a file in this process, after a few lines that load what is compiled; print processor time and peak memory."""
    measure(islice(lines_of(path), 2000), whole=whole)
    began = time.process_time()
    posts = told(measure(lines_of(path), whole=whole))["posts"]
    used, peak = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000.0
    began = time.process_time()
    for line in lines_of(path):
        json.loads(line)
    plain = time.process_time() - began
    kind = "everything" if whole else "counts and exact copies"
    print(f"{kind}: {posts / used:,.0f} posts per second of processor time ({1e6 * used / posts:.1f} us a post), {peak:.0f} MB at most")
    print(f"  {used / plain:.2f} times what Python's json takes to read the lines ({1e6 * plain / posts:.1f} us each)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=150_000)
    parser.add_argument("--file", default="")
    parser.add_argument("--counts-only", action="store_true")
    given = parser.parse_args()
    if given.file:
        timed(given.file, whole=not given.counts_only)
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "posts.jsonl"
            written(made, given.posts)
            print(f"{given.posts:,} posts, {made.stat().st_size / given.posts:.0f} bytes a line")
            for extra in ([], ["--counts-only"]):
                subprocess.run([sys.executable, __file__, "--file", str(made), *extra], check=True)
