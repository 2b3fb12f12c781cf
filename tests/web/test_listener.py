"""The control socket on a real file: whose it is, what is replaced, and what is left behind."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from automaton.errors import Refused
from automaton.web.connection_room import ConnectionRoom
from automaton.web.listener import listening, listening_at, serve
from automaton.web.socket_probe import is_answered


@pytest.fixture
def anyio_backend() -> str:
    """uvicorn needs asyncio."""
    return "asyncio"


def test_its_owner_alone_may_open_it(tmp_path: Path) -> None:
    path = tmp_path / "run" / "control.sock"
    with listening(path):
        mode = stat.S_IMODE(path.stat().st_mode)
        around = stat.S_IMODE(path.parent.stat().st_mode)

    assert (mode, around) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == []


def test_what_a_dead_daemon_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert path.exists()

    with listening(path):
        assert is_answered(path)
    assert not path.exists()


def test_a_file_that_cannot_be_removed_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder may have become read-only meanwhile."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    path = tmp_path / "control.sock"
    with listening(path):
        monkeypatch.setattr(os, "unlink", refuse)
    assert path.exists()


def test_a_socket_that_somebody_answers_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with listening(path):
        with pytest.raises(Refused, match="another daemon answers there"), listening(path):
            pass
        assert is_answered(path)


def test_another_file_of_this_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    path.write_text("a diary")

    with pytest.raises(Refused, match="another file of this name"), listening(path):
        pass
    assert path.read_text() == "a diary"


def test_a_path_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="too long"), listening(tmp_path / ("x" * 120)):
        pass


@pytest.mark.anyio
async def test_requests_are_answered_until_it_is_cancelled(tmp_path: Path) -> None:
    async def hello(_: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    path = tmp_path / "control.sock"
    with listening(path) as listener:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve, Starlette(routes=[Route("/", hello)]), listener)
            transport = httpx.AsyncHTTPTransport(uds=str(path))
            async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
                answer = await client.get("/")
            tasks.cancel_scope.cancel()

    assert answer.text == "hello"
    assert not is_answered(path)


async def answered(room: ConnectionRoom | None = None) -> list[int]:
    """What two requests to a port are answered, the second while the first is under way."""
    statuses = []

    async def slow(_: Request) -> PlainTextResponse:
        async with httpx.AsyncClient() as other:
            statuses.append((await other.get(f"{base}/fast")).status_code)
        return PlainTextResponse("done")

    async def fast(_: Request) -> PlainTextResponse:
        return PlainTextResponse("done")

    app = Starlette(routes=[Route("/slow", slow), Route("/fast", fast)])
    with listening_at("127.0.0.1", 0) as listener:
        base = "http://{}:{}".format(*listener.getsockname())
        async with anyio.create_task_group() as tasks, httpx.AsyncClient() as client:
            tasks.start_soon(lambda: serve(app, listener, room=room))
            statuses.append((await client.get(f"{base}/slow")).status_code)
            tasks.cancel_scope.cancel()
    return statuses


@pytest.mark.anyio
async def test_a_port_answers_and_where_all_are_being_answered_one_more_is_refused() -> None:
    assert await answered() == [200, 200]
    assert await answered(ConnectionRoom(1, 1)) == [503, 200]


def test_a_port_that_is_taken_is_refused_with_what_to_do() -> None:
    with listening_at("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Refused, match="Address already in use"), listening_at("127.0.0.1", port):
            pass


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(Refused, match=r"see `listen\.http`"), listening_at(host, 0):
        pass


def test_a_port_of_version_6_is_a_place_to_listen_too() -> None:
    with listening_at("::1", 0) as listener:
        assert listener.getsockname()[0] == "::1"
