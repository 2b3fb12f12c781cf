"""Where the page answers: at its port, in plain text or by TLS, and at the socket of a trusted proxy.

Begins anew when the settings change which of them there are; a new certificate alone ends no connection.
"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import anyio
import structlog

from automaton.daemon.logs.crowd_log import CrowdLog
from automaton.errors import Refused
from automaton.own_certificate import UnfitCertificateError, own_tls, renew
from automaton.pace.clock import Clock
from automaton.web.connection_room import ConnectionRoom
from automaton.web.listener import listening, serve
from automaton.web.pages.app import PageApp
from automaton.web.pages.page_settings import PageSettings
from automaton.web.pages.security.recognition import from_proxy

CONNECTIONS = 500  # at once: 200 streams, and as many pages beside them
OF_AN_ADDRESS = 100  # of these; all where whoever comes has the address of a proxy, or of this machine
FOR_A_GROUP = 0o660  # the proxy's user is put into ours, or ours into its: nobody else may claim to be it
SOCKET_KEY = "web.trusted_proxy.socket"


class PageListeners:
    """`run` answers until cancelled. `change` takes other settings."""

    def __init__(self, page: PageApp, listener: socket.socket, settings: PageSettings, clock: Clock) -> None:
        self._page = page
        self._listener = listener
        self._settings = settings
        self._clock = clock
        self._tls: ssl.SSLContext | None = None
        self._begin_anew = anyio.Event()
        self._log = structlog.get_logger()

    def change(self, settings: PageSettings) -> None:
        """From here on these hold."""
        before, self._settings = self._settings, settings
        is_unserved = bool(settings.certificate) and self._tls is None
        if is_unserved or _shape(before) != _shape(settings):
            self._begin_anew.set()
        elif self._tls is not None:
            try:
                renew(self._tls, Path(settings.certificate), Path(settings.key))
            except UnfitCertificateError as problem:  # it changed since the daemon looked
                self._log.error("page.certificate_unfit", reason=str(problem))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._begin_anew = anyio.Event()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._port, name="page port")
                if self._settings.proxy is not None and self._settings.proxy.socket:
                    tasks.start_soon(self._socket, Path(self._settings.proxy.socket), name="page socket")
                await self._begin_anew.wait()
                tasks.cancel_scope.cancel()

    async def _port(self) -> None:
        settings = self._settings
        self._tls = None
        if settings.certificate:
            try:
                self._tls = own_tls(Path(settings.certificate), Path(settings.key))
            except UnfitCertificateError as problem:
                # Never in plain text instead: passwords would follow.
                self._log.error("page.certificate_unfit", reason=str(problem))
                return
        an_address = CONNECTIONS if settings.is_local or settings.proxy is not None else OF_AN_ADDRESS
        room = ConnectionRoom(CONNECTIONS, an_address, CrowdLog(self._clock, "page.crowded"))
        await serve(
            self._page.app, self._listener.dup(), self._page.end, room=room, keeps=True, tls=self._tls
        )

    async def _socket(self, path: Path) -> None:
        room = ConnectionRoom(CONNECTIONS, CONNECTIONS, CrowdLog(self._clock, "page.crowded"))
        try:
            with listening(path, FOR_A_GROUP, SOCKET_KEY) as listener:
                self._log.info("page.proxy_listening", socket=str(path))
                await serve(from_proxy(self._page.app), listener.dup(), self._page.end, room=room, keeps=True)
        except Refused as problem:
            self._log.error("page.proxy_unavailable", reason=str(problem))


def _shape(settings: PageSettings) -> tuple[bool, bool, bool, str]:
    """What cannot change while one listens."""
    socket = settings.proxy.socket if settings.proxy is not None else ""
    return bool(settings.certificate), settings.is_local, settings.proxy is not None, socket
