"""A turmoil whose servers obey: what automaton asks of them is done, fails, or meets Wings' lock.

Docker goes, the Panel goes, people stop and start servers. In the end all is well, and a long time passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import count
from typing import Any

from automaton.core import events as ev
from automaton.core.calls import Call, SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.events import Event, FieldValue, State
from automaton.core.outcome import Outcome, Result
from automaton.ruletest.case import InitialServer
from automaton.ruletest.fake_server import FakeServer
from tests.core.fleet import profile
from tests.core.story import DONE, LIVE
from tests.core.turmoil import NEVER_LONGER, SERVERS, Turmoil, Way, limits
from tests.core.turmoil_rules import rules

NOBODY = Outcome(Result.FAILED, "nobody answers", passing=True)
SAID = frozenset(
    {Verdict.FAILED, Verdict.ELSE, Verdict.REFUSED, Verdict.SILENCED, Verdict.GONE, Verdict.OVERTAKEN,
     Verdict.SHADOW}
)  # fmt: skip
"""Verdicts that tell an operator how a run ended that did not come to its goal; `shadow` by a reload."""

SILENCE = Outcome(Result.UNKNOWN, "no answer came", passing=True)


class Obedient(Turmoil):
    """`machines` are the servers as they really are, by uuid; `linked` those that somebody watches."""

    def __init__(self, seed: int) -> None:
        self.machines: dict[str, FakeServer] = {}
        self.linked: set[str] = set()
        self._plans: list[tuple[float, int, Callable[[], None]]] = []
        self._turn = count()
        self._is_settled = False
        self._left_down: list[str] = []
        super().__init__(seed)
        for number in range(SERVERS):
            uuid = f"u{number}"
            machine = self.machines[uuid] = FakeServer(number, InitialServer(), Yard(self))
            machine.uuid, machine.profile = uuid, profile(number, f"eu{number % 2}")
            self.linked.add(uuid)

    def plan(self, seconds: float, act: Callable[[], None]) -> None:
        """What a machine does by itself after so long."""
        heappush(self._plans, (self.now + seconds, next(self._turn), act))

    def let_time_pass(self) -> None:
        self._go_on_until(round(self.now + self.chance.choice((0.1, 0.5, 1.0, 2.0, 5.0, 20.0)), 3))

    def come_to_its_end(self) -> None:
        """The Panel, Docker and all links are back, and a long time passes; then without any rule."""
        self._limits, self.limited_since = LIVE, self.now
        self.adopt(self.now, self._rules, LIVE)
        self._recycle_in_an_outage()
        self._is_settled = True
        self._all_is_well()
        self._go_on_until(self.now + NEVER_LONGER)
        self._left_down = list(self._find_left_down())
        self.adopt(self.now, "rules: []", LIVE)
        self._go_on_until(self.now + NEVER_LONGER)

    def _all_is_well(self) -> None:
        self._set_panel(True)
        self.at(self.now, ev.JournalBack, server="")
        self.gone.clear()
        for uuid, machine in self.machines.items():
            machine.set_docker(True)
            self.at(self.now, ev.ServerListed, profile=machine.profile)
            self._link(uuid)

    def _recycle_in_an_outage(self) -> None:
        """All run, and are restarted; in the midst of it the Panel goes, or Docker does."""
        self._all_is_well()
        for machine in self.machines.values():
            machine.operate(Signal.START)
        self._go_on_until(self.now + 60.0)
        for uuid in sorted(self.machines):
            self.line(self.now, "recycle", server=uuid)
        self._go_on_until(self.now + self.chance.choice((0.0, 0.5, 1.0)))
        if self.chance.random() < 0.5:
            self._set_panel(False)
        else:
            for machine in self.machines.values():
                machine.set_docker(False)
        self._go_on_until(self.now + self.chance.choice((1.0, 60.0, 900.0)))

    def left_down(self) -> list[str]:
        """Servers that a restart of ours took down, that are not up again, and of which nothing was said."""
        return self._left_down

    def _find_left_down(self) -> Iterator[str]:
        for uuid, machine in self.machines.items():
            asked = [at for at, _, call in self.asked if isinstance(call, SetPower) and call.server == uuid]
            if machine.state is State.RUNNING or not self.engine.servers()[uuid].facts.intent.is_to_rise:
                continue
            since = [one for one in self.decisions if one.key == uuid and one.at.mono >= asked[-1]]
            is_dropped = any("dropped after" in one.detail for one in since)
            if not is_dropped and not any(one.verdict in SAID for one in since):
                yield f"{uuid} is down by a restart of ours, asked at {asked[-1]}"

    def _answer(self, call: Call) -> Outcome | None:
        if not isinstance(call, SetPower):
            return DONE if self._is_settled or self.chance.random() < 0.8 else NOBODY
        luck = 1.0 if self._is_settled else self.chance.random()
        if luck < 0.1:
            return NOBODY
        machine = self.machines[call.server]
        if luck < 0.3 and call.signal is not Signal.KILL and machine.state is State.RUNNING:
            machine.enter(State.STOPPING)  # and there it hangs, until it is killed
            return DONE
        outcome = machine.power(call.signal)
        return SILENCE if luck < 0.2 else outcome

    def _ways_by_weight(self) -> list[Way]:
        often: list[Way] = [self.stats, self.line_printed, self.person_stops, self.person_starts, self.falls]
        at_times: list[Way] = [self.lose_link, self.find_link, self.listed, self.panel, self.docker]
        at_times += [self.silence, self.person]
        seldom: list[Way] = [self.hold, self.journal_lost, self.server_gone, self.reload, self.restarted]
        return often * 4 + at_times * 3 + seldom

    def stats(self, server: str) -> None:
        if server in self.linked and self.machines[server].state is not State.OFFLINE:
            super().stats(server)

    def person_stops(self, server: str) -> None:
        self.machines[server].operate(Signal.STOP)

    def person_starts(self, server: str) -> None:
        self.machines[server].operate(Signal.START)

    def falls(self, server: str) -> None:
        machine = self.machines[server]
        if machine.state is not State.OFFLINE:
            machine.crash(self.chance.choice(("crash", "crash.unhandled")), {"exit_code": 1, "oom": False})

    def lose_link(self, server: str) -> None:
        self.linked.discard(server)
        self.at(self.now, ev.LinkLost, server=server, reason="")

    def find_link(self, server: str) -> None:
        if server not in self.gone:
            self._link(server)

    def listed(self, server: str) -> None:
        self.gone.discard(server)
        self.at(self.now, ev.ServerListed, profile=self.machines[server].profile)
        self._link(server)

    def server_gone(self, server: str) -> None:
        self.linked.discard(server)
        super().server_gone(server)

    def panel(self, _: str) -> None:
        self._set_panel(not self.has_panel)

    def docker(self, _: str) -> None:
        is_up = not self.machines["u0"].has_docker
        for machine in self.machines.values():
            machine.set_docker(is_up)

    def reload(self, _: str) -> None:
        self._rules, self._limits, self.limited_since = rules(self.chance), limits(self.chance), self.now
        self.adopt(self.now, self._rules, self._limits)

    def restarted(self, _: str) -> None:
        down_for, linked = self.chance.choice((0.5, 5.0, 30.0)), set(self.linked)
        engine, began = self.engine, self.now
        self.linked.clear()
        self._play_until(self.now + down_for, is_watched=False)
        self.engine = engine
        self.restart(began, down_for)
        for uuid in sorted(linked):
            self._link(uuid)
        if not self.has_panel:
            self._set_panel(False)

    def _link(self, server: str) -> None:
        self.linked.add(server)
        self.at(self.now, ev.LinkUp, server=server)
        self.at(self.now, ev.StateReported, server=server, state=self.machines[server].state)

    def _set_panel(self, is_up: bool) -> None:
        self.has_panel = is_up
        for uuid, machine in self.machines.items():
            machine.has_panel = is_up
            self.at(self.now, ev.PanelBack if is_up else ev.PanelLost, server=uuid)

    def _go_on_until(self, mono: float) -> None:
        self._play_until(mono, is_watched=True)
        self.until(mono)

    def _play_until(self, mono: float, *, is_watched: bool) -> None:
        """What the machines planned comes, and between it what the engine wants to look at."""
        while self._plans or is_watched:
            planned = self._plans[0][0] if self._plans else mono + 1.0
            deadline = self.engine.next_deadline() if is_watched else None
            moment = min(planned, mono + 1.0 if deadline is None else max(deadline, self.now))
            if moment > mono:
                break
            self.now = moment
            if moment == planned:
                heappop(self._plans)[2]()
            if is_watched:
                self.until(self.now)
        self.now = mono


class Yard:
    """What is around a machine: it is heard while somebody watches."""

    def __init__(self, turmoil: Obedient) -> None:
        self._turmoil = turmoil

    @property
    def now(self) -> float:
        return self._turmoil.now

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._turmoil.plan(seconds, act)

    def state_changed(self, machine: FakeServer, was: State) -> None:
        self._tell(machine, ev.StateChanged, state=machine.state)
        if machine.state is State.RUNNING and machine.uuid in self._turmoil.linked:
            self._turmoil.memory(self.now, 20, server=machine.uuid, uptime=1.0)

    def occurred(self, machine: FakeServer, name: str, fields: Mapping[str, FieldValue]) -> None:
        self._tell(machine, ev.Occurred, name=name, fields=fields)

    def start_failed(self, machine: FakeServer) -> None:
        self._tell(machine, ev.StartFailed)

    def _tell(self, machine: FakeServer, kind: type[Event], **fields: Any) -> None:
        if machine.uuid in self._turmoil.linked:
            self._turmoil.at(self.now, kind, server=machine.uuid, **fields)
