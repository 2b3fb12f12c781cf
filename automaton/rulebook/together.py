"""Which keys of a rule go together, and which do not."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.schema.nodes import Mapping
from automaton.schema.problem import Problem, problem_at


def together(rule: Mapping) -> Iterator[Problem]:
    """What is wrong with the keys of a rule as a company, each at the key that should go or come."""
    when, holds = rule.key("when"), rule.key("while")
    if when is None and holds is None:
        yield problem_at(rule.place, "when-or-while", "a rule needs `when` or `while`")
    if when is not None and holds is not None:
        yield problem_at(holds.place, "when-or-while", "a rule has either `when` or `while`, not both")
    elif holds is not None:
        for key in (rule.key("count"), rule.key("within")):
            if key is not None:
                message = f"`{key}` belongs to `when`: it is about what happens, not about what holds"
                yield problem_at(key.place, "of-when", message)
    elif when is not None:
        yield from _of_when(rule)


def _of_when(rule: Mapping) -> Iterator[Problem]:
    hold, count, within = rule.key("for"), rule.key("count"), rule.key("within")
    if hold is not None:
        message = "`for` belongs to `while`: a `when` happens in a moment, and holds for no time"
        yield problem_at(hold.place, "of-while", message)
    if count is not None and within is None:
        yield problem_at(count.place, "count-within", "`count` needs `within`: so many within so long")
    if within is not None and count is None:
        yield problem_at(within.place, "count-within", "`within` needs `count`: so many within so long")
