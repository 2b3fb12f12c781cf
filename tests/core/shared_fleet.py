"""One fleet judged by several engines: one a node, one the fleet, joined by a post that may be bad.

What an engine of the whole is given, is given to the engine of the server's node. The post carries what
engines tell; a good one delivers before anything else happens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from automaton.core import events as ev
from automaton.core.calls import Call, SendResolved
from automaton.core.decision import Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.engine_events import NodesListed
from automaton.core.events import Event, State
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.parts import join
from automaton.core.scope import TO_ALL, TO_FLEET, Outgoing, Place, Scope, to_node
from automaton.web.recording_format import read_row, write_row
from tests.core.fleet import profile
from tests.core.story import DONE, LIVE, MOST_LOOKS, book, short


@dataclass
class Post:
    """Loses and doubles by chance, and delays by at most so many seconds."""

    chance: Random = field(default_factory=lambda: Random(0))
    loss: float = 0.0
    doubling: float = 0.0
    delay: float = 0.0
    is_cut: bool = False

    def times(self) -> list[float]:
        """After how many seconds each copy of a message arrives."""
        if self.is_cut or (self.loss and self.chance.random() < self.loss):
            return []
        copies = 2 if self.doubling and self.chance.random() < self.doubling else 1
        return [self.chance.uniform(0.0, self.delay) if self.delay else 0.0 for _ in range(copies)]


class SharedFleet:
    """`engines` are by their address; `carried` is what they told, `decisions` what each decided.

    `written` are the parts of what each remembers. `make` makes an engine.
    """

    make: type[Engine] = Engine

    def __init__(
        self, rules: str, nodes: Iterable[str], limits: Limits = LIVE, post: Post | None = None
    ) -> None:
        self.nodes = list(nodes)
        self.post = post or Post()
        self.carried: list[Outgoing] = []
        self.decisions: list[tuple[str, Decision]] = []
        self.answer: Callable[[Call], Outcome] = lambda _: DONE
        self.written: dict[str, dict[str, Any]] = {}
        self.now = 0.0
        self.epoch = 1
        self._book, self._limits = book(rules), limits
        self._bag: list[tuple[float, int, str, Event]] = []
        self._turn = count()
        self._homes: dict[str, str] = {}
        self.engines: dict[str, Engine] = {}
        for address in (TO_FLEET, *map(to_node, self.nodes)):
            self.begin(address)
        self._give(TO_FLEET, NodesListed(server="", at=self._moment, nodes=tuple(self.nodes)))

    @property
    def _moment(self) -> Moment:
        return Moment(self.now, self.now)

    @property
    def fleet(self) -> Engine:
        return self.engines[TO_FLEET]

    def node(self, name: str) -> Engine:
        return self.engines[to_node(name)]

    def begin(self, address: str, memory: dict[str, Any] | None = None, **place: Any) -> None:
        """Begins one engine, with what an earlier one left; its owner has a later epoch than all before."""
        is_fleet = address == TO_FLEET
        name = "" if is_fleet else address.removeprefix("node:")
        self.epoch += 1
        self.written[address] = {}
        self.engines[address] = self.make(
            self._book, self._limits, self._moment, memory, Scope.FLEET if is_fleet else Scope.NODE,
            place=Place(node=name, epoch=self.epoch, **place),
        )  # fmt: skip
        whole = self.engines[address].take_changes(self._moment, all_parts=True)
        self.written[address] = json.loads(json.dumps(whole))
        self._carry(address)
        self._deliver()

    def restart(self, address: str, **place: Any) -> None:
        """One engine is killed, and another takes up what it wrote turn by turn."""
        memory, damaged = join(self.written[address])
        assert not damaged
        servers = self.engines[address].servers()
        self.begin(address, memory, **place)
        if address == TO_FLEET:
            self._give(TO_FLEET, NodesListed(server="", at=self._moment, nodes=tuple(self.nodes)))
        for uuid, server in servers.items():
            self.at(self.now, ev.ServerListed, server=uuid, profile=server.facts.profile)
            if server.facts.connected and server.facts.state is not None:
                self.at(self.now, ev.LinkUp, server=uuid)
                self.at(self.now, ev.StateReported, server=uuid, state=server.facts.state)

    def adopt(self, rules: str, limits: Limits | None = None) -> None:
        """All engines are given other rules, the fleet's first."""
        self._book, self._limits = book(rules), limits or self._limits
        for address, engine in self.engines.items():
            self._took(address, engine.adopt(self._book, self._limits, self._moment))

    def at(self, mono: float, kind: type[Event], server: str = "", **fields: Any) -> SharedFleet:
        """An event at so many seconds, for the engine of its server's node; for all where it names none."""
        self.until(mono)
        if kind is ev.ServerListed:
            server = fields["profile"].uuid
            self._homes[server] = to_node(fields["profile"].node)
        event = kind(server=server, at=self._moment, **fields)
        for address in [self._homes[server]] if server else list(self.engines):
            self._give(address, event)
        return self

    def until(self, mono: float) -> SharedFleet:
        """Time passes, deadline by deadline and delivery by delivery."""
        looks = 0
        while True:
            deadlines = [
                (due, address)
                for address, engine in self.engines.items()
                if (due := engine.next_deadline()) is not None
            ]
            due, address = min(deadlines, default=(mono + 1.0, ""))
            arrives = self._bag[0][0] if self._bag else mono + 1.0
            if min(due, arrives) > mono:
                break
            self.now = max(self.now, min(due, arrives))
            if arrives <= due:
                self._deliver()
            else:
                self._took(address, self.engines[address].advance(self._moment))
            looks += 1
            assert looks < MOST_LOOKS * len(self.engines), f"restless: {address} at {due}"
        self.now = mono
        return self

    def told(self, *rules: str) -> list[str]:
        """What became of these rules, in short: `10 many fleet fired`."""
        words = (Verdict.FIRED, Verdict.CLEARED, Verdict.GONE, Verdict.WITHDRAWN, Verdict.ABANDONED)
        return [
            f"{one.at.mono:g} {one.rule} {one.key} {one.verdict}"
            for _, one in self.decisions
            if one.rule in rules and one.verdict in words
        ]

    @property
    def calls(self) -> list[str]:
        """What was asked, in short: `10 notify ops: text`."""
        asked = [(one.at.mono, call.call) for _, one in self.decisions for call in one.calls]
        return [f"{at:g} {short(call)}" for at, call in asked if not isinstance(call, SendResolved)]

    def _give(self, address: str, event: Event) -> None:
        self._took(address, self.engines[address].handle(event))
        self._deliver()

    def _took(self, address: str, decisions: list[Decision]) -> None:
        self.decisions += [(address, one) for one in decisions]
        self._carry(address)
        for decision in decisions:
            for asked in decision.calls:
                ended = ev.CallEnded(
                    server=asked.call.server,
                    at=self._moment,
                    number=asked.number,
                    outcome=self.answer(asked.call),
                )
                self._took(address, self.engines[address].handle(ended))
        self._deliver()

    def _carry(self, address: str) -> None:
        changes = json.loads(json.dumps(self.engines[address].take_changes(self._moment)))
        parts = {**self.written.setdefault(address, {}), **changes}
        self.written[address] = {name: part for name, part in parts.items() if part is not None}
        for outgoing in self.engines[address].take_outgoing():
            self.carried.append(outgoing)
            to = [one for one in self.engines if one != TO_FLEET] if outgoing.to == TO_ALL else [outgoing.to]
            for receiver in to:
                for delay in self.post.times():
                    row = write_row(outgoing.event)  # as it goes over the wire, and into a recording
                    event = read_row(row)
                    assert isinstance(event, Event)
                    heappush(self._bag, (self.now + delay, next(self._turn), receiver, event))

    def _deliver(self) -> None:
        while self._bag and self._bag[0][0] <= self.now:
            *_, receiver, event = heappop(self._bag)
            engine = self.engines.get(receiver)
            if engine is not None:
                self._took(receiver, engine.handle(replace(event, at=self._moment)))


def shared(
    rules: str, servers: int = 4, nodes: int = 2, limits: Limits = LIVE, post: Post | None = None
) -> SharedFleet:
    """Servers `s0`, `s1` … that run, spread over `eu0`, `eu1` …"""
    fleet = SharedFleet(rules, [f"eu{number}" for number in range(nodes)], limits, post)
    for number in range(servers):
        fleet.at(0.0, ev.ServerListed, profile=profile(number, f"eu{number % nodes}"))
        fleet.at(0.0, ev.LinkUp, server=f"u{number}")
        fleet.at(0.0, ev.StateReported, server=f"u{number}", state=State.RUNNING)
    return fleet
