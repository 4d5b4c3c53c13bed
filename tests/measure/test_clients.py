"""Clients on loopback: the protocol as stock clients speak it, tokens of both sides, hostile requests, and the serving model's promise."""

import asyncio
import json
import selectors
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from gigacampus.answers.clients import promised, requests_of, shared, table
from gigacampus.compute.replay import first_come_first_served
from gigacampus.measure.clients import server as server_module
from gigacampus.measure.clients.client import Kind, Plan, burst, planned, play
from gigacampus.measure.clients.protocol import Asked, Wrong, asked
from gigacampus.measure.clients.server import HOST, MOST_BODY, MOST_HEADER, ChatServer
from gigacampus.measure.clients.serving import INSTANT, Busy, Slots, Timing

QUICK = Timing("small", 100, 2, lambda tokens: 1e-6 * tokens, [1e-5, 2e-5], default_tokens=4)
MESSAGES = [{"role": "user", "content": "one two three"}]


def in_own_thread(call, *given):
    """What a call gives, in a thread of its own: a browser that other tests hold keeps an event loop running in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(call, *given).result()


def served(work, timing=QUICK):
    """Run ``work(port, server)`` against a server."""

    async def go():
        server = ChatServer(timing)
        port = await server.start()
        try:
            return await work(port, server), server.counts
        finally:
            await server.stop()

    return in_own_thread(asyncio.run, go())


def post(**body):
    async def work(port, server):
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client:
            return await client.post("/v1/chat/completions", json=body)

    return served(work)


def test_a_stock_client_gets_a_whole_answer_with_its_usage():
    answer, counts = post(model="any", messages=MESSAGES, max_tokens=5)
    told = answer.json()
    assert answer.status_code == 200 and told["object"] == "chat.completion" and told["model"] == "small"
    assert told["choices"][0]["message"]["content"].split() == ["word"] * 5 and told["choices"][0]["finish_reason"] == "length"
    assert told["usage"] == {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
    assert (counts.requests, counts.input_tokens, counts.output_tokens) == (1, 3, 5)


def test_a_stock_client_gets_a_stream_that_ends_with_its_usage():
    async def work(port, server):
        body = {"model": "any", "messages": MESSAGES, "max_tokens": 7, "stream": True, "stream_options": {"include_usage": True}}
        lines = []
        async with (
            httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client,
            client.stream("POST", "/v1/chat/completions", json=body) as answer,
        ):
            assert answer.headers["content-type"] == "text/event-stream"
            async for line in answer.aiter_lines():
                if line:
                    lines.append(line.removeprefix("data: "))
        return lines

    lines, _ = served(work)
    assert lines[-1] == "[DONE]"
    events = [json.loads(line) for line in lines[:-1]]
    assert sum("content" in e["choices"][0]["delta"] for e in events if e["choices"]) == 7
    assert events[-2]["choices"][0]["finish_reason"] == "length" and events[-1]["usage"]["total_tokens"] == 10
    assert len({e["id"] for e in events}) == 1


def test_the_served_model_is_listed_and_its_default_length_is_used():
    async def work(port, server):
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client:
            return await client.get("/v1/models"), await client.post("/v1/chat/completions", json={"messages": MESSAGES})

    (models, answer), _ = served(work)
    assert [row["id"] for row in models.json()["data"]] == ["small"]
    assert answer.json()["usage"]["completion_tokens"] == 4


def test_only_loopback_is_listened_on():
    async def work(port, server):
        return {s.getsockname()[0] for s in server.server.sockets}

    assert served(work)[0] == {"127.0.0.1"}


WRONG = {
    b"{": "not JSON",
    b"[" * 100_000: "not JSON",
    b"[]": "no JSON object",
    b"{}": "messages must be",
    b'{"messages": []}': "messages must be",
    b'{"messages": [3]}': "role and content",
    b'{"messages": [{"role": "user", "content": 3}]}': "must be text",
    b'{"messages": [{"role": "user", "content": "a"}], "max_tokens": 0}': "whole number",
    b'{"messages": [{"role": "user", "content": "a"}], "max_tokens": true}': "whole number",
    b'{"messages": [{"role": "user", "content": "a"}], "max_tokens": 1000000000}': "whole number",
    b'{"messages": [{"role": "user", "content": "a"}], "stream": "yes"}': "true or false",
    b'{"messages": [{"role": "user", "content": "a"}], "n": 4}': "n must be 1",
    b"\xff\xfe": "not JSON",
}


@pytest.mark.parametrize("body", WRONG, ids=range(len(WRONG)))
def test_a_wrong_body_is_answered_with_the_reason(body):
    with pytest.raises(Wrong, match=WRONG[body]) as wrong:
        asked(body, default_tokens=1)
    assert wrong.value.status == 400 and json.loads(wrong.value.body())["error"]["message"]


def raw(sent, *, half=False):
    """First line and body of what comes back for some bytes on a connection of their own."""

    async def work(port, server):
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(sent)
        if half:
            writer.write_eof()
        back = await asyncio.wait_for(reader.read(), 30)
        writer.close()
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client:
            alive = (await client.get("/v1/models")).status_code
        return back, alive

    (back, alive), counts = served(work)
    assert alive == 200, "the server goes on"
    return back.split(b"\r\n", 1)[0].decode(), back, counts


HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n"
HOSTILE = {
    "huge body": (HEAD + b"Content-Length: %d\r\n\r\n" % (MOST_BODY + 1), 413, "at most"),
    "no length": (HEAD + b"\r\n", 411, "Content-Length"),
    "odd length": (HEAD + b"Content-Length: -5\r\n\r\n", 400, "no number"),
    "pieces": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n", 411, "one piece"),
    "long head": (b"GET /" + b"a" * (2 * MOST_HEADER) + b" HTTP/1.1\r\n\r\n", 431, "head"),
    "no HTTP": (b"hello\r\n\r\n", 400, "no HTTP"),
    "odd header": (b"GET /v1/models HTTP/1.1\r\nno colon\r\n\r\n", 400, "no name"),
    "unknown path": (b"GET / HTTP/1.0\r\n\r\n", 404, "paths"),
    "wrong method": (b"GET /v1/chat/completions HTTP/1.0\r\n\r\n", 405, "POST alone"),
    "bad JSON": (HEAD + b"Connection: close\r\nContent-Length: 1\r\n\r\n{", 400, "not JSON"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_request_gets_a_bounded_clear_answer(kind):
    sent, status, why = HOSTILE[kind]
    first, back, counts = raw(sent)
    assert first.startswith(f"HTTP/1.1 {status} ") and len(back) < 1_000
    assert why in json.loads(back.split(b"\r\n\r\n", 1)[1])["error"]["message"] and counts.refused == 1


def test_half_open_connections_end_with_the_reason_and_hold_no_slot(monkeypatch):
    monkeypatch.setattr(server_module, "HEAD_S", 0.05)
    monkeypatch.setattr(server_module, "BODY_S", 0.05)
    for sent in (b"", b"POST /v1/chat", HEAD + b"Content-Length: 10\r\n\r\n{"):
        first, _, _ = raw(sent)
        assert first == "HTTP/1.1 408 Request Timeout"
    assert raw(b"POST /v1/chat", half=True)[0] == "HTTP/1.1 400 Bad Request"


def test_more_connections_than_may_be_open_are_turned_away(monkeypatch):
    monkeypatch.setattr(server_module, "MOST_OPEN", 1)

    async def work(port, server):
        held = [await asyncio.open_connection(HOST, port) for _ in range(2)]
        back = await asyncio.wait_for(held[1][0].readline(), 30)
        for _, writer in held:
            writer.close()
        return back

    assert served(work)[0] == b"HTTP/1.1 503 Service Unavailable\r\n"


def test_a_client_that_goes_away_gives_its_slot_back():
    slow = Timing("slow", 1, 1, lambda _: 0.0, [0.01], default_tokens=10_000)

    async def work(port, server):
        _, writer = await asyncio.open_connection(HOST, port)
        body = json.dumps({"messages": MESSAGES, "stream": True}).encode()
        writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        while not server.slots.in_flight:
            await asyncio.sleep(0.01)
        writer.transport.abort()
        while server.slots.in_flight:
            await asyncio.sleep(0.01)
        return server.counts.dropped

    assert served(work, slow)[0] == 1


KINDS = [Kind("short", 20, 3, 1.0, True, 3.0), Kind("long", 200, 40, 1.0, False, 1.0)]


def test_tokens_of_clients_and_server_are_the_same():
    plan = planned(KINDS, per_s=200.0, seconds=0.4, seed=2)

    async def work(port, server):
        return await play(port, KINDS, plan)

    seen, counts = served(work)
    assert len(seen) == len(plan.at_s) and not any(s.error for s in seen)
    assert [s.kind for s in seen] == plan.kind.tolist()
    assert counts.output_tokens == sum(s.tokens for s in seen) == sum(KINDS[s.kind].output_tokens for s in seen)
    assert counts.input_tokens == sum(s.prompt_tokens for s in seen) == sum(KINDS[s.kind].input_tokens for s in seen)


def test_a_client_without_server_says_so():
    with socket.socket() as held:
        held.bind((HOST, 0))
        seen = in_own_thread(asyncio.run, play(held.getsockname()[1], KINDS, Plan(np.zeros(2), np.array([0, 1]))))
    assert [s.error for s in seen] == ["ConnectionRefusedError"] * 2


def test_the_closed_loop_counts_what_it_gets():
    async def work(port, server):
        return await burst(port, seconds=0.1, connections=2)

    (done, wrong, took), counts = served(work, INSTANT)
    assert done == counts.requests > 0 and wrong == 0 and took >= 0.1


class _Leap(selectors.SelectSelector):
    """A selector for a loop on its own clock: where nothing happens, time leaps."""

    now = 0.0

    def select(self, timeout=None):
        found = super().select(0)
        self.now += 0.0 if found else timeout or 0.0
        return found


def on_own_clock(work):
    """Run a coroutine on a clock that costs no time."""
    selector = _Leap()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now
    try:
        return in_own_thread(loop.run_until_complete, work)
    finally:
        loop.close()


BUSY = Timing("busy", 6, 2, lambda tokens: 0.1 + 1e-3 * tokens, [0.010, 0.013, 0.017])


def test_slots_keep_the_promise_of_the_recursion():
    kinds = [Kind("a", 200, 30, 1.0, True, 1.0), Kind("b", 900, 5, 1.0, True, 1.0)]
    plan = planned(kinds, per_s=9.0, seconds=40.0, seed=3)
    played, _, whole = promised(BUSY, requests_of(kinds, plan))
    slots = Slots(BUSY)

    async def one(at_s, kind):
        loop = asyncio.get_running_loop()
        await asyncio.sleep(at_s)
        load = await slots.take()
        await asyncio.sleep(BUSY.service_s(kinds[kind].input_tokens, kinds[kind].output_tokens, load))
        slots.give_back()
        return loop.time() - at_s

    async def every():
        return await asyncio.gather(*(one(*row) for row in zip(plan.at_s.tolist(), plan.kind.tolist(), strict=True)))

    seen = on_own_clock(every())
    assert played.wait_s.max() > 0.0, "some wait"
    assert seen == pytest.approx(whole.tolist(), abs=1e-6)


@pytest.mark.parametrize("load", [1, 3, 6])
def test_tokens_of_a_stream_come_when_they_are_due(load):
    class Writer:
        def __init__(self):
            self.sent = []

        def write(self, data):
            self.sent.append((asyncio.get_running_loop().time(), data.count(b'"content"')))

        async def drain(self):
            pass

        def is_closing(self):
            return False

    async def work():
        writer = Writer()
        await ChatServer(BUSY).serve(Asked(50, 60, True, True), load, writer, begin=0.0, keep=True)
        return writer.sent

    sent = [(at_s, count) for at_s, count in on_own_clock(work()) if count]
    step_s = BUSY.step_s(load)
    assert sum(count for _, count in sent) == 60
    assert sent[0] == (pytest.approx(BUSY.first_s(50) + step_s), 1)
    assert sent[-1][0] == pytest.approx(BUSY.service_s(50, 60, load))
    for (at_s, _), done in zip(sent, np.cumsum([count for _, count in sent]), strict=True):
        assert BUSY.first_s(50) + done * step_s <= at_s + 1e-9


def test_a_request_takes_longer_the_more_are_in_flight():
    assert [BUSY.service_s(200, 40, n) for n in (1, 2, 3, 5)] == pytest.approx([0.3 + 40 * s for s in (0.010, 0.010, 0.013, 0.017)])


def test_a_full_house_is_said():
    slots = Slots(Timing("one", 1, 1, lambda _: 0.0, [1.0]))

    async def work():
        await slots.take()
        slots.waiting.extend(asyncio.get_running_loop().create_future() for _ in range(20_000))
        with pytest.raises(Busy):
            await slots.take()

    in_own_thread(asyncio.run, work())


def test_kinds_that_the_run_hardly_has_are_still_seen():
    kinds = shared([Kind("a", 1, 1, 1.0, True, 1e6), Kind("b", 1, 1, 1.0, True, 0.0)])
    assert sum(kind.per_s for kind in kinds) == pytest.approx(1.0) and 0.05 < kinds[1].per_s < 0.1
    assert table()["robot_planner", "deadline"] == 1.0 / table()["robot_planner", "rate"]


def test_the_promise_is_that_of_the_serving_model():
    plan = Plan(np.array([0.0]), np.array([1]))
    _, first, whole = promised(BUSY, requests_of(KINDS, plan))
    assert (first[0], whole[0]) == pytest.approx((0.1 + 0.2 + 0.010, 0.1 + 0.2 + 40 * 0.010))
    assert first_come_first_served(np.array([0.0]), lambda k, n: BUSY.service_s(200, 40, n), slots=6).end_s[0] == pytest.approx(whole[0])
