"""The door of the server: which host, origin and token may enter, how large a request may be, what every answer carries."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from gigacampus.server.limits import Limits

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

READING = ("GET", "HEAD")
SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Content security policy of whatever is no page."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Refused(Exception):
    """A request that does not pass the door."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status


@dataclass(frozen=True)
class Door:
    """ASGI middleware: nothing behind it runs before host, origin, token and size are checked."""

    app: App
    limits: Limits
    hosts: frozenset[str]
    """Names under which the server may be addressed."""
    addresses: bool = False
    """Whether any bare IP address will do too: a page that rebinds a name cannot have one."""
    token: str = ""
    port: int = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        try:
            self._check_host(headers)
            self._check_origin(scope, headers)
            if self.token and not self._is_known(headers):
                await self._admit(scope, send)
                return
            body = await self._body(headers, receive)
        except Refused as refusal:
            await _answer(send, refusal.status, {"error": {"kind": "refused", "message": str(refusal)}})
            return
        await self.app(scope, _replay(body, receive), _with_headers(send))

    def _check_host(self, headers: dict[str, str]) -> None:
        name = host_name(headers.get("host", ""))
        if name in self.hosts or (self.addresses and _is_address(name)):
            return
        raise Refused(421, "this server does not go by that name; open the address that it printed")

    def _check_origin(self, scope: Message, headers: dict[str, str]) -> None:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        own = origin is None or origin in (f"http://{headers.get('host')}", f"https://{headers.get('host')}")
        arrives = scope["method"] in READING and headers.get("sec-fetch-mode", "") == "navigate"
        if not own or (site not in ("same-origin", "none") and not arrives):
            raise Refused(403, "requests from other pages are not answered")

    def _is_known(self, headers: dict[str, str]) -> bool:
        given = headers.get("authorization", "")
        if given.lower().startswith("bearer "):
            return self._same(given[7:].strip())
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return morsel is not None and self._same(morsel.value)

    def _same(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    @property
    def cookie(self) -> str:
        """Name of the cookie that stands for the token in a browser."""
        return f"gigacampus_{self.port}"

    async def _admit(self, scope: Message, send: Send) -> None:
        """Take ``/?token=...`` once and put it into a cookie that scripts cannot read; refuse all else."""
        try:
            given = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=10).get("token", [""])[0]
        except ValueError:
            given = ""
        if scope["path"] != "/" or scope["method"] not in READING or not self._same(given):
            raise Refused(401, "a token is needed: open the address that the server printed, or send it as a bearer token")
        cookie = f"{self.cookie}={self.token}; HttpOnly; SameSite=Lax; Path=/"
        await _answer(send, 303, {}, {"location": "/", "set-cookie": cookie})

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > self.limits.body_bytes:
            raise Refused(413, f"a request may hold {self.limits.body_bytes} bytes")
        body, more = b"", True
        try:
            async with asyncio.timeout(self.limits.body_s):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(400, "the request ended early")
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > self.limits.body_bytes:
                        raise Refused(413, f"a request may hold {self.limits.body_bytes} bytes")
        except TimeoutError:
            raise Refused(408, f"the request took longer than {self.limits.body_s:g} s to arrive") from None
        return body


def host_name(host: str) -> str:
    """The name of a Host header without its port.

    >>> host_name("localhost:8377"), host_name("[::1]:8377"), host_name("evil.example")
    ('localhost', '::1', 'evil.example')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = [(k.lower(), v) for k, v in message.get("headers", [])]
            known = {k for k, _ in given}
            ours = [(k.encode(), v.encode()) for k, v in {**HEADERS, "content-security-policy": SHUT}.items() if k.encode() not in known]
            message = {**message, "headers": [*given, *ours]}
        await send(message)

    return sent


async def _answer(send: Send, status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> None:
    body = json.dumps(content).encode()
    more = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    rows = [(k.encode(), v.encode()) for k, v in more.items()]
    await _with_headers(send)({"type": "http.response.start", "status": status, "headers": rows})
    await send({"type": "http.response.body", "body": body})
