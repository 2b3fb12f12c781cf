"""The feed of a test from YAML: its entries in the order of time, every mistake told at its place.

An entry's keys are words of the feed, facts, or fields of the event or hook that it names. As in
production a hook is of the server that its `server` names, and without one only of the fleet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from automaton.core.calls import Signal
from automaton.problem import FilePlace, Problem, problem_at
from automaton.ruletest.fed_facts import FedFacts, read_facts, unknown_pack_problems
from automaton.ruletest.feed import ConsoleLine, DaemonGone, FedAnswer, FeedEntry, Silenced
from automaton.ruletest.feed_answers import STATUS, read_answers, read_refusals
from automaton.ruletest.feed_fields import fields_of
from automaton.ruletest.feed_keys import PARTNERS, sort_keys
from automaton.ruletest.feed_lines import lines_of_entry, path_beside
from automaton.ruletest.feed_query import read_fed_query
from automaton.ruletest.model import FeedModel
from automaton.ruletest.virtual_time import format_time
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.kinds import KnownEvents
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit_into

CLOCK_WORDS = frozenset({"at", "times", "every"})
"""They say when, and are left out where the timeline shows an entry beside its moment."""

OF_ALL = (
    "hook",
    "ack",
    "daemon",
    "panel",
    "docker",
    "silence",
    "breaker",
    "reload",
    "http",
    "exec",
    "refuses",
)
"""Words of all servers where an entry names none."""

NEEDS = {
    "times": "`every`: how far they are apart",
    "every": "`times`",
    "from": "`line` or `lines`",
    "for": "`silence`",
    "rule": "`breaker: reset`",
    "down_for": "`daemon: restart` or `daemon: kill`",
}
ATTRIBUTES = {"from": "from_", "for": "for_"}

DOWN_FOR = 10.0
"""How long a daemon is down where `down_for` does not say it."""

MOST_ENTRIES = 100_000
"""Of one feed, `times` and lines counted."""


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
    keys = sort_keys(node, reading, known)
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
        fields=dict(fields_of(keys.fields, is_hook=is_hook)),
        link=_is_up(model.link),
        panel=_is_up(model.panel),
        docker=_is_up(model.docker),
        operator=Signal(model.operator) if model.operator else None,
        ack=str(model.ack or ""),
        silence=Silenced(model.silence, model.for_) if model.silence and model.for_ is not None else None,
        reset=str(model.rule or "*") if model.breaker else "",
        reload=str(path_beside(model.reload)) if model.reload else "",
        gone=_gone(model),
        answers=_answers(keys.words, reading.problems),
        query=read_fed_query(keys.words.find("query"), reading.problems),
        refuses=read_refusals(keys.words.find("refuses"), reading.problems),
    )
    return _unrolled(entry, model, lines_of_entry(model, reading.problems))


def _answers(words: nodes.Mapping, problems: list[Problem]) -> tuple[FedAnswer, ...]:
    return tuple(one for verb in STATUS for one in read_answers(verb, words.find(verb), problems))


def _gone(model: FeedModel) -> DaemonGone | None:
    if model.daemon is None:
        return None
    return DaemonGone(DOWN_FOR if model.down_for is None else model.down_for, model.daemon == "kill")


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


def _key_conflicts(
    node: nodes.Mapping, model: FeedModel, facts: FedFacts, *, several: bool
) -> Iterator[Problem]:
    """Keys that need others, exclude others, or say nothing without them."""
    for name, need in _missing_partners(model):
        if (key := node.key(name)) is not None:
            yield problem_at(key.place, "needs-another", f"`{name}` needs {need}")
    if model.event and model.hook and (key := node.key("hook")) is not None:
        message = "an entry has either `event` or `hook`: each has fields of its own"
        yield problem_at(key.place, "one-of-two", message)
    of_all = {*CLOCK_WORDS, *(name for name, one in facts.own.items() if one.is_shared)}
    is_of_all = any(getattr(model, word) for word in OF_ALL) or of_all >= {*node}
    if several and model.server is None and not is_of_all:
        yield problem_at(node.place, "which-server", "there are several servers: an entry names its `server`")


def _missing_partners(model: FeedModel) -> Iterator[tuple[str, str]]:
    """Each key that says nothing without another which is not there, and what it needs."""
    for word, partners in PARTNERS.items():
        is_there = getattr(model, ATTRIBUTES.get(word, word)) is not None
        if is_there and all(getattr(model, partner) is None for partner in partners):
            yield word, NEEDS[word]
    if model.silence is not None and model.for_ is None:
        yield "silence", "`for`: how long it lasts"
