"""An expression as a tree of plain data. Each node knows its span in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from automaton.core.expression import Applied
from automaton.core.facts.kind import Kind
from automaton.core.truth import Plain, Value
from automaton.match.pattern import Pattern


class Comparing(StrEnum):
    """How two values are compared; the value is how it is written."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Operator(StrEnum):
    """How two numbers become one; the value is how it is written."""

    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Offsets in the source, in characters, brackets around the node included; `end` is exclusive.

    `depth` is the height of the node's tree: 1 without parts.
    """

    begin: int
    end: int
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text or truth in the source. `value` is the same for the evaluation, made once."""

    span: Span
    plain: Plain
    kind: Kind
    value: Value = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", Value(self.plain))


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, or a field of the match as `it.player`."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """A function with its arguments. `applied` is what a scope is asked for, set by resolve.py.

    It stays None where the arguments are not those that the function takes. `pattern` is the compiled RE2
    of `matches`, None where it is wrong.
    """

    span: Span
    function: str
    arguments: tuple[Node, ...]
    applied: Applied | None = field(default=None, compare=False)
    pattern: Pattern | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not a`; `a not in b` is this around an In."""

    span: Span
    item: Node


@dataclass(frozen=True, slots=True)
class And:
    """`a and b and c`, as one node."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`a or b or c`, as one node."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """`a > b`."""

    span: Span
    left: Node
    how: Comparing
    right: Node


@dataclass(frozen=True, slots=True)
class In:
    """`a in b`."""

    span: Span
    item: Node
    among: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """`-a`, of what is no literal."""

    span: Span
    item: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b`."""

    span: Span
    left: Node
    operator: Operator
    right: Node


Node = Literal | Name | ListOf | Apply | Not | And | Or | Compare | In | Negative | Arithmetic


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order of the source."""
    match node:
        case Literal() | Name():
            return ()
        case ListOf(items=items) | And(items=items) | Or(items=items) | Apply(arguments=items):
            return items
        case Not(item=item) | Negative(item=item):
            return (item,)
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case In(item=item, among=among):
            return (item, among)


def with_parts(node: Node, inside: tuple[Node, ...]) -> Node:
    """The same node with other nodes below it, as many as it has."""
    match node:
        case Literal() | Name():
            return node
        case ListOf() | And() | Or():
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
