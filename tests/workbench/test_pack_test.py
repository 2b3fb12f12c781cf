"""`automaton pack test`: the lines of packs are held to what they must be, and told where they are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.packs.load import read_packs
from automaton.workbench.pack_test import line_results, pack_test, report
from tests.workbench.configured import site

MINE = """\
pack: mine
chat: '^<(?P<player>\\w+)> '
events: {player.join: '^(?P<player>\\w+) came$'}
tests:
  - {line: 'Eve came', is: player.join, player: Eve}
  - {line: '<Eve> Eve came', is: chat, player: Eve}
"""
FAILING = MINE + "  - {line: 'Eve went', is: player.join}\n"


def pack_at(folder: Path, text: str, name: str = "mine.yml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_file_whose_tests_hold_is_told_with_how_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pack_test([pack_at(tmp_path, MINE)], None, shipped=False, as_json=False) == 0
    assert capsys.readouterr().out == "mine: 2 passed\n2 lines passed\n"


def test_a_line_that_is_otherwise_is_told_with_its_place_what_was_found_and_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pack_at(tmp_path, FAILING)

    assert pack_test([path], None, shipped=False, as_json=False) == 1
    assert capsys.readouterr().out == (
        "mine: 1 of 3 failed\n\n"
        f"{path}:7: mine: this line is `game`, expected `player.join`\n  Eve went\n\n"
        "1 of 3 lines failed\n"
    )


def test_programs_get_every_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pack_at(tmp_path, FAILING)

    assert pack_test([path], None, shipped=False, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["failed"], told["problems"]) == (2, 1, [])
    assert told["tests"][2] == {
        "pack": "mine", "file": str(path), "line": 7, "text": "Eve went", "is": ["player.join"],
        "why": "this line is `game`, expected `player.join`",
    }  # fmt: skip


def test_a_mistake_in_a_file_is_told_and_nothing_is_tested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pack_at(tmp_path, "pack: mine\nevnts: {}\n")

    assert pack_test([path], None, shipped=False, as_json=False) == 78
    assert f"{path}:2:1: error: unknown key `evnts`" in capsys.readouterr().err


def test_without_files_those_of_the_configuration_are_tested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path)
    (tmp_path / "packs.d").mkdir()
    pack_at(tmp_path / "packs.d", MINE)
    pack_at(tmp_path / "packs.d", "extends: rust\ntests: [{line: 'x', is: game}]\n", "rust.yml")

    assert pack_test([], config, shipped=False, as_json=False) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert first == "mine: 2 passed"


def test_what_a_file_adds_to_a_pack_is_tested_with_the_packs_own_lines(tmp_path: Path) -> None:
    path = pack_at(tmp_path, "extends: rust\ntests: [{line: 'x', is: game}]\n")
    pack = read_packs([path])[0]["rust"]
    own = read_packs(())[0]["rust"]

    assert len(list(line_results(pack))) == len(own.tests) + 1


def test_the_lines_of_every_pack_that_ships_are_as_they_must_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert pack_test([], None, shipped=True, as_json=False) == 0, capsys.readouterr().out


def test_no_line_is_wider_than_the_terminal(tmp_path: Path) -> None:
    path = pack_at(tmp_path, FAILING.replace("Eve went", "Eve went " * 30))
    packs = [read_packs([path])[0]["mine"]]
    results = [one for pack in packs for one in line_results(pack)]

    assert max(map(len, report(packs, results, colours=False, width=60))) <= 60
