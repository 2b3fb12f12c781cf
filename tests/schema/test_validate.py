"""All mistakes of a file, each once, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import pytest
from pydantic import Field

from automaton.core.calls import Signal
from automaton.core.facts.kind import Kind
from automaton.core.facts.table import SERVER_FACTS
from automaton.expr.template import check_template
from automaton.expr.type_check import check
from automaton.problem import Problem
from automaton.schema.base import (
    Count,
    Duration,
    ExpressionText,
    Flag,
    Glob,
    OneOrMany,
    Pattern,
    Slug,
    StateChange,
    Strict,
    TemplateText,
    Text,
)
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit, place_problems


class Step(Strict):
    power: Signal
    within: Duration = 600.0
    else_: OneOrMany[Text] | None = Field(default=None, alias="else")


class Rule(Strict):
    later: ClassVar[Mapping[str, str]] = {"escalate": "", "by": "every rule is by server"}

    id: Slug
    while_: ExpressionText | None = Field(default=None, alias="while")
    for_: Duration = Field(default=0.0, alias="for")
    from_: Literal["game", "chat"] = Field(default="game", alias="from")
    text: TemplateText | None = None
    console: Pattern | None = None
    live: Flag = False
    count: Count = 1
    names: OneOrMany[Glob] = ()
    do: tuple[Step, ...] = ()
    state: StateChange | None = None
    limits: dict[str, Count] = Field(default_factory=dict)


def load(text: str) -> tuple[Rule | None, list[Problem]]:
    node, problems = read_all(text, "r.yml")
    assert node is not None
    rule, more = fit(node, Rule)
    return rule, problems + more


def told(text: str) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.line, problem.column) for problem in load(text)[1]]


def test_a_right_file_becomes_a_model() -> None:
    rule, problems = load(
        "id: 12345678\nwhile: state == 'running'\nfor: 1h30m\nfrom: chat\ntext: \"a ${name}\"\n"
        "console: '^Done (?P<ms>\\d+)'\nlive: true\ncount: 010\nnames: [A*, on]\n"
        "do:\n  - {power: kill, else: end}\nstate: running -> any\nlimits: {a: 3}\n"
    )

    assert problems == []
    assert rule is not None
    assert (rule.id, rule.for_, rule.from_, rule.live, rule.count) == ("12345678", 5400.0, "chat", True, 10)
    assert (rule.do[0].power, rule.do[0].else_) == (Signal.KILL, ("end",))
    assert rule.console is not None
    assert rule.console.groups == {"ms"}
    assert [glob.source for glob in rule.names] == ["A*", "on"]
    assert rule.limits == {"a": 3}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("id: x\nfro: 5m", [("unknown-key", 2, 1)]),
        ("id: x\nescalate: []", [("not-supported-yet", 2, 1)]),
        ("for: 5m", [("missing-key", 1, 1)]),
        ("id:\nfor:", [("no-value", 1, 4), ("no-value", 2, 5)]),
        ("id: x\nfor: 5", [("duration", 2, 6)]),
        ("id: x\nfor: [5m]", [("wrong-shape", 2, 6)]),
        ("id: {a: b}", [("wrong-shape", 1, 5)]),
        ("id: a b", [("name", 1, 5)]),
        ("id: x\nfrom: caht", [("wrong-word", 2, 7)]),
        ("id: x\nlive: yes", [("flag", 2, 7)]),
        ("id: x\ncount: 0", [("count", 2, 8)]),
        ("id: x\ncount: 1.5", [("count", 2, 8)]),
        ("id: x\nnames: []", [("empty-list", 2, 8)]),
        ("id: x\ndo: {power: kill}", [("wrong-shape", 2, 5)]),
        (
            "id: x\ndo: [{power: kil}, {within: 5m}, 7]",
            [("wrong-word", 2, 14), ("missing-key", 2, 20), ("wrong-shape", 2, 34)],
        ),
        ("id: x\ndo: [{power: kill, wihtin: 5m}]", [("unknown-key", 2, 20)]),
        ("id: x\nstate: runing -> any", [("state", 2, 8)]),
        ("id: x\nstate: running", [("state", 2, 8)]),
        ("id: x\nwhile: state = 3", [("expression", 2, 14)]),
        ("id: x\nwhile: 'state ='''' 3'", [("expression", 2, 15), ("expression", 2, 21)]),
        ('id: x\ntext: "a\\n${b c}"', [("expression", 2, 15)]),
        ("id: x\ntext: |\n  one\n  two ${b c}", [("expression", 4, 11)]),
        ("id: x\nconsole: ^Done #1", [("pattern-quotes", 2, 10)]),
        ('id: x\nconsole: "a\\bc"', [("pattern-quotes", 2, 10)]),
        ("id: x\nconsole: 'ab(?=c)'", [("pattern", 2, 13)]),
        ("id: x\nlimits: {a: 3, b: x}", [("count", 2, 19)]),
        ("[]", [("wrong-shape", 1, 1)]),
        ("word", [("wrong-shape", 1, 1)]),
    ],
)
def test_one_mistake_is_one_problem_at_its_place(text: str, problems: list[tuple[str, int, int]]) -> None:
    assert told(text) == problems


def test_all_mistakes_are_told() -> None:
    rule, problems = load("id: a b\nfro: 1\nwhile: a = b\nfor: 5\nlive: on\nfor: 6")

    assert rule is None
    assert [problem.line for problem in problems] == [6, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id: x\nfore: 5m", "unknown key `fore`, did you mean `for`?"),
        ("id: x\nwihle: a", "unknown key `wihle`, did you mean `while`?"),
        ("id: x\nfor_: 5m", "unknown key `for_`, did you mean `for`?"),
        ("id: x\nby: node", "`by` is not supported yet: every rule is by server"),
        ("id: x\nescalate: 1", "`escalate` is not supported yet"),
        ("for: 5m", "the key `id` is missing; expected a name of your own for it, as `id: night-restart`"),
        ("id:", "`id` has no value; expected a name"),
        ("id: x\nfor: 5", "a duration needs a unit; found `5`; write `5s`"),
        ("id: x\nfrom: caht", "`caht` is not possible here; expected `game`, `chat`; write `chat`"),
        ("id: x\nlive: on", "`true` or `false` is expected; found `on`; write `true`"),
    ],
)
def test_a_message_can_be_acted_on(text: str, message: str) -> None:
    assert str(load(text)[1][0]).endswith(f": error: {message}")


def test_what_a_check_finds_is_placed_in_the_file() -> None:
    rule, _ = load('id: x\nwhile: connected and stat == "running"\ntext: "a\\t${nam}"')
    assert rule is not None
    assert rule.while_ is not None
    assert rule.text is not None

    found = place_problems(check(rule.while_, SERVER_FACTS, Kind.TRUTH), rule.while_)
    found += place_problems(check_template(rule.text, SERVER_FACTS), rule.text, severity="warning")

    assert [(problem.line, problem.column, problem.severity) for problem in found] == [
        (2, 22, "error"),
        (3, 13, "warning"),
    ]


def test_code_builds_a_model_from_ready_values() -> None:
    rule = Rule(id="x", for_=5.0, names=(), count=3)

    assert (rule.for_, rule.count) == (5.0, 3)
