"""What is wrong with an expression before it ever runs: names, kinds, words that cannot be.

The kind of a node is None where a mistake inside it was told already: one mistake, one problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import EVERY_FACT, SERVER_FACTS
from automaton.did_you_mean import did_you_mean, nearest
from automaton.expr.expression import Expression
from automaton.expr.function_types import AROUND_IT, function_kind
from automaton.expr.functions import FUNCTIONS
from automaton.expr.known_names import NOT_JUDGED, OVER_EACH_SERVER, KnownNames
from automaton.expr.tree import (
    And,
    Apply,
    Arithmetic,
    Compare,
    Comparing,
    In,
    ListOf,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Operator,
    Or,
    walk,
)
from automaton.expr.units import write_duration
from automaton.expr.value_kinds import NAMES, NUMERIC, comparable, is_growing, product, sum_of, with_article
from automaton.problem import Problem

__all__ = ["EVERY_FACT", "NOT_JUDGED", "OVER_EACH_SERVER", "KnownNames", "check", "kind_of"]


def check(
    expression: Expression,
    facts: Mapping[str, Fact],
    want: Kind,
    *,
    it: frozenset[str] | None = None,
    known: KnownNames = NOT_JUDGED,
) -> list[Problem]:
    """All that is wrong, in the order of the source.

    `facts` are the names that may be read here. `want` is the kind that is needed, `Kind.ANY` where
    all will do. `it` are the fields that the match has, None where that is not known. `known` is what
    functions may name; with its `each` this is a rule wider than one server, and `facts` are those of
    the whole: `total`, `rule`, what belongs to the incident.
    """
    checker = _Checker(facts, it, known)
    kind = checker.kind(expression.tree)
    if kind is not None and not _is_wanted(kind, want):
        checker.add(
            expression.tree,
            f"{with_article(kind)} where {with_article(want)} is wanted",
            expected=with_article(want),
            suggestion=_as_truth(expression, kind) if want is Kind.TRUTH else "",
        )
    return sorted(checker.problems, key=lambda problem: problem.offset or 0)


def kind_of(node: Node, facts: Mapping[str, Fact] = EVERY_FACT) -> Kind | None:
    """The kind of a tree, None where it has a mistake or a name that is not among the facts."""
    for known in (NOT_JUDGED, OVER_EACH_SERVER):
        checker = _Checker(facts, None, known)
        kind = checker.kind(node)
        if not checker.problems:
            return kind
    return None


def _is_wanted(kind: Kind, want: Kind) -> bool:
    if Kind.ANY in (kind, want) or kind is want:
        return True
    return {kind, want} == {Kind.NUMBER, Kind.PERCENT}


def _as_truth(expression: Expression, kind: Kind) -> str:
    source = expression.source.strip()
    match kind:
        case Kind.DURATION:
            return f"{source} > 5m"
        case Kind.SIZE:
            return f"{source} > 1GiB"
        case Kind.NUMBER | Kind.PERCENT:
            return f"{source} > 90"
        case Kind.LIST:
            return f'"prod" in {source}'
        case _:
            return f'{source} == "…"'


@dataclass
class _Checker:
    facts: Mapping[str, Fact]
    it: frozenset[str] | None
    known: KnownNames = NOT_JUDGED
    inside: str = ""
    problems: list[Problem] = field(default_factory=list)

    def add(
        self, node: Node, message: str, found: str = "", expected: str = "", suggestion: str = ""
    ) -> None:
        problem = Problem(
            message, offset=node.span.begin, found=found, expected=expected, suggestion=suggestion
        )
        self.problems.append(problem)

    def within(self, function: str) -> _Checker:
        """For what a function asks of a server: its facts and nothing else. Mistakes are told here."""
        asked = self.known.each if self.known.each is not None else self.facts
        facts = {name: fact for name, fact in asked.items() if name in SERVER_FACTS}
        return replace(self, facts=facts, inside=function)

    def kind(self, node: Node) -> Kind | None:
        """The kind of the node; its mistakes are added."""
        match node:
            case Literal(kind=kind):
                return kind
            case Name():
                return self._name(node)
            case ListOf(items=items):
                for item in items:
                    self.kind(item)
                return Kind.LIST
            case Apply():
                return function_kind(self, node)
            case Not(item=item):
                self._truth(item)
                return Kind.TRUTH
            case And(items=items) | Or(items=items):
                for item in items:
                    self._truth(item)
                return Kind.TRUTH
            case Compare():
                self._comparison(node)
                return Kind.TRUTH
            case In():
                self._membership(node)
                return Kind.TRUTH
            case Negative(item=item):
                return self._number(item)
            case Arithmetic():
                return self._arithmetic(node)

    def _name(self, node: Name) -> Kind | None:
        name = node.name
        if name.startswith("it."):
            return self._field(node, name.removeprefix("it."))
        if name in self.facts:
            return self.facts[name].kind
        self.add(node, *self._unknown(name))
        return None

    def _field(self, node: Name, group: str) -> Kind | None:
        found = f"`{node.name}`"
        if self.inside:
            message = f"{found} cannot be read inside `{self.inside}`: only facts of a server can"
            self.add(node, message, found)
            return None
        if self.it is not None and group not in self.it:
            near = nearest(group, self.it)
            have = ", ".join(f"`it.{known}`" for known in sorted(self.it)) or "no field at all"
            suggestion = f"it.{near}" if near else ""
            self.add(node, f"the match has no field `{group}`", found, have, suggestion)
            return None
        return Kind.ANY

    def _unknown(self, name: str) -> tuple[str, str, str, str]:
        found = f"`{name}`"
        if "." in name:
            return f"{found} is no field: only a match has fields", found, "a field as `it.player`", ""
        if name == "it":
            return "`it` stands with one of its fields", found, "a field as `it.player`", ""
        if name in EVERY_FACT:
            return self._not_here(name)
        if name in FUNCTIONS:
            example = FUNCTIONS[name].example
            return f"{found} is a function and takes arguments", found, f"as in `{example}`", example
        for fact, known in self.facts.items():
            if name in known.values:
                return f"unknown name {found}", found, "a fact; text stands in quotes", f'{fact} == "{name}"'
        near = nearest(name, self.facts)
        return f"unknown name {found}{did_you_mean(near)}", found, "a fact", near or ""

    def _not_here(self, name: str) -> tuple[str, str, str, str]:
        """A fact that others may read."""
        found = f"`{name}`"
        if self.inside:
            message = f"{found} cannot be read inside `{self.inside}`: only facts of a server can"
            return message, found, "", ""
        if self.known.each is not None and name in self.known.each:
            message = f"{found} is a fact of one server: this rule is wider than one"
            return message, found, AROUND_IT, ""
        where = {"total": "only in a rule `by: node` or `by: fleet`", "left": "only inside of a `countdown`"}
        return f"the fact {found} cannot be read here", found, where.get(name, ""), ""

    def _truth(self, node: Node) -> None:
        kind = self.kind(node)
        if kind not in (None, Kind.TRUTH, Kind.ANY):
            message = f"{with_article(kind)} where a truth is wanted"
            self.add(node, message, expected="a comparison, or a name that is true or false")

    def _number(self, node: Node) -> Kind | None:
        kind = self.kind(node)
        if kind is None or kind in NUMERIC or kind is Kind.ANY:
            return kind
        self.add(node, f"{with_article(kind)} where a number is wanted", expected="a number")
        return None

    def _comparison(self, node: Compare) -> None:
        left, right = self.kind(node.left), self.kind(node.right)
        if left is None or right is None:
            return
        if not comparable(left, right):
            wrong, other, at = right, left, node.right
            if _with_unit(right, node.left):  # the number that lacks its unit stands on the left
                wrong, other, at = left, right, node.left
            message = f"{with_article(other)} is compared with {with_article(wrong)}"
            self.add(at, message, with_article(wrong), with_article(other), _with_unit(other, at))
        elif node.how not in (Comparing.EQUAL, Comparing.UNEQUAL) and left not in (*NUMERIC, Kind.ANY):
            message = f"{NAMES[left]}s have no order"
            self.add(node, message, f"`{node.how}`", "`==` or `!=`")
        elif left is Kind.LIST:
            self.add(node, "a list is asked with `in`", f"`{node.how}`", '`"prod" in tags`')
        else:
            self._possible(node.left, node.right)
            self._possible(node.right, node.left)
            self._in_percent(node.left, node.right)
            self._in_percent(node.right, node.left)

    def _membership(self, node: In) -> None:
        kind = self.kind(node.item)
        among = self.kind(node.among)
        if among is not None and among is not Kind.LIST:
            message = f"{with_article(among)} where a list is wanted"
            self.add(node.among, message, expected='a list as `["a", "b"]`')
        if not isinstance(node.among, ListOf):
            if kind not in (None, Kind.TEXT, Kind.ANY):
                message = f"{with_article(kind)} is looked for among texts"
                self.add(node.item, message, expected="a text in quotes")
            return
        for other in node.among.items:
            other_kind = replace(self, problems=[]).kind(other)  # told of with the list
            if kind is not None and other_kind is not None and not comparable(kind, other_kind):
                message = f"{with_article(kind)} is compared with {with_article(other_kind)}"
                self.add(other, message, suggestion=_with_unit(kind, other))
            else:
                self._possible(node.item, other)

    def _possible(self, name: Node, literal: Node) -> None:
        """Tells of a text that the fact can never be."""
        if not (isinstance(name, Name) and isinstance(literal, Literal) and isinstance(literal.plain, str)):
            return
        fact = self.facts.get(name.name)
        if fact is None or not fact.values or literal.plain in fact.values:
            return
        near = nearest(literal.plain, fact.values)
        self.add(
            literal,
            f"`{name.name}` is never `{literal.plain}`",
            f'"{literal.plain}"',
            ", ".join(f'"{value}"' for value in fact.values),
            f'"{near}"' if near else "",
        )

    def _in_percent(self, share: Node, literal: Node) -> None:
        """Tells of a share that is compared with ninety instead of 0.9."""
        if not (isinstance(share, Apply) and share.function == "share" and isinstance(literal, Literal)):
            return
        if isinstance(literal.plain, int | float) and literal.plain > 1:
            found = f"{literal.plain}%" if literal.kind is Kind.PERCENT else f"{literal.plain}"
            message = "a share lies between 0 and 1"
            self.add(literal, message, f"`{found}`", "`0.3` for 30 %", f"{literal.plain / 100:g}")

    def _arithmetic(self, node: Arithmetic) -> Kind | None:
        left, right = self._number(node.left), self._number(node.right)
        if left is None or right is None:
            return None
        if node.operator in (Operator.PLUS, Operator.MINUS):
            kind = sum_of(left, right)
            if kind is None:
                suggestion = _with_unit(left, node.right) or _with_unit(right, node.left)
                message = f"{with_article(left)} and {with_article(right)} make no sum"
                self.add(node.right, message, with_article(right), with_article(left), suggestion)
            return kind
        if not self._stays_straight(node):
            return None
        kind = product(left, right, over=node.operator is Operator.OVER)
        if kind is None:
            verb = "divided by" if node.operator is Operator.OVER else "multiplied by"
            hint = "a bare number: `0.9` for 90 %" if right is Kind.PERCENT else "a bare number"
            message = f"{with_article(left)} is {verb} {with_article(right)}"
            self.add(node.right, message, with_article(right), hint)
        return kind

    def _stays_straight(self, node: Arithmetic) -> bool:
        """An age times or over something that changes has no moment that could be computed."""
        for one, other in ((node.left, node.right), (node.right, node.left)):
            constant = not any(isinstance(part, Name | Apply) for part in walk(other))
            upside_down = node.operator is Operator.OVER and one is node.right
            if is_growing(one, self.facts) and (upside_down or not constant):
                verb = "divided by" if upside_down or node.operator is Operator.OVER else "multiplied by"
                message = f"an age is {verb} something that is not constant"
                if upside_down:
                    message = "nothing can be divided by an age"
                self.add(one, message, expected="an age times or over a written number")
                return False
        return True


def _with_unit(kind: Kind, node: Node) -> str:
    """The bare number as it would be written as this kind, where that is what it lacks."""
    if not (isinstance(node, Literal) and node.kind is Kind.NUMBER and isinstance(node.plain, int | float)):
        return ""
    if kind is Kind.DURATION and node.plain >= 0:
        return write_duration(node.plain)
    return f"{node.plain}MiB" if kind is Kind.SIZE else ""
