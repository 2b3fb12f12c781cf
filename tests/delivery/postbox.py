"""A sender of tests: targets that behave as they are told, on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

import anyio

from automaton.core.calls import SendMessage, Severity
from automaton.delivery.channel import Channel
from automaton.delivery.message import Message
from automaton.delivery.notifier import Notifier
from automaton.errors import AutomatonError
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret

WALL = 1_700_000_000.0


class Postbox:
    """A sender that keeps what it gets, with the second; `fails` says what befalls a try, by URL."""

    def __init__(self) -> None:
        self.clock = SteadyClock(WALL)
        self.began = self.clock.now()
        self.got: list[tuple[float, str, Message]] = []
        self.tries: list[tuple[float, str]] = []
        self.fails: Callable[[str, float], AutomatonError | None] = lambda url, second: None
        self.hangs: set[str] = set()

    async def send(self, url: Secret, message: Message) -> None:
        second = self.clock.now() - self.began
        self.tries.append((second, url.reveal()))
        if url.reveal() in self.hangs:
            await anyio.sleep_forever()
        error = self.fails(url.reveal(), second)
        if error is not None:
            raise error
        self.got.append((second, url.reveal(), message))

    @property
    def texts(self) -> list[str]:
        """First lines, in the order of arrival."""
        return [message.lines[0].text for _, _, message in self.got]

    def post(self, *channels: Channel) -> Notifier:
        return Notifier({channel.name: channel for channel in channels}, self.clock, Random(1), self)


OPS = Channel(name="ops", urls=(Secret("json://ops"),))


def notice(text: str = "hello", severity: Severity = Severity.WARNING, channel: str = "ops") -> SendMessage:
    return SendMessage(server="s1", channel=channel, text=text, severity=severity)


@asynccontextmanager
async def working(post: Notifier) -> AsyncIterator[None]:
    async with anyio.create_task_group() as group:
        group.start_soon(post.run)
        await anyio.wait_all_tasks_blocked()
        yield
        group.cancel_scope.cancel()
