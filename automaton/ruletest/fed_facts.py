"""The facts that a test may feed. How one is read depends on its name, never on what its value looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from automaton.core.events import State
from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.own import NO_FACTS, OwnFact, in_short
from automaton.core.facts.readings import FIGURES
from automaton.core.facts.row import Teller
from automaton.core.facts.table import SERVER_FACTS, told_by
from automaton.core.number_form import PLAIN_NUMBERS
from automaton.did_you_mean import nearest
from automaton.errors import Invalid
from automaton.expr.units import duration, size
from automaton.expr.value_kinds import with_article
from automaton.problem import Problem, problem_at
from automaton.ruletest.fake_stats import SHARES
from automaton.schema import nodes
from automaton.schema.readers import flag, shape
from automaton.schema.scalar import Scalar
from automaton.words_of_others import At, meant_word

FactValue = str | int | float | bool | tuple[str, ...]

_PERCENT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*%?")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class FedOwnFact:
    """The text that tells a fact of one's own; `is_shared`: to all who have it."""

    name: str
    text: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class FedFacts:
    """Facts of one server by who tells them: its readings, its Panel, or events of their own.

    `own` are facts of one's own, by name.
    """

    stats: Mapping[str, float] = field(default_factory=dict)
    profile: Mapping[str, FactValue] = field(default_factory=dict)
    state: State | None = None
    connected: bool | None = None
    players: int | None = None
    own: Mapping[str, FedOwnFact] = field(default_factory=dict)


def _percent(text: str) -> float:
    found = _PERCENT.fullmatch(text)
    if found is None:
        raise Invalid(Problem("a percent is expected, as `95`"))
    return float(found[1])


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise Invalid(Problem("a whole number is expected"))
    return int(text)


def _size(text: str) -> int:
    return 0 if text == "0" else size(text)


def _state(text: str) -> State:
    if text not in set(State):
        expected = ", ".join(f"`{one}`" for one in State)
        near = meant_word(At.STATE, text) or nearest(text, list(State))
        raise Invalid(Problem(f"a state is one of {expected}", suggestion=near or ""))
    return State(text)


_BY_KIND: Mapping[Kind, Callable[[str], FactValue]] = {
    Kind.SIZE: _size, Kind.PERCENT: _percent, Kind.DURATION: duration, Kind.NUMBER: _number,
    Kind.TRUTH: flag, Kind.TEXT: str, Kind.LIST: str,
}  # fmt: skip


def _readers(names: Iterable[str]) -> dict[str, Callable[[str], FactValue]]:
    return {name: _BY_KIND[SERVER_FACTS[name].kind] for name in names}


STATS_READERS = _readers([*FIGURES, *SHARES])
PROFILE_READERS: Mapping[str, Callable[[str], FactValue]] = {
    **_readers(told_by(Teller.PANEL)),
    "startup": str,
}
OTHER_READERS: Mapping[str, Callable[[str], FactValue]] = {
    "state": _state,
    "connected": flag,
    "players": _number,
}
READERS: Mapping[str, Callable[[str], FactValue]] = {**STATS_READERS, **PROFILE_READERS, **OTHER_READERS}
DERIVED_FACTS = tuple(name for name in SERVER_FACTS if name not in READERS)
"""Facts that follow from what happens, and cannot be fed."""


def read_facts(node: nodes.Mapping, problems: list[Problem], own: Mapping[str, Fact] = NO_FACTS) -> FedFacts:
    """The facts of these keys, each of which READERS or `own` has. What is wrong is added to the problems."""
    read: dict[str, FactValue] = {}
    told: dict[str, FedOwnFact] = {}
    for key, value in node.items():
        if key in own:
            _tell(own[key], value, told, problems)
            continue
        found = _read(str(key), value, problems)
        if found is not None:
            read[str(key)] = found
    problems += _told_twice(node)
    state, connected, players = read.get("state"), read.get("connected"), read.get("players")
    return FedFacts(
        stats={
            name: value
            for name, value in read.items()
            if name in STATS_READERS and isinstance(value, float | int)
        },
        profile={name: value for name, value in read.items() if name in PROFILE_READERS},
        state=state if isinstance(state, State) else None,
        connected=connected if isinstance(connected, bool) else None,
        players=players if isinstance(players, int) else None,
        own=told,
    )


def _told_twice(node: nodes.Mapping) -> Iterator[Problem]:
    """An error for a percent beside its size: one would take the place of the other unseen."""
    for share, size_ in SHARES.items():
        if (key := node.key(share)) is not None and node.key(size_) is not None:
            message = f"`{share}` is what `{size_}` is of its limit: feed one of the two"
            yield problem_at(key.place, "one-of-two", message)


def _tell(fact: Fact, node: nodes.Node, told: dict[str, FedOwnFact], problems: list[Problem]) -> None:
    """Adds what is fed of a fact of one's own, as its game or address would say it.

    What could be fed of one that is wrong is not known: its own mistake is told where it stands.
    """
    if not isinstance(fact, OwnFact):
        return
    if isinstance(node, Scalar) and fact.read(in_short(str(node)), PLAIN_NUMBERS) is not None:
        told[fact.name] = FedOwnFact(fact.name, str(node), fact.is_shared)
        return
    message = f"`{fact.name}`: {with_article(fact.kind)} is expected"
    problems.append(problem_at(node.place, "wrong-value", message, found=shape(node)))


def _read(name: str, node: nodes.Node, problems: list[Problem]) -> FactValue | None:
    if name == "tags":
        return _tags(node, problems)
    if not isinstance(node, Scalar):
        message = f"a value is expected for `{name}`"
        problems.append(problem_at(node.place, "wrong-shape", message, found=shape(node)))
        return None
    try:
        return READERS[name](str(node))
    except Invalid as error:
        problems.append(
            problem_at(
                node.place, "wrong-value", f"`{name}`: {error.problem.message}", found=f"`{node[:60]}`",
                suggestion=error.problem.suggestion,
            )
        )  # fmt: skip
        return None


def unknown_pack_problems(node: nodes.Mapping, packs: Collection[str]) -> Iterator[Problem]:
    """An error for a fed `pack` that there is not."""
    name = node.find("pack")
    if isinstance(name, Scalar) and name not in packs:
        near = nearest(name, packs) or ""
        did_you_mean = f", did you mean `{near}`?" if near else ""
        message = f"unknown pack `{name}`{did_you_mean}"
        yield problem_at(name.place, "unknown-pack", message, suggestion=near)


def _tags(node: nodes.Node, problems: list[Problem]) -> tuple[str, ...]:
    tags = []
    for item in node if isinstance(node, nodes.Sequence) else [node]:
        if isinstance(item, Scalar):
            tags.append(str(item))
        else:
            problems.append(problem_at(item.place, "wrong-shape", "a tag is a text", found=shape(item)))
    return tuple(tags)
