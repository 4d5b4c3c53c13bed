"""A pool of replicas on the wall clock: requests wait for a slot, and each token comes when the serving model says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_WAITING = 20_000
"""Requests that may wait for a slot; beyond them the answer is that the server is busy."""


@dataclass(frozen=True)
class Timing:
    """What the serving model promises."""

    model: str
    slots: int
    """Requests that are served at a time."""
    replicas: int
    first_s: Callable[[int], float]
    """Time to read a prompt of some tokens, and what is fixed before the first token."""
    token_s: list[float]
    """Time per output token by the requests in flight on one replica, from 1."""
    default_tokens: int = 350
    """Output tokens of a request that names no limit."""

    def step_s(self, in_flight: int) -> float:
        """Time per output token when so many requests are in flight on all replicas."""
        return self.token_s[min(-(-in_flight // self.replicas), len(self.token_s)) - 1]

    def service_s(self, input_tokens: int, output_tokens: int, in_flight: int) -> float:
        """Time of a request at work, by the load that it meets."""
        return self.first_s(input_tokens) + output_tokens * self.step_s(in_flight)


INSTANT = Timing("instant", 1_000_000, 1, lambda _: 0.0, [0.0], default_tokens=1)
"""A pool that answers at once: what is left is the cost of the protocol."""


@dataclass
class Counts:
    """What the server has seen."""

    requests: int = 0
    refused: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    dropped: int = 0
    """Requests whose client went away before the end."""


class Busy(Exception):
    """Too many requests wait already."""


@dataclass
class Slots:
    """Slots of a pool, first come first served."""

    timing: Timing
    in_flight: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    @property
    def full(self) -> bool:
        """Whether a request that comes now must wait."""
        return self.in_flight >= self.timing.slots or bool(self.waiting)

    async def take(self) -> int:
        """Wait for a slot; gives the requests in flight, this one among them."""
        if not self.full:
            self.in_flight += 1
            return self.in_flight
        if len(self.waiting) >= MOST_WAITING:
            raise Busy
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give_back()
            raise
        return self.in_flight

    def give_back(self) -> None:
        """Free a slot: the next that waits has it."""
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.in_flight -= 1
