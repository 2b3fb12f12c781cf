"""Inhibition (`mutes`): an open incident holds back actions of other rules under its key.

Law: what is held is not lost. Afterwards a notice goes out if its incident is still open, and a run looks
again.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from automaton.core.key import By, Key
from automaton.core.rules.rule import Mutes, Rule

POWER = "power"
"""Among the actions of `mutes`."""

WIDTH = {By.SERVER: 0, By.NODE: 1, By.FLEET: 2}


@dataclass(frozen=True, slots=True)
class Inhibitor:
    """An open incident that mutes. `covers` returns the servers that its rule looks at, None for any.

    Unless `is_known`, nobody knows here whether it is open, and it holds power back as if it were.
    """

    rule: Rule
    key: Key
    mutes: Mutes
    covers: Callable[[], Container[str] | None]
    is_known: bool = True

    def holds(self, rule: Rule, key: Key, node: str) -> bool:
        """Whether this rule is muted at this key, whose node is `node`."""
        if self.rule.id == rule.id or not self._is_above(key, node):
            return False
        if self.mutes.everybody and WIDTH[rule.by] < WIDTH[self.rule.by]:
            return True
        return any(words.covers(rule.id) for words in self.mutes.rules)

    def _is_above(self, key: Key, node: str) -> bool:
        own = self.key
        if own.more and own.more != key.more:  # an incident of one player mutes nothing of another
            return False
        if own.by is By.SERVER:
            return key.home == own.home
        if own.by is By.NODE and node != own.of:
            return False
        covered = self.covers()
        # A node rule with a selector mutes only on the servers that it names.
        return covered is None or key.by is not By.SERVER or key.of in covered


class Inhibition:
    """`open` are the incidents that mute others, by rule and key, in the order of their opening."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, Key], Inhibitor] = {}

    def begin(self, rule: Rule, key: Key, covers: Callable[[], Container[str] | None]) -> None:
        """Adds an incident that opened; one without `mutes` is ignored."""
        if rule.mutes is not None:
            self.open[rule.id, key] = Inhibitor(rule, key, rule.mutes, covers)

    def suspect(self, rule: Rule, key: Key, covers: Callable[[], Container[str] | None]) -> None:
        """Adds one of which nobody knows: power waits, for an action is not taken back; messages go."""
        if rule.mutes is not None and POWER in rule.mutes.actions:
            mutes = replace(rule.mutes, actions=frozenset({POWER}))
            self.open[rule.id, key] = Inhibitor(rule, key, mutes, covers, is_known=False)

    def end(self, rule: str, key: Key) -> bool:
        """Removes an incident that is over. True if it had `mutes`."""
        return self.open.pop((rule, key), None) is not None

    def clear(self) -> None:
        """Removes all, to be rebuilt after a reload."""
        self.open.clear()

    def find(self, rule: Rule, key: Key, node: str, action: str) -> Inhibitor | None:
        """The oldest incident that holds this action (`notify`, `power`) of this rule and key."""
        for one in self.open.values():
            if action in one.mutes.actions and one.holds(rule, key, node):
                return one
        return None
