"""Who cannot prove that a channel is its own sends nothing for it."""

from __future__ import annotations

import pytest

from automaton.core.calls import Severity
from automaton.daemon.cluster.leased_sender import LOOKED_AGAIN, LeasedSender
from automaton.delivery.message import Message
from automaton.errors import TryLater
from automaton.secret import Secret

pytestmark = pytest.mark.anyio
URL = Secret("json://ops")
MESSAGE = Message(id="1", title="t", lines=(), severity=Severity.INFO)


class Sent:
    def __init__(self) -> None:
        self.got: list[Message] = []

    async def send(self, url: Secret, message: Message, /) -> None:
        self.got.append(message)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_under_a_lease_it_sends() -> None:
    sent = Sent()
    await LeasedSender(sent, lambda: True).send(URL, MESSAGE)

    assert sent.got == [MESSAGE]


async def test_without_one_it_asks_to_be_tried_again_and_sends_nothing() -> None:
    sent = Sent()
    with pytest.raises(TryLater) as refused:
        await LeasedSender(sent, lambda: False).send(URL, MESSAGE)

    assert (sent.got, refused.value.after) == ([], LOOKED_AGAIN)
