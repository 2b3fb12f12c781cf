"""Texts of which every value is judged: where a stranger's text would choose what is acted on."""

from __future__ import annotations

from collections.abc import Callable

from automaton.core.expression import NameScope
from automaton.expr.template import Template


def fill_guarded(
    text: Template, scope: NameScope, now: float, why_not: Callable[[str], str]
) -> tuple[str, str]:
    """The text with its values, and why it must not be used, empty where it may.

    `why_not` says what is wrong with a value, and never sees literal text. An unknown value is always
    wrong: nobody means a folder that is called `unknown`. The value itself is not told: it may be anything.
    """
    for piece, filled in text.filled(scope, now):
        if isinstance(piece, str):
            continue
        if piece.evaluate(scope, now).plain is None:
            return "", f"the value of `{piece.source}` is unknown"
        if problem := why_not(filled):
            return "", f"the value of `{piece.source}` must not stand there: {problem}"
    return text.fill(scope, now), ""
