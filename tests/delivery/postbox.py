"""A sender of tests: targets that behave as they are told, on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import anyio

from automaton.core.calls import SendMessage, Severity
from automaton.delivery.channel import Channel
from automaton.delivery.message import Message
from automaton.delivery.notifier import Notifier, Surroundings
from automaton.delivery.report import DeliveryReport
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from automaton.errors import AutomatonError
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret

WALL = 1_700_000_000.0


class DictStore:
    """Parts in memory; `committed` waits for `disk`."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}
        self.writes: list[Mapping[str, object | None]] = []
        self.disk = anyio.Event()
        self.disk.set()

    def write(self, changes: Mapping[str, object | None], /) -> None:
        self.writes.append(changes)
        for name, data in changes.items():
            if data is None:
                self.parts.pop(name, None)
            else:
                self.parts[name] = data

    async def committed(self) -> bool:
        await self.disk.wait()
        return True


class Postbox:
    """A sender that keeps what it gets, with the second; `fails` says what befalls a try, by URL."""

    def __init__(self) -> None:
        self.clock = SteadyClock(WALL)
        self.began = self.clock.now()
        self.got: list[tuple[float, str, Message]] = []
        self.tries: list[tuple[float, str]] = []
        self.fails: Callable[[str, float], AutomatonError | None] = lambda url, second: None
        self.hangs: set[str] = set()
        self.store = DictStore()
        self.reports: list[DeliveryReport] = []
        self.acked: set[str] = set()

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

    def find(self, server: str) -> ServerLabel:
        """Every server lies on a node of its own name."""
        return ServerLabel(server, f"node of {server}")

    def status(self, ref: str) -> IncidentStatus:
        """Every incident is open."""
        return IncidentStatus(is_open=True, is_acked=ref in self.acked)

    def post(self, *channels: Channel) -> Notifier:
        around = Surroundings(labels=self, incidents=self, store=self.store, told=self.reports.append)
        named = {channel.name: channel for channel in channels}
        return Notifier(named, self.clock, Random(1), self, around, dict(self.store.parts))


OPS = Channel(name="ops", urls=(Secret("json://ops"),))


def notice(
    text: str = "hello", severity: Severity = Severity.WARNING, channel: str = "ops", *,
    server: str = "", number: int = 0, resolves: bool = False,
) -> SendMessage:  # fmt: skip
    """A report about a server called like its text, or with a number the message of an incident."""
    server = server or text
    return SendMessage(
        server=server, channel=channel, text=text, severity=severity, rule="down",
        ref=f"down/{server}/{number}", resolves=resolves,
    )  # fmt: skip


@asynccontextmanager
async def working(post: Notifier) -> AsyncIterator[None]:
    async with anyio.create_task_group() as group:
        group.start_soon(post.run)
        await anyio.wait_all_tasks_blocked()
        yield
        group.cancel_scope.cancel()
