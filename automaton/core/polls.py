"""Facts that the game is asked for, such as `players`: only where a live rule reads them.

A poll is typed when the server is seen running, then as often as its pack or its definition says. It is a
command like any other: `limits.allow` and the budgets apply to it.
"""

from __future__ import annotations

from zlib import crc32

from automaton.core.calls import SendCommand, Spends
from automaton.core.console.command import CommandRefused, check_command
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.events import State
from automaton.core.facts.own import FromConsole
from automaton.core.gates.budgets import budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import Held
from automaton.core.gates.pipeline import CallFacts, before_poll
from automaton.core.moment import Moment
from automaton.core.pack import Pack, Poll
from automaton.core.rules.loops import Loops
from automaton.core.rules.rule import Arm, Rule, Rulebook
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.target import PollTurn, Target
from automaton.core.targets.targets import Targets

PLAYERS = "players"
AGAIN = 10.0  # seconds until a poll over budget is tried again
AT_ONCE = 20
"""Servers of which all may be asked in the same second. More are spread over as many seconds as it takes:
after a start, or when a node returns, thousands are seen running at the same moment."""

NOBODY = Rule(id="", arm=Arm.LIVE)
NONE: frozenset[str] = frozenset()


class Polls:
    """Polls games for facts. A server has one turn at a time for each.

    `look` and `due` return the facts that became unknown because earlier polls were not answered.
    """

    def __init__(
        self, book: Rulebook, targets: Targets, gates: GateState, loops: Loops, log: DecisionCollector,
        deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self._book = book
        self._targets = targets
        self._gates = gates
        self._loops = loops
        self._log = log
        self._deadlines = deadlines

    def adopt(self, book: Rulebook) -> None:
        """Replaces rules and packs; `choose` is to be called for each server, and `look`.

        What `limits.allow` refused is due at once: the limits may be others by now.
        """
        self._book = book
        for target in self._targets.servers.values():
            for turn in [turn for turn in target.poll_turns.values() if turn.is_refused]:
                self._end(turn)

    def choose(self, target: Target) -> None:
        """Polls this server for what a live rule here, or a wider one that looks at it, reads."""
        asked = self._may_ask(target)
        if not asked:
            target.ask_for({})
            return
        rules = [rule for rule, _ in target.rules.by_id.values()]
        homes = target.seats.items()
        rules += [home.rules.by_id[id_][0] for id_, home in homes if id_ in home.rules.by_id]
        read = NONE.union(*(rule.names for rule in rules if self._gates.arm(rule) is Arm.LIVE))
        target.ask_for({name: poll for name, poll in asked.items() if name in read})

    def _may_ask(self, target: Target) -> dict[str, Poll]:
        """The facts that this server's game can be asked for, and how."""
        facts = target.server.facts
        players = self._book.pack(facts.pack).polls.get(PLAYERS)
        asked = {} if players is None else {PLAYERS: players}
        for one in facts.own:
            origin = one.fact.origin
            if isinstance(origin, FromConsole):
                asked[one.fact.name] = Poll(origin.send, origin.every)
        return asked

    def look(self, target: Target, now: Moment) -> frozenset[str]:
        """Begins or ceases polling, as the link and the power state allow."""
        facts = target.server.facts
        runs = facts.connected and facts.state is State.RUNNING
        for name in [name for name in target.poll_turns if not runs or name not in target.polls]:
            self._end(target.poll_turns[name])
        if not runs:
            return NONE
        lost = NONE
        for name in [name for name in target.polls if name not in target.poll_turns]:
            turn = target.poll_turns[name] = PollTurn(target, name)
            wait = self._spread(target, name)
            if wait:
                self._deadlines.set(turn, now.mono + wait)
            else:
                lost |= self._ask(turn, now)
        return lost

    def due(self, turn: PollTurn, now: Moment) -> frozenset[str]:
        """The time for the next poll has come."""
        if turn.target.poll_turns.get(turn.fact) is not turn:  # polling ended, and perhaps began again
            return NONE
        lost = self.look(turn.target, now)
        return lost | self._ask(turn, now) if turn.target.poll_turns.get(turn.fact) is turn else lost

    def forget(self, target: Target) -> None:
        """Polls this server no longer."""
        for turn in list(target.poll_turns.values()):
            self._end(turn)

    def _end(self, turn: PollTurn) -> None:
        """Ends a turn, and what it said of why it could not ask."""
        self._deadlines.drop(turn.target.poll_turns.pop(turn.fact))
        if turn.fact == PLAYERS:
            turn.target.server.facts.players.trouble = ""

    def _spread(self, target: Target, name: str) -> float:
        """The seconds for which the first question waits, so that not all servers are asked at once."""
        window = min(len(self._targets.servers) / AT_ONCE, target.polls[name].every)
        return window * (crc32(f"{target.home}/{name}".encode()) / 2**32) if window > 1.0 else 0.0

    def _ask(self, turn: PollTurn, now: Moment) -> frozenset[str]:
        target, gates, mono = turn.target, self._gates, now.mono
        poll, facts = target.polls[turn.fact], target.server.facts
        own, pack = facts.own.get(turn.fact), self._book.pack(facts.pack)
        if own is not None and (refusal := _refused(poll.send, pack)):
            own.trouble = f"it is not asked: {refusal}"
            self._deadlines.set(turn, mono + poll.every)
            return NONE
        call = SendCommand(server=target.key.of, command=poll.send)
        known = CallFacts(now=now, gates=gates, server=facts, arm=Arm.LIVE, pack=pack)
        held = before_poll(NOBODY, target.key, known, call)
        if held is not None:
            self._hold(turn, held, poll, now)
            return NONE
        turn.is_refused = False
        budgets = budgets_for(call, gates.limits, facts.profile.node, Spends.ALL)
        gates.budgets.spend(budgets, mono)
        target.server.echoes.typed(call.command, mono)
        self._loops.typed(target.key.of, None, mono)  # what it answers continues no rule's chain
        self._deadlines.set(turn, mono + poll.every)
        self._log.tell_poll(target.home, now, call)
        if own is not None:
            if own.ask(mono):
                why = own.trouble or "no line of its game was the answer"
                self._log.tell_unanswered(target.home, now, f"`{turn.fact}`: {why}")
            return NONE
        return facts.polled(mono)

    def _hold(self, turn: PollTurn, held: Held, poll: Poll, now: Moment) -> None:
        """Asks later, and says why. What is not allowed is told once: the answer will be the same."""
        facts, was_refused = turn.target.server.facts, turn.is_refused
        turn.is_refused = held.verdict is Verdict.REFUSED
        trouble = f"it is not asked: {held.detail or held.verdict.sentence}"
        if (own := facts.own.get(turn.fact)) is not None:
            own.trouble = trouble
        else:
            facts.players.trouble = trouble
        match held.verdict:
            case Verdict.SETTLING:
                again = held.until
            case Verdict.REFUSED:
                again = now.mono + poll.every
            case _:
                again = now.mono + AGAIN
        self._deadlines.set(turn, again)
        if turn.is_refused and not was_refused:
            self._log.tell_unanswered(turn.target.home, now, f"`{turn.fact}`: {trouble}")


def _refused(command: str, pack: Pack) -> str:
    """Why this game is not asked so, empty where it may be: its stop command is no question."""
    try:
        check_command(command, pack)
    except CommandRefused as refusal:
        return str(refusal)
    return ""
