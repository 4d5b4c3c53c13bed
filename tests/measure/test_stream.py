"""The stream meter: every shape read, hostile lines counted, copies and half-lives found as planted, bounded and repeatable."""

import gzip
import json
import math
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from gigacampus.cli import measure as cli
from gigacampus.cli.measure import lines_of
from gigacampus.foundation.errors import ScenarioError
from gigacampus.measure import shapes
from gigacampus.measure.copies import VALUES, NearCopies, Seen, normalised, signatures
from gigacampus.measure.meter import measure, told
from gigacampus.measure.patch import patch_text
from gigacampus.measure.shapes import Hostile, _common, mapped, read_line
from gigacampus.measure.topics import LEAST_POSTS, TOPICS, Topics, half_life_s

DAY = datetime(2026, 1, 16, tzinfo=UTC)


def jetstream(text, second=0.0, number=0, **record):
    at = DAY + timedelta(seconds=second)
    stamp = at.isoformat().replace("+00:00", "Z")
    record = {"text": text, "createdAt": stamp, **record}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"r{number}", "record": record}
    event = {"did": "did:plc:x", "time_us": int((at.timestamp() + 2.0) * 1e6), "kind": "commit", "commit": commit}
    return json.dumps(event).encode()


SHAPES = {
    "jetstream": jetstream("hello", langs=["en"], reply={"parent": {}}, embed={"$type": "app.bsky.embed.images"}),
    "activity": json.dumps(
        {
            "type": "Create",
            "object": {
                "id": "https://x.example/1",
                "type": "Note",
                "content": "<p>hello</p>",
                "contentMap": {"en": "hello"},
                "published": "2026-01-16T00:00:00Z",
                "attachment": [{}],
                "inReplyTo": "https://x.example/0",
            },
        }
    ).encode(),
    "status": json.dumps(
        {
            "id": "1",
            "created_at": "2026-01-16T00:00:00.000Z",
            "content": "<p>hello</p>",
            "language": "en",
            "media_attachments": [{}],
            "in_reply_to_id": "0",
            "reblog": None,
        }
    ).encode(),
    "archived": json.dumps(
        {
            "id_str": "1",
            "created_at": "Fri Jan 16 00:00:00 +0000 2026",
            "text": "hello",
            "lang": "en",
            "entities": {"media": [{}]},
            "in_reply_to_status_id": 1,
        }
    ).encode(),
    "archived_second": json.dumps(
        {
            "data": {
                "id": "1",
                "created_at": "2026-01-16T00:00:00.000Z",
                "text": "hello",
                "lang": "en",
                "attachments": {"media_keys": ["1"]},
                "referenced_tweets": [{"type": "replied_to"}],
            }
        }
    ).encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_post(shape):
    post = read_line(SHAPES[shape])
    assert (post.text, post.time_s, post.lang, post.has_media, post.is_reply, post.is_repost) == (
        "hello",
        DAY.timestamp(),
        "en",
        True,
        True,
        False,
    )
    assert post.key


HOSTILE = [
    b"{broken",
    b"[]",
    b"3",
    b'"text"',
    b'{"text": 3}',
    b'{"text": null}',
    b'{"text": "one"} {"text": "two"}',
    b'{"kind": "commit", "commit": {"operation": "create", "collection": "app.bsky.feed.post"}}',
    b"\xff\xfe{}",
    b'{"unknown": 1}',
    b'{"text": "' + b"x" * 30_000 + b'"}',
    b"[" * 100_000,
    b'{"text": "\\ud800"}',
    b'{"data": {"text": []}}',
    b'{"content": 5, "created_at": "x"}',
]


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_line_is_counted_and_never_fatal(line):
    with pytest.raises(Hostile):
        read_line(line)
    found = told(measure([line, jetstream("hello")]))
    assert (found["posts"], found["hostile_lines"]) == (1, 1)


@pytest.mark.parametrize("odd", [b'"x":"\xff",', b'"x":"\xed\xa0\x80",', b'"x":NaN,', b'"x":[1,],', b'"x":"\\q",'])
def test_a_fault_in_a_part_that_is_not_read_makes_a_line_hostile(odd):
    line = jetstream("hello")
    assert read_line(line).text == "hello"
    with pytest.raises(Hostile):
        read_line(line.replace(b"{", b"{" + odd, 1))


@pytest.mark.parametrize(
    "post", [{}, {"langs": []}, {"langs": ["pt-BR-long-tag"]}, {"reply": None}, {"embed": {"$type": "x#video"}}, {"embed": {}}]
)
def test_the_short_way_reads_the_post_that_the_full_one_reads(post):
    event = json.loads(jetstream("hello"))
    record = event["commit"]["record"]
    for optional in ("langs", "reply", "embed"):
        record.pop(optional, None)
    record |= post
    short, full = _common(json.dumps(event).encode()), shapes.jetstream(event)
    assert short is not None and short == full


HUGE = b"9" * 400


@pytest.mark.parametrize("stamp", [HUGE, b"-" + HUGE, b"1e308", b'"' + HUGE + b'"', b"[1]", b'{"a": 1}', b"true", b"null", b'"Abc"', b'""'])
def test_a_stamp_that_no_clock_writes_is_no_time_and_never_fatal(stamp):
    found = told(measure([b'{"text": "hello", "created_at": ' + stamp + b', "timestamp_ms": ' + stamp + b"}"]))
    assert (found["posts"], found["hostile_lines"], found["posts_per_s"], found["lag_s"]) == (1, 0, None, None)


@pytest.mark.parametrize("piece", [1, 7, 64, 1000])
def test_where_a_stream_is_cut_into_pieces_changes_nothing(piece, monkeypatch, tmp_path):
    path = tmp_path / "a.jsonl"
    long = b'{"text": "' + b"x" * 5000 + b'"}'
    path.write_bytes(b"\r\n".join([*HOSTILE[:5], jetstream("h\u00e9llo"), long, b"", jetstream("\u4e16\u754c", number=1)]))
    whole = list(lines_of(str(path)))
    monkeypatch.setattr(cli, "PIECE", piece)
    assert list(lines_of(str(path))) == whole and len(whole) == 9
    monkeypatch.setattr(cli, "LONGEST_LINE", 1000)
    cut = list(lines_of(str(path)))
    assert len(cut) == 9 and all(len(line) <= 1000 for line in cut if not line.startswith(long[:20]))
    assert len(cut[6]) >= 1000 and [line for n, line in enumerate(cut) if n != 6] == [line for n, line in enumerate(whole) if n != 6]


def test_other_events_are_no_posts():
    like = {"kind": "commit", "commit": {"operation": "create", "collection": "app.bsky.feed.like", "record": {}}}
    gone = {"delete": {"status": {"id": 1}}}
    found = told(measure([json.dumps(event).encode() for event in (like, gone, {"kind": "identity"})]))
    assert (found["posts"], found["other_events"], found["hostile_lines"]) == (0, 3, 0)


def test_a_field_map_reads_any_other_shape_and_refuses_what_it_does_not_know():
    post = read_line(b'{"b": {"t": "hi"}, "w": 1768521600}', mapped({"text": "b.t", "time": "w"}))
    assert (post.text, post.time_s) == ("hi", 1768521600.0)
    with pytest.raises(ScenarioError, match="'txt' is no field"):
        mapped({"txt": "a"})
    with pytest.raises(ScenarioError, match="names no text"):
        mapped({"time": "a"})


def planted(count=20_000, exact=0.10, near=0.08):
    """Lines with known shares of exact and near copies, 50 a second, and those shares."""
    dice = random.Random(7)
    words = [f"w{dice.getrandbits(28):x}" for _ in range(5000)]
    texts, lines, copies = [], [], [0, 0]
    for number in range(count):
        share = dice.random()
        if texts and share < exact:
            text, copies[0] = dice.choice(texts), copies[0] + 1
        elif texts and share < exact + near:
            parts = dice.choice(texts).split()
            parts[dice.randrange(len(parts))] += "x"
            text, copies[1] = " ".join(parts), copies[1] + 1
        else:
            text = " ".join(dice.choice(words) for _ in range(dice.randint(14, 24)))
            texts.append(text)
        lines.append(jetstream(text, number / 50.0, number, langs=["en"]))
    return lines, copies[0] / count, copies[1] / count


@pytest.fixture(scope="module")
def stream():
    return planted()


def test_planted_copies_are_found_within_a_point(stream):
    lines, exact, near = stream
    found = told(measure(lines))
    assert found["exact_duplicate_frac"] == pytest.approx(exact, abs=0.01)
    assert found["near_duplicate_frac"] == pytest.approx(exact + near, abs=0.01)
    assert found["posts_per_s"] == pytest.approx(50.0, rel=0.01)
    assert found["lag_s"]["p50"] == pytest.approx(2.0, abs=1e-3)


def test_a_cut_a_repeat_and_another_order_change_nothing_that_they_should_not(stream):
    lines, _, _ = stream
    lines = lines[:6000]
    whole = told(measure(lines))
    mixed = [*lines[:3000], lines[10][:40], *lines[2500:3000], *lines[3000:]]
    for start in range(0, len(mixed) - 8, 8):
        mixed[start : start + 8] = mixed[start : start + 8][::-1]
    found = told(measure(mixed))
    assert (found["hostile_lines"], found["repeated_lines"]) == (1, 500)
    for name in ("posts", "span_s", "posts_per_s", "exact_duplicate_frac", "posts_by_script"):
        assert found[name] == whole[name], name
    assert found["near_duplicate_frac"] == pytest.approx(whole["near_duplicate_frac"], abs=0.002)
    assert found["tokens_per_post"]["mid"] == pytest.approx(whole["tokens_per_post"]["mid"])


@pytest.mark.parametrize("half_life_h", [0.5, 3.0, 12.0])
def test_a_planted_half_life_is_found(half_life_h):
    ages_s = np.sort(np.random.default_rng(3).exponential(half_life_h * 3600.0 / math.log(2.0), 6000))
    topics = Topics()
    for age in ages_s[ages_s < 6.0 * half_life_h * 3600.0]:
        topics.add("storm", 1e9 + age)
    assert topics.half_lives_h()[0] == pytest.approx(half_life_h, rel=0.05)


def test_a_topic_that_does_not_fade_or_is_rare_has_no_half_life():
    assert half_life_s(np.full(64, LEAST_POSTS), 60.0) is None
    assert half_life_s(np.array([5, 4, 3, 2, 1]), 60.0) is None


def test_a_few_posts_tell_a_mean_and_no_band(stream):
    few, many = (told(measure(stream[0][:count]))["tokens_per_post"] for count in (100, 8192))
    assert few["mid"] > 0.0 and few["low"] is None and few["high"] is None
    assert many["low"] < many["mid"] < many["high"]


def test_memory_is_bounded():
    topics, seen = Topics(), Seen(size=100)
    for number in range(TOPICS + 10):
        topics.add(str(number), float(number))
    assert len(topics.held) <= TOPICS
    for number in range(1000):
        seen.seen([str(number)])
    assert np.count_nonzero(seen.young) + np.count_nonzero(seen.old) <= 200


def plain_signature(text, multiplier, offset):
    """Twin of the signature in plain integers."""
    pieces = [text[i : i + 5] for i in range(max(len(text) - 4, 1))]
    out = []
    for k in range(VALUES):
        values = []
        for piece in pieces:
            x = 1
            for byte in piece:
                x = (x * 256 + byte) % 2**64
            x = x * 0x9E3779B97F4A7C15 % 2**64
            x = ((x ^ (x >> 29)) >> 16) % 2**16
            values.append((x * int(multiplier[k]) + int(offset[k])) % 2**16)
        out.append(min(values))
    return out


def test_signatures_equal_the_plain_twin():
    near, texts = NearCopies(remembered=16, slots=64), [b"helloworld", b"abc", b"a longer text that has many shingles"]
    assert signatures(texts, near.multiplier, near.offset).T.tolist() == [plain_signature(t, near.multiplier, near.offset) for t in texts]


def test_what_was_forgotten_is_no_copy():
    near = NearCopies(remembered=4, slots=8)
    same = np.ones((VALUES, 2), np.uint16)
    assert near.alike(same).tolist() == [False, True]
    near.count = 100
    assert near.alike(same[:, :1]).tolist() == [False]


def one_by_one(near, signature):
    """Twin of ``alike`` that takes texts one after the other."""
    return np.array([near.alike(signature[:, [i]])[0] for i in range(signature.shape[1])])


def test_texts_at_once_give_the_copies_that_they_give_one_by_one(stream):
    texts = normalised([read_line(line).text for line in stream[0][:1500]])
    together, single, seen, one = NearCopies(slots=512), NearCopies(slots=512), Seen(size=300), Seen(size=300)
    signature = signatures(texts, together.multiplier, together.offset)
    found = np.concatenate([together.alike(signature[:, i : i + 250]) for i in range(0, 1500, 250)])
    assert found.any() and found.tolist() == one_by_one(single, signature).tolist()
    words = [str(number * number % 211) for number in range(300)]
    assert seen.seen(words).tolist() == [one.seen([word])[0] for word in words] == [w in words[:i] for i, w in enumerate(words)]


def test_links_names_and_marks_make_no_other_text():
    assert normalised(["RT @a Hello, world! https://x.example/1", "\u00dfeta"]) == [*normalised(["hello world"]), "\u00dfeta".encode()]


def test_the_patch_is_taken_by_a_scenario_with_its_bands(stream, tmp_path):
    from gigacampus.scenario.document import load
    from gigacampus.scenario.templates import starter

    found = told(measure(stream[0]))
    (tmp_path / "measured.yaml").write_text(patch_text(found), encoding="utf-8")
    (tmp_path / "own.yaml").write_text(starter("grid", "Own") + "\npatches: [measured.yaml]\n", encoding="utf-8")
    scenario, _ = load(tmp_path / "own.yaml")
    assert scenario.products.posts.tokens_per_post == pytest.approx(found["tokens_per_post"]["mid"], rel=1e-4)
    assert scenario.products.posts.posts_per_day == pytest.approx(50 * 86_400, rel=0.01)
    assert "products.posts.unique_frac" in scenario.uncertainty


def run(*words, text=b""):
    return subprocess.run([sys.executable, "-m", "gigacampus", "measure", "stream", *words], input=text, capture_output=True, check=False)


def test_the_command_reads_files_packed_files_and_standard_input(tmp_path, stream):
    lines = b"\n".join(stream[0][:500])
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines))
    packed, piped = run(str(tmp_path / "a.jsonl.gz"), "--json"), run("-", "--json", "--counts-only", text=lines)
    assert json.loads(packed.stdout)["posts"] == json.loads(piped.stdout)["posts"] == 500
    assert json.loads(piped.stdout)["near_duplicate_frac"] is None
    assert not any(word in packed.stdout for word in (b"did:plc", stream[0][0][-60:-40]))


def test_the_command_refuses_what_holds_no_post():
    found = run("-", text=b"a,b\n1,2\n")
    assert found.returncode == 2
    assert b"hold no post" in found.stderr and b"--map" in found.stderr


def test_a_packed_file_that_is_cut_off_is_refused_by_name(tmp_path):
    packed = gzip.compress(b"".join(jetstream(f"post {k}", k, k) + b"\n" for k in range(200)))
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(ScenarioError, match="cut off") as refused:
        list(lines_of(str(tmp_path / "cut.jsonl.gz")))
    assert refused.value.findings[0].file.endswith("cut.jsonl.gz")
