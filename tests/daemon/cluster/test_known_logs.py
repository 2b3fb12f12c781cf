"""What outlives the loss of all that NATS had."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from automaton.daemon.cluster.known_logs import FILE, WRITTEN_EVERY, KnownLogs

pytestmark = pytest.mark.anyio

ROWS = {"fleet": (2, 40), "node:eu-1": (5, 1200)}


async def test_the_next_process_reads_what_the_last_one_knew(tmp_path: Path) -> None:
    await KnownLogs(tmp_path, "host").write(ROWS)

    assert KnownLogs(tmp_path, "host").read() == ROWS
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


async def test_the_logs_of_a_cluster_of_another_name_are_others(tmp_path: Path) -> None:
    await KnownLogs(tmp_path, "host").write(ROWS)

    assert KnownLogs(tmp_path, "host-2").read() == {}


async def test_where_nothing_was_ever_written_nothing_is_known_and_nothing_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        assert KnownLogs(tmp_path, "host").read() == {}

    assert logs == []


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"cluster": "host", "logs": {"fleet": "x"}}', b"\xff"])
async def test_a_file_that_cannot_be_read_is_told_and_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    logs_known = KnownLogs(tmp_path, "host")

    with capture_logs() as logs:
        assert logs_known.read() == {}
    await logs_known.write(ROWS)

    assert [one["event"] for one in logs] == ["cluster.known_logs_unread"]
    assert (tmp_path / f"{FILE}.bad").read_bytes() == content
    assert KnownLogs(tmp_path, "host").read() == ROWS


async def test_what_is_in_the_way_is_told_once_and_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    logs_known = KnownLogs(folder, "host")
    with capture_logs() as logs:
        await logs_known.write(ROWS)
        await logs_known.write(ROWS)
    folder.mkdir()
    await logs_known.write(ROWS)

    assert [one["event"] for one in logs] == ["cluster.known_logs_unwritten"]
    assert KnownLogs(folder, "host").read() == ROWS


async def test_it_is_written_again_and_again_and_only_where_something_changed(tmp_path: Path) -> None:
    slept: list[float] = []
    told = [ROWS, ROWS, {**ROWS, "channel:ops": (1, 1)}]
    written: list[int] = []

    async def sleep(seconds: float) -> None:
        if (tmp_path / FILE).exists():
            written.append((tmp_path / FILE).stat().st_ino)
        slept.append(seconds)
        if len(slept) > len(told):
            tasks.cancel_scope.cancel()
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        await KnownLogs(tmp_path, "host").run(lambda: told[len(slept) - 1], sleep)

    assert slept[0] == WRITTEN_EVERY
    assert written[0] == written[1], "a file that is replaced is another"
    assert KnownLogs(tmp_path, "host").read() == told[-1]
