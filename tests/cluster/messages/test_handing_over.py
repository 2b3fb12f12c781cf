"""What holds for messages on their way to a channel, whatever is lost, doubled or late, and whoever ends.

Boxes and numbers are driven by chance over a wire that loses, doubles and delays what it carries, between
processes that end at any point and go on from what was on disk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from automaton.cluster.messages.box import Box
from automaton.cluster.messages.handed import Answer, Batch, Said, Taken, read_answer, read_batch, written
from automaton.cluster.messages.taken_numbers import TakenNumbers
from automaton.cluster.messages.told_incidents import ToldIncidents
from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.delivery.surroundings import IncidentStatus, ServerLabel

BEGUN = Moment(1_000.0, 1_700_000_000.0)
ROOT = "delivery/handed/ops"


def said(number: int, text: str, *, resolves: bool = False) -> SendMessage:
    return SendMessage(
        server="lobby", channel="ops", text=text, severity=Severity.WARNING, rule="down",
        ref=f"down/lobby/{number}", resolves=resolves,
    )  # fmt: skip


def written_over(parts: Mapping[str, Any], changes: Mapping[str, object | None]) -> dict[str, Any]:
    """The parts after a write, as JSON gives them back."""
    all_parts = {**parts, **changes}
    kept: dict[str, Any] = json.loads(
        json.dumps({name: data for name, data in all_parts.items() if data is not None})
    )
    return kept


@dataclass
class Source:
    """One shard. `disk` is what outlives a kill; what was said in a turn that is not on it was never said."""

    name: str
    disk: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # what stands on disk, ever
    in_turn: list[str] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.box = Box(ROOT, self.name, BEGUN)
        self.pending: dict[str, object | None] = {}

    def say(self, now: Moment) -> None:
        self.count += 1
        text = f"{self.name} says {self.count}"
        assert self.box.put(said(self.count // 3 + 1, text, resolves=self.count % 3 == 2), LABEL, now)
        self.in_turn.append(text)
        self.pending |= self.box.take_changes()

    def commit(self) -> None:
        self.pending |= self.box.take_changes()
        self.disk = written_over(self.disk, self.pending)
        self.said += self.in_turn
        self.pending, self.in_turn = {}, []

    def killed(self, now: Moment) -> None:
        self.box = Box.load(ROOT, self.name, self.disk, now)
        assert self.box.damaged == 0
        self.pending, self.in_turn = {}, []

    def offers(self, now: Moment) -> bytes | None:
        """What goes out: only once all of it is on disk."""
        batch = self.box.batch(now, 1e9)
        self.commit()
        return written(batch) if batch is not None else None

    def hears(self, answer: Answer, now: Moment) -> None:
        if isinstance(answer, Taken):
            assert self.box.taken(answer.series, answer.up_to, now)
        else:
            self.box.expected(answer.series, answer.after, now)


LABEL = ServerLabel("Lobby", "eu-1")


@dataclass
class Taker:
    """The channel: what it took is on disk in the same write as that it took it."""

    disk: dict[str, Any] = field(default_factory=dict)
    took: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # of these what stands on disk

    def __post_init__(self) -> None:
        self.killed()

    def takes(self, batch: Batch) -> Answer:
        if (expected := self.numbers.judge(batch)) is not None:
            return expected
        before = self.numbers.up_to(batch)
        for item in batch.items:
            if item.number > before:
                self.incidents.hear(batch.source, item)
                if isinstance(item, Said):
                    self.took.append(item.text)
        self.numbers.take(batch)
        return Taken(series=batch.series, up_to=self.numbers.up_to(batch))

    def commit(self) -> None:
        self.disk = written_over(self.disk, self.numbers.dump())
        self.kept = list(self.took)

    def killed(self) -> None:
        self.numbers, self.incidents, self.took = TakenNumbers(), ToldIncidents(), list(self.kept)
        for source, data in self.disk.items():
            self.numbers.load(source, data)


def lived(seed: int) -> tuple[list[Source], Taker]:
    """Some hundred steps of chance, and then peace until all is taken."""
    chance, now = Random(seed), BEGUN
    sources, taker = [Source("node:a"), Source("node:b")], Taker()
    wire: list[bytes] = []  # what may still arrive, or arrive again
    for _ in range(chance.randrange(50, 300)):
        now += chance.uniform(0.0, 5.0)
        source = chance.choice(sources)
        match chance.randrange(9):
            case 0 | 1 | 2:
                source.say(now)
            case 3:
                source.commit()
            case 4:
                source.killed(now)
            case 5:
                taker.killed()
            case 6 | 7:
                if (offer := source.offers(now)) is not None:
                    wire.append(offer)
            case _ if wire:
                offer = chance.choice(wire)
                arrives(offer, sources, taker, now, is_answered=chance.random() < 0.5)
                if chance.random() < 0.7:
                    wire.remove(offer)
    for source in sources:
        source.commit()
        while (offer := source.offers(now)) is not None:
            arrives(offer, sources, taker, now, is_answered=True)
    return sources, taker


def arrives(offer: bytes, sources: list[Source], taker: Taker, now: Moment, *, is_answered: bool) -> None:
    batch = read_batch(offer)
    answer = taker.takes(batch)
    if is_answered:  # only what is on disk is answered; else the kill may come first
        taker.commit()
        for source in sources:
            if source.name == batch.source:
                source.hears(read_answer(written(answer)), now)


@pytest.mark.parametrize("seed", range(300))
def test_each_message_is_taken_exactly_once_and_in_order(seed: int) -> None:
    sources, taker = lived(seed)

    for source in sources:
        assert [text for text in taker.took if text.startswith(source.name)] == source.said
        assert [name for name in source.disk if name.rpartition("/")[2].isdigit()] == []


def test_what_the_channel_knows_of_an_incident_is_what_the_shard_said_last() -> None:
    source, taker, now = Source("node:a"), Taker(), BEGUN
    source.say(now)  # opens 1
    source.commit()
    ref = "down/lobby/1"

    def carried() -> IncidentStatus:
        while (offer := source.offers(now)) is not None:
            arrives(offer, [source], taker, now, is_answered=True)
        return taker.incidents.status(ref)

    opened = carried()
    source.box.stand(ref, IncidentStatus(is_open=True, is_acked=True), now)
    acked = carried()
    # As after a start: nothing is told.
    source.box.stand(ref, IncidentStatus(is_open=False, is_awaited=True), now)
    awaited = carried()
    source.box.stand(ref, IncidentStatus(is_open=False), now)
    over = carried()

    assert [opened, acked, awaited, over] == [
        IncidentStatus(is_open=True),
        IncidentStatus(is_open=True, is_acked=True),
        IncidentStatus(is_open=True, is_acked=True),
        IncidentStatus(is_open=False),
    ]
