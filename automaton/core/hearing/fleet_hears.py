"""What the fleet's engine makes of what nodes tell: counts change, and its rules hear what happened there.

Law: a match is judged once, in its node's order, at the moment at which it is heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automaton.core.decision import Verdict
from automaton.core.engine_events import EngineEvent, Match, MatchesHeard, MatchesTold, NodesListed, PartTold
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.memory import BACK_WITHIN
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.parts import HEARD
from automaton.core.routing import Routing
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.scope import to_node
from automaton.core.targets.fleet_parts import Changed, FleetParts
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.targets import Targets
from automaton.core.telling.fleet_tells import FleetTells
from automaton.core.telling.happenings import heard
from automaton.core.telling.pace import BELIEVED_FOR


class NodeTurn:
    """Owns the deadline at which a node that is silent is not believed any more."""

    __slots__ = ("node",)

    def __init__(self, node: str) -> None:
        self.node = node


class FleetHears:
    """`lost` counts matches that nodes gave up before they were heard."""

    def __init__(
        self, targets: Targets, states: RuleStates, routing: Routing, lifecycle: Lifecycle, tells: FleetTells,
        outbox: Outbox, deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        assert targets.parts is not None
        self.lost = 0
        self._parts: FleetParts = targets.parts
        self._targets = targets
        self._states = states
        self._routing = routing
        self._lifecycle = lifecycle
        self._tells = tells
        self._outbox = outbox
        self._deadlines = deadlines
        self._turns: dict[str, NodeTurn] = {}
        self._heard: dict[str, tuple[float, int]] = {}
        self._blind: dict[str, bool] = {}
        self._answers: dict[str, None] = {}
        self._listed_nodes: frozenset[str] | None = None
        self._is_changed = False

    def wait(self, now: Moment) -> None:
        """After a start or a reload, waits for all nodes to tell of the rules as they are."""
        self._parts.wait(now.mono + BACK_WITHIN)
        self._wait_for_untold()

    def begin(self, now: Moment) -> None:
        """Has what was remembered of the fleet's rules looked at."""
        for state in self._states.at(self._targets.fleet).values():
            self._deadlines.set(state, now.mono)

    def handle(self, event: PartTold | MatchesTold | NodesListed, now: Moment) -> None:
        """Takes what a node told, or which nodes there are."""
        match event:
            case PartTold():
                self._part(event, now)
            case MatchesTold():
                self._matches(event, now)
            case NodesListed(nodes=nodes):
                self._listed(set(nodes), now)

    def last(self, now: Moment) -> list[EngineEvent]:
        """What was heard last, as events that tell it now. Of a node that is silent nothing is believed."""
        listed = self._listed_nodes
        nodes: list[EngineEvent] = (
            [] if listed is None else [NodesListed(server="", at=now, nodes=tuple(sorted(listed)))]
        )
        return nodes + [
            PartTold(
                server="", at=now, node=node, epoch=part.epoch, number=part.number,
                taken_over=part.taken_over, rules=tuple(part.rules.values()),
            )
            for node, part in self._parts.nodes.items()
            if part is not None and not part.is_silent
        ]  # fmt: skip

    def gather(self, now: Moment) -> None:
        """Puts out what was heard of each node that told anything, once however much it was."""
        for node in self._answers:
            began, number = self._heard[node]
            self._outbox.put(to_node(node), MatchesHeard(server="", at=now, began=began, number=number))
        self._answers.clear()

    def due(self, turn: NodeTurn, now: Moment) -> None:
        """A node was silent for too long; if it is not listed, it is no more."""
        is_listed = self._listed_nodes is None or turn.node in self._listed_nodes
        self._judge(self._parts.fall_silent(turn.node) if is_listed else self._forget(turn.node), now)

    def take_changes(self) -> dict[str, Any]:
        """The part that changed (`parts.py`)."""
        if not self._is_changed:
            return {}
        self._is_changed = False
        return {HEARD: self._dump()}

    def dump(self) -> dict[str, Any]:
        """What must outlive this process, by its name in a memory."""
        return {"heard": self._dump()}

    def load(self, memory: Mapping[str, Any]) -> None:
        """Restores what `dump` returned; to be called before the rules are given out."""
        self._heard = {
            str(node): (float(began), int(number))
            for node, (began, number) in memory.get("heard", {}).items()
        }
        self._parts.expect(self._heard)
        self._wait_for_untold()

    def _dump(self) -> dict[str, Any]:
        return {node: list(one) for node, one in sorted(self._heard.items())}

    def _part(self, event: PartTold, now: Moment) -> None:
        if self._parts.is_older(event):
            return
        known = self._parts.nodes.get(event.node)
        if known is None or known.epoch != event.epoch:
            self._tells.answer(event.node)
        if event.node not in self._heard:
            self._hears(event.node, 0.0, 0)
        turn = self._turns.setdefault(event.node, NodeTurn(event.node))
        self._deadlines.set(turn, now.mono + BELIEVED_FOR)
        self._judge(self._parts.take(event), now)

    def _listed(self, nodes: set[str], now: Moment) -> None:
        """Waits for new nodes. Others go once they are silent: a list may lack those of one Panel."""
        self._listed_nodes = frozenset(nodes)
        changed = self._parts.expect(sorted(nodes))
        self._wait_for_untold()
        for node, known in sorted(self._parts.nodes.items()):
            is_waited_for = known is None and now.mono < self._parts.waits_until
            if node not in nodes and not is_waited_for and (known is None or known.is_silent):
                changed = _joined(changed, self._forget(node))
        self._judge(changed, now)

    def _forget(self, node: str) -> Changed:
        if (turn := self._turns.pop(node, None)) is not None:
            self._deadlines.drop(turn)
        self._is_changed |= self._heard.pop(node, None) is not None
        self._answers.pop(node, None)
        return self._parts.forget(node)

    def _wait_for_untold(self) -> None:
        """Looks again at those that told nothing, once nobody waits for them any more."""
        for node in [node for node, known in self._parts.nodes.items() if known is None]:
            turn = self._turns.setdefault(node, NodeTurn(node))
            self._deadlines.set(turn, self._parts.waits_until)

    def _judge(self, changed: Changed, now: Moment) -> None:
        """Judges the rules whose counts changed; one without any server closes as `gone`."""
        fleet = self._targets.fleet
        for one in changed:
            if one.rule and not one.covered and not one.untold:
                gone = self._states.of_rule(fleet, one.rule)
                self._lifecycle.withdraw(gone, Verdict.GONE, now)
                for state in gone:
                    self._routing.forget(state)
        self._routing.aggregates_changed(changed, now)
        self._look_for_quiet(now)

    def _look_for_quiet(self, now: Moment) -> None:
        """A rule's quiet time pauses while none of its servers is seen."""
        fleet = self._targets.fleet
        for rule in fleet.open_rules():
            aggregate = fleet.aggregates.get(rule)
            if aggregate is None or self._blind.get(rule) is aggregate.is_blind:
                continue
            self._blind[rule] = aggregate.is_blind
            for state in self._states.of_rule(fleet, rule):
                if state.incident is not None and state.rule.quiet is not None:
                    self._lifecycle.look(state, now)

    def _matches(self, event: MatchesTold, now: Moment) -> None:
        """Takes those that come next. What follows a gap waits until the node tells it all again."""
        began, number = self._heard.get(event.node, (0.0, 0))
        known = self._parts.nodes.get(event.node)
        if known is not None and event.epoch < known.epoch:
            return  # of an owner before this one
        if event.began != began:  # its log was lost, and with it how far it had counted
            number = 0
        if event.oldest > number + 1:  # those before are not kept any more
            self.lost += event.oldest - number - 1 if event.began == began else 0
            number = event.oldest - 1
        for match in event.matches:
            if match.number == number + 1:
                self._match(match, now)
                number += 1
        self._hears(event.node, event.began, number)
        self._answers[event.node] = None

    def _match(self, match: Match, now: Moment) -> None:
        if not match.unseen:
            self._routing.hear_from(match.home, match.rules, tuple(map(heard, match.happened)), now)
            return
        for state in list(self._states.at(self._targets.fleet).values()):
            if state.awaited is not None and state.awaited.server == match.home:
                self._lifecycle.abandon(state, now, match.unseen)

    def _hears(self, node: str, began: float, number: int) -> None:
        if self._heard.get(node) != (began, number):
            self._heard[node] = began, number
            self._is_changed = True


def _joined(one: Changed, other: Changed) -> Changed:
    none = frozenset[str]()
    return {key: one.get(key, none) | other.get(key, none) for key in (*one, *other)}
