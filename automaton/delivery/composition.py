"""What a group says becomes a message: safe, with how to get there and how to acknowledge. Pure.

A few notices are told whole; of many each is one line, the open ones first, and what is not named is
counted. Whatever strangers typed goes through `safe_text.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from automaton.core.calls import Severity
from automaton.core.span import span
from automaton.delivery import safe_text
from automaton.delivery.channel import Channel
from automaton.delivery.headline import (
    TEXT_LIMIT,
    count,
    first_line,
    has_said_how_long,
    lasted,
    loudest_of,
    name_of,
    opened_and_ended,
    title_of,
    what,
)
from automaton.delivery.message import OVER, Message
from automaton.delivery.notification import Notice, Notification, is_incident
from automaton.delivery.safe_text import SafeLine
from automaton.delivery.surroundings import AckLinks, Incidents, ServerLabels

WHOLE = 3  # so many notices are told with all of their text: more of them fill a screen
NAMED = 10  # so many are named, open and ended each; the others are counted
LINE_LIMIT = 100  # UTF-16 units of a line of many: two lines of a phone
FRESH = 60.0  # seconds: what opened so lately has no duration yet that says something

_UUID = re.compile(r"[0-9a-f]{8}-")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")  # what a shell takes as it is


def compose(
    notification: Notification,
    channel: Channel,
    labels: ServerLabels,
    links: AckLinks,
    incidents: Incidents,
) -> Message:
    """The message of one sending."""
    notices = notification.notices
    loudest = loudest_of(notices)
    return Message(
        id=notification.id,
        title=title_of(notification, is_plain=channel.is_plain),
        lines=tuple(_lines(notification, is_plain=channel.is_plain)),
        severity=loudest or notification.severity,
        tail=() if channel.is_plain else tuple(_tail(notification, labels, links, incidents)),
        resolves=loudest is None,
        mentions=_mentions(notification, channel, loudest),
        is_plain=channel.is_plain,
        left_out=notification.left_out,
        late=notification.late,
    )


def _mentions(notification: Notification, channel: Channel, loudest: Severity | None) -> tuple[str, ...]:
    """Of what opened or became louder the loudest: what was told before as louder still calls nobody again,
    and keeps nobody from being called."""
    if notification.is_digest:
        return ()
    if not notification.is_reminder:
        loudest = loudest_of(one for one in notification.notices if one.is_new or one.is_louder)
    return channel.mentions.get(loudest, ()) if loudest is not None else ()


def _lines(notification: Notification, *, is_plain: bool) -> Iterator[SafeLine]:
    notices = notification.notices
    if any(notice.is_drill for notice in notices):
        yield SafeLine("This is a drill: somebody asked for it, and nothing set it off.")
    if len(notices) <= WHOLE:
        for notice in notices:
            yield from _whole(notice, notification, is_alone=len(notices) == 1, is_plain=is_plain)
        return
    yield from _named([one for one in notices if one.ended is None], notification, "more")
    yield from _named([one for one in notices if one.ended is not None], notification, "more are over")


def _whole(
    notice: Notice, notification: Notification, *, is_alone: bool, is_plain: bool
) -> Iterator[SafeLine]:
    """All that one notice says."""
    if not is_alone:
        yield SafeLine(_heading(notice))
    if notice.texts_left_out:
        yield SafeLine(f"{safe_text.ELLIPSIS} {count(notice.texts_left_out, 'earlier text')} left out")
    for one in notice.texts:
        lines = safe_text.lines_of(one.text[:TEXT_LIMIT], one.excerpts)
        is_said = not is_alone and len(notice.texts) == 1 and what(notice) == first_line(notice)
        yield from lines[1:] if is_said else lines
        if len(one.text) > TEXT_LIMIT:
            yield safe_text.gap(0)
    if not is_plain and is_incident(notice.ref):
        yield SafeLine(_when(notice, notification))


def _heading(notice: Notice) -> str:
    mark = f"{OVER} " if notice.ended is not None else ""
    name, said = name_of(notice), what(notice)
    return f"{mark}{name}: {said}" if name else f"{mark}{said}"


def _named(notices: Sequence[Notice], notification: Notification, more: str) -> Iterator[SafeLine]:
    """One line each for the first; the others counted."""
    for notice in notices[:NAMED]:
        yield SafeLine(_in_a_line(notice, notification))
    if len(notices) > NAMED:
        yield SafeLine(f"and {len(notices) - NAMED:,} {more}")


def _in_a_line(notice: Notice, notification: Notification) -> str:
    labels = dict(notification.group)
    said = (notice.title and safe_text.title(notice.title[:TEXT_LIMIT])) or first_line(notice)
    if not said or "rule" not in labels:
        said = f"{notice.rule}: {said}" if said else notice.rule
    drill = " (drill)" if notice.is_drill else ""
    name = name_of(notice) or safe_text.title(notice.node, 60) or "fleet"
    if notice.ended is not None:
        return safe_text.title(f"{OVER} {name}: {_how_it_ended(notice)}{drill}", LINE_LIMIT)
    age = notification.at - notice.opened
    end = f" ({span(age)}){drill}" if age >= FRESH and is_incident(notice.ref) else drill
    room = LINE_LIMIT - safe_text.width(end)
    return safe_text.title(f"• {name}: {said}", room) + end


def _how_it_ended(notice: Notice) -> str:
    if opened_and_ended(notice):
        return f"opened and ended, lasted {lasted(notice)}"
    return f"over after {lasted(notice)}" if notice.ended != notice.opened else "over"


def _when(notice: Notice, notification: Notification) -> str:
    """When it opened and how long it lasted, or lasts."""
    opened = _clock_time(notice.opened, notification.at)
    if notice.ended is not None and notice.ended > notice.opened:
        how_long = "" if has_said_how_long(notice) else f", lasted {lasted(notice)}"
        return f"{'opened and ended: ' if opened_and_ended(notice) else ''}from {opened}{how_long}"
    age = notification.at - notice.opened
    return f"since {opened}, for {span(age)}" if age >= FRESH else f"at {opened}"


def _clock_time(at: float, now: float) -> str:
    """In UTC: readers of a chat sit in many places. With the date where it is not that of today."""
    moment, today = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC).date()
    return moment.strftime("%H:%M UTC" if moment.date() == today else "%Y-%m-%d %H:%M UTC")


def _tail(
    notification: Notification, labels: ServerLabels, links: AckLinks, incidents: Incidents
) -> Iterator[str]:
    notices = notification.notices
    if len(notices) <= WHOLE:
        going = [notice for notice in notices if notice.ended is None]
        pages = {one.server: one.url for one in going or notices if one.server}
        for server, page in pages.items():
            if url := labels.find(server).url or page:  # after a start the first is not known for a moment
                yield safe_text.title(url)
    wanted = [notice for notice in notices if _may_be_acked(notice, incidents)]
    if not wanted or notification.is_digest:
        return
    yield f"acknowledge: {_command(wanted)}"
    if link := links.link(notification.channel, [notice.ref for notice in wanted]):
        yield f"or {link}"


def _may_be_acked(notice: Notice, incidents: Incidents) -> bool:
    if notice.ended is not None or notice.is_drill or not is_incident(notice.ref):
        return False
    status = incidents.status(notice.ref)
    return status.is_open and not status.is_acked


def _command(notices: Sequence[Notice]) -> str:
    rules = sorted({notice.rule for notice in notices})
    if len(rules) > 1:
        return "automaton ack RULE SERVER"
    if len(notices) > 1 or not notices[0].server:
        return f"automaton ack {rules[0]}"
    name, server = notices[0].name, notices[0].server
    if not _PLAIN_NAME.fullmatch(name):
        name = server[:8] if _UUID.match(server) else ""
    return f"automaton ack {rules[0]} {name}".rstrip()
