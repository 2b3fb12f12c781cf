"""Until when a value stands in a test whose feed is over."""

from __future__ import annotations

from math import inf

import pytest

from automaton.core.events import LinkUp, Profile, State, StateReported, StatsReported
from automaton.core.expression import Applied
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import Scene
from automaton.core.targets.server import Server
from automaton.core.truth import Value
from automaton.match.line_reader import LineReader
from automaton.ruletest.as_fed import AsFed

NOW = Moment(100.0, 1000.0)


class Around:
    """Gives every function the same value, which holds for ten seconds."""

    def apply(self, applied: Applied, now: Moment) -> Value:
        return Value(7, until=now.mono + 10.0)

    def total(self) -> Value:
        return Value(1)


def as_fed(quiet_since: float = 100.0) -> AsFed:
    server, nothing = Server(Profile(uuid="u", id="u", name="lobby")), LineReader((), {})
    at = Moment(95.0, 995.0)
    server.take(LinkUp(server="u", at=at), nothing, at.mono)
    server.take(StateReported(server="u", at=at, state=State.RUNNING), nothing, at.mono)
    reading = StatsReported(
        server="u", at=at, memory=1, memory_limit=2, cpu_pct=3.0, disk=4, rx=5, tx=6, uptime=60.0
    )
    server.take(reading, nothing, at.mono)
    return AsFed(Scene(now=NOW, facts=server.facts, rule=Rule(id="a"), around=Around()), quiet_since)


def test_a_reading_is_never_overdue_and_the_uptime_grows() -> None:
    assert as_fed().read("cpu_pct") == Value(3.0)
    assert as_fed().read("uptime") == Value(60.0, slope=1.0)


def test_an_age_stays_what_it_is() -> None:
    assert as_fed().read("state_age") == Value(5.0, slope=1.0, at_least=True)


def test_a_window_has_no_edge() -> None:
    assert as_fed().apply(Applied("window", 'window("night")')) == Value(7)


@pytest.mark.parametrize(("quiet_since", "until"), [(100.0, 110.0), (40.0, 110.0), (38.0, inf)])
def test_a_series_stands_once_its_whole_time_had_the_same_readings(quiet_since: float, until: float) -> None:
    average = Applied("avg", "avg(cpu_pct, 1m)", seconds=60.0)

    assert as_fed(quiet_since).apply(average) == Value(7, until=until)
