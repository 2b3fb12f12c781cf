"""The fleet's budgets and who has room in them: granted to the nodes' engines in the order of asking.

Law: what was granted counts from then on until it is known what became of it. A budget's time runs only from
when the sending was told, so no delay of a word lets more out than the budget allows; a place in `parallel`
is free once its node says that the action is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from automaton.core.gates.budgets import Budgets
from automaton.core.gates.fleet_budgets import PARALLEL, budget_of
from automaton.core.gates.held import over_budget, over_parallel
from automaton.core.gates.limits import Limits
from automaton.core.gates.wait_queue import SHORTEST
from automaton.core.gates.waiting_line import WaitingLine
from automaton.core.grant_events import GrantDelay, GrantLine, GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.wall_time import WallTime
from automaton.core.scope import to_node
from automaton.core.span import span

UNHEARD = 30.0  # seconds; who asks does so every few, so one that was not heard for so long waits no more
ASKED_EVERY = 60.0  # seconds; a silent node that has something is asked whether it still goes
LET_GO_AFTER = 7200.0
"""Seconds, as long as an action may wait at all (rule-language 4.8): a node that nobody judges for so long
has no action going, for whoever sent one lost its lease long since, and Wings waits for seconds only."""


@dataclass(slots=True)
class Grant:
    """Room that one action has. `spent_at` is the `mono` from which its budgets' time runs."""

    budgets: tuple[str, ...]
    spent_at: float | None = None
    is_sent: bool = False
    is_in_vain: bool = False
    is_over: bool = False

    @property
    def is_unused(self) -> bool:
        """Whether it may still go out."""
        return not self.is_sent and not self.is_over


@dataclass(slots=True)
class Node:
    """What one node has. It told `heard_turn` last, at `heard_at`: the start, where nothing came yet."""

    heard_at: float
    ask_at: float
    heard_turn: int = 0
    grants: dict[int, Grant] = field(default_factory=dict)


class Granting:
    """Owns the deadline at which time alone makes room, or a silent node is asked.

    `announce` tells people; `changed` are the nodes whose grants changed since they were last written.
    """

    def __init__(
        self, limits: Limits, budgets: Budgets, outbox: Outbox, deadlines: Deadlines[object],
        announce: Callable[[str, str, Moment], None],
    ) -> None:  # fmt: skip
        self.limits = limits
        self.changed: dict[str, None] = {}
        self._budgets = budgets
        self._outbox = outbox
        self._deadlines = deadlines
        self._announce = announce
        self._nodes: dict[str, Node] = {}
        self._line = WaitingLine()
        self._full: dict[str, str] = {}  # why there is no room, by budget, as of the last look
        self._opens_at = inf

    @property
    def places(self) -> int:
        """How many places of `limits.power.parallel` are taken."""
        return sum(
            PARALLEL in grant.budgets and not grant.is_over
            for node in self._nodes.values()
            for grant in node.grants.values()
        )

    @property
    def waiting(self) -> int:
        """How many actions of all nodes wait for room."""
        return len(self._line)

    def hear(self, event: GrantsTold, now: Moment) -> None:
        """Takes what a node says, and answers: the same again to the same words. A late word is none."""
        node = self._nodes.setdefault(event.node, Node(now.mono, inf))
        if event.turn < node.heard_turn:
            return
        node.heard_at, node.ask_at = now.mono, now.mono + ASKED_EVERY
        if event.turn > node.heard_turn:
            node.heard_turn = event.turn
            self._take(event, node, now)
        self._answer({event.node: None, **self._give(now)}, now)

    def due(self, now: Moment) -> None:
        """Grants what time has made room for, and looks after those who are silent."""
        asked: dict[str, None] = {}
        for name, node in list(self._nodes.items()):
            if now.mono - node.heard_at >= UNHEARD:
                self._line.leave(name, list(self._line.of(name)))
            if now.mono - node.heard_at >= LET_GO_AFTER:
                self._let_go(name, node, now)
            elif now.mono >= node.ask_at and self._has_any(node):
                node.ask_at = now.mono + ASKED_EVERY
                asked[name] = None
        given = self._give(now)
        self._answer({name: None for name in given if name not in asked}, now)
        self._answer(asked, now, asks=True)
        self._deadlines.restless.excuse(self)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data, moments as wall, by node. Who waits is not in it: they ask again."""
        known = {name: self.dump_one(name, wall_time) for name in self._nodes}
        return {name: data for name, data in known.items() if data is not None}

    def dump_one(self, name: str, wall_time: WallTime) -> dict[str, Any] | None:
        """What one node has; None for nothing."""
        node = self._nodes.get(name)
        if node is None or not node.grants:
            return None
        grants = [
            [
                number, list(one.budgets), None if one.spent_at is None else wall_time.wall(one.spent_at),
                one.is_sent, one.is_in_vain, one.is_over,
            ]
            for number, one in node.grants.items()
        ]  # fmt: skip
        return {"turn": node.heard_turn, "grants": grants}

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned. Every node that has something is asked how things are now."""
        now = wall_time.now.mono
        for name, known in data.items():
            node = self._nodes[name] = Node(now, now, int(known["turn"]))
            for number, budgets, spent, sent, in_vain, over in known["grants"]:
                spent_at = None if spent is None else wall_time.mono(spent)
                node.grants[number] = Grant(tuple(budgets), spent_at, sent, in_vain, over)
        self._aim(wall_time.now)

    def _take(self, event: GrantsTold, node: Node, now: Moment) -> None:
        for line in event.lines:
            grant = node.grants.get(line.number)
            if grant is not None:
                self._learn(grant, line, event.node, now)
            elif not line.sent and not line.over:
                self._line.join(event.node, line.number, line.budgets)
            elif line.sent:  # what an engine before this one gave, whose memory was lost
                grant = node.grants[line.number] = Grant(line.budgets)
                self._learn(grant, line, event.node, now)
        told = {line.number for line in event.lines if not line.sent and not line.over}
        self._line.leave(event.node, self._line.of(event.node).keys() - told)
        for number in node.grants.keys() - {line.number for line in event.lines}:
            grant = node.grants.pop(number)
            self.changed[event.node] = None
            if grant.is_unused:  # the node's own memory was lost: nobody knows whether it went out
                self._spend(grant, now)

    def _learn(self, grant: Grant, line: GrantLine, node: str, now: Moment) -> None:
        if (line.sent, line.in_vain, line.over) == (grant.is_sent, grant.is_in_vain, grant.is_over):
            return
        self.changed[node] = None
        if line.sent and not grant.is_sent:
            grant.is_sent = True
            self._spend(grant, now)
        if line.in_vain and not grant.is_in_vain:
            grant.is_in_vain = True
            if grant.spent_at is not None:
                self._budgets.give_back(_tickets(grant), grant.spent_at)
        grant.is_over = grant.is_over or line.over

    def _spend(self, grant: Grant, now: Moment) -> None:
        limited = ((name, budget_of(name, self.limits)) for name, _ in _tickets(grant))
        spends = [((name, ""), budget) for name, budget in limited if budget is not None]
        self._budgets.spend(spends, now.mono)
        grant.spent_at = now.mono

    def _give(self, now: Moment) -> dict[str, None]:
        """Grants what there is room for, in order. The nodes to which something was given."""
        given: dict[str, None] = {}
        unused, places = self._unused(), self.places
        self._full, self._opens_at = {}, inf
        while (head := self._line.first(self._full)) is not None:
            name, number, budgets = head
            for one in budgets:
                self._look_for_room(one, places, unused[one], now)
            if any(one in self._full for one in budgets):
                continue
            self._line.leave(name, (number,))
            self._nodes[name].grants[number] = Grant(budgets)
            self.changed[name] = given[name] = None
            unused.update(budgets)
            places += PARALLEL in budgets
        self._aim(now)
        return given

    def _look_for_room(self, name: str, places: int, unused: int, now: Moment) -> None:
        """Notes that a budget is full, why, and when time alone makes room again."""
        if name == PARALLEL:
            if self.limits.parallel is not None and places >= self.limits.parallel:
                self._full[name] = over_parallel(places)
            return
        budget, ticket = budget_of(name, self.limits), (name, "")
        if budget is None or self._budgets.left(ticket, budget, now.mono) > unused:
            return
        self._full[name] = over_budget(name, budget)
        frees_at = self._budgets.frees_at(ticket, replace(budget, max=budget.max - unused))
        self._opens_at = min(self._opens_at, frees_at)

    def _unused(self) -> Counter[str]:
        """How many grants of each budget may still go out."""
        return Counter(
            name
            for node in self._nodes.values()
            for grant in node.grants.values()
            if grant.is_unused
            for name in grant.budgets
        )

    def _answer(self, names: dict[str, None], now: Moment, *, asks: bool = False) -> None:
        for name in names:
            node = self._nodes[name]
            given = tuple(number for number, grant in node.grants.items() if grant.is_unused)
            event = GrantsAnswered(
                server="", at=now, node=name, turn=node.heard_turn, given=given,
                delays=tuple(self._delays(name)), asks=asks,
            )  # fmt: skip
            self._outbox.put(to_node(name), event)

    def _delays(self, name: str) -> Iterator[GrantDelay]:
        for number, budgets in self._line.of(name).items():
            full = next(one for one in budgets if one in self._full)  # or it would not wait after a look
            yield GrantDelay(number=number, budget=full, detail=self._full[full])

    def _let_go(self, name: str, node: Node, now: Moment) -> None:
        """Forgets a node that nobody judges any more, and says how much room that makes."""
        del self._nodes[name]
        self.changed[name] = None
        for grant in node.grants.values():
            if grant.is_unused:
                self._spend(grant, now)
        going = sum(not grant.is_over for grant in node.grants.values())
        if going:
            why = f"nothing was heard of it for {span(LET_GO_AFTER)}"
            self._announce(f"{going} actions of node {name} are taken to be over", why, now)

    def _has_any(self, node: Node) -> bool:
        return any(not grant.is_over for grant in node.grants.values())

    def _aim(self, now: Moment) -> None:
        at = self._opens_at
        for name, node in self._nodes.items():
            if self._line.of(name):
                at = min(at, node.heard_at + UNHEARD)
            if self._has_any(node):
                at = min(at, node.ask_at, node.heard_at + LET_GO_AFTER)
        self._deadlines.set(self, max(at, now.mono + SHORTEST))


def _tickets(grant: Grant) -> tuple[tuple[str, str], ...]:
    """The budgets whose time runs once the action has gone out."""
    return tuple((name, "") for name in grant.budgets if name != PARALLEL)
