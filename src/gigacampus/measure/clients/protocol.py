"""The chat-completions protocol: a request read and checked, and the pieces of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

MOST_OUTPUT = 100_000
"""Output tokens of one answer, at most."""
MOST_MESSAGES = 10_000
WORD = "word "
"""Every output token: one word, so that whoever counts words counts tokens."""


class Wrong(Exception):
    """A request that is answered with an error: status, what is wrong, and which field."""

    def __init__(self, status: int, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.param = status, message, param

    def body(self) -> bytes:
        """The error as the protocol writes it."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        error = {"message": self.message, "type": kind, "param": self.param, "code": self.status}
        return _encoded({"error": error})


@dataclass(frozen=True)
class Asked:
    """One request for an answer."""

    input_tokens: int
    output_tokens: int
    stream: bool
    with_usage: bool
    """Whether a stream ends with the count of tokens."""


def _encoded(told: dict[str, Any]) -> bytes:
    return bytes(msgspec.json.encode(told))


def asked(body: bytes, *, default_tokens: int) -> Asked:
    """The request in a body; raises ``Wrong`` with what is wrong with it. A token is a word of the messages' text.

    >>> asked(b'{"messages": [{"role": "user", "content": "one two"}], "max_tokens": 3}', default_tokens=9)
    Asked(input_tokens=2, output_tokens=3, stream=False, with_usage=False)
    """
    try:
        told = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        raise Wrong(400, "the body is not JSON") from None
    if not isinstance(told, dict):
        raise Wrong(400, "the body is no JSON object")
    output = told.get("max_completion_tokens", told.get("max_tokens"))
    output = default_tokens if output is None else output
    if isinstance(output, bool) or not isinstance(output, int) or not 1 <= output <= MOST_OUTPUT:
        raise Wrong(400, f"max_tokens must be a whole number from 1 to {MOST_OUTPUT:,}", "max_tokens")
    stream, options = told.get("stream") or False, told.get("stream_options") or {}
    if not isinstance(stream, bool):
        raise Wrong(400, "stream must be true or false", "stream")
    if not isinstance(options, dict):
        raise Wrong(400, "stream_options must be an object", "stream_options")
    if told.get("n") not in (None, 1):
        raise Wrong(400, "one answer a request: n must be 1", "n")
    return Asked(_words(told.get("messages")), output, stream, bool(options.get("include_usage")))


def _words(messages: Any) -> int:
    """Words of all messages; at least one, since a template marks the turn."""
    if not isinstance(messages, list) or not messages:
        raise Wrong(400, "messages must be a list with at least one message", "messages")
    if len(messages) > MOST_MESSAGES:
        raise Wrong(400, f"more than {MOST_MESSAGES:,} messages", "messages")
    count = 0
    for k, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise Wrong(400, "a message is an object with a role and content", f"messages[{k}]")
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"text": content}]
        for part in parts:
            text = part.get("text", "") if isinstance(part, dict) else None
            if text is not None and not isinstance(text, str):
                raise Wrong(400, "content must be text", f"messages[{k}].content")
            count += len((text or "").split())
    return max(count, 1)


def usage(request: Asked) -> dict[str, int]:
    """Tokens of a request and its answer."""
    whole = request.input_tokens + request.output_tokens
    return {"prompt_tokens": request.input_tokens, "completion_tokens": request.output_tokens, "total_tokens": whole}


def whole_answer(request: Asked, *, number: int, model: str, created: int) -> bytes:
    """The answer in one piece."""
    message = {"role": "assistant", "content": WORD * request.output_tokens}
    told = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "length"}],
        "usage": usage(request),
    }
    return _encoded(told)


def pieces(request: Asked, *, number: int, model: str, created: int) -> tuple[bytes, bytes]:
    """One token of a stream, and its end."""

    def event(choices: list[dict[str, Any]], **more: Any) -> bytes:
        head = {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": created, "model": model}
        return b"data: " + _encoded({**head, "choices": choices, **more}) + b"\n\n"

    token = event([{"index": 0, "delta": {"role": "assistant", "content": WORD}, "finish_reason": None}])
    last = event([{"index": 0, "delta": {}, "finish_reason": "length"}])
    counted = event([], usage=usage(request)) if request.with_usage else b""
    return token, last + counted + b"data: [DONE]\n\n"


def models(model: str, created: int) -> bytes:
    """The list of the one model that is served."""
    row = {"id": model, "object": "model", "created": created, "owned_by": "gigacampus"}
    return _encoded({"object": "list", "data": [row]})
