"""The validators behind the types of base.py: how each reads a scalar of a file.

Each lets a ready value of its own type through, for code builds models too. All raise Invalid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationInfo

from automaton.errors import Invalid
from automaton.expr.expression import Expression, parse_expression
from automaton.expr.template import Template, parse_template, with_kinds
from automaton.expr.value_kinds import with_article
from automaton.match.glob import Glob, compile_glob
from automaton.match.pattern import Pattern, compile_pattern
from automaton.problem import Problem
from automaton.schema import nodes
from automaton.schema.context import definitions_of
from automaton.schema.definitions import Constant, Definitions, whole_constant
from automaton.schema.invalid import invalid, invalid_in
from automaton.schema.scalar import Scalar, Style
from automaton.schema.state_change import StateChange, parse_state_change
from automaton.schema.substitute import substitute_in_expression, substitute_in_template

T = TypeVar("T")

LONGEST_GLOB = 4000  # characters; RE2 refuses one of some hundred thousand, and takes long for less

_FLAGS_OF_OTHERS = {
    "yes": "true", "on": "true", "true": "true",
    "no": "false", "off": "false", "false": "false",
}  # fmt: skip
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
        value, constant = whole_constant(value, definitions_of(info))
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


def name(value: object, info: ValidationInfo) -> object:
    """The name of something defined elsewhere. It stays a Scalar, so that it can be looked up and blamed."""
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
    if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1:
        return int(text)
    raise Invalid(Problem("a whole number from 1 on is expected"))


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


def pattern(value: object) -> Pattern:
    """A pattern that knows where it is written."""
    if isinstance(value, Pattern):
        return value
    text = text_of(value, "a pattern in single quotes")
    if isinstance(text, Scalar):
        _check_quotes(text)
    try:
        return replace(compile_pattern(str(text)), origin=text)
    except Invalid as error:
        raise invalid_in(text, "pattern", error.problem) from None


def _check_quotes(text: Scalar) -> None:
    """Without quotes a ` #` or `: ` ends a pattern; in double ones `\\b` is a backspace."""
    quoted = "'" + text.replace("'", "''") + "'"
    if text.style is Style.PLAIN:
        raise invalid("pattern-quotes", "a pattern stands in single quotes", text, suggestion=quoted)
    if text.style is Style.DOUBLE and not text.isprintable():
        message = "in double quotes `\\` begins an escape: a pattern stands in single quotes"
        raise invalid("pattern-quotes", message, text, found=text.source[:60])


def expression(value: object, info: ValidationInfo | None = None) -> Expression:
    """An expression, its constants substituted. It knows where it is written."""
    if isinstance(value, Expression):
        return value
    text = text_of(value, "an expression")
    found = _parsed(parse_expression, text)
    constants = _constants(text, info)
    if isinstance(text, Scalar) and constants:
        written = substitute_in_expression(found, text, constants)
        if written is not None:
            found, text = _parsed(parse_expression, written), written
    return replace(found, origin=text)


def template(value: object, info: ValidationInfo | None = None) -> Template:
    """A text with `${…}` in it, its constants substituted. It knows where it is written."""
    if isinstance(value, Template):
        return value
    text = text_of(value, "a text")
    found = _parsed(parse_template, text)
    constants = _constants(text, info)
    if isinstance(text, Scalar) and constants:
        written = substitute_in_template(found, text, constants)
        if written is not None:
            found, text = _parsed(parse_template, written), written
    definitions = definitions_of(info)
    if definitions is not None and definitions.own_facts:
        found = with_kinds(found, definitions.own_facts)
    return replace(found, origin=text)


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
        raise invalid_in(text, "expression", error.problem) from None


def _constants(text: str, info: ValidationInfo | None) -> Mapping[str, Constant]:
    definitions = definitions_of(info)
    return definitions.constants_at(text) if definitions is not None else {}


def glob(value: object) -> Glob:
    """Any text up to LONGEST_GLOB is a glob."""
    if isinstance(value, Glob):
        return value
    text = text_of(value, "a name or glob")
    if len(text) > LONGEST_GLOB:
        message = f"a glob is at most {LONGEST_GLOB} characters long"
        raise invalid("too-long", message, text, found=f"{len(text)} characters")
    return compile_glob(str(text))


def state_change(value: object) -> StateChange:
    """A change of the power state, as `running -> offline`."""
    if isinstance(value, StateChange):
        return value
    text = text_of(value, "a change as `running -> offline`")
    try:
        return parse_state_change(str(text))
    except Invalid as error:
        raise invalid_in(text, "state", error.problem) from None
