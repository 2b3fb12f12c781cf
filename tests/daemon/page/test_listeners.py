"""Where the page answers, over real sockets: by TLS, at a proxy's own socket, and anew when that changes."""

from __future__ import annotations

import socket
import ssl
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from anyio import to_thread

from automaton.daemon.page.listeners import PageListeners
from automaton.pace.clock import SystemClock
from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.page_settings import PageProxy, PageSettings
from tests.test_own_certificate import issued
from tests.web.pages.visiting import NotingDaemon, settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def listening(told: PageSettings) -> AsyncIterator[tuple[PageListeners, PageApp, int]]:
    """A page at a free port."""
    clock = SystemClock()
    control = ControlClient(httpx.MockTransport(NotingDaemon()))
    page = PageApp(told, control, FleetFeed(control, clock), clock)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listeners = PageListeners(page, listener, told, clock)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listeners.run)
            yield listeners, page, listener.getsockname()[1]
            tasks.cancel_scope.cancel()
    await control.aclose()


async def status(url: str, *, uds: Path | None = None, headers: dict[str, str] | None = None) -> int:
    """Of an answer; waits until somebody answers there."""
    with anyio.fail_after(10):
        while True:
            transport = httpx.AsyncHTTPTransport(verify=False, uds=str(uds) if uds else None)
            try:
                async with httpx.AsyncClient(transport=transport) as client:
                    return (await client.get(url, headers=headers)).status_code
            except httpx.TransportError:
                await anyio.sleep(0.01)


async def shown(port: int) -> bytes:
    """The certificate that a browser is shown."""

    def asked() -> bytes:
        return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))

    return await to_thread.run_sync(asked)


async def test_it_speaks_tls_and_a_renewed_certificate_is_taken_at_a_reload(tmp_path: Path) -> None:
    certificate, key = issued(tmp_path, "a")
    told = settings(certificate=str(certificate), key=str(key))
    async with listening(told) as (listeners, _, port):
        secure = await status(f"https://127.0.0.1:{port}/login")
        first = await shown(port)
        issued(tmp_path, "a")
        listeners.change(told)
        second = await shown(port)
        key.write_text("broken")
        listeners.change(told)
        third = await shown(port)

    assert secure == 200
    assert first != second == third


async def test_a_certificate_that_became_unfit_is_no_reason_for_plain_text_and_mended_by_a_reload(
    tmp_path: Path,
) -> None:
    certificate, key = issued(tmp_path, "a")
    good = certificate.read_text()
    certificate.write_text("broken")
    told = settings(certificate=str(certificate), key=str(key))
    async with listening(told) as (listeners, _, port):
        with pytest.raises(TimeoutError), anyio.fail_after(0.3):
            await status(f"http://127.0.0.1:{port}/login")
        certificate.write_text(good)
        listeners.change(told)
        mended = await status(f"https://127.0.0.1:{port}/login")

    assert mended == 200


async def test_a_proxys_socket_is_for_its_group_alone_and_names_people(tmp_path: Path) -> None:
    path = tmp_path / "page.sock"
    told = settings(proxy=PageProxy(header="X-Forwarded-User", socket=str(path)))
    named = {"x-forwarded-user": "vic"}
    async with listening(told) as (listeners, page, port):
        by_socket = await status("http://localhost/", uds=path, headers=named)
        mode = stat.S_IMODE(path.stat().st_mode)
        by_port = await status(f"http://127.0.0.1:{port}/", headers=named)
        page.change(settings())
        listeners.change(settings())
        after = await status(f"http://127.0.0.1:{port}/login")

    assert (by_socket, by_port, after) == (200, 401, 200)
    assert mode == 0o660
    assert not path.exists()
