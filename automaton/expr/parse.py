"""Text to tree. Raises Invalid and nothing else, whatever the text.

Bounded: a text is at most 4,000 characters long, and at most 60 levels deep.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from automaton.core.facts.kind import Kind
from automaton.errors import Invalid
from automaton.expr.syntax_errors import explain_character, explain_token
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
    Span,
)
from automaton.expr.units import duration, is_nearly_a_size, size
from automaton.problem import Problem

MAX_LENGTH = 4000
MAX_DEPTH = 60

Child = Token | Node | None


def parse(text: str) -> Node:
    """The tree of an expression. Raises Invalid."""
    if len(text) > MAX_LENGTH:
        raise Invalid(
            Problem(
                f"an expression is at most {MAX_LENGTH} characters long",
                offset=MAX_LENGTH,
                found=f"{len(text)} characters",
            )
        )
    if not text.strip():
        raise Invalid(Problem("an expression is expected", offset=0, found="nothing"))
    try:
        # lark applies the transformer while it parses, so the result is already our tree.
        return cast(Node, _parser().parse(text))
    except UnexpectedToken as error:
        raise Invalid(explain_token(error, text)) from None
    except UnexpectedCharacters as error:
        raise Invalid(explain_character(text, error.pos_in_stream or 0)) from None


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", keep_all_tokens=True, transformer=_TreeBuilder())


def _begin(child: Token | Node) -> int:
    if isinstance(child, Token):
        assert child.start_pos is not None
        return child.start_pos
    return child.span.begin


def _end(child: Token | Node) -> int:
    if isinstance(child, Token):
        assert child.end_pos is not None
        return child.end_pos
    return child.span.end


def _span(children: list[Child]) -> Span:
    there = [child for child in children if child is not None]
    depth = 1 + max((child.span.depth for child in there if not isinstance(child, Token)), default=0)
    span = Span(begin=_begin(there[0]), end=_end(there[-1]), depth=depth)
    if depth > MAX_DEPTH:
        raise Invalid(Problem(f"an expression is at most {MAX_DEPTH} levels deep", offset=span.begin))
    return span


def _nodes(children: list[Child]) -> tuple[Node, ...]:
    return tuple(child for child in children if child is not None and not isinstance(child, Token))


class _TreeBuilder(Transformer[Token, Node]):
    """One method a rule of the grammar, called as soon as its text is read: no recursion."""

    def start(self, children: list[Child]) -> Node:
        return _nodes(children)[0]

    def or_test(self, children: list[Child]) -> Node:
        return Or(_span(children), _nodes(children))

    def and_test(self, children: list[Child]) -> Node:
        return And(_span(children), _nodes(children))

    def negation(self, children: list[Child]) -> Node:
        return Not(_span(children), _nodes(children)[0])

    def comparison(self, children: list[Child]) -> Node:
        left, right = _nodes(children)
        return Compare(_span(children), left, Comparing(str(children[1])), right)

    def membership(self, children: list[Child]) -> Node:
        item, among = _nodes(children)
        return In(_span(children), item, among)

    def absence(self, children: list[Child]) -> Node:
        inside = self.membership(children)
        return Not(replace(inside.span, depth=inside.span.depth + 1), inside)

    def arithmetic(self, children: list[Child]) -> Node:
        left, right = _nodes(children)
        return Arithmetic(_span(children), left, Operator(str(children[1])), right)

    def negative(self, children: list[Child]) -> Node:
        item = _nodes(children)[0]
        if isinstance(item, Literal) and isinstance(item.plain, int | float):
            return Literal(_span(children), -item.plain, item.kind)
        return Negative(_span(children), item)

    def grouped(self, children: list[Child]) -> Node:
        return replace(_nodes(children)[0], span=_span(children))

    def quantity(self, children: list[Child]) -> Node:
        token = children[0]
        assert isinstance(token, Token)
        plain, kind = _quantity(str(token), _begin(token))
        return Literal(_span(children), plain, kind)

    def text(self, children: list[Child]) -> Node:
        return Literal(_span(children), str(children[0])[1:-1], Kind.TEXT)

    def truth(self, children: list[Child]) -> Node:
        return Literal(_span(children), str(children[0]) == "true", Kind.TRUTH)

    def name(self, children: list[Child]) -> Node:
        return Name(_span(children), str(children[0]))

    def field(self, children: list[Child]) -> Node:
        return Name(_span(children), "".join(map(str, children)))

    def call(self, children: list[Child]) -> Node:
        return Apply(_span(children), str(children[0]), _nodes(children))

    def list_of(self, children: list[Child]) -> Node:
        return ListOf(_span(children), _nodes(children))


def _quantity(text: str, offset: int) -> tuple[int | float, Kind]:
    number = text.removesuffix("%")
    try:
        if number.isascii() and number.replace(".", "", 1).isdigit() and len(number) <= 15:
            plain = float(number) if "." in number else int(number)
            return plain, Kind.NUMBER if number == text else Kind.PERCENT
        if text.endswith("B") or is_nearly_a_size(text):
            return size(text), Kind.SIZE
        return duration(text), Kind.DURATION
    except Invalid as error:
        expected = "a number, a duration as `10m`, a size as `8GiB` or a percent as `90%`"
        found = f"`{text[:40]}`"
        raise Invalid(replace(error.problem, offset=offset, found=found, expected=expected)) from None
