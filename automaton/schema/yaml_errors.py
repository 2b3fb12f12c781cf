"""Errors of YAML itself, in the operator's words: what was probably meant, and how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

import yaml

from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema.mended_line import (
    in_double_quotes,
    in_single_quotes,
    place_meant,
    text_in_double_quotes,
    value_at,
    with_doubled_apostrophes,
)

HIDES = "the rest of this file was not checked"


class Mark(Protocol):
    """A place as PyYAML counts it, from 0."""

    line: int
    column: int


_APOSTROPHE = re.compile(r"'[^']*\w'\w[^']*'")
"""`'Can't keep up'`."""

_CALL = re.compile(r": *[^'\",{}]*\w\([^)]*,")
"""`{where: matches(it.player, 'Eve')}`."""

_KEY = re.compile(r"([ -]*[\w.-]+):\s+")

_MAY_BE_SECRET = re.compile(r"(?i)(?:key|token|secret|passw(?:or)?d|urls?)\w*[\"']?\s*:|://")
"""A line of automaton.yml that may hold what is shown to nobody: how it is written right is not shown."""

_QUOTES_IN_QUOTES = re.compile(r'"[^"]*\$\{[^}"]*("[^"}]*")')
"""`"${count(state == "running")}"`: the second quote ends the text."""


@dataclass(slots=True)
class _At:
    """A Mark of our own."""

    line: int
    column: int


def explain_tag(tag: str, value: str, place: FilePlace) -> Problem:
    """For a tag. `!x` was probably meant as `not x`."""
    if _is_negation(tag):
        message = "`!` begins a tag in YAML, and tags are not read: negate with `not`"
        return problem_at(place, "tag", message, found=f"`{tag}`", suggestion=negated(tag, value))
    message = "tags are not read: what a value means is decided by its place"
    return problem_at(place, "tag", message, found=f"`{tag}`")


def negated(tag: str, value: str) -> str:
    """What a value with a tag was meant to be."""
    return f"not {tag.removeprefix('!')} {value}".rstrip() if _is_negation(tag) else value


def _is_negation(tag: str) -> bool:
    return tag.startswith("!") and not tag.startswith("!!")


MAX_DEPTH = 100
TOO_DEEP = f"values are nested at most {MAX_DEPTH} deep"


def explain_yaml(error: yaml.YAMLError | UnicodeEncodeError, text: str, file: str) -> Problem:
    """For a file that cannot be parsed."""
    if isinstance(error, UnicodeEncodeError):
        return problem_at(_place(text, error.start, file), "yaml", f"half a character; {HIDES}")
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        at = next((index for index, char in enumerate(text) if _is_forbidden(char)), 0)
        found = f"`U+{ord(text[at]):04X}`" if at < len(text) else ""
        message = f"a control character may not stand in YAML; {HIDES}"
        return problem_at(_place(text, at, file), "yaml", message, found=found)
    mark = error.problem_mark
    begun = error.context_mark or mark
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "nesting depth" in (error.problem or ""):  # newer libyaml counts too, and up to 1,000
        place = FilePlace(file, mark.line + 1, mark.column + 1)
        return problem_at(place, "too-deep", f"{TOO_DEEP}; {HIDES}")
    message, where = _meant(error, line, lines, mark, begun)
    if _MAY_BE_SECRET.search(lines[where.line] if where.line < len(lines) else ""):
        message = message.partition(": write `")[0]
    return problem_at(FilePlace(file, where.line + 1, where.column + 1), "yaml", f"{message}; {HIDES}")


def _meant(
    error: yaml.MarkedYAMLError, line: str, lines: list[str], mark: Mark, begun: Mark
) -> tuple[str, Mark]:
    """The sentence, and the mark at which it is most helpful."""
    problem, context = error.problem or "", error.context or ""
    for mark_, text in ((mark, line), (begun, lines[begun.line] if begun.line < len(lines) else "")):
        if found := _QUOTES_IN_QUOTES.search(text):
            where = _At(mark_.line, found.start(1))
            inner = found[1].replace('"', "'")
            return f"in double quotes the texts of an expression stand in single ones: `{inner}`", where
    if negation := re.search(r"(?:: |- )!(\w+)", line):
        message = "`!` begins a tag in YAML, and tags are not read"
        return f"{message}: negate with `not`, as in `not {negation[1]}`", mark
    if "tab character" in problem:
        return "lines are indented by spaces, never by tabs", mark
    if "alias" in context:
        return _quoted_star(lines[begun.line], begun.column), begun
    if "unknown escape" in problem:
        return "in double quotes `\\` begins an escape: a pattern stands in single quotes", mark
    if "quoted scalar" in context:
        return "the quote is not closed", begun
    if "flow" in context and _APOSTROPHE.search(line):
        return _doubled_apostrophe(line, mark), mark
    if "flow" in context:
        return _meant_in_braces(line, mark), mark if mark.line == begun.line else begun
    if "mapping values are not allowed" in problem:
        if "${" in line:
            return "a text with `${` and `: ` in it stands in double quotes", mark
        if key := _KEY.match(line):
            if key.end(1) == mark.column:
                message = "this key stands deeper than the one above it, which has its value already"
                return f"{message}: indent both alike", mark
            rest = line[key.end() :].strip().replace("\\", "\\\\").replace('"', '\\"')
            return f'a text with `: ` in it stands in quotes: write `{key[1].strip(" -")}: "{rest}"`', mark
        return "`: ` begins a value: a text with `: ` in it stands in quotes, a key begins its own line", mark
    if "cannot start any token" in problem:
        return _meant_by_character(lines, mark), mark
    if "block sequence entries" in problem:
        return "`- ` begins an item of a list: it stands in a line of its own, below its key", mark
    if "did not find expected" in problem:
        if line.lstrip()[mark.column - 1 : mark.column] == "'" or line.count("'") % 2 or line.count('"') % 2:
            return _doubled_apostrophe(line, mark), mark
        if mark.column == len(line) - len(line.lstrip(" ")):
            return _wrong_column(lines, mark.line), mark
        return "this line does not fit those above: are its indentation and its quotes right", mark
    return f"YAML cannot read this: {problem or context}", mark


def _quoted_star(line: str, column: int) -> str:
    """For a value that begins with a bare `*`. A cron line is read back where it says what nobody wants."""
    instead = in_double_quotes(line, column)
    message = "`*` begins an alias in YAML: a glob or cron line that begins with `*` stands in quotes"
    minute, *others = value_at(line, column).split() or [""]
    if minute == "*" and len(others) == 4 and others[0].isdigit():
        hour, once = others[0].zfill(2), " ".join(("0", *others))
        odd = f", which is every minute from {hour}:00 to {hour}:59 (`{once}` is once)"
        return f"{message}: write `{instead}`{odd}"
    return f"{message}: write `{instead}`"


def _doubled_apostrophe(line: str, mark: Mark) -> str:
    message = "a quote ends here too early: inside single quotes an apostrophe is doubled, `''`"
    instead = with_doubled_apostrophes(line, mark.column)
    return f"{message}: write `{instead}`" if instead else message


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count} spaces"


def _wrong_column(lines: list[str], row: int) -> str:
    deep = len(lines[row]) - len(lines[row].lstrip(" "))
    message = f"this line is indented by {_spaces(deep)}, as no line above it that it could belong to"
    column, above = place_meant(lines, row)
    if above and column != deep:
        return f"{message}: write it under `{above}`, at {_spaces(column)}"
    return f"{message}: entries of one list, and keys of one mapping, begin in one column"


def _meant_in_braces(line: str, mark: Mark) -> str:
    message, instead = "`,` or a closing bracket is missing", ""
    if "${" in line:
        message = "a text with `${` inside `{…}` or `[…]` stands in double quotes"
        instead = text_in_double_quotes(line)
    elif line[mark.column : mark.column + 1] in ("[", '"', "{", "("):
        message = "inside `{…}` an expression with brackets or quotes in it stands in single quotes"
        instead = in_single_quotes(line, mark.column)
    elif _CALL.search(line):
        message = (
            "inside `{…}` an expression with a `,` stands in single quotes, and its texts in double ones"
        )
        instead = in_single_quotes(line, mark.column)
    return f"{message}: write `{instead}`" if instead else message


def _meant_by_character(lines: list[str], mark: Mark) -> str:
    char = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
    if char == "\t":
        return "lines are indented by spaces, never by tabs"
    return f"a text that begins with `{char}` stands in quotes"


def _place(text: str, index: int, file: str) -> FilePlace:
    before = text[:index]
    return FilePlace(file, before.count("\n") + 1, index - before.rfind("\n"))


def _is_forbidden(char: str) -> bool:
    """What YAML's reader refuses: controls but tab, line feed, carriage return and NEL."""
    code = ord(char)
    is_c1 = 0x7F <= code < 0xA0 and code != 0x85
    return (code < 0x20 and char not in "\t\n\r") or is_c1 or code in (0xFFFE, 0xFFFF)
