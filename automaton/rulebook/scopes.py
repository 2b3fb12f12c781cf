"""What may be read where in a rule: before it opens, while it is open, when its breaker trips.

In a rule wider than one server a server's fact stands only inside `count`, `share`, `sum` and `names`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.row import Where
from automaton.core.facts.table import EVERY_FACT, SERVER_FACTS, of_rule
from automaton.core.key import By
from automaton.expr.expression import Expression
from automaton.expr.known_names import KnownNames
from automaton.expr.template import Template, check_template
from automaton.expr.type_check import check
from automaton.problem import Problem
from automaton.schema.definitions import Definitions
from automaton.schema.validate import place_problems

OF_THE_RULE = of_rule(Where.RULE)
OF_AN_INCIDENT = of_rule(Where.INCIDENT)
OF_A_TRIP = of_rule(Where.TRIP)
OF_A_CONSOLE = of_rule(Where.CONSOLE)
OF_A_COUNTDOWN = of_rule(Where.COUNTDOWN)
OF_A_GROUP = of_rule(Where.GROUP)

Fields = frozenset[str] | None
"""What `it` has, None where nobody can know."""


@dataclass(frozen=True, slots=True)
class ExpressionScope:
    """A place in a rule, as its expressions see it."""

    facts: Mapping[str, Fact]
    it: Fields
    known: KnownNames
    definitions: Definitions

    def told(self, value: Expression | Template, want: Kind = Kind.TRUTH) -> Iterable[Problem]:
        """All that is wrong with what is written here. A text may show every kind."""
        facts = {**self.facts, **self.definitions.facts_at(value.origin)}
        if isinstance(value, Template):
            return place_problems(check_template(value, facts, it=self.it, known=self.known), value)
        return place_problems(check(value, facts, want, it=self.it, known=self.known), value)

    def with_it(self, it: Fields) -> ExpressionScope:
        """The same, after another match."""
        return replace(self, it=it)

    def adding(self, names: Iterable[str]) -> ExpressionScope:
        """The same, with some facts more."""
        return replace(self, facts={**self.facts, **_facts(names)})


@dataclass(frozen=True, slots=True)
class RuleScopes:
    """The places of one rule."""

    by: By
    it: Fields
    known: KnownNames
    definitions: Definitions

    @property
    def is_wide(self) -> bool:
        return self.by is not By.SERVER

    def before(self) -> ExpressionScope:
        """Before it opens: triggers, guard, `while`."""
        return self._here(OF_THE_RULE)

    def while_open(self) -> ExpressionScope:
        """Where an incident is."""
        return self._here((*OF_THE_RULE, *OF_AN_INCIDENT, *self._console))

    def when_tripped(self) -> ExpressionScope:
        """What the breaker does: no incident opens then."""
        return self._here((*OF_THE_RULE, *OF_A_TRIP, *self._console))

    @property
    def _console(self) -> tuple[str, ...]:
        return () if self.is_wide else OF_A_CONSOLE

    def _here(self, names: Iterable[str]) -> ExpressionScope:
        if not self.is_wide:
            return ExpressionScope({**SERVER_FACTS, **_facts(names)}, self.it, self.known, self.definitions)
        node = {"node": SERVER_FACTS["node"]} if self.by is By.NODE else {}
        known = replace(self.known, each=SERVER_FACTS)
        return ExpressionScope({**node, **_facts((*names, *OF_A_GROUP))}, self.it, known, self.definitions)


def _facts(names: Iterable[str]) -> dict[str, Fact]:
    return {name: EVERY_FACT[name] for name in names}
