"""Facts that the game is asked for, such as `players`: only where a live rule reads them.

A poll is typed when the server is seen running, then as often as its pack or its definition says. Facts that
the same command tells are asked for by one question. `limits.allow` and the budgets apply to it as to any
command, but it waits for no entry of the journal: after a kill a budget may have forgotten the last ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from automaton.core.arm import Arm
from automaton.core.calls import AskConsole, Spends
from automaton.core.console.command import CommandRefused, check_command
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.events import State
from automaton.core.facts.facts import Facts
from automaton.core.facts.own import FromConsole
from automaton.core.facts.own_values import OwnValue
from automaton.core.gates.budgets import budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import Held
from automaton.core.gates.pipeline import CallFacts, before_poll
from automaton.core.moment import Moment
from automaton.core.pack import Pack, Poll
from automaton.core.polling.asking import AGAIN, NOBODY, rules_that_look, spread
from automaton.core.rules.loops import Loops
from automaton.core.rules.rule import Rulebook
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.target import NO_POLLS, Asking, PollTurn, Target
from automaton.core.targets.targets import Targets

PLAYERS = "players"
NONE: frozenset[str] = frozenset()


class Polls:
    """Polls games for facts. A server has one turn at a time for each question.

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
            target.ask_for(NO_POLLS)
            return
        rules = rules_that_look(target)
        arm = self._gates.arm  # asked last, and of few: this is done for each server of a start
        read = {
            name: poll
            for name, poll in asked.items()
            if any(name in rule.names and arm(rule) is Arm.LIVE for rule in rules)
        }
        target.ask_for(_by_question(read))

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
        for send, turn in list(target.poll_turns.items()):
            wanted = target.polls.get(send)
            if not runs or wanted is None or not turn.asking.answers(wanted):
                self._end(turn)
        if not runs:
            return NONE
        lost = NONE
        for send in [send for send in target.polls if send not in target.poll_turns]:
            turn = target.poll_turns[send] = PollTurn(target, target.polls[send])
            wait = self._spread(turn)
            if wait:
                self._deadlines.set(turn, now.mono + wait)
            else:
                lost |= self._ask(turn, now)
        return lost

    def due(self, turn: PollTurn, now: Moment) -> frozenset[str]:
        """The time for the next poll has come."""
        turns, send = turn.target.poll_turns, turn.asking.send
        if turns.get(send) is not turn:  # polling ended, and perhaps began again
            return NONE
        lost = self.look(turn.target, now)
        return lost | self._ask(turn, now) if turns.get(send) is turn else lost

    def forget(self, target: Target) -> None:
        """Polls this server no longer."""
        for turn in list(target.poll_turns.values()):
            self._end(turn)

    def _end(self, turn: PollTurn) -> None:
        """Ends a turn, and what it said of why it could not ask."""
        self._deadlines.drop(turn.target.poll_turns.pop(turn.asking.send))
        if PLAYERS in turn.asking.facts:
            turn.target.server.facts.players.trouble = ""

    def _spread(self, turn: PollTurn) -> float:
        """The seconds for which the first question waits, so that not all servers are asked at once."""
        what = f"{turn.target.home}/{turn.asking.facts[0]}"
        return spread(len(self._targets.servers), turn.asking.every, what)

    def _ask(self, turn: PollTurn, now: Moment) -> frozenset[str]:
        target, gates, mono = turn.target, self._gates, now.mono
        asking = turn.asking = target.polls[turn.asking.send]
        facts, pack = target.server.facts, self._book.pack(target.server.facts.pack)
        own = _own_values(facts, asking)
        if own and (refusal := _refused(asking.send, pack)):
            for one in own:
                one.trouble = f"it is not asked: {refusal}"
            self._deadlines.set(turn, mono + asking.every)
            return NONE
        call = AskConsole(server=target.key.of, command=asking.send)
        grants = gates.grants
        grant = None if grants is None else grants.answer(turn, call, Spends.ALL)
        known = CallFacts(now=now, gates=gates, server=facts, arm=Arm.LIVE, grant=grant, pack=pack)
        held = before_poll(NOBODY, target.key, known, call)
        if held is not None:
            if grants is not None and held is grant:
                grants.want(turn, call, Spends.ALL, now)
            self._hold(turn, held, now)
            return NONE
        turn.is_refused = False
        budgets = budgets_for(call, gates.limits, facts.profile.node, Spends.ALL)
        gates.budgets.spend(budgets, mono)
        if grants is not None:
            grants.use(turn, now)
        target.server.echoes.typed(call.command, mono)
        self._loops.typed(target.key.of, None, mono)  # what it answers continues no rule's chain
        self._deadlines.set(turn, mono + asking.every)
        self._log.tell_poll(target.home, now, call)
        for one in own:
            if one.ask(mono):
                why = one.trouble or "no line of its game was the answer"
                self._log.tell_unanswered(target.home, now, f"`{one.fact.name}`: {why}")
        return facts.polled(mono) if PLAYERS in asking.facts else NONE

    def _hold(self, turn: PollTurn, held: Held, now: Moment) -> None:
        """Asks later, and says why. What is not allowed is told once: the answer will be the same."""
        facts, was_refused = turn.target.server.facts, turn.is_refused
        turn.is_refused = held.verdict is Verdict.REFUSED
        trouble = f"it is not asked: {held.detail or held.verdict.sentence}"
        for one in _own_values(facts, turn.asking):
            one.trouble = trouble
        if PLAYERS in turn.asking.facts:
            facts.players.trouble = trouble
        match held.verdict:
            case Verdict.SETTLING | Verdict.TAKING_OVER:
                again = held.until
            case Verdict.REFUSED:
                again = now.mono + turn.asking.every
            case _:
                again = now.mono + AGAIN
        self._deadlines.set(turn, again)
        if turn.is_refused and not was_refused:
            names = ", ".join(f"`{name}`" for name in turn.asking.facts)
            self._log.tell_unanswered(turn.target.home, now, f"{names}: {trouble}")


def _by_question(polls: Mapping[str, Poll]) -> dict[str, Asking]:
    """These polls by what is typed: a command that tells several facts is typed as often as one needs it."""
    named: dict[str, list[str]] = defaultdict(list)
    for name, poll in polls.items():
        named[poll.send].append(name)
    return {
        send: Asking(send, min(polls[name].every for name in names), tuple(names))
        for send, names in named.items()
    }


def _own_values(facts: Facts, asking: Asking) -> list[OwnValue]:
    """The values of one's own, and of packs, that this question tells."""
    found: Iterable[OwnValue | None] = map(facts.own.get, asking.facts)
    return [one for one in found if one is not None]


def _refused(command: str, pack: Pack) -> str:
    """Why this game is not asked so, empty where it may be: its stop command is no question."""
    try:
        check_command(command, pack)
    except CommandRefused as refusal:
        return str(refusal)
    return ""
