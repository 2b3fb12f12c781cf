"""The keys of a feed's entry by what they mean: words, facts, fields of its event, and a hook's body."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.did_you_mean import nearest
from automaton.problem import Problem, problem_at
from automaton.ruletest.fed_facts import DERIVED_FACTS, READERS
from automaton.ruletest.model import FeedModel
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.kinds import KnownEvents
from automaton.schema.scalar import Scalar

WORDS = frozenset(FeedModel.known_keys())
PARTNERS = {
    "times": ("every",),
    "every": ("times", "lines"),
    "from": ("line", "lines"),
    "for": ("silence",),
    "rule": ("breaker",),
    "down_for": ("daemon",),
}
"""Words that say nothing without one of these. Beside a hook they are then fields of its body."""

FED_BY_LINK = {
    "link.up": "link: up",
    "link.down": "link: down",
}


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """An entry's keys by what they mean: words of the feed, facts, and fields of its event or hook."""

    words: nodes.Mapping
    facts: nodes.Mapping
    fields: nodes.Mapping


def sort_keys(node: nodes.Mapping, reading: ValidationContext, known: KnownEvents) -> EntryKeys:
    """A word of the feed is one everywhere; a hook's other keys are all its body, an event's those it has."""
    keys = EntryKeys(*(nodes.Mapping(node.place) for _ in range(3)))
    event, is_hook = node.find("event"), node.key("hook") is not None
    event_fields = _fields_of_event(event, reading.problems, known) if event is not None else frozenset[str]()
    for key, value in node.items():
        if key in WORDS and not (is_hook and _is_alone(key, node)):
            keys.words[key] = value
        elif is_hook or (event_fields is not None and key in event_fields):
            keys.fields[key] = value
        elif key in READERS or key in reading.facts:
            keys.facts[key] = value
        elif event_fields is not None:
            reading.problems.append(_unknown_key(key, event_fields | reading.facts.keys()))
    return keys


def _is_alone(key: str, node: nodes.Mapping) -> bool:
    return key in PARTNERS and all(node.key(partner) is None for partner in PARTNERS[key])


def _fields_of_event(event: nodes.Node, problems: list[Problem], known: KnownEvents) -> frozenset[str] | None:
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


def _unknown_key(key: Scalar, event_fields: frozenset[str]) -> Problem:
    if key in DERIVED_FACTS:
        message = f"`{key}` cannot be fed: it follows from what happens"
        return problem_at(key.place, "not-fed", message)
    near = nearest(key, [*WORDS, *READERS, *event_fields])
    did_you_mean = f", did you mean `{near}`?" if near else ""
    message = f"`{key}` is no fact and no word of a feed{did_you_mean}"
    return problem_at(key.place, "unknown-fact", message, suggestion=near or "")
