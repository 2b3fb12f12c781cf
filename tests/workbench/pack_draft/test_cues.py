"""The words by which games tell of a start, of comings and of goings."""

from __future__ import annotations

import pytest

from automaton.workbench.pack_draft.cues import JOIN, LEAVE, NOT_READY, READY, TRIED
from automaton.workbench.pack_draft.masks import masked


@pytest.mark.parametrize(
    "line", ["x joined the game", "x has connected", "x logged in with", "x entered the game"]
)
def test_a_coming_has_a_word_for_it(line: str) -> None:
    assert (JOIN.search(line) is not None, LEAVE.search(line)) == (True, None)


@pytest.mark.parametrize(
    "line", ["x left the game", "x has disconnected", "x lost connection: y", "x timed out"]
)
def test_a_going_has_a_word_for_it(line: str) -> None:
    assert (LEAVE.search(line) is not None, JOIN.search(line)) == (True, None)


@pytest.mark.parametrize("line", ["Login request: x", "x is joining", "x was denied"])
def test_who_only_tried_is_told_from_who_came(line: str) -> None:
    assert TRIED.search(line)


@pytest.mark.parametrize(
    ("line", "rank"),
    [
        ('Done (9.1s)! For help, type "help"', 0),
        (": Server started", 0),
        ("Game server connected", 0),
        ("Server startup complete", 0),
        ("Listening on /0.0.0.0:25577", 1),
        ("[Server Event] Dedicated Server now running on Port 1", 1),
        ("StartGame done", 1),
        ("LOG : General, 1> *** SERVER STARTED ****", 1),
        ("Connection to Steam servers successful.", 1),
        ("[dynmap] Web server started on port 1", None),
        ("Done scanning", None),
    ],
)
def test_a_start_is_told_by_plain_words_before_others(line: str, rank: int | None) -> None:
    is_beside = NOT_READY.search(line) is not None
    found = [rank for rank, cues in enumerate(READY) if any(cue.search(masked(line)) for cue in cues)]
    found = [] if is_beside else found

    assert found[:1] == ([] if rank is None else [rank])


def test_what_is_started_beside_the_game_is_not_the_game() -> None:
    assert NOT_READY.search("RCON listening on 0.0.0.0:1")
