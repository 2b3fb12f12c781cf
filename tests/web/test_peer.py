"""Who asks over the control socket is known by the kernel's word."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from automaton.web.listener import listening, serve
from automaton.web.peer import user_of


async def whoami(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.client.host if request.client is not None else "nobody")


@contextmanager
def client(path: Path) -> Iterator[httpx.Client]:
    """Of a server that says who asks."""
    app = Starlette(routes=[Route("/", whoami)])
    with start_blocking_portal() as portal, listening(path) as listener:
        serving = portal.start_task_soon(serve, app, listener)
        transport = httpx.HTTPTransport(uds=str(path))
        with httpx.Client(transport=transport, base_url="http://automaton") as asking:
            yield asking
        serving.cancel()


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="only Linux tells")
def test_the_user_behind_a_unix_socket_is_told(tmp_path: Path) -> None:
    with client(tmp_path / "control.sock") as asking:
        assert asking.get("/").text == f"uid {os.getuid()}"


def test_nobody_is_told_of_another_kind_of_socket() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        assert user_of(other) == ""
