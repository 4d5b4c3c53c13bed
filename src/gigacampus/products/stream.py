"""The post stream and the road film: tokens, bytes and freshness."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.types import Numeric
from gigacampus.foundation.units import SECONDS_PER_HOUR, UNIT_TABLE

BYTES_PER_GB = UNIT_TABLE["GB"][1]


def fresh_tokens_per_day(posts_per_day: Numeric, *, tokens_per_post: float, unique_frac: float, rights_frac: float) -> np.ndarray:
    """New trainable tokens a day.

    Parameters
    ----------
    posts_per_day : float or array
        Posts, 1/day.
    tokens_per_post : float
        Tokens of one post, tokens.
    unique_frac : float
        Share left after spam, bots and copies, 0 to 1.
    rights_frac : float
        Share that law and terms allow to train on, 0 to 1.

    Returns
    -------
    array
        Tokens, 1/day, shape of ``posts_per_day``.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(fresh_tokens_per_day(350e6, tokens_per_post=30, unique_frac=0.3, rights_frac=1.0))
    3150000000.0
    """
    return np.asarray(posts_per_day, float) * tokens_per_post * unique_frac * rights_frac


def stream_gb_per_day(
    posts_per_day: Numeric, *, text_bytes: float, metadata_bytes: float, media_frac: float, media_bytes: float
) -> dict[str, Any]:
    """Gigabytes a day by what is counted: the text, the text with its record, and all with attachments.

    Parameters
    ----------
    posts_per_day : float or array
        Posts, 1/day.
    text_bytes : float
        Text of one post, bytes.
    metadata_bytes : float
        Data about one post, bytes.
    media_frac : float
        Share of posts with an attachment, 0 to 1.
    media_bytes : float
        Bytes of one attachment, bytes.

    Returns
    -------
    dict[str, Any]
        What is counted -> volume, GB/day.

    References
    ----------
    DEF

    Examples
    --------
    >>> gb = stream_gb_per_day(500e6, text_bytes=150, metadata_bytes=5000, media_frac=0.2, media_bytes=2e6)
    >>> round(gb["text"]), round(gb["with_metadata"]), round(gb["with_media"])
    (75, 2575, 202575)
    """
    text = posts_per_day * text_bytes / BYTES_PER_GB
    record = text + posts_per_day * metadata_bytes / BYTES_PER_GB
    media = posts_per_day * media_frac * media_bytes / BYTES_PER_GB
    return {"text": text, "with_metadata": record, "with_media": record + media}


def freshness_value(lag_h: Numeric, *, half_life_h: float) -> np.ndarray:
    """Value left of news after a lag: exponential decay.

    Parameters
    ----------
    lag_h : float or array
        Age of the news, h.
    half_life_h : float
        Time in which the value halves, h.

    Returns
    -------
    array
        Share of the value that is left, 0 to 1, shape of ``lag_h``.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(freshness_value(6.0, half_life_h=3.0))
    0.25
    """
    return np.exp2(-np.asarray(lag_h, float) / half_life_h)


def freshness_gain_frac(*, own_lag_h: float, other_lag_h: float, half_life_h: float, event_query_frac: float) -> float:
    """Gain in answered value from seeing events earlier than others, as a share of all questions; assumption-laden.

    Parameters
    ----------
    own_lag_h : float
        Age at which we see the news, h.
    other_lag_h : float
        Age at which others see the same news, h.
    half_life_h : float
        Time in which the value halves, h.
    event_query_frac : float
        Share of questions about events, 0 to 1.

    Returns
    -------
    float
        Gain over all questions, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(freshness_gain_frac(own_lag_h=0.0, other_lag_h=24.0, half_life_h=3.0, event_query_frac=0.1), 4)
    0.0996
    """
    gain = freshness_value(own_lag_h, half_life_h=half_life_h) - freshness_value(other_lag_h, half_life_h=half_life_h)
    return float(event_query_frac * gain)


def film_hours(km: Numeric, *, mean_speed_kmh: float) -> np.ndarray:
    """Hours on the road.

    Parameters
    ----------
    km : float or array
        Distance driven, km.
    mean_speed_kmh : float
        Mean speed, km/h.

    Returns
    -------
    array
        Hours, shape of ``km``.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(float(film_hours(80e9, mean_speed_kmh=45.0)) / 1e9, 2)
    1.78
    """
    return np.asarray(km, float) / mean_speed_kmh


def video_tokens(hours: Numeric, *, cameras: float, tokens_per_camera_s: float, kept_frac: float) -> np.ndarray:
    """Tokens of road film after a learned tokenizer.

    Parameters
    ----------
    hours : float or array
        Hours of film, h.
    cameras : float
        Cameras of one vehicle; a number without unit.
    tokens_per_camera_s : float
        Tokens of a second of film, tokens/s.
    kept_frac : float
        Share of the film that is trained on, 0 to 1.

    Returns
    -------
    array
        Tokens, shape of ``hours``.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(video_tokens(80e9 / 45.0, cameras=8, tokens_per_camera_s=1000, kept_frac=1.0)) / 1e16
    5.12
    """
    return np.asarray(hours, float) * SECONDS_PER_HOUR * cameras * tokens_per_camera_s * kept_frac
