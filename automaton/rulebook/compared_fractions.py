"""Percents compared with a fraction, as `memory_pct > 0.9`: they go to 100, so that is nearly always true.

Warnings only. A processor has small percents that mean something, as `cpu_pct < 0.5` of a server that hangs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from automaton.core.facts.kind import Kind
from automaton.expr.tree import Apply, Compare, Literal, Name, Node, walk
from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.rulebook.written_expressions import written_expressions

_OF_A_LIMIT = frozenset({"memory_pct", "disk_pct"})
"""Facts of which less than one percent is nothing that a server could do with."""


def compared_fractions(rule: RuleModel) -> Iterator[Problem]:
    """Each number between 0 and 1 that such a percent, or what is worked out of one, is compared with."""
    for written in written_expressions(rule):
        for name, number, fraction in chain.from_iterable(map(_compared, walk(written.tree))):
            yield problem_at(
                written.place(number), "fraction-compared", f"`{name}` is a percent, from 0 to 100",
                severity="warning", found=f"`{fraction}`", suggestion=f"{100 * fraction:g}",
            )  # fmt: skip


def _compared(node: Node) -> Iterator[tuple[str, Node, float]]:
    """The percent of a comparison, and the fraction. One with its `%` is meant as it is written."""
    if not isinstance(node, Compare):
        return
    for asked, number in ((node.left, node.right), (node.right, node.left)):
        match _looked_back_on(asked), number:
            case Name(name=name), Literal(plain=float(fraction), kind=Kind.NUMBER) if (
                name in _OF_A_LIMIT and 0 < fraction < 1
            ):
                yield name, number, fraction


def _looked_back_on(asked: Node) -> Node:
    """What `avg` and its kin are of: their value is a percent too."""
    match asked:
        case Apply(function="avg" | "min" | "max", arguments=(first, *_)):
            return first
        case _:
            return asked
