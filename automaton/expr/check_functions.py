"""What is wrong with a function's arguments, and the kind of what it gives."""

from __future__ import annotations

from automaton.core.expression import OVER_SERVERS, OVER_TIME
from automaton.core.facts.kind import Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.core.json_path import parse_json_path
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.checker import TypeChecker
from automaton.expr.functions import FUNCTIONS, LONGEST_LOOK, Signature, Takes
from automaton.expr.over_servers import over_servers
from automaton.expr.tree import Apply, Literal, Name, Node
from automaton.expr.units import write_duration
from automaton.expr.unparse import unparse
from automaton.expr.value_kinds import NUMERIC, comparable, is_growing, with_article
from automaton.match.pattern import compile_pattern
from automaton.words_of_others import At, Meant, meant

_OF_ONE_SERVER = "a rule of one server has none to count: write it in a rule `by: node` or `by: fleet`"


def function_kind(checker: TypeChecker, node: Apply) -> Kind | None:
    """The kind of a function's value, None where something is wrong with it."""
    signature = FUNCTIONS.get(node.function)
    if signature is None:
        _unknown(checker, node)
    elif not signature.fits(len(node.arguments)):
        wants = _wanted(signature)
        message = f"`{node.function}` takes {wants}: {' and '.join(signature.takes)}"
        checker.add(node, message, _counted(len(node.arguments)), f"as in `{signature.example}`")
    elif _stands_here(checker, node):
        arguments = zip(node.arguments, signature.takes, strict=False)  # some may be left out
        kinds = [_argument(checker, node, argument, takes) for argument, takes in arguments]
        return _returned(checker, node, kinds)
    return None


def _wanted(signature: Signature) -> str:
    most = _counted(len(signature.takes))
    return f"{len(signature.takes) - signature.optional} or {most}" if signature.optional else most


def _counted(number: int) -> str:
    return "1 argument" if number == 1 else f"{number or 'no'} arguments"


def _unknown(checker: TypeChecker, node: Apply) -> None:
    found = f"`{node.function}`"
    if node.function in EVERY_FACT:
        checker.add(node, f"{found} is a fact and takes no arguments", found, suggestion=node.function)
        return
    word = meant(At.FUNCTION, node.function)
    if word is not None:
        why = f": {word.why}" if word.why else ""
        checker.add(node, f"unknown function {found}{why}", found, suggestion=_with_its_arguments(node, word))
        return
    near = nearest(node.function, FUNCTIONS)
    expected = "" if near else ", ".join(f"`{name}`" for name in FUNCTIONS)
    checker.add(node, f"unknown function {found}{did_you_mean(near)}", found, expected, near or "")


def _with_its_arguments(node: Apply, word: Meant) -> str:
    """`avg(cpu_pct, 5m)` for `avg_over_time(cpu_pct, 5m)`: the example, where it takes what is written."""
    ours = word.write.partition("(")[0]
    takes = FUNCTIONS[ours].takes if ours in FUNCTIONS else ()
    if word.write.endswith(")") and len(takes) == len(node.arguments):
        return f"{ours}({', '.join(map(unparse, node.arguments))})"
    return word.write


def _stands_here(checker: TypeChecker, node: Apply) -> bool:
    found, inside = f"`{node.function}`", f"`{checker.inside}`"
    if node.function in OVER_SERVERS:
        if checker.inside:
            checker.add(node, f"{found} counts servers: it cannot stand inside {inside}", found)
        elif checker.known.each is None:
            checker.add(node, f"{found} counts servers: {_OF_ONE_SERVER}", found)
        else:
            return True
        return False
    if node.function in OVER_TIME:
        if checker.inside in OVER_TIME:
            checker.add(node, f"{found} looks back on facts: it cannot stand inside {inside}", found)
            return False
        if checker.known.each is not None and not checker.inside:
            message = f"{found} looks back on one server: this rule is wider than one"
            checker.add(node, message, found, *over_servers(node, Kind.NUMBER, checker.compared, None))
            return False
    return True


def _argument(checker: TypeChecker, node: Apply, argument: Node, takes: Takes) -> Kind | None:
    match takes:
        case Takes.TRUTH | Takes.NUMBER:
            return _expression(checker.within(node.function), node, argument, takes)
        case Takes.TEXT:
            return _text(checker, node, argument)
        case Takes.PATTERN:
            _pattern(checker, argument)
        case Takes.TIME:
            _time(checker, node, argument)
        case Takes.EVENT:
            _event(checker, argument)
        case Takes.WINDOW:
            _named(checker, argument, "window", checker.known.windows)
        case Takes.RULE:
            _named(checker, argument, "rule", checker.known.rules)
        case Takes.PATH:
            _path(checker, argument)
        case Takes.ANY:
            return checker.kind(argument)
    return None


def _expression(checker: TypeChecker, node: Apply, argument: Node, takes: Takes) -> Kind | None:
    kind = checker.kind(argument)
    wanted = (Kind.TRUTH,) if takes is Takes.TRUTH else NUMERIC
    if kind is None:
        return None
    if kind not in wanted:
        example = FUNCTIONS[node.function].example
        checker.add(argument, f"{with_article(kind)} where {takes} is wanted", expected=f"as in `{example}`")
        return None
    if takes is Takes.NUMBER and is_growing(argument, checker.facts):
        message = f"an age runs by itself: `{node.function}` has nothing to look back on"
        if node.function in OVER_SERVERS:
            message = f"an age runs by itself: `{node.function}` has no sum that stands"
        checker.add(argument, message, expected="a number that changes by what happens")
        return None
    return kind


def _text(checker: TypeChecker, node: Apply, argument: Node) -> Kind | None:
    kind = checker.kind(argument)
    if kind in (None, Kind.TEXT, Kind.ANY):
        return kind
    expected = f"as in `{FUNCTIONS[node.function].example}`"
    suggestion = ""
    if kind is Kind.LIST and node.function == "contains":
        expected, suggestion = (
            "a list is asked with `in`",
            f"{unparse(node.arguments[1])} in {unparse(argument)}",
        )
    checker.add(
        argument, f"{with_article(kind)} where a text is wanted", expected=expected, suggestion=suggestion
    )
    return None


def _pattern(checker: TypeChecker, argument: Node) -> None:
    if not isinstance(argument, Literal) or not isinstance(argument.plain, str):
        checker.add(argument, "the pattern of `matches` is written out", expected=Takes.PATTERN)
    elif not argument.plain:
        checker.add(argument, "an empty pattern is in every text", "''", Takes.PATTERN)
    else:
        try:
            compile_pattern(argument.plain)
        except Invalid as error:
            # Its own offset counts from behind the quote.
            checker.problems.append(error.problem.moved(argument.span.begin + 1))


def _time(checker: TypeChecker, node: Apply, argument: Node) -> None:
    example = f"as in `{FUNCTIONS[node.function].example}`"
    if not isinstance(argument, Literal) or not isinstance(argument.plain, int | float):
        checker.add(argument, f"the time that `{node.function}` looks back is written out", expected=example)
    elif argument.kind is not Kind.DURATION:
        suggestion = write_duration(argument.plain) if argument.kind is Kind.NUMBER else ""
        message = f"{with_article(argument.kind)} where a time is wanted"
        checker.add(argument, message, expected=example, suggestion=suggestion)
    elif argument.plain <= 0:
        checker.add(argument, "a time to look back is longer than 0s", expected=example)
    elif argument.plain > LONGEST_LOOK:
        longest = write_duration(LONGEST_LOOK)
        found = f"`{write_duration(argument.plain)}`"
        checker.add(argument, "functions look back 24h at most", found, "up to `24h`", longest)


def _event(checker: TypeChecker, argument: Node) -> None:
    events = checker.known.events
    match argument:
        case Literal(plain=str(pattern)) if events is not None and pattern in events:
            message = f"an event's name stands without quotes; `{pattern}` in quotes is an RE2"
            checker.add(argument, message, f'"{pattern}"', suggestion=pattern)
        case Literal(plain=""):
            checker.add(argument, "an empty pattern is in every line", '""', Takes.EVENT)
        case Literal(plain=str(pattern)):
            problem = checker.known.pattern(pattern) if checker.known.pattern is not None else ""
            if problem:
                checker.add(argument, problem, f'"{pattern[:40]}"')
        case Name(name=name):
            if events is not None and name not in events:
                _unknown_name(checker, argument, name, "event or pattern", events)
        case _:
            checker.add(argument, "this names no event", expected=Takes.EVENT)


def _path(checker: TypeChecker, argument: Node) -> None:
    if not isinstance(argument, Literal) or not isinstance(argument.plain, str):
        checker.add(argument, "the path is written out", expected=Takes.PATH)
    elif parse_json_path(argument.plain) is None:
        message = "this is no path: names stand behind dots, places of a list in brackets"
        checker.add(argument, message, f'"{argument.plain[:40]}"', Takes.PATH)


def _named(checker: TypeChecker, argument: Node, what: str, known: frozenset[str] | None) -> None:
    match argument:
        case Literal(plain=str(name)):
            if known is not None and name not in known:
                _unknown_name(checker, argument, name, what, known)
        case Name(name=name):
            message = f"the name of a {what} stands in quotes"
            checker.add(argument, message, f"`{name}`", suggestion=f'"{name}"')
        case _:
            checker.add(argument, f"this names no {what}", expected=f"a {what} in quotes")


def _unknown_name(checker: TypeChecker, node: Node, name: str, what: str, known: frozenset[str]) -> None:
    near = nearest(name, known)
    if what.startswith("event"):
        expected, suggestion = "an event, a pattern of a pack, or an RE2 in quotes", near or ""
    else:
        there = ", ".join(f'"{one}"' for one in sorted(known)) or f"one of `{what}s`: there is none"
        expected, suggestion = "" if near else there, f'"{near}"' if near else ""
    checker.add(node, f"unknown {what} `{name}`{did_you_mean(near)}", f"`{name}`", expected, suggestion)


def _returned(checker: TypeChecker, node: Apply, kinds: list[Kind | None]) -> Kind | None:
    match node.function, kinds:
        case "eta", [of, limit, _] if of is not None and limit is not None and not comparable(of, limit):
            message = f"{with_article(of)} never reaches {with_article(limit)}"
            checker.add(node.arguments[1], message, with_article(limit), with_article(of))
        case "rate", [Kind.DURATION, _]:
            return Kind.NUMBER  # seconds a second
        case "json", [_, _]:
            return Kind.ANY  # of whatever kind stands there
    returns = FUNCTIONS[node.function].returns
    return kinds[0] if returns is None else returns
