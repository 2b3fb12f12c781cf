"""Messages arrive through real Apprise."""

from __future__ import annotations

import pytest

from automaton.delivery.apprise import AppriseSender
from automaton.delivery.message import Message
from automaton.demo.receiver import Receiver, receiving
from automaton.secret import Secret
from tests.delivery.groups import composed, notice


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_a_message_is_known_by_all_its_parts() -> None:
    receiver = Receiver(messages=["lobby crashed\nexit code 1"])

    assert receiver.got("lobby", "exit code 1")
    assert not receiver.got("lobby", "exit code 2")


def message() -> Message:
    return composed(notice("a text", title="a title"))


@pytest.mark.anyio
async def test_what_apprise_sends_is_received() -> None:
    async with receiving() as receiver:
        await AppriseSender().send(Secret(receiver.url), message())

    assert receiver.got("a title", "a text")
