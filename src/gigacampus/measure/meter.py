"""One pass over a post stream: rates, sizes, tokens, copies, novelty, lags and how topics fade, in bounded memory."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, sub
from typing import Any

import numpy as np

from gigacampus.measure.copies import NearCopies, Seen, normalised
from gigacampus.measure.shapes import HASHTAG, Hostile, Post, read_line
from gigacampus.measure.tokens import class_of, script_of, tokens_in
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

_COLUMNS = attrgetter("text", "lang", "has_media", "is_reply", "is_repost", "received_s", "time_s")

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
        self.held: list[tuple[Post, int]] = []
        self._before = b""

    def add(self, posts: Sequence[tuple[Post, int]]) -> None:
        """Take some posts, each with the bytes of its line; second deliveries are counted apart."""
        keyed, again = [i for i, (post, _) in enumerate(posts) if post.key], np.zeros(len(posts), bool)
        again[keyed] = self.delivered.seen([posts[i][0].key for i in keyed])
        self.repeated += int(again.sum())
        self.held += [pair for pair, seen in zip(posts, again.tolist(), strict=True) if not seen]
        while len(self.held) >= BATCH:
            self._batch(self.held[:BATCH])
            del self.held[:BATCH]

    def finish(self) -> None:
        """Measure the posts that are left, and let go of what finds copies."""
        if self.held:
            self._batch(self.held)
        self.held, self.near = [], None

    def _batch(self, pairs: Sequence[tuple[Post, int]]) -> None:
        """Measure some posts at once."""
        posts, line_bytes = zip(*pairs, strict=True)
        texts, langs, media, replies, reposts, received_s, written_s = zip(*map(_COLUMNS, posts), strict=True)
        chars = list(map(len, texts))
        plain = list(map(str.isascii, texts))
        sizes = [count if ascii else len(text.encode()) for text, count, ascii in zip(texts, chars, plain, strict=True)]
        scripts = ["Latn" if ascii else script_of(text) for text, ascii in zip(texts, plain, strict=True)]
        self.scripts.update(scripts)
        self.replies += sum(replies)
        self.reposts += sum(reposts)
        sums = _Sums(len(pairs), sum(sizes), sum(line_bytes), sum(media))
        sums.exact = int(self.exact.seen(texts).sum())
        links = ["http" in text for text in texts]
        sums.tokens = tokens_in(list(map(class_of, scripts, langs)), chars, list(map(sub, sizes, chars)), links, replies, reposts)
        if self.near is not None:
            sums.near = self._near(self.near, normalised(texts))
        self.batches.append(sums)
        if len(self.batches) >= 2048:
            self.batches = [_joined(a, b) for a, b in zip(self.batches[::2], self.batches[1::2], strict=True)]
        self._times(texts, np.array(received_s), np.array(written_s))

    def _near(self, near: NearCopies, texts: list[bytes]) -> int:
        """Copies among some normalised texts, near ones included; sums how well the texts pack behind those before."""
        raw = b"\n".join(texts)
        packer = zlib.compressobj(1, zdict=self._before) if self._before else zlib.compressobj(1)
        self.packed_bytes += len(packer.compress(raw)) + len(packer.flush())
        self.raw_bytes += len(raw)
        self._before = raw[-32_768:]
        return int(near.seen(texts).sum())

    def _times(self, texts: Sequence[str], received_s: np.ndarray, written_s: np.ndarray) -> None:
        """Count the posts of each second and of each topic; what the stream does not stamp counts when it was written."""
        self._lag(received_s - written_s)
        time_s = np.where(np.isfinite(received_s), received_s, written_s)
        seconds, posts = np.unique(time_s[np.isfinite(time_s)].astype(np.int64), return_counts=True)
        for second, count in zip(seconds.tolist(), posts.tolist(), strict=True):
            if second in self.seconds or len(self.seconds) < MOST_SECONDS:
                self.seconds[second] += count
        if self.whole:
            for text, at_s in zip(texts, time_s.tolist(), strict=True):
                if "#" in text and math.isfinite(at_s):
                    for tag in set(HASHTAG.findall(text.casefold())):
                        self.topics.add(tag, at_s)

    def _lag(self, lags_s: np.ndarray) -> None:
        """Keep a random sample of the lags, each with the same chance."""
        found = lags_s[np.isfinite(lags_s)]
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
    meter, read = Meter(whole=whole), []
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
        read.append((post, len(line)))
        if len(read) == BATCH:
            meter.add(read)
            read.clear()
            if progress:
                progress(meter.lines)
    meter.add(read)
    meter.finish()
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
