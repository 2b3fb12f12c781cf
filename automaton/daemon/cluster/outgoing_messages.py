"""Messages of one shard on their way to the shards of their channels: the ChannelPort of a node or the fleet.

Law: what is said is written in the entry of the turn that says it, and offered once that is certainly on
disk: a number that was offered must never mean another message. It is offered until it is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

import anyio
import structlog
from anyio.abc import TaskGroup

from automaton.cluster.messages.box import Box
from automaton.cluster.messages.handed import Batch, Taken
from automaton.cluster.messages.port import ChannelOwners
from automaton.cluster.shard import Shard, ShardKind
from automaton.core.calls import SendMessage
from automaton.core.outcome import Outcome, Result
from automaton.daemon.cluster.outlet import Outlet, Waiting
from automaton.delivery.channel import Channel
from automaton.delivery.delivery_counts import DeliveryCounts, DeliveryOutcome
from automaton.delivery.notifier import WAY, Surroundings
from automaton.delivery.report import DeliveryReport, Fate
from automaton.delivery.store import ROOT
from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock

HANDED = f"{ROOT}handed/"
"""Begins the names of all parts: they are among those of delivery, for whoever reads a journal back."""

LOOKED_EVERY = 10.0  # seconds between two looks at how incidents stand; parts of the fleet go out as often
GONE_AFTER = 60.0  # seconds until an incident is over that ended without a word: a start may not know it yet
ANSWERED_WITHIN = 15.0  # seconds for an answer: the owner's append may wait for an election of NATS, 4 to 9 s
RETRIES = Backoff(first=0.5, cap=5.0)  # a channel is owned again within 20 s, and then at once spoken to
TOLD_EVERY = 60.0  # seconds: what was given up meanwhile is one line
MOST_REFS = 100  # incidents that one report names; the others it counts
FATES = {"too old": (Fate.TOO_OLD, DeliveryOutcome.TOO_OLD)}


class OutgoingMessages:
    """`source` is the text of the shard. `kept` are the parts that an earlier owner left, decoded.

    `counts` counts what was given up here.
    """

    def __init__(
        self, source: str, channels: Mapping[str, Channel], around: Surroundings, owners: ChannelOwners,
        clock: Clock, chance: Random, kept: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.counts = DeliveryCounts()
        self._source = source
        self._around = around
        self._owners = owners
        self._clock = clock
        self._chance = chance
        self._tasks: TaskGroup | None = None
        self._channels: Mapping[str, Channel] = {}
        self._outlets: dict[str, Outlet] = {}
        self._kept = _by_channel(kept or {})
        self.change(channels)
        self._forget_the_unknown()

    def hand_over(self, message: SendMessage) -> Outcome:
        """Takes a message for its channel, at once. DONE means that it will be offered, not delivered."""
        outlet = self._outlets.get(message.channel)
        if outlet is None:
            return Outcome(Result.REFUSED, f"there is no channel `{message.channel}` in automaton.yml", WAY)
        label = self._around.labels.find(message.server)
        is_taken = outlet.box.put(message, label, self._clock.now())
        self._save(outlet)
        outlet.nudge()
        if not is_taken:
            return Outcome(Result.FAILED, f"the outbox of `{message.channel}` is full", WAY)
        return Outcome(Result.DONE, f"handed to `{message.channel}`", WAY)

    def change(self, channels: Mapping[str, Channel]) -> None:
        """Takes the channels of a reload. What waits for one that leaves is given up, and told."""
        self._channels = dict(channels)
        for name in [name for name in self._outlets if name not in channels]:
            outlet = self._outlets.pop(name)
            self._around.store.write(outlet.box.forget())
            outlet.leave()
            self._tell_given_up(outlet)
        for name, channel in channels.items():
            if name in self._outlets:
                self._outlets[name].channel = channel
            else:
                self._open(channel)

    def waiting(self) -> list[Waiting]:
        """What waits for each channel, in the order of the configuration."""
        now = self._clock.now()
        return [self._outlets[name].waiting(now) for name in self._channels]

    def retry(self, name: str = "") -> list[str]:
        """Offers at once what waits for a channel, or for all; gives their names."""
        meant = [one for one in self._outlets if name in ("", one)]
        for one in meant:
            self._outlets[one].hurry()
        return meant

    async def run(self) -> None:
        """Offers what waits, and tells how incidents stand, until cancelled."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            for name, outlet in self._outlets.items():
                tasks.start_soon(self._serve, outlet, name=f"messages to {name}")
            while True:
                self.look()
                await anyio.sleep(LOOKED_EVERY)

    async def rest(self, within: float) -> None:
        """Offers for up to so many seconds what waits: the next owner goes on with it."""
        await self.drain(within)

    async def drain(self, within: float) -> int:
        """Offers at once what waits, for up to so many seconds; gives how many messages are left."""
        self.retry()
        with anyio.move_on_after(within):
            for outlet in list(self._outlets.values()):
                await outlet.emptied()
        for outlet in self._outlets.values():
            self._save(outlet)
        return sum(outlet.box.messages for outlet in self._outlets.values())

    def look(self) -> None:
        """Tells channels how incidents stand by now of which something was said to them."""
        now = self._clock.now()
        for outlet in self._outlets.values():
            self._tell_forgotten(outlet)
            gone: dict[str, float] = {}
            for raised in outlet.box.raised:
                status = self._around.incidents.status(raised.ref)
                if not status.is_open:
                    since = gone[raised.ref] = outlet.gone.get(raised.ref, now.mono)
                    if now.mono - since < GONE_AFTER:
                        continue
                outlet.box.stand(raised.ref, status, now)
            outlet.gone = gone
            if self._save(outlet):
                outlet.nudge()

    def _open(self, channel: Channel) -> None:
        name, now = channel.name, self._clock.now()
        root = HANDED + name
        box = Box.load(root, self._source, self._kept.pop(name, {}), now)
        outlet = self._outlets[name] = Outlet(channel, box)
        if box.damaged:
            structlog.get_logger().warning("messages.parts_damaged", channel=name, parts=box.damaged)
        self._save(outlet)
        if self._tasks is not None:
            self._tasks.start_soon(self._serve, outlet, name=f"messages to {name}")

    def _forget_the_unknown(self) -> None:
        """What an earlier owner left for channels that are no more: nobody can be told."""
        for name, parts in self._kept.items():
            structlog.get_logger().warning(
                "messages.given_up", channel=name, messages=len(parts), reason="target left"
            )
            self._around.store.write(dict.fromkeys(parts))
        self._kept = {}

    async def _serve(self, outlet: Outlet) -> None:
        while not outlet.has_left:
            outlet.begin()
            batch = outlet.box.batch(self._clock.now(), outlet.channel.max_age)
            if batch is not None or outlet.box.given_up:  # what was given up is told at once
                self._save(outlet)
            if batch is None:
                outlet.rests()
                await outlet.nudged()
            elif await self._offer(outlet, batch):
                outlet.failures, outlet.trouble = 0, ""
            else:  # also where the channel stands elsewhere: two that disagree are not to go round in circles
                outlet.failures += 1
                await outlet.hurried(RETRIES.wait(outlet.failures, self._chance))

    async def _offer(self, outlet: Outlet, batch: Batch) -> bool:
        """Whether it was taken."""
        name = outlet.channel.name
        if not await self._around.store.committed():
            outlet.fail("the journal of this shard cannot be written")
            return False
        answer = None
        with anyio.move_on_after(ANSWERED_WITHIN):
            answer = await self._owners.offer(Shard(ShardKind.CHANNEL, name), batch)
        now = self._clock.now()
        if answer is None:
            outlet.fail(f"nobody who owns `{name}` answers")
            return False
        if isinstance(answer, Taken):
            if not outlet.box.taken(answer.series, answer.up_to, now):
                structlog.get_logger().error(
                    "messages.began_anew", channel=name, shard=self._source, taken=answer.up_to,
                    reason="the channel took more than this shard knows of: its log was lost",
                )  # fmt: skip
                return False
        else:
            outlet.box.expected(answer.series, answer.after, now)
            structlog.get_logger().warning(
                "messages.gap", channel=name, shard=self._source, expected=answer.after, offered=batch.after,
                reason="the channel has lost what it took: what lies between is not told again",
            )  # fmt: skip
            return False
        # What it took is written with what is said next, or when incidents are looked at. After a kill before
        # that it is offered once more, and the channel knows its numbers; if nobody ran for longer than its
        # messages may wait, it is told to be too old, though it was delivered.
        return answer.up_to >= batch.items[0].number

    def _save(self, outlet: Outlet) -> bool:
        """Writes what has changed, and tells what was given up; whether anything has."""
        changes = outlet.box.take_changes()
        if changes:
            self._around.store.write(changes)
        self._tell_given_up(outlet)
        return bool(changes)

    def _tell_forgotten(self, outlet: Outlet) -> None:
        if (forgotten := outlet.box.raised.forgotten) > outlet.forgotten:
            outlet.forgotten = forgotten
            structlog.get_logger().warning(
                "messages.incidents_forgotten", channel=outlet.channel.name, shard=self._source,
                incidents=forgotten, reason="too many are open: the channel is not told that it is over "
                "or in hand, but for an end that its rule tells",
            )  # fmt: skip

    def _tell_given_up(self, outlet: Outlet) -> None:
        """At most once in a while: a flood that has no room would flood the log as well."""
        now, given_up, name = self._clock.now(), outlet.box.given_up, outlet.channel.name
        if not given_up or (now.mono < outlet.may_tell_at and not outlet.has_left):
            return
        outlet.box.given_up, outlet.may_tell_at = [], now.mono + TOLD_EVERY
        for why, count in Counter(one.why for one in given_up).items():
            structlog.get_logger().warning(
                "messages.given_up", channel=name, shard=self._source, messages=count, reason=why,
                waiting=outlet.box.messages,
            )  # fmt: skip
            fate, outcome = FATES.get(why, (Fate.DROPPED, DeliveryOutcome.DROPPED))
            self.counts.note(name, outcome, count)
            refs = tuple(one.ref for one in given_up if one.why == why)[:MOST_REFS]
            detail = f"{count} not handed to the channel: {why}"
            self._around.told(
                DeliveryReport(target=name, id="", refs=refs, fate=fate, at=now.wall, detail=detail)
            )


def _by_channel(kept: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, data in kept.items():
        if name.startswith(HANDED):
            channel = name.removeprefix(HANDED).partition("/")[0]
            found.setdefault(channel, {})[name] = data
    return found
