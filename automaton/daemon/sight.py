"""Finds how a rule stands towards a key, and what it sees: for those who look on between two turns."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.decision import Decision
from automaton.core.engine import Engine
from automaton.core.events import Event, ServerGone
from automaton.core.explain import TimerView, timers
from automaton.core.key import Key
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target
from automaton.daemon.seen import SeenExpression, see


class Sight:
    """Looks at an engine, and changes nothing of it. `hear` is told each event before it is judged."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._places: dict[str, Target] = {}

    def hear(self, event: Event) -> None:
        """A server that is gone and comes again is another place."""
        if isinstance(event, ServerGone):
            self._places.pop(event.server, None)

    def find(self, rule: str, key: str) -> RuleState | None:
        """The standing of this rule and key's text, None where it was never judged."""
        read = Key.read(key)
        place = self._place(read)
        if place is None:
            return None
        return self._engine.state_of(place, rule, read.more)

    def stand_in(self, rule: Rule, key: str) -> RuleState | None:
        """The same, or where it was never judged one that stands there idle; None for no place of ours."""
        found, read = self.find(rule.id, key), Key.read(key)
        place = self._place(read)
        return found if found is not None or place is None else RuleState(rule, 0, place, read.more)

    def under(self, rule: str, key: str) -> Iterator[RuleState]:
        """The standings of a rule under a key: its own, and one for each value that `by` adds to it.

        An empty key is all of the rule's.
        """
        for one in self._engine.rule_states():
            if one.rule.id == rule and is_under(one.key, key):
                yield one

    def look(self, decision: Decision) -> tuple[tuple[SeenExpression, ...], tuple[TimerView, ...]]:
        """What the rule of a decision sees at its moment."""
        standing = self.find(decision.rule, decision.key)
        if standing is None:
            return (), ()
        scene = standing.scene(decision.at)
        return see(standing.rule, scene), tuple(timers(standing, decision.at))

    def _place(self, key: Key) -> Target | None:
        home = key.home.text
        if home not in self._places:
            self._places = {place.home: place for place in self._engine.targets()}
        return self._places.get(home)


def is_under(key: str, home: str) -> bool:
    """Whether a key's text is this one, or this one with values behind it."""
    return not home or key == home or key.startswith(f"{home}/")
