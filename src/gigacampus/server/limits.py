"""What one server gives to all who ask: sizes, times and counts, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of a server. None of them can be changed by a request."""

    body_bytes: int = 262_144
    body_s: float = 10.0
    """Time that a request's body may take to arrive."""
    worlds: int = 64
    draws: int = 4096
    sets: int = 100
    job_s: float = 900.0
    job_bytes: int = 8_000_000_000
    """Address space of the process that computes."""
    cancel_s: float = 3.0
    """Time after which a cancelled job that does not stop by itself is ended."""
    waiting: int = 8
    """Jobs that may wait; one is computed at a time."""
    remembered: int = 100
    """Jobs whose outcome can still be asked for."""
    runs: int = 500
    """Run folders below which new runs are taken; nothing is ever deleted by the server."""
    readers: int = 2
    """Requests that may read runs or check scenarios at the same time."""
    reader_s: float = 20.0
    """Time that a request waits for its turn to read."""
    opened: int = 2
    """Runs that stay in memory."""
    values: int = 200_000
    """Numbers in one table."""
    connections: int = 64
    """Connections at the same time; a request above them is told to come back."""
    half_open: int = 32
    """Of these, how many may wait for a request to come or to come whole; the longest waiting gives way."""
    header_s: float = 10.0
    """Time that a request's head may take to arrive."""
    send_s: float = 30.0
    """Time in which a peer must take some of its answer."""
