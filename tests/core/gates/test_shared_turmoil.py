"""A fleet of several engines in turmoil, with a bad post and engines that are killed, keeps its budgets."""

from __future__ import annotations

from random import Random

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SendCommand, SetPower
from automaton.core.events import State
from automaton.core.gates.limits import Budget, Limits
from tests.core.gates.calls import EVERYTHING
from tests.core.shared_fleet import Post, SharedFleet, shared
from tests.long import seeds

RULES = """
    rules:
      - {id: up, when: {event: crash}, do: [{power: restart}]}
      - {id: say, when: {console: '^go'}, do: [{send: hello}]}
    """
LIMITS = Limits(
    arm=Arm.LIVE, allow=EVERYTHING, parallel=2, power_fleet=Budget(5, 60.0), send_fleet=Budget(4, 30.0)
)
SERVERS, NODES, SECONDS = 12, 4, 200
THROUGH = ((1, State.STOPPING), (3, State.OFFLINE), (4, State.STARTING), (7, State.RUNNING))
"""What a server goes through after its restart was asked for, and after how many seconds."""


class World:
    """The servers obey: `due` is what becomes of them, by second."""

    def __init__(self, fleet: SharedFleet) -> None:
        self.fleet = fleet
        self.due: dict[int, list[tuple[str, State]]] = {}
        self._seen = 0

    @property
    def sent(self) -> list[tuple[float, str, str]]:
        """Every call to a server: when, its kind, and whose."""
        calls = [(one.at.mono, call.call) for _, one in self.fleet.decisions for call in one.calls]
        return [
            (at, "power" if isinstance(call, SetPower) else "send", call.server)
            for at, call in calls
            if isinstance(call, SetPower | SendCommand)
        ]

    def second(self, now: int) -> None:
        self.fleet.until(float(now))
        for server, state in self.due.pop(now, []):
            self.fleet.at(float(now), ev.StateChanged, server=server, state=state)
        sent = self.sent
        for _, kind, server in sent[self._seen :]:
            if kind == "power":
                for after, state in THROUGH:
                    self.due.setdefault(now + after, []).append((server, state))
        self._seen = len(sent)
        slots = sum(len(engine._active.powering) for engine in self.fleet.engines.values())
        assert slots <= 2

    def most_within(self, kind: str, seconds: float) -> int:
        times = [at for at, one, _ in self.sent if one == kind]
        return max((sum(at <= one < at + seconds for one in times) for at in times), default=0)


@pytest.mark.parametrize("seed", seeds(0, 4, 60))
def test_whatever_is_lost_doubled_or_killed_the_budgets_hold_and_nothing_waits_for_ever(seed: int) -> None:
    chance = Random(seed)
    post = Post(Random(seed), loss=0.2, doubling=0.2, delay=3.0)
    fleet = shared(RULES, SERVERS, NODES, LIMITS, post)
    world = World(fleet)
    for now in range(1, SECONDS):
        world.second(now)
        server = f"u{chance.randrange(SERVERS)}"
        if chance.random() < 0.15:
            fleet.at(float(now), ev.Occurred, server=server, name="crash")
        if chance.random() < 0.25:
            fleet.at(float(now), ev.LinePrinted, server=server, text="go")
        if chance.random() < 0.02:
            fleet.restart(chance.choice(list(fleet.engines)))
    post.loss = post.doubling = post.delay = 0.0
    for now in range(SECONDS, SECONDS + 1200):
        world.second(now)

    granting = fleet.fleet._gates.granting
    assert granting is not None
    assert (granting.places, granting.waiting) == (0, 0)
    assert [run for engine in fleet.engines.values() for run in engine._active.all()] == []
    assert world.most_within("power", 60.0) <= 5
    assert world.most_within("send", 30.0) <= 4
    assert {kind for _, kind, _ in world.sent} == {"power", "send"}
