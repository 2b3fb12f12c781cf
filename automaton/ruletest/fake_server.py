"""A server of a test: it obeys, goes through Wings' states, and tells what a link would tell.

Knows nothing of rules. Times are those of protocol.md 5 in round seconds: a stop and an answer take one,
a start takes five.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from automaton.core.calls import Signal
from automaton.core.events import FieldValue, Profile, State
from automaton.core.outcome import Outcome, Result
from automaton.ruletest.fake_stats import DISK_LIMIT, FakeStats
from automaton.ruletest.fed_facts import FedFacts
from automaton.ruletest.host import InitialServer

UP_AFTER = 5.0
DOWN_AFTER = 1.0
RISES_AFTER = 1.0
"""After a crash Wings looks at disk and settings first, then starts the server."""

UNHANDLED = "crash.unhandled"

DONE = Outcome(Result.DONE)
NEVER_CAME = {"exit_code": 128, "oom": False}
"""What Wings says of a container that Docker did not start."""

LOCKED = Outcome(
    Result.REFUSED, "another power action is currently being processed for this server", passing=True
)
RUNS = Outcome(Result.REFUSED, "server is running", passing=True)


class ServerObserver(Protocol):
    """What a machine needs of the test that it stands in."""

    @property
    def now(self) -> float: ...

    def later(self, seconds: float, act: Callable[[], None]) -> None: ...

    def state_changed(self, machine: FakeServer, was: State) -> None: ...

    def occurred(self, machine: FakeServer, name: str, fields: Mapping[str, FieldValue]) -> None: ...

    def start_failed(self, machine: FakeServer) -> None: ...


class FakeServer:
    """Its `pack` is empty where egg and image tell it; `told` numbers the readings that were told.

    `backups` counts those that were begun: a test knows them by their number.
    """

    def __init__(
        self, number: int, host: InitialServer, around: ServerObserver, *, alone: bool = False
    ) -> None:
        self.uuid = f"{number:08x}-0000-4000-8000-{number:012x}"
        name = "server" if alone else f"server-{number}"
        self.profile = Profile(uuid=self.uuid, id=self.uuid[:8], name=name)
        self.tags: frozenset[str] = frozenset()
        self.pack = ""
        self.gauge = FakeStats()
        self.players: int | None = None
        self.state = State.RUNNING
        self.connected = True
        self.obeys = host.obeys
        self.told = 0
        self.has_panel = True
        self.has_docker = True
        self.backups = 0
        self._around = around
        self._plans = 0
        self._is_busy = False
        self._then: Callable[[], object] | None = None  # what a stop that is under way goes on with
        self.learn(host.facts)
        self.state = host.facts.state or State.RUNNING
        self.connected = host.facts.connected is not False

    def learn(self, facts: FedFacts) -> bool:
        """What is fed of its profile, its readings and its players. True if its profile is another now."""
        said = dict(facts.profile)
        if "disk_pct" in facts.stats and self.profile.disk_limit is None:
            said.setdefault("disk_limit", DISK_LIMIT)
        if "tags" in said:
            tags = said.pop("tags")
            self.tags = frozenset(tags) if isinstance(tags, tuple) else self.tags
        self.pack = str(said.pop("pack", self.pack))
        changed: dict[str, Any] = said
        self.profile = replace(self.profile, **changed)
        self.gauge.feed(facts.stats, self._around.now)
        self.players = self.players if facts.players is None else facts.players
        return bool(facts.profile) or bool(said)

    def frame(self) -> dict[str, Any]:
        """The fields of a reading."""
        is_up = self.state is not State.OFFLINE
        return self.gauge.frame(self._around.now, is_up=is_up, disk_limit=self.profile.disk_limit)

    def power(self, signal: Signal) -> Outcome:
        """Does what it is asked to, or says why not, as Wings would."""
        if not self.obeys:
            return DONE
        if signal is Signal.KILL:
            self._kill()
            return DONE
        if self._is_busy:
            return LOCKED
        if signal is Signal.START:
            if self.state is not State.OFFLINE:
                return RUNS
            self._plan(0.0, self._start)
        elif self.state is State.OFFLINE:
            self._plan(0.0, self._start if signal is Signal.RESTART else lambda: None)
        else:
            self._go_down(then=self._start if signal is Signal.RESTART else None)
        return DONE

    def operate(self, signal: Signal) -> None:
        """Somebody stops or starts it by hand."""
        if signal is Signal.START and self.state is State.OFFLINE:
            self._start()
        elif signal is Signal.STOP and self.state in (State.STARTING, State.RUNNING):
            self._stopping(None)

    def dock(self, is_up: bool) -> None:
        """Docker goes, and every game with it; or it is back, and starts succeed again."""
        goes = self.has_docker and not is_up
        self.has_docker = is_up
        if goes and self.state is not State.OFFLINE:
            self.fall("crash", NEVER_CAME)

    def fall(self, name: str, fields: Mapping[str, FieldValue]) -> None:
        """`crash`, from which Wings starts it again, or `crash.unhandled`, from which it does not."""
        if self.obeys and self.state is not State.OFFLINE:
            self.enter(State.OFFLINE)
            self._around.occurred(self, "crash", fields)
        elif name == "crash" or not self.obeys:
            self._around.occurred(self, name, fields)
            return
        if name == "crash":
            self._plan(RISES_AFTER, lambda: self._rise(fields))
        else:
            self._plans += 1
            self._around.occurred(self, name, fields)

    def enter(self, state: State) -> None:
        """The state is another now; what was under way is not any more."""
        self._plans += 1
        self._is_busy = False
        was, self.state = self.state, state
        if state is not State.STOPPING:
            self._then = None
        if state is was:
            return
        if was is State.OFFLINE:
            self.gauge.booted(self._around.now)
        self._around.state_changed(self, was)

    def _rise(self, fields: Mapping[str, FieldValue]) -> None:
        """Wings' own restart after a crash."""
        if not self._start():
            self._around.occurred(self, UNHANDLED, fields)

    def _start(self) -> bool:
        """False where Wings could not begin: it asks its Panel first, and tells nobody (protocol 5.1)."""
        if not self.has_panel:
            return False
        self.enter(State.STARTING)
        if self.has_docker:
            self._plan(UP_AFTER, lambda: self.enter(State.RUNNING))
        else:
            self._plan(DOWN_AFTER, self._fail)
        return True

    def _fail(self) -> None:
        """A start that comes to nothing is handled as a crash, and by then Wings has tried it twice."""
        self.enter(State.OFFLINE)
        self._around.start_failed(self)
        self._around.occurred(self, UNHANDLED, NEVER_CAME)

    def _go_down(self, then: Callable[[], object] | None) -> None:
        self._plan(0.0, lambda: self._stopping(then))
        self._is_busy = True

    def _stopping(self, then: Callable[[], object] | None) -> None:
        self.enter(State.STOPPING)
        self._is_busy = True
        self._then = then
        self._plan(DOWN_AFTER, self._down)

    def _down(self) -> None:
        then, self._then = self._then, None
        self.enter(State.OFFLINE)
        if then is not None:
            then()

    def _kill(self) -> None:
        """A restart that is killed goes on by itself."""
        if self.state is not State.OFFLINE:
            self._plan(0.0, self._killed)

    def _killed(self) -> None:
        self.enter(State.STOPPING)
        self._down()

    def _plan(self, seconds: float, act: Callable[[], object]) -> None:
        """What comes by itself, unless something else comes between."""
        self._plans += 1
        mine = self._plans

        def unless_something_came_between() -> None:
            if self._plans == mine:
                act()

        self._around.later(seconds, unless_something_came_between)
