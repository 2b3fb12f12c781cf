"""Whether a Panel answers at all, asked as a stranger: no key goes with it.

Wings asks its Panel before every start, and with a Panel that is down a restart ends in a stop
(protocol.md 5.1). So what counts is an answer of any kind, and not whether it is a yes.
"""

from __future__ import annotations

import httpx

from automaton.pace.http import status_of
from automaton.pace.trust import distrust

ANSWERED_WITHIN = 10.0  # an action waits for it, and a Panel that needs longer serves no node either


async def probe_panel(client: httpx.AsyncClient, panel: str) -> str:
    """Why the Panel at this address does not answer; empty where it does, if only with a no.

    An answer is what is below 500: a 401, a 404 and a 429 come from a Panel that is up.
    """
    try:
        status = await status_of(client, f"{panel.rstrip('/')}/api/client", within=ANSWERED_WITHIN)
    except httpx.HTTPError as problem:
        # Somebody is there whom we do not trust: Wings judges certificates by a store of its own.
        return "" if distrust(problem) else str(problem) or type(problem).__name__
    return f"HTTP {status}" if status >= 500 else ""
