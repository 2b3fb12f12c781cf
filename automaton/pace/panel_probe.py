"""Whether a Panel answers at all. The probe carries no key.

Wings asks its Panel before every start, and with a Panel that is down a restart ends in a stop
(protocol.md 5.1). So any answer counts, whether it is a yes or a no.
"""

from __future__ import annotations

import httpx

from automaton.pace.http_client import status_of
from automaton.pace.trust import distrust

ANSWERED_WITHIN = 10.0  # an action waits for it, and a Panel that needs longer serves no node either


async def probe_panel(client: httpx.AsyncClient, panel: str) -> str:
    """Why the Panel at this address does not answer; empty where it does, even with a refusal.

    Any status below 500 is an answer: a 401, a 404 and a 429 come from a Panel that is up.
    """
    try:
        status = await status_of(client, f"{panel.rstrip('/')}/api/client", within=ANSWERED_WITHIN)
    except httpx.HTTPError as problem:
        # A certificate that we do not trust still comes from a Panel that is up; Wings has its own store.
        return "" if distrust(problem) else str(problem) or type(problem).__name__
    return f"HTTP {status}" if status >= 500 else ""
