"""One line lets all rules do what they want, and stands with the first error."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.allow_line import BY_DEFAULT
from automaton.configuration.load import load_configuration
from automaton.problem import Problem

RULE = """\
rules:
  - id: a
    servers: {pack: minecraft}
    when: {event: crash}
    cooldown: 10m
    do:
      - say: hello
      - {save: 60s, else: []}
      - {send: "kick all"}
      - {power: restart, force_after: 60s}
"""


def problems(folder: Path, limits: str, rule: str = RULE) -> list[Problem]:
    (folder / "rules.d").mkdir(exist_ok=True)
    (folder / "key").write_text("ptlc_key")
    (folder / "key").chmod(0o600)
    panels = "panels: {main: {url: 'https://panel.test', keys: {file: key}}}"
    (folder / "automaton.yml").write_text(f"{panels}\nlimits: {{{limits}}}\nrules: rules.d\n")
    (folder / "rules.d" / "a.yml").write_text(rule)
    return load_configuration(folder / "automaton.yml", {}).problems


@pytest.mark.parametrize(
    "limits", ["arm: shadow", "allow: {send: [list]}", 'allow: {send: [{op: player}, "*x"]}']
)
def test_what_the_first_error_says_is_all_that_has_to_be_written(tmp_path: Path, limits: str) -> None:
    first, *others = problems(tmp_path, limits)

    assert {one.code for one in (first, *others)} == {"not-allowed"}
    assert problems(tmp_path, first.suggestion) == []
    assert [one.suggestion for one in others] == [""] * len(others)


def test_it_keeps_what_is_written_and_names_the_words_of_the_own_game_alone(tmp_path: Path) -> None:
    (first, *_) = problems(tmp_path, 'allow: {power: kill, send: [{op: player}, "*x"]}')

    assert first.suggestion == (
        'allow: {power: [kill, restart], send: [{op: [player]}, "*x", say, save-all, kick]}'
    )


def test_the_first_allow_is_said_to_take_the_place_of_the_default(tmp_path: Path) -> None:
    (first,) = problems(tmp_path, "arm: shadow")
    assert first.message.endswith(BY_DEFAULT)

    (first, *_) = problems(tmp_path, "allow: {power: [start]}")
    assert BY_DEFAULT not in first.message


def test_entries_for_some_servers_are_left_to_who_wrote_them(tmp_path: Path) -> None:
    found = problems(tmp_path, "allow: [{servers: {pack: rust}, power: [start]}]")
    assert {one.suggestion for one in found} >= {"allow: {power: [kill]}", "allow: {send: [kick]}"}


def test_it_names_what_the_own_game_is_asked_for_facts_by(tmp_path: Path) -> None:
    reads = RULE.replace("when: {event: crash}", "while: tps < 15 and players_max > 5")

    (first, *_) = problems(tmp_path, "allow: {power: kill}", reads)

    assert first.suggestion == "allow: {power: [kill, restart], send: [say, save-all, kick, list, tps]}"


def test_a_line_for_many_games_says_why_it_is_long(tmp_path: Path) -> None:
    everywhere = RULE.replace("    servers: {pack: minecraft}\n", "")
    (first, *others) = problems(tmp_path, "arm: shadow, allow: {power: [start]}", everywhere)

    assert "words of the " in first.message
    assert "`servers: {pack: …}`" in first.message
    assert not any("words of the " in one.message for one in others)
    (first, *_) = problems(tmp_path, "allow: {power: [start]}")
    assert "words of the " not in first.message
