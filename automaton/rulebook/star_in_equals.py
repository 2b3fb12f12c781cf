"""Texts with a `*` that are compared for equality: no glob is read there, so they are never equal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.expr.tree import Compare, Comparing, In, ListOf, Literal, Node
from automaton.expr.tree import walk as walk_tree
from automaton.expr.unparse import unparse
from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import Scalar, target_of

_SPECIAL = re.compile(r"[.^$|()\[\]{}+?\\]")


def stars(rule: RuleModel) -> Iterator[Problem]:
    """A warning at each such comparison, in expressions and texts."""
    for leaf in all_leaves(rule):
        for tree, begin in _trees(leaf):
            for part in walk_tree(tree):
                for asked, text in _equal_texts(part):
                    if "*" in text:
                        yield _problem(leaf, begin + part.span.begin, asked, text)


def _problem(leaf: object, offset: int, asked: Node, text: str) -> Problem:
    origin = leaf.origin if isinstance(leaf, Expression | Template) else None
    place = origin.at(offset) if isinstance(origin, Scalar) else target_of(origin)
    message = "`==` compares the whole text, and `*` is a character like any other in it"
    write = f"matches({unparse(asked)}, '{_as_pattern(text)}')"
    return problem_at(
        place, "star-in-equals", message, severity="warning", found=f'"{text}"', suggestion=write
    )


def _trees(leaf: object) -> Iterator[tuple[Node, int]]:
    """The trees in an expression or text, each with the offset to which its spans refer."""
    if isinstance(leaf, Expression):
        yield leaf.tree, 0
    if isinstance(leaf, Template):
        yield from ((one.expression.tree, one.offset) for one in leaf.expressions)


def _equal_texts(part: Node) -> Iterator[tuple[Node, str]]:
    """What is compared for equality with a written text, and that text."""
    match part:
        case Compare(left=asked, how=Comparing.EQUAL | Comparing.UNEQUAL, right=Literal(plain=str() as text)):
            yield asked, text
        case Compare(left=Literal(plain=str() as text), how=Comparing.EQUAL | Comparing.UNEQUAL, right=asked):
            yield asked, text
        case In(item=asked, among=ListOf(items=items)):
            texts = [one.plain for one in items if isinstance(one, Literal)]
            yield from ((asked, text) for text in texts if isinstance(text, str))


def _as_pattern(glob: str) -> str:
    """The RE2 for what a glob was meant to find."""
    middle = ".*".join(_SPECIAL.sub(r"\\\g<0>", part) for part in glob.strip("*").split("*"))
    begin, end = "" if glob.startswith("*") else "^", "" if glob.endswith("*") else "$"
    return f"{begin}{middle}{end}"
