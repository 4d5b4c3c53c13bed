"""Scores the post stream: volumes of a day, how fast the news of an event grows old, and the tokens that the meter tells from sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from gigacampus.foundation.units import DAYS_PER_YEAR
from gigacampus.measure.tokens import class_of, constants
from gigacampus.products import scaling_laws, stream
from gigacampus.products.scaling_laws import FITS, REPEAT_DECAY
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case, number_or_none

FAMILY = "stream"
ASSUMED = "data_stocks.csv and published_rates.csv; shares and media sizes assumed"
GB_PER_UNIT = {"GB/day": 1.0, "MB/day": 1e-3}
TEXT, FRAME, EVENT = "mean text of a post", "mean relay frame (binary; with proofs)", "mean Jetstream JSON of a post creation"
USED_STOCKS = (
    "X posts per day 2026",
    "X posts per day 2023 (all kinds)",
    "tokens per short post",
    "unique, trainable share of posts",
    "Llama 3 405B training set",
)


CONSTANTS = (
    "per_char_english",
    "per_char_other_latin",
    "per_char_unknown",
    "per_char_other_script",
    "per_extra_byte_latin",
    "per_extra_byte_other_script",
    "per_link",
    "per_reply",
    "per_repost",
    "per_post",
)
"""Constants of the tokens of a post, in the order of the columns of ``design``."""
TOKENS_WITHIN = 0.03
"""Error of all posts' tokens that the meter promises."""


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """Rows of the tables that the folder holds."""
    folder = opened(data)
    rates, lives, posts = (folder.rows(f"stream/{name}.csv") for name in ("published_rates", "event_half_life", "posts_stripped"))
    return [
        *(_volumes(rates) if rates else []),
        *(_half_lives(lives) if lives else []),
        *(_tokens(posts, fitted_here=folder.bundled) if posts else []),
    ]


def stock_rows(folder: CaseFolder) -> list[CaseRow]:
    """What a year of posts adds to a stock of tokens, from the table of stocks."""
    name = "scaling/data_stocks.csv"
    given = folder.rows(name) or []
    used = [r for r in given if r["item"] in USED_STOCKS]
    score(used)
    leave_out(given, "an input of scenarios")
    if not used:
        return []
    stocks, rates = folder.inputs(name, key=("item",)), folder.inputs("stream/published_rates.csv", key=("network", "quantity", "date"))
    rows = _year_of_posts(_values(stocks, "item"), _values(rates, "quantity"))
    return [{**row, "family": "scaling"} for row in rows]


def design(rows: Sequence[Row]) -> np.ndarray:
    """What each constant is multiplied by, (post, constant)."""
    told = [r["lang_or_script"].partition(":") for r in rows]
    groups = np.array([class_of(script if script != "none" else "other", lang) for script, _, lang in told])
    chars, size = (np.array([float(r[name]) for r in rows]) for name in ("text_chars", "text_bytes_utf8"))
    by_group = [np.where(groups == name.removeprefix("per_char_"), chars, 0.0) for name in CONSTANTS[:4]]
    other = groups == "other_script"
    extra = [np.where(other, 0.0, size - chars), np.where(other, size - chars, 0.0)]
    flags = [np.array([float(r[name]) for r in rows]) for name in ("media_flag", "reply_flag", "repost_flag")]
    return np.stack([*by_group, *extra, *flags, np.ones(len(rows))], axis=1)


def left_out(matrix: np.ndarray, exact: np.ndarray, capture: np.ndarray) -> np.ndarray:
    """Tokens of each post by constants that are fitted without its capture: from the sums that the other captures leave."""
    names = np.unique(capture)
    squares = {name: matrix[capture == name].T @ matrix[capture == name] for name in names}
    products = {name: matrix[capture == name].T @ exact[capture == name] for name in names}
    all_squares, all_products = sum(squares.values()), sum(products.values())
    out = np.zeros(len(exact))
    for name in names:
        own = capture == name
        out[own] = matrix[own] @ np.linalg.solve(all_squares - squares[name], all_products - products[name])
    return out


def _tokens(rows: Sequence[Row], *, fitted_here: bool) -> list[CaseRow]:
    """Tokens told from sizes against an exact count: all posts together, and the median of the captures.

    Posts that the constants were fitted on are judged with constants fitted without their capture.
    """
    matrix, exact = design(rows), np.array([float(r["tokens_estimate"]) for r in rows])
    capture = np.array([r["capture"] for r in rows])
    ours = left_out(matrix, exact, capture) if fitted_here else matrix @ np.array([constants()[name] for name in CONSTANTS])
    score(rows)
    names = np.unique(capture)
    errors = [abs(ours[capture == name].sum() / exact[capture == name].sum() - 1.0) for name in names]
    name, source = "tokens of posts from their sizes", "posts_stripped.csv"
    whole = abs(float(ours.sum() / exact.sum() - 1.0))
    return [
        case(FAMILY, name, "relative error, all posts", whole, TOKENS_WITHIN, n=len(rows), source=source, gating=True),
        case(FAMILY, name, "median relative error of a capture", float(np.median(errors)), n=len(names), source=source),
    ]


def _values(rows: Sequence[Row], key: str) -> dict[str, float]:
    return {r[key]: x for r in rows if (x := number_or_none(r["value"])) is not None}


def _year_of_posts(stocks: Mapping[str, float], rates: Mapping[str, float]) -> list[CaseRow]:
    """What a year of posts is worth, and which volume the claim of a million gigabytes a day can mean."""
    year = DAYS_PER_YEAR * stream.fresh_tokens_per_day(
        stocks["X posts per day 2026"],
        tokens_per_post=stocks["tokens per short post"],
        unique_frac=stocks["unique, trainable share of posts"],
        rights_frac=1.0,
    )
    stock, law = stocks["Llama 3 405B training set"], FITS["besiroglu_2024"]
    gain = scaling_laws.stream_gain_nats(405e9, stock_tokens=stock, new_tokens=year, epochs=1.0, repeat_decay=REPEAT_DECAY, fit=law)
    gb = stream.stream_gb_per_day(
        stocks["X posts per day 2023 (all kinds)"], text_bytes=rates[TEXT], metadata_bytes=rates[FRAME], media_frac=0.2, media_bytes=2e6
    )
    name, metric = "a year of posts on top of 15.6e12 tokens", "distance from 0.0008 nats"
    return [
        case(FAMILY, name, metric, abs(float(gain) - 8e-4), 5e-5, unit="nats", source=ASSUMED),
        *(
            case(FAMILY, f"posts of a day, {kind.replace('_', ' ')}", "gigabytes over the claimed million", size / 1e6, source=ASSUMED)
            for kind, size in gb.items()
        ),
    ]


def _volumes(rows: Sequence[Row]) -> list[CaseRow]:
    """Stated volume of a day of a network's posts over ours, from posts a day and the size of what is sent for one."""
    value = _values(rows, "quantity")
    posts = value.get("posts ingested (single-server collector; average day)")
    out = []
    for r in rows:
        stated, scale = number_or_none(r["value"]), GB_PER_UNIT.get(r["unit"])
        size = value.get(EVENT) if "Jetstream JSON" in r["quantity"] else value.get(FRAME)
        if scale is None or stated is None or posts is None or size is None or r["confidence"] != "seen":
            leave_out([r], "a rate or size that no formula gives, or not seen")
            continue
        score([r])
        gb = stream.stream_gb_per_day(posts, text_bytes=0.0, metadata_bytes=size, media_frac=0.0, media_bytes=0.0)
        ours, name = gb["with_metadata"], f"{r['network']}: {r['quantity']}"
        out.append(case(FAMILY, name, "ours, posts alone, over the stated volume", ours / (stated * scale), source=r["source"]))
    return out


def _half_lives(rows: Sequence[Row]) -> list[CaseRow]:
    """News that decays exponentially has a median age of one half life: measured age over measured half life, and its spread."""
    pairs = [(number_or_none(r["hours_from_peak_to_half_rate"]), number_or_none(r["median_age_after_peak_h"])) for r in rows]
    known = [(r, half, age) for r, (half, age) in zip(rows, pairs, strict=True) if half and age]
    score(r for r, _, _ in known)
    leave_out(rows, "no half life or no age")
    if not known:
        return []
    ratio = np.log([age / half for _, half, age in known])
    left = np.median([float(stream.freshness_value(age, half_life_h=half)) for _, half, age in known])
    name, source = "age of posts on an event", "event_half_life.csv"
    return [
        case(
            FAMILY,
            name,
            "median of age over half life; 1 where news decays exponentially",
            float(np.exp(np.median(ratio))),
            n=len(known),
            source=source,
        ),
        case(FAMILY, name, "share left at the median age; 0.5 where news decays exponentially", float(left), n=len(known), source=source),
    ]
