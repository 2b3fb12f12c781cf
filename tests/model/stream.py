"""What happens to the one server of a case, at half seconds: all moments are counted in half seconds.

A stream is what a real link could give: `possible` leaves out what could not have been seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class LinkUp:
    at: int


@dataclass(frozen=True)
class LinkLost:
    at: int


@dataclass(frozen=True)
class Reported:
    """A snapshot of the state, never a change."""

    at: int
    state: str


@dataclass(frozen=True)
class Changed:
    at: int
    state: str


@dataclass(frozen=True)
class Stats:
    at: int
    memory_pct: int


@dataclass(frozen=True)
class Line:
    at: int
    word: str
    value: str


@dataclass(frozen=True)
class Happened:
    at: int
    event: str


@dataclass(frozen=True)
class Ack:
    """A person's word, as is `Reset`: they come though the link is down."""

    at: int
    rule: str


@dataclass(frozen=True)
class Reset:
    at: int
    rule: str


Event = LinkUp | LinkLost | Reported | Changed | Stats | Line | Happened | Ack | Reset


def possible(events: Iterable[Event]) -> list[Event]:
    """The events in their order, without those that no link could have given."""
    up, state = False, None
    kept: list[Event] = []
    for event in sorted(events, key=lambda one: one.at):
        match event:
            case LinkUp() if not up:
                up, state = True, None
            case LinkLost() if up:
                up, state = False, None
            case Reported(state=reported) if up and state is None:
                state = reported
            case Changed(state=changed) if up and state not in (None, changed):
                state = changed
            case Stats() if up and state != "offline":
                pass
            case Line() | Happened() if up:
                pass
            case Ack() | Reset():
                pass
            case _:
                continue
        kept.append(event)
    return kept
