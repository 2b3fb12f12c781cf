"""What expressions may read, by where in a rule they are: before it opens, while it is open, when it trips.

In a rule wider than one server, facts of a server can be read only in `count`, `share`, `sum` and `names`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.own import OwnFact
from automaton.core.facts.row import Where
from automaton.core.facts.table import EVERY_FACT, SERVER_FACTS, of_rule
from automaton.core.key import By
from automaton.expr.expression import Expression
from automaton.expr.known_names import KnownNames
from automaton.expr.template import Template, check_template
from automaton.expr.type_check import check as check_expression
from automaton.problem import FilePlace, Problem
from automaton.rulebook.unfilled_texts import unfilled
from automaton.schema.definitions import Definitions
from automaton.schema.scalar import target_of
from automaton.schema.validate import place_problems

OF_THE_RULE = of_rule(Where.RULE)
OF_AN_INCIDENT = of_rule(Where.INCIDENT)
OF_A_TRIP = of_rule(Where.TRIP)
OF_A_CONSOLE = of_rule(Where.CONSOLE)
OF_A_COUNTDOWN = of_rule(Where.COUNTDOWN)
OF_A_GROUP = of_rule(Where.GROUP)
OF_A_FAILURE = of_rule(Where.FAILED)

Fields = frozenset[str] | None
"""The fields of `it`, None where they cannot be known."""


@dataclass(frozen=True, slots=True)
class ExpressionScope:
    """What the expressions at one place in a rule may read."""

    facts: Mapping[str, Fact]
    it: Fields
    known: KnownNames
    definitions: Definitions
    wrong: set[FilePlace] = field(default_factory=set)

    def check(self, value: Expression | Template, want: Kind = Kind.TRUTH) -> Iterator[Problem]:
        """What is wrong with an expression or text at this place. A text may show values of every kind.

        The place of a wrong one is noted in `wrong`.
        """
        facts = {**self.facts, **self.definitions.facts_at(value.origin)}
        if isinstance(value, Template):
            found = check_template(value, facts, it=self.it, known=self.known)
            yield from place_problems(
                unfilled(value, facts, self.it or ()), value, code="not-filled", severity="warning"
            )
        else:
            found = check_expression(value, facts, want, it=self.it, known=self.known)
        if found:
            self.wrong.add(target_of(value.origin))
        yield from place_problems(found, value)

    def with_it(self, it: Fields, truths: frozenset[str] = frozenset()) -> ExpressionScope:
        """The same, with the fields of another match, and those of them that are true or false."""
        return replace(self, it=it, known=replace(self.known, truths=truths))

    def adding(self, names: Iterable[str]) -> ExpressionScope:
        """The same, with some more facts."""
        return replace(self, facts={**self.facts, **_facts(names)})


@dataclass(frozen=True, slots=True)
class RuleScopes:
    """The scopes of one rule."""

    by: By
    it: Fields
    known: KnownNames
    definitions: Definitions
    wrong: set[FilePlace] = field(default_factory=set)

    @property
    def is_wide(self) -> bool:
        """Whether it looks at a node or the fleet instead of one server."""
        return self.by is not By.SERVER

    def before(self) -> ExpressionScope:
        """Before an incident opens: triggers, guard, `while`."""
        return self._here(OF_THE_RULE)

    def while_open(self) -> ExpressionScope:
        """While an incident is open."""
        return self._here((*OF_THE_RULE, *OF_AN_INCIDENT, *self._console))

    def when_tripped(self) -> ExpressionScope:
        """In the steps of a tripped breaker: no incident opens then."""
        return self._here((*OF_THE_RULE, *OF_A_TRIP, *self._console))

    @property
    def _console(self) -> tuple[str, ...]:
        return () if self.is_wide else OF_A_CONSOLE

    def _here(self, names: Iterable[str]) -> ExpressionScope:
        each: dict[str, Fact] = {**SERVER_FACTS, **self.definitions.own_facts}
        if not self.is_wide:
            facts = {**each, **_facts(names)}
            return ExpressionScope(facts, self.it, self.known, self.definitions, self.wrong)
        here: dict[str, Fact] = {"node": SERVER_FACTS["node"]} if self.by is By.NODE else {}
        here |= {name: fact for name, fact in self.definitions.own_facts.items() if _is_everywhere(fact)}
        known = replace(self.known, each=each)
        facts = {**here, **_facts((*names, *OF_A_GROUP))}
        return ExpressionScope(facts, self.it, known, self.definitions, self.wrong)


def _is_everywhere(fact: Fact) -> bool:
    """Whether it belongs to no server, so that a rule wider than one may read it."""
    return not isinstance(fact, OwnFact) or fact.is_of_the_fleet


def _facts(names: Iterable[str]) -> dict[str, Fact]:
    return {name: EVERY_FACT[name] for name in names}
