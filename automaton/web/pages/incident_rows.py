"""Which rows of the trail belong to one incident: its rule's, and what people did meanwhile to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from automaton.core.gates.silences import Silence
from automaton.core.key import Key
from automaton.web.pages.incident_history import PastIncident
from automaton.web.pages.incident_story import OPENED
from automaton.web.pages.key_names import called, server_in
from automaton.web.pages.trail_port import TrailLine, TrailPort, TrailWanted
from automaton.web.routes.changes import FleetRow

MOST_LINES = 600  # of one incident: one that flaps for days has more, and the page says so
MOST_ACTS = 200  # of people, in the time of one incident


async def rows_of(
    trail: TrailPort, one: PastIncident, servers: Mapping[str, FleetRow]
) -> tuple[list[TrailLine], bool]:
    """In order, from its opening to its end and what that set off; and whether there were too many.

    Raises TrailUnreadableError.
    """
    first, server = one.number - 1, server_in(one.key)
    lines = await trail.rows(
        TrailWanted(rule=one.rule, server=server, after=first, oldest_first=True, limit=MOST_LINES)
    )
    mine = own_rows(lines, one)
    is_cut = len(lines) == MOST_LINES
    last = mine[-1].number if one.ended is not None and mine else None
    acts = await trail.rows(
        TrailWanted(
            rule="", kind="operator", after=first, before=None if last is None else last + 1,
            oldest_first=True, limit=MOST_ACTS,
        )
    )  # fmt: skip
    reached = acts_on(acts, one, servers)
    return sorted([*mine, *reached], key=lambda line: line.number), is_cut or len(acts) == MOST_ACTS


def own_rows(lines: Iterable[TrailLine], one: PastIncident) -> list[TrailLine]:
    """The rule's rows about this key, until it opens again.

    The end of a call and a message name no values of `by`: the one is found by its number, the other by its
    references.
    """
    found: list[TrailLine] = []
    asked: set[str] = set()
    for line in lines:
        if line.key == one.key and line.verdict == OPENED and line.number != one.number:
            break
        if line.kind == "outcome":
            is_mine = str(line.body.get("number", "")) in asked
        elif line.kind == "message":
            refs = line.body.get("refs")
            is_mine = isinstance(refs, list) and any(_is_about(str(ref), one) for ref in refs)
        elif line.kind == "operator":
            is_mine = line.key in ("", one.key)
        else:
            is_mine = line.key == one.key
        if is_mine:
            calls = line.body.get("calls")
            asked |= {str(call.get("number", "")) for call in calls} if isinstance(calls, list) else set()
            found.append(line)
    return found


def _is_about(ref: str, one: PastIncident) -> bool:
    """Whether a message's reference, `RULE/UUID/NUMBER`, is to this one. Values of `by` are none of it."""
    if not one.incident:
        return ref.startswith(f"{one.rule}/{one.key}/")
    return ref == f"{one.rule}/{Key.read(one.key).home.text}/{one.incident}"


def acts_on(acts: Sequence[TrailLine], one: PastIncident, servers: Mapping[str, FleetRow]) -> list[TrailLine]:
    """Silences that cover it and their ends, holds, and what a person did to its server by hand."""
    names, groups = called(one.key, servers)
    found: list[TrailLine] = []
    covering: set[str] = set()
    for line in acts:
        body = line.body
        id_ = str(body.get("id", ""))
        if "until" in body:
            silence = Silence(id_, _texts(body.get("rules")), _texts(body.get("servers")), 0.0)
            if not silence.covers(one.rule, names, groups):
                continue
            covering.add(id_)
        elif id_:
            if id_ not in covering:
                continue
        elif line.key != server_in(one.key) if line.key else not _holds_all(line):
            continue
        found.append(line)
    return found


def _holds_all(line: TrailLine) -> bool:
    """A hold or its end; a test of a channel and the like are nothing of an incident's."""
    return "on hold" in line.detail or line.detail.startswith("the hold")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
