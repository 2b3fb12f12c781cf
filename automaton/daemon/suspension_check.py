"""A stop that nobody of us asked for may be a suspension or an installation: the Panel is asked at once.

Its list would tell that minutes later, and until then a human would have stopped the server
(rule-language 4.6: what is known within ten seconds corrects the reason).
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.core.events import Event, ServerGone, State, StateChanged
from automaton.core.facts.facts import Facts

STOPS = (State.STOPPING, State.OFFLINE)


class SuspensionCheck:
    """`facts_of` gives what is known of a server; the answer to `ask_panel` comes as an event."""

    def __init__(self, facts_of: Callable[[str], Facts | None], ask_panel: Callable[[str], None]) -> None:
        self._facts_of = facts_of
        self._ask_panel = ask_panel
        self._asked: set[str] = set()

    def after(self, event: Event) -> None:
        """Must be called with each judged event but readings and lines. One stop is asked about once."""
        if isinstance(event, ServerGone) or (isinstance(event, StateChanged) and event.state not in STOPS):
            self._asked.discard(event.server)
        elif isinstance(event, StateChanged):
            self._look(event)

    def _look(self, event: StateChanged) -> None:
        facts = self._facts_of(event.server)
        if facts is None or facts.intent.by != "operator" or event.server in self._asked:
            return
        self._asked.add(event.server)
        self._ask_panel(event.server)
