"""What is said in a question is plain data."""

from __future__ import annotations

import pytest

from automaton.query.conversation import GameStatus, NotUnderstood


def test_what_is_not_said_is_none() -> None:
    assert GameStatus() == GameStatus(players=None, players_max=None, map=None, version=None)


def test_that_an_answer_is_none_is_said_in_a_sentence() -> None:
    with pytest.raises(NotUnderstood, match="garbled"):
        raise NotUnderstood("it is garbled")
