"""A real trace of requests on a run's accelerators: latencies, queue, tokens a second and power, for the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.compute.replay import Played, first_come_first_served
from gigacampus.compute.roofline import decode_step_s, prefill_flop, prefill_s
from gigacampus.compute.serving_stage import CONCURRENCY, replica_size, serving_point
from gigacampus.foundation.errors import nearest, refuse
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.tables.requests import Requests, read_requests
from gigacampus.foundation.units import BILLION, UNIT_TABLE
from gigacampus.rerun.reopen import scenario_of
from gigacampus.results.periods import as_of_month

GIGABYTE = UNIT_TABLE["GB"][1]
WATTS_PER_KW = 1000.0
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
LONG_GAP_S, LONG_GAP_FRAC = 600.0, 0.05
"""A silence is remarked from ten minutes on, where it is a twentieth of the trace or more."""
MOST_IN_REPLICA = float(CONCURRENCY[-1])


def replayed(result: Any, trace: Path, *, on: str = "", replicas: int = 0) -> dict[str, Any]:
    """Latencies and rates of a trace on one accelerator model of a run: the one named, else the one that it has most of.

    Without ``replicas`` the fewest that carry the mean load.
    """
    scenario, requests = scenario_of(result), read_requests(trace)
    name = named(scenario.library.accelerators, on) if on else most_of(result)
    pool = Pool(scenario.compute, scenario.library, scenario.library.accelerators[name], requests)
    count = replicas or pool.fewest_replicas()
    played = first_come_first_served(requests.arrival_s, pool.service_of(count), slots=count * pool.slots)
    return _told(name, trace, requests, pool, count, played)


def named(known: Any, on: str) -> str:
    """Key of an accelerator of the run, with or without ``lib:accelerators/``."""
    wanted = on.removeprefix("lib:accelerators/")
    if wanted not in known:
        raise refuse(f"the run has no accelerator {on!r}", path="--on", nearest=nearest(wanted, known), fix=f"one of {', '.join(known)}")
    return wanted


def most_of(result: Any) -> str:
    """The accelerator model of which most are in service on the scenario's day; where none is, in the last month."""
    counts = result.planned("accelerators_by_model")[0]
    now, last = counts[:, as_of_month(result)], counts[:, -1]
    if not last.any() and not now.any():
        raise refuse("no accelerator comes into service in this run", path="--on", fix="name one of the scenario's library: --on MODEL")
    return str(result.coords["accelerator"][int((now if now.any() else last).argmax())])


class Pool:
    """Replicas of the served model on one accelerator model: time of a step by load, time to read a prompt, requests that fit."""

    def __init__(self, compute: Any, library: Any, entry: Any, requests: Requests) -> None:
        model, self.constants = entry_of(library, compute.serving_model), entry_of(library, compute.serving.efficiency)
        lengths = {"input_tokens": float(requests.input_tokens.mean()), "output_tokens": max(float(requests.output_tokens.mean()), 2.0)}
        serving = compute.serving.model_copy(update=lengths)
        self.replica, self.entry, self.compute, self.requests = replica_size(serving, model, entry), entry, compute, requests
        self.point = serving_point(serving, model, entry, self.replica)
        room = entry.memory_gb * GIGABYTE * self.replica * (1.0 - serving.memory_reserve_frac)
        room -= model.parameters_b * BILLION * model.bytes_per_weight
        each = (lengths["input_tokens"] + lengths["output_tokens"]) * model.kv_bytes_per_token
        self.slots = int(np.clip(room / each, 1.0, MOST_IN_REPLICA))
        self.model, self.hit_frac = model, serving.prefix_hit_frac
        self.read_s = self.reading_s(requests.input_tokens)
        self.load = np.arange(1.0, self.slots + 1.0)
        at = replace(self.point, concurrency=self.load)
        own = decode_step_s(at, self.constants)
        self.token_s = own + self.load * float(self.read_s.mean()) / lengths["output_tokens"]

    def reading_s(self, input_tokens: np.ndarray) -> np.ndarray:
        """Time to read prompts of some lengths, s."""
        work = prefill_flop(
            self.model.active_parameters_b * BILLION,
            input_tokens=input_tokens,
            query_dim=self.model.query_dim,
            layers=self.model.layers,
            hit_frac=self.hit_frac,
        )
        return np.asarray(prefill_s(replace(self.point, prefill_flop=work), self.constants), float)

    def service_of(self, replicas: int) -> Any:
        """Time of a request at work by the load that it meets, requests spread evenly over the replicas."""
        first = (self.constants.first_token_s + self.read_s).tolist()
        tokens, step = self.requests.output_tokens.tolist(), self.token_s.tolist()

        def service_s(k: int, in_flight: int) -> float:
            return float(first[k] + tokens[k] * step[-(-in_flight // replicas) - 1])

        return service_s

    def fewest_replicas(self) -> int:
        """Replicas whose slots carry the mean load at the scenario's share of the peak."""
        span = max(float(self.requests.arrival_s[-1]), 1.0)
        full = float(np.sum(self.constants.first_token_s + self.read_s + self.requests.output_tokens * self.token_s[-1]))
        return max(int(np.ceil(full / span / self.slots / self.compute.serving.load_over_peak_frac)), 1)


def _told(name: str, trace: Path, requests: Requests, pool: Pool, replicas: int, played: Played) -> dict[str, Any]:
    share = np.ceil(played.in_flight / replicas).astype(int) - 1
    token_s = pool.token_s[share]
    first_s = played.wait_s + pool.constants.first_token_s + pool.read_s + token_s
    span = float(played.end_s.max())
    accelerators = replicas * pool.replica
    at_work = accelerators * pool.entry.server_kw * pool.compute.load_at_work_frac
    return {
        "trace": trace.name,
        "requests": len(requests.arrival_s),
        "span_s": span,
        "accelerator": name,
        "replicas": replicas,
        "accelerators": accelerators,
        "slots": replicas * pool.slots,
        "ttft_s": _quantiles(first_s),
        "tpot_s": _quantiles(token_s),
        "queue_s": {**_quantiles(played.wait_s), "mean": float(played.wait_s.mean())},
        "waiting_mean": float(played.wait_s.sum() / span),
        "in_flight_mean": float(played.service_s.sum() / span),
        "input_tokens_per_s": float(requests.input_tokens.sum() / span),
        "output_tokens_per_s": float(requests.output_tokens.sum() / span),
        "watts": at_work * WATTS_PER_KW,
        "notes": [*requests.notes, *_remarks(requests)],
    }


def _remarks(requests: Requests) -> list[str]:
    """What makes the rates of a trace mean little: a single moment, or a silence."""
    span = float(requests.arrival_s[-1])
    if not span:
        many = "one request" if len(requests.arrival_s) == 1 else f"{len(requests.arrival_s):,} requests at one moment"
        return [f"{many}: tokens a second are over the time until the last answer, and say nothing of a steady load"]
    gaps = np.diff(requests.arrival_s)
    longest = int(gaps.argmax())
    if gaps[longest] < max(LONG_GAP_S, LONG_GAP_FRAC * span):
        return []
    silent = gaps >= max(LONG_GAP_S, LONG_GAP_FRAC * span)
    return [
        f"no request for {gaps[longest]:,.0f} s, from {requests.arrival_s[longest]:,.0f} s after the first on"
        + (f", and {silent.sum() - 1:,} more like it" if silent.sum() > 1 else "")
        + f": {gaps[silent].sum() / span:.0%} of the trace is silent, and rates and replicas are means over it all"
    ]


def _quantiles(values: np.ndarray) -> dict[str, float]:
    return {word: float(np.quantile(values, share)) for word, share in QUANTILES.items()}
