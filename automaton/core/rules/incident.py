"""One opening of a rule for one key, until it clears.

Law: an incident is changed only by its own methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Protocol

from automaton.core.calls import SendMessage, Severity
from automaton.core.events import NO_FIELDS, FieldValue
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime

KEPT_BACK = 10  # held notices of one incident; of more, the latest are kept
MOST_KEPT = 8192
"""Characters of a match that outlive its moment: two whole lines. A pattern may capture a line many times
over, and ten thousand incidents of a rule may be open."""

Fields = Mapping[str, FieldValue]


class Repeating(Protocol):
    """An escalation, as far as its turns go, in seconds from the opening."""

    def next_turn(self, last: float | None) -> float:
        """When its next turn comes after the `last` one, infinite for never."""

    def latest_turn(self, since_opening: float, last: float | None) -> float:
        """The latest of its turns that have come."""


def kept_of(fields: Fields) -> Fields:
    """The fields of a match as an incident, a queue or a wait keeps them.

    Where they are too long together, the longest are cut, all to one length; shorter ones stay whole.
    """
    lengths = [len(value) for value in fields.values() if isinstance(value, str)]
    if sum(lengths) <= MOST_KEPT:  # as nearly always
        return fields
    room = MOST_KEPT
    for turn, length in enumerate(sorted(lengths)):
        each = room // (len(lengths) - turn)
        if length > each:
            break
        room -= length
    return {name: value[:each] if isinstance(value, str) else value for name, value in fields.items()}


@dataclass(slots=True, eq=False)
class Incident:
    """Its collections are never changed in place: nearly all are empty, and share one.

    `matches` counts those in the window when it opened, then all since.

    `attempt`: which run of the rule this is lately, from 1. `escalated`: numbers of the escalations that are
    over. `turns`: of each escalation that had a turn, the seconds from the opening to its latest one.
    `kept_back`: notices that a silence or a mute holds, to be sent if it ends while this is open.
    `held_turns`: numbers of the escalations that a notice in `kept_back` is of. `ended`: what its rule does
    at the end has begun.

    `told`: channels that were told of the opening. `would_tell`: channels that only shadow kept from being
    told. `told_late`: channels that were told nothing until it was over.
    """

    number: int
    opened: Moment
    matches: int = 0
    fields: Fields = field(default_factory=lambda: NO_FIELDS)
    attempt: int = 1
    told: frozenset[str] = frozenset()
    escalated: frozenset[int] = frozenset()
    kept_back: tuple[SendMessage, ...] = ()
    acked: bool = False
    ended: bool = False
    would_tell: frozenset[str] = frozenset()
    told_late: frozenset[str] = frozenset()
    cleared: Moment | None = None
    turns: dict[int, float] = field(default_factory=dict)
    held_turns: frozenset[int] = frozenset()

    def count_match(self) -> None:
        """Counts one more match of its rule."""
        self.matches += 1

    def acknowledge(self) -> bool:
        """Marks it as acknowledged. False if it was already."""
        is_news, self.acked = not self.acked, True
        return is_news

    def next_turn(self, number: int, escalation: Repeating) -> float:
        """When an escalation has its next turn, in seconds from the opening; infinite for never."""
        return inf if number in self.escalated else escalation.next_turn(self.turns.get(number))

    def escalate(self, number: int, escalation: Repeating, since_opening: float) -> None:
        """Notes that an escalation had a turn, whatever came of it."""
        self.turns[number] = escalation.latest_turn(since_opening, self.turns.get(number))

    def end_escalation(self, number: int) -> None:
        """Notes that an escalation has no more turns: its `unless` was true."""
        self.escalated |= {number}

    def hold_turn(self, number: int) -> None:
        """Notes that a notice of this escalation is kept back: until it is told, no more turns are."""
        self.held_turns |= {number}

    def tell(self, channels: Iterable[str], *, live: bool) -> None:
        """Notes the channels that are told of it, or unless `live` that would be."""
        for channel in channels:
            if self.cleared is not None and channel not in self.told:
                self.told_late |= {channel}
            if live:
                self.told |= {channel}
            else:
                self.would_tell |= {channel}

    def clear(self, now: Moment) -> None:
        """Sets the moment of its end."""
        self.cleared = now

    def end(self) -> bool:
        """Notes that what its rule does at the end begins. False if it had begun before."""
        is_first, self.ended = not self.ended, True
        return is_first

    def keep_back(self, notice: SendMessage) -> None:
        """Keeps a notice until nothing holds it any more."""
        self.kept_back = (*self.kept_back, notice)[-KEPT_BACK:]

    def take_kept_back(self) -> list[SendMessage]:
        """Takes the notices that were held, the oldest first."""
        kept, self.kept_back, self.held_turns = list(self.kept_back), (), frozenset()
        return kept

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data, moments as wall."""
        return {
            "number": self.number,
            "opened": wall_time.wall(self.opened.mono),
            "matches": self.matches,
            "fields": dict(self.fields),
            "attempt": self.attempt,
            "told": sorted(self.told),
            "escalated": sorted(self.escalated),
            "kept_back": [_written(call) for call in self.kept_back],
            "acked": self.acked,
            "ended": self.ended,
            "would_tell": sorted(self.would_tell),
            "told_late": sorted(self.told_late),
            "cleared": wall_time.wall(self.cleared.mono) if self.cleared is not None else None,
            "turns": sorted(self.turns.items()),
            "held_turns": sorted(self.held_turns),
        }

    @classmethod
    def load(cls, data: dict[str, Any], wall_time: WallTime) -> Incident:
        """Restores what `dump` returned."""
        cleared = data["cleared"]
        return cls(
            data["number"], wall_time.moment(data["opened"]), data["matches"], data["fields"],
            data["attempt"], frozenset(data["told"]), frozenset(data["escalated"]),
            tuple(_notify(call) for call in data["kept_back"][-KEPT_BACK:]),
            data["acked"], data["ended"], frozenset(data["would_tell"]), frozenset(data["told_late"]),
            wall_time.moment(cleared) if cleared is not None else None,
            # Older versions knew none: there an escalation that was due was over.
            {int(number): float(seconds) for number, seconds in data.get("turns", ())},
            frozenset(data.get("held_turns", ())),
        )  # fmt: skip


def _written(call: SendMessage) -> dict[str, Any]:
    return {
        "server": call.server, "channel": call.channel, "text": call.text, "title": call.title,
        "severity": call.severity.value, "rule": call.rule, "ref": call.ref, "resolves": call.resolves,
        "excerpts": call.excerpts,
    }  # fmt: skip


def _notify(data: dict[str, Any]) -> SendMessage:
    return SendMessage(
        server=data["server"], channel=data["channel"], text=data["text"], title=data["title"],
        severity=Severity(data["severity"]), rule=data["rule"], ref=data["ref"], resolves=data["resolves"],
        excerpts=tuple((begin, end) for begin, end in data["excerpts"]),
    )  # fmt: skip
