"""The domain of each term of an expression: the values that the comparisons so far leave to it.

A domain is a range of numbers, a set of texts, or a truth. Two terms are the same where they say the same,
wherever they are written. A comparison that is not understood takes nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import EVERY_FACT
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
    Or,
    Span,
    parts,
)

UP = frozenset({"running", "starting"})
"""States of a server that is up; `stopped_by` is `nobody` then."""

_OPPOSITE = {
    Comparing.EQUAL: Comparing.UNEQUAL,
    Comparing.UNEQUAL: Comparing.EQUAL,
    Comparing.LESS: Comparing.AT_LEAST,
    Comparing.AT_LEAST: Comparing.LESS,
    Comparing.MORE: Comparing.AT_MOST,
    Comparing.AT_MOST: Comparing.MORE,
}
_SWAPPED = {
    Comparing.LESS: Comparing.MORE,
    Comparing.MORE: Comparing.LESS,
    Comparing.AT_MOST: Comparing.AT_LEAST,
    Comparing.AT_LEAST: Comparing.AT_MOST,
}

Term = tuple[object, ...]
Atom = tuple[Node, bool]
"""A comparison or name, and whether it is to be true or false."""


@dataclass
class _Range:
    """The numbers between two ends; an open end is not one of them, nor are those in `without`."""

    least: float = -inf
    most: float = inf
    least_open: bool = False
    most_open: bool = False
    without: set[float] = field(default_factory=set)

    def narrowed(self, how: Comparing, value: float) -> bool:
        """Applies one more comparison. False where no number is left."""
        match how:
            case Comparing.EQUAL:
                self._above(value, is_open=False)
                self._below(value, is_open=False)
            case Comparing.UNEQUAL:
                self.without.add(value)
            case Comparing.MORE | Comparing.AT_LEAST:
                self._above(value, is_open=how is Comparing.MORE)
            case Comparing.LESS | Comparing.AT_MOST:
                self._below(value, is_open=how is Comparing.LESS)
        if self.least == self.most:
            return not self.least_open and not self.most_open and self.least not in self.without
        return self.least < self.most

    def _above(self, value: float, *, is_open: bool) -> None:
        if value > self.least or (value == self.least and is_open):
            self.least, self.least_open = value, is_open

    def _below(self, value: float, *, is_open: bool) -> None:
        if value < self.most or (value == self.most and is_open):
            self.most, self.most_open = value, is_open


@dataclass
class Domains:
    """Begins with everything that a term can be. Where `texts` has None, it is any text not in `without`."""

    facts: Mapping[str, Fact] = field(default_factory=lambda: EVERY_FACT)
    ranges: dict[Term, _Range] = field(default_factory=dict)
    texts: dict[Term, frozenset[str] | None] = field(default_factory=dict)
    without: dict[Term, set[str]] = field(default_factory=dict)
    truths: dict[Term, bool] = field(default_factory=dict)

    def narrow(self, node: Node, wanted: bool) -> bool:
        """Applies one more atom. False where it contradicts those before."""
        match node:
            case Literal(plain=bool() as plain):
                return plain is wanted
            case Compare(left=left, how=how, right=right):
                how = how if wanted else _OPPOSITE[how]
                if isinstance(left, Literal) and not isinstance(right, Literal):
                    left, how, right = right, _SWAPPED.get(how, how), left
                return self._compared(node, left, how, right, wanted=wanted)
            case In(item=item, among=ListOf(items=items)):
                return self._listed(node, item, items, wanted=wanted)
        return self._truth(node, wanted)

    def agrees(self) -> bool:
        """False where two facts contradict each other, as a server that is up and was stopped by somebody."""
        state, stopped_by = (self._texts(_term(_fact(name))) for name in ("state", "stopped_by"))
        return not (state and stopped_by is not None and state <= UP and "nobody" not in stopped_by)

    def _truth(self, node: Node, wanted: bool) -> bool:
        return self.truths.setdefault(_term(node), wanted) is wanted

    def _compared(self, node: Node, left: Node, how: Comparing, right: Node, *, wanted: bool) -> bool:
        if not isinstance(right, Literal):
            return self._truth(node, wanted)
        match right.plain:
            case bool() as plain if how in (Comparing.EQUAL, Comparing.UNEQUAL):
                return self._truth(left, plain is (how is Comparing.EQUAL))
            case int() | float() as value if not _is_of_a_match(left):
                term = _term(left)
                return self.ranges.setdefault(term, _natural(left)).narrowed(how, float(value))
            case str() as text if how is Comparing.EQUAL:
                return self._one_of(left, frozenset({text}))
            case str() as text if how is Comparing.UNEQUAL:
                return self._none_of(left, {text})
        return self._truth(node, wanted)

    def _listed(self, node: Node, item: Node, items: tuple[Node, ...], *, wanted: bool) -> bool:
        words = {one.plain for one in items if isinstance(one, Literal) and isinstance(one.plain, str)}
        texts = {word for word in words if isinstance(word, str)}
        if len(texts) != len({_term(one) for one in items}):
            return self._truth(node, wanted)
        return self._one_of(item, frozenset(texts)) if wanted else self._none_of(item, texts)

    def _one_of(self, node: Node, texts: frozenset[str]) -> bool:
        term = _term(node)
        before = self._words(node)
        self.texts[term] = texts if before is None else before & texts
        return self._texts(term) != frozenset()

    def _none_of(self, node: Node, texts: set[str]) -> bool:
        term = _term(node)
        self.texts[term] = self._words(node)
        self.without.setdefault(term, set()).update(texts)
        return self._texts(term) != frozenset()

    def _words(self, node: Node) -> frozenset[str] | None:
        term = _term(node)
        if term in self.texts:
            return self.texts[term]
        fact = self.facts.get(node.name) if isinstance(node, Name) else None
        return frozenset(fact.values) if fact is not None and fact.values else None

    def _texts(self, term: Term) -> frozenset[str] | None:
        left = self.texts.get(term)
        return None if left is None else left - self.without.get(term, set())


def _fact(name: str) -> Name:
    return Name(Span(begin=0, end=0), name)


def _is_of_a_match(node: Node) -> bool:
    """A field is text, and read as a number beside one: `07` and `7` are one number and two texts."""
    return isinstance(node, Name) and node.name.startswith("it.")


def _natural(node: Node) -> _Range:
    """The numbers that a term can be at all."""
    match node:
        case Name(name=name) if name in EVERY_FACT:
            fact = EVERY_FACT[name]
            numeric = fact.kind in (Kind.NUMBER, Kind.PERCENT, Kind.SIZE, Kind.DURATION)
            return _Range(0.0, fact.most) if numeric else _Range()
        case Apply(function="share"):
            return _Range(0.0, 1.0)
        case Apply(function="count" | "age" | "crashes" | "starts" | "len"):
            return _Range(0.0)
        case Apply(function="avg" | "min" | "max", arguments=(of, *_)):
            return _natural(of)
    return _Range()


def _term(node: Node) -> Term:
    """What a node says, without its span: equal terms have one domain."""
    match node:
        case Literal(plain=plain, kind=kind):
            return ("literal", kind, plain)
        case Name(name=name):
            return ("name", name)
        case Apply(function=function, arguments=arguments):
            return ("apply", function, *map(_term, arguments))
        case Compare(how=how):
            return ("compare", how, *map(_term, parts(node)))
        case Arithmetic(operator=operator):
            return ("arithmetic", operator, *map(_term, parts(node)))
        case ListOf() | Not() | And() | Or() | In() | Negative():
            return (type(node).__name__, *map(_term, parts(node)))
