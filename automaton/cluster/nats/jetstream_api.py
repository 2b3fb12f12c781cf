"""Questions to JetStream itself: about streams, and to make and change them.

nats-py's own calls hide the numbers of errors behind classes, and read answers of newer servers strictly.
"""

from __future__ import annotations

import json
from typing import Any

from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from automaton.cluster.nats.connection import NatsConnection, asked_in_vain
from automaton.errors import Refused, Unreachable

ANSWERED_WITHIN = 5.0
"""Seconds: making a stream of three replicas takes an election."""


class ApiError(Refused):
    """JetStream said no; `number` is its own, which its documentation lists."""

    def __init__(self, number: int, description: str) -> None:
        self.number = number
        super().__init__(f"{description} ({number})")


async def ask_api(connection: NatsConnection, what: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer. Raises ApiError, and Unreachable where it may pass by itself."""
    subject = f"$JS.API.{what}"
    try:
        answer = await connection.request(
            subject, json.dumps(body).encode() if body else b"", ANSWERED_WITHIN
        )
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
