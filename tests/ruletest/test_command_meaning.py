"""A typed command is told from a broadcast and from the pack's own questions."""

from __future__ import annotations

import pytest

from automaton.core.pack import PROBED, SAVED
from automaton.ruletest.command_meaning import COUNTED, answer_events, is_continued, verb_of
from tests.ruletest.run_case import packs

PACK = packs().by_name["minecraft"].for_engine()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("say hello there", ("say", "hello there")),
        ("save-all", ("save", "")),
        ("list", ("probe", "")),
        ("tellraw @a hi", ("send", "tellraw @a hi")),
    ],
)
def test_a_command_is_what_its_pack_says(command: str, said: tuple[str, str]) -> None:
    assert verb_of(PACK, command) == said


def test_a_question_in_several_commands_begins_with_the_first() -> None:
    assert [is_continued(PACK, one) for one in ("list", "minecraft:list", "save-all")] == [False, True, False]


def test_the_game_answers_what_its_pack_asks() -> None:
    assert list(answer_events(PACK, "save-all")) == [SAVED]
    assert list(answer_events(PACK, "list")) == [COUNTED]
    assert list(answer_events(PACK, "minecraft:list")) == [PROBED]
    assert list(answer_events(PACK, "op Steve")) == []
