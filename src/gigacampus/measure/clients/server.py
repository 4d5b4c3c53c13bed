"""A loopback HTTP server that speaks the chat-completions protocol and answers when the serving model says."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import time

from gigacampus.measure.clients import protocol
from gigacampus.measure.clients.protocol import Asked, Wrong
from gigacampus.measure.clients.serving import Busy, Counts, Slots, Timing

HOST = "127.0.0.1"
MOST_HEADER, MOST_BODY = 16_384, 4_000_000
"""Bytes of a request's head and of its body."""
MOST_OPEN = 8_192
"""Connections that are open at a time."""
HEAD_S, BODY_S, IDLE_S = 10.0, 20.0, 75.0
"""Time in which a head and a body must be there, and for which a connection may stand idle."""
LINGER_S = 1.0
"""Time for which what still comes is passed over after an error, so that the other side reads the answer before the end."""
TICK_S, TICK_PER_STREAM_S = 0.02, 0.001
"""Tokens between the first and the last are sent in steps of this length, longer where many streams share the machine."""
REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    411: "Length Required",
    413: "Content Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


@dataclass(frozen=True)
class Head:
    """First lines of a request."""

    method: str
    path: str
    length: int
    keep: bool
    expects: bool


def read_head(raw: bytes) -> Head:
    """The head of a request; raises ``Wrong`` for what is none."""
    first, *rest = raw.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Wrong(400, "the first line is no HTTP request")
    fields = {}
    for line in rest:
        name, colon, value = line.partition(":")
        if line and (not colon or name != name.strip()):
            raise Wrong(400, "a header line has no name")
        fields[name.lower()] = value.strip()
    if "transfer-encoding" in fields:
        raise Wrong(411, "send the body in one piece, with Content-Length")
    length = fields.get("content-length", "0" if words[0] != "POST" else "")
    if not length:
        raise Wrong(411, "a POST needs Content-Length")
    if not (length.isascii() and length.isdigit()) or len(length) > 15:
        raise Wrong(400, "Content-Length is no number")
    keep = fields.get("connection", "").lower() != "close" and words[2] != "HTTP/1.0"
    return Head(words[0], words[1].split("?")[0], int(length), keep, fields.get("expect", "").lower() == "100-continue")


@dataclass
class ChatServer:
    """Answers on 127.0.0.1 only; bounded in size, time and number of what it takes in."""

    timing: Timing
    counts: Counts = field(default_factory=Counts)
    open: int = 0

    def __post_init__(self) -> None:
        self.slots, self.created = Slots(self.timing), int(time())
        self.server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on a port of loopback; 0 takes a free one. Gives the port."""
        self.server = await asyncio.start_server(self._connection, HOST, port, limit=MOST_HEADER, backlog=1024)
        found: int = self.server.sockets[0].getsockname()[1]
        return found

    async def stop(self) -> None:
        """Stop listening."""
        if self.server is not None:
            self.server.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            if self.open > MOST_OPEN:
                raise Wrong(503, f"more than {MOST_OPEN:,} connections")
            idle_s = HEAD_S
            while await self._one(reader, writer, idle_s):
                idle_s = IDLE_S
        except Wrong as wrong:
            self.counts.refused += 1
            with suppress(ConnectionError, TimeoutError):
                _send(writer, wrong.status, wrong.body(), keep=False)
                async with asyncio.timeout(LINGER_S):
                    await writer.drain()
                    await _pass_over(reader)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle_s: float) -> bool:
        """Answer one request; whether the connection stays."""
        head = await _head(reader, idle_s)
        if head is None:
            return False
        came = asyncio.get_running_loop().time()
        if head.length > MOST_BODY:
            raise Wrong(413, f"a body of {head.length:,} bytes: at most {MOST_BODY:,}")
        if head.expects:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            async with asyncio.timeout(BODY_S):
                body = await reader.readexactly(head.length) if head.length else b""
        except TimeoutError:
            raise Wrong(408, f"the body was not there within {BODY_S:g} s") from None
        try:
            await self._answer(head, body, writer, came)
        except Wrong as wrong:
            self.counts.refused += 1
            _send(writer, wrong.status, wrong.body(), keep=head.keep)
        await writer.drain()
        return head.keep

    async def _answer(self, head: Head, body: bytes, writer: asyncio.StreamWriter, came: float) -> None:
        if head.path == "/v1/models":
            _only(head, "GET")
            _send(writer, 200, protocol.models(self.timing.model, self.created), keep=head.keep)
            return
        if head.path != "/v1/chat/completions":
            raise Wrong(404, "paths: POST /v1/chat/completions, GET /v1/models")
        _only(head, "POST")
        request = protocol.asked(body, default_tokens=self.timing.default_tokens)
        waits = self.slots.full
        try:
            in_flight = await self.slots.take()
        except Busy:
            raise Wrong(429, "too many requests wait: try again later") from None
        begin = asyncio.get_running_loop().time() if waits else came
        try:
            await self.serve(request, in_flight, writer, begin=begin, keep=head.keep)
        except ConnectionError:
            self.counts.dropped += 1
            raise
        finally:
            self.slots.give_back()

    async def serve(self, request: Asked, in_flight: int, writer: asyncio.StreamWriter, *, begin: float, keep: bool) -> None:
        """Wait as the serving model says from ``begin`` on, and send what is there by then."""
        self.counts.requests += 1
        number, timing, clock = self.counts.requests, self.timing, asyncio.get_running_loop().time
        if request.stream:
            token, end = protocol.pieces(request, number=number, model=timing.model, created=self.created)
            writer.write(_stream_head(keep=keep))
            await self._tokens(request, writer, token, begin=begin + timing.first_s(request.input_tokens), step_s=timing.step_s(in_flight))
            writer.write(_chunk(end) + b"0\r\n\r\n")
        else:
            wait_s = begin + timing.service_s(request.input_tokens, request.output_tokens, in_flight) - clock()
            if wait_s > 0.0:
                await asyncio.sleep(wait_s)
            told = protocol.whole_answer(request, number=number, model=timing.model, created=self.created)
            _send(writer, 200, told, keep=keep)
        self.counts.input_tokens += request.input_tokens
        self.counts.output_tokens += request.output_tokens

    async def _tokens(self, request: Asked, writer: asyncio.StreamWriter, token: bytes, *, begin: float, step_s: float) -> None:
        """Send each token of a stream when it is due: the first and the last to the moment, those between in short steps."""
        clock, sent, last = asyncio.get_running_loop().time, 0, begin + request.output_tokens * step_s
        while sent < request.output_tokens:
            due = begin + (sent + 1) * step_s
            if sent:
                due = min(max(due, clock() + max(TICK_S, TICK_PER_STREAM_S * self.slots.in_flight)), last)
            await asyncio.sleep(due - clock())
            ready = int((clock() - begin) / step_s + 1e-9) if step_s > 0.0 else request.output_tokens
            ready = min(max(ready, sent + 1), request.output_tokens)
            writer.write(_chunk(token * (ready - sent)))
            sent = ready
            await writer.drain()
            if writer.is_closing():
                raise ConnectionResetError


async def _pass_over(reader: asyncio.StreamReader) -> None:
    for _ in range(MOST_BODY // MOST_HEADER):
        if not await reader.read(MOST_HEADER):
            return


def _only(head: Head, method: str) -> None:
    if head.method != method:
        raise Wrong(405, f"{head.path} takes {method} alone")


async def _head(reader: asyncio.StreamReader, idle_s: float) -> Head | None:
    """The next head on a connection; None where the other side has closed or stays silent."""
    try:
        async with asyncio.timeout(idle_s):
            raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise Wrong(431, f"a head of more than {MOST_HEADER:,} bytes") from None
    except asyncio.IncompleteReadError as cut:
        if cut.partial.strip():
            raise Wrong(400, "the request ends within its head") from None
        return None
    except TimeoutError:
        raise Wrong(408, f"no request within {idle_s:g} s") from None
    return read_head(raw.removesuffix(b"\r\n\r\n"))


def _stream_head(*, keep: bool) -> bytes:
    lasting = "" if keep else "Connection: close\r\n"
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n{lasting}\r\n".encode()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _send(writer: asyncio.StreamWriter, status: int, body: bytes, *, keep: bool) -> None:
    lasting = "" if keep else "Connection: close\r\n"
    head = f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{lasting}\r\n"
    writer.write(head.encode() + body)
