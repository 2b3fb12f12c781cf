"""Who is asked when something happens, in which order, and that nobody else is."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.events import Source
from automaton.core.happening import LINE, NOTHING, Happening, Heard
from automaton.core.ports import Listens
from automaton.core.runs.listeners import NO_LISTENS, Listeners

CRASH = Listens(events=frozenset({"crash"}))
MEMORY = Listens(facts=frozenset({"memory_pct"}))
READY = Listens(patterns=frozenset({"^ready"}))
LAST = 1_000


@dataclass(frozen=True)
class Ear:
    number: int
    home: str = "lobby"


def listening(*these: tuple[Ear, Listens]) -> Listeners[Ear]:
    listeners: Listeners[Ear] = Listeners()
    for ear, listens in these:
        listeners.change(ear, NO_LISTENS, listens)
    return listeners


def asked(
    listeners: Listeners[Ear], *happened: Happening, changed: frozenset[str] = NOTHING, last: int = LAST
) -> list[int]:
    return [ear.number for ear in listeners.concerned("lobby", changed, happened, last)]


def line(*patterns: str) -> Happening:
    return Happening(LINE, heard=Heard("x", "x", Source.GAME, patterns=frozenset(patterns)))


def test_those_are_asked_that_listen_for_it_in_the_order_they_began() -> None:
    listeners = listening((Ear(3), CRASH), (Ear(1), CRASH), (Ear(2), MEMORY), (Ear(4, "arena"), CRASH))

    assert asked(listeners, Happening("crash")) == [1, 3]
    assert asked(listeners, changed=frozenset({"memory_pct", "cpu_pct"})) == [2]
    assert asked(listeners, Happening("crash"), changed=frozenset({"memory_pct"})) == [1, 2, 3]
    assert asked(listeners, Happening("ready")) == []


def test_a_line_asks_those_whose_pattern_it_matched() -> None:
    listeners = listening((Ear(1), READY), (Ear(2), READY | CRASH), (Ear(3), CRASH))

    assert asked(listeners, line("^ready", "^other")) == [1, 2]
    assert asked(listeners, line("^other"), Happening(LINE)) == []


def test_who_began_with_the_event_is_not_asked_of_it() -> None:
    assert asked(listening((Ear(1), CRASH), (Ear(2), CRASH)), Happening("crash"), last=1) == [1]


def test_who_listens_no_more_is_not_asked_and_leaves_nothing_behind() -> None:
    listeners = listening((Ear(1), CRASH))

    listeners.change(Ear(1), CRASH, MEMORY)
    assert asked(listeners, Happening("crash")) == []
    assert asked(listeners, changed=frozenset({"memory_pct"})) == [1]
    listeners.change(Ear(1), MEMORY, NO_LISTENS)
    assert listeners.by_home == {}


def test_who_begins_to_listen_meanwhile_is_asked_if_its_turn_is_yet_to_come() -> None:
    listeners = listening((Ear(2), CRASH), (Ear(5), CRASH))
    told = []
    for ear in listeners.concerned("lobby", NOTHING, [Happening("crash")], 6):
        told.append(ear.number)
        if ear.number == 2:
            for new in (1, 2, 4, 5, 7):
                listeners.change(Ear(new), NO_LISTENS, CRASH)
            listeners.change(Ear(3, "arena"), NO_LISTENS, CRASH)

    assert told == [2, 4, 5]


def test_a_look_within_a_look_ends_its_own_watch_only() -> None:
    """The outer one is as empty as the inner one when that ends."""
    listeners = listening((Ear(1), CRASH), (Ear(3), CRASH))
    numbers = []
    for ear in listeners.concerned("lobby", NOTHING, [Happening("crash")], LAST):
        numbers.append(ear.number)
        if ear.number == 1:
            assert asked(listeners, Happening("ready")) == []
            listeners.change(Ear(2), NO_LISTENS, CRASH)

    assert numbers == [1, 2, 3]
    assert listeners._watches == []
