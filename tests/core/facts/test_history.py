"""What a server remembers because its rules look back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from automaton.core import events as ev
from automaton.core.events import Profile, Source, State
from automaton.core.expression import Applied
from automaton.core.happening import Heard
from automaton.core.moment import Moment
from automaton.core.targets.server import Server
from automaton.core.truth import NEVER, UNKNOWN, Value
from automaton.expr.expression import parse_expression
from tests.core.told import PROFILE, Plain, Told, running


def applied(text: str) -> Applied:
    (one,) = parse_expression(text).applied
    return one


def remembering(*texts: str) -> Told:
    told = running()
    told.server.facts.remember([applied(text) for text in texts], 1.0)
    return told


def value(told: Told, text: str, mono: float) -> Value:
    return told.server.facts.apply(applied(text), Moment(mono, mono))


class Patterns(Plain):
    """Hears the patterns that a line contains."""

    def hear(self, text: str, source: Source, pack: str) -> Heard:
        told = frozenset(pattern for pattern in ("saved", "slow") if pattern in text)
        return Heard(text, text, source, patterns=told)


def hears(told: Told, mono: float, text: str, source: Source = Source.GAME) -> frozenset[str]:
    event = ev.LinePrinted(server="u1", at=Moment(mono, mono), text=text, source=source)
    return told.server.take(event, Patterns(), mono).changed


def stats_from(told: Told, begin: int, end: int, **fields: int) -> None:
    for second in range(begin, end):
        told.stats(float(second), **fields)


def test_what_nobody_said_to_remember_is_unknown() -> None:
    told = running()
    stats_from(told, 2, 100)

    assert value(told, "avg(memory_pct, 1m)", 100.0) == UNKNOWN
    assert value(told, "age(ready)", 100.0).at_least
    assert told.server.facts.history.is_empty


def test_an_average_follows_the_readings() -> None:
    told = remembering("avg(memory_pct, 1m)")
    stats_from(told, 2, 31, memory=40)
    stats_from(told, 31, 62, memory=80)

    assert value(told, "avg(memory_pct, 1m)", 61.0).plain == (50 + 29 * 40 + 30 * 80) / 60


def test_readings_that_do_not_change_go_on_and_overdue_ones_end() -> None:
    """Thirty seconds of readings, and 15 for which the last one stands."""
    told = remembering("avg(memory_pct, 1m)", "max(memory, 1m)")
    stats_from(told, 2, 31)

    assert value(told, "avg(memory_pct, 1m)", 61.0).plain == 50.0
    assert value(told, "avg(memory_pct, 1m)", 74.0).plain == 50.0
    assert value(told, "avg(memory_pct, 1m)", 77.0).plain is None


def test_blind_time_is_left_out() -> None:
    told = remembering("avg(memory_pct, 1m)")
    stats_from(told, 2, 21, memory=40)
    told.take(21.0, ev.LinkLost)
    told.take(41.0, ev.LinkUp)
    told.take(41.0, ev.StateReported, state=State.RUNNING)
    stats_from(told, 41, 62, memory=80)

    assert value(told, "avg(memory_pct, 1m)", 61.0).plain == (50 + 19 * 40 + 20 * 80) / 40


def test_a_server_that_is_off_has_its_last_reading() -> None:
    told = remembering("max(memory, 1m)")
    told.stats(2.0, memory=70)
    told.take(3.0, ev.StateChanged, state=State.OFFLINE)
    told.stats(3.0, memory=0, uptime=0.0)

    assert value(told, "max(memory, 1m)", 200.0).plain == 0.0


def test_what_the_panel_says_moves_a_number_too() -> None:
    told = remembering("eta(disk, disk_limit, 1m)")
    for second in range(2, 62):
        told.stats(float(second), disk=100 + 10 * second)

    assert round(float(str(value(told, "eta(disk, disk_limit, 1m)", 61.0).plain))) == 29
    told.take(62.0, ev.ServerListed, profile=Profile(uuid="u1", id="1", name="lobby", disk_limit=None))
    assert value(told, "eta(disk, disk_limit, 1m)", 62.0) == UNKNOWN


def test_what_does_not_grow_is_full_later_than_everything() -> None:
    told = remembering("eta(disk, disk_limit, 1m)")
    stats_from(told, 2, 62)

    assert value(told, "eta(disk, disk_limit, 1m)", 61.0).plain == NEVER


def test_the_traffic_of_a_restarted_server_began_anew() -> None:
    told = remembering("rate(rx, 1m)")
    told.stats(2.0, rx=1000)
    told.stats(10.0, rx=1600)
    stats_from(told, 11, 30, rx=1600)
    told.stats(30.0, rx=200)
    stats_from(told, 31, 62, rx=200)

    assert value(told, "rate(rx, 1m)", 61.0).plain == (1000 + 600 + 200) / 60


def test_an_event_resets_its_age_and_wakes_who_looks_back_on_it() -> None:
    told = remembering("age(world_saved)", "seen(world_saved, 1m)", "age(ready)")
    assert value(told, "age(world_saved)", 31.0) == Value(30.0, slope=1.0, at_least=True)
    changed = told.take(40.0, ev.Occurred, name="world_saved").changed

    assert changed == {"age(world_saved)", "seen(world_saved, 1m)"}
    assert value(told, "age(world_saved)", 50.0) == Value(10.0, slope=1.0)
    assert value(told, "seen(world_saved, 1m)", 50.0).plain is True
    assert value(told, "age(ready)", 50.0).at_least


def test_a_pattern_of_ones_own_is_heard_from_the_game_and_not_from_players() -> None:
    told = remembering("age('saved')")
    assert 'age("saved")' in hears(told, 10.0, "all saved")
    hears(told, 20.0, "saved", Source.DAEMON)
    hears(told, 30.0, "slow")

    assert value(told, "age('saved')", 40.0) == Value(30.0, slope=1.0)


def test_ages_stand_still_and_are_unknown_while_nobody_watches() -> None:
    told = remembering("age(world_saved)", "seen(world_saved, 1m)")
    told.take(10.0, ev.Occurred, name="world_saved")
    changed = told.take(20.0, ev.LinkLost).changed
    assert {"age(world_saved)", "seen(world_saved, 1m)"} <= changed
    assert value(told, "age(world_saved)", 30.0) == UNKNOWN
    assert "age(world_saved)" in told.take(320.0, ev.LinkUp).changed

    assert value(told, "age(world_saved)", 325.0) == Value(15.0, slope=1.0)
    assert value(told, "seen(world_saved, 1m)", 325.0).plain is True


def test_lost_lines_make_an_age_a_lower_bound() -> None:
    told = remembering("age(world_saved)")
    told.take(10.0, ev.Occurred, name="world_saved")
    assert "age(world_saved)" in told.take(20.0, ev.Overflow, lines=3).changed

    assert value(told, "age(world_saved)", 25.0) == Value(5.0, slope=1.0, at_least=True)


def test_starts_and_crashes_are_counted() -> None:
    told = remembering("starts(1m)", "crashes(1m)")
    told.stats(2.0, uptime=7200.0)
    assert value(told, "starts(1m)", 3.0) == Value(0)
    told.take(10.0, ev.StateChanged, state=State.OFFLINE)
    assert "crashes(1m)" in told.take(11.0, ev.Occurred, name="crash").changed
    assert "starts(1m)" in told.take(12.0, ev.StateChanged, state=State.STARTING).changed
    told.take(15.0, ev.StateChanged, state=State.RUNNING)

    assert [value(told, text, 16.0).plain for text in ("starts(1m)", "crashes(1m)")] == [1, 1]
    assert [value(told, text, 73.0).plain for text in ("starts(1m)", "crashes(1m)")] == [0, 0]


def test_a_crash_in_a_gap_is_no_proof_of_none() -> None:
    told = remembering("crashes(1m)")
    told.stats(2.0, uptime=7200.0)
    told.take(10.0, ev.LinkLost)
    told.take(20.0, ev.LinkUp)
    told.take(20.0, ev.StateReported, state=State.RUNNING)
    assert value(told, "crashes(1m)", 20.5) == Value(0, until=80.0, at_least=True)

    assert "crashes(1m)" in told.stats(21.0, uptime=7219.0).changed
    assert value(told, "crashes(1m)", 22.0) == Value(0)


def test_rules_that_change_keep_what_they_still_look_back_on() -> None:
    told = remembering("avg(memory_pct, 1m)", "age(ready)")
    stats_from(told, 2, 62)
    told.server.facts.remember([applied("max(memory_pct, 1m)"), applied("age(late)")], 62.0)

    assert value(told, "max(memory_pct, 1m)", 62.0).plain == 50.0
    assert value(told, "age(late)", 72.0) == Value(10.0, slope=1.0, at_least=True)
    told.server.facts.remember([], 80.0)
    assert told.server.facts.history.is_empty
    assert value(told, "max(memory_pct, 1m)", 81.0) == UNKNOWN


def again(told: Told, mono: float, wall: float, *texts: str) -> Told:
    """Another process, with what this one remembered."""
    data: Mapping[str, object] = json.loads(json.dumps(told.server.dump(Moment(mono, wall))))
    new = Told()
    new.server = Server(PROFILE)
    new.server.load(dict(data), Moment(5.0, wall + 10.0))
    new.server.facts.remember([applied(text) for text in texts], 5.0)
    return new


def test_what_is_remembered_outlives_the_process() -> None:
    texts = ("avg(memory_pct, 1m)", "age(world_saved)", "crashes(1h)", "age('saved')")
    told = remembering(*texts)
    stats_from(told, 2, 60, memory=40)
    told.take(50.0, ev.Occurred, name="world_saved")
    told.take(51.0, ev.Occurred, name="crash")
    new = again(told, 60.0, 1060.0, *texts)
    assert [value(new, text, 6.0) for text in ("age(world_saved)", "age('saved')")] == [UNKNOWN, UNKNOWN]
    assert new.read("connected", 6.0) == UNKNOWN

    new.take(6.0, ev.LinkUp)
    assert value(new, "age(world_saved)", 8.0) == Value(12.0, slope=1.0)
    assert value(new, "age('saved')", 8.0).at_least
    assert value(new, "crashes(1h)", 8.0).plain == 1
    average = value(new, "avg(memory_pct, 1m)", 7.0).plain
    assert isinstance(average, float)
    assert 40.0 <= average < 41.0
