"""The links of a test's servers: what those do becomes events for the daemon, while both are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from automaton.core import events as ev
from automaton.core.events import Event, FieldValue, State
from automaton.core.pack import Pack
from automaton.ruletest.fake_daemon import FakeDaemon
from automaton.ruletest.fake_outside import FakeOutside
from automaton.ruletest.fake_server import FakeServer
from automaton.ruletest.fed_facts import FedOwnFact
from automaton.ruletest.repeats import Repeats
from automaton.ruletest.scheduler import LAST, Scheduler


class FakeWings:
    """The `HostNode` of all servers; `servers` are by uuid, in the order of the test."""

    def __init__(
        self,
        scheduler: Scheduler,
        daemon: FakeDaemon,
        servers: Mapping[str, FakeServer],
        pack_of: Callable[[FakeServer], Pack],
        repeats: Repeats,
    ) -> None:
        self.scheduler = scheduler
        self.daemon = daemon
        self.servers = servers
        self.pack_of = pack_of
        self.outside = FakeOutside()
        self._repeats = repeats
        self._was_announced = False

    @property
    def now(self) -> float:
        """Seconds from the beginning of the test."""
        return self.scheduler.now

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Has a server do something by itself."""
        self.scheduler.later(seconds, act)

    def announce(self) -> None:
        """A daemon has started: lists all servers, then links those that can be."""
        for server in self.servers.values():
            self.daemon.handle(ev.ServerListed, server.uuid, profile=server.profile)
        for server in self.servers.values():
            self.link(server, up=server.connected)
        for server in self.servers.values():
            # What an address answered outlives the daemon.
            left = {name: one for name, one in server.own.items() if not one.is_shared}
            self.tell_own(server, left if self._was_announced else server.own)
        self._was_announced = True

    def tell_own(self, server: FakeServer, facts: Mapping[str, FedOwnFact]) -> None:
        """Tells facts of one's own as they were fed; one that an address is asked for is told to all."""
        for fact in facts.values():
            if fact.is_shared:
                self.daemon.handle(ev.FactTold, "", name=fact.name, text=fact.text)
            else:
                self.tell(server, ev.FactTold, name=fact.name, text=fact.text)

    def tell(self, server: FakeServer, kind: type[Event], **fields: Any) -> None:
        """Sends an event over the server's link; nothing while it is down."""
        if server.connected:
            self.daemon.handle(kind, server.uuid, **fields)

    def state_changed(self, server: FakeServer, was: State) -> None:
        """Tells the state, and that the readings are zero now, or not any more."""
        self.tell(server, ev.StateChanged, state=server.state)
        if State.OFFLINE in (server.state, was):
            self.tell_stats(server)

    def occurred(self, server: FakeServer, name: str, fields: Mapping[str, FieldValue]) -> None:
        """Tells an event by its name in rules."""
        self.tell(server, ev.Occurred, name=name, fields=fields)

    def start_failed(self, server: FakeServer) -> None:
        """Tells that a start came to nothing."""
        self.tell(server, ev.StartFailed)

    def tell_stats(self, server: FakeServer) -> None:
        """Tells the readings, and again before these are overdue. Nothing where none were ever fed."""
        if not server.stats.fed:
            return
        frame = server.frame()
        self.tell(server, ev.StatsReported, **frame)
        server.readings_told += 1
        number = server.readings_told

        def again() -> None:
            # Readings that were told since then have their own repeat.
            if server.readings_told == number and server.connected:
                self.tell_stats(server)

        if server.state is not State.OFFLINE:
            self.scheduler.later(self._repeats.after(frame["uptime"]), again, LAST, is_awaited=False)

    def link(self, server: FakeServer, *, up: bool) -> None:
        """The conversation with a server begins, or ends."""
        server.connected = up
        if not up:
            self.daemon.handle(ev.LinkLost, server.uuid, reason="as the test feeds it")
            return
        self.daemon.handle(ev.LinkUp, server.uuid)
        self.tell(server, ev.StateReported, state=server.state)
        self.tell_stats(server)

    def answer_players(self, server: FakeServer) -> None:
        """The game says how many play: as many as the daemon knows of, else as were fed."""
        known = None
        engine = self.daemon.engine
        if engine is not None and server.uuid in engine.servers():
            known = engine.servers()[server.uuid].facts.read("players", self.daemon.moment.mono).plain
        players = known if isinstance(known, int) else server.players
        if players is not None:
            self.tell(server, ev.PlayersCounted, players=players)
