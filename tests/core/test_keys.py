"""A rule with a list in `by` has at most ten thousand keys."""

from __future__ import annotations

from automaton.core.keys import MOST, Keys
from automaton.core.moment import Moment
from automaton.core.rule import Breaker, Rule
from automaton.core.standing import Standing
from tests.core.story import LOBBY, place_of

RULE, PLACE = Rule(id="a"), place_of(LOBBY)


def keyed(value: str) -> Standing:
    return Standing(RULE, 0, PLACE, (value,))


def full() -> tuple[Keys, list[Standing]]:
    keys, standings = Keys(), [keyed(str(number)) for number in range(MOST)]
    assert [keys.make_room(standing, 0.0) for standing in standings] == [None] * MOST
    return keys, standings


def test_the_longest_unused_goes_first() -> None:
    keys, standings = full()
    keys.note(standings[0])

    assert keys.make_room(keyed("one more"), 0.0) is standings[1]


def test_one_in_the_middle_of_something_stays() -> None:
    keys, standings = full()
    standings[0].open(1, Moment(0.0, 0.0), {})

    assert keys.make_room(keyed("one more"), 0.0) is standings[1]


def test_where_all_are_busy_the_longest_unused_goes_all_the_same() -> None:
    keys, standings = full()
    for number, standing in enumerate(standings):
        standing.open(number, Moment(0.0, 0.0), {})

    assert keys.make_room(keyed("one more"), 0.0) is standings[0]


def test_what_is_forgotten_makes_room() -> None:
    keys, standings = full()
    keys.forget(standings[0])

    assert keys.make_room(keyed("one more"), 0.0) is None


def test_a_key_that_is_the_server_alone_is_not_counted() -> None:
    keys, _ = full()

    assert keys.make_room(Standing(RULE, 0, PLACE), 0.0) is None


def test_a_key_whose_breaker_tripped_stays_longer_than_one_that_is_free() -> None:
    keys, standings = full()
    standings[0].runs.trip(Rule(id="a", breaker=Breaker(1, 60.0)), 0.0)
    standings[1].cooling_until = 100.0

    assert keys.make_room(keyed("one more"), 0.0) is standings[2]
