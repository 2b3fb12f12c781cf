"""A text of which some `${…}` cannot be read: each is told, and the others are judged all the same."""

from __future__ import annotations

import re
from itertools import pairwise

from automaton.errors import Invalid
from automaton.expr.template import MAX_LENGTH, parse_template
from automaton.problem import Problem

_OPENING = re.compile(r"(?<!\$)\$\{")


def without_wrong_placeholders(text: str) -> tuple[str, list[Problem]]:
    """The text with blanks in the place of what cannot be read, and what is wrong with each, in order.

    Both have the offsets of the text as it is written.
    """
    if len(text) > MAX_LENGTH:
        return "", []
    problems: list[Problem] = []
    begins = [found.start() for found in _OPENING.finditer(text)]
    kept = text[: begins[0]] if begins else text
    for begin, end in pairwise([*begins, len(text)]):
        piece = text[begin:end]
        try:
            parse_template(piece)
        except Invalid as error:
            problems.append(error.problem.moved(begin))
            wrong = piece.find("}") + 1 or len(piece)
            piece = " " * wrong + piece[wrong:]
        kept += piece
    return kept, problems
