"""One question of the control API and its answer, as they go from member to member.

`write` and `read` are their form on the way. The head of a request does not travel: who asks is a field.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from automaton.web.http_json import ErrorBody, write_json

JSON = "application/json"

MOVED = 421
"""The status of who does not own the shard, HTTP's Misdirected Request: nothing was done."""

T = TypeVar("T", bound=msgspec.Struct)


class ControlRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`path` as it is sent, with its escapes. `who` asks, and from which `address`, as the trail has it."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    who: str = ""
    address: str = ""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, and may be asked again."""
        return self.method in ("GET", "HEAD")


class ControlAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`headers` are those that matter beyond the length: the type, when to ask again."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}

    @property
    def is_success(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300

    @property
    def problem(self) -> str:
        """The sentence of a refusal."""
        try:
            return msgspec.json.decode(self.body, type=ErrorBody).problem
        except msgspec.MsgspecError:
            return f"it answered {self.status}: it is another version of automaton"


class NotAnsweredError(Exception):
    """A member did not answer; why, as a sentence. What it was asked for may have been done."""


def refused(status: int, problem: str) -> ControlAnswer:
    """A refusal, as `web/http_json.py` tells it."""
    return ControlAnswer(status=status, body=write_json(ErrorBody(problem)), headers={"content-type": JSON})


def write(content: msgspec.Struct) -> bytes:
    """A request or an answer as bytes."""
    return msgspec.msgpack.encode(content)


def read(content: bytes, shape: type[T]) -> T:
    """What `write` gave. Raises NotAnsweredError for anything else."""
    try:
        return msgspec.msgpack.decode(content, type=shape)
    except msgspec.MsgspecError as problem:
        raise NotAnsweredError(f"what came is of another version of automaton: {problem}") from None
