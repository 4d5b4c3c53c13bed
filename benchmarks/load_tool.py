"""A public load tool (Locust, MIT) against the loopback server: every answer must be read to its end without an error.

Run: PYTHONPATH=src python benchmarks/load_tool.py [--locust /path/to/locust] [--seconds 10] [--users 20]. Locust is found on PATH
where no path is given (`python -m venv load && load/bin/pip install locust`); where there is none, that is said and nothing is run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from gigacampus.measure.clients.server import HOST, ChatServer
from gigacampus.measure.clients.serving import INSTANT

USER = """
import json
from locust import HttpUser, constant, task

ASKED = {"model": "instant", "messages": [{"role": "user", "content": "one two three"}], "max_tokens": 5}


class Client(HttpUser):
    wait_time = constant(0)

    @task
    def whole(self):
        with self.client.post("/v1/chat/completions", json=ASKED, name="whole", catch_response=True) as answer:
            told = answer.json()["usage"]
            if told != {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}:
                answer.failure(f"other tokens: {told}")

    @task
    def stream(self):
        asked = {**ASKED, "stream": True}
        with self.client.post("/v1/chat/completions", json=asked, name="stream", stream=True, catch_response=True) as answer:
            lines = [line for line in answer.iter_lines() if line]
            words = sum(len(json.loads(line[6:])["choices"][0]["delta"].get("content", "").split()) for line in lines[:-1])
            if lines[-1] != b"data: [DONE]" or words != 5:
                answer.failure(f"{words} words, end {lines[-1]!r}")

    @task
    def models(self):
        self.client.get("/v1/models", name="models")
"""


async def loaded(locust: str, seconds: int, users: int) -> int:
    """Serve while the tool runs; print what it and the server counted. Gives 1 where a request failed or none was made."""
    server = ChatServer(INSTANT)
    port = await server.start()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "user.py"
        file.write_text(USER, encoding="utf-8")
        words = ["-f", str(file), "--headless", "-u", str(users), "-r", str(users), "-t", f"{seconds}s", "--host", f"http://{HOST}:{port}"]
        began = time.process_time()
        tool = await asyncio.create_subprocess_exec(
            locust, *words, "--json", "--only-summary", "-L", "ERROR", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await tool.communicate()
    used = time.process_time() - began
    await server.stop()
    rows = json.loads(out[out.index(b"[") :]) if b"[" in out else []
    for row in rows:
        print(f"{row['name']}: {row['num_requests']:,} requests, {row['num_failures']} failed, longest {row['max_response_time']:.0f} ms")
    made, failed = sum(row["num_requests"] for row in rows), sum(row["num_failures"] for row in rows)
    print(f"{made:,} requests, {failed} failed")
    print(f"server: {server.counts.refused} refused, {1e6 * used / max(made, 1):.0f} us of processor time a request")
    if failed or not made or tool.returncode:
        sys.stderr.write(err.decode(errors="replace"))
    return int(bool(failed or not made or server.counts.refused))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--locust", default=shutil.which("locust") or "")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--users", type=int, default=20)
    given = parser.parse_args()
    if not given.locust:
        print("skipped: no locust on PATH; name it by --locust")
        sys.exit(0)
    sys.exit(asyncio.run(loaded(given.locust, given.seconds, given.users)))
