"""Two turmoils that are the same but for how a reload is taken: by what changed alone, or all anew.

The law: both decide the same, and leave the same. Owners that are due at the same moment come in the order in
which they first had a deadline; what is worked out anew has a new one, so after each reload both are put into
one order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, zip_longest
from typing import Any

from automaton.core.decision import Decision, Verdict
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.targets.aggregate import Member
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import PollTurn, QueryTurn, Target
from tests.core.journalled import compared
from tests.core.story import Story, book
from tests.core.turmoil import Turmoil, limits
from tests.core.turmoil_rules import some_changed, some_rules, written

OF_OPEN = frozenset({Verdict.ALREADY_OPEN, Verdict.QUEUED, Verdict.OWN_RUN_GOING})


class Reloading(Turmoil):
    """Reloads often, and then a rule or two are others. `anew`: it works everything out anew each time."""

    def __init__(self, seed: int, *, anew: bool) -> None:
        self.anew = anew
        self.reloads = 0
        super().__init__(seed)
        self._texts = some_rules(self.chance)
        self._ways += [self.reload] * 30

    def reload(self, _: str) -> None:
        if self.chance.random() < 0.8:
            self._texts = some_changed(self._texts, self.chance)
        self._rules = written(self._texts)
        if self.chance.random() < 0.2:
            self._limits, self.limited_since = limits(self.chance), self.now
        self.adopt(self.now, self._rules, self._limits)

    def adopt(self, mono: float, rules: str, limits: Limits | None = None) -> Story:
        self.reloads += 1
        decisions = self.engine.adopt(book(rules), limits or self._limits, Moment(mono, mono), anew=self.anew)
        in_one_order(self)
        self._take(decisions, mono)
        return self

    def _take(self, decisions: list[Decision], mono: float) -> None:
        """Without what a rule says of an open incident: to who is judged anew that is news again."""
        super()._take([one for one in decisions if one.verdict not in OF_OPEN or one.calls], mono)


def in_one_order(turmoil: Turmoil) -> None:
    """Gives whoever is due at the same moment a turn by name."""
    deadlines = turmoil.engine._deadlines
    owners = sorted(deadlines._wanted, key=_name)
    deadlines._turns = {owner: turn for turn, owner in enumerate(owners)}
    deadlines._turn = count(len(owners))
    deadlines._sweep()


def _name(owner: object) -> tuple[str, ...]:
    kind = type(owner).__name__
    match owner:
        case RuleState():
            return (kind, owner.seed)
        case Member(target=target, aggregation=aggregation):
            counts = aggregation.aggregate
            return (kind, target.home, counts.target.home, counts.rule, aggregation.applied.text)
        case PollTurn(target=target, asking=asking):
            return (kind, target.home, asking.send)
        case QueryTurn(target=target):
            return (kind, target.home)
        case Target(home=home):
            return (kind, home)
    return (kind, str(getattr(owner, "number", "")), str(getattr(owner, "name", "")))


def differences(one: Turmoil, other: Turmoil) -> Iterator[str]:
    """Where two turmoils decided, or would leave, something else."""
    yield from (
        f"{mine}, and not {its}" for mine, its in zip_longest(one.decisions, other.decisions) if mine != its
    )
    yield from compared("", left_by(one), left_by(other))


def left_by(turmoil: Turmoil) -> dict[str, Any]:
    """What would outlive it; of an open incident not what its rule thought of the last match."""
    left: dict[str, Any] = json.loads(json.dumps(turmoil.engine.dump(turmoil.engine.now)))
    for place in left["places"].values():
        place["standings"].sort(key=lambda one: (one["rule"], one["more"]))
        for one in place["standings"]:
            if one["incident"] is not None:
                one["last_verdict"] = None
    return left
