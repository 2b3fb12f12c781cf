"""The page's process: told its settings, started again, ended with the daemon, and never in its way."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import anyio
import pytest
from anyio import to_thread
from structlog.testing import capture_logs

from automaton.daemon.page.process import KEPT, PageProcess
from automaton.pace.clock import SystemClock
from automaton.web.pages.page_settings import PageSettings

pytestmark = pytest.mark.anyio

TOLD = """
import sys
with open({path!r}, "ab", buffering=0) as file:
    file.write(b"begun\\n")
    for line in sys.stdin.buffer:
        file.write(line)
    file.write(b"ended\\n")
"""
HANGS = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open({path!r}, "w").write("begun")
time.sleep(600)
"""
CRASHES = "import os; open({path!r}, 'ab').write(b'begun\\n'); os._exit(3)"
LISTS = """
import os, sys
found = sorted(os.listdir("/proc/self/fd"), key=int)
open({path!r}, "w").write(" ".join(found) + "\\nargument " + sys.argv[1])
sys.stdin.read()
"""
SHOWS = """
import os, sys
open({path!r}, "w").write(" ".join(os.environ) + ".")
sys.stdin.read()
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Child:
    """A page of a few lines, which writes down what it lived through."""

    def __init__(self, folder: Path, code: str) -> None:
        self.diary = folder / "diary"
        self.settings = PageSettings(control="first")
        command = (sys.executable, "-c", code.format(path=str(self.diary)))
        self.process = PageProcess("127.0.0.1", 0, lambda: self.settings, SystemClock(), Random(1), command)

    @property
    def told(self) -> str:
        return self.diary.read_text() if self.diary.exists() else ""

    async def until(self, claim: Callable[[], bool]) -> None:
        """Waits for a process, of which nobody tells when it is ready."""
        with anyio.fail_after(20):
            while not claim():
                await to_thread.run_sync(os.sched_yield)
                await anyio.sleep(0.01)


async def test_it_is_told_the_settings_and_again_when_they_change_and_ends_with_the_daemon(
    tmp_path: Path,
) -> None:
    child = Child(tmp_path, TOLD)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(child.process.run)
        await child.until(lambda: "first" in child.told)
        child.settings = PageSettings(control="second")
        child.process.change()
        await child.until(lambda: "second" in child.told)
        pid = child.process.pid
        tasks.cancel_scope.cancel()

    assert pid is not None
    assert [line.partition(":")[2][:8] or line for line in child.told.splitlines()] == [
        "begun", '"first"}', '"second"'[:8], "ended",
    ]  # fmt: skip
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_one_that_crashes_at_once_is_started_again_in_growing_waits_and_told(tmp_path: Path) -> None:
    child = Child(tmp_path, CRASHES)
    with capture_logs() as lines:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.process.run)
            await child.until(lambda: child.told.count("begun") >= 2)
            tasks.cancel_scope.cancel()

    ended = [line for line in lines if line["event"] == "page.ended"]
    assert {(line["log_level"], line["reason"]) for line in ended} == {("error", "it ended with 3")}
    assert all(line["again_in"] > 0 for line in ended)


async def test_one_that_is_killed_is_started_again(tmp_path: Path) -> None:
    child = Child(tmp_path, TOLD)
    with capture_logs() as lines:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.process.run)
            await child.until(lambda: "first" in child.told)
            assert child.process.pid is not None
            os.kill(child.process.pid, signal.SIGKILL)
            await child.until(lambda: child.told.count("first") == 2)
            tasks.cancel_scope.cancel()

    assert [line["reason"] for line in lines if line["event"] == "page.ended"] == ["signal 9 ended it"]
    assert child.process.starts == 2


async def test_one_that_hears_nothing_and_does_not_end_is_killed(tmp_path: Path) -> None:
    """It reads no settings either, however many: the daemon waits for nobody."""
    child = Child(tmp_path, HANGS)
    child.settings = PageSettings(control="x" * 1_000_000)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(child.process.run)
        await child.until(lambda: child.told == "begun")
        for _ in range(10):
            child.process.change()
        pid = child.process.pid
        tasks.cancel_scope.cancel()

    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_it_has_the_listener_and_no_other_descriptor_of_the_daemon(tmp_path: Path) -> None:
    child = Child(tmp_path, LISTS)
    with socket.socket() as other, (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(other.fileno(), True)
        os.set_inheritable(secret.fileno(), True)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.process.run)
            await child.until(lambda: "argument" in child.told)
            tasks.cancel_scope.cancel()

    first, _, number = child.told.partition("\nargument ")
    assert set(first.split()) == {"0", "1", "2", number, "3"}  # 3: the folder that it lists


async def test_it_has_nothing_of_the_environment_in_which_a_secret_may_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PANEL_KEY", "NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY", "AUTOMATON_CONFIG", "LC_ALL", "TZ"):
        monkeypatch.setenv(name, "C.UTF-8")
    child = Child(tmp_path, SHOWS)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(child.process.run)
        await child.until(lambda: child.told.endswith("."))
        tasks.cancel_scope.cancel()

    names = set(child.told.removesuffix(".").split())
    assert {"LC_ALL", "TZ", "PATH"} <= names
    assert [one for one in names if one not in KEPT and not one.startswith(("LC_", "PYTHON"))] == []


async def test_a_program_that_is_not_there_is_told_and_tried_again(tmp_path: Path) -> None:
    child = Child(tmp_path, TOLD)
    child.process._command = (str(tmp_path / "nowhere"),)
    with capture_logs() as lines:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(child.process.run)
            await child.until(lambda: any(line["event"] == "page.ended" for line in lines))
            tasks.cancel_scope.cancel()

    assert "No such file" in next(line["reason"] for line in lines if line["event"] == "page.ended")


async def test_where_the_address_is_taken_it_is_told_once_and_had_as_soon_as_it_is_free(
    tmp_path: Path,
) -> None:
    """The page of a daemon that was killed may keep it for a moment."""
    child = Child(tmp_path, TOLD)
    with capture_logs() as lines:
        async with anyio.create_task_group() as tasks:
            with socket.create_server(("127.0.0.1", 0)) as taken:
                child.process._at = ("127.0.0.1", taken.getsockname()[1])
                tasks.start_soon(child.process.run)
                await child.until(lambda: bool(lines))
            await child.until(lambda: "first" in child.told)
            tasks.cancel_scope.cancel()

    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("page.unavailable", "warning"), ("page.listening", "info"),
    ]  # fmt: skip


def test_a_daemon_that_is_killed_leaves_no_page(tmp_path: Path) -> None:
    """Nobody is there to end it: its standard input does."""
    diary = tmp_path / "diary"
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        with suppress(BaseException):
            os.close(writer)
            os.dup2(reader, 0)
            os.execv(sys.executable, [sys.executable, "-c", TOLD.format(path=str(diary))])
        os._exit(1)
    os.close(reader)
    os.close(writer)  # as the kernel does with those of whoever is killed

    assert os.waitpid(pid, 0)[1] == 0
    assert diary.read_text() == "begun\nended\n"
