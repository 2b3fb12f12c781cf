"""What a pack has a game asked, and the lines that answer."""

from __future__ import annotations

import pytest

from automaton.core.pack import SAVED
from tests.packs.written_pack import GAME, pack, read


def test_a_save_may_wait_for_an_event() -> None:
    voice = pack(GAME.replace("wait: world_saved", "wait: ready")).console_format()

    assert dict(voice.events)[SAVED] == "^Done"


def test_an_answer_in_quotes_is_a_pattern_itself() -> None:
    voice = pack(GAME.replace("wait: world_saved", "wait: 'ready'")).console_format()

    assert dict(voice.events)[SAVED] == "ready"


@pytest.mark.parametrize("asking", ["{wait: ready}", "{send: save-all}", "{send: [], wait: ready}"])
def test_a_question_is_typed_and_answered(asking: str) -> None:
    _, problems = read(f"pack: mine\nevents: {{ready: x}}\nsave: {asking}\n")

    assert problems != []
