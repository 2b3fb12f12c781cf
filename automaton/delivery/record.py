"""What one target knows of one incident: what it was told, and what it is yet to be told.

Pure, and told the time. What is not sent yet is replaced by what is newer: a few texts are kept, and how
many had no room. A record is one part on disk; it is written anew with each change, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.delivery.notification import TEXTS_KEPT, Notice, NoticeText, is_drill, is_incident
from automaton.delivery.surroundings import ServerLabel

LONGEST_TEXT = 10_001
"""Characters; one more than a message looks at, so that it can say that the text went on."""
REMINDED_TEXT = 1_000  # characters of what was sent that are kept for reminders: ten thousand may be open

SHORTEST = 0.001
"""Seconds from an opening to its end at the least, so that the end of what was heard of whole is later."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and with which version of its record it came."""

    version: int
    text: NoticeText


@dataclass(slots=True, eq=False)
class Record:
    """`opened` and `ended` are when this target's channel heard of it; one moment, where of an end alone.

    `since`: the oldest unsent news. `is_told`: the opening was sent.
    `is_dropped`: it was not and will not be, so its end is not told either.
    `is_gone`: when last looked at, the engine knew of no such open incident. `version` counts what was heard;
    `louder` is the one with which it became louder than it was told, 0 for none. `url`: its server's page.
    """

    number: int
    ref: str
    rule: str
    server: str
    name: str
    node: str
    severity: Severity
    opened: Moment
    title: str = ""
    ended: Moment | None = None
    since: Moment | None = None
    said: list[Said] = field(default_factory=list)
    left_out: int = 0
    version: int = 0
    is_told: bool = False
    is_dropped: bool = False
    is_gone: bool = False
    is_lone: bool = False
    louder: int = 0
    url: str = ""

    @classmethod
    def of(cls, number: int, message: SendMessage, label: ServerLabel, now: Moment) -> Record:
        """A record that has heard nothing yet. Without an incident it is `lone`: told once, and forgotten."""
        return cls(
            number, message.ref, message.rule, message.server, label.name, label.node, message.severity, now,
            is_lone=message.resolves or not is_incident(message.ref), url=label.url,
        )  # fmt: skip

    @property
    def is_drill(self) -> bool:
        """Whether it belongs to a drill."""
        return is_drill(self.ref)

    @property
    def waits(self) -> bool:
        """Whether it is a first telling that was not sent yet."""
        return self.since is not None and not self.is_told and not self.is_dropped

    @property
    def is_open(self) -> bool:
        """Whether it was told as open, and no end was heard: what a reminder may name."""
        return self.is_told and self.ended is None and not self.is_lone and not self.is_gone

    def hear(self, message: SendMessage, now: Moment, limit: int = LONGEST_TEXT) -> None:
        """Takes what a rule says of it, at most `limit` characters each of text and title."""
        if self.since is None:
            self.said, self.left_out, self.since = [], 0, now
        self.version += 1
        self.said.append(Said(self.version, cut(NoticeText(message.text, message.excerpts), limit)))
        if len(self.said) > TEXTS_KEPT:
            self.left_out += 1
            del self.said[0]
        self.title = message.title[:limit] or self.title
        self.is_dropped = self.is_gone = False
        if message.resolves:
            self.end(now)
        elif message.severity.rank > self.severity.rank:
            self.severity, self.louder = message.severity, self.version if self.is_told else 0

    def end(self, now: Moment) -> None:
        """Notes its end, once."""
        self.ended = self.ended or self._ended(now)

    def _ended(self, now: Moment) -> Moment:
        """When it opened, where nothing was heard before; else later, however soon it seems to have come.

        What another member says is a while on its way, the opening now and then longer than the end, and a
        clock may have been set back: whoever is told of both at once would read of an end alone.
        """
        if self.version == 1:
            return self.opened
        return _ended_after(self.opened, max(SHORTEST, now - self.opened))

    def sent(self, version: int, now: Moment) -> None:
        """What it was at this version has arrived; what was heard since then is news still."""
        self.is_told = True
        if self.louder <= version:
            self.louder = 0
        later = [one for one in self.said if one.version > version]
        if later:
            self.said, self.left_out, self.since = later, 0, now
            return
        self.since, self.said, self.left_out = None, self._reminder(), 0

    def drop(self) -> None:
        """Its news is not told any more; an opening that was not sent is never told."""
        self.version += 1  # what it says from now on is another message
        self.since, self.left_out, self.louder = None, 0, 0
        self.said = self._reminder() if self.is_told else []
        self.is_dropped = not self.is_told

    def _reminder(self) -> list[Said]:
        return [replace(one, text=cut(one.text, REMINDED_TEXT)) for one in self.said[-1:]]

    def notice(self) -> Notice:
        """As it is told now."""
        return Notice(
            ref=self.ref, rule=self.rule, server=self.server, name=self.name, node=self.node,
            severity=self.severity, opened=self.opened.wall,
            ended=self.ended.wall if self.ended is not None else None,
            title=self.title, texts=tuple(one.text for one in self.said), texts_left_out=self.left_out,
            is_new=not self.is_told, is_louder=self.louder > 0, is_drill=self.is_drill,
            url=self.url,
        )  # fmt: skip

    def dump(self) -> dict[str, Any]:
        """Plain data, moments as wall."""
        return {
            "ref": self.ref, "rule": self.rule, "server": self.server, "name": self.name, "node": self.node,
            "severity": self.severity.value, "opened": self.opened.wall, "title": self.title,
            "ended": self.ended.wall if self.ended is not None else None,
            "since": self.since.wall if self.since is not None else None,
            "said": [[one.version, one.text.text, [list(span) for span in one.text.excerpts]]
                     for one in self.said],
            "left_out": self.left_out, "version": self.version,
            "told": self.is_told, "dropped": self.is_dropped, "gone": self.is_gone, "lone": self.is_lone,
            "louder": self.louder, "url": self.url,
        }  # fmt: skip

    @classmethod
    def load(cls, number: int, data: Mapping[str, Any], now: Moment) -> Record:
        """Restores what `dump` returned. Raises KeyError, TypeError or ValueError for what it did not."""
        opened = earlier(data["opened"], now)
        return cls(
            number, str(data["ref"]), str(data["rule"]), str(data["server"]), str(data["name"]),
            str(data["node"]), Severity(data["severity"]), opened, str(data["title"]),
            _ended_after(opened, data["ended"] - data["opened"]) if data["ended"] is not None else None,
            earlier(data["since"], now) if data["since"] is not None else None,
            [
                Said(int(version), NoticeText(str(text), tuple((int(a), int(b)) for a, b in spans)))
                for version, text, spans in data["said"]
            ],
            int(data["left_out"]), int(data["version"]),
            bool(data["told"]), bool(data["dropped"]), bool(data["gone"]), bool(data["lone"]),
            int(data["louder"]), str(data["url"]),
        )  # fmt: skip


def _ended_after(opened: Moment, seconds: float) -> Moment:
    """Raises ValueError for what is no time."""
    if not isfinite(seconds):
        raise ValueError("an incident ends at a time")
    return opened + seconds


def earlier(wall: object, now: Moment) -> Moment:
    """A moment that was saved as wall seconds; one that lies ahead was saved by a clock that was wrong."""
    if not isinstance(wall, int | float) or not isfinite(wall):
        raise TypeError("a moment is saved as wall seconds")
    ago = min(max(0.0, now.wall - wall), now.wall)
    return Moment(now.mono - ago, min(float(wall), now.wall))


def cut(text: NoticeText, limit: int) -> NoticeText:
    """The first characters of a text, with the excerpts that lie in them."""
    if len(text.text) <= limit:
        return text
    spans = tuple((begin, min(end, limit)) for begin, end in text.excerpts if begin < limit)
    return NoticeText(text.text[:limit], spans)
