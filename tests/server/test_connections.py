"""Peers that open connections and say little, or ask and do not listen: each is let go in time, and nobody else waits for them."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import contextmanager

import pytest

pytest.importorskip("uvicorn", reason="API TESTS SKIPPED: the extra `app` is not installed")
import uvicorn

from gigacampus.server.connection import config
from gigacampus.server.limits import Limits

LARGE = b"x" * 20_000_000


async def answering(scope, receive, send):
    """An application that takes a whole request and answers with much."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    body = LARGE if scope["path"] == "/large" else b"here"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def serving(**limits):
    """``(port, server)`` of a real server in a thread."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    server = uvicorn.Server(config(answering, Limits(**limits)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listening.getsockname()[1], server
    finally:
        server.should_exit = True
        thread.join(20)


def status(port, path="/"):
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    asked.request("GET", path)
    answer = asked.getresponse()
    assert answer.read()
    asked.close()
    return answer.status


def half_open(port, text):
    """A connection left with ``text``; one that is answered first has its answer, so that what waits is what the text leaves open."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=20)
    opened.sendall(text)
    said = b"" if b"\r\n\r\nGET" in text else b"here"
    while b"here" not in said:
        said += opened.recv(4096)
    return opened


def until(seen, seconds=20.0):
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.02)


TEXTS = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ",
    "half a body": b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nabc",
    "answered, then half a head": b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\nGET / HTTP/1.1\r\nhost",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_eighty_half_open_requests_keep_nobody_out(text):
    with serving(header_s=60.0) as (port, _):
        opened = [half_open(port, text) for _ in range(80)]
        for _ in range(5):
            assert status(port) == 200
        for one in opened:
            one.close()


@pytest.mark.parametrize("text", [TEXTS["nothing"], TEXTS["half a head"], TEXTS["answered, then half a head"]])
def test_a_head_that_does_not_end_is_cut_off(text):
    with serving(header_s=0.3) as (port, server):
        one = half_open(port, text)
        said = b""
        while piece := one.recv(4096):
            said += piece
        assert (b"408" in said) == bool(text)
        until(lambda: not server.server_state.connections)
        assert status(port) == 200


def test_bytes_that_trickle_do_not_stop_the_clock():
    with serving(header_s=0.5) as (port, server):
        one = half_open(port, b"GET / HTTP/1.1\r\n")
        until(lambda: server.server_state.connections)
        with pytest.raises(OSError):
            for _ in range(1000):
                one.sendall(b"x: y\r\n")
                time.sleep(0.02)
        until(lambda: not server.server_state.connections)


def test_who_does_not_read_is_let_go():
    with serving(send_s=0.3) as (port, server):
        one = half_open(port, b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n")
        until(lambda: server.server_state.tasks or server.server_state.total_requests)
        until(lambda: not server.server_state.connections)
        assert status(port) == 200
        one.close()


def test_who_reads_slowly_but_reads_gets_all_of_it():
    with serving(send_s=5.0) as (port, _):
        assert status(port, "/large") == 200
