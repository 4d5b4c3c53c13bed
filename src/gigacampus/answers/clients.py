"""Cars, robots and agents of a run as clients of its serving model: latency promised and seen, tokens of both sides, deadlines."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np

from gigacampus.answers.replay import Pool, most_of, named
from gigacampus.compute.replay import Played, first_come_first_served
from gigacampus.foundation.tables.requests import Requests
from gigacampus.foundation.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR
from gigacampus.measure.clients.client import Kind, Plan, Seen, burst, planned, play
from gigacampus.measure.clients.server import HOST, ChatServer
from gigacampus.measure.clients.serving import INSTANT, Timing
from gigacampus.products.demand import robot_tokens_per_hour
from gigacampus.rerun.reopen import scenario_of
from gigacampus.scenario import library

LEAST_SHARE = 0.1
"""Share of the requests that a kind gets that the run does not have, or hardly has, so that it is seen at all."""
BURST_S = 1.0
SECONDS_PER_MONTH = SECONDS_PER_HOUR * HOURS_PER_YEAR / MONTHS_PER_YEAR
WITHIN = 0.10
"""Distance between latency promised and seen that the serving model allows itself."""


def table() -> dict[tuple[str, str], float]:
    """Values of the table of machine clients by client and quantity."""
    with (library.ROOT / "clients" / "machine_clients.csv").open(encoding="utf-8", newline="") as file:
        return {(row["client"], row["quantity"]): float(row["value"]) for row in csv.DictReader(file)}


def kinds_of(result: Any) -> list[Kind]:
    """Machines that ask in a run: requests a second in its busiest month, tokens of each call, and deadlines."""
    told, products = table(), scenario_of(result).products
    cars, robots, agents = products.cars, products.robots, products.agents
    calls = robots.escalations_per_hour * robots.tokens_per_escalation
    working = robot_tokens_per_hour(
        escalations_per_hour=robots.escalations_per_hour,
        tokens_per_escalation=robots.tokens_per_escalation,
        planner_in_cloud_frac=robots.planner_in_cloud_frac,
        planner_hz=robots.planner_hz,
        action_tokens=robots.action_tokens,
    )
    asked = calls / working if working > 0.0 else 1.0
    rates = {name: _tokens_per_s(result, f"tokens_from_{name}") for name in ("cars", "robots", "agents")}
    rows = (
        ("car", "car", cars.tokens_per_call, rates["cars"], False),
        ("robot question", "robot_question", robots.tokens_per_escalation, rates["robots"] * asked, True),
        ("robot plan", "robot_planner", robots.action_tokens, rates["robots"] * (1.0 - asked), True),
        ("agent", "agent", agents.tokens_per_turn, rates["agents"], True),
    )
    return [
        Kind(name, int(told[key, "input_tokens"]), max(round(tokens), 1), told[key, "deadline"], whole, rate / max(tokens, 1.0))
        for name, key, tokens, rate, whole in rows
    ]


def _tokens_per_s(result: Any, name: str) -> float:
    """Output tokens a second that a kind of machine asks for in its busiest month, world 0."""
    return float(np.max(result.planned(name)[0])) / SECONDS_PER_MONTH


def shared(kinds: list[Kind]) -> list[Kind]:
    """Kinds with the shares that are replayed: their own, but none below ``LEAST_SHARE``."""
    total = sum(kind.per_s for kind in kinds) or 1.0
    shares = [max(kind.per_s / total, LEAST_SHARE) for kind in kinds]
    return [Kind(**{**asdict(kind), "per_s": share / sum(shares)}) for kind, share in zip(kinds, shares, strict=True)]


def served_by(result: Any, kinds: list[Kind], plan: Plan, *, on: str = "", replicas: int = 0) -> tuple[str, Pool, Timing]:
    """Accelerator, pool and promise of the run's serving model for a plan of requests."""
    scenario = scenario_of(result)
    name = named(scenario.library.accelerators, on) if on else most_of(result)
    pool = Pool(scenario.compute, scenario.library, scenario.library.accelerators[name], requests_of(kinds, plan))
    count = replicas or pool.fewest_replicas()
    fixed = float(pool.constants.first_token_s)

    @lru_cache(maxsize=4096)
    def first_s(input_tokens: int) -> float:
        return fixed + float(pool.reading_s(np.array([float(input_tokens)]))[0])

    steps, model = pool.token_s.tolist(), scenario.compute.serving_model.rpartition("/")[2]
    return name, pool, Timing(model, count * pool.slots, count, first_s, steps, int(scenario.compute.serving.output_tokens))


def timing_of(result: Any, *, per_s: float, on: str = "") -> Timing:
    """The promise of a pool that is as large as a minute of the run's machines needs at ``per_s`` requests a second."""
    kinds = shared(kinds_of(result))
    return served_by(result, kinds, planned(kinds, per_s=per_s, seconds=60.0, seed=1), on=on)[2]


def requests_of(kinds: list[Kind], plan: Plan) -> Requests:
    """The plan as a trace."""
    tokens = np.array([(kind.input_tokens, kind.output_tokens) for kind in kinds], float)[plan.kind]
    return Requests(plan.at_s, tokens[:, 0], tokens[:, 1])


def promised(timing: Timing, requests: Requests) -> tuple[Played, np.ndarray, np.ndarray]:
    """What the serving model promises each request of a trace: its play, time to the first token and to the last, s."""
    reading = [int(n) for n in requests.input_tokens]
    writing = [int(n) for n in requests.output_tokens]
    played = first_come_first_served(requests.arrival_s, lambda k, busy: timing.service_s(reading[k], writing[k], busy), slots=timing.slots)
    step = np.array([timing.step_s(int(n)) for n in played.in_flight])
    first = played.wait_s + np.array([timing.first_s(n) for n in reading]) + step
    return played, first, played.wait_s + played.service_s


async def _played(timing: Timing, kinds: list[Kind], plan: Plan, progress: Callable[[int, int], None] | None) -> tuple[Any, ...]:
    """What clients and server saw, and the rate of a pool that answers at once."""
    server, instant = ChatServer(timing), ChatServer(INSTANT)
    try:
        answers, errors, took = await burst(await instant.start(), seconds=BURST_S)
        seen = await play(await server.start(), kinds, plan, progress=progress)
    finally:
        await server.stop()
        await instant.stop()
    return seen, server.counts, {"requests": answers, "errors": errors, "requests_per_s": answers / took}


def clients(
    result: Any, *, seconds: float, per_s: float = 20.0, seed: int = 1, on: str = "", progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Replay a run's machines for some seconds against its serving model on loopback, scaled down to ``per_s`` requests a second."""
    own = kinds_of(result)
    kinds = shared(own)
    plan = planned(kinds, per_s=per_s, seconds=seconds, seed=seed)
    name, pool, timing = served_by(result, kinds, plan, on=on)
    _, first, whole = promised(timing, requests_of(kinds, plan))
    seen, counts, quick = asyncio.run(_played(timing, kinds, plan, progress))
    trip_s = float(scenario_of(result).products.robots.network_round_trip_s)
    rows = [_row(k, kind, own[k], plan, seen, first, whole, trip_s) for k, kind in enumerate(kinds)]
    ratios = [row[f"{part}_seen_over_promised"] for row in rows for part in ("first_token", "answer") if row["requests"]]
    sides = {
        "client": {"input": int(sum(kinds[s.kind].input_tokens for s in seen)), "output": int(sum(s.tokens for s in seen))},
        "server": {"input": counts.input_tokens, "output": counts.output_tokens},
    }
    return {
        "accelerator": name,
        "model": timing.model,
        "replicas": timing.replicas,
        "accelerators": timing.replicas * pool.replica,
        "slots": timing.slots,
        "seconds": seconds,
        "requests": len(seen),
        "errors": sum(bool(s.error) for s in seen),
        "requests_in_run_per_s": sum(kind.per_s for kind in own),
        "clients": rows,
        "latency_seen_over_promised_worst": max(ratios, key=lambda r: abs(r - 1.0)),
        "latency_within_10_percent": bool(all(abs(r - 1.0) <= WITHIN for r in ratios)),
        "client_tokens": sides["client"],
        "server_tokens": sides["server"],
        "tokens_equal": sides["client"] == sides["server"] and all(s.tokens == s.completion_tokens for s in seen if not s.error),
        "loopback": quick,
        "network_round_trip_s": trip_s,
        "host": HOST,
    }


def _row(
    k: int, kind: Kind, own: Kind, plan: Plan, seen: list[Seen], first: np.ndarray, whole: np.ndarray, trip_s: float
) -> dict[str, Any]:
    """One kind of client: latency promised and seen, deadlines met and missed."""
    chosen = plan.kind == k
    mine = [s for s in seen if s.kind == k and not s.error]
    got = np.array([(s.first_s, s.whole_s) for s in mine]).reshape(-1, 2)
    late = got[:, int(kind.whole)] + trip_s > kind.deadline_s
    told = {"first_token": (first[chosen], got[:, 0]), "answer": (whole[chosen], got[:, 1])}
    out: dict[str, Any] = {
        "client": kind.name,
        "in_run": own.per_s > 0.0,
        "requests_in_run_per_s": own.per_s,
        "requests": int(chosen.sum()),
        "errors": int(chosen.sum()) - len(mine),
        "input_tokens": kind.input_tokens,
        "output_tokens": kind.output_tokens,
        "deadline_s": kind.deadline_s,
        "deadline_of": "the whole answer" if kind.whole else "the first token",
        "deadlines_met": int(np.sum(~late)),
        "deadlines_missed": int(late.sum()),
        "deadlines_missed_promised": int(np.sum((whole if kind.whole else first)[chosen] + trip_s > kind.deadline_s)),
    }
    for part, (ours, theirs) in told.items():
        out[f"{part}_promised_s"] = float(ours.mean()) if len(ours) else None
        out[f"{part}_seen_s"] = float(theirs.mean()) if len(theirs) else None
        out[f"{part}_seen_over_promised"] = float(theirs.mean() / ours.mean()) if len(theirs) else float("nan")
    return out
