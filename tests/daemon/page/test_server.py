"""The page's own process: it answers by what it is told, also later, and ends with its input."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.lowlevel
import httpx
import msgspec
import pytest

from automaton.daemon.page.server import serve_page
from automaton.web.pages.page_settings import PageSettings
from tests.web.pages.visiting import PASSWORD, settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[tuple[int, int]]:
    """The descriptor by which a page is told, and its port; it has ended when this is left."""
    reader, writer = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener, anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve_page, listener, reader)
            yield writer, listener.getsockname()[1]
            os.close(writer)
    os.close(reader)


def line(told: PageSettings) -> bytes:
    return msgspec.json.encode(told) + b"\n"


async def test_it_takes_lines_in_any_pieces_and_ends_when_nobody_can_tell_it_more(
    told: tuple[int, int], tmp_path: Path
) -> None:
    writer, port = told
    first = settings(control=str(tmp_path / "nobody.sock"), state=str(tmp_path))
    whole = line(first)
    os.write(writer, whole[:10])
    await anyio.lowlevel.checkpoint()
    os.write(writer, whole[10:])
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, timeout=20) as browser:
        form = {"name": "anna", "password": PASSWORD}
        signed_in = await browser.post("/login", data=form, headers={"origin": base})
        before = await browser.get("/")
        os.write(writer, line(msgspec.structs.replace(first, users={})))
        with anyio.fail_after(20):  # asked without a pause: it takes a turn of that process
            while (after := (await browser.get("/")).status_code) in {200, 429}:
                pass

    assert (signed_in.status_code, before.status_code, after) == (303, 200, 401)
