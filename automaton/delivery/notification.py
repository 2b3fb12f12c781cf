"""What one group says at one sending: open incidents, then ended ones, each with what is new about it.

Plain data. Nothing in it is made safe or cut yet: that is `message.py`'s, just before it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.calls import Severity

DRILL = "drill/"  # begins the `SendMessage.ref` of what a drill says
TEXTS_KEPT = 3  # of one incident, for one sending: a reader wants the latest, and a storm stays bounded


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What a rule said. `excerpts` are the spans of `text` (start, end) that hold console lines."""

    text: str
    excerpts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One incident, or a report without one, as one target is told of it.

    `opened` and `ended` are wall seconds; `ended` is None while it is open. `texts` are those that were not
    sent yet, the oldest first, and where all were sent the latest one; `texts_left_out` counts older ones
    that had no room. `is_new` says that this target was not told of it before, `is_louder` that it was told
    of something quieter. `server` is a uuid; `name`, `node` and `url`, the server's page, are "" where
    they are not known.
    """

    ref: str
    rule: str
    server: str
    name: str
    node: str
    severity: Severity
    opened: float
    ended: float | None
    title: str
    texts: tuple[NoticeText, ...]
    texts_left_out: int = 0
    is_new: bool = True
    is_louder: bool = False
    is_drill: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One sending of one group to one target.

    `id` is the same in every try of the same content, also after a restart. `group` names what its notices
    have in common, as in `(("rule", "mem-high"), ("node", "eu-1"))`. `notices` are the open ones, what is
    new of them first, then the ended ones; the oldest first. `severity` is the loudest of them. `late` is
    how many seconds it waited beyond its time, `left_out` how many notices had no room or were too old
    since the last that arrived.
    """

    id: str
    channel: str
    group: tuple[tuple[str, str], ...]
    notices: tuple[Notice, ...]
    severity: Severity
    at: float
    is_reminder: bool = False
    is_digest: bool = False
    late: float = 0.0
    left_out: int = 0


def is_incident(ref: str) -> bool:
    """Whether a `SendMessage.ref` names an incident by its number: reports and drills name none."""
    number = ref.rpartition("/")[2]
    return _is_number(number) and int(number) > 0 and not is_drill(ref)


def is_drill(ref: str) -> bool:
    """Whether a drill says it, or it is reported of one: its mark stands before the rule and the key, behind
    which only a report has no number. A rule may be called `drill` itself."""
    behind = 2 if _is_number(ref.rpartition("/")[2]) else 1
    return ref.startswith(DRILL) and ref.count("/") > behind


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
