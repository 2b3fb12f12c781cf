"""The front of delivery: takes messages from runs, and hands each to the targets of its channel.

Taking never waits, and never fails because of a service: it is written down with what caused it. Nothing
outside this room knows when a message goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import anyio
import structlog
from anyio.abc import TaskGroup

from automaton.core.calls import SendMessage
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.delivery.channel import Channel
from automaton.delivery.composition import compose
from automaton.delivery.delivery_counts import DeliveryCounts
from automaton.delivery.message import Message
from automaton.delivery.notification import Notification, is_incident
from automaton.delivery.outbox import Outbox
from automaton.delivery.report import DeliveryReport
from automaton.delivery.sender import Sender
from automaton.delivery.store import ROOT, ForgetfulStore, MessageStore
from automaton.delivery.surroundings import (
    AckLinks,
    Incidents,
    NoIncidents,
    NoLabels,
    NoLinks,
    ServerLabel,
    ServerLabels,
)
from automaton.delivery.target import DeliveryTarget, channel_of, targets_of
from automaton.delivery.worker import Worker
from automaton.pace.clock import Clock

WAY = "post"

log = structlog.get_logger("automaton.delivery")


def _unheard(report: DeliveryReport) -> None:
    """Nobody keeps a trail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What delivery asks, where it writes, and who hears what became of a message."""

    labels: ServerLabels = field(default_factory=NoLabels)
    incidents: Incidents = field(default_factory=NoIncidents)
    links: AckLinks = field(default_factory=NoLinks)
    store: MessageStore = field(default_factory=ForgetfulStore)
    told: Callable[[DeliveryReport], None] = _unheard


class Notifier:
    """All channels of a daemon, each with a worker for every target.

    `kept` are the parts that an earlier process left in the store. `counts` are of all its targets, also of
    those that have left.
    """

    def __init__(
        self, channels: Mapping[str, Channel], clock: Clock, chance: Random, send: Sender,
        around: Surroundings | None = None, kept: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.counts = DeliveryCounts()
        self._clock = clock
        self._chance = chance
        self._send = send
        self._around = around or Surroundings()
        self._group: TaskGroup | None = None
        self._channels: Mapping[str, Channel] = {}
        self._workers: dict[str, Worker] = {}
        self._leaving: dict[str, Worker] = {}
        self._kept = _by_target(kept or {})
        self.change(channels)
        self._forget_the_unknown()

    @property
    def workers(self) -> Iterator[Worker]:
        """Those of all targets, in the order of the configuration."""
        return iter(self._workers.values())

    def channel(self, name: str) -> Channel | None:
        """The channel of this name, as it is in force."""
        return self._channels.get(name)

    def hand_over(self, message: SendMessage) -> Outcome:
        """Takes a message for its channel, at once. DONE means handed over, not delivered."""
        return self.take(message, self._around.labels.find(message.server), self._clock.now())

    def take(self, message: SendMessage, label: ServerLabel, said: Moment) -> Outcome:
        """Takes what was said at that moment, perhaps elsewhere, of a server that was called so then."""
        channel = self._channels.get(message.channel)
        if channel is None:
            return Outcome(Result.REFUSED, f"there is no channel `{message.channel}` in automaton.yml", WAY)
        workers = self._of(channel.name)
        found = {one: one.outbox.records.find(message.ref) for one in workers} if message.resolves else {}
        if any(found.values()):
            # An end goes exactly where its opening went, however loud the channel wants it. Where all that
            # know of the incident were not told, the others were, and have forgotten what is long over.
            if any(record is not None and not record.is_dropped for record in found.values()):
                workers = [one for one, record in found.items() if record is not None]
        elif not channel.takes(message.severity):
            return self._too_quiet(message, channel, workers, said)
        taken = [worker.outbox.put(message, label, said) for worker in workers]
        self._save(workers)
        if not any(taken):
            return Outcome(Result.FAILED, f"the outbox of `{channel.name}` is full", WAY)
        return Outcome(Result.DONE, f"handed to `{channel.name}`", WAY)

    def note_untold(self, channel: str, ref: str, rule: str, server: str, said: Moment) -> None:
        """A channel is not told of an incident, so its end is not told either."""
        workers = self._of(channel)
        for worker in workers:
            worker.outbox.note_untold(ref, rule, server, said)
        self._save(workers)

    def change(self, channels: Mapping[str, Channel]) -> None:
        """Takes the channels of a reload. A target that stays keeps what waits there.

        What waits at one that leaves goes to those that are new in its channel: its URL may be mended.
        """
        before, self._workers = self._workers, {}
        new = []
        self._channels = dict(channels)
        for channel in channels.values():
            for target in targets_of(channel):
                worker = before.pop(target.key, None) or self._leaving.pop(target.key, None)
                kept = self._kept.pop(target.key, {})
                if worker is not None and not worker.has_left:
                    worker.take(target)
                else:
                    left, worker = worker, self._hire(target, kept)
                    if left is not None:  # a reload took it away, and this one brings it back
                        worker.pacing.follow(left.pacing)
                    new += [] if kept else [worker]
                self._workers[target.key] = worker
        self._introduce(new, list(before.values()))
        for worker in before.values():
            worker.leave()
        self._leaving = {key: one for key, one in self._leaving.items() if not one.has_left} | before

    async def run(self) -> None:
        """Serves all targets until cancelled, one task each."""
        async with anyio.create_task_group() as group:
            self._group = group
            for worker in (*self._workers.values(), *self._leaving.values()):
                group.start_soon(worker.run, name=f"delivery {worker.target.name}")
            await anyio.sleep_forever()  # also while there is no channel: a reload may bring one

    async def drain(self, within: float) -> int:
        """Sends at once what waits, for up to so many seconds; gives how many notices are left.

        What waits for a digest goes on waiting.
        """
        for worker in self._workers.values():
            worker.hurry()
        with anyio.move_on_after(within):
            for worker in self._workers.values():
                await worker.settled()
        return sum(worker.outbox.unsent for worker in self._workers.values())

    async def rest(self, within: float) -> None:
        """Sends for up to so many seconds what is due now.

        What waits for its group is on disk, and the next process goes on with it.
        """
        with anyio.move_on_after(within):
            for worker in (*self._workers.values(), *self._leaving.values()):
                await worker.rest()

    def retry(self, name: str = "") -> list[str] | None:
        """Tries at once what waits at a target, at a channel, or at all; gives names, None for no such."""
        meant = [one for one in self.workers if name in ("", one.target.name, one.target.channel.name)]
        for worker in meant:
            worker.hurry()
        return [worker.target.name for worker in meant] if meant or not name else None

    def _of(self, channel: str) -> list[Worker]:
        return [worker for worker in self._workers.values() if worker.target.channel.name == channel]

    def _too_quiet(
        self, message: SendMessage, channel: Channel, workers: list[Worker], said: Moment
    ) -> Outcome:
        if is_incident(message.ref) and not message.resolves:
            for worker in workers:
                worker.outbox.note_untold(message.ref, message.rule, message.server, said)
            self._save(workers)
        return Outcome(Result.DONE, f"not sent: `{channel.name}` takes {channel.min_severity} and above", WAY)

    def _save(self, workers: list[Worker]) -> None:
        for worker in workers:
            worker.save()
            worker.nudge()

    def _hire(self, target: DeliveryTarget, kept: Mapping[str, Any]) -> Worker:
        now = self._clock.now()
        outbox = Outbox.load(target.root, target.channel, self._around.incidents.status, kept, now)
        worker = Worker(
            target, outbox, self._send, self._around.store, self._clock, self._chance, self._render,
            self._around.told, self.counts,
        )  # fmt: skip
        worker.remember(kept)
        worker.save()
        if outbox.damaged:
            log.warning("delivery.parts_damaged", target=target.name, parts=outbox.damaged)
        if self._group is not None:
            self._group.start_soon(worker.run, name=f"delivery {target.name}")
        return worker

    def _introduce(self, new: Sequence[Worker], leaving: Sequence[Worker]) -> None:
        """New targets take over what waits at those that leave; of the rest they are not told the end either.

        Where an earlier process had targets that are unknown by now, these have left as well.
        """
        now = self._clock.now()
        for worker in new:
            channel = worker.target.channel
            left = [one.outbox for one in leaving if one.target.channel.name == channel.name]
            left += [
                Outbox.load(f"{ROOT}{key}", channel, self._around.incidents.status, parts, now)
                for key, parts in self._kept.items()
                if channel_of(key) == channel.name
            ]
            for box in left:
                worker.outbox.inherit(box)
            for box in (*left, *(one.outbox for one in self._of(channel.name) if one not in new)):
                for record in box.records:
                    if not record.is_lone and record.ended is None:
                        worker.outbox.note_untold(record.ref, record.rule, record.server, now)
            worker.save()
        for one in leaving:
            if any(one.target.channel.name == worker.target.channel.name for worker in new):
                one.outbox.release(now)

    def _forget_the_unknown(self) -> None:
        """Parts of targets that are no longer configured: their URL is unknown, so nobody can be told."""
        for key, parts in self._kept.items():
            log.warning("delivery.given_up", target=channel_of(key), parts=len(parts), reason="target left")
            self._around.store.write(dict.fromkeys(parts))
        self._kept = {}

    def _render(self, notification: Notification, channel: Channel) -> Message:
        around = self._around
        return compose(notification, channel, around.labels, around.links, around.incidents)


def _by_target(kept: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The parts by the key of their target."""
    found: dict[str, dict[str, Any]] = {}
    for name, data in kept.items():
        key = name.removeprefix(ROOT).partition("/")[0]
        found.setdefault(key, {})[name] = data
    return found
