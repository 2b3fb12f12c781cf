"""The parts of an expression, as data. Each knows where it stands in its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from automaton.core.expression import Applied
from automaton.core.facts.kind import Kind
from automaton.core.truth import Plain, Value


class Comparing(StrEnum):
    """How two values are compared."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Operator(StrEnum):
    """How two numbers become one."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`begin` and `end` are offsets in the source, of characters, brackets around it included.

    `depth` is the number of levels below, and one.
    """

    begin: int
    end: int
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is written; `value` is what it is, made once."""

    place: Place
    plain: Plain
    kind: Kind
    value: Value = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", Value(self.plain))


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, or a field of the match as `it.player`."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """A function applied to arguments. `applied` is what a scope is asked; None where it makes no sense."""

    place: Place
    function: str
    arguments: tuple[Node, ...]
    applied: Applied | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    place: Place
    item: Node


@dataclass(frozen=True, slots=True)
class All:
    """True when all items are: `and`."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """True when one item is: `or`."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    place: Place
    left: Node
    how: Comparing
    right: Node


@dataclass(frozen=True, slots=True)
class In:
    place: Place
    item: Node
    among: Node


@dataclass(frozen=True, slots=True)
class Negative:
    place: Place
    item: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    place: Place
    left: Node
    operator: Operator
    right: Node


Node = Literal | Name | ListOf | Apply | Not | All | Some | Compare | In | Negative | Arithmetic


def parts(node: Node) -> tuple[Node, ...]:
    """What a node is made of, in the order of the source."""
    match node:
        case Literal() | Name():
            return ()
        case ListOf(items=items) | All(items=items) | Some(items=items) | Apply(arguments=items):
            return items
        case Not(item=item) | Negative(item=item):
            return (item,)
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case In(item=item, among=among):
            return (item, among)


def with_parts(node: Node, inside: tuple[Node, ...]) -> Node:
    """The same node made of other parts, as many as it has."""
    match node:
        case Literal() | Name():
            return node
        case ListOf() | All() | Some():
            return replace(node, items=inside)
        case Apply():
            return replace(node, arguments=inside)
        case Not() | Negative():
            return replace(node, item=inside[0])
        case Compare() | Arithmetic():
            return replace(node, left=inside[0], right=inside[1])
        case In():
            return replace(node, item=inside[0], among=inside[1])


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each before its parts."""
    yield node
    for part in parts(node):
        yield from walk(part)
