"""How a stream of a shard ends where its owner is lost: with a record of its own shape, that says why."""

from __future__ import annotations

from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.lines import LineRow


def console_ended(why: str) -> ConsoleRecord:
    """Of a console: it may be asked for again, of the next owner."""
    return ConsoleRecord(end=why, failed=True, passing=True)


def lines_ended(why: str) -> LineRow:
    """Of lines that are heard."""
    return LineRow(end=why)
