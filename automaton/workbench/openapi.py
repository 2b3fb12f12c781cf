"""`automaton schema openapi`: the description of the HTTP API, as the page serves it."""

from __future__ import annotations

from automaton.printable import say
from automaton.web.pages.openapi import openapi_text


def openapi() -> int:
    """Prints it. 0."""
    say(openapi_text(), nl=False)
    return 0
