"""Rules that act on lines of a game, and consoles in which people speak in a form that no pack knows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automaton.packs.load import Packs, read_packs
from automaton.problem import Problem
from automaton.rulebook.load import load_texts
from automaton.workbench.chat_check import unknown_chat

GAME = r"""
pack: craft
prefix: '^\[\d\d:\d\d:\d\d\] '
chat: ['^<(?P<player>[^>]+)> (?P<text>.*)$']
events: {player.join: '^(?P<player>\w+) joined$'}
"""
LOG = """\
[12:00:00] Eve joined
[12:00:01] <Eve> hello
[12:00:02] [VIP] Eve ➟ hello
[12:00:03] [VIP] Eve ➟ Out of memory
"""


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    file = tmp_path_factory.mktemp("packs.d") / "craft.yml"
    file.write_text(GAME)
    return Packs({"craft": read_packs([file])[0]["craft"]})


def told(
    tmp_path: Path, packs: Packs, rule: str, log: str = LOG, acts: str = "{power: restart}"
) -> list[Problem]:
    path = tmp_path / "latest.log"
    path.write_text(log)
    text = f"rules:\n  - {{id: a, cooldown: 1h, {rule}, do: [{acts}]}}"
    return unknown_chat([path], packs, load_texts([("r.yml", text)], packs.known_events).rules)


@pytest.mark.parametrize(
    "pattern",
    ["Out of memory", "^.*Out of memory", r"^\[VIP\] .* memory", r"^(?P<x>\S+) .* Out", r"^\[[^\]]+\]"],
)
def test_a_rule_that_acts_on_what_such_a_line_may_be_is_told(
    tmp_path: Path, packs: Packs, pattern: str
) -> None:
    (problem,) = told(tmp_path, packs, f"when: {{console: '{pattern}'}}")

    assert (problem.severity, problem.code, problem.line) == ("warning", "unknown-chat", 2)
    assert "as in line 3, `[VIP] Eve ➟ hello`" in problem.message
    assert f"`automaton regex {tmp_path / 'latest.log'} craft` proposes the `chat:`" in problem.message


@pytest.mark.parametrize(
    ("rule", "acts"),
    [
        (r"when: {console: '^java\.lang\.OutOfMemoryError'}", "{power: restart}"),
        (r"when: {console: '^Out of memory'}", "{power: restart}"),
        ("when: {console: 'Out of memory'}", "{notify: ops}"),
        ("when: {console: 'Out of memory', from: chat}, if: memory_pct > 90", "{power: restart}"),
        ("when: {event: player.join}, if: memory_pct > 90", "{power: restart}"),
        ("arm: off, when: {console: 'Out of memory'}", "{power: restart}"),
        ("servers: {pack: valheim}, when: {console: 'Out of memory'}", "{power: restart}"),
    ],
)
def test_what_they_cannot_set_off_and_what_does_not_act_is_let_alone(
    tmp_path: Path, packs: Packs, rule: str, acts: str
) -> None:
    assert told(tmp_path, packs, rule, acts=acts) == []


def test_where_the_name_comes_first_it_may_be_the_first_word(tmp_path: Path, packs: Packs) -> None:
    log = "[12:00:00] Eve joined\n[12:00:01] Eve: hello\n"

    assert len(told(tmp_path, packs, "when: {console: '^Done'}", log)) == 1
    assert told(tmp_path, packs, "when: {console: '^Done in'}", log) == []
    assert told(tmp_path, packs, r"when: {console: '^java\.lang'}", log) == []


def test_where_all_forms_are_known_nothing_is_told(tmp_path: Path, packs: Packs) -> None:
    assert told(tmp_path, packs, "when: {console: 'hello'}", LOG.split("[12:00:02]", maxsplit=1)[0]) == []


def test_a_log_that_no_pack_knows_is_noted(tmp_path: Path, packs: Packs) -> None:
    (problem,) = told(tmp_path, packs, "when: {console: 'x'}", "nothing of the kind\n")

    assert (problem.severity, problem.code) == ("note", "unknown-chat")


def test_a_console_that_can_be_read_once_is_read_whole(packs: Packs) -> None:
    """As the standard input is, or another program's output."""
    reading, writing = os.pipe()
    os.write(writing, LOG.encode())
    os.close(writing)
    text = "rules: [{id: a, cooldown: 1h, when: {console: 'Out of memory'}, do: [{power: restart}]}]"
    rules = load_texts([("r.yml", text)], packs.known_events).rules
    try:
        (problem,) = unknown_chat([Path(f"/dev/fd/{reading}")], packs, rules)
    finally:
        os.close(reading)

    assert problem.code == "unknown-chat"
    assert "people speak" in problem.message
