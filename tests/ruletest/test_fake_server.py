"""A server of a test goes through Wings' states, told by nobody but its own clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heappop, heappush

import pytest

from automaton.core.calls import Signal
from automaton.core.events import FieldValue, State
from automaton.core.outcome import Result
from automaton.ruletest.case import InitialServer
from automaton.ruletest.fake_server import FakeServer
from automaton.ruletest.fed_facts import FedFacts
from tests.ruletest.run_case import expecting


class Hall:
    """What happens around one machine, in short."""

    def __init__(self, state: State = State.RUNNING, *, obeys: bool = True) -> None:
        self.now = 0.0
        self.seen: list[str] = []
        self._plans: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self.machine = FakeServer(
            1, InitialServer(facts=FedFacts(state=state), obeys=obeys), self, alone=True
        )

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._number += 1
        heappush(self._plans, (self.now + seconds, self._number, act))

    def state_changed(self, machine: FakeServer, was: State) -> None:
        self.seen.append(f"{self.now:g} {machine.state}")

    def occurred(self, machine: FakeServer, name: str, fields: Mapping[str, FieldValue]) -> None:
        self.seen.append(f"{self.now:g} {name}")

    def start_failed(self, machine: FakeServer) -> None:
        self.seen.append(f"{self.now:g} start failed")

    def until(self, seconds: float) -> list[str]:
        while self._plans and self._plans[0][0] <= seconds:
            self.now, _, act = heappop(self._plans)
            act()
        self.now = seconds
        return self.seen


FLOWS = {
    (State.RUNNING, Signal.STOP): ["0 stopping", "1 offline"],
    (State.RUNNING, Signal.RESTART): ["0 stopping", "1 offline", "1 starting", "6 running"],
    (State.RUNNING, Signal.KILL): ["0 stopping", "0 offline"],
    (State.OFFLINE, Signal.START): ["0 starting", "5 running"],
    (State.OFFLINE, Signal.RESTART): ["0 starting", "5 running"],
    (State.OFFLINE, Signal.STOP): [],
    (State.OFFLINE, Signal.KILL): [],
}


@pytest.mark.parametrize(("state", "signal"), FLOWS)
def test_power_goes_through_the_states(state: State, signal: Signal) -> None:
    hall = Hall(state)

    assert hall.machine.power(signal).result is Result.DONE
    assert hall.until(60.0) == FLOWS[state, signal]


def test_a_second_action_meets_the_lock_but_a_kill_does_not() -> None:
    hall = Hall()
    hall.machine.power(Signal.RESTART)
    hall.until(0.5)

    answer = hall.machine.power(Signal.STOP)
    assert (answer.result, answer.passing) == (Result.REFUSED, True)
    assert hall.machine.power(Signal.KILL).result is Result.DONE
    assert hall.until(60.0) == ["0 stopping", "0.5 offline", "0.5 starting", "5.5 running"]


def test_a_start_of_what_runs_is_refused() -> None:
    assert Hall().machine.power(Signal.START).detail == "server is running"


def test_what_does_not_obey_says_yes_and_stays_as_it_is() -> None:
    hall = Hall(obeys=False)

    assert hall.machine.power(Signal.KILL).result is Result.DONE
    hall.machine.crash("crash", {})
    assert hall.until(60.0) == ["0 crash"]


def test_wings_starts_what_crashed() -> None:
    hall = Hall()

    hall.machine.crash("crash", {})
    assert hall.until(60.0) == ["0 offline", "0 crash", "1 starting", "6 running"]


def test_wings_gives_up_on_an_unhandled_crash() -> None:
    hall = Hall()

    hall.machine.crash("crash.unhandled", {})
    assert hall.until(60.0) == ["0 offline", "0 crash", "0 crash.unhandled"]


def test_a_crash_that_is_unhandled_afterwards_ends_the_restart() -> None:
    hall = Hall()
    hall.machine.crash("crash", {})
    hall.until(0.5)

    hall.machine.crash("crash.unhandled", {})
    assert hall.until(60.0) == ["0 offline", "0 crash", "0.5 crash.unhandled"]


def test_a_state_that_is_fed_ends_what_was_under_way() -> None:
    hall = Hall(State.OFFLINE)
    hall.machine.power(Signal.START)
    hall.until(2.0)

    hall.machine.enter(State.OFFLINE)
    assert hall.until(60.0) == ["0 starting", "2 offline"]


def test_a_percent_of_the_disk_needs_a_limit() -> None:
    machine = Hall().machine
    machine.learn(FedFacts(stats={"disk_pct": 50.0}))

    assert machine.profile.disk_limit is not None
    assert machine.frame()["disk"] * 2 == machine.profile.disk_limit


def test_while_docker_is_gone_every_game_is_down_and_no_start_succeeds() -> None:
    hall = Hall()
    hall.machine.set_docker(False)
    assert hall.until(9.0) == [
        "0 offline",
        "0 crash",
        "1 starting",
        "2 offline",
        "2 start failed",
        "2 crash.unhandled",
    ]

    hall.machine.set_docker(True)
    hall.machine.power(Signal.START)
    assert hall.until(20.0)[6:] == ["9 starting", "14 running"]


def test_without_its_panel_wings_stops_and_cannot_start() -> None:
    hall = Hall()
    hall.machine.has_panel = False
    hall.machine.power(Signal.RESTART)

    assert hall.until(99.0) == ["0 stopping", "1 offline"]


def test_without_its_panel_wings_does_not_get_over_a_crash() -> None:
    hall = Hall()
    hall.machine.has_panel = False
    hall.machine.crash("crash", {})

    assert hall.until(99.0) == ["0 offline", "0 crash", "1 crash.unhandled"]


STOPS = """
    rules:
      - id: no-loop
        when: {event: crash}
        do: [{power: stop}, {notify: staff, text: "${name} crashed, I stopped it: ${state}"}]
      - {id: stays-down, while: state == "offline", for: 1h, do: [{notify: ops}]}
    """


def test_a_stop_on_a_crash_waits_for_wings_own_restart_and_the_server_stays_down() -> None:
    """At the crash the server is offline already, which is no goal: Wings is about to start it."""
    expect = (
        "{at: 10s, verdict: crash_pending, rule: no-loop}",
        "{at: 11s, power: stop}",
        "{at: 12s, notify: staff, text: '*I stopped it: offline'}",
        "{never: {notify: staff}, until: 11s}",
        "{count: 1, power: stop}",
        "{notify: ops}",
    )

    assert expecting(STOPS, "{at: 10s, event: crash, exit_code: 1}", *expect) == []


def test_a_stop_on_a_crash_that_wings_gave_up_asks_nothing() -> None:
    fed = "{at: 10s, event: crash.unhandled, exit_code: 1}"

    expect = "{at: 10s, notify: staff, text: '*offline'}", "{never: power}", "{verdict: already}"
    assert expecting(STOPS, fed, *expect) == []
