"""Facts that games tell, in rules for servers that play others."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load, told


def doubts(text: str) -> list[str]:
    return [str(one) for one in load(text).doubts]


def rule(servers: str, reads: str = "while: mspt > 40") -> str:
    return f"""
        groups: {{mc: {{pack: minecraft}}}}
        rules: [{{id: a, {servers}{reads}, for: 5m, do: [{{notify: ops, text: x}}]}}]
        """


@pytest.mark.parametrize("servers", ["", "servers: mc, ", "servers: {egg: Rust}, ", "servers: {not: mc}, "])
def test_where_some_servers_may_tell_it_nothing_is_wrong(servers: str) -> None:
    assert (told(rule(servers)), doubts(rule(servers))) == ([], [])


def test_where_no_server_of_the_rule_can_tell_it_that_is_said_with_the_games_that_can() -> None:
    assert doubts(rule("servers: {pack: rust}, ")) == [
        "r.yml:2:47: warning: rule `a` reads `mspt`, which is never known on any of its servers: only the"
        " pack `minecraft` can tell it"
    ]


def test_where_one_of_the_games_named_cannot_tell_it_that_one_is_named() -> None:
    (problem,) = load(rule("servers: {pack: [minecraft, rust]}, ")).doubts

    assert "never known on those of `rust`" in problem.message


def test_a_change_of_it_is_read_as_well() -> None:
    heard = "servers: {pack: factorio}, when: {changes: version}, if: mspt > 1"
    found = doubts(f"rules: [{{id: a, {heard}, do: [{{notify: ops, text: x}}]}}]")

    assert sorted(one.split("`")[3] for one in found) == ["mspt", "version"]


def test_of_a_fact_of_a_rule_file_no_game_is_asked() -> None:
    facts = "facts: {mspt: {type: number, line: '^Ticks: (?P<value>.*)'}}\n"
    other = "rules: [{id: a, servers: {pack: rust}, while: mspt > 40, do: [{notify: ops, text: x}]}]"

    assert doubts(facts + other) == []


def test_its_type_is_known_when_a_rule_is_read() -> None:
    assert any("a bare number is compared" in one for one in told(rule("", "while: mspt == 'x'")))
