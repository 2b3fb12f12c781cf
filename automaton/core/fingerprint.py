"""A short fingerprint of what an engine judges by: equal if rules, packs and limits mean the same.

It is taken of the compiled rules, not of their files: a comment changes nothing.
"""

from __future__ import annotations

from automaton.core.calls import Call
from automaton.core.canonical import fingerprint_of_value
from automaton.core.gates.limits import Limits
from automaton.core.rules.rule import Rulebook


def fingerprint(book: Rulebook, limits: Limits) -> str:
    """The fingerprint of rules, packs and limits, whatever servers and tags there are."""
    # Older recordings know none of either.
    told = [facts for facts in (book.own_facts, book.pack_facts) if facts]
    return fingerprint_of_value((book.rules, book.packs, book.windows, limits, *told))


def fingerprint_of(call: Call) -> str:
    """The fingerprint of a call without the number of its incident: equal if the same is asked."""
    return fingerprint_of_value(call.without_incident())
