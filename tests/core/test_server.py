"""What events make of the facts, and what they mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.events import Event, Profile, Source, State
from automaton.core.happening import Heard
from automaton.core.moment import Moment
from automaton.core.server import Seen, Server
from automaton.core.truth import UNKNOWN, Value

UUID = "u1"
PROFILE = Profile(uuid=UUID, id="1", name="lobby", node="eu", egg="Paper", disk_limit=1000)


class Plain:
    """Hears every line as it is."""

    def hear(self, text: str, source: Source, pack: str) -> Heard:
        return Heard(text, text, source)

    def including(self, patterns: frozenset[str]) -> Plain:
        return self


class Told:
    """A server that is told events at seconds."""

    def __init__(self) -> None:
        self.server = Server(PROFILE)

    def take(self, mono: float, kind: type[Event], **fields: Any) -> Seen:
        event = kind(server=UUID, at=Moment(mono, mono), **fields)
        return self.server.take(event, Plain(), mono)

    def stats(self, mono: float, **fields: Any) -> Seen:
        quiet = {
            "memory": 50,
            "memory_limit": 100,
            "cpu_pct": 1.0,
            "disk": 100,
            "rx": 0,
            "tx": 0,
            "uptime": mono,
        }
        return self.take(mono, ev.StatsReported, **{**quiet, **fields})

    def read(self, name: str, mono: float) -> Value:
        return self.server.facts.read(name, mono)


def running() -> Told:
    told = Told()
    told.take(0.0, ev.LinkUp)
    told.take(0.0, ev.StateReported, state=State.RUNNING)
    told.stats(1.0)
    return told


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


def test_stats_from_before_a_lost_link_are_not_taken_for_fresh_ones() -> None:
    told = running()
    told.take(2.0, ev.LinkLost)
    told.take(3.0, ev.LinkUp)
    told.take(3.0, ev.StateReported, state=State.RUNNING)

    assert told.read("memory_pct", 3.0) == UNKNOWN


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


def test_a_repeated_status_is_no_change() -> None:
    told = running()

    assert told.take(5.0, ev.StateChanged, state=State.RUNNING) == Seen()


def test_a_snapshot_is_never_a_happening() -> None:
    told = running()
    told.take(5.0, ev.LinkLost)
    told.take(6.0, ev.LinkUp)
    seen = told.take(6.0, ev.StateReported, state=State.OFFLINE)

    assert seen.happened == ()
    assert "state" in seen.changed
    assert told.read("stopped_by", 7.0).plain == "unseen"


def test_a_change_happens_with_both_its_sides() -> None:
    told = running()
    (happening,) = told.take(5.0, ev.StateChanged, state=State.OFFLINE).happened

    assert (happening.was, happening.now) == (State.RUNNING, State.OFFLINE)


def test_an_echo_of_our_own_command_is_seen_by_nobody_and_resets_no_age() -> None:
    told = running()
    told.server.echoes.typed("list", 10.0)

    assert told.take(10.2, ev.LinePrinted, text="> list") == Seen()
    assert told.read("console_age", 11.0).plain == 11.0


@pytest.mark.parametrize("source", [Source.DAEMON, Source.INSTALL])
def test_only_what_the_game_prints_is_a_sign_of_life(source: Source) -> None:
    told = running()
    told.take(10.0, ev.LinePrinted, text="Updating process configuration files...", source=source)

    assert told.read("console_age", 12.0).plain == 12.0


def test_the_last_ten_lines_are_kept_each_of_two_hundred_characters() -> None:
    told = running()
    for number in range(12):
        told.take(10.0, ev.LinePrinted, text=f"{number} " + "x" * 300)

    lines = list(told.server.facts.lines)
    assert [line.split()[0] for line in lines] == [str(number) for number in range(2, 12)]
    assert {len(line) for line in lines} == {200}


def test_links_that_come_and_go_are_happenings_only_when_something_changes() -> None:
    told = Told()

    assert told.take(0.0, ev.LinkLost, reason="refused").happened == ()  # the first try failed
    assert [one.name for one in told.take(1.0, ev.LinkUp).happened] == ["link.up"]
    assert [one.name for one in told.take(2.0, ev.LinkLost, reason="dropped").happened] == ["link.down"]
    assert told.take(3.0, ev.LinkLost).happened == ()


def test_stats_change_only_the_facts_that_differ() -> None:
    told = running()

    assert told.stats(2.0, memory=60).changed == {"memory", "memory_pct", "uptime"}
    assert told.stats(3.0, memory=60, disk=200).changed == {"disk", "disk_pct", "uptime"}


def test_a_percent_without_a_limit_cannot_be_known() -> None:
    told = running()
    told.take(2.0, ev.ServerListed, profile=replace(PROFILE, disk_limit=None))
    told.stats(2.0, memory_limit=0)

    assert told.read("disk_pct", 3.0).plain is None
    assert told.read("memory_pct", 3.0).plain is None


def test_an_uptime_that_began_anew_is_another_boot() -> None:
    told = running()
    told.stats(100.0, uptime=100.0)
    before = told.server.facts.boot
    told.take(101.0, ev.LinkLost)
    told.take(200.0, ev.LinkUp)
    told.take(200.0, ev.StateReported, state=State.RUNNING)
    told.stats(201.0, uptime=30.0)

    assert told.server.facts.boot == before + 1


def test_install_events_tell_that_a_server_is_installing() -> None:
    told = running()
    told.take(1.0, ev.Occurred, name="install.started")
    assert told.read("installing", 1.0).plain is True
    told.take(2.0, ev.Occurred, name="install.completed")

    assert told.read("installing", 2.0).plain is False
