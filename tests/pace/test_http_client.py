"""HTTP asked with bounds."""

from __future__ import annotations

import ssl

import httpx
import pytest

from automaton.pace.http_client import NEVER_SENT, ask, bounded_client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "http://-xn--.é..org/"])
async def test_an_address_that_cannot_be_called_was_never_sent_to(url: str) -> None:
    async with bounded_client(ssl.create_default_context(), within=5.0) as client:
        with pytest.raises(httpx.ConnectError) as raised:
            await ask(client, "GET", url, within=5.0)

    assert isinstance(raised.value, NEVER_SENT)
