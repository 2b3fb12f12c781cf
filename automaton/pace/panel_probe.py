"""Whether a Panel answers at all. The probe carries no key.

Wings asks its Panel before every start, and with a Panel that is down a restart ends in a stop
(protocol.md 5.1). So any answer counts, whether it is a yes or a no.
"""

from __future__ import annotations

from automaton.pace.http_client import HttpClient, NotAnswered

ANSWERED_WITHIN = 10.0  # an action waits for it, and a Panel that needs longer serves no node either


async def probe_panel(client: HttpClient, panel: str) -> str:
    """Why the Panel at this address does not answer; empty where it does, even with a refusal.

    Any status below 500 is an answer: a 401, a 404 and a 429 come from a Panel that is up.
    """
    try:
        status = await client.status("GET", f"{panel.rstrip('/')}/api/client", within=ANSWERED_WITHIN)
    except NotAnswered as problem:
        # A certificate that we do not trust still comes from a Panel that is up; Wings has its own store.
        return "" if problem.distrusted else str(problem)
    return f"HTTP {status}" if status >= 500 else ""
