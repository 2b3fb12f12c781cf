"""A stop that nobody of us asked for may be a suspension or an installation: the Panel is asked at once.

Its list would tell that minutes later, and until then a human would have stopped the server
(rule-language 4.6: what is known within ten seconds corrects the reason).
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.core.engine import Engine
from automaton.core.events import Event, ServerGone, State, StateChanged

STOPS = (State.STOPPING, State.OFFLINE)


class SuspensionCheck:
    """`ask_panel` reads what the Panel says of one server, and tells it as an event."""

    def __init__(self, engine: Engine, ask_panel: Callable[[str], None]) -> None:
        self._engine = engine
        self._ask_panel = ask_panel
        self._asked: set[str] = set()

    def after(self, event: Event) -> None:
        """To be told of each event that was judged. One stop is asked about once."""
        if isinstance(event, ServerGone) or (isinstance(event, StateChanged) and event.state not in STOPS):
            self._asked.discard(event.server)
        elif isinstance(event, StateChanged):
            self._look(event)

    def _look(self, event: StateChanged) -> None:
        server = self._engine.servers().get(event.server)
        if server is None or server.facts.intent.by != "operator" or event.server in self._asked:
            return
        self._asked.add(event.server)
        self._ask_panel(event.server)
