"""One connection of the server, with an end to every wait: for a request to come, to come whole, and for its answer to be taken."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, ClassVar

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from gigacampus.server.limits import Limits

LATE = b"the request took too long to arrive"
LINGER_S = 1.0
"""Time in which a peer may take the last words of a connection that is being closed."""


class Connection(H11Protocol):
    """Closes on who does not finish a request's head in time, and on who does not read an answer; lets the newest comers in.

    Where too many connections wait for their peers, the one that has waited longest is closed: whoever opens many and says
    little keeps nobody out.
    """

    limits: ClassVar[Limits] = Limits()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._head: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self.since_s = self.loop.time()
        self._await_head()
        waiting = sorted((c for c in self.connections if isinstance(c, Connection) and c.is_half_open()), key=lambda c: c.since_s)
        for oldest in waiting[: max(0, len(waiting) - self.limits.half_open)]:
            oldest.end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        if self._taking is not None:
            self._taking.cancel()
        super().connection_lost(exc)

    def is_idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or bool(self.cycle.response_complete)

    def is_half_open(self) -> bool:
        """Whether the connection waits for its peer: for a request's head or for the rest of its body."""
        return self.is_idle() or bool(self.cycle.more_body)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.is_idle():
            self._stop_waiting()
        elif not self.transport.is_closing():
            self._await_head()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.is_idle() and not self.transport.is_closing():
            self._await_head()

    def _await_head(self) -> None:
        """Start the clock of the next request's head, unless it runs: more bytes of the same head do not stop it."""
        if self._head is None:
            self._head = self.loop.call_later(self.limits.header_s, self._late)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _late(self) -> None:
        """Say that the head came too late, if any of it came, and close."""
        self._head = None
        if self.is_idle() and self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            head = [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(LATE)).encode()),
                (b"connection", b"close"),
            ]
            for event in (h11.Response(status_code=408, headers=head), h11.Data(data=LATE), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.end()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self.end()

    def end(self) -> None:
        """Close, and break off where the peer does not take what is left."""
        self._stop_waiting()
        self.transport.close()
        self.loop.call_later(LINGER_S, self.transport.abort)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._taking is None:
            self._taking = self.loop.call_later(self.limits.send_s, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None


class Serving(uvicorn.Server):
    """Says that it ends before it waits for its connections."""

    def __init__(self, config: uvicorn.Config, leave: Callable[[], None]) -> None:
        super().__init__(config)
        self.leave = leave

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.leave()
        await super().shutdown(sockets)


def config(app: Any, limits: Limits) -> uvicorn.Config:
    """How uvicorn serves ``app`` within ``limits``."""
    return uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        http=type("Bounded", (Connection,), {"limits": limits}),
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
        limit_concurrency=limits.connections,
        h11_max_incomplete_event_size=16_384,
    )
