"""The one line of a message that everybody reads: how bad, which server, what.

Pure. A stranger's text stands in it only where the rule's author put it into a title.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from automaton.core.calls import Severity
from automaton.core.notices.resolved import says_how_long
from automaton.core.span import span
from automaton.delivery import safe_text
from automaton.delivery.message import MARKS, OVER
from automaton.delivery.notification import Notice, Notification, is_incident

SHORT = 80  # characters of a first line that is a headline as well; a phone shows about as many
LONGEST_NAME = 60  # UTF-16 units; the Panel takes names of 191 characters
TEXT_LIMIT = 10_000  # characters; more is never shown, and cleaning it would hold up the event loop

_SEPARATORS = " \t:,;–—-"  # between a server's name and what is said of it


def title_of(notification: Notification, *, is_plain: bool = False) -> str:
    """The title, made safe. `is_plain`: without the mark of its severity."""
    notices = notification.notices
    text = _of_one(notification, notices[0]) if len(notices) == 1 else _of_many(notification)
    if notification.is_digest:
        text = f"Digest: {text if len(notices) == 1 else count(len(notices), 'notice')}"
    if all(notice.is_drill for notice in notices):
        text = f"DRILL: {text}"
    if not is_plain:
        text = f"{mark_of(notification)} {text}"
    return safe_text.title(text)


def mark_of(notification: Notification) -> str:
    """That of the loudest notice that is open; of none, that all is over."""
    loudest = loudest_of(notification.notices)
    return OVER if loudest is None else MARKS[loudest]


def loudest_of(notices: Iterable[Notice]) -> Severity | None:
    """Of those that are not over; None where all are."""
    return max((one.severity for one in notices if one.ended is None), key=lambda one: one.rank, default=None)


def name_of(notice: Notice) -> str:
    """Of its server, cut; "" where it is about none."""
    return safe_text.title(notice.name[:TEXT_LIMIT], LONGEST_NAME)


def first_line(notice: Notice) -> str:
    """The first line of its latest text, without the server's name before it.

    What opened and ended unsent is headed by its opening. "" where a console printed part of it: that is
    shown in a fence, and nowhere else.
    """
    if not notice.texts:
        return ""
    said = notice.texts[0 if opened_and_ended(notice) else -1]
    line = said.text[:TEXT_LIMIT].strip("\n").partition("\n")[0]
    begins = len(said.text) - len(said.text.lstrip("\n"))
    if any(start < begins + len(line) for start, _ in said.excerpts):
        return ""
    name = notice.name
    if name and line.startswith(name):
        rest = line[len(name) :]
        if not rest[:1].isalnum():
            line = rest.lstrip(_SEPARATORS)
    return safe_text.title(line)


def what(notice: Notice) -> str:
    """What it is about: its own title, a first line that is short, or the rule's id."""
    if notice.title:
        return safe_text.title(notice.title[:TEXT_LIMIT])
    line = first_line(notice)
    return line if 0 < len(line) <= SHORT else safe_text.title(notice.rule or "automaton")


def count(number: int, noun: str) -> str:
    """As in `1 server`, `12 servers`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def opened_and_ended(notice: Notice) -> bool:
    """Whether its reader never heard of it. What is told of an end alone has no beginning of its own."""
    return notice.ended is not None and notice.is_new and notice.ended > notice.opened


def lasted(notice: Notice) -> str:
    """How long it was open."""
    return span((notice.ended or notice.opened) - notice.opened)


def has_said_how_long(notice: Notice) -> bool:
    """Whether the end says it, from the incident itself: a channel heard of that a moment later."""
    return bool(notice.texts) and says_how_long(notice.texts[-1].text[:TEXT_LIMIT], notice.rule)


def _of_one(notification: Notification, notice: Notice) -> str:
    said = what(notice)
    if not notice.title and (name := name_of(notice)):
        said = f"{name}: {said}"
    if opened_and_ended(notice):
        return f"{said}: opened and ended" + ("" if has_said_how_long(notice) else f", {lasted(notice)}")
    if notice.ended is not None:  # the words of an end say so themselves
        return f"{said}: over" if notice.title or not notice.texts else said
    if notification.is_reminder:
        return f"{said} (still open, {span(notification.at - notice.opened)})"
    return said


def _of_many(notification: Notification) -> str:
    notices = notification.notices
    going = [notice for notice in notices if notice.ended is None]
    over = len(notices) - len(going)
    said = f"{_subject(notification)}: {_counted(going or notices)}"
    if not going:
        return f"{said}, all over"
    if over:
        said += f", {over} over"
    return f"{said} (still open)" if notification.is_reminder else said


def _subject(notification: Notification) -> str:
    """What its notices have in common: `mem-high on eu-1`."""
    labels = dict(notification.group)
    rules = {notice.rule for notice in notification.notices}
    subject = labels.get("rule") or (rules.pop() if len(rules) == 1 else count(len(rules), "rule"))
    if labels.get("server"):
        return f"{name_of(notification.notices[0])}, {subject}"
    node = labels.get("node", "")
    return f"{subject} on {node}" if node else subject


def _counted(notices: Sequence[Notice]) -> str:
    servers = {notice.server for notice in notices}
    if len(servers) == len(notices) and "" not in servers:
        return count(len(notices), "server")
    return count(len(notices), "incident" if all(is_incident(one.ref) for one in notices) else "notice")
