"""Patterns that look among the game's lines, or in chat, for what a pack tells from both."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.packs.load import Packs, read_packs
from automaton.rulebook.load import load_texts
from automaton.schema.kinds import KnownEvents

GAME = r"""
pack: craft
chat: ['^<(?P<player>[^>]+)> (?P<text>.*)$']
command: ['^(?P<player>\S+) issued server command: (?P<text>.*)$']
admin: ['^\[(?P<player>[^:\]]+): (?P<text>.*)\]$']
events: {player.join: '^(?P<player>\w+) joined$', stopping: '^Stopping server$'}
tests:
  - {line: 'Eve joined', is: player.join}
  - {line: 'Stopping server', is: stopping}
  - {line: '<Eve> Hello', is: chat}
  - {line: 'Eve issued server command: /home', is: command}
  - {line: '[Eve: Set own game mode to Creative Mode]', is: admin}
  - {line: '[Speed] 4 chunks', is: game}
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> KnownEvents:
    file = tmp_path_factory.mktemp("packs.d") / "craft.yml"
    file.write_text(GAME)
    packs, problems = read_packs([file])
    assert problems == []
    return Packs(packs).known_events


def told(known: KnownEvents, trigger: str, more: str = "") -> list[str]:
    text = f"rules:\n  - {{id: a, servers: {{pack: craft}}, when: {trigger}, do: [{{notify: ops}}]{more}}}"
    loaded = load_texts([("r.yml", text)], known)
    assert loaded.problems == []
    return [one.suggestion for one in loaded.doubts if one.code == "deaf-pattern"]


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        (r"issued server command: /op", "command"),
        (r"^(?P<who>\S+) issued server command: (?P<what>.*)$", "command"),
        (r"^\S+ issued server command: /(?:stop|op) ", "command"),
        (r"^CONSOLE issued server", "command"),
        (r"^\[Server: ", "admin"),
        (r"^\[(?P<who>\w+): ", "admin"),
        (r"^\[(?P<who>\w+): Gave 1 ", "admin"),
    ],
)
@pytest.mark.parametrize("wanted", ["game", "chat"])
def test_a_pattern_of_commands_or_of_their_answers_is_told_where_it_would_be_heard(
    known: KnownEvents, pattern: str, source: str, wanted: str
) -> None:
    assert told(known, f"{{console: '{pattern}', from: {wanted}}}") == [f"from: {source}"]


@pytest.mark.parametrize(
    "pattern",
    [
        ".*",
        r"^\[",
        "Eve",
        "^(?P<player>Eve) ",
        "lag",
        "stop",
        "^Can''t keep up",
        r"^\[Speed\]",
        r"^\[(?P<what>[^\]]+)\]",
        r"^\S+ lost connection: ",
        "Set own game mode",
        "^<Eve> ",
    ],
)
def test_what_may_find_other_lines_is_let_alone(known: KnownEvents, pattern: str) -> None:
    assert told(known, f"{{console: '{pattern}'}}") == []


def test_who_asks_for_them_hears_them(known: KnownEvents) -> None:
    assert told(known, "{console: 'issued server command', from: command}") == []
    assert told(known, r"{console: '^\[Server: ', from: admin}") == []


def test_the_patterns_inside_of_any_and_of_steps_are_looked_at_too(known: KnownEvents) -> None:
    deaf = "{console: 'issued server command'}"

    assert told(known, f"{{any: [{deaf}, {{event: crash}}]}}") == ["from: command"]
    assert told(known, "{event: crash}", f", until: {deaf}") == ["from: command"]


def test_a_rule_that_is_off_and_one_for_another_game_are_not_looked_at(known: KnownEvents) -> None:
    text = "rules: [{{id: a, {}, when: {{console: 'issued server command'}}, do: [{{notify: ops}}]}}]"
    doubts = [
        load_texts([("r.yml", text.format(key))], known).doubts
        for key in ("arm: off", "servers: {pack: valheim}", "servers: {egg: Craft}")
    ]

    assert [[one.code for one in found] for found in doubts] == [[], [], ["deaf-pattern"]]


def test_where_people_are_heard_by_it_too_it_is_of_chat(known: KnownEvents) -> None:
    assert told(known, r"{console: '^(?:\S+ issued server command: |<Eve> )'}") == ["from: chat"]


def test_the_message_names_the_pack_and_what_it_is(known: KnownEvents) -> None:
    text = "rules: [{id: a, servers: {pack: craft}, when: {console: '^.Server: '}, do: [{notify: ops}]}]"
    text = text.replace("^.", r"^\[")
    (problem,) = load_texts([("r.yml", text)], known).doubts

    assert problem.message == (
        "on servers with the pack `craft` this hears nothing `from: game`: what it looks for is what an"
        " operator's command answered"
    )


CUTTING = r"""
pack: stamped
prefix: '^\[\d\d:\d\d:\d\d\] \[[^\]]+\]: '
events: {stopping: '^Stopping server$'}
tests: [{line: '[12:00:00] [Server thread/INFO]: Stopping server', is: stopping}]
"""


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> KnownEvents:
    file = tmp_path_factory.mktemp("packs.d") / "stamped.yml"
    file.write_text(CUTTING)
    packs, problems = read_packs([file])
    assert problems == []
    return Packs({"stamped": packs["stamped"]}).known_events


def of_stamped(known: KnownEvents, pattern: str) -> list[str]:
    text = f"rules: [{{id: a, when: {{console: '{pattern}'}}, do: [{{notify: ops}}]}}]"
    loaded = load_texts([("r.yml", text)], known)
    assert loaded.problems == []
    return [one.message for one in loaded.doubts if one.code == "deaf-pattern"]


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\[\d\d:\d\d:\d\d\] \[Server thread/WARN\]: Can.t keep up",
        r"^\[12:00:00\] \[(?P<thread>\w+)\]: ",
    ],
)
def test_a_pattern_of_a_line_with_the_prefix_that_is_cut_off_it_is_told(
    stamped: KnownEvents, pattern: str
) -> None:
    (message,) = of_stamped(stamped, pattern)

    assert message.startswith("on servers with the pack `stamped` this hears nothing: ")
    assert message.endswith(
        "the pack cuts off before a pattern sees the line: begin with what stands behind it"
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "^Can.t keep up",
        r"^(?:\[\d\d:\d\d:\d\d\] \[\w+\]: )?Can.t keep up",
        r"^(?:\[\d\d:\d\d:\d\d\] \[\w+\]: Can.t keep up|Stopping)",
        r"^\[\d\d:\d\d:\d\d\] Restarting",
        r"^\[\d\d:\d\d:\d\d\] \[Speed\] 4",
        r"\[Server thread/WARN\]: Can.t keep up",
    ],
)
def test_a_pattern_that_may_do_without_the_prefix_is_let_alone(stamped: KnownEvents, pattern: str) -> None:
    assert of_stamped(stamped, pattern) == []


def test_the_module_needs_no_file(tmp_path: Path) -> None:
    assert load_texts([], Packs({}).known_events).doubts == []
