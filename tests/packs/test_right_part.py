"""What is right of a pack with a mistake: what names it is no second mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.packs.addition import PackAddition
from automaton.packs.load import Packs, read_packs
from automaton.packs.model import PackFile
from automaton.packs.right_part import named_in, right_part
from automaton.schema.nodes import read

WRONG = r"""
pack: mine
prefix: '^(?P<logger>\w+) '
chat: [{loger: chat}]
events:
  boss: '^(?P<boss>.+) (came|went'
  ready: '^Up$'
stopp: halt
"""


def test_the_right_part_has_all_names_and_the_groups_of_wrong_patterns() -> None:
    found = right_part(read(WRONG, "mine.yml"))

    assert isinstance(found, PackFile)
    assert found.for_engine().events["boss"] == {"boss", "logger", "line"}
    assert found.for_engine().events["ready"] == {"logger", "line"}


def test_an_addition_keeps_what_it_extends() -> None:
    found = right_part(read("extends: minecraft\nevents: {boss: '^(', up: '^Up'}\n", "mine.yml"))

    assert isinstance(found, PackAddition)
    assert (found.extends, set(found.events)) == ("minecraft", {"boss", "up"})


@pytest.mark.parametrize("text", ["[]", "chat: '^x'", "pack: 'a b'"])
def test_of_a_file_without_a_right_name_nothing_is_left(text: str) -> None:
    assert right_part(read(text, "mine.yml")) is None


def test_of_a_text_that_cannot_be_read_there_is_the_name() -> None:
    found = named_in("version: 1\npack: mine # ours\nchat: [\n")

    assert found is not None
    assert found.pack == "mine"
    assert named_in("extends: mine\nchat: [") is None


@pytest.mark.parametrize(
    "text",
    [
        WRONG,
        "pack: mine\nchat: [\n",
        "version: 99\npack: mine\n",
        "pack: mine\nextends: minecaft\n",
        "pack: mine\nextends: minecraft\nchat: [{loger: x}]\n",
        "pack: mine\nsave: {send: x, wait: nowhere}\n",
    ],
)
def test_a_pack_with_a_mistake_is_there_to_be_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(text)

    packs, problems = read_packs([file])

    assert problems
    assert "mine" in packs


def test_a_file_that_cannot_be_read_takes_no_shipped_packs_place(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("pack: minecraft\nchat: [\n")

    packs, _ = read_packs([file])

    assert "player.join" in Packs(packs).games["minecraft"].events


def test_all_mistakes_of_a_pack_are_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("pack: mine\nchat: [{loger: x}]\ncommand: {thred: y}\nsave: {send: x, wait: nowhere}\n")

    _, problems = read_packs([file])

    assert [one.line for one in problems] == [2, 3, 4]


def test_a_wrong_value_hides_nothing_that_does_not_fit_together(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("pack: mine\nchat: [{loger: x}]\nsay: {send: say text}\n")
    assert [one.line for one in read_packs([file])[1]] == [3, 2]

    file.write_text("pack: mine\nchat: [{logger: x}]\nprefix: '^(?P<logger>x'\n")
    assert [one.line for one in read_packs([file])[1]] == [3]
