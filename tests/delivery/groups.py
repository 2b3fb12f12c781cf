"""Notices and groups of tests, and the message that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from automaton.core.calls import Severity
from automaton.delivery.channel import Channel
from automaton.delivery.composition import compose
from automaton.delivery.message import Message
from automaton.delivery.notification import Notice, NoticeText, Notification
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from automaton.secret import Secret

NOON = 1_767_614_400.0  # 2026-01-05 12:00 UTC
OPS = Channel(name="ops", urls=(Secret("json://localhost"),))


@dataclass
class Surroundings:
    """Servers with pages in the Panel, incidents that are open, and links where `has_links`."""

    has_links: bool = False
    over: set[str] = field(default_factory=set)
    acked: set[str] = field(default_factory=set)
    linked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def find(self, server: str) -> ServerLabel:
        return ServerLabel("lobby", "eu-1", f"https://panel.example.org/server/{server[:8]}")

    def status(self, ref: str) -> IncidentStatus:
        return IncidentStatus(is_open=ref not in self.over, is_acked=ref in self.acked)

    def link(self, channel: str, refs: Sequence[str]) -> str | None:
        self.linked.append((channel, tuple(refs)))
        return "https://automaton.example.org/ack/AbC-_1" if self.has_links else None


def notice(text: str = "memory 95 %", *, number: int = 1, name: str = "lobby", **changed: Any) -> Notice:
    """Of an incident that opened five minutes before noon, unless something else is said."""
    server = changed.pop("server", f"{number:08x}-0000")
    one = Notice(
        ref=f"mem-high/{server}/{number}", rule="mem-high", server=server, name=name, node="eu-1",
        severity=Severity.WARNING, opened=NOON - 300.0, ended=None, title="", texts=(NoticeText(text),),
    )  # fmt: skip
    return replace(one, **changed)


def group(*notices: Notice, **changed: Any) -> Notification:
    """They by rule and node, sent at noon."""
    loudest = max((one.severity for one in notices), key=lambda severity: severity.rank)
    made = Notification(
        id="0f1e2d3c", channel="ops", group=(("rule", "mem-high"), ("node", "eu-1")), notices=notices,
        severity=loudest, at=NOON,
    )  # fmt: skip
    return replace(made, **changed)


def composed(
    *notices: Notice, channel: Channel = OPS, around: Surroundings | None = None, **changed: Any
) -> Message:
    """The message of a group of these."""
    around = around or Surroundings()
    return compose(group(*notices, **changed), channel, around, around, around)
