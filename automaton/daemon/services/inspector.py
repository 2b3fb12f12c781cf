"""Looks at the engine between two of its turns, and changes nothing.

Nothing else in this room reaches into the engine: what is to be seen of it is a method here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

import anyio
import anyio.lowlevel

from automaton.core.arm import Arm
from automaton.core.decision import Decision, Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, LinePrinted, ServerGone
from automaton.core.explain import Reason, RunView, StateView, TimerView, timers
from automaton.core.facts.facts import Facts
from automaton.core.gates.armed import ArmedByHand
from automaton.core.gates.hold import Hold
from automaton.core.gates.silences import Silence
from automaton.core.key import Key
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.line_reading import LineReading
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target
from automaton.daemon.services.expression_values import ExpressionValues, see

PORTION = 2_000  # states that are looked at in one go, about a millisecond


class Inspector:
    """Sees one engine. What it gives is of now, and changes with the engine's next turn."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._targets: dict[str, Target] = {}

    def observe(self, event: Event) -> None:
        """Forgets a server that is gone: one that comes back is another. Needs no readings and no lines."""
        if isinstance(event, ServerGone):
            self._targets.pop(event.server, None)

    def find(self, rule: str, key: str) -> RuleState | None:
        """The state of this rule towards a key, by the key's text; None where it was never judged."""
        read = Key.read(key)
        target = self._target(read)
        return self._engine.state_of(target, rule, read.more) if target is not None else None

    def numbered(self, rule: str, key: str, number: int) -> RuleState | None:
        """The state of a rule whose open incident has this number, at a key or with values behind it.

        No other state is looked at: strangers choose values, and a message may name a thousand incidents.
        """
        read = Key.read(key)
        if (target := self._target(read)) is None:
            return None
        found = self._engine.state_of(target, rule, target.values_of(number) or read.more)
        is_it = found is not None and found.incident is not None and found.incident.number == number
        return found if is_it else None

    def states_at(self, key: str) -> list[RuleState]:
        """The states of all rules at one server, node or the fleet, by the key's text."""
        target = self._target(Key.read(key))
        return list(self._engine.states_at(target)) if target is not None else []

    def seat(self, server: str, rule: str) -> str | None:
        """The key of the node or fleet from which a wider rule looks at a server; None where it does not."""
        target = self._target(Key.read(server))
        home = target.seats.get(rule) if target is not None else None
        return home.home if home is not None else None

    def read_line(self, event: LinePrinted) -> LineReading | None:
        """A line as it will be judged, to be asked before it is; None for one of a server that is gone."""
        return self._engine.read_line(event)

    def stand_in(self, rule: Rule, key: str) -> RuleState | None:
        """The same, or an idle one where it was never judged; None where no such server, node or fleet is."""
        found, read = self.find(rule.id, key), Key.read(key)
        target = self._target(read)
        return found if found is not None or target is None else RuleState(rule, target, read.more)

    def under(self, rule: str, key: str) -> Iterator[RuleState]:
        """The states of a rule under a key: its own, and one for each value that `by` adds to it.

        An empty key is all of the rule's.
        """
        if not key:
            yield from self._engine.states_of(rule)
            return
        for one in self.states_at(key):
            if one.rule.id == rule and is_under(one.key, key):
                yield one

    def states(self) -> Iterable[RuleState]:
        """All rules towards all keys that were judged so far."""
        return self._engine.rule_states()

    async def states_in_portions(self) -> AsyncIterator[Sequence[RuleState]]:
        """The same, and other tasks run in between: of a hundred thousand it takes tens of milliseconds."""
        found: list[RuleState] = []
        for target in list(self._engine.targets()):
            found += self._engine.states_at(target)
            if len(found) >= PORTION:
                yield found
                found = []
                await anyio.lowlevel.checkpoint()
        yield found

    def open(self) -> Iterator[RuleState]:
        """Those whose incident is open."""
        return iter(self._engine.open_states())

    def targets(self) -> list[Target]:
        """Every server, node and the fleet, as they are listed now."""
        return list(self._engine.targets())

    def is_awaited(self, key: str) -> bool:
        """Whether something is remembered of the server, node or fleet of a key, and it is not listed yet."""
        return self._engine.is_awaited(Key.read(key).home)

    def no_journal(self) -> str:
        """Why nothing can be written down, empty while it can."""
        return self._engine.no_journal

    def facts(self) -> dict[str, Facts]:
        """What is known of each server, by its uuid."""
        return {uuid: server.facts for uuid, server in self._engine.servers().items()}

    def facts_of(self, server: str) -> Facts | None:
        """What is known of one server, None of one that is not listed."""
        target = self._engine.target(Key.read(server))
        return target.server.facts if target is not None else None

    def arm(self, rule: Rule) -> Arm:
        """What a rule may do in the end: the lesser of its own word and that of `limits`."""
        return self._engine.arm(rule)

    def armed(self) -> Mapping[str, ArmedByHand]:
        """What people said of rules' `arm` since the files were read, by rule."""
        return self._engine.armed()

    def limit(self) -> Arm:
        """How far any rule may go: `limits.arm`."""
        return self._engine.limits.arm

    def holds(self, state: RuleState, now: Moment) -> Iterator[Reason]:
        """What keeps the actions of a rule back for this key."""
        return self._engine.explainer.holds(state, now)

    def state_view(self, state: RuleState, now: Moment) -> StateView:
        """All that can be said of a rule towards a key."""
        return self._engine.explainer.view(state, now)

    def own_run(self, state: RuleState, now: Moment) -> RunView | None:
        """Where the run of its own incident is, None where none goes."""
        return self._engine.explainer.own_run(state, now)

    def runs_of(self, state: RuleState, now: Moment) -> tuple[RunView, ...]:
        """Where each run of a rule and key is, its own first."""
        return self._engine.explainer.runs(state, now)

    def silences(self, now: Moment) -> list[Silence]:
        """Those that have not ended, the one that ends first at the front."""
        going = self._engine.silences()
        return sorted((one for one in going if one.until > now.mono), key=lambda one: one.until)

    def hold(self) -> Hold | None:
        """What holds every action, None for nothing."""
        return self._engine.hold

    def is_drilled(self, rule: str, key: str) -> bool:
        """Whether a drill of this rule and key is not over yet."""
        return self._engine.is_drilled(rule, key)

    def counted(self) -> Counter[tuple[str, Verdict]]:
        """How often each rule came to each verdict since the start."""
        return self._engine.log.counted

    def restless(self) -> list[tuple[str, str, int]]:
        """What is slowed down, for the engine looked at it though nothing happened: rule, key, looks."""
        return self._engine.restless()

    def runs_going(self) -> int:
        """How many runs go on."""
        return self._engine.runs

    def unreadable(self) -> int:
        """How many parts of the memory could not be read at the start."""
        return self._engine.unreadable

    def let_go(self) -> int:
        """How many servers that are not listed any more were forgotten early."""
        return self._engine.let_go

    def values_let_go(self) -> int:
        """How many values of `first` were forgotten early."""
        return self._engine.values_let_go

    def untold(self) -> int:
        """How much of what engines tell one another was never heard."""
        return self._engine.untold

    def look(self, decision: Decision) -> tuple[tuple[ExpressionValues, ...], tuple[TimerView, ...]]:
        """What the rule of a decision sees at its moment."""
        state = self.find(decision.rule, decision.key)
        if state is None:
            return (), ()
        scene = state.scene(decision.at)
        return see(state.rule, scene), tuple(timers(state, decision.at))

    def _target(self, key: Key) -> Target | None:
        home = key.home.text
        if home not in self._targets:
            self._targets = {target.home: target for target in self._engine.targets()}
        return self._targets.get(home)


def is_under(key: str, home: str) -> bool:
    """Whether a key's text is this one, or this one with values behind it."""
    return not home or key == home or key.startswith(f"{home}/")
