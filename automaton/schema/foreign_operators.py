"""Operators of other languages in an expression: each is told, and the rest judged as if ours stood there."""

from __future__ import annotations

from automaton.errors import Invalid
from automaton.expr.expression import parse_expression
from automaton.problem import Problem
from automaton.schema.definitions import SubstitutedScalar
from automaton.schema.scalar import Scalar
from automaton.words_of_others import At, meant_word

MOST = 20
"""So many operators of one expression are replaced: more is another language altogether."""


def with_our_operators(text: Scalar) -> tuple[SubstitutedScalar | None, list[Problem]]:
    """The expression with ours, None where it cannot be read all the same; and what is wrong, in order.

    The problems have their offset in the text as it is written.
    """
    source, problems = str(text), list[Problem]()
    pieces: list[tuple[int, int, bool]] = [(0, 0, False)]
    for _ in range(MOST):
        try:
            parse_expression(source)
        except Invalid as error:
            at = error.problem.offset or 0
            before = _before(pieces, at)
            problems.append(error.problem.moved(before - at))
            word = error.problem.found.strip("`")
            ours = meant_word(At.OPERATOR, word)
            if not ours or "(" in ours or not source.startswith(word, at):
                return None, problems
            instead = f" {ours} "
            source = source[:at] + instead + source[at + len(word) :]
            pieces.append((at + len(instead), before + len(word), False))
        else:
            return SubstitutedScalar.over(text, source, tuple(pieces)), problems
    return None, problems


def _before(pieces: list[tuple[int, int, bool]], at: int) -> int:
    """Where this offset was before anything was replaced."""
    begin, before, _ = max(piece for piece in pieces if piece[0] <= at)
    return before + at - begin
