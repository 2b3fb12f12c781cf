"""Messages arrive through real Apprise."""

from __future__ import annotations

import pytest

from automaton.core.calls import SendMessage
from automaton.core.moment import Moment
from automaton.delivery.apprise import AppriseSender
from automaton.delivery.message import Message, compose
from automaton.demo.receiver import Receiver, receiving
from automaton.secret import Secret


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_a_message_is_known_by_all_its_parts() -> None:
    receiver = Receiver(messages=["lobby crashed\nexit code 1"])

    assert receiver.got("lobby", "exit code 1")
    assert not receiver.got("lobby", "exit code 2")


def message() -> Message:
    return compose(
        SendMessage(server="u", channel="ops", title="a title", text="a text"), Moment(0.0, 0.0), 1
    )


@pytest.mark.anyio
async def test_what_apprise_sends_is_received() -> None:
    async with receiving() as receiver:
        await AppriseSender().send(Secret(receiver.url), message())

    assert receiver.got("a title", "a text")
