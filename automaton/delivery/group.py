"""One group of a target: when it speaks, and what it says then. Alertmanager's timing.

Pure, and told the time. A group waits `group_wait` for others before it first speaks; from then on it
speaks every `group_interval` at the most. Something critical never waits behind something quieter. While
something is open and not acknowledged, the group repeats itself every `repeat`.

Law: it says its current state, so a time that was missed is made up by one message. Nothing that the engine
does not know as open is reminded of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import inf
from typing import Any

from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.delivery.channel import Channel, Label
from automaton.delivery.record import Record, earlier
from automaton.delivery.surroundings import IncidentStatus

GroupKey = tuple[tuple[str, str], ...]
DIGEST: GroupKey = (("digest", ""),)  # the group of what waits for the digest
DRILL: GroupKey = (("drill", ""),)  # begins the key of a group of a drill
SOONEST = 1.0  # seconds: nothing looks twice within one
LOOKED_AT_EVERY = 86_400.0  # seconds: for a digest reminds of nothing, and is to forget what is over

Ask = Callable[[str], IncidentStatus]


@dataclass(slots=True, eq=False)
class Group:
    """Its `records` by number. `last`: when it last spoke, `loudest` is how loud what was new then is.

    `sendings`: how often it spoke. `looked`: when it last had a turn. `is_hurried`: what it has to say waits
    for no time of the group. `held_until` (monotonic) and `refusals`: its service refused what it said.
    """

    key: GroupKey
    records: dict[int, Record] = field(default_factory=dict)
    last: Moment | None = None
    looked: Moment | None = None
    loudest: Severity = Severity.INFO
    sendings: int = 0
    is_hurried: bool = False
    held_until: float = -inf
    refusals: int = 0

    def with_records(self, records: dict[int, Record]) -> Group:
        """The same with other records."""
        return replace(self, records=records)

    @property
    def is_digest(self) -> bool:
        """Whether it is sent once a date."""
        return self.key == DIGEST

    @property
    def is_drill(self) -> bool:
        """Whether somebody plays it and waits for it: what it says goes at once."""
        return self.key[:1] == DRILL

    @property
    def has_news(self) -> bool:
        """Whether anything in it is not sent yet."""
        return any(record.since is not None for record in self.records.values())

    @property
    def is_critical(self) -> bool:
        """Whether something critical in it is not sent yet."""
        return any(
            one.since is not None and one.severity is Severity.CRITICAL for one in self.records.values()
        )

    def next_turn(self, channel: Channel) -> float | None:
        """When it has its next turn, by the monotonic clock, if nothing more comes."""
        news = self._news_at(channel)
        if news < inf:
            return max(news, self.held_until)
        spoken = self.last.mono if self.last is not None else -inf
        looked = self.looked.mono if self.looked is not None else spoken
        if not self.records:  # it stays for as long as what follows joins it
            return spoken + channel.group_interval
        next_look = looked + max(channel.group_interval, SOONEST)
        if any(record.is_gone for record in self.records.values()):
            return next_look
        if self.is_digest:
            return looked + LOOKED_AT_EVERY
        return max(spoken + channel.repeat, next_look, self.held_until)

    def _news_at(self, channel: Channel) -> float:
        wish = urgent = inf
        for record in self.records.values():
            if record.since is None:
                continue
            begun = record.since.mono
            if record.ended is None and record.severity is Severity.CRITICAL:
                urgent = min(urgent, begun)
            # An end is nobody's emergency, however loud its opening was.
            quiet = channel.wait_of(record.severity) if record.ended is None else channel.group_wait
            wish = min(wish, begun if self.is_hurried or self.is_drill else begun + quiet)
        if self.last is None or self.is_hurried or self.is_drill or wish == inf:
            return wish
        regular = max(wish, self.last.mono + channel.group_interval)
        return regular if self.loudest is Severity.CRITICAL else min(regular, urgent)

    def new_until(self, wall: float) -> list[Record]:
        """What is new and came up to this moment; all of it where the clock has been turned back since."""
        new = [one for one in self.records.values() if one.since is not None]
        return in_order([one for one in new if one.since and one.since.wall <= wall + SOONEST] or new)

    def said_now(self, ask: Ask) -> list[Record]:
        """What its message names: all that is new, and with it all that is open. Notes what is not open."""
        said = []
        for record in self.records.values():
            if record.is_open and record.since is None:
                record.is_gone = not ask(record.ref).is_open
            if record.since is not None or record.is_open:
                said.append(record)
        return in_order(said)

    def look(self, ask: Ask, now: Moment, channel: Channel) -> tuple[list[Record], list[Record]]:
        """What to remind of, and what to forget: it was not open at the last turn, and is not now."""
        self.looked = now
        reminded, over = [], []
        spoken = self.last.mono if self.last is not None else -inf
        may_remind = not self.is_digest and now.mono >= spoken + channel.repeat
        for record in self.records.values():
            if record.since is not None:
                continue
            was_gone, status = record.is_gone, ask(record.ref)
            record.is_gone = not status.is_open
            if not status.is_open and was_gone:
                over.append(record)
            elif record.is_open and not status.is_acked and not status.is_awaited and may_remind:
                reminded.append(record)
        return in_order(reminded), over

    def spoke(self, now: Moment, loudest: Severity) -> None:
        """Notes that its message has arrived, and how loud what was new in it is."""
        self.last = self.looked = now
        self.loudest = loudest
        self.sendings += 1
        self.is_hurried = False
        self.refusals, self.held_until = 0, -inf

    def hurry(self) -> None:
        """What it has to say waits for no time of the group."""
        self.is_hurried = self.has_news
        self.refusals, self.held_until = 0, -inf

    def hold(self, until: float) -> None:
        """Notes that its service refused what it said."""
        self.refusals += 1
        self.held_until = until

    def follow(self, other: Group) -> None:
        """Takes records of another group: it is not to speak sooner than that one would have."""
        if other.last is not None and (self.last is None or other.last.mono > self.last.mono):
            self.last, self.looked, self.loudest = other.last, other.looked, other.loudest

    def dump(self) -> dict[str, Any]:
        """Plain data without its records, which are parts of their own."""
        return {
            "key": [list(pair) for pair in self.key],
            "last": self.last.wall if self.last is not None else None,
            "loudest": self.loudest.value,
            "sendings": self.sendings,
        }

    @classmethod
    def load(cls, data: Mapping[str, Any], now: Moment) -> Group:
        """Restores what `dump` returned. Raises KeyError, TypeError or ValueError for what it did not."""
        last = earlier(data["last"], now) if data["last"] is not None else None
        return cls(
            tuple((str(label), str(value)) for label, value in data["key"]),
            last=last, looked=last, loudest=Severity(data["loudest"]), sendings=int(data["sendings"]),
        )  # fmt: skip


def key_of(record: Record, channel: Channel) -> GroupKey:
    """The group of a record. A drill is a group by itself: it must not look like the real thing."""
    if record.is_drill:
        return (*DRILL, ("rule", record.rule), ("server", record.server))
    if channel.digests(record.severity):
        return DIGEST
    values = {
        Label.RULE: record.rule, Label.NODE: record.node, Label.SERVER: record.server,
        Label.SEVERITY: record.severity.value,
    }  # fmt: skip
    return tuple((label.value, values[label]) for label in channel.group_by)


def name_of(key: GroupKey) -> str:
    """A short name for its part on disk."""
    return sha256(repr(key).encode("utf-8", "replace")).hexdigest()[:16]


def in_order(records: Iterable[Record]) -> list[Record]:
    """Open ones, then ended ones; what is new before the rest, for of many only the first are named."""
    return sorted(records, key=lambda one: (one.ended is not None, one.since is None, one.number))
