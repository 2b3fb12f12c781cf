"""Facts that the game is asked for, such as `players`: only where a live rule reads them.

A poll is typed when the server is seen running, then as often as its pack says. It is a command like any
other: `limits.allow` and the budgets apply to it.
"""

from __future__ import annotations

from automaton.core.calls import SendCommand, Spends
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.events import State
from automaton.core.gates.budgets import budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.pipeline import CallFacts, before_poll
from automaton.core.moment import Moment
from automaton.core.rules.loops import Loops
from automaton.core.rules.rule import Arm, Rule, Rulebook
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.target import PollTurn, Target

PLAYERS = "players"
AGAIN = 10.0  # seconds until a poll over budget is tried again
NOBODY = Rule(id="", arm=Arm.LIVE)
NONE: frozenset[str] = frozenset()


class Polls:
    """Polls games for facts. A server has one turn at a time.

    `look` and `due` return the facts that became unknown because earlier polls were not answered.
    """

    def __init__(
        self,
        book: Rulebook,
        gates: GateState,
        loops: Loops,
        log: DecisionCollector,
        deadlines: Deadlines[object],
    ) -> None:
        self._book = book
        self._gates = gates
        self._loops = loops
        self._log = log
        self._deadlines = deadlines

    def adopt(self, book: Rulebook) -> None:
        """Replaces rules and packs; `choose` is to be called for each server."""
        self._book = book

    def choose(self, target: Target) -> None:
        """Polls this server if a live rule here, or a wider one that looks at it, reads the fact."""
        rules = [rule for rule, _ in target.rules.by_id.values()]
        homes = target.seats.items()
        rules += [home.rules.by_id[id_][0] for id_, home in homes if id_ in home.rules.by_id]
        wanted = any(PLAYERS in rule.names and self._gates.arm(rule) is Arm.LIVE for rule in rules)
        pack = self._book.pack(target.server.facts.pack)
        target.ask_for(pack.polls.get(PLAYERS) if wanted else None)

    def look(self, target: Target, now: Moment) -> frozenset[str]:
        """Begins or ceases polling, as the link and the power state allow."""
        if target.poll is None and target.poll_turn is None:
            return NONE
        facts = target.server.facts
        if target.poll is None or not facts.connected or facts.state is not State.RUNNING:
            self.forget(target)
            return NONE
        return NONE if target.poll_turn is not None else self._ask(target, target.begin_poll(), now)

    def due(self, turn: PollTurn, now: Moment) -> frozenset[str]:
        """The time for the next poll has come."""
        target = turn.target
        if target.poll_turn is not turn:  # polling ended, and perhaps began again with another turn
            return NONE
        self.look(target, now)
        return self._ask(target, turn, now) if target.poll_turn is turn else NONE

    def forget(self, target: Target) -> None:
        """Polls this server no longer."""
        turn = target.end_poll()
        if turn is not None:
            self._deadlines.drop(turn)

    def _ask(self, target: Target, turn: PollTurn, now: Moment) -> frozenset[str]:
        poll, facts, gates, mono = target.poll, target.server.facts, self._gates, now.mono
        assert poll is not None
        call = SendCommand(server=target.key.of, command=poll.send)
        known = CallFacts(now=now, gates=gates, server=facts, arm=Arm.LIVE, pack=self._book.pack(facts.pack))
        held = before_poll(NOBODY, target.key, known, call)
        if held is not None:
            match held.verdict:
                case Verdict.SETTLING:
                    again = held.until
                case Verdict.REFUSED:
                    again = mono + poll.every  # `check` says that it may not be asked
                case _:
                    again = mono + AGAIN
            self._deadlines.set(turn, again)
            return NONE
        budgets = budgets_for(call, gates.limits, facts.profile.node, Spends.ALL)
        gates.budgets.spend(budgets, mono)
        target.server.echoes.typed(call.command, mono)
        self._loops.typed(target.key.of, None, mono)  # what it answers continues no rule's chain
        self._deadlines.set(turn, mono + poll.every)
        self._log.tell_poll(target.home, now, call)
        return facts.polled(mono)
