"""The live reader against a loopback replayer that cuts, repeats, reorders and sends hostile lines."""

import json
import random
import socket
import threading
import time

import pytest
from typer.testing import CliRunner

from gigacampus.cli import application
from gigacampus.foundation.errors import ScenarioError
from gigacampus.measure import live
from gigacampus.measure.live import Live
from gigacampus.measure.meter import measure, told

sync = pytest.importorskip("websockets.sync.server")
DAY_US = 1_768_521_600_000_000


def post(number):
    stamp = f"2026-01-16T00:{number // 60 % 60:02}:{number % 60:02}Z"
    text = f"post {number} of a replayed stream" if number % 10 else "the same words again and again"
    record = {"text": text, "createdAt": stamp, "langs": ["en"]}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"r{number}", "record": record}
    return json.dumps({"did": "did:plc:x", "time_us": DAY_US + number * 1_000_000, "kind": "commit", "commit": commit})


POSTS = [post(n) for n in range(400)]
HOSTILE = ["{broken", "[]", '{"unknown": 1}', b"\xff\xfe", "x" * 1000]


class Replayer:
    """Serves ``script(connection, cursor)``: a list of messages, or None for a cut without a goodbye."""

    def __init__(self, script):
        self.script, self.paths = script, []
        self.server = sync.serve(self.handle, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self.server.socket.getsockname()[1]}/subscribe?wanted=posts"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def handle(self, connection):
        self.paths.append(connection.request.path)
        for message in self.script(len(self.paths)):
            if message is None:
                connection.socket.shutdown(socket.SHUT_RDWR)
                return
            connection.send(message)
        time.sleep(0.3)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(live, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(live, "TRIES", 3)


def metered(script, seconds=60.0):
    with Replayer(script) as replayer:
        stream = Live(replayer.url, seconds)
        return told(measure(stream.lines())), stream, replayer


def figures(found):
    """What cuts, repeats and reordering must not change."""
    names = ("posts", "exact_duplicate_frac", "span_s", "posts_per_s", "reply_frac")
    return {
        **{name: found[name] for name in names},
        "tokens": found["tokens_per_post"]["mid"],
        "bytes": found["text_bytes_per_post"]["mid"],
    }


PLAIN = figures(told(measure(line.encode() for line in POSTS)))


def once(messages):
    return lambda connection: messages if connection == 1 else [None]


def test_a_stream_is_measured_as_its_file_is():
    found, stream, _ = metered(once(POSTS))
    assert figures(found) == pytest.approx(PLAIN) and stream.messages == 400 and found["hostile_lines"] == 0


def test_repeats_are_counted_once_and_the_order_changes_nothing():
    dice = random.Random(3)
    mixed = [*POSTS, *POSTS[50:120]]
    dice.shuffle(mixed)
    found, _, _ = metered(once(mixed))
    assert figures(found) == pytest.approx(PLAIN) and found["repeated_lines"] == 70


def test_a_cut_is_read_on_from_shortly_before_it():
    scripts = {1: [*POSTS[:150], None], 2: [*POSTS[140:300], None], 3: POSTS[295:]}
    found, stream, replayer = metered(lambda connection: scripts.get(connection, [None]))
    assert figures(found) == pytest.approx(PLAIN) and found["repeated_lines"] == 15 and stream.cuts >= 2
    assert replayer.paths[0].endswith("?wanted=posts")
    assert f"cursor={DAY_US + 149 * 1_000_000 - live.OVERLAP_US}" in replayer.paths[1] and "wanted=posts" in replayer.paths[1]


def test_hostile_messages_are_counted_and_never_fatal():
    mixed = [message for n, line in enumerate(POSTS) for message in ([line, HOSTILE[n // 20 % 5]] if n % 20 == 0 else [line])]
    found, _, _ = metered(once(mixed))
    assert figures(found) == pytest.approx(PLAIN) and found["hostile_lines"] == 20


def test_a_message_that_is_too_long_ends_its_connection_alone(monkeypatch):
    monkeypatch.setattr(live, "LONGEST_MESSAGE", 5_000)
    scripts = {1: [*POSTS[:200], "y" * 10_000, *POSTS[:5]], 2: POSTS[200:]}
    found, stream, _ = metered(lambda connection: scripts.get(connection, [None]))
    assert figures(found) == pytest.approx(PLAIN) and stream.connections >= 2


def test_the_time_is_kept_and_a_silent_stream_ends_with_it():
    found, stream, _ = metered(lambda _: POSTS[:10], seconds=0.2)
    assert found["posts"] == 10 and not stream.lost


def test_a_stream_that_is_not_there_says_so():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        stream = Live(f"ws://127.0.0.1:{held.getsockname()[1]}/", 30.0)
        assert list(stream.lines()) == [] and "ConnectionRefusedError" in stream.lost


@pytest.mark.parametrize(
    ("url", "why"), [("https://x.example", "no address"), ("ws://", "no address"), ("wss://a:b@x.example/", "password")]
)
def test_a_wrong_address_is_refused(url, why):
    with pytest.raises(ScenarioError, match=why):
        Live(url, 1.0)


def test_the_command_measures_a_live_stream_and_says_how_it_went(tmp_path):
    with Replayer(once(POSTS)) as replayer:
        words = ["measure", "stream", "--live", replayer.url, "--seconds", "20", "--json", "--write", str(tmp_path / "p.yaml")]
        done = CliRunner().invoke(application(), words)
    found = json.loads(done.stdout)
    assert done.exit_code == 0 and found["posts"] == 400 and found["live"]["messages"] == 400
    assert "tokens_per_post" in (tmp_path / "p.yaml").read_text()
    for wrong in (["measure", "stream"], ["measure", "stream", "x.jsonl", "--live", "ws://127.0.0.1:1/"]):
        done = CliRunner().invoke(application(), wrong)
        assert done.exit_code == 2 and "--live" in done.stderr
