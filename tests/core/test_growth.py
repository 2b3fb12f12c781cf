"""What an engine remembers by the recipes: as much as they look back on, two hours at most, and no more."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from random import Random

from automaton.configuration.recipes import recipes
from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.events import Event, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.workbench.replay_rules import rules_for_replay
from tests.benchmarks.replay import CHATTER, TELLING
from tests.core.story import ARENA, LOBBY

EVERY = 10  # seconds between two readings
CRASHES = 700  # seconds between two


class Fleet:
    """Two servers under the recipes, whose journal is written and whose calls are done at once."""

    def __init__(self) -> None:
        judge, _ = rules_for_replay(None, [Path(str(one)) for one in recipes()], Arm.LIVE)
        self.engine = Engine(judge.book, judge.limits_for(Arm.LIVE), _at(0))
        self._chance = Random(7)
        for profile in (LOBBY, ARENA):
            self._turn(ev.ServerListed(server=profile.uuid, at=_at(0), profile=profile))
            self._turn(ev.LinkUp(server=profile.uuid, at=_at(0)))
            self._turn(ev.StateReported(server=profile.uuid, at=_at(0), state=State.RUNNING))

    def live(self, begin: int, end: int) -> None:
        """What comes between two seconds."""
        for second in range(begin, end, EVERY):
            at = _at(second)
            for server in (LOBBY.uuid, ARENA.uuid):
                share = self._chance.random()
                self._turn(
                    ev.StatsReported(
                        server=server, at=at, memory=int(100 * share), memory_limit=100, cpu_pct=300 * share,
                        disk=int(900 * share), rx=1000 * second, tx=2000 * second, uptime=1.0 + second,
                    )
                )  # fmt: skip
                lines = TELLING if share < 0.01 else CHATTER
                self._turn(ev.LinePrinted(server=server, at=at, text=self._chance.choice(lines)))
            if second % CRASHES == 0:
                for state in (State.OFFLINE, State.STARTING, State.RUNNING):
                    self._turn(ev.StateChanged(server=LOBBY.uuid, at=at, state=state))

    def remembers(self, second: int) -> tuple[int, int]:
        """Bytes that the next engine is told, and objects that this one has."""
        gc.collect()
        return len(json.dumps(self.engine.dump(_at(second)))), len(gc.get_objects())

    def _turn(self, event: Event) -> None:
        left = [event]
        while left:
            one = left.pop(0)
            decisions = self.engine.handle(one)
            self.engine.take_changes(self.engine.now)
            left += [
                ev.CallEnded(
                    server=asked.call.server, at=one.at, number=asked.number, outcome=Outcome(Result.DONE)
                )
                for decision in decisions
                for asked in decision.calls
            ]


def _at(second: float) -> Moment:
    return Moment(float(second), 1_800_000_000.0 + second)


def test_what_is_remembered_after_three_hours_is_all_that_is_after_six() -> None:
    fleet = Fleet()
    looks = []
    for hour in range(6):
        fleet.live(hour * 3600, (hour + 1) * 3600)
        looks.append(fleet.remembers((hour + 1) * 3600))
    (size, objects), *later = looks[2:]

    assert max(one for one, _ in later) < 1.1 * size
    assert max(one for _, one in later) < objects + 200
