"""A client of some routes, over HTTP in memory."""

from __future__ import annotations

from collections.abc import Iterable

import httpx
from starlette.routing import Route

from automaton.web.control_api import ControlApi


def client_of(routes: Iterable[Route]) -> httpx.AsyncClient:
    """A client of an application that has these routes only."""
    transport = httpx.ASGITransport(ControlApi(routes).app)
    return httpx.AsyncClient(transport=transport, base_url="http://automaton")
