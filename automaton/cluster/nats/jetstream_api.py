"""Questions to JetStream itself: about streams, and to make and change them.

nats-py's own calls hide the numbers of errors behind classes, and read answers of newer servers strictly.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from automaton.cluster.nats.connection import NatsConnection, asked_in_vain
from automaton.errors import Refused, Unreachable

ANSWERED_WITHIN = 5.0
"""Seconds: making a stream of three replicas takes an election."""

READ_WITHIN = 2.0
"""Seconds for what needs none: whoever reads may have a lease to keep."""

NO_STREAM = 10059
WRONG_LAST = (10071, 10164)
"""An append expected another last sequence; the second does not say which it is."""

_NO_MESSAGE, _NO_PEERS = 10037, 10005

_PEERS_AWAY = re.compile(r"no suitable peers for placement(, peer offline)?$")
"""Of what the same number says, all else (storage, tags) is a fault of the configuration."""

_RESTART = "fewer servers see each other than are to keep copies; where all run and it stays so, restart them"
"""As 2.10 sometimes has it for good, where three servers were started at the same moment."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message of a stream."""

    sequence: int
    subject: str
    body: bytes


class ApiError(Refused):
    """JetStream said no; `number` is its own, which its documentation lists.

    `lacks_servers`: it keeps as many copies as were asked for once more of its servers see each other.
    """

    def __init__(self, number: int, description: str) -> None:
        self.number = number
        self.lacks_servers = number == _NO_PEERS and _PEERS_AWAY.search(description) is not None
        advice = f": {_RESTART}" if self.lacks_servers else ""
        super().__init__(f"{description} ({number}){advice}")


async def ask_api(
    connection: NatsConnection, what: str, body: dict[str, Any], within: float = ANSWERED_WITHIN
) -> dict[str, Any]:
    """The answer. Raises ApiError, and Unreachable where it may pass by itself."""
    subject = f"$JS.API.{what}"
    try:
        answer = await connection.request(subject, json.dumps(body).encode() if body else b"", within)
    except NoRespondersError:
        raise Unreachable(
            "NATS has no JetStream that answers: it is off in its configuration, or has no leader now"
        ) from None
    except (NatsError, TimeoutError) as error:
        raise Unreachable(asked_in_vain(connection, subject, error)) from None
    told: dict[str, Any] = json.loads(answer.data)
    if (no := told.get("error")) is not None:
        if no.get("code") == 503:
            raise Unreachable(f"JetStream cannot answer now: {no.get('description')}")
        raise ApiError(no.get("err_code", 0), no.get("description", "no reason given"))
    return told


def differs(config: Mapping[str, Any], wanted: Mapping[str, Any], keys: Sequence[str]) -> bool:
    """Whether a stream keeps something else than it has to; servers tell much besides, by version."""
    return any(config.get(key) != wanted.get(key) for key in keys)


async def get_message(connection: NatsConnection, stream: str, asked: dict[str, Any]) -> Found | None:
    """A message by its number, or the last of a subject, from the stream's leader; None where there is none.

    Not by `DIRECT.GET`: that asks any replica, one that was stopped too, and until its routes are given up,
    which takes minutes, a third of the questions have no answer. The leader gives small messages as quickly
    (1,000 of 400 bytes in 0.13 s), large ones at 40 MB a second instead of 280.

    Raises Unreachable.
    """
    try:
        told = (await ask_api(connection, f"STREAM.MSG.GET.{stream}", asked, READ_WITHIN))["message"]
    except ApiError as error:
        if error.number == _NO_MESSAGE:
            return None
        raise Unreachable(f"{stream} cannot be read now: {error}") from None
    return Found(told["seq"], told["subject"], base64.b64decode(told.get("data") or ""))
