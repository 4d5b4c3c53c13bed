"""What a stream has shown, as a patch of a scenario: measured inputs with their bands in place of assumed ones."""

from __future__ import annotations

from typing import Any

from gigacampus.foundation.units import SECONDS_PER_HOUR

SECONDS_PER_DAY = 24.0 * SECONDS_PER_HOUR
INPUTS = {
    "tokens_per_post": "tokens_per_post",
    "unique_frac": "unique_frac",
    "text_bytes_per_post": "text_bytes_per_post",
    "media_frac": "media_frac",
    "topic_half_life_h": "rate_half_life_h",
}
"""Figure of the meter -> input of products.posts that it gives, each with a band."""
TAIL = 1.25
"""Half width at which a bell is cut, over the distance between its 10 % and 90 % quantiles."""
HEAD = """# Measured by `gigacampus measure stream` on {posts} posts: inputs of products.posts; 10-90 % bands where the posts tell them.
# posts_per_day is the stream that was measured; where it is a sample of a network's posts, put the network's own number in its place.
"""


def patch_text(found: dict[str, Any]) -> str:
    """The patch as YAML: values under ``products.posts`` and their bands under ``uncertainty``."""
    bands = [
        f"  products.posts.{path}: {text}" for name, path in INPUTS.items() if (text := band_text(found.get(name), share="frac" in path))
    ]
    lines = ["products:", "  posts:", *(f"    {name}: {value:.6g}" for name, value in _values(found).items())]
    return HEAD.format(posts=found["posts"]) + "\n".join([*lines, *(["uncertainty:", *bands] if bands else [])]) + "\n"


def band_text(row: dict[str, Any] | None, *, share: bool) -> str:
    """A bell through the two quantiles; a triangle between them where the tails of the bell would leave what the input may be."""
    if not row or row["low"] is None or row["high"] <= row["low"]:
        return ""
    tail = TAIL * (row["high"] - row["low"])
    middle = 0.5 * (row["high"] + row["low"])
    if middle - tail > 0.0 and (not share or middle + tail < 1.0):
        return f"{{kind: normal, p10: {row['low']:.6g}, p90: {row['high']:.6g}}}"
    return f"{{kind: triangular, low: {row['low']:.6g}, mode: {row['mid']:.6g}, high: {row['high']:.6g}}}"


def _values(found: dict[str, Any]) -> dict[str, float]:
    out = {path: float(found[name]["mid"]) for name, path in INPUTS.items() if found.get(name)}
    text, line = found.get("text_bytes_per_post"), found.get("line_bytes_per_post")
    if text and line:
        out["metadata_bytes_per_post"] = max(float(line["mid"]) - float(text["mid"]), 0.0)
    if found.get("posts_per_s"):
        out = {"posts_per_day": float(found["posts_per_s"]) * SECONDS_PER_DAY, **out}
    return out
