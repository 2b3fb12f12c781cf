"""Facts that are asked of the game, such as `players`: where a live rule reads them, and when.

Asked when the server is seen to run, and then as often as its pack says. A question is a command like
any other: `limits.allow` and the budgets hold for it.
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.core.calls import SendCommand
from automaton.core.deadlines import Deadlines
from automaton.core.events import State
from automaton.core.loops import NO_CHAIN
from automaton.core.moment import Moment
from automaton.core.place import Place, PollTurn
from automaton.core.rule import Arm, Rulebook
from automaton.core.runner import Runner
from automaton.core.tally import Tally

PLAYERS = "players"
AGAIN = 10.0  # seconds until a question over budget is tried again


class Polls:
    """Asks for facts. A server has one turn at a time.

    `changed` is told the facts that are no longer believed because nobody answered.
    """

    def __init__(self, runner: Runner, tally: Tally, deadlines: Deadlines[object]) -> None:
        self._runner = runner
        self._tally = tally
        self._deadlines = deadlines
        self.changed: Callable[[Place, frozenset[str], Moment], None] = lambda _place, _changed, _now: None

    def choose(self, place: Place, book: Rulebook) -> None:
        """Whether a live rule here, or a wider one that looks at this server, reads what can be asked."""
        rules = [rule for rule, _ in place.scope.rules.values()]
        rules += [home.scope.rules[id_][0] for id_, home in place.seats.items() if id_ in home.scope.rules]
        wanted = any(PLAYERS in rule.names and self._runner.gates.arm(rule) is Arm.LIVE for rule in rules)
        place.poll = book.pack(place.server.facts.pack).polls.get(PLAYERS) if wanted else None

    def look(self, place: Place, now: Moment) -> None:
        """Begins to ask, or ceases to."""
        if place.poll is None and place.poll_turn is None:
            return
        facts = place.server.facts
        runs = place.poll is not None and bool(facts.connected) and facts.state is State.RUNNING
        if not runs:
            self.forget(place)
        elif place.poll_turn is None:
            place.poll_turn = PollTurn(place)
            self._ask(place, place.poll_turn, now)

    def due(self, owner: object, now: Moment) -> None:
        """The time for the next question has come."""
        if isinstance(owner, PollTurn) and owner.place.poll_turn is owner:
            self.look(owner.place, now)
            if owner.place.poll_turn is owner:
                self._ask(owner.place, owner, now)

    def forget(self, place: Place) -> None:
        if place.poll_turn is not None:
            self._deadlines.drop(place.poll_turn)
            place.poll_turn = None

    def _ask(self, place: Place, turn: PollTurn, now: Moment) -> None:
        poll, facts, gates = place.poll, place.server.facts, self._runner.gates
        assert poll is not None
        if now.mono < self._runner.settled_at:
            self._deadlines.set(turn, self._runner.settled_at)
            return
        call = SendCommand(server=place.key.of, command=poll.send)
        separator = self._runner.book.pack(facts.pack).separator
        if gates.authority(call, facts, separator) is not None:
            self._deadlines.set(turn, now.mono + poll.every)  # `check` says that it may not be asked
            return
        if gates.held(call, facts, now.mono) is not None:
            self._deadlines.set(turn, now.mono + AGAIN)
            return
        gates.spend(call, facts.profile.node, now.mono)
        place.server.echoes.typed(call.command, now.mono)
        self._runner.loops.typed(place.key.of, NO_CHAIN, now.mono)
        self._deadlines.set(turn, now.mono + poll.every)
        self._tally.tell_poll(place.home, now, call)
        self.changed(place, facts.polled(now.mono), now)
