"""Facts of one's own: their names are judged, and each becomes a row of the vocabulary.

They are known in all files, as windows are, so two files cannot share a name of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf

from automaton.actions.http import SendRequest
from automaton.checkpoint import with_checkpoints
from automaton.core.console.command import CommandRefused, check_command
from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.own import (
    FromAddress,
    FromConsole,
    FromLine,
    FromQuery,
    Origin,
    OwnFact,
    stale_after,
)
from automaton.core.facts.queried import QUERY_EVERY
from automaton.core.json_path import parse_json_path
from automaton.core.pack import Pack, QueryProtocol
from automaton.expr.functions import FUNCTIONS
from automaton.expr.template import Template
from automaton.expr.told_values import READ_AS
from automaton.problem import FilePlace, Problem, problem_at
from automaton.rulebook.command_checks import KnownGames
from automaton.rulebook.compile import facts_read
from automaton.rulebook.definitions import Groups, named
from automaton.rulebook.model import RuleFile, RuleModel
from automaton.rulebook.own_fact_model import OwnFactModel
from automaton.rulebook.references import unknown
from automaton.rulebook.rule_file import Files
from automaton.rulebook.rule_steps import blocks_of, walk
from automaton.rulebook.step_checks import Bounds, not_allowed
from automaton.schema.anchors import MUST_BE_ANCHORED, anchored
from automaton.schema.kinds import KnownEvents
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import target_of
from automaton.schema.selector import ScopedSelector


def own_facts_of(
    files: Files, groups: Mapping[str, Groups], known: KnownEvents, problems: list[Problem]
) -> dict[str, Fact]:
    """Those of all files by name, in their order. One that is wrong is there, and may be anything."""
    found: dict[str, Fact] = {}
    places: dict[str, FilePlace] = {}
    for of_file, file in files.items():
        for name, model in file.facts.items():
            if name in places:
                first = places[name]
                message = f"the fact `{name}` stands already at {first.file}:{first.line}"
                problems.append(problem_at(target_of(name), "repeated-fact", message))
                continue
            places[name] = target_of(name)
            problems += _judged(name, files, known)
            found[str(name)] = _compiled(str(name), model, groups[of_file])
    return found


def check_own_facts(
    files: Files, groups: Mapping[str, Groups], bounds: Bounds | None, games: KnownGames
) -> Iterator[Problem]:
    """What they name and type: groups, addresses, commands."""
    for of_file, file in files.items():
        for model in filter(None, file.facts.values()):
            if model.servers is not None:
                for name in sorted(model.servers.groups_named - groups[of_file].keys()):
                    yield unknown("group", name, groups[of_file])
            if model.send is not None:
                yield from _never_asked(model.send, games.judges(model.send, model.servers))
            if bounds is None:
                continue
            if model.http is not None and model.http not in bounds.urls:
                yield unknown("url", model.http, bounds.urls)
            if model.send is not None:
                yield from not_allowed(model.send, bounds, games.judges(model.send, model.servers))


def _never_asked(question: Template, judges: Iterable[Pack]) -> Iterator[Problem]:
    """A question that no game is asked, as its stop command."""
    refusals = []
    for pack in judges:
        try:
            check_command(question.source, pack)
        except CommandRefused as refusal:
            refusals.append(str(refusal))
        else:
            return
    if refusals:
        yield problem_at(target_of(question.origin), "never-asked", refusals[0])


def unread_facts(files: Files, read: Iterable[str]) -> Iterator[Problem]:
    """Facts that no rule reads."""
    used = frozenset(read)
    for file in files.values():
        for name in file.facts:
            if name not in used:
                message = f"no rule reads the fact `{name}`"
                yield problem_at(target_of(name), "unread-fact", message, severity="note")


def unanchored_facts(files: Files, rules: Iterable[RuleModel]) -> Iterator[Problem]:
    """Facts of a rule that acts whose lines players may print (rule-language 4.5)."""
    if not any(file.facts for file in files.values()):
        return
    acting = [
        (rule.id, facts_read(tuple(all_leaves(rule))))
        for rule in with_checkpoints(rules)
        if any(step.wants().acts for step in walk(blocks_of(rule)))
    ]
    for file in files.values():
        for name, model in file.facts.items():
            pattern = (model.line or model.read) if model is not None else None
            reader = next((id_ for id_, names in acting if name in names), None)
            cure = anchored(pattern.source) if pattern is not None and reader is not None else ""
            if pattern is not None and cure:
                message = f"rule `{reader}` acts by this fact, so {MUST_BE_ANCHORED}"
                yield problem_at(
                    target_of(pattern.origin), "unanchored", message, severity="warning", suggestion=cure
                )


def _judged(name: str, files: Files, known: KnownEvents) -> Iterator[Problem]:
    """What is wrong with a name: it must mean nothing else anywhere an expression is read."""
    wrong = list(named(name))
    yield from wrong
    taken = next((what for what, names in _taken(files.values(), known) if name in names), None)
    if not wrong and taken is not None:
        message = f"`{name}` is {taken} already: choose another name"
        yield problem_at(target_of(name), "name", message)


def _taken(files: Iterable[RuleFile], known: KnownEvents) -> Iterator[tuple[str, Iterable[str]]]:
    yield "a function", FUNCTIONS
    yield "an event", known.events
    yield "a pattern of a pack", known.patterns
    for file in files:
        yield "a constant of `vars`", file.vars
        for macro, model in file.macros.items():
            yield f"a parameter of the macro `{macro}`", model.params


def _compiled(name: str, model: OwnFactModel | None, groups: Groups) -> Fact:
    origin = _origin(model) if model is not None else None
    if model is None or origin is None:
        return Fact(name, Kind.ANY)
    kind = Kind(model.type)
    every = QUERY_EVERY if model.query is not None else model.every
    stale = stale_after(every) if every is not None else inf
    return OwnFact(
        name, kind, origin, READ_AS[kind],
        servers=ScopedSelector(model.servers, groups) if model.servers is not None else None,
        stale=model.stale if model.stale is not None else stale,
    )  # fmt: skip


def _origin(model: OwnFactModel) -> Origin | None:
    every = model.every or inf
    if model.line is not None:
        return FromLine(model.line)
    if model.send is not None and model.read is not None:
        return FromConsole(model.send.source.replace("$${", "${"), model.read, every)
    if model.http is not None:
        path = (parse_json_path(model.json_) if model.json_ is not None else None) or ()
        call = SendRequest(server="", url=str(model.http), method="GET", path=path)
        return FromAddress(call, path, every)
    if model.query is not None and model.field is not None:
        return FromQuery(str(model.field), QueryProtocol(model.query))
    return None


def right_ones(facts: Mapping[str, Fact]) -> dict[str, OwnFact]:
    """Those of them that are right."""
    return {name: fact for name, fact in facts.items() if isinstance(fact, OwnFact)}
