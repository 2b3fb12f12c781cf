"""What is written turn by turn adds up to what the engine knows: nothing that changes is forgotten."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.engine import Engine
from automaton.core.moment import Moment
from automaton.core.parts import join
from tests.core.fleet import profile
from tests.core.invariants import EVENTS
from tests.core.journalled import Journalled
from tests.core.turmoil import SERVERS
from tests.long import seeds


@pytest.mark.parametrize("seed", seeds(0, 2, 10))
def test_at_any_moment_the_writes_so_far_are_what_the_engine_would_dump(seed: int) -> None:
    turmoil = Journalled(seed)
    for _ in range(EVENTS):
        turmoil.let_time_pass()
        turmoil.happen()

    assert len(turmoil.writes) > EVENTS
    assert turmoil.differs == []


@pytest.mark.parametrize("seed", seeds(100, 1, 3))
def test_an_engine_takes_up_any_beginning_of_the_writes_whole(seed: int) -> None:
    turmoil = Journalled(seed)
    for _ in range(EVENTS):
        turmoil.let_time_pass()
        turmoil.happen()
    parts: dict[str, Any] = {}

    for turn, (changes, book) in enumerate(zip(turmoil.writes, turmoil.books, strict=True)):
        parts = {name: part for name, part in {**parts, **changes}.items() if part is not None}
        if turn % 7:
            continue
        memory, damaged = join(parts)
        assert memory is not None
        assert not damaged
        now = Moment(memory["at"] + 1e6, memory["at"])
        engine = Engine(book, turmoil.limits, now, memory)
        for number in range(SERVERS):
            engine.handle(ev.ServerListed(server=f"u{number}", at=now, profile=profile(number)))
        assert engine.unreadable == 0
        assert len(engine.servers()) == SERVERS


@pytest.mark.parametrize("seed", seeds(300, 1, 3))
def test_a_start_at_which_no_server_is_listed_for_an_hour_changes_nothing_of_what_waits(seed: int) -> None:
    turmoil = Journalled(seed)
    for _ in range(EVENTS):
        turmoil.let_time_pass()
        turmoil.happen()
    parts: dict[str, Any] = {}

    for turn, (changes, book) in enumerate(zip(turmoil.writes, turmoil.books, strict=True)):
        parts = folded(parts, changes)
        if turn % 23:
            continue
        before, _ = join(parts)
        assert before is not None
        now = Moment(before["at"] + 1e6, before["at"] + 30.0)
        engine = Engine(book, turmoil.limits, now, before)
        again = folded(parts, dict.fromkeys(parts) | engine.take_changes(now, all_parts=True))
        engine.advance(now + 3600.0)
        after, damaged = join(folded(again, engine.take_changes(engine.now)))
        assert after is not None
        assert not damaged
        assert waiting(after) == waiting(before)


def folded(parts: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The parts after these changes, as a file would give them back."""
    written = {**parts, **json.loads(json.dumps(changes))}
    return {name: part for name, part in written.items() if part is not None}


def waiting(memory: dict[str, Any]) -> dict[str, Any]:
    """What waits for a server or a node to be listed: of the fleet nothing does."""
    places: dict[str, Any] = deepcopy(memory["places"])
    places.pop("fleet", None)
    for place in places.values():
        place.pop("at")
        if place["server"] is not None:
            place["server"].pop("at", None)
        for state in place["standings"]:
            state.pop("at", None)
            state.pop("home", None)
        place["standings"].sort(key=lambda state: (state["rule"], state["more"]))
    return places
