"""One destination and the one task that serves it: in order, within its rate, retried until it is too late.

A destination that is dead, slow or hanging holds up its own worker and no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import anyio
import structlog

from automaton.delivery.channel import SendRate
from automaton.delivery.message import Message
from automaton.delivery.outbox import Outbox
from automaton.delivery.sender import Sender
from automaton.errors import Refused, TryLater, Unreachable, Weather
from automaton.pace.backoff import Backoff
from automaton.pace.bucket import SlidingWindow
from automaton.pace.clock import Clock
from automaton.secret import Secret

SEND_DEADLINE = 60.0  # Apprise may spend 5.5 s between the several recipients of one URL
RETRIES = Backoff(first=2.0, cap=300.0)

log = structlog.get_logger("automaton.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One URL of a channel. `name` stands for it in logs, such as `ops/1`; `max_age` in seconds."""

    name: str
    url: Secret
    rate: SendRate
    max_age: float


class Worker:
    """Takes messages at any time; `run`, called once, sends them."""

    def __init__(self, destination: Destination, sender: Sender, clock: Clock, chance: Random) -> None:
        self.destination = destination
        self._sender = sender
        self._clock = clock
        self._chance = chance
        self._outbox = Outbox()
        self._window = SlidingWindow(destination.rate.times, destination.rate.within)
        self._in_hand: Message | None = None  # being sent, or waiting for its next try
        self._lost = 0  # since the last message that arrived, which says so
        self._retired = False
        self._given = anyio.Event()
        self._emptied = anyio.Event()

    @property
    def waiting(self) -> int:
        """Messages that were taken and are not delivered yet."""
        return len(self._outbox) + (self._in_hand is not None)

    def take(self, message: Message) -> bool:
        """Puts a message into the outbox; False where there was no room for it. Never waits."""
        dropped = self._outbox.put(message)
        if dropped is not None:
            self._drop()
        self._given.set()
        return dropped is not message

    async def emptied(self) -> None:
        """Returns when everything taken is delivered or given up."""
        while self.waiting:
            if self._emptied.is_set():
                self._emptied = anyio.Event()
            await self._emptied.wait()

    def retire(self) -> None:
        """The destination left the configuration: what waits gets one try each, then `run` ends."""
        self._retired = True
        self._given.set()

    async def run(self) -> None:
        """Sends what is taken, until retired."""
        while True:
            self._in_hand = self._outbox.take()
            if self._in_hand is not None:
                await self._deliver(self._in_hand)
                continue
            self._emptied.set()
            if self._retired:
                return
            self._given = anyio.Event()
            await self._given.wait()

    async def _deliver(self, message: Message) -> None:
        """Tries one message until it is sent, refused or too old."""
        tries = 0
        while self._is_fresh(message):
            await self._pace()
            weather = await self._attempt(message, tries)
            if weather is None:
                return
            tries += 1
            if self._retired:
                self._drop()
                return
            await self._wait(weather, tries)
        self._lost += 1
        name, limit = self.destination.name, self.destination.max_age
        log.warning("delivery.stale", target=name, message=message.id, max_age=limit)

    async def _attempt(self, message: Message, tries: int) -> Weather | None:
        """One try. What may pass is given back to be waited for; None: no further try is needed."""
        lost, late = self._lost, self._clock.now() - message.at
        try:
            await self._send(replace(message, left_out=lost, late=late))
        except Weather as weather:
            return weather
        except Refused as refusal:
            self._lost += 1
            log.error(
                "delivery.refused", target=self.destination.name, message=message.id, reason=str(refusal)
            )
            return None
        self._lost -= lost  # not 0: some may have been dropped while this one was on its way
        if tries:
            log.info(
                "delivery.recovered", target=self.destination.name, tries=tries, waiting=self.waiting - 1
            )
        return None

    def _is_fresh(self, message: Message) -> bool:
        return self._clock.now() - message.at <= self.destination.max_age

    async def _pace(self) -> None:
        wait = self._window.take(self._clock.now().mono)
        while wait:
            await anyio.sleep(wait)
            wait = self._window.take(self._clock.now().mono)

    async def _send(self, message: Message) -> None:
        try:
            with anyio.fail_after(SEND_DEADLINE):
                await self._sender.send(self.destination.url, message)
        except TimeoutError as error:
            raise Unreachable(f"no answer within {SEND_DEADLINE:g} s") from error

    async def _wait(self, weather: Weather, tries: int) -> None:
        asked = weather.after if isinstance(weather, TryLater) else None
        wait = RETRIES.wait(tries, self._chance, asked=asked)
        if tries == 1:  # one outage is one line; its end is told by delivery.recovered or delivery.stale
            log.warning(
                "delivery.failed", target=self.destination.name, reason=str(weather), again_in=round(wait, 1)
            )
        await anyio.sleep(wait)

    def _drop(self) -> None:
        """Counts a message for which there was no room, or no further try before its destination left."""
        self._lost += 1
        log.warning("delivery.dropped", target=self.destination.name, waiting=self.waiting, lost=self._lost)
