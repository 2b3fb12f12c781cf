"""What is known of a server, and when it is unknown."""

from __future__ import annotations

import json
from dataclasses import replace

from automaton.core import events as ev
from automaton.core.events import State
from automaton.core.moment import Moment
from automaton.core.truth import UNKNOWN, Value
from tests.core.told import PROFILE, Told, running


def test_a_fact_is_unknown_before_it_was_first_seen() -> None:
    told = Told()

    assert {
        name: told.read(name, 1.0) for name in ("state", "memory_pct", "console_age", "connected")
    } == dict.fromkeys(("state", "memory_pct", "console_age", "connected"), UNKNOWN)


def test_a_lost_link_makes_what_wings_tells_unknown_and_what_the_panel_tells_not() -> None:
    told = running()
    told.take(5.0, ev.LinkLost, reason="dropped")

    unknown = ["state", "memory_pct", "state_age", "stopped_by", "console_age"]
    assert [told.read(name, 6.0) for name in unknown] == [UNKNOWN] * len(unknown)
    assert told.read("connected", 6.0).plain is False
    assert told.read("name", 6.0).plain == "lobby"


def test_a_percent_without_a_limit_cannot_be_known() -> None:
    told = running()
    told.take(2.0, ev.ServerListed, profile=replace(PROFILE, disk_limit=None))
    told.stats(2.0, memory_limit=0)

    assert told.read("disk_pct", 3.0).plain is None
    assert told.read("memory_pct", 3.0).plain is None


def loaded(told: Told, mono: float, wall: float, down: float = 60.0) -> Told:
    """Another process, some seconds later, with what this one knew."""
    new = Told()
    new.server.load(json.loads(json.dumps(told.server.dump(Moment(mono, wall)))), Moment(5.0, wall + down))
    return new


def test_ages_and_the_last_state_outlive_the_process_and_stood_still_meanwhile() -> None:
    told = running()
    told.take(10.0, ev.LinePrinted, text="hello")
    new = loaded(told, 20.0, 1020.0)
    assert [new.read(name, 6.0) for name in ("state", "console_age", "connected")] == [UNKNOWN] * 3
    new.take(6.0, ev.LinkUp)
    new.take(6.0, ev.StateReported, state=State.RUNNING)

    assert new.read("console_age", 11.0) == Value(15.0, slope=1.0)
    assert new.read("state_age", 11.0) == Value(25.0, slope=1.0, at_least=True)
    assert list(new.server.facts.lines) == ["hello"]
    assert new.server.facts.boot == told.server.facts.boot


def test_another_state_after_a_restart_was_reached_unseen() -> None:
    new = loaded(running(), 20.0, 1020.0)
    new.take(6.0, ev.LinkUp)
    seen = new.take(6.0, ev.StateReported, state=State.OFFLINE)

    assert seen.happened == ()
    assert new.read("stopped_by", 7.0).plain == "unseen"


def test_a_server_of_which_nothing_is_known_can_be_saved_too() -> None:
    assert loaded(Told(), 20.0, 1020.0).server.facts.last_state is None


def test_a_reading_of_which_a_part_is_not_known_tells_the_rest() -> None:
    told = running()
    told.stats(2.0, disk=None, memory=None)

    assert (told.read("disk_pct", 2.0), told.read("memory_pct", 2.0)) == (UNKNOWN, UNKNOWN)
    assert told.read("rx", 2.0) == Value(0, 17.0)


def test_what_a_reading_does_not_tell_is_unknown_until_something_comes() -> None:
    told = running()
    told.take(2.0, ev.ServerListed, profile=replace(PROFILE, disk_limit=None))
    told.stats(3.0)

    assert told.read("disk_pct", 3.0) == UNKNOWN
    assert told.read("disk", 3.0).until == 18.0
