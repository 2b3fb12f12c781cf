"""The control socket on a real file: whose it is, what is replaced, and what is left behind."""

from __future__ import annotations

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
from automaton.web.listener import is_answered, listening, serve


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
