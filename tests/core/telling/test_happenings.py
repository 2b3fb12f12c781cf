"""What happened is the same after it was told, and after it was written down."""

from __future__ import annotations

import json

from automaton.core.engine_events import Match, ToldHappening, ToldLine
from automaton.core.events import Source, State
from automaton.core.happening import LINE, STATE, Happening, Heard
from automaton.core.telling.happenings import dump_match, heard, load_match, told

A_LINE = ToldHappening(
    name=LINE, fields={"level": "WARN"},
    line=ToldLine(text="x", whole="[WARN] x", source=Source.GAME, fields={"n": 1.5}, patterns=("^x",)),
)  # fmt: skip
A_STATE = ToldHappening(name=STATE, fields={"to": "offline"}, was=State.RUNNING, now=State.OFFLINE)


def test_a_line_is_told_with_the_patterns_that_are_known_there() -> None:
    read = Heard("x", "[WARN] x", Source.GAME, {"n": 1.5}, frozenset({"^x", "^y"}))
    happening = Happening(LINE, {"level": "WARN"}, read)

    assert told(happening, {"^x"}) == A_LINE
    assert heard(A_LINE) == Happening(
        LINE, {"level": "WARN"}, Heard("x", "[WARN] x", Source.GAME, {"n": 1.5}, frozenset({"^x"}))
    )


def test_a_change_of_state_comes_back_the_same() -> None:
    happening = Happening(STATE, {"to": "offline"}, None, State.RUNNING, State.OFFLINE)

    assert told(happening, ()) == A_STATE
    assert heard(A_STATE) == happening


def test_a_match_that_was_written_down_is_the_same() -> None:
    match = Match(number=4, home="u0", rules=("a", "b"), happened=(A_LINE, A_STATE))
    lost = Match(number=5, home="u0", unseen="the link was lost meanwhile")

    assert load_match(4, json.loads(json.dumps(dump_match(match)))) == match
    assert load_match(5, json.loads(json.dumps(dump_match(lost)))) == lost
