"""Where the daemon listens: the control socket, a file that only its owner may open, and a port.

A file that a dead daemon left behind is replaced; one that is still answered is not.
"""

from __future__ import annotations

import os
import socket
import ssl
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import anyio
import uvicorn
from starlette.types import ASGIApp

from automaton.errors import Refused
from automaton.web.connection_room import ConnectionRoom
from automaton.web.peer import PeerProtocol
from automaton.web.socket_probe import is_answered
from automaton.web.tls_first import TlsFirst

MODE = 0o600
_CALLED = {"listen.socket": "control socket"}
LONGEST_HEAD = 16 * 1024  # bytes of a request's line and headers; what is longer is refused unread
TAKEN_AT_A_TIME = 128  # connections by TLS, before the room has heard of the first of them
GRACE = 1  # seconds for requests under way when the daemon ends; a followed console would never end


@contextmanager
def listening(path: Path, mode: int = MODE, key: str = "listen.socket") -> Iterator[socket.socket]:
    """A socket that listens at `path`; the file is removed with it. Raises Refused, with what to do.

    `key` is where automaton.yml names it.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with listener:
        try:
            made = _bind(listener, path, mode)
        except OSError as problem:
            why = problem.strerror or str(problem)
            raise Refused(
                f"the {_CALLED.get(key, 'socket')} {path} cannot be made: {why}; see `{key}`"
            ) from problem
        try:
            yield listener
        finally:
            if _inode(path) == made:
                # A folder that became read-only keeps it: the next start takes its place.
                with suppress(OSError):
                    path.unlink()


@contextmanager
def listening_at(host: str, port: int, key: str = "listen.http") -> Iterator[socket.socket]:
    """A socket that listens at a host and port. Raises Refused, with what to do.

    `key` is where automaton.yml names them.
    """
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=64
        )
    except OSError as problem:
        why = os.strerror(problem.errno) if problem.errno and problem.errno > 0 else str(problem)
        raise Refused(f"nothing can listen at {host}:{port}: {why}; see `{key}`") from problem
    with listener:
        yield listener


async def serve(
    app: ASGIApp,
    listener: socket.socket,
    ending: Callable[[], None] = lambda: None,
    *,
    room: ConnectionRoom | None = None,
    keeps: bool = False,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Answers requests until cancelled. `ending` is called then: it ends those that would never end.

    `room` bounds the connections, and answers 503 beyond it: strangers may reach a port. There a connection
    is for one request, unless it is kept (`keeps`), for a browser that asks for a page and all its files.
    With `tls` it speaks TLS; a certificate that is read into it later is that of the next connection.
    """

    class Protocol(PeerProtocol):
        """One connection of this listener."""

    class Agreeing(TlsFirst):
        """One that begins."""

    Protocol.room = Agreeing.room = room
    if tls is not None:
        Agreeing.tls, Agreeing.then = tls, Protocol
    config = uvicorn.Config(
        app,
        http=Protocol if tls is None else Agreeing,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        headers=[("Connection", "close")] if room is not None and not keeps else [],
        ws="none",
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=GRACE,
    )
    if tls is not None:
        config.backlog = TAKEN_AT_A_TIME
    config.load()
    server = _QuietUvicorn(config)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_run, server, listener, name="uvicorn")
        try:
            await anyio.sleep_forever()
        finally:
            ending()
            server.should_exit = True


def _bind(listener: socket.socket, path: Path, mode: int) -> int:
    """Binds beside `path` and moves the file there, so that it is never open to others; gives its inode."""
    if _inode(path) is not None:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise OSError(None, "there is another file of this name")
        if is_answered(path):
            raise OSError(None, "another daemon answers there")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    try:
        listener.bind(str(new))
        new.chmod(mode)  # nobody can connect before: it does not listen yet
        listener.listen(64)
        inode = new.lstat().st_ino
        new.rename(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return inode


def _inode(path: Path) -> int | None:
    try:
        return path.lstat().st_ino
    except OSError:
        return None


class _QuietUvicorn(uvicorn.Server):
    """uvicorn without its signal handlers: the daemon has its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    # Cancelling would leave its connections open: `should_exit` makes it end, within GRACE.
    with anyio.CancelScope(shield=True):
        await server.serve(sockets=[listener])
