"""The one task that serves a target: whenever a group has its turn, its message is sent, or tried again.

A target that is dead, slow or hanging holds up its own worker and no other. Each try sends what is so by
then: nothing that was overtaken waits behind an outage. Nothing is sent before its cause is on disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import inf
from random import Random
from typing import Any

import anyio
import structlog

from automaton.delivery.channel import Channel
from automaton.delivery.delivery_counts import DeliveryCounts, DeliveryOutcome
from automaton.delivery.headline import title_of
from automaton.delivery.message import Message
from automaton.delivery.notification import Notification
from automaton.delivery.outbox import DAMAGE, GivenUp, Outbox
from automaton.delivery.pacing import Pacing
from automaton.delivery.report import DeliveryReport, Fate
from automaton.delivery.sender import Sender
from automaton.delivery.sending import Sending
from automaton.delivery.store import MessageStore
from automaton.delivery.target import DeliveryTarget
from automaton.errors import Refused, Unreachable, Weather
from automaton.pace.clock import Clock

SEND_DEADLINE = 60.0  # Apprise may spend 5.5 s between the several recipients of one URL
LONGEST_NAP = 60.0  # then it looks again, for the wall clock may have jumped to the hour of the digest
TOLD_EVERY = 60.0  # seconds: what was given up meanwhile is one line
MOST_REFS = 100  # incidents that one report names; the others it counts
FATES = {"too old": Fate.TOO_OLD, "refused": Fate.REFUSED}
GIVEN_UP = {"too old": DeliveryOutcome.TOO_OLD}

log = structlog.get_logger("automaton.delivery")


class Worker:
    """`outbox` takes news at any time, and then `nudge` is called; `run`, called once, sends it.

    `render` makes the message of what a group says, `told` hears what became of it, `counts` counts it.
    """

    def __init__(
        self, target: DeliveryTarget, outbox: Outbox, sender: Sender, store: MessageStore, clock: Clock,
        chance: Random, render: Callable[[Notification, Channel], Message],
        told: Callable[[DeliveryReport], None], counts: DeliveryCounts | None = None,
    ) -> None:  # fmt: skip
        self.target = target
        self.outbox = outbox
        self.pacing = Pacing(target.channel.rate, chance)
        self.trouble = ""  # why the last try failed, "" where it did not
        self.failures = 0  # tries in a row that failed or were refused
        self.again_at: float | None = None  # the next try after it, by the monotonic clock
        self._sender = sender
        self._store = store
        self._clock = clock
        self._render = render
        self._told = told
        self._counts = counts if counts is not None else DeliveryCounts()
        self._may_tell_at = -inf
        self.has_left = self._is_leaving = self._rests = False
        self._rested = anyio.Event()
        self._nudged = anyio.Event()
        self._settled = anyio.Event()

    def remember(self, parts: Mapping[str, Any]) -> None:
        """Takes how fast an earlier process sent, from the parts that it left. What is damaged is let be."""
        with suppress(*DAMAGE):
            self.pacing.load(parts[self._pace], self._clock.now())

    @property
    def _pace(self) -> str:
        return f"{self.target.root}/pace"

    def next_in(self) -> float | None:
        """Seconds until something is sent, None while nothing waits."""
        return self._wait()

    def again_in(self, mono: float) -> float:
        """Seconds until the next try after a failure, 0.0 where the last one arrived."""
        return max(0.0, self.again_at - mono) if self.again_at is not None else 0.0

    def nudge(self) -> None:
        """Something came, or changed: what is due is looked at anew."""
        self._nudged.set()

    def take(self, target: DeliveryTarget) -> None:
        """Takes new settings of its channel, or another place in it."""
        if target.channel.rate != self.target.channel.rate:
            self.pacing.change(target.channel.rate)
        self.target, self._is_leaving = target, False
        self.outbox.change(target.channel, self._clock.now())
        self.save()
        self.nudge()

    def hurry(self) -> None:
        """Tries at once what waits, apart from the digest."""
        self.outbox.hurry()
        self.pacing.forgive()
        self.again_at = None
        self.nudge()

    def leave(self) -> None:
        """The target left the configuration: what waits gets one try, then `run` ends."""
        self._is_leaving = True
        self.hurry()

    async def rest(self) -> None:
        """Tries once what is due now, and returns: what waits is for the next process."""
        self._rests = True
        self.nudge()
        await self._rested.wait()

    async def settled(self) -> None:
        """Returns when nothing but a digest waits to be sent."""
        while self.outbox.unsent:
            self._settled = anyio.Event()
            await self._settled.wait()

    def save(self) -> None:
        """Writes what has changed, and tells what was given up."""
        if changes := self.outbox.take_changes():
            self._store.write(changes)
        self._tell_given_up()

    async def run(self) -> None:
        """Sends what is due, until it left and has tried what waited."""
        while True:
            self._nudged = anyio.Event()
            now, wait = self._clock.now(), self._wait()
            self._tell_given_up()
            if not self._settled.is_set() and not self.outbox.unsent:
                self._settled.set()
            if wait is None or wait > 0.0:
                if self._is_leaving and not self._has_more():
                    self._forget()
                    return
                if self._rests:
                    self._rested.set()
                with anyio.move_on_after(min(wait if wait is not None else LONGEST_NAP, LONGEST_NAP)):
                    await self._nudged.wait()
                continue
            sending = self.outbox.turn(now)
            self.save()
            if sending is not None:
                await self._deliver(sending)

    def _wait(self) -> float | None:
        """Seconds until there is something to do; None while nothing waits."""
        now = self._clock.now()
        wait = self.outbox.wait(now)
        if wait is None:
            return None
        return max(wait, self.again_in(now.mono), self.pacing.wait(now.mono) if wait == 0.0 else 0.0)

    def _has_more(self) -> bool:
        """Whether something is due that had no try: only its rate holds it up."""
        return self.again_at is None and self.outbox.wait(self._clock.now()) == 0.0

    async def _deliver(self, sending: Sending) -> None:
        """One try."""
        message = self._render(sending.notification, self.target.channel)
        # With its cause: whoever goes on after a kill keeps to the rate from here.
        self._store.write({self._pace: self.pacing.dump(self._clock.now())})
        await self._store.committed()
        self.pacing.begin(self._clock.now().mono)
        try:
            await self._send(message)
        except Weather as weather:
            self._failed(sending, weather)
        except Refused as refusal:
            self._refused(sending, refusal)
        else:
            self._arrived(sending)
        self.save()

    async def _send(self, message: Message) -> None:
        try:
            with anyio.fail_after(SEND_DEADLINE):
                await self._sender.send(self.target.url, message)
        except TimeoutError as error:
            raise Unreachable(f"no answer within {SEND_DEADLINE:g} s") from error

    def _arrived(self, sending: Sending) -> None:
        if self.failures:
            log.info(
                "delivery.recovered",
                target=self.target.name, tries=self.failures, waiting=self.outbox.unsent,
            )  # fmt: skip
        self.pacing.arrived()
        self.trouble, self.again_at, self.failures = "", None, 0
        self.outbox.sent(sending, self._clock.now())
        self._count(DeliveryOutcome.SENT)
        self._report(sending, Fate.SENT)

    def _failed(self, sending: Sending, weather: Weather) -> None:
        self.outbox.failed()
        self._count(DeliveryOutcome.FAILED)
        wait = self.pacing.failed(weather)
        self.trouble, self.failures = str(weather), self.failures + 1
        self.again_at = self._clock.now().mono + wait
        if self.failures == 1:  # one outage is one line; its end is told by delivery.recovered
            log.warning(
                "delivery.failed", target=self.target.name, message=sending.notification.id,
                reason=str(weather), again_in=round(wait, 1),
            )  # fmt: skip

    def _refused(self, sending: Sending, refusal: Refused) -> None:
        self.trouble, self.failures = str(refusal), self.failures + 1
        wait = self.pacing.refused(sending.group.refusals + 1)
        self.outbox.refused(sending, wait, self._clock.now())
        self._count(DeliveryOutcome.REFUSED)
        log.error(
            "delivery.refused", target=self.target.name, message=sending.notification.id, reason=str(refusal)
        )
        self._report(sending, Fate.REFUSED, str(refusal))

    def _count(self, outcome: DeliveryOutcome, number: int = 1) -> None:
        self._counts.note(self.target.channel.name, outcome, number)

    def _report(self, sending: Sending, fate: Fate, detail: str = "") -> None:
        said = sending.notification
        self._told(
            DeliveryReport(
                target=self.target.name, id=said.id, refs=tuple(notice.ref for notice in said.notices),
                fate=fate, at=self._clock.now().wall, detail=detail, title=title_of(said, is_plain=True),
            )
        )  # fmt: skip

    def _tell_given_up(self) -> None:
        """At most once in a while: a flood that has no room would flood the log as well."""
        now = self._clock.now()
        if not self.outbox.given_up or now.mono < self._may_tell_at:
            return
        given_up, self.outbox.given_up = self.outbox.given_up, []
        self._may_tell_at = now.mono + TOLD_EVERY
        for why, count in Counter(one.why for one in given_up).items():
            log.warning(
                "delivery.given_up", target=self.target.name, notices=count, reason=why,
                waiting=self.outbox.records.waiting, left_out=self.outbox.left_out,
            )  # fmt: skip
            if why != "refused":  # its tries were counted
                self._count(GIVEN_UP.get(why, DeliveryOutcome.DROPPED), count)
            refs = tuple(one.ref for one in given_up if one.why == why)[:MOST_REFS]
            self._told(
                DeliveryReport(
                    target=self.target.name, id="", refs=refs, fate=FATES.get(why, Fate.DROPPED),
                    at=now.wall, detail=f"{count} not told: {why}",
                )
            )  # fmt: skip

    def _forget(self) -> None:
        """Removes all its parts, and tells what was left."""
        left = [GivenUp(one.ref, "target left") for one in self.outbox.records if one.since is not None]
        self._store.write({**self.outbox.forget(), self._pace: None})
        self.outbox.given_up += left  # also what waited for the digest
        self._may_tell_at = -inf
        self._tell_given_up()
        self.has_left = True
        self._settled.set()
        self._rested.set()
