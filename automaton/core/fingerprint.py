"""A short name for what an engine judges by: equal where rules, packs and limits say the same.

Read off the compiled rules, not off their files: a comment changes nothing.
"""

from __future__ import annotations

from automaton.core.calls import Call
from automaton.core.canonical import fingerprint_of_value
from automaton.core.gates.limits import Limits
from automaton.core.rules.rule import Rulebook


def fingerprint(book: Rulebook, limits: Limits) -> str:
    """Of rules, packs and limits. Which servers have which tags is no part of it."""
    return fingerprint_of_value((book.rules, book.packs, book.windows, limits))


def fingerprint_of(call: Call) -> str:
    """Of a call, without the number of its incident: equal where the same is asked."""
    return fingerprint_of_value(call.without_incident())
