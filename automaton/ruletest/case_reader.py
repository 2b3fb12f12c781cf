"""Reads the `tests:` of rule files: every mistake is told at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import OF_THE_FLEET
from automaton.core.gates.limits import Allowance, Limits
from automaton.did_you_mean import nearest
from automaton.expr.known_names import OVER_EACH_SERVER
from automaton.expr.type_check import check
from automaton.match.glob import compile_glob
from automaton.match.path_glob import compile_path_glob
from automaton.problem import FilePlace, Problem, has_error, in_order, problem_at
from automaton.rulebook.rule_file import ids_in
from automaton.ruletest.case import Case, InitialServer
from automaton.ruletest.case_names import CaseNames, nodes_of, servers_of
from automaton.ruletest.expectation import ExpectationContext, read_expectations
from automaton.ruletest.fed_facts import DERIVED_FACTS, READERS, read_facts, unknown_pack_problems
from automaton.ruletest.feed import FeedEntry
from automaton.ruletest.feed_lines import path_beside
from automaton.ruletest.feed_reader import read_feed
from automaton.ruletest.model import TestModel
from automaton.ruletest.unknown_names import unknown_rule, unknown_servers
from automaton.ruletest.virtual_time import DEFAULT_START
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.files import read_text
from automaton.schema.nodes import read_all
from automaton.schema.readers import flag, shape
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit_into, fit_partly, place_problems
from automaton.settings.limits import LimitsSettings

EVERYTHING = Allowance(
    power=frozenset(Signal), send=(compile_glob("*"),), files=(compile_path_glob("*"),),
    startup=(compile_glob("*"),), reinstall=True,
)  # fmt: skip
NO_LIMITS = Limits(arm=Arm.LIVE, allow=(EVERYTHING,))


def read_tests(items: Iterable[object], names: CaseNames) -> tuple[tuple[Case, ...], list[Problem]]:
    """The tests of one file, and their problems; a test with an error is left out."""
    tests, problems = [], []
    for item in items:
        assert isinstance(item, Scalar | nodes.Mapping | nodes.Sequence)
        reading = ValidationContext(facts=names.facts)
        test = _test(item, reading, names)
        problems += in_order(reading.problems)
        if test is not None and not has_error(reading.problems):
            tests.append(test)
    return tuple(tests), problems


def _test(node: nodes.Node, reading: ValidationContext, names: CaseNames) -> Case | None:
    model = fit_into(reading, node, TestModel) or _part(node, names)
    if model is None:
        return None
    servers = _servers(node, model, reading, names.packs)
    own = rules = tuple(_rules(model, reading, names))
    several = len(servers) > 1
    reading.problems += _limit_problems(model)
    feed = read_feed(model.feed, reading, names.known, names.packs, several=several)
    rules = tuple(dict.fromkeys([*rules, *_rules_of_reloads(model, feed, reading)]))
    called = servers_of(servers, feed)
    reading.problems += unknown_servers(model.feed, called)
    reading.problems += unknown_servers(model.expect, [*called, *nodes_of(servers, feed)])
    for entry in model.feed:
        reading.problems += _unknown_rules(entry, rules)
    around = ExpectationContext(rules, several, names.channels)
    return Case(
        name=model.name,
        place=node.place,
        rules=own,
        servers=tuple(replace(one, obeys=one.obeys and model.obeys) for one in servers),
        feed=feed,
        expected=read_expectations(model.expect, reading, around),
        begins=DEFAULT_START if model.now is None else model.now,
        limits=NO_LIMITS if model.limits is None else _limits(model.limits),
    )


def _part(node: nodes.Node, names: CaseNames) -> TestModel | None:
    """What is right of a test: one wrong key hides no mistake of its feed and its expectations."""
    if not isinstance(node, nodes.Mapping):
        return None
    return fit_partly(ValidationContext(facts=names.facts, partial=True), node, TestModel)[0]


def _rules(model: TestModel, reading: ValidationContext, names: CaseNames) -> Iterable[str]:
    """The ids that it loads, in the order of the files: those it names, else all of its own file."""
    for name in model.rules:
        if name not in names.rules:
            near = nearest(name, names.rules) or ""
            did_you_mean = f", did you mean `{near}`?" if near else ""
            place = name.place if isinstance(name, Scalar) else FilePlace("-")
            message = f"unknown rule `{name}`{did_you_mean}"
            reading.problems.append(problem_at(place, "unknown-rule", message, suggestion=near))
    wanted = set(model.rules) or set(names.own)
    return (id_ for id_ in names.rules if id_ in wanted)


def _servers(
    node: nodes.Node, model: TestModel, reading: ValidationContext, packs: frozenset[str]
) -> list[InitialServer]:
    one = [] if model.server is None else [model.server]
    raw = [*one, *model.servers]
    if one and model.servers and isinstance(node, nodes.Mapping) and (key := node.key("server")) is not None:
        message = "a test has either `server` or `servers`"
        reading.problems.append(problem_at(key.place, "one-of-two", message))
    if not raw:
        return [InitialServer()]
    for item in raw:
        if isinstance(item, nodes.Mapping):
            reading.problems += unknown_pack_problems(item, packs)
    return [_server(item, reading) for item in raw]


def _server(node: object, reading: ValidationContext) -> InitialServer:
    if not isinstance(node, nodes.Mapping):
        place = node.place if isinstance(node, Scalar | nodes.Sequence) else FilePlace("-")
        message = "a server is a mapping of facts, as `{name: lobby, egg: Paper, state: running}`"
        reading.problems.append(problem_at(place, "wrong-shape", message, found=shape(node)))
        return InitialServer()
    facts, obeys = nodes.Mapping(node.place), True
    for key, value in node.items():
        if key == "obeys":
            obeys = _flag(value, reading)
        elif key in READERS or key in reading.facts:
            facts[key] = value
        else:
            reading.problems.append(_unknown(key, reading.facts))
    return InitialServer(facts=read_facts(facts, reading.problems, reading.facts), obeys=obeys)


def _flag(node: nodes.Node, reading: ValidationContext) -> bool:
    try:
        return flag(str(node) if isinstance(node, Scalar) else "")
    except ValueError:
        message = "`true` or `false` is expected"
        reading.problems.append(problem_at(node.place, "flag", message, found=shape(node)))
        return True


def _unknown(key: Scalar, own: Mapping[str, Fact]) -> Problem:
    if key in DERIVED_FACTS:
        return problem_at(key.place, "not-fed", f"`{key}` cannot be set: it follows from what happens")
    near = nearest(key, [*READERS, *own, "obeys"]) or ""
    did_you_mean = f", did you mean `{near}`?" if near else ""
    message = f"`{key}` is no fact of a server{did_you_mean}"
    return problem_at(key.place, "unknown-fact", message, suggestion=near)


def _unknown_rules(node: object, rules: tuple[str, ...]) -> Iterable[Problem]:
    """What a person does in a feed names a rule of the test."""
    if not isinstance(node, nodes.Mapping):
        return
    for word in ("ack", "silence", "rule"):
        name = node.find(word)
        is_meant = word != "rule" or node.key("breaker") is not None  # else it is a field of a hook's body
        if isinstance(name, Scalar) and is_meant:
            yield from unknown_rule(str(name), name.place, rules)


def _rules_of_reloads(
    model: TestModel, feed: Iterable[FeedEntry], reading: ValidationContext
) -> Iterable[str]:  # fmt: skip
    """The rules of the files that take the place of its own; what is wrong in them is told by `suite.py`."""
    places = {
        str(path_beside(name)): name.place
        for node in model.feed
        if isinstance(node, nodes.Mapping) and isinstance(name := node.find("reload"), Scalar)
    }
    for file in dict.fromkeys(entry.reload for entry in feed if entry.reload):
        text, problems = read_text(Path(file))
        if text is None:
            message = f"`{file}` cannot be reloaded: {problems[0].message}"
            reading.problems.append(problem_at(places[file], "unreadable", message))
        else:
            yield from rules_of(file, text)


def _limit_problems(model: TestModel) -> Iterable[Problem]:
    """Checks `hold_power_if` as in automaton.yml."""
    held = model.limits.hold_power_if if model.limits is not None else None
    if held is None:
        return ()
    return place_problems(check(held, OF_THE_FLEET, Kind.TRUTH, known=OVER_EACH_SERVER), held)


def _limits(model: LimitsSettings) -> Limits:
    """The test's own limits; what they leave out is as free as without any."""
    limits = model.as_core()
    arm = limits.arm if "arm" in model.model_fields_set else Arm.LIVE
    return replace(limits, arm=arm, allow=limits.allow if model.allow is not None else (EVERYTHING,))


def rules_of(name: str, text: str) -> tuple[str, ...]:
    """The ids of the rules in a file. Its mistakes are told where it is loaded, not here."""
    root, _ = read_all(text, name)
    return ids_in(root)
