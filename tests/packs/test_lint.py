"""What a pack says and does not mean: errors where it can never work, warnings where it may."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.packs.lint import lint
from automaton.packs.load import read_packs

JOIN = "events: {player.join: '^%s has come$'}"


def told(folder: Path, text: str) -> list[str]:
    """Severity, code and line of each problem, and the beginning of what to write."""
    file = folder / "mine.yml"
    file.write_text(text)
    _, problems = read_packs([file])
    return [f"{one.severity} {one.code} {one.line} {one.suggestion or one.expected}" for one in problems]


def test_shipped_packs_are_held_to_the_same() -> None:
    packs, _ = read_packs((), tests=True)

    assert [str(problem) for pack in packs.values() for problem in lint(pack, pack)] == []


@pytest.mark.parametrize(
    ("group", "severity"), [("(?P<playr>.+)", "error"), ("(?P<who>.+)", "warning"), (".+", "warning")]
)
@pytest.mark.parametrize("head", ["pack: mine", "extends: minecraft"])
def test_a_join_that_names_nobody_is_told(tmp_path: Path, head: str, group: str, severity: str) -> None:
    (found,) = told(tmp_path, f"{head}\n{JOIN % group}\n")

    assert found.startswith(f"{severity} no-player 2 ")


@pytest.mark.parametrize("group", ["(?P<player>.+)", "(?P<account>.+)"])
def test_a_join_by_name_or_account_is_right(tmp_path: Path, group: str) -> None:
    assert told(tmp_path, f"pack: mine\n{JOIN % group}\n") == []
    assert told(tmp_path, f"pack: mine\nprefix: '^{group}: '\n{JOIN % '.+'}\n") == []


def test_chat_whose_player_is_misspelt_is_told_and_chat_without_one_is_right(tmp_path: Path) -> None:
    wrong = told(tmp_path, "pack: mine\nchat: '^<(?P<playr>.+)> (?P<text>.+)$'\n")

    assert wrong == ["warning no-player 2 (?P<player>…)"]
    assert told(tmp_path, "pack: mine\nchat: '^<(?P<name>.+)> (?P<text>.+)$'\n") == []


def test_what_begins_anywhere_in_a_line_is_told_with_its_cure(tmp_path: Path) -> None:
    text = "pack: mine\nevents: {ready: 'Up$', down: '(?i)down'}\npatterns: {saved: 'Saved'}\n"

    assert told(tmp_path, text) == [
        "warning unanchored 2 '^Up$'",
        "warning unanchored 2 '(?i)^down'",
        "warning unanchored 3 '^Saved'",
    ]


def test_a_broadcast_without_what_is_said_is_a_mistake(tmp_path: Path) -> None:
    assert told(tmp_path, "pack: mine\nsay: {send: say text}\n") == ["error says-nothing 2 `${text}`"]
    assert told(tmp_path, "pack: mine\nsay: {send: 'say ${text}'}\n") == []


TESTS = r"""
events: {ready: '^Up$'}
patterns: {saved: '^Saved$'}
tests:
  - {line: Up, is: redy}
  - {line: Up, is: [ready, chatt]}
  - {line: Up, is: zzz}
  - {line: Up, is: [ready, saved]}
  - {line: Up, is: admin}
"""


@pytest.mark.parametrize("head", ["pack: mine", "extends: wings\npack: mine"])
def test_a_test_of_what_no_line_can_be_is_a_mistake(tmp_path: Path, head: str) -> None:
    found = [one.split(" ", 3)[::3] for one in told(tmp_path, head + TESTS)]

    assert found[:2] == [["error", "ready"], ["error", "chat"]]
    assert found[2][1].startswith("`admin`, `chat`, `command`, `game`, ")
    assert len(found) == 3


def test_a_test_may_name_what_the_extended_pack_has(tmp_path: Path) -> None:
    assert told(tmp_path, "extends: minecraft\ntests: [{line: x, is: player.join}]\n") == []


def test_one_mistake_of_a_pack_hides_no_other(tmp_path: Path) -> None:
    head = "pack: mine\nchat: '^(x'\nevents: {ready: 'Up'}\n"
    text = f"{head}tests:\n  - {{lin: x, is: ready}}\n  - {{line: x, is: redy}}\n"

    assert [one.split()[1:3] for one in told(tmp_path, text)] == [
        ["pattern", "2"],
        ["unknown-key", "5"],
        ["unanchored", "3"],
        ["unknown-event", "6"],
    ]


def test_a_pack_that_takes_a_richer_ones_place_is_told_of_extends(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("pack: minecraft\nchat: '^<(?P<player>.+)> .*$'\n")

    (problem,) = read_packs([file])[1]
    assert (problem.code, problem.severity, problem.line) == ("takes-place", "warning", 1)
    assert problem.suggestion == "extends: minecraft"
    assert "`say`" in problem.message
    assert "`player.join`" in problem.message


def test_a_pack_that_knows_all_that_the_shipped_one_does_takes_its_place_in_silence(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "automaton/packs/rust.yml"
    file = tmp_path / "mine.yml"
    file.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")

    assert read_packs([file])[1] == []


def test_look_around_in_a_pack_is_answered_with_what_packs_can_do(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "pack: mine\nchat: '^(?!x)y'\n")

    assert "not:" not in found
    assert "`command` or `admin`" in found
