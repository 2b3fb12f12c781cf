"""A receiver on this machine that stands where Discord, Slack, Telegram and a JSON service would."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from automaton.core.calls import Severity
from automaton.delivery.apprise import AppriseSender
from automaton.delivery.message import Message
from automaton.delivery.notification import NoticeText
from automaton.secret import Secret
from tests.delivery.groups import composed, notice

TOKEN = "JHZ7lQml277CDHmQKMHI8qBe7bk2ZwO5UKjCiOAF7711"
DISCORD = f"discord://417429632418316298/{TOKEN}"
SLACK = f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN[:24]}/#ops"
TELEGRAM = f"tgram://123456789:{TOKEN[:35]}/12345/"


@dataclass
class Receiver:
    """A web service that keeps what it gets and answers as it is told."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    held: threading.Event = field(default_factory=threading.Event)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def json(self) -> str:
        return f"json://127.0.0.1:{self.port}/{TOKEN}"


def message(
    text: str, *, title: str = "", excerpt: bool = False, severity: Severity = Severity.WARNING
) -> Message:
    """Of a report, which has neither a time nor a page."""
    spans = ((0, len(text)),) if excerpt else ()
    return composed(
        notice(
            texts=(NoticeText(text, spans),),
            title=title,
            severity=severity,
            server="",
            name="",
            ref="mem-high/s1",
        )
    )


async def posted(receiver: Receiver, url: str, message: Message) -> Any:
    """The body of the one request that a message made."""
    await AppriseSender().send(Secret(url), message)
    (body,) = receiver.bodies
    return body
