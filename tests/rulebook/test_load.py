"""Rule files: every mistake is told at its place, with what to write instead."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from automaton.core.calls import Severity
from automaton.core.events import Profile
from automaton.core.gates import Allowance, Default
from automaton.packs.read import Packs, read_packs
from automaton.rulebook.checks import Bounds
from automaton.rulebook.load import Rules, load_rules, load_texts, rule_files

KNOWN = Packs(read_packs([])[0]).knowledge
BOUNDS = Bounds({"ops": Severity.INFO, "oncall": Severity.CRITICAL}, (Default(),))


def load(text: str, bounds: Bounds | None = BOUNDS) -> Rules:
    return load_texts([("r.yml", dedent(text).lstrip("\n"))], KNOWN, bounds)


def told(text: str, bounds: Bounds | None = BOUNDS) -> list[str]:
    return [str(problem) for problem in load(text, bounds).problems]


TEN = """
groups: {mc: {pack: minecraft}}
rules:
  - id: one
    when: {console: '^x(?=y)'}
    fro: 5m
  - id: two
    servers: mcc
    while: memry_pct > 90
    do: [{notfy: ops}]
  - id: three
    while: memory > 90%
    for: 5
    do: [{notify: opps}]
  - id: four
    when: {event: crashed}
    do: [{power: kill}, {send: "${it.player} op"}]
"""


def test_many_mistakes_are_told_all_of_them_with_their_places() -> None:
    assert [line.replace("r.yml:", "") for line in told(TEN)] == [
        "4:24: error: RE2, which takes linear time on any line, has no look-around; found `(?=`; expected "
        "`not:` with a second pattern, or `where:` on a named group",
        "5:5: error: unknown key `fro`, did you mean `for`?",
        "7:14: error: unknown group `mcc`, did you mean `mc`?",
        "8:12: error: unknown name `memry_pct`, did you mean `memory_pct`?; expected a fact",
        "9:11: error: unknown action `notfy`, did you mean `notify`?",
        "11:21: error: a size is compared with a percent",
        "12:10: error: a duration needs a unit; found `5`; write `5s`",
        "13:19: error: unknown channel `opps`, did you mean `ops`?",
        "15:19: error: unknown event `crashed`, did you mean `crash`?",
        "16:10: error: rule `four` may not do power `kill`: `limits.allow` names it for no server; "
        "write `allow: {power: [kill, …]} in automaton.yml`",
        "16:32: error: the first word of a command is the rule's own, never a value; found `${it.player} op`",
    ]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a}", "a rule needs `when` or `while`"),
        ("{id: a, when: {event: crash}, while: suspended}", "a rule has either `when` or `while`, not both"),
        ("{id: a, while: suspended, count: 3, within: 1m}", "they belong to `when`"),
        ("{id: a, when: {event: crash}, for: 1m}", "`for` is how long a `while` must hold"),
        ("{id: a, when: {event: crash}, count: 3}", "`count` and `within` stand together"),
        ("{id: a, when: {event: crash}, breaker: {max: 3}}", "`breaker` is not supported yet"),
        ("{id: a, when: {schedule: '0 5 * * *'}}", "the trigger `schedule` is not supported yet"),
        ("{id: a, when: {event: crash}, do: [{countdown: 5m}]}", "action `countdown` is not supported yet"),
        ("{id: a, while: players > 3}", "`players` is not supported yet"),
        ("{id: a, while: 'avg(cpu_pct, 5m) > 90'}", "`avg` is not supported yet"),
        ("{id: a, while: it.x > 3}", "`it.x`"),
        ("{id: a, while: open_for > 3m}", "the fact `open_for` cannot be read here"),
        ("{id: a, when: {event: crash, console: '^x'}}", "`console` are two triggers"),
        ("{id: a, when: crash}", "a trigger is a mapping"),
        ("{id: a, when: {event: crash}, do: [power]}", "`power` needs a value"),
        ("{id: a, when: {event: crash, where: it.exit > 0}}", "it.exit"),
        ("{id: a, when: {event: crash}, do: [{power: reboot}]}", "`reboot` is not possible here"),
        ("{id: a, when: {event: crash}, do: [{wait: 5}]}", "a duration needs a unit"),
        ("{id: a, when: {event: crash}, do: [{send: op Eve}]}", "a rule may not send `op`"),
        ("{id: a, when: {console: x}}", "a pattern stands in single quotes"),
        ("{id: a b, when: {event: crash}}", "a name of letters, digits"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_error_that_says_what_is_wrong(rule: str, message: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert message in problem
    assert ": error: " in problem


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a, when: {console: 'oom'}, do: [{send: list}]}", "begins with `^` and the machine's words"),
        ("{id: a, when: {event: crash}, do: [{notify: oncall}]}", "never sent: it is `warning`"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning_and_loads(rule: str, message: str) -> None:
    loaded = load(f"rules: [{rule}]")

    assert [problem.severity for problem in loaded.problems] == ["warning"]
    assert message in str(loaded.problems[0])
    assert len(loaded.rules) == 1


def test_without_an_automaton_yml_channels_and_limits_are_not_judged() -> None:
    assert told("rules: [{id: a, when: {event: crash}, do: [{notify: x}, {power: kill}]}]", None) == []


def test_what_allow_names_for_some_server_is_no_mistake() -> None:
    bounds = Bounds({}, (Allowance(None, frozenset(), ()), Default()))

    assert told("rules: [{id: a, when: {event: crash}, do: [{send: list}]}]", bounds) == []


def test_a_rule_of_the_same_id_in_two_files_is_refused_where_it_stands_again() -> None:
    rule = "rules: [{id: a, when: {event: crash}, do: [end]}]"
    problems = load_texts([("a.yml", rule), ("b.yml", rule)], KNOWN).problems

    assert [str(one) for one in problems] == [
        "b.yml:1:14: error: rule `a` stands already at a.yml:1; overriding a rule is not supported yet"
    ]


def test_groups_that_name_each_other_in_a_ring_are_refused() -> None:
    (problem,) = told("groups: {a: b, b: a}\nrules: []")

    assert "groups name each other in a ring: a → b → a" in problem


def test_groups_of_one_file_are_known_to_all_and_its_own_come_first() -> None:
    rule = "groups: {{mc: {{name: {0}}}}}\nrules: [{{id: {0}, servers: mc, while: suspended}}]"
    loaded = load_texts([(f"{name}.yml", rule.format(name)) for name in ("lobby", "arena")], KNOWN)
    profiles = [Profile(uuid=name, id=name, name=name) for name in ("lobby", "arena")]

    assert loaded.problems == []
    assert [
        [one.name for one in profiles if rule.servers and rule.servers.covers(one, frozenset(), "")]
        for rule in loaded.rules
    ] == [["lobby"], ["arena"]]


def test_a_folder_gives_its_files_in_lexical_order(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "c.txt"):
        (tmp_path / name).write_text("rules: []")

    assert [path.name for path in rule_files(tmp_path)] == ["a.yaml", "b.yml"]


def test_a_file_that_cannot_be_read_is_a_mistake_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"rules: \xff")
    problems = load_rules([tmp_path / "a.yml", tmp_path / "none.yml"], KNOWN).problems

    assert [problem.code for problem in problems] == ["encoding", "no-file"]


def test_no_rule_is_taken_where_one_file_is_wrong() -> None:
    right = ("a.yml", "rules: [{id: a, when: {event: crash}, do: [end]}]")

    assert load_texts([right, ("b.yml", "rules: [{id: b}]")], KNOWN).rules == ()
