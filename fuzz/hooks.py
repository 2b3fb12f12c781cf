"""What strangers send to the port of the hooks: a request, as bytes.

Only the right token calls a hook, and only the hook of that token. Fields are flat, few and short. Every
refusal is a sentence in JSON, and nothing is a 500.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from automaton.core.events import FieldValue
from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.web.hook_fields import LARGEST_NUMBER, LONGEST_FIELD, MOST_FIELDS
from automaton.web.hooks import HooksApi, NoSingleServer
from fuzz.asgi import ask

_TOKENS = {"deploy": Secret("right"), "other": Secret("t0ken"), "unset": Secret("")}
_LONGEST_ANSWER = 2000  # bytes


class _Calls:
    """The daemon behind the hooks, and its clock, which stands still."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, Mapping[str, FieldValue]]] = []

    def now(self) -> Moment:
        return Moment(0.0, 1_800_000_000.0)

    def tokens(self) -> Mapping[str, Secret]:
        return _TOKENS

    def find(self, text: str) -> str | NoSingleServer:
        known: Mapping[str, str | NoSingleServer] = {"lobby": "u-1", "twin": NoSingleServer.SEVERAL}
        return known.get(text, NoSingleServer.NONE)

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, FieldValue]) -> str:
        self.taken.append((hook, server, fields))
        return ""


def check(data: bytes) -> None:
    """Sends one request to an application of its own."""
    calls = _Calls()
    answer = ask(HooksApi(calls, calls).app, data)
    if answer is None:
        return
    assert answer.status < 500
    assert len(answer.body) <= _LONGEST_ANSWER
    assert (answer.status == 202) == bool(calls.taken)
    assert answer.status == 202 or not answer.body or json.loads(answer.body)["problem"]
    assert answer.status != 202 or not answer.body or json.loads(answer.body)["left_out"] > 0
    for hook, server, fields in calls.taken:
        assert _TOKENS[hook].reveal().encode() in data.partition(b"\n\n")[0].replace(b"\r\n", b"\n"), hook
        assert _TOKENS[hook].reveal()
        assert server in ("", "u-1")
        assert len(fields) <= MOST_FIELDS
        assert all(_is_small(value) for value in fields.values())


def seeds() -> Iterator[bytes]:
    """Right and wrong calls."""
    for token in ("right", "t0ken", "", "wrong", "r\xefght"):
        for body in (
            '{"server":"lobby","version":"1.2","n":3,"ok":true}',
            '{"server":"twin"}',
            '{"a":{"b":{"c":{"d":{"e":1,"f":{"g":2}}}}},"list":[{"a":1}]}',
            "[]",
            "",
            "{",
        ):
            head = f"POST /hooks/deploy HTTP/1.1\nHost: x\nAuthorization: Bearer {token}\n\n"
            yield head.encode("latin-1") + body.encode()
    yield b"GET /hooks/deploy HTTP/1.1\nHost: x\n\n"
    yield b"POST /hooks/%2e%2e/unset?x=1 HTTP/1.1\nHost: x\nAuthorization: bearer \n\n{}"
    yield b"POST //hooks/deploy/ HTTP/1.1\nHost: x\n\n{}"


def _is_small(value: FieldValue) -> bool:
    match value:
        case bool() | None:
            return True
        case str():
            return len(value) <= LONGEST_FIELD
    return abs(value) < LARGEST_NUMBER or isinstance(value, float)
