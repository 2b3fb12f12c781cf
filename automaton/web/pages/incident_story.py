"""One incident as a story: rows of the trail as what was seen, decided, done, said, and by whom, in order.

Rows come in, items go out; a call and what became of it are one item. Words of strangers stay in the fields
that templates escape, and in no sentence of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from automaton.core.calls import QUERY
from automaton.core.decision import DecisionKind, Verdict
from automaton.web.pages.trail_port import TrailLine

OPENED = Verdict.FIRED.value
ENDS = (Verdict.CLEARED.value, Verdict.GONE.value, Verdict.WITHDRAWN.value)
TO_PEOPLE = frozenset({"notify", "resolve"})
NOT_SAID = frozenset({"verb", "number", "text", "action", "way"})  # of a call's fields, in its short form


class SeenValue(NamedTuple):
    """A part of an expression with its value; `word` is where the rule has it, as `while` or `until`."""

    word: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class StoryItem:
    """Something that happened. `kind` is `seen`, `decided`, `done`, `said`, `person` or `end`.

    `title` is ours but for names; `what` is the thing itself, as a command or a line, `quote` what was said,
    `result` how it went, and `tone` whether that is well: `ok`, `warning`, `critical` or "".
    `evidence` is what a rule saw.
    """

    at: float
    kind: str
    icon: str
    title: str
    what: str = ""
    quote: str = ""
    result: str = ""
    tone: str = ""
    evidence: Sequence[SeenValue] = field(default_factory=tuple)


def story_of(lines: Iterable[TrailLine]) -> list[StoryItem]:
    """The items of rows that are in order, the oldest first."""
    items: list[StoryItem] = []
    asked: dict[str, int] = {}  # where the item of a call stands, by its number
    for line in lines:
        if line.kind == "outcome":
            place = asked.pop(str(line.body.get("number", "")), None)
            if place is not None:
                items[place] = with_outcome(items[place], line)
            elif line.body.get("way") != QUERY:
                items.append(with_outcome(_call(line.at, line.body), line))
            continue
        for number, item in _items(line):
            if number:
                asked[number] = len(items)
            items.append(item)
    return items


def _items(line: TrailLine) -> Iterable[tuple[str, StoryItem]]:
    """What a row tells, each with the number of its call, "" for none."""
    if line.kind == "message":
        yield "", _message(line)
    elif line.kind == "operator":
        yield "", _of_a_person(line)
    else:
        calls = _calls(line.body, "calls")
        if line.verdict != Verdict.ACTING or not calls:
            yield "", _decision(line)
        for one in calls:
            yield str(one.get("number", "")), _call(line.at, one)


def _decision(line: TrailLine) -> StoryItem:
    held = _calls(line.body, "held")
    said = StoryItem(
        at=line.at, kind="decided", icon="arrow", title=sentence_of(line.verdict), what=_in_short(held),
        quote=line.detail, tone="",
    )  # fmt: skip
    if line.verdict == OPENED:
        severity = str(line.body.get("severity", "warning"))
        icon = severity if severity in ("critical", "warning") else "notice"
        return replace(
            said, kind="seen", icon=icon, title="The incident opened", tone=icon,
            what=str(line.body.get("cause", "")), evidence=evidence_of(line.body),
        )  # fmt: skip
    if line.verdict in ENDS:
        return replace(said, kind="end", icon="ok", tone="ok", what=str(line.body.get("cause", "")))
    if kind_of(line.verdict) is DecisionKind.HELD:
        return replace(said, icon="stop", tone="warning")
    return replace(said, tone="critical" if line.verdict == Verdict.FAILED else "")


def _call(at: float, call: Mapping[str, Any]) -> StoryItem:
    verb = str(call.get("verb", ""))
    if verb in TO_PEOPLE:
        end = "The end is told" if verb == "resolve" else "A message"
        return StoryItem(
            at=at, kind="said", icon="message", title=f"{end} for {call.get('channel', 'a channel')}",
            quote=str(call.get("text", "")),
        )  # fmt: skip
    icon, title = {
        "send": ("gear", "A command was sent"),
        "power": ("power", "A power action was asked for"),
    }.get(verb, ("gear", f"`{verb}` was asked for"))
    return StoryItem(at=at, kind="done", icon=icon, title=title, what=_in_short([call]))


def with_outcome(item: StoryItem, line: TrailLine) -> StoryItem:
    """The item of a call, with what became of it."""
    if item.kind == "said" and line.verdict == "done":
        return item  # handed over: whether it arrives is a row of its own
    result = f"{line.verdict}: {line.detail}" if line.detail else line.verdict
    tone = {"done": "ok", "unknown": "warning"}.get(line.verdict, "critical")
    return replace(item, result=result, tone=tone)


def _message(line: TrailLine) -> StoryItem:
    sent = line.verdict == "sent"
    words = {
        "sent": "The message arrived at", "refused": "The message was refused by",
        "dropped": "The message was dropped before", "too old": "The message was too old for",
    }  # fmt: skip
    return StoryItem(
        at=line.at, kind="said", icon="message", result=line.detail, tone="ok" if sent else "critical",
        title=f"{words.get(line.verdict, line.verdict)} {line.body.get('target', 'its target')}",
    )  # fmt: skip


def _of_a_person(line: TrailLine) -> StoryItem:
    by, body = str(line.body.get("by", "")), line.body
    quote = str(body.get("note") or body.get("reason") or "")
    title = line.detail[:1].upper() + line.detail[1:]
    # What was typed is in the detail too, and may hold the name, as `stop` does for one called `op`.
    if by and not line.detail.endswith(f" by {by}"):
        title = f"{title}, by {by}"
    icon, what = "person", ""
    if "rules" in body or "servers" in body:
        icon = "silenced"
        globs = [
            f"{word} {', '.join(map(str, body[word]))}" for word in ("rules", "servers") if body.get(word)
        ]
        what = "; ".join(globs)
    return StoryItem(at=line.at, kind="person", icon=icon, title=title, what=what, quote=quote)


def sentence_of(verdict: str) -> str:
    """A verdict in words; one that this version does not know as it is."""
    if verdict not in set(Verdict):
        return verdict
    words = Verdict(verdict).sentence
    return words[:1].upper() + words[1:]


def kind_of(verdict: str) -> DecisionKind | None:
    """What a verdict comes to, None for one that this version does not know."""
    return Verdict(verdict).kind if verdict in set(Verdict) else None


def evidence_of(body: Mapping[str, Any]) -> tuple[SeenValue, ...]:
    """Expressions and their values at an opening."""
    rows = body.get("evidence")
    if not isinstance(rows, list):
        return ()
    return tuple(SeenValue(*map(str, one)) for one in rows if isinstance(one, list) and len(one) == 3)


def _calls(body: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    calls = body.get(key)
    return [one for one in calls if isinstance(one, dict)] if isinstance(calls, list) else []


def _in_short(calls: Sequence[Mapping[str, Any]]) -> str:
    """Calls in a line: each its verb, what is asked, and the first line of its words."""
    return "; ".join(_one(call) for call in calls)


def _one(call: Mapping[str, Any]) -> str:
    fields = [str(value) for name, value in call.items() if name not in NOT_SAID]
    verb = str(call.get("verb", ""))
    words = str(call.get("text", "")).partition("\n")[0]
    said = " ".join([verb, *fields] if verb not in ("send", "power") else fields).strip()
    return f"{said}: {words}" if words else said
