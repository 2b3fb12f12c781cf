"""What the next engine knows when this one is killed: what was written turn by turn, and nothing more."""

from __future__ import annotations

import json
from typing import Any

from automaton.core import events as ev
from automaton.core.decision import Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, Profile, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.parts import ABSENT, STATE, join
from automaton.core.targets.rule_state import RuleState
from tests.core.story import ARENA, LIVE, LOBBY, book

TWO_DOWN = """rules: [{id: down, by: fleet, while: 'count(state == "offline") >= 2', do: [{notify: ops}]}]"""
WAITS = "rules: [{id: a, when: {event: crash}, until: 9h, do: [{wait: 20m}, {send: list}]}]"
HELD = """
    rules:
      - {id: high, while: memory_pct > 90, for: 10m, do: [{notify: ops}]}
      - {id: crashed, when: {event: crash}, cooldown: 30m, do: [{notify: ops}]}
    """
BEGAN = Moment(10.0, 1000.0)


class Kept:
    """An engine whose turns are written, as the daemon writes them: at a start everything is written anew."""

    def __init__(self, rules: str) -> None:
        self.parts: dict[str, Any] = {}
        self._book = book(rules)
        self.engine = Engine(self._book, LIVE, BEGAN)
        self.write(BEGAN, all_parts=True)

    def kill(self, at: Moment) -> None:
        """The next process begins at this moment."""
        memory, damaged = join(self.parts)
        assert not damaged
        self.engine = Engine(self._book, LIVE, at, memory)
        before = dict.fromkeys(self.parts)
        self._fold(before | self.engine.take_changes(at, all_parts=True))

    def write(self, now: Moment, *, all_parts: bool = False) -> None:
        """What changed, or at an end everything."""
        self._fold(self.engine.take_changes(now, all_parts=all_parts))

    def turn(self, at: Moment, kind: type[Event], server: str = LOBBY.uuid, **more: Any) -> list[Decision]:
        """One event, and what is written of it."""
        decisions = self.engine.handle(kind(server=server, at=at, **more))
        self.write(self.engine.now)
        for asked in [asked for one in decisions for asked in one.calls]:
            self.turn(at, ev.CallEnded, asked.call.server, number=asked.number, outcome=Outcome(Result.DONE))
        return decisions

    def lists(self, at: Moment, profile: Profile, state: State) -> list[Decision]:
        """A server is listed and seen."""
        return [
            *self.turn(at, ev.ServerListed, profile.uuid, profile=profile),
            *self.turn(at, ev.LinkUp, profile.uuid),
            *self.turn(at, ev.StateReported, profile.uuid, state=state),
        ]

    def state(self, rule: str) -> RuleState:
        return next(one for one in self.engine.rule_states() if one.rule.id == rule)

    def _fold(self, taken: dict[str, Any]) -> None:
        written = self.parts | json.loads(json.dumps(taken))
        self.parts = {name: part for name, part in written.items() if part is not None}


def full(kept: Kept, at: Moment) -> None:
    kept.turn(
        at, ev.StatsReported, memory=95, memory_limit=100, cpu_pct=1.0, disk=1, rx=0, tx=0, uptime=at.mono
    )


def opened_on_two() -> Kept:
    """The fleet's rule is open, for both of its servers are down."""
    kept = Kept(TWO_DOWN)
    kept.lists(BEGAN, LOBBY, State.OFFLINE)
    kept.lists(BEGAN, ARENA, State.OFFLINE)
    assert kept.state("down").incident is not None
    return kept


def told(decisions: list[Decision]) -> list[Verdict]:
    return [one.verdict for one in decisions if one.verdict in (Verdict.FIRED, Verdict.CLEARED)]


def test_a_clock_that_was_set_adds_nothing_to_a_hold_and_takes_nothing_from_a_cooldown() -> None:
    kept = Kept(HELD)
    kept.lists(BEGAN, LOBBY, State.RUNNING)
    kept.turn(BEGAN, ev.Occurred, name="crash")
    for seconds in range(0, 30, 5):
        full(kept, BEGAN + seconds)
    set_by_an_hour = Moment(BEGAN.mono, BEGAN.wall + 3600.0)
    for seconds in range(30, 60, 5):
        full(kept, set_by_an_hour + seconds)
    again = Moment(5.0, set_by_an_hour.wall + 60.0)
    kept.kill(again)
    kept.turn(again, ev.ServerListed, profile=LOBBY)

    assert 50.0 <= kept.state("high").hold.held(again.mono) <= 60.0
    assert kept.state("crashed").cooling_until - again.mono == 1740.0


def test_a_run_whose_server_is_not_listed_was_left_when_it_was_left_however_often_automaton_dies() -> None:
    """An hour in which the Panel told of no server is an hour in which the run did not go on."""
    kept = Kept(WAITS)
    kept.lists(BEGAN, LOBBY, State.RUNNING)
    kept.turn(BEGAN, ev.Occurred, name="crash")
    kept.kill(BEGAN + 5.0)
    kept.engine.advance(BEGAN + 3600.0)
    kept.write(BEGAN + 3600.0)
    kept.kill(BEGAN + 3605.0)
    kept.lists(BEGAN + 3605.0, LOBBY, State.RUNNING)
    decisions = kept.engine.advance(BEGAN + 3606.0)

    assert [one.verdict for one in decisions] == [Verdict.FAILED]


def test_an_end_takes_away_what_the_last_turns_forgot() -> None:
    kept = Kept(WAITS)
    kept.lists(BEGAN, LOBBY, State.RUNNING)
    kept.turn(BEGAN, ev.Occurred, name="crash")
    kept.engine.handle(ev.ServerGone(server=LOBBY.uuid, at=BEGAN + 1.0, reason="deleted"))
    kept.write(BEGAN + 1.0, all_parts=True)

    assert ABSENT + LOBBY.uuid in kept.parts
    assert not any(name.startswith(STATE) for name in kept.parts)


def test_a_count_waits_for_those_it_counted_before_two_ends_of_which_the_second_came_early() -> None:
    kept = opened_on_two()
    kept.kill(BEGAN + 5.0)
    kept.kill(BEGAN + 6.0)

    assert told(kept.lists(BEGAN + 8.0, LOBBY, State.OFFLINE)) == []
    assert told(kept.lists(BEGAN + 9.0, ARENA, State.OFFLINE)) == []
    assert kept.state("down").incident is not None


def test_a_count_waits_for_those_it_counted_before_though_the_panel_lists_nobody_for_an_hour() -> None:
    kept = opened_on_two()
    kept.kill(BEGAN + 5.0)
    kept.engine.advance(BEGAN + 3600.0)

    assert told(kept.lists(BEGAN + 3601.0, LOBBY, State.OFFLINE)) == []
    assert told(kept.lists(BEGAN + 3602.0, ARENA, State.OFFLINE)) == []
    assert kept.state("down").incident is not None


def test_a_count_waits_two_minutes_for_a_server_that_is_never_listed_again() -> None:
    kept = opened_on_two()
    kept.kill(BEGAN + 5.0)
    kept.lists(BEGAN + 6.0, LOBBY, State.OFFLINE)

    assert told(kept.engine.advance(BEGAN + 125.0)) == []
    assert told(kept.engine.advance(BEGAN + 127.0)) == [Verdict.CLEARED]


def test_a_clock_that_is_behind_at_two_starts_makes_no_cooldown_longer() -> None:
    """A machine without a clock of its own begins in the past, and may be restarted before it is set."""
    kept = Kept(HELD)
    kept.lists(BEGAN, LOBBY, State.RUNNING)
    kept.turn(BEGAN, ev.Occurred, name="crash")
    behind = Moment(5.0, 100.0)
    kept.kill(behind)
    kept.kill(behind + 10.0)
    kept.turn(behind + 20.0, ev.ServerListed, profile=LOBBY)

    assert kept.state("crashed").cooling_until - (behind + 20.0).mono == 1800.0


def test_a_clock_that_is_a_year_ahead_at_one_start_forgets_no_server() -> None:
    kept = Kept(HELD)
    kept.lists(BEGAN, LOBBY, State.RUNNING)
    kept.turn(BEGAN, ev.Occurred, name="crash")
    kept.kill(Moment(5.0, BEGAN.wall + 365 * 86_400.0))
    kept.kill(BEGAN + 60.0)
    kept.turn(BEGAN + 60.0, ev.ServerListed, profile=LOBBY)

    assert kept.engine.servers()[LOBBY.uuid].facts.last_state is State.RUNNING


def test_a_server_that_was_not_listed_for_more_than_a_week_is_forgotten_at_the_next_start() -> None:
    kept = Kept(HELD)
    kept.lists(BEGAN, LOBBY, State.RUNNING)
    kept.kill(BEGAN + 10.0)
    late = BEGAN + 8 * 86_400.0
    kept.lists(late, ARENA, State.RUNNING)
    kept.kill(late + 10.0)

    assert not any(LOBBY.uuid in name for name in kept.parts)
