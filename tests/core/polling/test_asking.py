"""Where a question has its place among those of all servers."""

from __future__ import annotations

from automaton.core.polling.asking import AT_ONCE, spread


def test_few_servers_are_asked_at_once() -> None:
    assert {spread(AT_ONCE, 60.0, f"server/{number}") for number in range(AT_ONCE)} == {0.0}


def test_many_are_spread_over_as_many_seconds_as_it_takes() -> None:
    waits = [spread(40 * AT_ONCE, 60.0, f"server/{number}") for number in range(40 * AT_ONCE)]

    assert 0.0 <= min(waits) < 5.0
    assert 35.0 < max(waits) < 40.0
    assert max(len([one for one in waits if begin <= one < begin + 1.0]) for begin in range(40)) < 2 * AT_ONCE


def test_no_first_question_waits_longer_than_a_turn() -> None:
    assert max(spread(100_000, 30.0, f"server/{number}") for number in range(1_000)) < 30.0


def test_the_same_server_has_the_same_place_each_time() -> None:
    assert spread(1_000, 60.0, "server/1") == spread(1_000, 60.0, "server/1") > 0.0
