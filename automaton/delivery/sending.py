"""A message that is ready to be sent: what a group says of some of its records, and by which id. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from automaton.core.calls import Severity
from automaton.delivery.group import Group
from automaton.delivery.notification import Notification
from automaton.delivery.record import Record


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that is ready to be sent, and which version of which record it tells.

    `loudest` of what it newly tells as open: something critical never waits behind a reminder or an end.
    """

    notification: Notification
    group: Group
    told: tuple[tuple[Record, int], ...]
    loudest: Severity
    day: date | None = None


def loudest_news(said: Iterable[Record]) -> Severity:
    """The loudest of these that are open and not told yet as they are now."""
    news = (one.severity for one in said if one.since is not None and one.ended is None)
    return max(news, key=lambda one: one.rank, default=Severity.INFO)


def notification_of(
    target: str, channel: str, group: Group, said: Sequence[Record], at: float, *,
    is_reminder: bool, day: date | None, late: float, left_out: int,
) -> Notification:  # fmt: skip
    """What a group says of these records. `at` in wall seconds; `day` is that of a digest."""
    notices = tuple(record.notice() for record in said)
    return Notification(
        id=identify(target, group, said, is_reminder=is_reminder),
        channel=channel,
        group=(("date", day.isoformat()),) if day is not None else group.key,
        notices=notices,
        severity=max((notice.severity for notice in notices), key=lambda one: one.rank),
        at=at, is_reminder=is_reminder, is_digest=day is not None, late=late, left_out=left_out,
    )  # fmt: skip


def identify(target: str, group: Group, said: Sequence[Record], *, is_reminder: bool) -> str:
    """Eight hex digits, equal for the same content: for each try of it, also by the next process.

    What is new since a try is another content, and so another message, also where nobody knows whether
    that try arrived: its reader would take the same id for a repeat, and miss the news.
    """
    parts = [
        target, repr(group.key), str(group.sendings), str(is_reminder),
        *(f"{one.number}:{one.ref}:{one.version}:{one.opened.wall!r}" for one in said),
    ]  # fmt: skip
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:8]
