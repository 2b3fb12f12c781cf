"""Texts compared with `==` that look like a glob: equality knows none, so such a comparison is never true.

Warnings only, and each with what to write instead: `contains`, or `matches` with the glob as an RE2.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from automaton.expr.tree import Compare, Comparing, In, ListOf, Literal, Node, walk
from automaton.expr.unparse import unparse
from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.rulebook.written_expressions import written_expressions
from automaton.schema.scalar import Style

_SPECIAL = frozenset("\\.+*?()|[]{}^$")
"""What stands for itself in a text, and not in an RE2."""


def compared_globs(rule: RuleModel) -> Iterator[Problem]:
    """Each `*` of a text that a value is compared with."""
    for written in written_expressions(rule):
        for asked, text, is_denied in chain.from_iterable(map(_compared, walk(written.tree))):
            if isinstance(text, Literal) and isinstance(text.plain, str) and "*" in text.plain:
                message = "`==` is equality, in which `*` is a star like any other: no pattern is looked for"
                yield problem_at(
                    written.place(text), "glob-compared", message,
                    severity="warning", found=f'"{text.plain}"',
                    suggestion=_meant(asked, text.plain, written.style, is_denied=is_denied),
                )  # fmt: skip


def _compared(node: Node) -> Iterator[tuple[Node, Node, bool]]:
    """A value, what it is compared with, and whether it is to differ."""
    match node:
        case Compare(left=left, how=Comparing.EQUAL | Comparing.UNEQUAL as how, right=right):
            swapped = isinstance(left, Literal)
            yield (
                (right, left, how is not Comparing.EQUAL)
                if swapped
                else (left, right, how is not Comparing.EQUAL)
            )
        case In(item=item, among=ListOf(items=items)):
            for one in items:
                yield item, one, False


def _meant(asked: Node, glob: str, style: Style, *, is_denied: bool) -> str:
    """What to write in its place, as it stands between the quotes of the file that are around it."""
    inner = glob.strip("*")
    has_part = glob == f"*{inner}*" and inner and "*" not in inner
    function, text = ("contains", inner) if has_part else ("matches", f"^{''.join(map(_escaped, glob))}$")
    quote = "'" if style is Style.DOUBLE or '"' in text else '"'
    meant = f"{'not ' * is_denied}{function}({unparse(asked)}, {quote}{text}{quote})"
    match style:
        case Style.SINGLE:
            return meant.replace("'", "''")
        case Style.DOUBLE:
            return meant.replace("\\", "\\\\").replace('"', '\\"')
        case _:
            return meant


def _escaped(char: str) -> str:
    if char == "*":
        return ".*"
    return f"\\{char}" if char in _SPECIAL else char
