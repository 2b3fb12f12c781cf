"""Texts with a value that is not filled: `{name}`, `$name` and `{{ name }}` are sent as they stand.

Only what is a name here is told, for a text may hold braces and dollars of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from automaton.expr.template import Template
from automaton.problem import Problem

_NAME = r"[A-Za-z_]\w*(?:\.\w+)?"
_BRACES = re.compile(rf"(?<!\$)(\{{\{{?\s*)({_NAME})(\s*\}}\}}?)")
_DOLLAR = re.compile(rf"\$({_NAME})")
_PERCENT = re.compile(rf"%({_NAME})%")


def unfilled(text: Template, names: Collection[str], it: Collection[str]) -> Iterator[Problem]:
    """Each place of the text that looks like one of these names or fields of the match, as a warning."""
    filled = [(one.offset, one.offset + len(one.expression.source)) for one in text.expressions]
    for pattern, group in ((_BRACES, 2), (_DOLLAR, 1), (_PERCENT, 1)):
        for found in pattern.finditer(text.source):
            if any(begin <= found.start() < end for begin, end in filled):
                continue
            name = _known(found[group], names, it)
            if name:
                message = (
                    f"`{found[0]}` is sent as it stands: a value is filled where `${{…}}` stands around it"
                )
                yield Problem(
                    message, offset=found.start(), code="not-filled", severity="warning",
                    suggestion=f"${{{name}}}",
                )  # fmt: skip


def _known(word: str, names: Collection[str], it: Collection[str]) -> str:
    """The name or field that a word is, with what may stand behind it left out; empty where it is none."""
    of, _, field = word.partition(".")
    if of in names:
        return of
    if of == "it" and field in it:
        return word
    return f"it.{of}" if of in it else ""
