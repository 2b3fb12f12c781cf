"""What the audit trail has of a server, as lines of a list: who did what, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from automaton.core.decision import Verdict
from automaton.web.pages.trail_port import TrailLine

ICONS = {"decision": "eye", "call": "power", "outcome": "ok", "message": "message", "operator": "person"}
OF_NO_CALL = frozenset({"verb", "number", "text", "way", "action", "id", "refs", "incidents"})
OF_COURSE = frozenset({Verdict.ENDED.value, Verdict.WAITING.value})
A_NOTE = "a note"
LINK = "link, channel "  # daemon/services/acknowledgements.py
DEEDS = {  # daemon/services/event_text.py says them of nobody
    A_NOTE: "wrote a note", "a silence began": "began a silence", "a silence was ended": "ended a silence",
    "every action was put on hold": "put every action on hold", "the hold was released": "released the hold",
}  # fmt: skip
LONGEST = 300  # characters of one line: a message of a chat may be a page


@dataclass(frozen=True, slots=True)
class PastLine:
    """`icon` is its shape, `who` a rule's id or a person. `what` may hold strangers' text."""

    at: float
    icon: str
    who: str
    what: str
    is_rule: bool


def past_lines(trail: Iterable[TrailLine]) -> list[PastLine]:
    """A line a row; without what another row says too, with what came of it."""
    return [_line(row) for row in trail if row.kind != "call" and row.verdict not in OF_COURSE]


def _line(row: TrailLine) -> PastLine:
    by = str(row.body.get("by", ""))
    return PastLine(
        at=row.at,
        icon=ICONS.get(row.kind, "eye"),
        who=_person(by) if row.kind == "operator" and by else row.rule,
        what=_what(row)[:LONGEST],
        is_rule=bool(row.rule) and not (row.kind == "operator" and by),
    )


def _what(row: TrailLine) -> str:
    match row.kind:
        case "outcome":
            return _joined(f"{_call(row.body)}: {row.verdict}", row.detail)
        case "message":
            return _joined(f"message to {row.body.get('target', 'a channel')}: {row.verdict}", row.detail)
        case "operator":
            return _joined(_deed(row), row.verdict)
    calls = [_call(one) for key in ("calls", "held") for one in _calls(row.body.get(key))]
    cause = str(row.body.get("cause", "")) if not calls else ""
    return _joined(_sentence(row.verdict), "; ".join(calls) or row.detail, f"after {cause}" if cause else "")


def _person(by: str) -> str:
    """Who it was; the daemon knows of a link only to which channel it went."""
    return f"a link sent to {by.removeprefix(LINK)}" if by.startswith(LINK) else by


def _deed(row: TrailLine) -> str:
    """What a person did, as the rest of a sentence that begins with the person."""
    by = str(row.body.get("by", ""))
    if not by:
        return row.detail
    deed = row.detail.removesuffix(f" by {by}").removeprefix("somebody ")
    note = str(row.body.get("note", "")) if deed == A_NOTE else ""
    return _joined(DEEDS.get(deed, deed.replace("the rule was set", "set the rule", 1)), note)


def _sentence(verdict: str) -> str:
    return Verdict(verdict).sentence if verdict in set(Verdict) else verdict


def _calls(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _call(body: Mapping[str, Any]) -> str:
    fields = [str(value) for name, value in body.items() if name not in OF_NO_CALL]
    return " ".join([str(body.get("verb", "")), *fields]).strip()


def _joined(*parts: str) -> str:
    return ", ".join(one for one in parts if one)
