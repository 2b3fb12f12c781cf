"""The `tests:` blocks of rule files to tests: every mistake told, at its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from automaton.core.calls import Signal
from automaton.core.facts.kind import Kind
from automaton.core.gates.limits import Allowance, Limits
from automaton.core.rules.rule import Arm
from automaton.expr.check import check
from automaton.expr.known import OVER_EACH_SERVER
from automaton.match.glob import compile_glob
from automaton.schema import nodes
from automaton.schema.kinds import Knowledge
from automaton.schema.mistake import Reading
from automaton.schema.nearest import nearest
from automaton.schema.problem import Place, Problem, has_error, in_order, problem_at
from automaton.schema.readers import flag, shape
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit_into, placed, read_all
from automaton.settings.load import OF_THE_FLEET
from automaton.settings.model import Limits as LimitsModel
from automaton.workbench.testing.expectation import Around, read_expectations
from automaton.workbench.testing.facts import DERIVED_FACTS, READERS, read_facts, unknown_pack
from automaton.workbench.testing.feed import read_feed
from automaton.workbench.testing.host import Host
from automaton.workbench.testing.model import TestModel
from automaton.workbench.testing.moment import BEGINNING
from automaton.workbench.testing.test import Test

EVERYTHING = Allowance(power=frozenset(Signal), send=(compile_glob("*"),))
NO_LIMITS = Limits(arm=Arm.LIVE, allow=(EVERYTHING,))


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the tests of a file may name: its own rules, all rules, and the channels where they are known."""

    own: tuple[str, ...]
    rules: tuple[str, ...]
    known: Knowledge
    channels: frozenset[str] | None = None
    packs: frozenset[str] = frozenset()


def read_tests(items: Iterable[object], shelf: Shelf) -> tuple[tuple[Test, ...], list[Problem]]:
    """The tests of one file; those with a mistake are left out."""
    tests, problems = [], []
    for item in items:
        assert isinstance(item, Scalar | nodes.Mapping | nodes.Sequence)
        reading = Reading()
        test = _test(item, reading, shelf)
        problems += in_order(reading.problems)
        if test is not None and not has_error(reading.problems):
            tests.append(test)
    return tuple(tests), problems


def _test(node: nodes.Node, reading: Reading, shelf: Shelf) -> Test | None:
    model = fit_into(reading, node, TestModel)
    if model is None:
        return None
    hosts = _hosts(node, model, reading, shelf.packs)
    rules = tuple(_rules(model, reading, shelf))
    several = len(hosts) > 1
    around = Around(rules, several, shelf.channels)
    reading.problems += _of_limits(model)
    feed = read_feed(model.feed, reading, shelf.known, shelf.packs, several=several)
    for entry in feed:
        reading.problems += _about_nobody(entry.ack, entry.place, rules)
    return Test(
        name=model.name,
        place=node.place,
        rules=rules,
        hosts=tuple(replace(host, obeys=host.obeys and model.obeys) for host in hosts),
        feed=feed,
        expected=read_expectations(model.expect, reading, around),
        begins=BEGINNING if model.now is None else model.now,
        limits=NO_LIMITS if model.limits is None else _limits(model.limits),
    )


def _rules(model: TestModel, reading: Reading, shelf: Shelf) -> Iterable[str]:
    """The rules that it loads, in the order of the files."""
    for name in model.rules:
        if name not in shelf.rules:
            near = nearest(name, shelf.rules) or ""
            did_you_mean = f", did you mean `{near}`?" if near else ""
            place = name.place if isinstance(name, Scalar) else Place("-")
            message = f"unknown rule `{name}`{did_you_mean}"
            reading.problems.append(problem_at(place, "unknown-rule", message, suggestion=near))
    wanted = set(model.rules) or set(shelf.own)
    return (id_ for id_ in shelf.rules if id_ in wanted)


def _hosts(node: nodes.Node, model: TestModel, reading: Reading, packs: frozenset[str]) -> list[Host]:
    one = [] if model.server is None else [model.server]
    raw = [*one, *model.servers]
    if one and model.servers and isinstance(node, nodes.Mapping) and (key := node.key("server")) is not None:
        message = "a test has either `server` or `servers`"
        reading.problems.append(problem_at(key.place, "one-of-two", message))
    if not raw:
        return [Host()]
    for item in raw:
        if isinstance(item, nodes.Mapping):
            reading.problems += unknown_pack(item, packs)
    return [_host(item, reading) for item in raw]


def _host(node: object, reading: Reading) -> Host:
    if not isinstance(node, nodes.Mapping):
        place = node.place if isinstance(node, Scalar | nodes.Sequence) else Place("-")
        message = "a server is a mapping of facts, as `{name: lobby, egg: Paper, state: running}`"
        reading.problems.append(problem_at(place, "wrong-shape", message, found=shape(node)))
        return Host()
    facts, obeys = nodes.Mapping(node.place), True
    for key, value in node.items():
        if key == "obeys":
            obeys = _flag(value, reading)
        elif key in READERS:
            facts[key] = value
        else:
            reading.problems.append(_unknown(key))
    return Host(facts=read_facts(facts, reading.problems), obeys=obeys)


def _flag(node: nodes.Node, reading: Reading) -> bool:
    try:
        return flag(str(node) if isinstance(node, Scalar) else "")
    except ValueError:
        message = "`true` or `false` is expected"
        reading.problems.append(problem_at(node.place, "flag", message, found=shape(node)))
        return True


def _unknown(key: Scalar) -> Problem:
    if key in DERIVED_FACTS:
        return problem_at(key.place, "not-fed", f"`{key}` cannot be set: it follows from what happens")
    near = nearest(key, [*READERS, "obeys"]) or ""
    did_you_mean = f", did you mean `{near}`?" if near else ""
    message = f"`{key}` is no fact of a server{did_you_mean}"
    return problem_at(key.place, "unknown-fact", message, suggestion=near)


def _about_nobody(rule: str, place: Place, rules: tuple[str, ...]) -> Iterable[Problem]:
    if rule and rule not in rules:
        near = nearest(rule, rules) or ""
        did_you_mean = f", did you mean `{near}`?" if near else ""
        message = f"`ack`: this test has no rule `{rule}`{did_you_mean}"
        yield problem_at(place, "unknown-rule", message, suggestion=near)


def _of_limits(model: TestModel) -> Iterable[Problem]:
    """`hold_power_if` is judged as in automaton.yml."""
    held = model.limits.hold_power_if if model.limits is not None else None
    if held is None:
        return ()
    return placed(check(held, OF_THE_FLEET, Kind.TRUTH, known=OVER_EACH_SERVER), held)


def _limits(model: LimitsModel) -> Limits:
    """The test's own; what they do not say is as without any."""
    limits = model.as_core()
    arm = limits.arm if "arm" in model.model_fields_set else Arm.LIVE
    return replace(limits, arm=arm, allow=limits.allow if model.allow is not None else (EVERYTHING,))


def rules_of(name: str, text: str) -> tuple[str, ...]:
    """The ids of the rules that stand in a file; its mistakes are told elsewhere."""
    root, _ = read_all(text, name)
    rules = root.find("rules") if isinstance(root, nodes.Mapping) else None
    items = rules if isinstance(rules, nodes.Sequence) else ()
    ids = (item.find("id") for item in items if isinstance(item, nodes.Mapping))
    return tuple(str(id_) for id_ in ids if isinstance(id_, Scalar))
