"""The front of delivery: takes notifications from runs, and hands each to the workers of its channel.

Taking never waits, and never fails because of a service. Nothing outside this file knows when a message
goes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import anyio
from anyio.abc import TaskGroup

from automaton.core.calls import SendMessage
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.delivery.channel import Channel
from automaton.delivery.composition import compose
from automaton.delivery.message import Message
from automaton.delivery.notification import Notice, NoticeText, Notification
from automaton.delivery.sender import Sender
from automaton.delivery.surroundings import NoIncidents, NoLabels, NoLinks
from automaton.delivery.worker import Destination, Worker
from automaton.pace.clock import Clock

WAY = "post"


class Notifier:
    """All channels of a daemon, each with a worker for every destination."""

    def __init__(self, channels: Mapping[str, Channel], clock: Clock, chance: Random, send: Sender) -> None:
        self._clock = clock
        self._chance = chance
        self._send = send
        self._number = 0
        self._group: TaskGroup | None = None
        self._channels: Mapping[str, Channel] = {}
        self._workers: dict[str, list[Worker]] = {}
        self.change(channels)

    def hand_over(self, notify: SendMessage) -> Outcome:
        """Takes a message for its channel, at once. DONE means taken, not delivered."""
        channel = self._channels.get(notify.channel)
        if channel is None:
            return Outcome(Result.REFUSED, f"there is no channel `{notify.channel}` in automaton.yml", WAY)
        if not channel.takes(notify.severity):
            return Outcome(
                Result.DONE, f"not sent: `{channel.name}` takes {channel.min_severity} and above", WAY
            )
        self._number += 1
        message = _message(notify, channel, self._clock.now(), self._number)
        taken = [worker.take(message) for worker in self._workers[channel.name]]
        if not any(taken):
            return Outcome(Result.FAILED, f"the outbox of `{channel.name}` is full", WAY)
        return Outcome(Result.DONE, f"#{message.id}", WAY)

    def change(self, channels: Mapping[str, Channel]) -> None:
        """Takes the channels of a reload. An unchanged destination keeps its worker and what waits there."""
        before = {worker.destination: worker for workers in self._workers.values() for worker in workers}
        self._channels = dict(channels)
        self._workers = {
            name: [before.pop(one) if one in before else self._hire(one) for one in destinations(channel)]
            for name, channel in channels.items()
        }
        for worker in before.values():
            worker.retire()

    async def run(self) -> None:
        """Serves all destinations until cancelled, one task each."""
        async with anyio.create_task_group() as group:
            self._group = group
            for workers in self._workers.values():
                for worker in workers:
                    group.start_soon(worker.run, name=f"delivery {worker.destination.name}")
            await anyio.sleep_forever()  # also while there is no channel: a reload may bring one

    async def drain(self, within: float) -> int:
        """Waits up to so many seconds until all is delivered; gives how many messages are left."""
        with anyio.move_on_after(within):
            for workers in self._workers.values():
                for worker in workers:
                    await worker.emptied()
        return sum(worker.waiting for workers in self._workers.values() for worker in workers)

    def _hire(self, destination: Destination) -> Worker:
        worker = Worker(destination, self._send, self._clock, self._chance)
        if self._group is not None:
            self._group.start_soon(worker.run, name=f"delivery {destination.name}")
        return worker


def destinations(channel: Channel) -> list[Destination]:
    """One for each URL, named by channel and place."""
    return [
        Destination(
            name=f"{channel.name}/{place}",
            url=url,
            rate=channel.rate,
            max_age=channel.max_age,
        )
        for place, url in enumerate(channel.urls, 1)
    ]


def _message(notify: SendMessage, channel: Channel, at: Moment, number: int) -> Message:
    notice = Notice(
        ref=notify.ref, rule=notify.rule, server=notify.server, name="", node="", severity=notify.severity,
        opened=at.wall, ended=at.wall if notify.resolves else None, title=notify.title,
        is_new=not notify.resolves, texts=(NoticeText(notify.text, notify.excerpts),),
    )  # fmt: skip
    parts = (notify.channel, notify.rule, notify.ref, notify.server, notify.text, repr(at.wall), str(number))
    notification = Notification(
        id=hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:8],
        channel=notify.channel, group=(("rule", notify.rule),), notices=(notice,), severity=notify.severity,
        at=at.wall,
    )  # fmt: skip
    return replace(compose(notification, channel, NoLabels(), NoLinks(), NoIncidents()), at=at)
