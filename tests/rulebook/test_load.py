"""Rule files: every mistake is told at its place, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import Profile
from automaton.rulebook.load import load_rules, load_texts, rule_files
from tests.rulebook.texts import KNOWN, told

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
        "`not:` with a second pattern, as `console: '^xy'`, or `where:` on a named group",
        "5:5: error: unknown key `fro`, did you mean `for`?",
        "7:14: error: unknown group `mcc`, did you mean `mc`?",
        "8:12: error: unknown name `memry_pct`, did you mean `memory_pct`?; expected a fact",
        "9:11: error: unknown action `notfy`, did you mean `notify`?",
        "11:21: error: a size is compared with a percent; expected a size as `8GiB`",
        "12:10: error: a duration needs a unit; found `5`; write `5s`",
        "13:19: error: unknown channel `opps`, did you mean `ops`?",
        "15:19: error: unknown event `crashed`, did you mean `crash`?",
        "16:10: error: rule `four` may not do power `kill`: `limits.allow` in automaton.yml names it for "
        "no server; "
        "write `allow: {power: [kill]}`",
        "16:33: error: the first word of a command is the rule's own, never a value; found `${it.player}`;"
        " expected the rule's own words",
    ]


def test_an_id_that_comes_twice_in_one_file_is_refused_where_it_stands_again() -> None:
    rule = "{id: a, when: {event: crash}, do: [end]}"

    assert told(f"rules:\n - {rule}\n - {rule}") == [
        "r.yml:3:9: error: rule `a` stands already in line 2: an id is one rule's; write `id: a-2`"
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


def test_hidden_files_of_a_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text("rules: []")
    (tmp_path / ".a.yml").write_text("rules: []")
    (tmp_path / ".#mine.yml").symlink_to("somebody@host.1234")

    assert rule_files(tmp_path) == [tmp_path / "mine.yml"]


def test_a_file_that_cannot_be_read_is_a_mistake_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"rules: \xff")
    problems = load_rules([tmp_path / "a.yml", tmp_path / "none.yml"], KNOWN).problems

    assert [problem.code for problem in problems] == ["encoding", "no-file"]


def test_no_rule_is_taken_where_one_file_is_wrong() -> None:
    right = ("a.yml", "rules: [{id: a, when: {event: crash}, do: [end]}]")

    assert load_texts([right, ("b.yml", "rules: [{id: b}]")], KNOWN).rules == ()


def test_a_rule_file_of_a_newer_version_is_refused_by_its_number_alone() -> None:
    """What its keys mean is not known here, so nothing is said of them."""
    assert told("version: 2\nmeasures: [x]\nrules: []") == [
        "r.yml:1:10: error: this file is of version 2, and this automaton reads rule files up to version 1: a"
        " newer automaton reads it"
    ]
    assert told("version: 1\nrules: []") == []
    assert told("version: one\nrules: []") == [
        "r.yml:1:10: error: a whole number from 1 on is expected; found `one`"
    ]


@pytest.mark.parametrize(
    ("rules", "messages"),
    [
        (
            "[{id: a, when: {event: crsh}, while: playrs > 2, do: [{powr: start}]}]",
            ["either `when` or `while`", "unknown event `crsh`", "unknown name `playrs`", "unknown action"],
        ),
        (
            "[{id: a, while: suspended, do: [end]}, {id: a, while: suspendd, do: [{powr: stop}]}]",
            ["stands already in line 1", "unknown name `suspendd`", "unknown action `powr`"],
        ),
        (
            "[{id: a, when: {console: '^(?P<who>x)', where: it.who = 'Eve'}, if: it.who != 'Adam'}]",
            ["`=` is not a word"],
        ),
        (
            "[{id: a, when: {event: crash}, count: 3, witin: 5m, do: [end]}]",
            ["unknown key `witin`"],
        ),
        (
            "[{id: a, by: fleeet, while: count(not connected) > 2, do: [{notify: nobody}]}]",
            ["`fleeet` is not possible", "unknown channel `nobody`"],
        ),
        (
            "[{id: a, while: suspended, escalate: [{after: soon, do: [{notify: nobody}]}], do: [end]}]",
            ["a duration is written like", "unknown channel `nobody`"],
        ),
        (
            "[{id: a, while: players, breaker: {max: 0, within: 1h, then: [{notify: nobody}]}, do: [end]}]",
            ["a bare number where a truth", "a whole number", "unknown channel `nobody`"],
        ),
    ],
)  # fmt: skip
def test_one_pass_tells_every_mistake_once(rules: str, messages: list[str]) -> None:
    found = [one for one in told(f"rules: {rules}") if ": error: " in one]

    assert len(found) == len(messages), found
    for message in messages:
        assert sum(message in one for one in found) == 1, (message, found)
