"""An engine's share of the judging, joined: what it tells, what it hears, and what of that it remembers."""

from __future__ import annotations

from automaton.core.dump import Remembered
from automaton.core.engine_events import (
    EngineEvent,
    FleetTold,
    MatchesHeard,
    MatchesTold,
    NodesListed,
    PartTold,
)
from automaton.core.hearing.fleet_hears import FleetHears, NodeTurn
from automaton.core.hearing.node_hears import FleetTurn, NodeHears
from automaton.core.memory import Memory
from automaton.core.moment import Moment
from automaton.core.targets.target import Target
from automaton.core.telling.fleet_tells import FleetTells, StandingTurn
from automaton.core.telling.node_tells import MatchTurn, NodeTells, PartTurn


class NodeShare:
    """The rules by server and by node of one node, and its part of what the fleet's rules count."""

    def __init__(self, tells: NodeTells, hears: NodeHears) -> None:
        self.remembered: tuple[Remembered, ...] = (tells.matches, hears)
        self._tells = tells
        self._hears = hears

    @property
    def let_go(self) -> int:
        """How many matches or news were given up, for too many or too old."""
        return self._tells.matches.let_go + self._hears.missed

    @property
    def is_urgent(self) -> bool:
        """Whether the fleet waits for what is to be told: a match, but no count."""
        return self._tells.is_urgent

    def recall(self, memory: Memory, _now: Moment) -> None:
        """Restores what is remembered, before the rules are given out."""
        memory.recall_shares(self._tells.matches.load, self._hears.load)

    def wait(self, _now: Moment) -> None:
        """A node's engine has all its servers to itself: there is nobody to wait for."""

    def adopt(self, now: Moment) -> None:
        """The rules were given out."""
        self._tells.adopt(now)
        self._hears.adopt(now)

    def begin(self, now: Moment) -> None:
        """What was remembered of rules was restored."""
        self._tells.begin(now)
        self._hears.wait(now)

    def handle(self, event: EngineEvent, now: Moment) -> None:
        """Takes what another engine tells; what is meant for others is ignored."""
        match event:
            case FleetTold():
                before = self._hears.epoch
                self._hears.hear(event, now)
                if self._hears.epoch != before:  # a new owner, who knows nothing of this node yet
                    self._tells.tell_soon()
            case MatchesHeard():
                self._tells.hear(event, now)

    def due(self, owner: object, now: Moment) -> None:
        """A deadline of this share has come."""
        match owner:
            case PartTurn() | MatchTurn():
                self._tells.due(owner, now)
            case FleetTurn():
                self._hears.due(now)

    def heard(self, now: Moment) -> list[EngineEvent]:
        """What was heard last, as events that tell it now: no memory holds it."""
        return self._hears.last(now)

    def seen_otherwise(self, now: Moment) -> None:
        """A link came or went."""
        self._tells.counted(now)

    def unseen(self, target: Target, why: str, now: Moment) -> None:
        """What happened at a server for a while, nobody saw."""
        self._tells.unseen(target, why, now)

    def gather(self, now: Moment) -> None:
        """Puts out what is to be told by now."""
        self._tells.gather(now)


class FleetShare:
    """The rules of the fleet, on what the nodes tell."""

    def __init__(self, tells: FleetTells, hears: FleetHears) -> None:
        self.remembered: tuple[Remembered, ...] = (tells, hears)
        self._tells = tells
        self._hears = hears

    @property
    def let_go(self) -> int:
        """How many matches or news were given up, for too many or too old."""
        return self._tells.let_go + self._hears.lost

    @property
    def is_urgent(self) -> bool:
        """Whether nodes wait for what is to be told: news, or how the fleet stands by now."""
        return self._tells.is_urgent

    def recall(self, memory: Memory, now: Moment) -> None:
        """Restores what is remembered, before the rules are given out."""
        self._hears.wait(now)
        memory.recall_shares(self._tells.load, self._hears.load)

    def wait(self, now: Moment) -> None:
        """The rules are about to be replaced: nodes are yet to tell of the new ones."""
        self._hears.wait(now)

    def adopt(self, _now: Moment) -> None:
        """The rules were given out."""

    def begin(self, now: Moment) -> None:
        """What was remembered of rules was restored."""
        self._hears.begin(now)

    def handle(self, event: EngineEvent, now: Moment) -> None:
        """Takes what another engine or the host tells; what is meant for others is ignored."""
        match event:
            case PartTold() | MatchesTold() | NodesListed():
                self._hears.handle(event, now)

    def due(self, owner: object, now: Moment) -> None:
        """A deadline of this share has come."""
        match owner:
            case NodeTurn():
                self._hears.due(owner, now)
            case StandingTurn():
                self._tells.due(now)

    def heard(self, now: Moment) -> list[EngineEvent]:
        """What was heard last, as events that tell it now: no memory holds it."""
        return self._hears.last(now)

    def seen_otherwise(self, _now: Moment) -> None:
        """Links are the nodes' affair."""

    def unseen(self, _target: Target, _why: str, _now: Moment) -> None:
        """So is what nobody saw."""

    def gather(self, now: Moment) -> None:
        """Puts out what is to be told by now."""
        self._tells.gather(now)
        self._hears.gather(now)


Share = NodeShare | FleetShare
