"""What one shard hands to the shard of a channel, as it stands on disk and goes over the wire: plain data.

Numbers order what one shard hands to one channel. They rise, and need not be neighbours: what was given up
leaves a gap, so a batch says behind which number it follows. A `series` is one life of such numbers: a log
that was lost begins another, and a later one is greater.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from automaton.core.calls import SendMessage, Severity
from automaton.delivery.surroundings import ServerLabel


class Said(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="said"):
    """A message, with what its server was called when it was said. `at` in wall seconds of who said it."""

    number: int
    at: float
    ref: str
    rule: str
    server: str
    severity: Severity
    text: str
    title: str = ""
    excerpts: tuple[tuple[int, int], ...] = ()
    resolves: bool = False
    name: str = ""
    node: str = ""
    url: str = ""

    def message(self, channel: str) -> SendMessage:
        """As a rule said it."""
        return SendMessage(
            server=self.server, channel=channel, text=self.text, title=self.title, severity=self.severity,
            rule=self.rule, ref=self.ref, resolves=self.resolves, excerpts=self.excerpts,
        )  # fmt: skip

    def label(self) -> ServerLabel:
        """What the message calls its server."""
        return ServerLabel(self.name, self.node, self.url)


class Untold(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="untold"):
    """An incident of which nothing is told, for its message was given up: its end is not told either."""

    number: int
    at: float
    ref: str
    rule: str
    server: str


class IncidentStanding(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="standing"):
    """How an incident stands by now of which something was said: of one that is over nobody is reminded."""

    number: int
    at: float
    ref: str
    is_open: bool
    is_acked: bool = False


Item: TypeAlias = Said | Untold | IncidentStanding


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what `source` hands over, in order, behind all that was taken up to number `after`.

    `ages` are seconds since each was said: clocks of two machines need not agree.
    """

    source: str
    series: int
    after: int
    items: tuple[Item, ...]
    ages: tuple[float, ...]


class Taken(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="taken"):
    """All up to this number stands in the channel's log."""

    series: int
    up_to: int


class Expected(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="expected"):
    """Nothing was taken: what was taken last is this number of this series."""

    series: int
    after: int


Answer: TypeAlias = Taken | Expected


class UnreadableBatchError(Exception):
    """What came is no batch, or none that any version of ours would send."""


_BATCH = msgspec.json.Decoder(Batch)
_ANSWER = msgspec.json.Decoder(Answer)


def written(message: Batch | Answer) -> bytes:
    """As it goes over the wire."""
    return msgspec.json.encode(message)


def read_batch(body: bytes) -> Batch:
    """What came over the wire. Raises UnreadableBatchError."""
    try:
        batch = _BATCH.decode(body)
    except msgspec.DecodeError as error:
        raise UnreadableBatchError(str(error)) from error
    numbers = [item.number for item in batch.items]
    if len(batch.ages) != len(numbers) or not numbers:
        raise UnreadableBatchError(f"{len(numbers)} items with {len(batch.ages)} ages")
    if numbers != sorted(set(numbers)) or numbers[0] <= batch.after:
        raise UnreadableBatchError(f"numbers that do not rise behind {batch.after}: {numbers[:3]} …")
    return batch


def read_answer(body: bytes) -> Answer:
    """What came over the wire. Raises UnreadableBatchError."""
    try:
        answer: Answer = _ANSWER.decode(body)
    except msgspec.DecodeError as error:
        raise UnreadableBatchError(str(error)) from error
    return answer


def read_item(data: object) -> Item:
    """One from its part, as JSON gives it. Raises a ValueError for another."""
    item: Item = msgspec.convert(data, Item)
    return item


def part_of(item: Item) -> dict[str, object]:
    """Its part on disk."""
    part: dict[str, object] = msgspec.to_builtins(item)
    return part
