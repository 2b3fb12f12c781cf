"""Facts that a game is asked for over the network: only where a live rule reads them.

A question is a call like any other: the dispatcher performs it, its outcome is an event. It types nothing and
spends no budget; a hold and `settle` keep it back as they keep polls. Law: one at a time for each server, and
what we could not ask counts as nothing, never as silence.
"""

from __future__ import annotations

from automaton.core.arm import Arm
from automaton.core.calls import QueryGame
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.events import State
from automaton.core.facts.observed import JOINS_AND_LEAVES
from automaton.core.facts.own import MISSED_TURNS
from automaton.core.facts.queried import QUERIED, QUERY_EVERY
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.pipeline import CallFacts, before_poll
from automaton.core.happening import Seen
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.pack import Pack
from automaton.core.polling.asking import AGAIN, NOBODY, rules_that_look, spread
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.server import QueryCounts
from automaton.core.targets.target import QueryTurn, Target
from automaton.core.targets.targets import Targets

PLAYERS, PROBE = "players", "probe"
BEGINS_AFTER = 1.0
"""Seconds from when a game is seen running to the first question: what else happens then comes before."""

NOT_ASKED = "it is asked only where a rule that is live reads it"

NO_RULES: frozenset[str] = frozenset()


class Queries:
    """Asks games over the network. `look` and `due` return what became unknown by it."""

    def __init__(
        self, book: Rulebook, targets: Targets, gates: GateState, log: DecisionCollector,
        deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self.adopt(book)
        self._targets = targets
        self._gates = gates
        self._log = log
        self._deadlines = deadlines
        self._under_way: dict[int, QueryTurn] = {}

    def adopt(self, book: Rulebook) -> None:
        """Replaces rules and packs; `choose` is to be called for each server, and `look`."""
        self._book = book
        self._probing = frozenset(rule.id for rule in book.rules if _probes(rule))

    def choose(self, target: Target) -> None:
        """Asks this server's game where a live rule here, or a wider one that looks at it, reads it."""
        wanted = QUERIED.union(one.fact.name for one in target.server.facts.own.queried())
        if self._counting(target) is not QueryCounts.WHERE_UNKNOWN:
            wanted |= {PLAYERS}
        asks = self._probing if self._pack(target).probe is None else NO_RULES
        target.server.facts.queried.is_asked = any(
            (not wanted.isdisjoint(rule.names) or rule.id in asks) and self._gates.arm(rule) is Arm.LIVE
            for rule in rules_that_look(target)
        )

    def _counting(self, target: Target) -> QueryCounts:
        """What its answer is to the count of players: its pack may have a question for the console."""
        pack = self._pack(target)
        if PLAYERS in pack.polls:
            return QueryCounts.WHERE_UNKNOWN
        is_counted = pack.events.keys() >= JOINS_AND_LEAVES
        return QueryCounts.RIGHT if is_counted else QueryCounts.ALONE

    def _pack(self, target: Target) -> Pack:
        return self._book.pack(target.server.facts.pack)

    def look(self, target: Target, now: Moment) -> Seen:
        """Begins or ceases to ask, as the link, the power state and the address allow."""
        facts = target.server.facts
        queried = facts.queried
        runs = facts.connected and facts.state is State.RUNNING
        address = queried.address if runs and queried.is_asked else None
        turn = target.query_turn
        if turn is not None and turn.address == address:
            return Seen()
        lost = Seen()
        if turn is not None:
            self._end(target)
            why = NOT_ASKED if runs and queried.address is not None else ""
            lost = target.server.rests(why, now.mono, self._counting(target))
        if address is not None:
            turn = target.query_turn = QueryTurn(target, address)
            self._deadlines.set(turn, now.mono + self._wait(target))
        return lost

    def _wait(self, target: Target) -> float:
        """The seconds for which its first question waits, so that not all games are asked at once."""
        return BEGINS_AFTER + spread(len(self._targets.servers), QUERY_EVERY, target.home)

    def forget(self, target: Target) -> None:
        """Asks this server no longer."""
        if target.query_turn is not None:
            self._end(target)

    def _end(self, target: Target) -> None:
        turn, target.query_turn = target.query_turn, None
        assert turn is not None
        self._deadlines.drop(turn)
        if turn.number is not None:
            self._under_way.pop(turn.number, None)

    def due(self, turn: QueryTurn, now: Moment) -> Seen:
        """The time for the next question has come."""
        target = turn.target
        if target.query_turn is not turn:
            return Seen()
        lost = self.look(target, now)
        if target.query_turn is not turn:
            return lost
        address = turn.address
        self._deadlines.set(turn, now.mono + QUERY_EVERY)
        if turn.number is not None:
            return lost  # the last one is still under way
        facts = target.server.facts
        call = QueryGame(
            server=target.key.of, protocol=address.protocol, host=address.host, port=address.port
        )
        known = CallFacts(now=now, gates=self._gates, server=facts, arm=Arm.LIVE, pack=self._pack(target))
        held = before_poll(NOBODY, target.key, known, call)
        if held is not None:
            settling = held.verdict is Verdict.SETTLING
            self._deadlines.set(turn, held.until + self._wait(target) if settling else now.mono + AGAIN)
            why = f"it is not asked: {held.detail or held.verdict.sentence}"
            return target.server.rests(why, now.mono, self._counting(target))
        facts.queried.asks(now.mono)
        number = self._log.tell_poll(target.home, now, call)
        turn.sent(number)
        self._under_way[number] = turn
        return lost

    def answered(self, number: int, outcome: Outcome, now: Moment) -> tuple[Target, Seen] | None:
        """What an outcome means for its server; None where no question of ours has this number."""
        turn = self._under_way.pop(number, None)
        if turn is None:
            return None
        target = turn.target
        seen = target.server.queried(outcome, now.mono, self._counting(target))
        queried = target.server.facts.queried
        turn.over(was_answered=not queried.trouble)
        if turn.unanswered == MISSED_TURNS:
            self._log.tell_unanswered(target.home, now, f"`query`: {queried.trouble}")
        return target, seen


def _probes(rule: Rule) -> bool:
    """Whether it asks games whether they are alive: for that it must be known that they answered before."""
    return any(step.verb == PROBE for step in walk(rule.steps()))
