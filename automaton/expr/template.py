"""Text with `${expression}` in it. `$${` is a literal `${`.

Literal text was written by the rule's author, a filled value may come from a stranger: only it is guarded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from automaton.core.expression import Applied, NameScope
from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import EVERY_FACT, NOW
from automaton.core.schedule.moment_form import DIRECTIVES, wrong_directive
from automaton.core.stable_names import stable_name
from automaton.errors import Invalid
from automaton.expr.expression import Expression, parse_expression
from automaton.expr.known_names import NOT_JUDGED, KnownNames
from automaton.expr.printing import show
from automaton.expr.tree import Name, Span
from automaton.expr.type_check import check, kind_of
from automaton.problem import Problem

MAX_LENGTH = 16_000


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `${…}`: its expression, with the offset of its first character in the template's source."""

    offset: int
    expression: Expression
    kind: Kind | None = None


@stable_name("Template")
@dataclass(frozen=True, slots=True)
class Template:
    """`pieces` are literal texts and expressions in turn. Equal and hashed by its source.

    `origin` is as in Expression.
    """

    source: str
    pieces: tuple[str | Expression, ...] = field(compare=False, repr=False)
    expressions: tuple[Placeholder, ...] = field(compare=False, repr=False)
    names: frozenset[str] = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)

    @property
    def applied(self) -> frozenset[Applied]:
        """The functions of its expressions."""
        return frozenset[Applied]().union(*(one.expression.applied for one in self.expressions))

    def fill(self, scope: NameScope, now: float, guard: Callable[[str], str] | None = None) -> str:
        """The text with its values at this moment. `guard` sees each value, never literal text."""
        return "".join(
            guard(text) if guard and not isinstance(piece, str) else text
            for piece, text in self.filled(scope, now)
        )

    def filled(self, scope: NameScope, now: float) -> list[tuple[str | Expression, str]]:
        """Each piece with its text at this moment."""
        kinds = iter(self.expressions)
        return [
            (piece, piece if isinstance(piece, str) else show(piece.evaluate(scope, now), next(kinds).kind))
            for piece in self.pieces
        ]


def with_kinds(template: Template, facts: Mapping[str, Fact]) -> Template:
    """The same, knowing the kinds of further facts and fields: they are printed by their units."""
    if template.names.isdisjoint(facts):
        return template
    known = {**EVERY_FACT, **facts}
    kinds = tuple(replace(one, kind=kind_of(one.expression.tree, known)) for one in template.expressions)
    return replace(template, expressions=kinds)


@lru_cache(maxsize=10_000)
def parse_template(text: str) -> Template:
    """The template that a text is. Raises Invalid with an offset in the text."""
    if len(text) > MAX_LENGTH:
        raise Invalid(
            Problem(
                f"a text is at most {MAX_LENGTH} characters long",
                offset=MAX_LENGTH,
                found=f"{len(text)} characters",
            )
        )
    pieces: list[str | Expression] = []
    placed: list[Placeholder] = []
    literal = ""
    at = 0
    while (found := text.find("${", at)) >= 0:
        if found > at and text[found - 1] == "$":
            literal += text[at : found - 1] + "${"
            at = found + 2
            continue
        literal += text[at:found]
        end = _closing(text, found)
        one = _expression(text, found + 2, end)
        pieces += [literal, one.expression] if literal else [one.expression]
        placed.append(one)
        literal, at = "", end + 1
    if literal := literal + text[at:]:
        pieces.append(literal)
    names = frozenset[str]().union(*(one.expression.names for one in placed))
    return Template(text, tuple(pieces), tuple(placed), names)


def check_template(
    template: Template,
    facts: Mapping[str, Fact],
    *,
    it: frozenset[str] | None = None,
    known: KnownNames = NOT_JUDGED,
) -> list[Problem]:
    """All that is wrong with its expressions, with offsets in the template's source."""
    return [
        problem.moved(one.offset)
        for one in template.expressions
        if not is_moment(one.expression)
        for problem in check(one.expression, facts, Kind.ANY, it=it, known=known)
    ]


def is_moment(expression: Expression) -> bool:
    """Whether it is `now` as a whole, with a form or without."""
    tree = expression.tree
    return isinstance(tree, Name) and tree.name.partition(":")[0] == NOW


def _expression(text: str, begin: int, end: int) -> Placeholder:
    source = text[begin:end]
    if source.strip() == NOW or source.lstrip().startswith(f"{NOW}:"):
        return Placeholder(begin, _moment(source, begin), Kind.TEXT)
    try:
        expression = parse_expression(text[begin:end])
    except Invalid as error:
        raise Invalid(error.problem.moved(begin)) from None
    return Placeholder(begin, expression, kind_of(expression.tree, EVERY_FACT))


def _moment(source: str, begin: int) -> Expression:
    """`now`, or `now:FORM`: a name that texts alone may read, so it is no fact that could wake anything."""
    _, colon, form = source.partition(":")
    if colon and not form.strip():
        message = "the form of `now` is missing"
        raise Invalid(Problem(message, offset=begin + len(source), suggestion="${now:%Y%m%d-%H%M}"))
    if (wrong := wrong_directive(form)) is not None:
        at, found = wrong
        expected = ", ".join(f"`%{one}`" for one in DIRECTIVES)
        message = "this is no part of a form of `now`"
        offset = begin + len(source) - len(form) + at
        raise Invalid(Problem(message, offset=offset, found=f"`{found}`", expected=expected))
    span = Span(begin=0, end=len(source))
    return Expression(source, Name(span, NOW + colon + form), frozenset(), frozenset())


def _closing(text: str, opening: int) -> int:
    """Where the brace that opens here is closed: the first `}` outside quotes."""
    quote = ""
    for at in range(opening + 2, len(text)):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "}":
            return at
    raise Invalid(
        Problem(
            "`${` is not closed",
            offset=opening,
            found=f"`{text[opening : opening + 40]}`",
            expected="`}`",
            suggestion=_closed(text[opening:]),
        )
    )


def _closed(text: str) -> str:
    """The placeholder with its brace, where it begins with a name; else how those characters are written."""
    found = re.match(r"\$\{[A-Za-z_]\w*(?:\.\w+)?", text)
    return f"{found[0]}}}" if found is not None else "$${"
