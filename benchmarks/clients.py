"""Requests a second of the loopback server, by the wall and by processor time, clients in a process of their own.

Run: PYTHONPATH=src python benchmarks/clients.py [--seconds 5]. Peers: none; the target is 2,000 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time

from gigacampus.measure.clients.client import burst
from gigacampus.measure.clients.server import ChatServer
from gigacampus.measure.clients.serving import INSTANT


def ask(port: int, seconds: float, connections: int) -> None:
    """A closed loop of clients; prints what they got."""
    answers, errors, took = asyncio.run(burst(port, seconds=seconds, connections=connections))
    print(f"{answers:,} answers in {took:.1f} s: {answers / took:,.0f} a second, {errors} errors")


async def serve(seconds: float, connections: int) -> None:
    """Serve one process of clients and tell the processor time of the server."""
    server = ChatServer(INSTANT)
    asker = multiprocessing.Process(target=ask, args=(await server.start(), seconds, connections))
    asker.start()
    while not server.counts.requests:
        await asyncio.sleep(0.01)
    used, before = time.process_time(), server.counts.requests
    while asker.is_alive():
        await asyncio.sleep(0.05)
    used, done = time.process_time() - used, server.counts.requests - before
    print(f"server: {1e6 * used / done:.0f} us of processor time a request, {done / used:,.0f} a second of one core")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args()
    asyncio.run(serve(given.seconds, given.connections))
