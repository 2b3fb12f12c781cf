"""Facts that are asked of the game, such as `players`: where a live rule reads them, and when.

Asked when the server is seen to run, and then as often as its pack says. A question is a command like
any other: `limits.allow` and the budgets hold for it.
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.core.calls import SendCommand
from automaton.core.decision_log import DecisionLog
from automaton.core.events import State
from automaton.core.moment import Moment
from automaton.core.rules.loops import NO_CHAIN
from automaton.core.rules.rule import Arm, Rulebook
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.target import PollTurn, Target

PLAYERS = "players"
AGAIN = 10.0  # seconds until a question over budget is tried again


class Polls:
    """Asks for facts. A server has one turn at a time.

    `changed` is told the facts that are no longer believed because nobody answered.
    """

    def __init__(self, runner: Runner, log: DecisionLog, deadlines: Deadlines[object]) -> None:
        self._runner = runner
        self._log = log
        self._deadlines = deadlines
        self.changed: Callable[[Target, frozenset[str], Moment], None] = lambda _target, _changed, _now: None

    def choose(self, target: Target, book: Rulebook) -> None:
        """Whether a live rule here, or a wider one that looks at this server, reads what can be asked."""
        rules = [rule for rule, _ in target.scope.rules.values()]
        rules += [home.scope.rules[id_][0] for id_, home in target.seats.items() if id_ in home.scope.rules]
        wanted = any(PLAYERS in rule.names and self._runner.gates.arm(rule) is Arm.LIVE for rule in rules)
        target.poll = book.pack(target.server.facts.pack).polls.get(PLAYERS) if wanted else None

    def look(self, target: Target, now: Moment) -> None:
        """Begins to ask, or ceases to."""
        if target.poll is None and target.poll_turn is None:
            return
        facts = target.server.facts
        runs = target.poll is not None and bool(facts.connected) and facts.state is State.RUNNING
        if not runs:
            self.forget(target)
        elif target.poll_turn is None:
            target.poll_turn = PollTurn(target)
            self._ask(target, target.poll_turn, now)

    def due(self, owner: object, now: Moment) -> None:
        """The time for the next question has come."""
        if isinstance(owner, PollTurn) and owner.target.poll_turn is owner:
            self.look(owner.target, now)
            if owner.target.poll_turn is owner:
                self._ask(owner.target, owner, now)

    def forget(self, target: Target) -> None:
        if target.poll_turn is not None:
            self._deadlines.drop(target.poll_turn)
            target.poll_turn = None

    def _ask(self, target: Target, turn: PollTurn, now: Moment) -> None:
        poll, facts, gates = target.poll, target.server.facts, self._runner.gates
        assert poll is not None
        if now.mono < self._runner.settled_at:
            self._deadlines.set(turn, self._runner.settled_at)
            return
        call = SendCommand(server=target.key.of, command=poll.send)
        separator = self._runner.book.pack(facts.pack).separator
        if gates.authority(call, facts, separator) is not None:
            self._deadlines.set(turn, now.mono + poll.every)  # `check` says that it may not be asked
            return
        if gates.held(call, facts, now.mono) is not None:
            self._deadlines.set(turn, now.mono + AGAIN)
            return
        gates.spend(call, facts.profile.node, now.mono)
        target.server.echoes.typed(call.command, now.mono)
        self._runner.loops.typed(target.key.of, NO_CHAIN, now.mono)
        self._deadlines.set(turn, now.mono + poll.every)
        self._log.tell_poll(target.home, now, call)
        self.changed(target, facts.polled(now.mono), now)
