"""A real websocket client, for what is tested over httpx."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
from httpx_ws import AsyncWebSocketSession, aconnect_ws

from automaton.simulator.simulated_world import SimulatedWorld


@asynccontextmanager
async def connected(
    world: SimulatedWorld, client: httpx.AsyncClient, events: int = 1
) -> AsyncIterator[AsyncWebSocketSession]:
    """An authenticated session with the first server, whose first `events` were read."""
    answer = await client.get(
        f"{world.panel_url}/api/client/servers/{world.servers()[0].build.uuid}/websocket",
        headers={"Authorization": f"Bearer {world.key}", "Accept": "application/json"},
    )
    opening: AbstractAsyncContextManager[AsyncWebSocketSession] = aconnect_ws(
        answer.json()["data"]["socket"],
        client,
        headers={"Origin": world.panel_url},
        keepalive_ping_interval_seconds=None,
    )
    async with opening as session:
        await session.send_json({"event": "auth", "args": [answer.json()["data"]["token"]]})
        heard = [await session.receive_json() for _ in range(events)]
        assert heard[0] == {"event": "auth success"}
        yield session
