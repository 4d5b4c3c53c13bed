"""Scores queues, gates and observers against exact values and published counts. Rates only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gigacampus.products import gates, queues
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case, measured, missing, unscored

FAMILY = "safety"
TWENTY_SECONDS = 20.0 / 60.0
MINUTES_PER_DAY = 1440.0
SAMPLE = 20_000
MODELS = ("erlang_b", "erlang_c", "erlang_a")


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per judged case."""
    folder = opened(data)
    rows = folder.rows("safety/grok_incident_counts.csv")
    if rows is None:
        return [*_queues(folder), missing(FAMILY, "counts of observers", "grok_incident_counts.csv")]
    counts = _counts(rows)
    out = [*_queues(folder), *_interval(counts), *_observers(counts)]
    leave_out(rows, "a count that no rate gives")
    return out


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


def _queues(folder: CaseFolder) -> list[CaseRow]:
    table = folder.rows("safety/queue_verification.csv")
    if table is None:
        return [missing(FAMILY, "exact queue values", "queue_verification.csv")]
    out, source = [], "computed twice with 40 digits: recursion and birth-death chain"
    for model in MODELS:
        chosen = [r for r in measured(table, "computed") if r["model"] == model]
        score(chosen)
        worst = max((abs(queue_value(r) / float(r["value"]) - 1.0) for r in chosen), default=None)
        out.append(
            case(FAMILY, f"exact values of {model}", "largest relative error", worst, 1e-9, n=len(chosen), source=source, gating=True)
        )
    leave_out(table, "a queue that no formula here gives")
    return out


def _counts(rows: Sequence[Row]) -> dict[tuple[str, str], Row]:
    """Rows that may gate by who counted and what, told apart by before and after."""
    return {
        (r["who"], " ".join([r["quantity"], *(w for w in ("before", "after") if r["period"].startswith(w))])): r for r in measured(rows)
    }


def _taken(counts: Mapping[tuple[str, str], Row], *keys: tuple[str, str]) -> list[float] | None:
    """Values of the named counts, noted as scored; None where one is missing."""
    if any(key not in counts for key in keys):
        return None
    score(counts[key] for key in keys)
    return [float(counts[key]["value"]) for key in keys]


def _interval(counts: Mapping[tuple[str, str], Row]) -> list[CaseRow]:
    """The exact interval of a share in a random sample against the one that the study prints."""
    found = _taken(counts, ("CCDH", "likely children in sample"))
    if found is None:
        return [unscored(FAMILY, "random sample of 20,000 posts", "skipped: no count in the folder")]
    low, high = gates.exact_interval_frac(int(found[0]), SAMPLE)
    metric, gap = "exact 95 % interval, farthest bound from 0.41 % and 0.61 %", max(abs(low - 0.0041), abs(high - 0.0061))
    source = "Clopper and Pearson 1934; published counts of the study"
    return [case(FAMILY, "random sample of 20,000 posts", metric, gap, 5e-5, n=SAMPLE, source=source, gating=True)]


def _observers(counts: Mapping[tuple[str, str], Row]) -> list[CaseRow]:
    """Four counts from one daily volume and one share: what each observer must have seen of it."""
    found = _taken(
        counts,
        ("NYT", "images generated"),
        ("NYT", "images generated before"),
        ("NYT", "sexualised images of women, at least"),
        ("CCDH", "sexualised in sample"),
        ("CCDH", "sexualised images"),
        ("CCDH", "images generated"),
        ("G. Oh", "sexual or nude images per hour"),
        ("Copyleaks", "sexualised images per minute"),
    )
    if found is None:
        return [unscored(FAMILY, "four observers", "skipped: a count is not in the folder")]
    made, earlier, of_women, in_sample, eleven_days, generated, account_per_h, sample_per_min = found
    after, share = made / 9.0, of_women / made
    volume = 2.0 * earlier / 9.0 + 9.0 * after
    truth = after * share / MINUTES_PER_DAY
    per_day, broad = volume / 11.0 * share, in_sample / SAMPLE / share
    ours = gates.observed_per_min(per_day / MINUTES_PER_DAY, visibility_frac=1.0, sampling_frac=1.0, definition_factor=broad)
    stated, source, relative = eleven_days / 11.0 / MINUTES_PER_DAY, "published counts of four observers", "relative distance"
    over = abs(volume / generated - 1.0)
    return [
        case(FAMILY, "volume of the 11-day study from the 9-day one", relative, over, 0.05, n=2, source=source, gating=True),
        case(
            FAMILY,
            "rate of the 11-day study from the 9-day truth",
            relative,
            abs(ours / stated - 1.0),
            0.05,
            n=2,
            source=source,
            gating=True,
        ),
        case(FAMILY, "count of one account over the truth", "share seen", account_per_h / 60.0 / truth, 1.0, source=source, gating=True),
        case(FAMILY, "count of a stream sample over the truth", "share seen", sample_per_min / truth, 1.0, source=source, gating=True),
    ]
