"""Scores queues, gates and observers against exact values and published counts. Rates only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.products import gates, queues
from gigacampus.validation.case_rows import Row, case, measured, read_rows, skipped

FAMILY = "safety"
TWENTY_SECONDS = 20.0 / 60.0
MINUTES_PER_DAY = 1440.0


def cases(data_dir: Path | None) -> list[dict[str, Any]]:
    """One row per judged case."""
    return [*_queues(data_dir), *_published_queues(), *_sample(data_dir), *_observers(data_dir), *_gates(), _reviewers()]


def queue_value(row: Row) -> float:
    """The quantity of one row of the table of exact queue values."""
    arrive, serve, servers = float(row["arrival_rate"]), float(row["service_rate"]), int(row["servers"])
    if row["model"] == "erlang_b":
        return queues.erlang_b(arrive / serve, servers)
    if row["model"] == "erlang_a":
        return queues.erlang_a(arrive, service_rate=serve, abandon_rate=float(row["abandon_rate"]), servers=servers)[row["quantity"]]
    if row["quantity"] == "probability_wait":
        return queues.erlang_c(arrive / serve, servers)
    if row["quantity"] == "mean_wait":
        return queues.erlang_c_wait(arrive, service_rate=serve, servers=servers)
    return 1.0 - queues.erlang_c_tail(arrive, service_rate=serve, servers=servers, wait=TWENTY_SECONDS)


def _queues(data_dir: Path | None) -> list[dict[str, Any]]:
    rows = read_rows(data_dir, FAMILY, "queue_verification.csv")
    if rows is None:
        return [skipped(FAMILY, "exact queue values", "queue_verification.csv")]
    out = []
    for model in ("erlang_b", "erlang_c", "erlang_a"):
        chosen = [r for r in measured(rows, "computed") if r["model"] == model]
        worst = max((abs(queue_value(r) / float(r["value"]) - 1.0) for r in chosen), default=0.0)
        out.append(
            case(
                FAMILY,
                f"exact values of {model}",
                "largest relative error",
                worst,
                1e-9,
                n=len(chosen),
                source="computed twice with 40 digits: recursion and birth-death chain",
                gating=bool(chosen),
            )
        )
    return out


def _published_queues() -> list[dict[str, Any]]:
    a = queues.erlang_a(48.0, service_rate=1.0, abandon_rate=0.5, servers=50)
    stated = {
        "10 erlangs, 14 agents: share that waits": (queues.erlang_c(10.0, 14), 0.174, 0.0005),
        "10 erlangs, 14 agents: within 20 s": (
            1 - queues.erlang_c_tail(10 / 3, wait=TWENTY_SECONDS, service_rate=1 / 3, servers=14),
            0.888,
            0.0005,
        ),
        "10 erlangs, 14 agents: mean wait in s": (queues.erlang_c_wait(10 / 3, service_rate=1 / 3, servers=14) * 60, 7.8, 0.05),
        "48 a minute, 50 servers: mean wait in s": (queues.erlang_c_wait(48.0, service_rate=1.0, servers=50) * 60, 20.8, 0.05),
        "the same with 2 min of patience: share lost": (a["probability_abandon"], 0.031, 0.0005),
        "the same with 2 min of patience: mean wait in s": (a["mean_wait_all"] * 60, 3.7, 0.05),
        "the same with 2 min of patience: queue": (a["mean_queue"], 3.0, 0.05),
        "the same with 2 min of patience: occupancy": (a["occupancy"], 0.93, 0.005),
    }
    return [
        case(FAMILY, name, f"distance from the printed {value}", abs(ours - value), half, source="textbook examples", gating=True)
        for name, (ours, value, half) in stated.items()
    ]


def _counts(data_dir: Path | None) -> dict[tuple[str, str], float] | None:
    rows = read_rows(data_dir, FAMILY, "grok_incident_counts.csv")
    if rows is None:
        return None
    return {
        (r["who"], " ".join([r["quantity"], *(w for w in ("before", "after") if r["period"].startswith(w))])): float(r["value"])
        for r in measured(rows)
    }


def _sample(data_dir: Path | None) -> list[dict[str, Any]]:
    v = _counts(data_dir)
    if v is None:
        return [skipped(FAMILY, "random sample of 20,000", "grok_incident_counts.csv")]
    share = v["CCDH", "sexualised in sample"] / 20_000.0
    low, high = gates.exact_interval_frac(int(v["CCDH", "likely children in sample"]), 20_000)
    total = v["CCDH", "images generated"]
    minutes = 11.0 * MINUTES_PER_DAY
    scaled = v["CCDH", "likely children in sample"] / 20_000.0 * total
    name, source = "random sample of 20,000 posts", "published counts of the study"
    return [
        case(FAMILY, name, "share, distance from 65.0 %", abs(share - 0.650), 0.0005, n=20_000, source=source, gating=True),
        case(
            FAMILY,
            name,
            "per minute, distance from 189",
            abs(v["CCDH", "sexualised images"] / minutes - 189.0),
            0.5,
            unit="1/min",
            source=source,
            gating=True,
        ),
        case(
            FAMILY,
            name,
            "seconds between, distance from 41",
            abs(minutes * 60 / v["CCDH", "sexualised images of likely children"] - 41.0),
            0.5,
            unit="s",
            source=source,
            gating=True,
        ),
        case(
            FAMILY,
            name,
            "scaled count, relative distance from the stated one",
            abs(scaled / v["CCDH", "sexualised images of likely children"] - 1.0),
            0.01,
            source=source,
            gating=True,
        ),
        case(
            FAMILY,
            name,
            "exact 95 % interval, farthest bound from 0.41 % and 0.61 %",
            max(abs(low - 0.0041), abs(high - 0.0061)),
            5e-5,
            n=20_000,
            source="Clopper and Pearson 1934",
            gating=True,
        ),
    ]


def _observers(data_dir: Path | None) -> list[dict[str, Any]]:
    """Four counts from one daily volume and one share: what each observer must have seen of it."""
    v = _counts(data_dir)
    if v is None:
        return [skipped(FAMILY, "four observers", "grok_incident_counts.csv")]
    after = v["NYT", "images generated"] / 9.0
    before = v["NYT", "images generated before"] / 9.0
    volume = 2.0 * before + 9.0 * after
    share = v["NYT", "sexualised images of women, at least"] / v["NYT", "images generated"]
    truth = after * share / MINUTES_PER_DAY
    broad = v["CCDH", "sexualised in sample"] / 20_000.0 / share
    ours = gates.observed_per_min(volume / 11.0 * share / MINUTES_PER_DAY, visibility_frac=1.0, sampling_frac=1.0, definition_factor=broad)
    stated = v["CCDH", "sexualised images"] / 11.0 / MINUTES_PER_DAY
    account = v["G. Oh", "sexual or nude images per hour"] / 60.0 / truth
    sample = v["Copyleaks", "sexualised images per minute"] / truth
    source = "published counts of four observers"
    return [
        case(
            FAMILY,
            "volume of the 11-day study from the 9-day one",
            "relative distance",
            abs(volume / v["CCDH", "images generated"] - 1.0),
            0.05,
            n=2,
            source=source,
            gating=True,
        ),
        case(
            FAMILY,
            "rate of the 11-day study from the 9-day truth",
            "relative distance",
            abs(ours / stated - 1.0),
            0.05,
            n=2,
            source=source,
            gating=True,
        ),
        case(FAMILY, "count of one account over the truth", "share seen", account, 1.0, source=source, gating=True),
        case(FAMILY, "count of a stream sample over the truth", "share seen", sample, 1.0, source=source, gating=True),
    ]


def _gates() -> list[dict[str, Any]]:
    rng = np.random.default_rng(1)
    worst = 0.0
    for recalls in ([0.84, 0.5], [0.6, 0.7, 0.9]):
        product = float(np.prod(1.0 - np.array(recalls)))
        worst = max(worst, abs(gates.all_miss_frac(recalls, correlation=1e-9) / product - 1.0))
    common, own = rng.standard_normal(400_000), rng.standard_normal((2, 400_000))
    scores = np.sqrt(0.6) * common + np.sqrt(0.4) * own
    drawn = np.mean(np.all(scores < np.quantile(scores, [0.16, 0.5], axis=1).diagonal()[:, None], axis=0))
    ours = gates.all_miss_frac([0.84, 0.5], correlation=0.6)
    error = float(np.sqrt(ours * (1.0 - ours) / common.size))
    source = "closed forms and simulation"
    return [
        case(FAMILY, "independent gates", "largest relative distance from the product", worst, 1e-6, n=2, source=source, gating=True),
        case(
            FAMILY,
            "correlated gates against a simulation",
            "standard errors",
            float(abs(drawn - ours) / error),
            3.0,
            n=common.size,
            source=source,
            gating=True,
        ),
        case(
            FAMILY, "a perfect gate", "share that passes", gates.all_miss_frac([1.0, 0.3], correlation=0.5), 0.0, source=source, gating=True
        ),
    ]


def _reviewers() -> dict[str, Any]:
    staff = queues.reviewers_needed(187.5 * 60.0 / 25.0, occupancy_frac=0.8, hours_per_week=32.5)[1]
    return case(
        FAMILY,
        "600,000 images a day, 45 % flagged, 25 an hour",
        "people on the payroll",
        staff,
        None,
        source="worked size; rates assumed",
        gating=False,
    )
