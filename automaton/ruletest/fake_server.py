"""A server of a test: it obeys, goes through Wings' states, and tells its node.

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
from automaton.ruletest.case import InitialServer, server_name
from automaton.ruletest.fake_stats import DISK_LIMIT, FakeStats
from automaton.ruletest.fed_facts import FedFacts, FedOwnFact
from automaton.ruletest.feed_query import answers

ADDRESS, PORT = "192.0.2.1", 27015
"""Of its allocation: nobody is asked there, but rules that ask need one."""

UP_AFTER = 5.0
DOWN_AFTER = 1.0
RESTARTS_AFTER = 1.0
"""After a crash Wings looks at disk and settings first, then starts the server."""

UNHANDLED = "crash.unhandled"

DONE = Outcome(Result.DONE)
NOT_STARTED = {"exit_code": 128, "oom": False}
"""What Wings says of a container that Docker did not start."""

LOCKED = Outcome(
    Result.REFUSED, "another power action is currently being processed for this server", passing=True
)
RUNS = Outcome(Result.REFUSED, "server is running", passing=True)


class HostNode(Protocol):
    """The node that a server runs on: its clock, and whom it tells of the server."""

    @property
    def now(self) -> float:
        """Seconds from the beginning of the test."""

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Has something happen `seconds` from now."""

    def state_changed(self, server: FakeServer, was: State) -> None:
        """The server has another state than it had before."""

    def occurred(self, server: FakeServer, name: str, fields: Mapping[str, FieldValue]) -> None:
        """An event with a name, as rules know it."""

    def start_failed(self, server: FakeServer) -> None:
        """A start came to nothing."""


class FakeServer:
    """Its `pack` is empty where egg and image tell it.

    `readings_told` numbers the readings, and `backups` those that were begun: a test knows them by their
    number.
    """

    def __init__(self, number: int, initial: InitialServer, node: HostNode, *, alone: bool = False) -> None:
        """`alone`: there is no other in its test."""
        self.uuid = f"{number:08x}-0000-4000-8000-{number:012x}"
        name = server_name(number, alone=alone)
        self.profile = Profile(uuid=self.uuid, id=self.uuid[:8], name=name, host=ADDRESS, port=PORT)
        self.query = answers()
        self.tags: frozenset[str] = frozenset()
        self.pack = ""
        self.stats = FakeStats()
        self.players: int | None = None
        self.own: dict[str, FedOwnFact] = {}
        self.obeys = initial.obeys
        self.readings_told = 0
        self.has_panel = True
        self.has_docker = True
        self.backups = 0
        self._node = node
        self._plans = 0
        self._is_busy = False
        self._after_stop: Callable[[], object] | None = None  # what a stop that is under way goes on with
        self.learn(initial.facts)
        self.state = initial.facts.state or State.RUNNING
        self.connected = initial.facts.connected is not False

    def learn(self, facts: FedFacts) -> bool:
        """Takes over what is fed of its profile, readings and players. True if its profile is another now."""
        said = dict(facts.profile)
        if "disk_pct" in facts.stats and self.profile.disk_limit is None:
            said.setdefault("disk_limit", DISK_LIMIT)
        if "tags" in said:
            tags = said.pop("tags")
            self.tags = frozenset(tags) if isinstance(tags, tuple) else self.tags
        self.pack = str(said.pop("pack", self.pack))
        changed: dict[str, Any] = said
        self.profile = replace(self.profile, **changed)
        self.stats.feed(facts.stats, self._node.now)
        self.own |= facts.own
        self.players = self.players if facts.players is None else facts.players
        return bool(facts.profile) or bool(said)

    def frame(self) -> dict[str, Any]:
        """The fields of a StatsReported."""
        is_up = self.state is not State.OFFLINE
        return self.stats.frame(self._node.now, is_up=is_up, disk_limit=self.profile.disk_limit)

    def power(self, signal: Signal) -> Outcome:
        """Does what it is asked to, or says why not, as Wings would."""
        if not self.obeys:
            return DONE
        if signal is Signal.KILL:
            self._kill()  # it alone does not wait for the lock
            return DONE
        if self._is_busy:
            return LOCKED
        then = None if signal is Signal.STOP else self._start
        if self.state is State.OFFLINE:
            self._plan(0.0, then or (lambda: None))
        elif signal is Signal.START:
            return RUNS
        else:
            self._go_down(then)
        return DONE

    def operate(self, signal: Signal) -> None:
        """A person stops or starts it by hand; nothing happens where its state does not allow it."""
        if signal is Signal.START and self.state is State.OFFLINE:
            self._start()
        elif signal is Signal.STOP and self.state in (State.STARTING, State.RUNNING):
            self._begin_stop(None)

    def set_docker(self, is_up: bool) -> None:
        """Docker goes, and every game with it; or it is back, and starts succeed again."""
        goes = self.has_docker and not is_up
        self.has_docker = is_up
        if goes and self.state is not State.OFFLINE:
            self.crash("crash", NOT_STARTED)

    def crash(self, name: str, fields: Mapping[str, FieldValue]) -> None:
        """`crash`, from which Wings starts it again, or `crash.unhandled`, from which it does not."""
        if self.obeys and self.state is not State.OFFLINE:
            self.enter(State.OFFLINE)
            self._node.occurred(self, "crash", fields)
        elif name == "crash" or not self.obeys:
            self._node.occurred(self, name, fields)
            return
        if name == "crash":
            self._plan(RESTARTS_AFTER, lambda: self._restart_after_crash(fields))
        else:
            self._plans += 1
            self._node.occurred(self, name, fields)

    def enter(self, state: State) -> None:
        """Sets the state; what was under way is not any more."""
        self._plans += 1
        self._is_busy = False
        was, self.state = self.state, state
        if state is not State.STOPPING:
            self._after_stop = None
        if state is was:
            return
        if was is State.OFFLINE:
            self.stats.booted(self._node.now)
        self._node.state_changed(self, was)

    def _restart_after_crash(self, fields: Mapping[str, FieldValue]) -> None:
        """Wings' own restart after a crash."""
        if not self._start():
            self._node.occurred(self, UNHANDLED, fields)

    def _start(self) -> bool:
        """False where Wings could not begin: it asks its Panel first, and tells nobody (protocol 5.1)."""
        if not self.has_panel:
            return False
        self.enter(State.STARTING)
        if self.has_docker:
            self._plan(UP_AFTER, lambda: self.enter(State.RUNNING))
        else:
            self._plan(DOWN_AFTER, self._fail_start)
        return True

    def _fail_start(self) -> None:
        """A start that comes to nothing is handled as a crash, and by then Wings has tried it twice."""
        self.enter(State.OFFLINE)
        self._node.start_failed(self)
        self._node.occurred(self, UNHANDLED, NOT_STARTED)

    def _go_down(self, then: Callable[[], object] | None) -> None:
        self._plan(0.0, lambda: self._begin_stop(then))
        self._is_busy = True

    def _begin_stop(self, then: Callable[[], object] | None) -> None:
        self.enter(State.STOPPING)
        self._is_busy = True
        self._after_stop = then
        self._plan(DOWN_AFTER, self._end_stop)

    def _end_stop(self) -> None:
        then, self._after_stop = self._after_stop, None
        self.enter(State.OFFLINE)
        if then is not None:
            then()

    def _kill(self) -> None:
        """A restart that is killed goes on by itself."""
        if self.state is not State.OFFLINE:
            self._plan(0.0, self._killed)

    def _killed(self) -> None:
        self.enter(State.STOPPING)
        self._end_stop()

    def _plan(self, seconds: float, act: Callable[[], object]) -> None:
        """What comes by itself, unless something else comes between."""
        self._plans += 1
        mine = self._plans

        def unless_something_came_between() -> None:
            if self._plans == mine:
                act()

        self._node.later(seconds, unless_something_came_between)
