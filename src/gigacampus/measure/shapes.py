"""A line of a public post stream as one post: AT Protocol, ActivityPub, Mastodon, the archived shapes of X, or any other by a field map."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import msgspec

from gigacampus.foundation.errors import nearest, refuse

LONGEST_LINE = 262_144
"""Bytes of a line that is read; a longer one counts as hostile."""
NAN = float("nan")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DECODER = msgspec.json.Decoder()
NEW_POST = "app.bsky.feed.post"
LONGEST_TEXT = 20_000
"""Characters of a text that are read; a post that is longer counts as hostile."""
TAG = re.compile(r"<[^>]{0,1000}>")
HASHTAG = re.compile(r"#(\w{2,60})")
FIELDS = ("text", "time", "received", "lang", "media", "reply", "repost", "id")


class Hostile(Exception):
    """A line that is no event of any known shape."""


class Post(msgspec.Struct, gc=False):
    """One post, held only while it is measured; a record of msgspec, which is made in a third of the time that a dataclass takes."""

    text: str
    time_s: float
    """When it was written, s since 1970; NaN where the line does not say."""
    received_s: float = float("nan")
    """When the stream carried it."""
    lang: str = ""
    has_media: bool = False
    is_reply: bool = False
    is_repost: bool = False
    key: str = ""
    """What tells this post from any other; a second delivery of it is not counted."""


class _Embed(msgspec.Struct, gc=False):
    kind: str = msgspec.field(default="", name="$type")


class _Record(msgspec.Struct, gc=False):
    text: str
    time: str = msgspec.field(default="", name="createdAt")
    langs: list[str] | None = None
    embed: _Embed | None = None
    reply: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Commit(msgspec.Struct, gc=False):
    operation: str
    collection: str
    record: _Record
    rkey: str = ""


class _Event(msgspec.Struct, gc=False):
    """What is read of the commonest line, a new post of the AT Protocol: the rest of the line is checked and left."""

    kind: str
    commit: _Commit
    did: str = ""
    time_us: int = 0


TYPED = msgspec.json.Decoder(_Event)


def parse_time(value: Any) -> float:
    """Seconds since 1970 of the stamps that such streams carry; NaN where there is none.

    >>> parse_time("2026-01-16T12:00:00Z") == parse_time(1768564800) == parse_time("Fri Jan 16 12:00:00 +0000 2026")
    True
    """
    kind = type(value)
    try:
        if kind is int or kind is float:
            return _epoch(float(value))
        if kind is not str:
            return NAN
        if value.isdigit():
            return _epoch(float(value))
        if value[:1].isalpha():
            return _dated(value)
        stamp = datetime.fromisoformat(value)
        return ((stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)) - EPOCH).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return NAN


def _epoch(number: float) -> float:
    """A count since 1970 in s, ms or us, told apart by its size."""
    if 1e14 <= number < 1e16:
        return number / 1e6
    if 1e11 <= number < 1e13:
        return number / 1e3
    return number if 1e8 <= number < 1e10 else NAN


@lru_cache(1024)
def _dated(value: str) -> float:
    """Seconds of a stamp in words; kept, since the posts of a second share theirs."""
    parts = value.split()
    if len(parts) == 6:
        return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y").timestamp()
    return parsedate_to_datetime(value).timestamp()


def jetstream(event: Mapping[str, Any]) -> Post | None:
    """An event of the AT Protocol's JSON stream; None where it creates no post."""
    commit = event.get("commit") or {}
    if event.get("kind") != "commit" or commit.get("operation") != "create" or commit.get("collection") != NEW_POST:
        return None
    record = commit["record"]
    langs, embed, rkey = record.get("langs"), record.get("embed"), commit.get("rkey")
    media = _shows(str(embed.get("$type", ""))) if embed else False
    key = f"{event.get('did', '')}/{rkey}" if rkey else ""
    time_s, received_s = parse_time(record.get("createdAt")), parse_time(event.get("time_us"))
    return Post(record["text"], time_s, received_s, str(langs[0])[:8] if langs else "", media, "reply" in record, False, key)


def _shows(embed: str) -> bool:
    """Whether what a post embeds is a picture or a film."""
    return embed != "" and ("image" in embed or "video" in embed or "recordWithMedia" in embed)


def _common(line: bytes) -> Post | None:
    """The post of a line of the commonest shape, read straight into its fields; None for any other line, which is then read in full."""
    try:
        event = TYPED.decode(line)
        if not line.isascii():
            line.decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    commit = event.commit
    if event.kind != "commit" or commit.operation != "create" or commit.collection != NEW_POST:
        return None
    record, rkey = commit.record, commit.rkey
    langs, embed = record.langs, record.embed
    media = _shows(embed.kind) if embed is not None else False
    key = f"{event.did}/{rkey}" if rkey else ""
    lang, reply = langs[0][:8] if langs else "", record.reply is not msgspec.UNSET
    return Post(record.text, parse_time(record.time), parse_time(event.time_us), lang, media, reply, False, key)


def activity(event: Mapping[str, Any]) -> Post | None:
    """An ActivityPub activity; None where it is neither a new note nor a repost."""
    if event.get("type") == "Announce":
        return Post("", parse_time(event.get("published")), is_repost=True, key=_key(event))
    note = event.get("object")
    if event.get("type") != "Create" or not isinstance(note, Mapping) or note.get("type") != "Note":
        return None
    langs = list(note.get("contentMap") or {"": ""})
    media, reply = bool(note.get("attachment")), bool(note.get("inReplyTo"))
    return Post(
        plain_text(note["content"]), parse_time(note.get("published")), lang=langs[0][:8], has_media=media, is_reply=reply, key=_key(note)
    )


def status(event: Mapping[str, Any]) -> Post | None:
    """A status of the Mastodon interface."""
    repost = event.get("reblog") is not None
    told = plain_text(event["content"]), parse_time(event.get("created_at"))
    lang, media = str(event.get("language") or "")[:8], bool(event.get("media_attachments"))
    return Post(*told, lang=lang, has_media=media, is_reply=event.get("in_reply_to_id") is not None, is_repost=repost, key=_key(event))


def archived(event: Mapping[str, Any]) -> Post | None:
    """A post of the archived JSON of X, first shape."""
    if "delete" in event or "limit" in event:
        return None
    text = html.unescape(event.get("full_text") or event["text"])
    media = bool((event.get("extended_entities") or event.get("entities") or {}).get("media"))
    repost = "retweeted_status" in event or text.startswith("RT @")
    time = parse_time(event.get("created_at"))
    received, reply = parse_time(event.get("timestamp_ms")), event.get("in_reply_to_status_id") is not None
    return Post(text, time, received, str(event.get("lang") or "")[:8], media, reply, repost, _key(event))


def archived_second(event: Mapping[str, Any]) -> Post | None:
    """A post of the archived JSON of X, second shape."""
    post = event["data"]
    kinds = {str(ref.get("type")) for ref in post.get("referenced_tweets") or []}
    media, time = bool((post.get("attachments") or {}).get("media_keys")), parse_time(post.get("created_at"))
    marks = {"has_media": media, "is_reply": "replied_to" in kinds, "is_repost": "retweeted" in kinds}
    return Post(html.unescape(post["text"]), time, lang=str(post.get("lang") or "")[:8], key=_key(post), **marks)


def _key(event: Mapping[str, Any]) -> str:
    return str(event.get("id_str") or event.get("id") or "")[:500]


def plain_text(content: str) -> str:
    """Text without its marks of HTML.

    >>> plain_text("<p>a &amp; <b>b</b></p>")
    'a & b'
    """
    return (
        html.unescape(TAG.sub("", content.replace("<br", " <br").replace("</p><p>", " "))) if "<" in content or "&" in content else content
    )


def shape_of(event: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Post | None]:
    """The reader for an event, by the keys that only its shape has."""
    if "commit" in event or event.get("kind") in ("identity", "account", "commit"):
        return jetstream
    if "content" in event and "created_at" in event:
        return status
    if "type" in event and ("object" in event or "actor" in event):
        return activity
    if isinstance(event.get("data"), Mapping):
        return archived_second
    if "text" in event or "full_text" in event or "delete" in event or "limit" in event:
        return archived
    raise Hostile("no known shape")


def mapped(fields: Mapping[str, str]) -> Callable[[Mapping[str, Any]], Post | None]:
    """A reader for any other shape: ``{"text": "body.text", "time": "ts"}`` names the path of each field.

    >>> mapped({"text": "body.text", "time": "ts"})({"body": {"text": "hello"}, "ts": 1768564800}).text
    'hello'
    """
    wrong = next((name for name in fields if name not in FIELDS), None)
    if wrong is not None or "text" not in fields:
        raise refuse(
            f"{wrong!r} is no field of a post" if wrong else "the field map names no text",
            path="--map",
            nearest=nearest(wrong or "text", FIELDS),
            fix="write --map text=PATH --map time=PATH; fields are " + ", ".join(FIELDS),
        )
    paths = {name: path.split(".") for name, path in fields.items()}

    def read(event: Mapping[str, Any]) -> Post | None:
        got = {name: _at(event, path) for name, path in paths.items()}
        if got["text"] is None:
            return None
        flags = (bool(got.get("media")), bool(got.get("reply")), bool(got.get("repost")))
        return Post(
            got["text"],
            parse_time(got.get("time")),
            parse_time(got.get("received")),
            str(got.get("lang") or "")[:8],
            *flags,
            key=str(got.get("id") or ""),
        )

    return read


def _at(event: Any, path: list[str]) -> Any:
    for part in path:
        event = event.get(part) if isinstance(event, Mapping) else None
    return event


def read_line(line: bytes, reader: Callable[[Mapping[str, Any]], Post | None] | None = None) -> Post | None:
    """The post on a line; None for an event that is no post. Raises ``Hostile`` for anything else."""
    if len(line) > LONGEST_LINE:
        raise Hostile("too long")
    try:
        post = _common(line) if reader is None else None
        if post is None:
            event = DECODER.decode(line)
            if type(event) is not dict:
                raise Hostile("no object")
            post = (reader or shape_of(event))(event)
        if post is None:
            return None
        if not isinstance(post.text, str) or len(post.text) > LONGEST_TEXT:
            raise Hostile("no text")
    except msgspec.DecodeError as error:
        raise Hostile("JSONDecodeError") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Hostile(type(error).__name__) from error
    return post
