"""Which keys of a rule go together, which need another, and which exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Set

from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.rulebook.width import WORDS
from automaton.schema.nodes import Mapping, Sequence
from automaton.schema.scalar import Scalar
from automaton.words_of_others import At
from automaton.words_of_others import meant as meant_by

_SETS_OFF = ("when: {…}", 'when: {schedule: "', "while: ")
"""How what is to be written begins, for a key that says what sets a rule off."""

ABOUT_MATCHES = ("count", "distinct", "first", "unless", "within")


def check_key_combinations(rule: Mapping) -> Iterator[Problem]:
    """Problems at the keys that should go, or that lack another one."""
    meant = set(map(RuleModel.key_meant, rule))
    when, holds = rule.key("when"), rule.key("while")
    if when is None and holds is None and meant.isdisjoint({"when", "while"}) and not _is_misplaced(rule):
        yield _neither(rule)
    yield from _in_vain(rule)
    if when is not None and holds is not None:
        yield _both(rule, when, holds)
    elif holds is not None:
        yield from _of_while(rule)
    elif when is not None:
        yield from _of_when(rule, meant)


def _is_misplaced(rule: Mapping) -> bool:
    """Whether a key says what sets it off, and only stands wrong: `schedule: …` beside `do`. That is told."""
    words = (meant_by(At.RULE, key) for key in rule)
    return any(word is not None and word.write.startswith(_SETS_OFF) for word in words)


def _neither(rule: Mapping) -> Problem:
    """A rule that nothing sets off. One with an `if` alone was meant to fire while that holds."""
    message, expected = "a rule needs `when` or `while`", "`when: {event: …}` for what happens"
    if condition := _written(rule, "if"):
        message += ", for `if` only narrows a `when`"
        instead = f"while: {condition}"
        expected += " beside it, or, where the condition alone is meant, `while` in place of `if`"
        return problem_at(rule.place, "when-or-while", message, expected=expected, suggestion=instead)
    return problem_at(
        rule.place, "when-or-while", message, expected=f"{expected}, or `while: …` for what holds"
    )


def _both(rule: Mapping, when: Scalar, holds: Scalar) -> Problem:
    """At the key that was added later, where two files say it."""
    is_later = when.place.file != rule.place.file and holds.place.file == rule.place.file
    later, other = (when, holds) if is_later else (holds, when)
    message, instead = "a rule has either `when` or `while`, not both", ""
    if later.place.file != other.place.file:
        message += f": `{other}` stands at {other.place.file}:{other.place.line}, and stays"
    elif rule.key("if") is not None:
        message += ": beside `when` a condition stands in `if`, joined to the one there by `and`"
    else:
        message += ": beside `when` a condition stands in `if`"
        instead = f"if: {condition}" if (condition := _written(rule, "while")) else ""
    return problem_at(later.place, "when-or-while", message, suggestion=instead)


def _written(rule: Mapping, key: str) -> str:
    """The value of a key as it is written, with its quotes; empty where it is more than a line."""
    value = rule.find(key)
    return value.source if isinstance(value, Scalar) and "\n" not in value.source else ""


def _in_vain(rule: Mapping) -> Iterator[Problem]:
    """Keys that are right, and do nothing as they stand."""
    if rule.find("arm") == "off":
        return
    do, empty = rule.key("do"), rule.find("do")
    if do is not None and isinstance(empty, Sequence) and not empty:
        message = (
            "`do` is empty, so nothing is done. Without `do` a rule's incidents are shown all the same, and"
            f" other rules may listen to them (`when: {{rule: {_id(rule)}}}`): leave it out, or say what is"
            " to be done"
        )
        instead = 'do: [{notify: ops, text: "${rule} is open"}]'
        yield problem_at(do.place, "does-nothing", message, severity="warning", suggestion=instead)
    cooldown = rule.key("cooldown")
    if cooldown is not None and rule.find("overlap") == "queue" and rule.find("cooldown") not in ("0s", "0"):
        message = (
            "a `cooldown` begins when a run ends, and refuses all that `overlap: queue` has kept by then:"
            " keep `queue` to handle every event, or `cooldown` to ignore those that follow"
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
        time = _written(rule, "for") or "5m"
        expected = (
            f"`- wait: {time}` as the first of `do`, to act so much later, or `unless: {{event: ready}}` with"
            f" `within: {time}`, for what did not follow in so long"
        )
        yield problem_at(hold.place, "of-while", message, expected=expected)
    if unless is not None and count is not None:
        two = _two_rules(rule, "`unless` and `within`", "`count` and `within`")
        message = f"`unless` goes with one match, not with `count`: {two}"
        yield problem_at(unless.place, "unless-count", message)
    elif unless is not None and "within" not in meant:
        message = "`unless` needs `within`: what does not follow in so long"
        yield problem_at(unless.place, "unless-within", message, suggestion="within: 10m")
    if count is not None and "within" not in meant:
        message = "`count` needs `within` beside it: so many within so long"
        yield problem_at(count.place, "count-within", message, suggestion="within: 10m")
    if first is not None and (other := count if count is not None else unless) is not None:
        two = _two_rules(rule, "`first`", f"`{other}` and `within`")
        message = f"`first` goes without `{other}`: {two}"
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


def _two_rules(rule: Mapping, first: str, second: str) -> str:
    """How what one rule cannot do is done by two, of which the second has the id that is known."""
    name = _id(rule)
    once = f"{name}-once"
    return (
        f"write two rules, `{once}` with `when`, {first}, which needs no `do`, and `{name}` with"
        f" `when: {{rule: {once}}}`, {second}"
    )


def _id(rule: Mapping) -> str:
    name = rule.find("id")
    return str(name) if isinstance(name, Scalar) and name else "…"


def _adds_values(value: Sequence) -> bool:
    return len(value) > 1 or not (isinstance(value[0], Scalar) and value[0] in WORDS) if value else False
