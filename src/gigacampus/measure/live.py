"""Lines of a live post stream over a WebSocket: reads on after cuts, for a bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from gigacampus.foundation.errors import printable, refuse

LONGEST_MESSAGE = 1_048_576
"""Bytes of a message; a longer one ends the connection, which is then opened anew."""
OPEN_S, FIRST_PAUSE_S, LONGEST_PAUSE_S = 10.0, 0.1, 10.0
TRIES = 6
"""Connections without a message, one after the other, after which the stream counts as gone."""
OVERLAP_US = 2_000_000
"""A stream that takes a cursor is asked again from so long before the last event: what comes twice is counted once."""
STAMP = re.compile(rb'"time_us"\s*:\s*(\d{1,17})')


@dataclass
class Live:
    """A stream by its address, and what became of its connections."""

    url: str
    seconds: float
    connections: int = 0
    cuts: int = 0
    messages: int = 0
    lost: str = ""
    """Why the stream ended before its time; empty: it did not."""
    last: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise refuse(
                f"{printable(self.url)} is no address of a WebSocket", path="--live", fix="write ws://HOST/PATH or wss://HOST/PATH"
            )
        if parts.username or parts.password:
            raise refuse("the address holds a name or password", path="--live", fix="give the address of a public stream, without them")

    def lines(self) -> Iterator[bytes]:
        """Messages as lines, until the time is over or the stream is gone."""
        library = _library()
        end, failed = monotonic() + self.seconds, 0
        while monotonic() < end:
            before = self.messages
            try:
                yield from self._connected(library, end)
                return
            except (library.exceptions.WebSocketException, OSError) as error:
                self.cuts += 1
                failed = 1 if self.messages > before else failed + 1
                if failed >= TRIES:
                    self.lost = printable(f"{type(error).__name__}: {error}")
                    return
                sleep(max(min(FIRST_PAUSE_S * 2.0**failed, LONGEST_PAUSE_S, end - monotonic()), 0.0))

    def _connected(self, library: Any, end: float) -> Iterator[bytes]:
        """Messages of one connection; raises where it is cut."""
        timing = {"open_timeout": min(OPEN_S, max(end - monotonic(), 0.1)), "close_timeout": 1.0}
        with library.sync.client.connect(self.again_at(), max_size=LONGEST_MESSAGE, **timing) as socket:
            self.connections += 1
            while (left := end - monotonic()) > 0.0:
                try:
                    message = socket.recv(timeout=left)
                except TimeoutError:
                    return
                self.messages += 1
                self.last = message.encode() if isinstance(message, str) else bytes(message)
                yield self.last.replace(b"\n", b" ")

    def again_at(self) -> str:
        """The address, with a cursor shortly before the last event where events carry one."""
        found = STAMP.search(self.last)
        if not found:
            return self.url
        parts = urlsplit(self.url)
        query = {**dict(parse_qsl(parts.query)), "cursor": str(int(found[1]) - OVERLAP_US)}
        return urlunsplit(parts._replace(query=urlencode(query)))


def _library() -> Any:
    """The WebSocket library of the extra ``live``."""
    try:
        import websockets
        import websockets.exceptions
        import websockets.sync.client
    except ImportError:
        raise refuse("websockets is not installed", path="--live", fix="pip install 'gigacampus[live]', or pipe a client into -") from None
    return websockets
