"""Clients on loopback: planned requests sent on time and read as streams, and a closed loop that asks as fast as it is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gigacampus.measure.clients.server import HOST

LEAD_S = 0.05
"""Time for which a connection stands before its request."""
TROUBLES = (ConnectionError, asyncio.IncompleteReadError, OSError, ValueError)


@dataclass(frozen=True)
class Kind:
    """One kind of machine that asks."""

    name: str
    input_tokens: int
    output_tokens: int
    deadline_s: float
    whole: bool
    """Whether the deadline is that of the whole answer, or of its first token."""
    per_s: float
    """Requests a second in the run, before they are scaled down."""


@dataclass(frozen=True)
class Plan:
    """Requests to send, in the order of their times; each array is (request,)."""

    at_s: np.ndarray
    kind: np.ndarray


@dataclass(frozen=True)
class Seen:
    """What a client saw of one request."""

    kind: int
    first_s: float
    whole_s: float
    tokens: int
    prompt_tokens: int
    """Tokens of the prompt by the server's count."""
    completion_tokens: int
    error: str = ""


def planned(kinds: list[Kind], *, per_s: float, seconds: float, seed: int) -> Plan:
    """Poisson arrivals over some seconds, kinds by their share of the requests."""
    random = np.random.default_rng(seed)
    share = np.array([kind.per_s for kind in kinds])
    count = max(int(random.poisson(per_s * seconds)), 1)
    at_s = np.sort(random.random(count) * seconds)
    return Plan(at_s, random.choice(len(kinds), count, p=share / share.sum()))


def request(kind: Kind, *, stream: bool = True, keep: bool = False) -> bytes:
    """The bytes of one request, its prompt of as many words as it has tokens."""
    prompt = "word " * kind.input_tokens
    told = {"model": "any", "messages": [{"role": "user", "content": prompt}], "max_tokens": kind.output_tokens, "stream": stream}
    body = json.dumps({**told, **({"stream_options": {"include_usage": True}} if stream else {})}).encode()
    lasting = "" if keep else "Connection: close\r\n"
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n{lasting}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def ask(port: int, sent: bytes, kind: int, at: float) -> Seen:
    """Open a connection, as machines hold one, send one request at its time and read its stream."""
    clock = asyncio.get_running_loop().time
    begin = clock()
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            await asyncio.sleep(at - clock())
            begin = clock()
            writer.write(sent)
            return await _read(reader, kind, begin, clock)
        finally:
            writer.close()
    except TROUBLES as error:
        return Seen(kind, 0.0, clock() - begin, 0, 0, 0, type(error).__name__)


async def _read(reader: asyncio.StreamReader, kind: int, begin: float, clock: Callable[[], float]) -> Seen:
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1].decode()
    if status != "200":
        return Seen(kind, 0.0, clock() - begin, 0, 0, 0, f"status {status}")
    tokens, first_s, counted, rest = 0, 0.0, {"prompt_tokens": 0, "completion_tokens": 0}, b""
    while size := int(await reader.readline(), 16):
        rest += (await reader.readexactly(size + 2))[:-2]
        *events, rest = rest.split(b"\n\n")
        for event in events:
            if b'"content"' in event:
                first_s = first_s or clock() - begin
                tokens += 1
            elif b'"usage"' in event:
                counted = json.loads(event.removeprefix(b"data: "))["usage"]
    return Seen(kind, first_s, clock() - begin, tokens, counted["prompt_tokens"], counted["completion_tokens"])


async def play(port: int, kinds: list[Kind], plan: Plan, *, progress: Callable[[int, int], None] | None = None) -> list[Seen]:
    """Send each request at its time; what each client saw, in the order of the plan."""
    loop, sent = asyncio.get_running_loop(), [request(kind) for kind in kinds]
    begin, tasks = loop.time(), []
    for n, (at_s, kind) in enumerate(zip(plan.at_s.tolist(), plan.kind.tolist(), strict=True)):
        if (wait_s := begin + at_s - LEAD_S - loop.time()) > 0.0:
            await asyncio.sleep(wait_s)
        tasks.append(asyncio.create_task(ask(port, sent[kind], kind, begin + at_s)))
        if progress:
            progress(n + 1, len(plan.at_s))
    return list(await asyncio.gather(*tasks))


async def burst(port: int, *, seconds: float, connections: int = 16) -> tuple[int, int, float]:
    """Answers, errors and seconds of a closed loop of short whole answers over lasting connections."""
    loop = asyncio.get_running_loop()
    sent = request(Kind("", 8, 1, 0.0, True, 1.0), stream=False, keep=True)
    begin = loop.time()

    async def one() -> tuple[int, int]:
        done, wrong = 0, 0
        reader, writer = await asyncio.open_connection(HOST, port)
        while loop.time() - begin < seconds:
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            done, wrong = done + 1, wrong + (not head.startswith(b"HTTP/1.1 200"))
        writer.close()
        return done, wrong

    found = await asyncio.gather(*(one() for _ in range(connections)))
    return sum(d for d, _ in found), sum(w for _, w in found), loop.time() - begin
