"""One pass over a post stream: rates, sizes, tokens, copies, novelty, lags and how topics fade, in bounded memory."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gigacampus.measure.copies import NearCopies, Seen, normalised
from gigacampus.measure.shapes import HASHTAG, Hostile, Post, read_line
from gigacampus.measure.tokens import features, tokens_of
from gigacampus.measure.topics import Topics

BATCH = 512
"""Posts that are measured at once."""
LEAST_BATCHES = 8
"""Batches from which the spread of their means is told as a band."""
LAGS = 100_000
"""Lags kept as a random sample."""
BOOTSTRAPS = 200
"""Times that batches are drawn again for the band of a mean."""
MOST_SECONDS = 1_000_000
"""Different seconds whose posts are counted."""
TRIMMED = 0.001
"""Share of posts at each end whose stamps do not stretch the span: clocks are wrong."""
QUANTILES = (0.5, 0.9, 0.99)

Reader = Callable[[Mapping[str, Any]], Post | None]


@dataclass
class _Sums:
    """Sums of one batch of posts, from which means and their bands are made."""

    posts: int = 0
    text_bytes: int = 0
    line_bytes: int = 0
    media: int = 0
    exact: int = 0
    near: int = 0
    tokens: float = 0.0


@dataclass
class Meter:
    """What a stream has shown so far."""

    whole: bool = True
    """Whether near copies, novelty and topics are measured too, or counts and exact copies alone."""
    lines: int = 0
    hostile: Counter[str] = field(default_factory=Counter)
    other_events: int = 0
    batches: list[_Sums] = field(default_factory=list)
    scripts: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    """Second deliveries of a post, which are not counted again."""
    seconds: Counter[int] = field(default_factory=Counter)
    replies: int = 0
    reposts: int = 0
    raw_bytes: int = 0
    packed_bytes: int = 0

    def __post_init__(self) -> None:
        self.exact, self.delivered, self.topics = Seen(), Seen(), Topics()
        self.near = NearCopies() if self.whole else None
        self.lags = np.full(LAGS, np.nan)
        self.lag_count = 0
        self.random = np.random.default_rng(20260116)
        self._before = b""

    def batch(self, posts: list[tuple[Post, int]]) -> None:
        """Measure some posts, each with the bytes of its line."""
        if not posts:
            return
        sums = _Sums(posts=len(posts))
        groups: dict[str, list[float]] = {}
        for post, line_bytes in posts:
            self._one(post, line_bytes, sums, groups)
        sums.tokens = sum(tokens_of(group, *row) for group, row in groups.items())
        if self.near is not None:
            self._copies(posts, sums)
        self.batches.append(sums)
        if len(self.batches) >= 2048:
            self.batches = [_joined(a, b) for a, b in zip(self.batches[::2], self.batches[1::2], strict=True)]
        self._lag([post.received_s - post.time_s for post, _ in posts])

    def _one(self, post: Post, line_bytes: int, sums: _Sums, groups: dict[str, list[float]]) -> None:
        script, group, chars, size = features(post)
        self.scripts[script] += 1
        self.replies += post.is_reply
        self.reposts += post.is_repost
        sums.text_bytes += size
        sums.line_bytes += line_bytes
        sums.media += post.has_media
        row = groups.get(group)
        if row is None:
            row = groups[group] = [0.0] * 6
        row[0] += chars
        row[1] += size - chars
        row[2] += "http" in post.text
        row[3] += post.is_reply
        row[4] += post.is_repost
        row[5] += 1.0
        sums.exact += self.exact.seen(post.text)
        time_s = post.received_s if post.received_s == post.received_s else post.time_s
        if time_s == time_s:
            second = int(time_s)
            if second in self.seconds or len(self.seconds) < MOST_SECONDS:
                self.seconds[second] += 1
            if self.whole and "#" in post.text:
                for tag in set(HASHTAG.findall(post.text.casefold())):
                    self.topics.add(tag, time_s)

    def _copies(self, posts: list[tuple[Post, int]], sums: _Sums) -> None:
        assert self.near is not None
        texts = [normalised(post.text) for post, _ in posts]
        sums.near = int(self.near.seen(texts).sum())
        raw = b"\n".join(texts)
        packer = zlib.compressobj(1, zdict=self._before) if self._before else zlib.compressobj(1)
        self.packed_bytes += len(packer.compress(raw)) + len(packer.flush())
        self.raw_bytes += len(raw)
        self._before = raw[-32_768:]

    def _lag(self, lags: list[float]) -> None:
        """Keep a random sample of the lags, each with the same chance."""
        found = np.array(lags)
        found = found[np.isfinite(found)]
        number = self.lag_count + np.arange(len(found))
        place = np.where(number < LAGS, number, self.random.integers(0, number + 1)) if len(found) else number
        self.lags[place[place < LAGS]] = found[place < LAGS]
        self.lag_count += len(found)


def _joined(a: _Sums, b: _Sums) -> _Sums:
    return _Sums(**{name: getattr(a, name) + getattr(b, name) for name in vars(a)})


def measure(
    lines: Iterable[bytes], *, reader: Reader | None = None, whole: bool = True, progress: Callable[[int], None] | None = None
) -> Meter:
    """Measure a stream of JSON lines; what is no event of a known shape is counted as hostile, never fatal."""
    meter, held = Meter(whole=whole), []
    for line in lines:
        line = line.strip()
        if not line:
            continue
        meter.lines += 1
        try:
            post = read_line(line, reader)
        except Hostile as why:
            meter.hostile[str(why)] += 1
            continue
        if post is None:
            meter.other_events += 1
            continue
        if post.key and meter.delivered.seen(post.key):
            meter.repeated += 1
            continue
        held.append((post, len(line)))
        if len(held) == BATCH:
            meter.batch(held)
            held = []
            if progress:
                progress(meter.lines)
    meter.batch(held)
    return meter


def told(meter: Meter) -> dict[str, Any]:
    """What a meter has measured, as plain data with units in the names; None where the stream does not show it."""
    sums = {name: sum(getattr(b, name) for b in meter.batches) for name in vars(_Sums())}
    posts, (span, rate) = int(sums["posts"]), rate_of(meter.seconds)
    lags = meter.lags[: min(meter.lag_count, LAGS)]
    lives = meter.topics.half_lives_h()
    known = posts > 0
    return {
        "lines": meter.lines,
        "posts": posts,
        "other_events": meter.other_events,
        "hostile_lines": sum(meter.hostile.values()),
        "hostile_by_reason": dict(meter.hostile),
        "repeated_lines": meter.repeated,
        "span_s": span,
        "posts_per_s": rate,
        "text_bytes_per_post": mean_band(meter.batches, "text_bytes"),
        "line_bytes_per_post": mean_band(meter.batches, "line_bytes"),
        "tokens_per_post": mean_band(meter.batches, "tokens"),
        "media_frac": mean_band(meter.batches, "media"),
        "exact_duplicate_frac": sums["exact"] / posts if known else None,
        "near_duplicate_frac": sums["near"] / posts if known and meter.whole else None,
        "unique_frac": _unique(meter),
        "reply_frac": meter.replies / posts if known else None,
        "repost_frac": meter.reposts / posts if known else None,
        "posts_by_script": dict(meter.scripts.most_common()),
        "novelty_frac": meter.packed_bytes / meter.raw_bytes if meter.raw_bytes else None,
        "burstiness_variance_over_mean": burstiness(meter.seconds),
        "lag_s": {f"p{100 * q:g}": float(np.quantile(lags, q)) for q in QUANTILES} if len(lags) else None,
        "topics": len(meter.topics.held),
        "topic_half_life_h": _quantiles(lives) if len(lives) else None,
        "topics_with_half_life": len(lives),
    }


Band = dict[str, float | None]
"""Low, mid and high; low and high are None where too few posts tell them."""


def _unique(meter: Meter) -> Band | None:
    """Share of posts that are no copy, near ones included where they were sought, with its band."""
    copies = mean_band(meter.batches, "near" if meter.whole else "exact")
    if copies is None:
        return None
    low, mid, high = (None if x is None else 1.0 - x for x in (copies["high"], copies["mid"], copies["low"]))
    return {"low": low, "mid": mid, "high": high}


def mean_band(batches: list[_Sums], name: str) -> Band | None:
    """Mean a post with its 10-90 % band: batches are drawn again with replacement; no band where they are few."""
    count, total = np.array([b.posts for b in batches], float), np.array([getattr(b, name) for b in batches], float)
    if not count.sum():
        return None
    mid = float(total.sum() / count.sum())
    if len(batches) < LEAST_BATCHES:
        return {"low": None, "mid": mid, "high": None}
    drawn = np.random.default_rng(1).integers(0, len(batches), (BOOTSTRAPS, len(batches)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.1, 0.9])
    return {"low": float(low), "mid": mid, "high": float(high)}


def _quantiles(values: np.ndarray) -> dict[str, float]:
    low, mid, high = np.quantile(values, [0.1, 0.5, 0.9])
    return {"low": float(low), "mid": float(mid), "high": float(high)}


def rate_of(seconds: Mapping[int, int]) -> tuple[float | None, float | None]:
    """Span in s and posts a second; a thousandth of the posts at each end does not stretch the span.

    >>> rate_of({0: 10, 9: 10})
    (10.0, 2.0)
    """
    if len(seconds) < 2:
        return None, None
    span, counts = _trimmed(seconds)
    return span, float(counts.sum() / span)


def _trimmed(seconds: Mapping[int, int]) -> tuple[float, np.ndarray]:
    """Seconds from the first to the last that counts, and the posts of those between that hold any."""
    stamps = np.array(sorted(seconds))
    posts = np.array([seconds[s] for s in stamps.tolist()], float)
    share = np.cumsum(posts) / posts.sum()
    first, last = int(np.searchsorted(share, TRIMMED)), int(np.searchsorted(share, 1.0 - TRIMMED))
    return float(stamps[last] - stamps[first] + 1), posts[first : last + 1]


def burstiness(seconds: Mapping[int, int]) -> float | None:
    """Variance over mean of the posts a second, from the first second to the last; 1 for arrivals that know nothing of each other.

    >>> burstiness({0: 1, 1: 3})
    0.5
    """
    if len(seconds) < 2:
        return None
    span, counts = _trimmed(seconds)
    mean = counts.sum() / span
    return float((np.square(counts).sum() / span - mean**2) / mean) if mean > 0.0 else None
