"""What is known of a server, and when it is unknown."""

from __future__ import annotations

import json
from dataclasses import replace

from automaton.core import events as ev
from automaton.core.events import State
from automaton.core.happening import Seen
from automaton.core.moment import Moment
from automaton.core.truth import UNKNOWN, Value
from tests.core.told import PROFILE, Told, running


def test_a_fact_is_unknown_before_it_was_first_seen() -> None:
    told = Told()

    assert {
        name: told.read(name, 1.0) for name in ("state", "memory_pct", "console_age", "connected")
    } == dict.fromkeys(("state", "memory_pct", "console_age", "connected"), UNKNOWN)


def test_stats_stand_for_fifteen_seconds_while_the_server_is_up() -> None:
    told = running()

    assert told.read("memory_pct", 10.0) == Value(50.0, until=16.0)
    assert told.read("memory_pct", 16.0) == UNKNOWN


def test_the_last_reading_of_a_server_that_is_off_stands_for_ever() -> None:
    told = running()
    told.take(2.0, ev.StateChanged, state=State.OFFLINE)
    told.stats(2.0, memory=0, uptime=0.0)

    assert told.read("memory", 1e6).plain == 0


def test_a_lost_link_makes_what_wings_tells_unknown_and_what_the_panel_tells_not() -> None:
    told = running()
    told.take(5.0, ev.LinkLost, reason="dropped")

    unknown = ["state", "memory_pct", "state_age", "stopped_by", "console_age"]
    assert [told.read(name, 6.0) for name in unknown] == [UNKNOWN] * len(unknown)
    assert told.read("connected", 6.0).plain is False
    assert told.read("name", 6.0).plain == "lobby"


def test_ages_stand_still_while_nobody_watches() -> None:
    told = running()
    told.take(10.0, ev.LinePrinted, text="hello")
    told.take(20.0, ev.LinkLost)
    told.take(320.0, ev.LinkUp)
    told.take(320.0, ev.StateReported, state=State.RUNNING)

    assert told.read("console_age", 325.0) == Value(15.0, slope=1.0)


def test_what_was_printed_before_we_watched_is_at_least_so_long_ago() -> None:
    told = running()

    assert told.read("console_age", 60.0) == Value(60.0, slope=1.0, at_least=True)


def test_lines_that_were_lost_may_have_broken_the_silence() -> None:
    told = running()
    told.take(10.0, ev.LinePrinted, text="hello")
    told.take(20.0, ev.Overflow, lines=7)

    assert told.read("console_age", 25.0) == Value(5.0, slope=1.0, at_least=True)
    told.take(30.0, ev.LinePrinted, text="hello")
    assert told.read("console_age", 35.0) == Value(5.0, slope=1.0)


def test_lost_lines_alone_leave_the_state_and_the_figures_known() -> None:
    told = running()

    assert told.take(2.0, ev.Overflow, lines=7) == Seen(frozenset({"console_age"}))
    assert told.read("state", 3.0).plain == "running"
    assert told.read("memory_pct", 3.0).plain == 50.0


def test_where_a_change_may_be_among_what_was_lost_the_state_is_unknown_until_it_is_told() -> None:
    told = running()
    told.take(5.0, ev.Overflow, lines=1, only_lines=False)
    assert [told.read(name, 6.0) for name in ("state", "state_age")] == [UNKNOWN, UNKNOWN]
    assert told.read("memory_pct", 6.0).plain == 50.0

    told.take(7.0, ev.StateReported, state=State.RUNNING)
    assert told.read("state", 8.0).plain == "running"
    assert told.read("state_age", 8.0) == Value(8.0, slope=1.0, at_least=True)


def test_figures_grow_old_also_while_the_state_is_unknown() -> None:
    told = running()
    told.take(5.0, ev.Overflow, lines=1, only_lines=False)

    assert told.read("memory_pct", 16.0) == UNKNOWN


def test_a_state_first_seen_is_at_least_so_old_and_a_change_exactly() -> None:
    told = running()
    assert told.read("state_age", 60.0).at_least
    told.take(60.0, ev.StateChanged, state=State.STOPPING)

    assert told.read("state_age", 61.5) == Value(1.5, slope=1.0)


def test_a_starting_server_has_printed_nothing_yet_since_it_started() -> None:
    told = running()
    told.take(60.0, ev.StateChanged, state=State.OFFLINE)
    told.take(90.0, ev.StateChanged, state=State.STARTING)

    assert told.read("console_age", 100.0) == Value(10.0, slope=1.0)


def test_an_echo_of_our_own_command_is_seen_by_nobody_and_resets_no_age() -> None:
    told = running()
    told.server.echoes.typed("list", 10.0)

    assert told.take(10.2, ev.LinePrinted, text="> list") == Seen()
    assert told.read("console_age", 11.0).plain == 11.0


def test_the_last_ten_lines_are_kept_each_of_two_hundred_characters() -> None:
    told = running()
    for number in range(12):
        told.take(10.0, ev.LinePrinted, text=f"{number} " + "x" * 300)

    lines = list(told.server.facts.lines)
    assert [line.split()[0] for line in lines] == [str(number) for number in range(2, 12)]
    assert {len(line) for line in lines} == {200}


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

    assert (told.read("disk_pct", 2.0), told.read("memory_pct", 2.0)) == (
        Value(None, 17.0),
        Value(None, 17.0),
    )
    assert told.read("rx", 2.0).plain == 0
