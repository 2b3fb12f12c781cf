"""The shape of what an engine remembers, checked before one takes it up: anybody may have written the file.

The core restores what its own classes dumped, and may rely on it: each number is one and finite, each text a
text. A key that is missing is the core's affair, which knows what older versions wrote; so is one too many.
"""

from __future__ import annotations

from sys import float_info
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from automaton.core.arm import Arm
from automaton.core.events import Source, State
from automaton.core.parts import (
    ABSENT,
    AGES,
    ARMED,
    BUDGET,
    CROWD,
    FACTS,
    GRANTS,
    HEAD,
    HEARD,
    MATCH,
    MATCHES,
    NEWS,
    PAST,
    SEEN,
    SERVER,
    SILENCES,
    STATE,
    TOLD,
)

FARTHEST = 1e11
"""Seconds, some three thousand years from 1970: no clock shows it, and sums of it are exact enough."""

Number = Annotated[float, Meta(ge=-1e300, le=1e300)]
"""A figure that is summed up: no node may tell one that large (wings/frames.py: 2**62)."""

Finite = Annotated[float, Meta(ge=-float_info.max, le=float_info.max)]
"""A number that somebody said: whatever a hook may bring (web/hooks.py) must be taken again."""

Seconds = Annotated[float, Meta(ge=-FARTHEST, le=FARTHEST)]
Wall = Seconds | None
Known = Annotated[float, Meta(ge=0, le=FARTHEST)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Field = str | bool | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | Finite | None
Since = tuple[Wall, bool]


class _Message(msgspec.Struct, frozen=True):
    server: str = ""
    channel: str = ""
    text: str = ""
    title: str = ""
    severity: str = ""
    rule: str = ""
    ref: str = ""
    resolves: bool = False
    excerpts: list[tuple[Count, Count]] = []


class _Incident(msgspec.Struct, frozen=True):
    number: Count = 0
    opened: Wall = None
    matches: Count = 0
    fields: dict[str, Field] = {}
    attempt: Count = 0
    told: list[str] = []
    escalated: list[Count] = []
    kept_back: list[_Message] = []
    acked: bool = False
    ended: bool = False
    would_tell: list[str] = []
    told_late: list[str] = []
    cleared: Wall = None
    turns: list[tuple[Count, Known]] = []
    held_turns: list[Count] = []


class _History(msgspec.Struct, frozen=True):
    starts: list[Seconds] = []
    tripped_at: Wall = None
    tripped_until: Wall = None


class _Run(msgspec.Struct, frozen=True):
    kind: str = ""
    which: Count = 0
    began: Wall = None
    blocks: list[tuple[Count, Count, bool]] = []
    memo: dict[str, Field] | None = None
    asked: str | None = None
    waits_until: Wall = None
    powered: bool = False
    powering: bool = False
    kept_back: bool = False
    has_muted: bool = False
    held_at: Wall = None
    held_since: Wall = None
    left_at: Seconds = 0.0
    returning: bool = False
    cancelled: str | None = None
    result: dict[str, str | int] = {}
    steps: str = ""
    incident: _Incident | None = None


class _Standing(msgspec.Struct, frozen=True):
    rule: str = ""
    more: list[str] = []
    judged_by: str = ""
    hold: tuple[Seconds, bool] = (0.0, False)
    quiet: tuple[Seconds, bool] = (0.0, False)
    window: list[tuple[Wall, str | int | Finite | None]] = []
    runs: _History = _History()
    incident: _Incident | None = None
    queued: list[dict[str, Field]] = []
    cooling_until: Wall = None
    cooldown: Seconds = 0.0
    hushed_until: Wall = None
    reported_at: dict[str, Seconds] = {}
    clock_checked: Wall = None
    last_verdict: str | None = None
    turns: dict[str, Count] = {}
    going: list[_Run] = []
    running: tuple[bool, bool] = (False, False)


class _Intent(msgspec.Struct, frozen=True):
    by: str | None = None
    requests: list[tuple[str, Wall]] = []
    asked: str | None = None
    asked_at: Wall = None
    restarts: bool = False
    wings_until: Wall = None
    ran: bool = False


_Steps = list[tuple[int, Known, Number, Number, Number, Number]]


class _Series(msgspec.Struct, frozen=True):
    seconds: Annotated[float, Meta(gt=0, le=FARTHEST)] = 1.0
    begin: Wall = None
    steps: _Steps = []
    past: int = -1


class _Hindsight(msgspec.Struct, frozen=True):
    series: dict[str, _Series] = {}
    names: dict[str, Since] = {}
    patterns: dict[str, Since] = {}
    counts: dict[str, list[Seconds]] = {}
    watched: tuple[Wall, Wall] | None = None


class _OwnValue(msgspec.Struct, frozen=True):
    kind: str = ""
    last: Field = None
    known: bool = False
    told_at: Wall = None
    asked_at: Wall = None
    holds: bool = False


class _OwnValues(msgspec.Struct, frozen=True):
    since: Wall = None
    boot: Count = 0
    values: dict[str, _OwnValue] = {}


class _Queried(msgspec.Struct, frozen=True):
    since: Wall = None


class _Server(msgspec.Struct, frozen=True):
    installing: bool | None = None
    last_state: str | None = None
    ready: bool | None = None
    boot: Count = 0
    last_uptime: Number = 0.0
    intent: _Intent = _Intent()
    backups: dict[str, list[str]] = {}
    lines: list[str] = []
    seen: Seconds = 0.0
    connected: bool | None = None
    state_since: Since = (None, False)
    console_since: Since = (None, False)
    hindsight: _Hindsight = _Hindsight()
    own: _OwnValues = _OwnValues()
    queried: _Queried = _Queried()


class _Place(msgspec.Struct, frozen=True):
    at: Seconds
    standings: list[_Standing]
    server: _Server | None = None
    crowds: dict[str, list[str]] = {}
    absent: bool = False
    node: str = ""


class _Seen(msgspec.Struct, frozen=True):
    home: str
    rule: str
    more: list[str]
    of: str
    at: Seconds
    values: dict[str, Seconds]


class _Silence(msgspec.Struct, frozen=True):
    id: str = ""
    rules: list[str] = []
    servers: list[str] = []
    until: Wall = None
    note: str = ""


class _Hold(msgspec.Struct, frozen=True):
    since: Seconds
    reason: str = ""
    by: str = ""


class _Armed(msgspec.Struct, frozen=True):
    arm: Arm
    own: Arm
    since: Seconds
    by: str = ""
    note: str = ""


class _ToldLine(msgspec.Struct, frozen=True):
    text: str
    whole: str
    source: Source
    fields: dict[str, Field] = {}
    patterns: list[str] = []


class _ToldHappening(msgspec.Struct, frozen=True):
    name: str
    fields: dict[str, Field] = {}
    line: _ToldLine | None = None
    was: State | None = None
    now: State | None = None


class _Match(msgspec.Struct, frozen=True):
    at: Seconds
    home: str
    rules: list[str] = []
    happened: list[_ToldHappening] = []
    unseen: str = ""


class _Matches(msgspec.Struct, frozen=True):
    began: Seconds
    next: Count
    waiting: dict[str, _Match] = {}


_News = tuple[Seconds, str, str, list[str]]


class _Told(msgspec.Struct, frozen=True):
    began: Seconds
    next: Count = 0
    heard: Count = 0
    news: dict[str, _News] = {}


class _Grants(msgspec.Struct, frozen=True):
    """That of a node's engine, `last` and `lines`, or of the fleet's."""

    last: Count = 0
    lines: list[tuple[Count, list[str], str, bool, bool, bool, bool]] = []
    turn: Count = 0
    grants: list[tuple[Count, list[str], Wall, bool, bool, bool]] = []


class _Head(msgspec.Struct, frozen=True):
    version: Count = 0
    at: Seconds = 0.0
    next_number: Count = 0
    next_incident: Count = 0
    spent: list[tuple[str, str, list[Seconds]]] = []
    silences: list[_Silence] = []
    hold: _Hold | None = None
    armed: dict[str, _Armed] = {}
    no_journal: str = ""
    cut: bool = False
    facts: dict[str, _OwnValue] = {}
    places: dict[str, msgspec.Raw] = {}
    seen: dict[str, _Seen] = {}
    matches: _Matches | None = None
    told: _Told | None = None
    heard: dict[str, tuple[Seconds, Count]] = {}
    grants: dict[str, _Grants] = {}


def read_memory(text: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    """What of a memory an engine may take up, and why not the rest, by place.

    Raises ValueError where the whole is none. Place by place, so that it costs little more than it holds.
    """
    if why := _unfit(text, _Head):
        raise ValueError(f"it is no memory of automaton: {why}")
    memory: dict[str, Any] = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    of_places = memory.pop("places", None)
    read = {key: msgspec.json.decode(data) for key, data in memory.items()}
    if of_places is None:
        return read, {}
    places = msgspec.json.decode(of_places, type=dict[str, msgspec.Raw])
    unfit = {home: why for home, data in places.items() if (why := _unfit(data, _Place))}
    read["places"] = {home: msgspec.json.decode(data) for home, data in places.items() if home not in unfit}
    return read, unfit


class _StatePart(_Standing, frozen=True, kw_only=True):
    home: str
    at: Seconds


class _ServerPart(msgspec.Struct, frozen=True):
    at: Seconds
    server: _Server
    lively: bool = False


class _CrowdPart(msgspec.Struct, frozen=True):
    at: Seconds
    crowds: dict[str, list[str]]


_PARTS: tuple[tuple[str, Any], ...] = (
    (STATE, _StatePart),
    (SERVER, _ServerPart),
    (PAST, dict[str, _Steps]),
    (AGES, tuple[Seconds, Wall, bool, dict[str, Since], dict[str, Since], bool]),
    (CROWD, _CrowdPart),
    (BUDGET, tuple[str, str, list[Seconds]]),
    (ABSENT, _Place),
    (GRANTS, tuple[str, _Grants]),
    (SEEN, _Seen),
    (SILENCES, list[_Silence]),
    (MATCHES, _Matches),
    (MATCH, _Match),
    (TOLD, _Told),
    (NEWS, _News),
    (HEARD, dict[str, tuple[Seconds, Count]]),
    (FACTS, dict[str, _OwnValue]),
    (ARMED, dict[str, _Armed]),
    (HEAD, _Head),
)


def read_part(name: str, text: bytes) -> tuple[Any, str]:
    """One part of a journal that an engine may take up, or why not; a part of no known kind is not."""
    shape = next((shape for begin, shape in _PARTS if name.startswith(begin)), None)
    if shape is None:
        return None, "no part of this version of automaton"
    why = _unfit(text, shape)
    return (None, why) if why else (msgspec.json.decode(text), "")


def _unfit(text: bytes | msgspec.Raw, shape: Any) -> str:
    """Why the text has not this shape; empty where it has."""
    try:
        msgspec.json.decode(text, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        return str(problem)
    return ""
