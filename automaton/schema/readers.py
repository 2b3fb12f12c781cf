"""The validators behind the types of base.py: how each reads a scalar of a file.

Each lets a ready value of its own type through, for code builds models too. All raise Invalid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationInfo

from automaton.errors import Invalid
from automaton.expr.expression import Expression, parse_expression
from automaton.expr.template import Template, parse_template, with_kinds
from automaton.expr.units import duration
from automaton.expr.value_kinds import with_article
from automaton.match.glob import Glob, compile_glob
from automaton.match.pattern import Pattern, compile_pattern, trusted_pattern
from automaton.match.repeat_cost import costly_repeat
from automaton.problem import Problem
from automaton.schema import nodes
from automaton.schema.context import context_of, definitions_of, is_shipped
from automaton.schema.definitions import Constant, Definitions, whole_constant
from automaton.schema.foreign_operators import with_our_operators
from automaton.schema.invalid import invalid, invalid_in
from automaton.schema.scalar import Scalar, Style, single_quoted
from automaton.schema.state_change import StateChange, parse_state_change
from automaton.schema.substitute import substitute_in_expression, substitute_in_template
from automaton.schema.wrong_placeholders import without_wrong_placeholders

T = TypeVar("T")

LONGEST_GLOB = 4000  # characters; RE2 refuses one of some hundred thousand, and takes long for less

_OF_TRIGGERS = frozenset({"console", "event", "state", "schedule", "rule", "hook", "any"})
UNITS = frozenset({"days", "hours", "minutes", "seconds", "milliseconds"})
"""The keys of a duration as Home Assistant writes it."""

_FLAGS_OF_OTHERS = {
    "yes": "true", "on": "true", "true": "true",
    "no": "false", "off": "false", "false": "false",
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
"""All but the tab, which libraries write as `\\t`: no line of a console has one of these."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OF_A_SLUG = f"{_LETTERS}{_LETTERS.upper()}0123456789-_."


def shape(value: object) -> str:
    """What a value is, for `found` of a Problem; cut after 60 characters."""
    match value:
        case nodes.Mapping():
            return "a mapping"
        case nodes.Sequence():
            return "a list"
        case _:
            return f"`{str(value)[:60]}`"


def text_of(value: object, expected: str) -> str:
    """The text of a scalar, as a Scalar where it comes from a file."""
    if isinstance(value, str):
        if isinstance(value, Scalar) and value.is_null:
            raise invalid("no-value", "a value is missing", found="nothing", expected=expected)
        return value
    raise invalid("wrong-shape", f"{expected} is expected here", found=shape(value))


def read(
    parse: Callable[[str], T], code: str, expected: str
) -> Callable[[object, ValidationInfo | None], object]:
    """A validator that parses text. A text that is `${name}` alone is the constant of that name.

    `code` is that of the problem where `parse` raises Invalid, `expected` what is asked for where the value
    is no text at all.
    """

    def validate(value: object, info: ValidationInfo | None) -> object:
        if not isinstance(value, str | nodes.Mapping | nodes.Sequence):
            return value
        if code != "text":
            check_line_break(value)
        value, constant = whole_constant(value, definitions_of(info))
        if code == "duration" and isinstance(value, nodes.Mapping):
            raise spelled_out(value, expected)
        text = text_of(value, expected)
        try:
            return parse(str(text))
        except Invalid as error:
            problem = error.problem
            if constant is not None:
                message = f"`{text}` is {with_article(constant.kind)}: {problem.message}"
                problem = replace(problem, message=message)
            raise invalid_in(text, code, problem) from None

    return validate


def spelled_out(value: nodes.Mapping, expected: str) -> Invalid:
    """For a duration as Home Assistant writes it: `{minutes: 5}`."""
    found = "".join(f"{amount}{key[:1]}" for key, amount in value.items() if isinstance(amount, Scalar))
    try:
        duration(found)
    except Invalid:
        found = ""
    return invalid("wrong-shape", f"{expected} is expected here", found="a mapping", suggestion=found)


def name(value: object, info: ValidationInfo) -> object:
    """The name of something defined elsewhere. It stays a Scalar, so that it can be looked up and blamed."""
    check_line_break(value)
    value, _ = whole_constant(value, definitions_of(info))
    return text_of(value, "a name")


def read_and_keep(
    parse: Callable[[str], object], code: str, expected: str
) -> Callable[[object, ValidationInfo], object]:
    """Like `read`, but the text itself is kept, with its place, and `${name}` is not replaced."""
    check = read(parse, code, expected)

    def validate(value: object, info: ValidationInfo) -> object:
        check(value, None)
        return value

    return validate


def count(text: str) -> int:
    """A whole number from 1 to 999,999,999."""
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise Invalid(Problem("a whole number from 1 on is expected"))
    if len(text) > 9:
        raise Invalid(Problem("a whole number here is at most 999,999,999"))
    return int(text)


def flag(text: str) -> bool:
    """`true` or `false`. YAML 1.1's `yes`, `on` and their like are refused, with the right word."""
    if text in ("true", "false"):
        return text == "true"
    raise Invalid(Problem("`true` or `false` is expected", suggestion=_FLAGS_OF_OTHERS.get(text.lower(), "")))


def slug(text: str) -> str:
    """Up to 64 letters, digits, `-`, `_` and `.`, the first a letter or digit."""
    if 0 < len(text) <= 64 and text[0].isalnum() and text.isascii() and not text.strip(_OF_A_SLUG):
        return text
    meant = "-".join("".join(char if char in _OF_A_SLUG else " " for char in text).split())[:64].strip("-._")
    raise Invalid(
        Problem("a name of letters, digits, `-`, `_` and `.` is expected, up to 64 of them", suggestion=meant)
    )


def pattern(value: object, info: ValidationInfo | None = None) -> Pattern:
    """A pattern that knows where it is written. It stands best in single quotes; others are taken."""
    if isinstance(value, Pattern):
        return value
    if isinstance(value, nodes.Mapping):
        raise _cut_by_a_colon(value)
    text = text_of(value, "a pattern in single quotes")
    if isinstance(text, Scalar):
        _check_quotes(text)
    try:
        if is_shipped(info):
            return replace(trusted_pattern(str(text)), origin=text)
        made = replace(compile_pattern(str(text)), origin=text)
        problem = costly_repeat(str(text))
        if problem is not None:
            raise Invalid(problem)
        return made
    except Invalid as error:
        raise invalid_in(text, "pattern", error.problem) from None


def _cut_by_a_colon(value: nodes.Mapping) -> Invalid:
    """Without quotes a `: ` makes a key of what stands before it."""
    key, rest = next(iter(value.items()), (None, None))
    if key is None or len(value) > 1 or not isinstance(rest, Scalar):
        return invalid("wrong-shape", "a pattern in single quotes is expected here", found="a mapping")
    message = "a `: ` ends a key in YAML: a pattern with `: ` in it stands in single quotes"
    whole = single_quoted(f"{key}: {rest}{rest.comment}")
    return invalid("pattern-quotes", message, key, offset=0, found=f"`{key}:`", suggestion=whole)


def _check_quotes(text: Scalar) -> None:
    """What YAML took away unseen, each with its cure."""
    if text.comment:
        message = (
            "a ` #` ends a value in YAML: a pattern with ` #` in it stands in single quotes, and a comment"
            " in a line of its own"
        )
        whole = single_quoted(f"{text}{text.comment}")
        raise invalid(
            "pattern-quotes", message, text, found=f"`{text.comment.strip()[:60]}`", suggestion=whole
        )
    check_line_break(text)
    if _CONTROL.search(text):
        message = "in double quotes `\\` begins an escape, so this is a control character"
        meant = text.source[1:-1].replace("\\\\", "\\").replace('\\"', '"')
        cure = single_quoted(meant) if text.style is Style.DOUBLE and "\n" not in meant else ""
        expected = "a pattern in single quotes, where `\\` stays what it is"
        raise invalid(
            "pattern-quotes", message, text, found=text.source[:60], expected=expected, suggestion=cure
        )


def check_line_break(text: object) -> None:
    """Raises Invalid for a block scalar whose last line break would be a part of the value."""
    if isinstance(text, Scalar) and text.ends_with_a_line_break:
        raise Invalid(line_break_problem(text))


def line_break_problem(text: Scalar) -> Problem:
    """The problem of a block scalar that ends with a line break where none may be."""
    sign = text.source[:1]
    message = "a block scalar ends with a line break, which would be a part of this"
    return Problem(message, code="line-break", found=f"`{sign}`", suggestion=f"{sign}-")


def expression(value: object, info: ValidationInfo | None = None) -> Expression:
    """An expression, its constants substituted. It knows where it is written."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, nodes.Mapping) and not value.keys().isdisjoint(_OF_TRIGGERS):
        message = "what happens is no expression: it stands below `when`, and what holds below `while`"
        written = ", ".join(f"{key}: {one}" for key, one in value.items() if isinstance(one, Scalar))
        raise invalid("wrong-shape", message, found="a mapping", suggestion=f"when: {{{written}}}")
    if isinstance(value, nodes.Mapping) and (bare := _in_braces(value)):
        raise invalid("wrong-shape", "an expression stands bare here, without `{…}`", suggestion=bare)
    text = text_of(value, "an expression")
    if isinstance(text, Scalar) and info is not None:
        text = _with_our_operators(text, info)
    found = _parsed(parse_expression, text)
    constants = _constants(text, info)
    if isinstance(text, Scalar) and constants:
        substituted = substitute_in_expression(found, text, constants)
        if substituted is not None:
            found, text = _parsed(parse_expression, substituted), substituted
    return replace(found, origin=text)


def _in_braces(value: nodes.Mapping) -> str:
    """The expression of `{state == "offline"}`, which YAML reads as a key; empty for another mapping."""
    key, behind = next(iter(value.items()), (None, None))
    is_key = key is None or len(value) > 1 or not (isinstance(behind, Scalar) and behind.is_null)
    return "" if is_key or key is None else key.source


def _with_our_operators(text: Scalar, info: ValidationInfo) -> Scalar:
    """The text; in a second reading, for what is right of it, with our operators for others.

    In the first one all of these are told but the first, which is what reading it will raise.
    """
    context = context_of(info)
    if context is None or text.comment:
        return text
    ours, problems = with_our_operators(text)
    if context.partial:
        return ours if ours is not None and problems else text
    context.problems += [_placed(one, text) for one in problems[1:]]
    return text


def template(value: object, info: ValidationInfo | None = None) -> Template:
    """A text with `${…}` in it, its constants substituted. It knows where it is written."""
    if isinstance(value, Template):
        return value
    text = text_of(value, "a text")
    found = _parsed(parse_template, text if info is None else _readable(text, info))
    constants = _constants(text, info)
    if isinstance(text, Scalar) and constants:
        written = substitute_in_template(found, text, constants)
        if written is not None:
            found, text = _parsed(parse_template, written), written
    definitions = definitions_of(info)
    if definitions is not None and (definitions.own_facts or definitions.fields):
        found = with_kinds(found, {**definitions.own_facts, **definitions.fields})
    return replace(found, origin=text)


def _readable(text: str, info: ValidationInfo) -> str:
    """The text; in a second reading, for what is right of it, without those `${…}` that cannot be read."""
    context = context_of(info)
    if context is None or not isinstance(text, Scalar):
        return text
    kept, problems = without_wrong_placeholders(str(text))
    if context.partial:
        return kept if problems else text
    context.problems += [_placed(one, text) for one in problems[1:]]
    return text


def _placed(problem: Problem, text: Scalar) -> Problem:
    return replace(problem, code="expression").at(text.at(problem.offset or 0))


def template_source(text: str, definitions: Definitions | None) -> str:
    """The source of a text, its constants substituted."""
    found = _parsed(parse_template, text)
    constants = definitions.constants_at(text) if definitions is not None else {}
    written = (
        substitute_in_template(found, text, constants) if isinstance(text, Scalar) and constants else None
    )
    return text if written is None else str(written)


def _parsed(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(str(text))
    except Invalid as error:
        if isinstance(text, Scalar) and text.comment:
            raise _cut_by_a_comment(text, error.problem) from None
        raise invalid_in(text, "expression", error.problem) from None


def _cut_by_a_comment(text: Scalar, problem: Problem) -> Invalid:
    message = (
        f"{problem.message}: a ` #` ends the value in YAML, and what has one in it stands in single quotes"
    )
    whole = single_quoted(f"{text}{text.comment}")
    return invalid(
        "expression",
        message,
        text,
        offset=len(text),
        found=f"`{text.comment.strip()[:60]}`",
        suggestion=whole,
    )


def _constants(text: str, info: ValidationInfo | None) -> Mapping[str, Constant]:
    definitions = definitions_of(info)
    return definitions.constants_at(text) if definitions is not None else {}


def glob(value: object) -> Glob:
    """Any text up to LONGEST_GLOB is a glob."""
    if isinstance(value, Glob):
        return value
    check_line_break(value)
    text = text_of(value, "a name or glob")
    if len(text) > LONGEST_GLOB:
        message = f"a glob is at most {LONGEST_GLOB} characters long"
        raise invalid("too-long", message, text, found=f"{len(text)} characters")
    return replace(compile_glob(str(text)), origin=text)


def state_change(value: object) -> StateChange:
    """A change of the power state, as `running -> offline`."""
    if isinstance(value, StateChange):
        return value
    check_line_break(value)
    text = text_of(value, "a change as `any -> offline`")
    try:
        return parse_state_change(str(text))
    except Invalid as error:
        raise invalid_in(text, "state", error.problem) from None
