"""A daemon whose sockets cannot be had says so, and goes on without."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from automaton.daemon.endpoints import serve_control, serve_hooks
from automaton.pace.clock import SystemClock

pytestmark = pytest.mark.anyio

NEVER_ASKED: Any = None  # an API: nobody comes so far


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_where_no_folder_can_be_there_is_no_control_socket(tmp_path: Path) -> None:
    (tmp_path / "nowhere").write_text("a file")
    with capture_logs() as lines:
        await serve_control(tmp_path / "nowhere" / "control.sock", NEVER_ASKED)

    assert [(line["event"], line["log_level"]) for line in lines] == [("control.unavailable", "warning")]
    assert "control.sock cannot be made" in lines[0]["reason"]


async def test_a_port_that_another_has_is_not_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, capture_logs() as lines:
        port = taken.getsockname()[1]
        await serve_hooks("127.0.0.1", port, "listen.hooks", NEVER_ASKED, SystemClock())

    assert [(line["event"], line["log_level"]) for line in lines] == [("hooks.unavailable", "warning")]
    assert f"nothing can listen at 127.0.0.1:{port}" in lines[0]["reason"]
    assert lines[0]["reason"].endswith("see `listen.hooks`")
