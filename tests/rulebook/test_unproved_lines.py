"""Rules that act on lines that nobody saw printed."""

from __future__ import annotations

import pytest

from automaton.packs.load import Packs, read_packs
from automaton.rulebook.load import load_texts
from automaton.schema.kinds import KnownEvents

GAME = r"""
pack: guessed
proof: documentation
events: {ready: '^Ready$', player.join: '^(?P<player>\w+) came$'}
patterns: {world_saved: '^Saved$'}
probe: {send: ping, wait: '^pong$'}
facts:
  players: {send: list, read: '^(?P<n>\d+) here$'}
  mood: {send: mood, read: '^(?P<value>\d+) %$'}
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownEvents:
    file = tmp_path_factory.mktemp("packs.d") / "guessed.yml"
    file.write_text(GAME)
    return Packs(read_packs([file])[0]).known_events


def told(known: KnownEvents, rule: str, servers: str = "{pack: guessed}", more: str = "") -> list[str]:
    text = f"{more}rules:\n  - {{id: a, cooldown: 1h, servers: {servers}, {rule}}}"
    loaded = load_texts([("r.yml", text)], known)
    assert loaded.problems == []
    return [one.message for one in loaded.doubts if one.code == "unproved"]


ACTS = "do: [{power: restart}]"


@pytest.mark.parametrize(
    ("rule", "on"),
    [
        (f"when: {{event: ready}}, {ACTS}", "`ready`"),
        ("when: {event: [crash, player.join]}, do: [{send: list}]", "`player.join`"),
        (f"while: players == 0, for: 1h, {ACTS}", "`players`"),
        (f"while: mood < 5, {ACTS}", "`mood`"),
        (f"while: age(world_saved) > 1h, {ACTS}", "`world_saved`"),
        (f"when: {{event: crash}}, if: 'not seen(ready, 1h)', {ACTS}", "`ready`"),
        (
            "while: console_age > 10m, do: [{probe: 1m, else: [{power: restart}]}]",
            "the answer to `probe`",
        ),
        (f"when: {{event: crash}}, unless: {{event: ready}}, within: 5m, {ACTS}", "`ready`"),
    ],
)
def test_a_rule_that_acts_on_what_nobody_saw_printed_is_told_on_what(
    known: KnownEvents, rule: str, on: str
) -> None:
    (message,) = told(known, rule)

    assert message == (
        f"rule `a` acts on {on} of the pack `guessed`, whose lines are known from documentation alone"
        " (`proof: documentation`): see them printed once, in shadow or by `automaton regex LOG guessed`,"
        " before it is live"
    )


@pytest.mark.parametrize(
    "rule",
    [
        "when: {event: ready}, do: [{notify: ops}]",
        f"when: {{event: crash}}, {ACTS}",
        f"while: memory_pct > 95, {ACTS}",
        f"when: {{console: '^Ready'}}, {ACTS}",
        f"arm: off, when: {{event: ready}}, {ACTS}",
    ],
)
def test_who_acts_not_or_on_something_else_is_let_alone(known: KnownEvents, rule: str) -> None:
    assert told(known, rule) == []


@pytest.mark.parametrize("servers", ["{pack: minecraft}", "{egg: Guessed}", "{name: lobby}"])
def test_which_servers_have_the_pack_otherwise_is_not_known_yet(known: KnownEvents, servers: str) -> None:
    assert told(known, f"when: {{event: ready}}, {ACTS}", servers) == []


@pytest.mark.parametrize("servers", ["[{name: x}, {pack: guess*}]", "mine", "{pack: [minecraft, guessed]}"])
def test_a_pack_is_named_by_a_glob_a_list_or_a_group_too(known: KnownEvents, servers: str) -> None:
    groups = "groups: {mine: {pack: guessed}}\n"

    assert len(told(known, f"when: {{event: ready}}, {ACTS}", servers, groups)) == 1


def test_a_fact_of_a_rule_file_goes_before_that_of_a_pack(known: KnownEvents) -> None:
    own = "facts: {mood: {type: number, line: '^Mood (?P<value>[0-9]+)$'}}\n"

    assert told(known, f"while: mood < 5, {ACTS}", more=own) == []
