"""Whether the daemon is well, for those who ask every few seconds. Pure: one sentence, or none."""

from __future__ import annotations

from collections.abc import Sequence

from automaton.web.routes.reload import Reloaded
from automaton.wings.panel_status import PanelStatus

STILL_AFTER = 20.0
"""Seconds without a turn after which the engine counts as stuck: it turns at least every five
(`LONGEST_SLEEP` of daemon/engine_loop.py). The heartbeat uses the same (daemon/heartbeat.py)."""


def why_not_alive(turn_age: float) -> str:
    """Why the engine does not turn, empty where it does."""
    return f"the engine has not turned for {turn_age:.0f} s" if turn_age > STILL_AFTER else ""


def why_not_ready(not_alive: str, last_reload: Reloaded | None, panels: Sequence[PanelStatus]) -> str:
    """Why something that is needed is not there: the engine, a good configuration, a Panel that answers."""
    if not_alive:
        return not_alive
    if last_reload is not None and not last_reload.taken:
        return f"the last reload was refused: {last_reload.reason}"
    if panels and not any(is_reachable(panel) for panel in panels):
        names = ", ".join(panel.name for panel in panels)
        waits = any(not panel.has_answered for panel in panels)
        return f"no Panel or node {'has answered yet' if waits else 'answers'}: {names}"
    return ""


def is_reachable(panel: PanelStatus) -> bool:
    """Whether it answered when it was asked last, and one account at least may read its list."""
    is_listed = any(account.problem is None for account in panel.accounts)
    return panel.has_answered and not panel.outage and is_listed
