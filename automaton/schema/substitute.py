"""Substitutes constants for their names in expressions and texts, and remembers which characters they are."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.facts.kind import Kind
from automaton.errors import Invalid
from automaton.expr.expression import Expression
from automaton.expr.template import MAX_LENGTH, Template
from automaton.expr.tree import Name, walk
from automaton.schema.definitions import Constant, SubstitutedScalar
from automaton.schema.invalid import invalid
from automaton.schema.scalar import Scalar

Change = tuple[int, int, str]
"""Begin and end in the original text, and what replaces that part."""


def substitute_in_expression(
    expression: Expression, origin: Scalar, constants: Mapping[str, Constant]
) -> SubstitutedScalar | None:
    """The source with its constants substituted; None where it names none."""
    return _changed(origin, _in_tree(expression, 0, origin, constants))


def substitute_in_template(
    template: Template, origin: Scalar, constants: Mapping[str, Constant]
) -> SubstitutedScalar | None:
    """The same of a text. A constant of text replaces the whole `${name}`, as if it had been typed there."""
    changes: list[Change] = []
    for placed in template.expressions:
        tree, end = placed.expression.tree, placed.offset + len(placed.expression.source)
        constant = constants.get(tree.name) if isinstance(tree, Name) else None
        if constant is not None and constant.kind is Kind.TEXT:
            changes.append((placed.offset - 2, end + 1, constant.text))
        else:
            changes += _in_tree(placed.expression, placed.offset, origin, constants)
    return _changed(origin, changes)


def _in_tree(
    expression: Expression, offset: int, origin: Scalar, constants: Mapping[str, Constant]
) -> list[Change]:
    changes = []
    for node in walk(expression.tree):
        if isinstance(node, Name) and node.name in constants:
            begin = expression.source.index(node.name, node.span.begin)
            try:
                text = constants[node.name].source
            except Invalid as error:
                message = f"`{node.name}` cannot stand in an expression: {error.problem.message}"
                raise invalid(
                    "constant", message, origin, offset=offset + begin, found=f"`{node.name}`"
                ) from None
            changes.append((offset + begin, offset + begin + len(node.name), text))
    return sorted(changes)


def _changed(origin: Scalar, changes: list[Change]) -> SubstitutedScalar | None:
    if not changes:
        return None
    if len(origin) + sum(len(instead) for _, _, instead in changes) > MAX_LENGTH:
        message = f"with its constants written in this is longer than {MAX_LENGTH} characters"
        raise invalid("too-long", message, origin)
    text, at = "", 0
    pieces: list[tuple[int, int, bool]] = [(0, 0, False)]
    for begin, end, instead in changes:
        text += origin[at:begin]
        pieces.append((len(text), begin, True))
        text += instead
        pieces.append((len(text), end, False))
        at = end
    return SubstitutedScalar.over(origin, text + origin[at:], tuple(pieces))
