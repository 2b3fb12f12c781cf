"""What is asked over many servers where a fact of one stands alone: whole examples, of what is written."""

from __future__ import annotations

from automaton.core.facts.kind import Fact, Kind
from automaton.expr.tree import Compare, Literal, Node, Not
from automaton.expr.unparse import unparse
from automaton.expr.value_kinds import NUMERIC

_ASKED = {
    Kind.SIZE: "{} > 1GiB",
    Kind.DURATION: "{} > 10m",
    Kind.LIST: '"prod" in {}',
    Kind.TRUTH: "{}",
    Kind.TEXT: '{} == "…"',
}
"""An example of a truth for each kind, where none is written; for a number `> 90`."""


def over_servers(
    node: Node, kind: Kind, compared: Compare | Not | None, fact: Fact | None
) -> tuple[str, str]:
    """What is expected instead of a value of one server, and what to write for it, empty in a text.

    `compared` is the comparison in which it stands, or the `not` before it, `fact` the one that it is.
    """
    name = unparse(node)
    if compared is None and kind is not Kind.TRUTH:
        asked = _example(name, kind, fact)
        total = f"`sum({name})` for their total, " if _has_a_sum(kind, fact) else ""
        return f"{total}`names({asked})` for which they are, `count({asked})` for how many", ""
    asked, total = _example(name, kind, fact), ""
    match compared:
        case Compare(left=left, how=how, right=Literal() as right):
            asked = unparse(compared)
            total = f"sum({name}) {how} {unparse(right)}" if left is node and _has_a_sum(kind, fact) else ""
        case Compare(left=Literal()) | Not():
            asked = unparse(compared)
    any_of_them = f"count({asked}) > 0"
    expected = f"`{any_of_them}` for any of its servers, `share({asked}) > 0.5` for more than half"
    return f"{expected}, `{total}` for their total" if total else expected, any_of_them


def _has_a_sum(kind: Kind, fact: Fact | None) -> bool:
    return kind in NUMERIC and not (fact is not None and fact.grows)


def _example(name: str, kind: Kind, fact: Fact | None) -> str:
    if fact is not None and fact.values:
        return f'{name} == "{fact.values[0]}"'
    return _ASKED.get(kind, "{} > 90").format(name)
