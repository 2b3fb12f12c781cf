"""Matches wait until they are heard, within bounds, and outlive a process."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from automaton.core.engine_events import Match, MatchesHeard
from automaton.core.moment import Moment
from automaton.core.parts import HEAD, join
from automaton.core.telling.match_queue import (
    KEPT_FOR,
    LARGEST_TOGETHER,
    MOST_TOGETHER,
    MOST_WAITING,
    MatchQueue,
)
from tests.core.telling.test_happenings import A_LINE

MATCH = Match(number=0, home="u0", rules=("a",), happened=(A_LINE,))


def heard(number: int, began: float = 1.0) -> MatchesHeard:
    return MatchesHeard(server="", at=Moment(0.0, 0.0), began=began, number=number)


def numbers(lots: Any) -> list[list[int]]:
    return [[one.number for one in lot] for lot in lots]


def test_they_are_numbered_and_sent_once() -> None:
    queue = MatchQueue(1.0)
    for _ in range(MOST_TOGETHER + 1):
        queue.add(MATCH, 0.0)

    assert numbers(queue.take_unsent()) == [[*range(1, MOST_TOGETHER + 1)], [MOST_TOGETHER + 1]]
    assert numbers(queue.take_unsent()) == []
    assert numbers([queue.again()]) == [[*range(1, MOST_TOGETHER + 1)]]


def test_long_lines_go_in_smaller_lots_and_the_longest_alone() -> None:
    line, queue, third = A_LINE.line, MatchQueue(1.0), LARGEST_TOGETHER // 3
    assert line is not None
    for size in (third, third, 2 * third, 2 * LARGEST_TOGETHER, 1):
        queue.add(replace(MATCH, happened=(replace(A_LINE, line=replace(line, text="x" * size)),)), 0.0)

    assert numbers([queue.again()]) == [[1, 2]]
    assert numbers(queue.take_unsent()) == [[1, 2], [3], [4], [5]]


def test_what_was_heard_leaves_unless_it_was_of_another_counting() -> None:
    queue = MatchQueue(1.0)
    for _ in range(3):
        queue.add(MATCH, 0.0)
    queue.heard(heard(3, began=2.0))
    assert len(queue) == 3

    queue.heard(heard(2))

    assert (len(queue), queue.oldest, queue.let_go) == (1, 3, 0)


def test_one_of_too_many_makes_room_and_is_counted() -> None:
    queue = MatchQueue(1.0)
    for _ in range(MOST_WAITING + 2):
        queue.add(MATCH, 0.0)

    assert (len(queue), queue.oldest, queue.let_go) == (MOST_WAITING, 3, 2)


def test_what_is_too_old_goes_and_is_counted() -> None:
    queue = MatchQueue(1.0)
    queue.add(MATCH, 0.0)
    queue.add(MATCH, 10.0)
    queue.age(KEPT_FOR + 1.0)

    assert (len(queue), queue.oldest, queue.let_go) == (1, 2, 1)


def test_what_was_written_turn_by_turn_is_what_it_has() -> None:
    queue, parts = MatchQueue(1.0), dict[str, Any]()
    for step in range(5):
        queue.add(MATCH, float(step))
        if step == 3:
            queue.heard(heard(2))
        parts |= json.loads(json.dumps(queue.take_changes()))
    assert queue.take_changes() == {}
    head = {HEAD: {"version": 1, "at": 0.0, "next_number": 1, "next_incident": 1, "hold": None}}
    memory, damaged = join(head | {name: part for name, part in parts.items() if part is not None})
    assert memory is not None
    again = MatchQueue(7.0)
    again.load(memory)

    assert not damaged
    assert again.dump() == queue.dump()
    assert numbers(again.take_unsent()) == [[3, 4, 5]]


def test_a_damaged_match_is_let_go_and_the_others_are_kept() -> None:
    queue = MatchQueue(1.0)
    queue.add(MATCH, 0.0)
    queue.add(MATCH, 0.0)
    memory = queue.dump()
    del memory["matches"]["waiting"]["1"]["happened"]
    again = MatchQueue(7.0)
    again.load(memory)

    assert (len(again), again.let_go) == (1, 1)
