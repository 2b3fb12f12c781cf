"""The feed of a test from YAML: its entries in the order of time, every mistake told at its place.

An entry's keys are words of the feed, facts, or fields of the event or hook that it names. As in
production a hook is of the server that its `server` names, and without one only of the fleet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from automaton.core.calls import Signal
from automaton.core.events import FieldValue
from automaton.core.happening import DEEPEST_FIELD
from automaton.did_you_mean import nearest
from automaton.problem import FilePlace, Problem, problem_at
from automaton.ruletest.fed_facts import DERIVED_FACTS, READERS, FedFacts, read_facts, unknown_pack_problems
from automaton.ruletest.feed import ConsoleLine, FeedEntry
from automaton.ruletest.feed_lines import lines_of_entry
from automaton.ruletest.model import FeedModel
from automaton.ruletest.virtual_time import format_time
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.kinds import KnownEvents
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar, Style
from automaton.schema.validate import fit_into

WORDS = frozenset(FeedModel.known_keys())
CLOCK_WORDS = frozenset({"at", "times", "every"})
"""They say when, and are left out where the timeline shows an entry beside its moment."""

DOWN_FOR = 10.0
"""How long a daemon is down where `down_for` does not say it."""

MOST_ENTRIES = 100_000
"""Of one feed, `times` and lines counted."""

FED_BY_LINK = {
    "link.up": "link: up",
    "link.down": "link: down",
}
_NUMBER_FIELDS = frozenset({"exit_code"})
_TRUTH_FIELDS = frozenset({"oom", "ok"})


def read_feed(
    items: Iterable[object],
    reading: ValidationContext,
    known: KnownEvents,
    packs: frozenset[str],
    *,
    several: bool,
) -> tuple[FeedEntry, ...]:
    """The entries in the order of their moments, `times` unrolled. Mistakes are added to the reading.

    With `several` servers an entry has to name the one that it is about.
    """
    entries: list[FeedEntry] = []
    last = 0.0
    for node in items:
        if not isinstance(node, nodes.Mapping):
            reading.problems.append(_no_mapping(node))
            continue
        reading.problems += unknown_pack_problems(node, packs)
        found = _read_entry(node, reading, known, several=several)
        if found is None:
            continue
        at = found[0].at
        if at < last:
            reading.problems.append(_backwards(node, at, last))
        last = max(last, at)
        entries += found
        if len(entries) > MOST_ENTRIES:
            message = f"a feed has at most {MOST_ENTRIES} entries, `times` and lines counted"
            reading.problems.append(problem_at(node.place, "too-long", message))
            return ()
    # An entry's repeats may come after the next entry.
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _read_entry(
    node: nodes.Mapping, reading: ValidationContext, known: KnownEvents, *, several: bool
) -> list[FeedEntry] | None:
    keys = _sort_keys(node, reading, known)
    model = fit_into(reading, keys.words, FeedModel)
    facts = read_facts(keys.facts, reading.problems, reading.facts)  # told too where a word is wrong
    if model is None:
        return None
    problems = list(_key_conflicts(node, model, facts, several=several))
    reading.problems += problems
    if problems:
        return None
    is_hook = model.hook is not None
    entry = FeedEntry(
        at=model.at,
        place=node.place,
        text=_as_written(node),
        servers=model.server,
        facts=facts,
        event=str(model.event or ""),
        hook=str(model.hook or ""),
        fields=dict(_fields(keys.fields, is_hook=is_hook)),
        link=_is_up(model.link),
        panel=_is_up(model.panel),
        docker=_is_up(model.docker),
        operator=Signal(model.operator) if model.operator else None,
        ack=str(model.ack or ""),
        down_for=(DOWN_FOR if model.down_for is None else model.down_for) if model.daemon else None,
    )
    return _unrolled(entry, model, lines_of_entry(model, reading.problems))


def _is_up(word: str | None) -> bool | None:
    return None if word is None else word == "up"


def _unrolled(entry: FeedEntry, model: FeedModel, lines: list[tuple[ConsoleLine, ...]]) -> list[FeedEntry]:
    """`every` alone is the distance of a file's lines; with `times` it is that of the entry's repeats."""
    every = model.every or 0.0
    if model.lines is not None and model.times is None and every:
        first, *rest = lines or [()]
        later = [
            FeedEntry(at=entry.at + number * every, place=entry.place, servers=entry.servers, lines=line)
            for number, line in enumerate(rest, 1)
        ]
        return [replace(entry, lines=first), *later]
    whole = replace(entry, lines=tuple(piece for line in lines for piece in line))
    times = min(model.times or 1, MOST_ENTRIES + 1)  # one too many is enough to be refused
    return [replace(whole, at=entry.at + number * every) for number in range(times)]


@dataclass(frozen=True, slots=True)
class _Keys:
    """An entry's keys by what they mean."""

    words: nodes.Mapping
    facts: nodes.Mapping
    fields: nodes.Mapping


def _sort_keys(node: nodes.Mapping, reading: ValidationContext, known: KnownEvents) -> _Keys:
    """A word of the feed is one everywhere; a hook's other keys are all fields, an event's those it has."""
    keys = _Keys(*(nodes.Mapping(node.place) for _ in range(3)))
    event, is_hook = node.find("event"), node.key("hook") is not None
    event_fields = _fields_of(event, reading.problems, known) if event is not None else frozenset[str]()
    for key, value in node.items():
        if key in WORDS:
            keys.words[key] = value
        elif is_hook or (event_fields is not None and key in event_fields):
            keys.fields[key] = value
        elif key in READERS or key in reading.facts:
            keys.facts[key] = value
        elif event_fields is not None:
            reading.problems.append(_unknown_key(key, event_fields | reading.facts.keys()))
    return keys


def _fields_of(event: nodes.Node, problems: list[Problem], known: KnownEvents) -> frozenset[str] | None:
    """The fields that an event of this name brings. None where it is not known, which is one mistake."""
    name = str(event) if isinstance(event, Scalar) else ""
    if name in FED_BY_LINK:
        message = "the link has a word of its own"
        problems.append(problem_at(event.place, "fed-by-link", message, suggestion=FED_BY_LINK[name]))
        return None
    if name not in known.events:
        near = nearest(name, list(known.events))
        did_you_mean = f", did you mean `{near}`?" if near else ""
        message = f"unknown event `{name}`{did_you_mean}"
        problems.append(problem_at(event.place, "unknown-event", message, suggestion=near or ""))
        return None
    return known.events[name] | known.prefix


def _fields(node: nodes.Mapping, *, is_hook: bool, before: str = "") -> Iterator[tuple[str, FieldValue]]:
    """The fields of an entry, those of nested objects of a hook's body by dots."""
    for key, value in node.items():
        name = f"{before}{key}"
        if not (is_hook and isinstance(value, nodes.Mapping)):
            yield name, _field(name, value, is_hook=is_hook)
        elif name.count(".") + 1 < DEEPEST_FIELD:
            yield from _fields(value, is_hook=is_hook, before=f"{name}.")


def _field(name: str, node: nodes.Node, *, is_hook: bool) -> FieldValue:
    """A field of an event is text, but for those that Wings counts; of a hook's body it is as in JSON."""
    if not isinstance(node, Scalar) or node.is_null:
        return None
    text = str(node)
    if node.style is not Style.PLAIN:
        return text
    if text in ("true", "false") and (is_hook or name in _TRUTH_FIELDS):
        return text == "true"
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 16 and (is_hook or name in _NUMBER_FIELDS):
        return int(text)
    return text


def _as_written(node: nodes.Mapping) -> str:
    return ", ".join(f"{key}: {_source(value)}" for key, value in node.items() if key not in CLOCK_WORDS)


def _source(node: nodes.Node) -> str:
    match node:
        case Scalar():
            return str(node)
        case nodes.Sequence():
            return "[" + ", ".join(_source(item) for item in node) + "]"
        case _:
            return "{…}"


def _no_mapping(node: object) -> Problem:
    place = node.place if isinstance(node, Scalar | nodes.Sequence) else FilePlace("-")
    message = "an entry of a feed is a mapping, as `{at: 10s, memory_pct: 95}`"
    return problem_at(place, "wrong-shape", message, found=shape(node))


def _backwards(node: nodes.Mapping, at: float, last: float) -> Problem:
    key = node.find("at")
    message = f"a feed goes forward: the entry before is at `{format_time(last)}`"
    found = f"`{format_time(at)}`"
    return problem_at(key.place if key is not None else node.place, "backwards", message, found=found)


def _unknown_key(key: Scalar, event_fields: frozenset[str]) -> Problem:
    if key in DERIVED_FACTS:
        message = f"`{key}` cannot be fed: it follows from what happens"
        return problem_at(key.place, "not-fed", message)
    near = nearest(key, [*WORDS, *READERS, *event_fields])
    did_you_mean = f", did you mean `{near}`?" if near else ""
    message = f"`{key}` is no fact and no word of a feed{did_you_mean}"
    return problem_at(key.place, "unknown-fact", message, suggestion=near or "")


def _key_conflicts(
    node: nodes.Mapping, model: FeedModel, facts: FedFacts, *, several: bool
) -> Iterator[Problem]:
    """Keys that need others, exclude others, or say nothing without them."""
    for name, need in _missing_partners(model).items():
        if (key := node.key(name)) is not None:
            yield problem_at(key.place, "needs-another", f"`{name}` needs {need}")
    if model.event and model.hook and (key := node.key("hook")) is not None:
        message = "an entry has either `event` or `hook`: each has fields of its own"
        yield problem_at(key.place, "one-of-two", message)
    of_all = {*CLOCK_WORDS, *(name for name, one in facts.own.items() if one.is_shared)}
    is_of_all = model.hook or model.ack or model.daemon or model.panel or model.docker or of_all >= {*node}
    if several and model.server is None and not is_of_all:
        yield problem_at(node.place, "which-server", "there are several servers: an entry names its `server`")


def _missing_partners(model: FeedModel) -> Mapping[str, str]:
    """What a key needs that is not there, by that key."""
    missing = {}
    has_lines = model.lines is not None
    if model.times is not None and model.every is None:
        missing["times"] = "`every`: how far they are apart"
    if model.every is not None and model.times is None and not has_lines:
        missing["every"] = "`times`"
    if model.from_ is not None and model.line is None and not has_lines:
        missing["from"] = "`line` or `lines`"
    if model.down_for is not None and model.daemon is None:
        missing["down_for"] = "`daemon: restart`"
    return missing
