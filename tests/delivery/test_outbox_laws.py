"""What holds whatever happens: outages, answers that are lost, and ends of the process at any point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest

from automaton.core.calls import SendMessage, Severity
from automaton.delivery.channel import Label
from automaton.delivery.notification import Notification
from automaton.delivery.sending import Sending
from tests.delivery.desk import OPS, ROOT, Desk, said

DAY = 86_400.0
SERVERS = ("a", "b", "c")

CHANNELS = (
    OPS,
    replace(OPS, group_by=(), group_wait=0.0),
    replace(OPS, group_by=(Label.SERVER, Label.SEVERITY), group_interval=30.0, repeat=600.0),
)

Step = tuple[Any, ...]


def steps_of(chance: Random) -> Iterator[Step]:
    """Some dozen things that happen."""
    for _ in range(chance.randrange(10, 60)):
        match chance.randrange(12):
            case 0 | 1 | 2 | 3:
                yield "open", chance.choice(SERVERS), chance.choice(list(Severity))
            case 4:
                yield "end", chance.choice(SERVERS)
            case 5:
                yield "end or end again", chance.choice(SERVERS)
            case 6 | 7 | 8:
                yield "wait", chance.choice((1.0, 20.0, 200.0, 2_000.0))
            case 9 | 10:
                yield "service", chance.choice(("up", "down", "arrives unheard"))
            case _:
                yield "killed", chance.random() < 0.5


@dataclass
class Life(Desk):
    """A desk whose service may take a message without saying so, and whose process may be killed.

    What was on disk at the last try is `committed`: a kill may lose what was written since, and with it the
    decision that wrote it, which is then made again.
    """

    service: str = "up"
    committed: dict[str, Any] = field(default_factory=dict)
    since: list[SendMessage] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    number: int = 0
    arrived: list[tuple[str, str]] = field(default_factory=list)  # id, all that it says
    snapshots: list[dict[str, Any]] = field(default_factory=list)
    too_old: set[str] = field(default_factory=set)
    unheard: set[str] = field(default_factory=set)  # incidents of which nobody knows whether they were told
    tries_unheard: int = 0
    taken: Notification | None = None

    def save(self) -> None:
        super().save()
        self.too_old |= {one.ref for one in self.outbox.given_up}
        self.snapshots.append(dict(self.parts))

    def deliver(self, sending: Sending) -> None:
        self.save()
        self.committed, self.since, self.taken = dict(self.parts), [], None
        notification = sending.notification
        if self.service != "down":
            self.got.append((self.second, notification))
            self.arrived.append((notification.id, repr(replace(notification, at=0.0, late=0.0, left_out=0))))
        if self.service == "arrives unheard":
            self._is_unheard(notification)
        if self.service == "up":
            self.taken = notification
            self.outbox.sent(sending, self.now)
        else:
            self.second += 60.0

    def _is_unheard(self, notification: Notification) -> None:
        self.tries_unheard += 1
        self.unheard |= {one.ref for one in notification.notices if one.is_new}

    def hand(self, message: SendMessage) -> None:
        self.since.append(message)
        self.say(message)

    def killed(self, *, loses: bool) -> None:
        again = list(self.since) if loses else []
        if loses:
            self.parts = dict(self.committed)
            if self.taken is not None:  # that it was taken was written after the try
                self._is_unheard(self.taken)
        self.committed, self.since, self.taken = dict(self.parts), [], None
        self.restart(after=1.0)
        for message in again:
            self.hand(message)

    def do(self, step: Step) -> None:
        match step:
            case ("open", server, severity):
                if server not in self.numbers:
                    self.number += 1
                    self.numbers[server] = self.number
                number = self.numbers[server]
                self.hand(said(server, number=number, severity=severity))
            case ("end or end again", server) if server not in self.numbers:
                if server in self.ended:
                    self.hand(said(server, "still up", number=self.ended[server], resolves=True))
            case ("end" | "end or end again", server):
                with suppress(KeyError):
                    self.ended[server] = self.numbers.pop(server)
                    self.hand(said(server, "up", number=self.ended[server], resolves=True))
            case ("wait", seconds):
                self.until(self.second + seconds)
            case ("service", state):
                self.service = state
            case ("killed", loses):
                self.killed(loses=loses)


def lived(seed: int) -> Life:
    """A life to its end, in which the service comes back and all is ended."""
    chance = Random(seed)
    life = Life(chance.choice(CHANNELS))
    for step in steps_of(chance):
        life.do(step)
    life.service = "up"
    life.until(life.second + 1_000.0)
    for server in list(life.numbers):
        life.do(("end", server))
    life.until(life.second + 10 * DAY)
    return life


@pytest.fixture(scope="module")
def all_lives() -> list[Life]:
    return [lived(seed) for seed in range(400)]


def told_of(life: Life) -> Iterator[tuple[str, bool, bool]]:
    """Incident, whether it is over, whether its opening stands in it as new: in the order of arrival."""
    for _, notification in life.got:
        for notice in notification.notices:
            yield notice.ref, notice.ended is not None, notice.is_new and notice.ended != notice.opened


def test_an_end_is_never_told_without_its_opening(all_lives: list[Life]) -> None:
    for life in all_lives:
        opened: set[str] = set()
        for ref, is_over, is_new in told_of(life):
            assert not is_over or is_new or ref in opened
            opened.add(ref)


def test_every_incident_is_told_and_its_end_after_it_or_it_was_too_old(all_lives: list[Life]) -> None:
    for life in all_lives:
        told = {ref: is_over for ref, is_over, _ in told_of(life)}
        for number in range(1, life.number + 1):
            refs = [f"down/{server}/{number}" for server in SERVERS]
            assert any(told.get(ref) for ref in refs) or not life.too_old.isdisjoint(refs)


def test_what_was_told_as_open_is_told_as_over(all_lives: list[Life]) -> None:
    """Also where a later text of it was too old."""
    for life in all_lives:
        told = {ref: is_over for ref, is_over, _ in told_of(life)}

        assert [ref for ref, is_over in told.items() if not is_over and ref not in life.unheard] == []


def test_the_same_id_is_the_same_message(all_lives: list[Life]) -> None:
    """And no other: who knows an id again has missed nothing."""
    for life in all_lives:
        by_id: dict[str, str] = {}
        for id_, text in life.arrived:
            assert by_id.setdefault(id_, text) == text


def test_a_message_that_is_said_twice_has_one_id(all_lives: list[Life]) -> None:
    """Only what arrived unheard is said twice, and only with the same id."""
    for life in all_lives:
        ids = [id_ for id_, _ in life.arrived]

        assert len(ids) - len(set(ids)) <= life.tries_unheard


def test_any_prefix_of_what_is_written_is_a_state(all_lives: list[Life]) -> None:
    for life in all_lives:
        for parts in life.snapshots[:: max(1, len(life.snapshots) // 10)]:
            outbox = life.load(parts)
            gone = {name for name, data in outbox.take_changes().items() if data is None}

            assert {name for name in gone if "/group/" not in name} == set()
            assert {f"{ROOT}/notice/{one.number}": one.dump() for one in outbox.records} == {
                name: data for name, data in parts.items() if "/notice/" in name
            }


def test_when_all_is_over_nothing_is_left_but_what_was_not_told(all_lives: list[Life]) -> None:
    for life in all_lives:
        left = {name: part for name, part in life.parts.items() if "/self" not in name}
        untold = [part for part in left.values() if part.get("dropped") and part["ended"] is not None]
        assert len(untold) == len(left)
