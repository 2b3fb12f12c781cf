"""One opening of a rule for one key, until it clears."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from automaton.core.calls import SendMessage, Severity
from automaton.core.events import NO_FIELDS, FieldValue
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime

KEPT_BACK = 10


@dataclass(slots=True, eq=False)
class Incident:
    """`matches`: in the window when it opened, then since. `told`: channels that heard of the opening.

    `attempt`: the how manieth run of late this is. `escalated`: the escalations that were due.
    `kept_back`: notices that a silence or a mute holds, told when it ends if this is still open. `ended`:
    what its rule does at the end has begun. `would_tell`: channels that only shadow kept from hearing.
    `told_late`: channels that heard nothing before it was over.
    """

    number: int
    opened: Moment
    matches: int = 0
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    attempt: int = 1
    told: set[str] = field(default_factory=set)
    escalated: set[int] = field(default_factory=set)
    kept_back: deque[SendMessage] = field(default_factory=lambda: deque(maxlen=KEPT_BACK))
    acked: bool = False
    ended: bool = False
    would_tell: set[str] = field(default_factory=set)
    told_late: set[str] = field(default_factory=set)
    cleared: Moment | None = None

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
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
        }

    @classmethod
    def load(cls, data: dict[str, Any], wall_time: WallTime) -> Incident:
        cleared = data["cleared"]
        return cls(
            data["number"], wall_time.moment(data["opened"]), data["matches"], data["fields"],
            data["attempt"], set(data["told"]), set(data["escalated"]),
            deque((_notify(call) for call in data["kept_back"]), maxlen=KEPT_BACK),
            data["acked"], data["ended"], set(data["would_tell"]), set(data["told_late"]),
            wall_time.moment(cleared) if cleared is not None else None,
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
