"""What is wrong with a function's arguments, and the kind of what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from automaton.core.expression import OVER_SERVERS, OVER_TIME
from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.expr.functions import FUNCTIONS, LONGEST_LOOK, Takes
from automaton.expr.kinds import NUMERIC, comparable, is_growing, with_article
from automaton.expr.known import Known
from automaton.expr.nearest import nearest
from automaton.expr.tree import Apply, Literal, Name, Node
from automaton.expr.units import write_duration

GIVES: Mapping[str, Kind] = {
    "count": Kind.NUMBER, "share": Kind.NUMBER, "names": Kind.TEXT, "eta": Kind.DURATION,
    "age": Kind.DURATION, "seen": Kind.TRUTH, "crashes": Kind.NUMBER, "starts": Kind.NUMBER,
    "window": Kind.TRUTH, "firing": Kind.TRUTH, "json": Kind.TEXT,
}  # fmt: skip
"""All others give what they are given."""

OF_ONE_SERVER = "a rule of one server has none to count: write it in a rule `by: node` or `by: fleet`"
AROUND_IT = "`count(…)`, `share(…)`, `sum(…)` or `names(…)` around it"


class Judge(Protocol):
    """The checker of the expression in which the function stands."""

    @property
    def known(self) -> Known: ...

    @property
    def inside(self) -> str:
        """The function around what is judged, or nothing."""
        ...

    @property
    def facts(self) -> Mapping[str, Fact]: ...

    def add(
        self, node: Node, message: str, found: str = "", expected: str = "", suggestion: str = ""
    ) -> None: ...

    def within(self, function: str) -> Judge:
        """The same, for what the function asks of a server."""
        ...

    def kind(self, node: Node) -> Kind | None: ...


def function_kind(judge: Judge, node: Apply) -> Kind | None:
    """The kind of a function's value; its mistakes are told to the judge."""
    signature = FUNCTIONS.get(node.function)
    if signature is None:
        _unknown(judge, node)
    elif len(node.arguments) != len(signature.takes):
        wants = _counted(len(signature.takes))
        message = f"`{node.function}` takes {wants}: {' and '.join(signature.takes)}"
        judge.add(node, message, _counted(len(node.arguments)), f"as in `{signature.example}`")
    elif _stands_here(judge, node):
        kinds = [_argument(judge, node, *pair) for pair in zip(node.arguments, signature.takes, strict=True)]
        return _given(judge, node, kinds)
    return None


def _counted(number: int) -> str:
    return "1 argument" if number == 1 else f"{number or 'no'} arguments"


def _unknown(judge: Judge, node: Apply) -> None:
    found = f"`{node.function}`"
    if node.function in EVERY_FACT:
        judge.add(node, f"{found} is a fact and takes no arguments", found, suggestion=node.function)
        return
    near = nearest(node.function, FUNCTIONS)
    did_you_mean = f", did you mean `{near}`?" if near else ""
    expected = "" if near else ", ".join(f"`{name}`" for name in FUNCTIONS)
    judge.add(node, f"unknown function {found}{did_you_mean}", found, expected, near or "")


def _stands_here(judge: Judge, node: Apply) -> bool:
    found, inside = f"`{node.function}`", f"`{judge.inside}`"
    if node.function in OVER_SERVERS:
        if judge.inside:
            judge.add(node, f"{found} counts servers: it cannot stand inside {inside}", found)
        elif judge.known.each is None:
            judge.add(node, f"{found} counts servers: {OF_ONE_SERVER}", found)
        else:
            return True
        return False
    if node.function in OVER_TIME:
        if judge.inside in OVER_TIME:
            judge.add(node, f"{found} looks back on facts: it cannot stand inside {inside}", found)
            return False
        if judge.known.each is not None and not judge.inside:
            message = f"{found} looks back on one server: this rule is wider than one"
            judge.add(node, message, found, AROUND_IT)
            return False
    return True


def _argument(judge: Judge, node: Apply, argument: Node, takes: Takes) -> Kind | None:
    match takes:
        case Takes.TRUTH | Takes.NUMBER:
            return _asked(judge.within(node.function), node, argument, takes)
        case Takes.TIME:
            _time(judge, node, argument)
        case Takes.EVENT:
            _event(judge, argument)
        case Takes.WINDOW:
            _named(judge, argument, "window", judge.known.windows)
        case Takes.RULE:
            _named(judge, argument, "rule", judge.known.rules)
        case Takes.ANY:
            return judge.kind(argument)
    return None


def _asked(judge: Judge, node: Apply, argument: Node, takes: Takes) -> Kind | None:
    kind = judge.kind(argument)
    wanted = (Kind.TRUTH,) if takes is Takes.TRUTH else NUMERIC
    if kind is None:
        return None
    if kind not in wanted:
        example = FUNCTIONS[node.function].example
        judge.add(argument, f"{with_article(kind)} where {takes} is wanted", expected=f"as in `{example}`")
        return None
    if takes is Takes.NUMBER and is_growing(argument, judge.facts):
        message = f"an age runs by itself: `{node.function}` has nothing to look back on"
        if node.function in OVER_SERVERS:
            message = f"an age runs by itself: `{node.function}` has no sum that stands"
        judge.add(argument, message, expected="a number that changes by what happens")
        return None
    return kind


def _time(judge: Judge, node: Apply, argument: Node) -> None:
    example = f"as in `{FUNCTIONS[node.function].example}`"
    if not isinstance(argument, Literal) or not isinstance(argument.plain, int | float):
        judge.add(argument, f"the time that `{node.function}` looks back is written out", expected=example)
    elif argument.kind is not Kind.DURATION:
        suggestion = write_duration(argument.plain) if argument.kind is Kind.NUMBER else ""
        message = f"{with_article(argument.kind)} where a time is wanted"
        judge.add(argument, message, expected=example, suggestion=suggestion)
    elif argument.plain <= 0:
        judge.add(argument, "a time to look back is longer than 0s", expected=example)
    elif argument.plain > LONGEST_LOOK:
        longest = write_duration(LONGEST_LOOK)
        found = f"`{write_duration(argument.plain)}`"
        judge.add(argument, "functions look back 24h at most", found, "up to `24h`", longest)


def _event(judge: Judge, argument: Node) -> None:
    events = judge.known.events
    match argument:
        case Literal(plain=str(pattern)) if events is not None and pattern in events:
            message = f"an event's name stands without quotes; `{pattern}` in quotes is an RE2"
            judge.add(argument, message, f'"{pattern}"', suggestion=pattern)
        case Literal(plain=""):
            judge.add(argument, "an empty pattern is in every line", '""', Takes.EVENT)
        case Literal(plain=str(pattern)):
            problem = judge.known.pattern(pattern) if judge.known.pattern is not None else ""
            if problem:
                judge.add(argument, problem, f'"{pattern[:40]}"')
        case Name(name=name):
            if events is not None and name not in events:
                _unknown_name(judge, argument, name, "event or pattern", events)
        case _:
            judge.add(argument, "this names no event", expected=Takes.EVENT)


def _named(judge: Judge, argument: Node, what: str, known: frozenset[str] | None) -> None:
    match argument:
        case Literal(plain=str(name)):
            if known is not None and name not in known:
                _unknown_name(judge, argument, name, what, known)
        case Name(name=name):
            message = f"the name of a {what} stands in quotes"
            judge.add(argument, message, f"`{name}`", suggestion=f'"{name}"')
        case _:
            judge.add(argument, f"this names no {what}", expected=f"a {what} in quotes")


def _unknown_name(judge: Judge, node: Node, name: str, what: str, known: frozenset[str]) -> None:
    near = nearest(name, known)
    did_you_mean = f", did you mean `{near}`?" if near else ""
    if what.startswith("event"):
        expected, suggestion = "an event, a pattern of a pack, or an RE2 in quotes", near or ""
    else:
        expected, suggestion = f"a {what} that is written down", f'"{near}"' if near else ""
    judge.add(node, f"unknown {what} `{name}`{did_you_mean}", f"`{name}`", expected, suggestion)


def _given(judge: Judge, node: Apply, kinds: list[Kind | None]) -> Kind | None:
    match node.function, kinds:
        case "eta", [of, limit, _] if of is not None and limit is not None and not comparable(of, limit):
            message = f"{with_article(of)} never reaches {with_article(limit)}"
            judge.add(node.arguments[1], message, with_article(limit), with_article(of))
        case "rate", [Kind.DURATION, _]:
            return Kind.NUMBER  # seconds a second
        case (("sum" | "avg" | "min" | "max" | "rate"), [of, *_]):
            return of
    return GIVES[node.function]
