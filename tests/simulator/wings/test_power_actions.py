"""The lock of the power actions, beyond what the numbered checks say."""

from __future__ import annotations

from automaton.simulator.wings.power_actions import LOCKED
from automaton.simulator.wings.start_sequence import SUSPENDED
from tests.simulator.stage import Stage


class Asked:
    """What became of actions: the causes of refusal, in order."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.refusals: list[str] = []

    def ask(self, action: str, wait: float = 0.0) -> None:
        self.stage.server.power.request(action, "test", self.refusals.append, wait)

    @property
    def states(self) -> list[str]:
        return [entry.detail for entry in self.stage.node.log.entries("state")]


def test_who_waits_for_the_lock_gets_it_when_it_is_free() -> None:
    stage = Stage()
    asked = Asked(stage)

    asked.ask("start")
    asked.ask("stop", wait=30.0)
    stage.wait(10)

    assert (asked.refusals, asked.states) == ([], ["starting", "stopping", "offline"])


def test_who_waits_in_vain_is_told_of_the_lock() -> None:
    stage = Stage()
    stage.run()
    asked = Asked(stage)
    stage.server.type("hang", "test")

    asked.ask("stop")
    asked.ask("start", wait=30.0)
    stage.wait(29)
    before = list(asked.refusals)
    stage.wait(2)

    assert (before, asked.refusals) == ([], [LOCKED])


def test_who_waits_longer_than_the_other_still_gets_its_turn() -> None:
    stage = Stage()
    asked = Asked(stage)

    asked.ask("start")
    asked.ask("restart", wait=30.0)
    asked.ask("stop", wait=30.0)
    stage.wait(20)

    assert asked.refusals == []
    assert asked.states == ["starting", "stopping", "offline", "starting", "stopping", "offline"]


def test_a_stop_that_is_ignored_for_ten_minutes_becomes_a_kill() -> None:
    stage = Stage()
    stage.run()
    asked = Asked(stage)
    stage.server.type("hang", "test")

    asked.ask("stop")
    stage.wait(599)
    before = stage.server.state
    stage.wait(2)

    assert (before, stage.server.state, asked.refusals) == ("stopping", "offline", [])


def test_stop_and_kill_of_an_offline_server_do_nothing_and_leave_no_lock() -> None:
    stage = Stage()
    asked = Asked(stage)

    asked.ask("stop")
    asked.ask("kill")
    asked.ask("start")
    stage.wait(5)

    assert (asked.refusals, asked.states) == ([], ["starting", "running"])


def test_a_suspended_server_does_not_start() -> None:
    stage = Stage()
    asked = Asked(stage)
    stage.server.suspended = True

    asked.ask("start")
    asked.ask("restart")
    stage.wait(5)

    assert (asked.refusals, asked.states) == ([SUSPENDED, SUSPENDED], [])
