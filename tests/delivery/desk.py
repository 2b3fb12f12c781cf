"""One target's outbox on a clock that jumps from turn to turn, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.delivery.channel import Channel
from automaton.delivery.notification import Notification
from automaton.delivery.outbox import Outbox
from automaton.delivery.sending import Sending
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from automaton.secret import Secret

WALL = 1_700_000_000.0  # a Tuesday, 22:13:20 UTC
ROOT = "delivery/ops.1"
OPS = Channel(name="ops", urls=(Secret("json://ops"),))


def said(
    server: str = "lobby", text: str = "down", *, number: int = 1, rule: str = "down",
    severity: Severity = Severity.WARNING, resolves: bool = False, title: str = "",
) -> SendMessage:  # fmt: skip
    """What a rule says of one incident; `number` 0 is none."""
    return SendMessage(
        server=server, channel="ops", text=text, severity=severity, rule=rule, title=title,
        ref=f"{rule}/{server}/{number}", resolves=resolves,
    )  # fmt: skip


@dataclass
class World:
    """The engine's incidents: open by what was handed over, unless a test says otherwise."""

    open: dict[str, IncidentStatus] = field(default_factory=dict)

    def status(self, ref: str) -> IncidentStatus:
        return self.open.get(ref, IncidentStatus(is_open=False))


@dataclass
class Desk:
    """`got` is what arrived: second, and the notification. Times are seconds since the beginning."""

    channel: Channel = OPS
    node: str = "eu-1"
    second: float = 0.0
    begun: Moment = field(default_factory=lambda: Moment(1_000.0, WALL))
    world: World = field(default_factory=World)
    got: list[tuple[float, Notification]] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    is_up: bool = True

    def __post_init__(self) -> None:
        self.outbox = Outbox(ROOT, self.channel, self.world.status)

    @property
    def now(self) -> Moment:
        return self.begun + self.second

    def say(self, message: SendMessage, *, node: str | None = None) -> bool:
        """Hands a message over; the engine has its incident open, or over."""
        self.world.open[message.ref] = IncidentStatus(is_open=not message.resolves)
        label = ServerLabel(message.server, self.node if node is None else node)
        taken = self.outbox.put(message, label, self.now)
        self.save()
        return taken

    def opens(self, server: str = "lobby", number: int = 1, severity: Severity = Severity.WARNING) -> None:
        self.say(said(server, f"{server} down", number=number, severity=severity))

    def ends(self, server: str = "lobby", number: int = 1) -> None:
        self.say(said(server, f"{server} up", number=number, resolves=True))

    def acks(self, server: str = "lobby", number: int = 1) -> None:
        self.world.open[f"down/{server}/{number}"] = IncidentStatus(is_open=True, is_acked=True)

    def until(self, second: float) -> None:
        """Lets time go by; what is due arrives, unless the service is down, which is tried every minute."""
        while True:
            wait = self.outbox.wait(self.now)
            if wait is None or self.second + wait > second:
                break
            self.second += wait
            if (sending := self.outbox.turn(self.now)) is not None:
                self.deliver(sending)
            self.save()
        self.second = max(self.second, second)

    def deliver(self, sending: Sending) -> None:
        if self.is_up:
            self.got.append((round(self.second, 3), sending.notification))
            self.outbox.sent(sending, self.now)
        else:
            self.second += 60.0

    def save(self) -> None:
        """Writes the changes, as the journal would."""
        for name, data in self.outbox.take_changes().items():
            if data is None:
                self.parts.pop(name, None)
            else:
                self.parts[name] = data

    def restart(self, after: float = 0.0, channel: Channel | None = None) -> None:
        """Another process goes on from the parts; its monotonic clock begins anew."""
        self.second += after
        self.begun = Moment(50.0 - self.second, self.begun.wall)
        self.channel = channel or self.channel
        self.outbox = Outbox.load(ROOT, self.channel, self.world.status, self.parts, self.now)
        self.save()

    def told(self) -> list[tuple[float, list[str], list[str]]]:
        """Second, servers that are told as open, and as ended."""
        return [
            (
                second,
                [one.server for one in notification.notices if one.ended is None],
                [one.server for one in notification.notices if one.ended is not None],
            )
            for second, notification in self.got
        ]

    def load(self, parts: Mapping[str, Any]) -> Outbox:
        return Outbox.load(ROOT, self.channel, self.world.status, parts, self.now)
