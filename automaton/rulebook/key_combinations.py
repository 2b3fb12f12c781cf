"""Which keys of a rule go together, which need another, and which exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Set

from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.rulebook.width import WORDS
from automaton.schema.nodes import Mapping, Sequence
from automaton.schema.scalar import Scalar

ABOUT_MATCHES = ("count", "distinct", "first", "unless", "within")


def check_key_combinations(rule: Mapping) -> Iterator[Problem]:
    """Problems at the keys that should go, or that lack another one."""
    meant = set(map(RuleModel.key_meant, rule))
    when, holds = rule.key("when"), rule.key("while")
    if when is None and holds is None and meant.isdisjoint({"when", "while"}):
        expected = "`when: {event: …}` for what happens, or `while: …` for what holds"
        yield problem_at(rule.place, "when-or-while", "a rule needs `when` or `while`", expected=expected)
    yield from _in_vain(rule)
    if when is not None and holds is not None:
        is_later = when.place.file != rule.place.file and holds.place.file == rule.place.file
        later, other = (when, holds) if is_later else (holds, when)
        message = "a rule has either `when` or `while`, not both"
        if later.place.file != other.place.file:
            message += f": `{other}` stands at {other.place.file}:{other.place.line}, and stays"
        yield problem_at(later.place, "when-or-while", message)
    elif holds is not None:
        yield from _of_while(rule)
    elif when is not None:
        yield from _of_when(rule, meant)


def _in_vain(rule: Mapping) -> Iterator[Problem]:
    """Keys that are right, and do nothing as they stand."""
    if rule.find("arm") == "off":
        return
    do, empty = rule.key("do"), rule.find("do")
    if do is not None and isinstance(empty, Sequence) and not empty:
        message = "`do` is empty, so nothing is done: write what is to be done, or leave `do` out"
        yield problem_at(do.place, "does-nothing", message, severity="warning", suggestion="- notify: …")
    cooldown = rule.key("cooldown")
    if cooldown is not None and rule.find("overlap") == "queue" and rule.find("cooldown") not in ("0s", "0"):
        message = (
            "a `cooldown` begins when a run ends, and refuses all that `overlap: queue` has kept by then:"
            " give the rule one of them"
        )
        yield problem_at(cooldown.place, "queue-cooldown", message, severity="warning")


def _of_while(rule: Mapping) -> Iterator[Problem]:
    for key in map(rule.key, ABOUT_MATCHES):
        if key is not None:
            message = f"`{key}` belongs to `when`: it is about what happens, not about what holds"
            yield problem_at(key.place, "of-when", message)
    by, value = rule.key("by"), rule.find("by")
    if by is not None and isinstance(value, Sequence) and _adds_values(value):
        message = "a list in `by` belongs to `when`: its values come with a match"
        yield problem_at(by.place, "of-when", message)


def _of_when(rule: Mapping, meant: Set[str]) -> Iterator[Problem]:
    hold, count, within = rule.key("for"), rule.key("count"), rule.key("within")
    distinct, unless, first = rule.key("distinct"), rule.key("unless"), rule.key("first")
    if hold is not None:
        message = "`for` belongs to `while`: a `when` happens in a moment, and holds for no time"
        yield problem_at(hold.place, "of-while", message)
    if unless is not None and count is not None:
        message = "`unless` goes with one match, not with `count`: write two rules, the second on `rule:`"
        yield problem_at(unless.place, "unless-count", message)
    elif unless is not None and "within" not in meant:
        message = "`unless` needs `within`: what does not follow in so long"
        yield problem_at(unless.place, "unless-within", message)
    if count is not None and "within" not in meant:
        yield problem_at(count.place, "count-within", "`count` needs `within`: so many within so long")
    if first is not None and (other := count if count is not None else unless) is not None:
        message = f"`first` goes without `{other}`: write two rules, the second on `rule:`"
        yield problem_at(first.place, "first-alone", message)
    if within is not None and meant.isdisjoint({"count", "unless", "first"}):
        message = (
            "`within` needs `count`, so many within so long, `unless`, what does not follow in time, or"
            " `first`, what was not seen for so long"
        )
        yield problem_at(within.place, "count-within", message)
    if distinct is not None and "count" not in meant:
        message = "`distinct` needs `count` and `within`: so many different values within so long"
        yield problem_at(distinct.place, "distinct-count", message)


def _adds_values(value: Sequence) -> bool:
    return len(value) > 1 or not (isinstance(value[0], Scalar) and value[0] in WORDS) if value else False
