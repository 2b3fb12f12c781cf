"""Programs are run for real: their arguments, what they see, and how they end."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path
from typing import cast

import anyio
import pytest
from anyio.abc import Process
from structlog.testing import capture_logs

from automaton.core.outcome import Outcome, Result
from automaton.daemon.programs import MOST_LEFT, SAID, NamedProgram, Programs

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def run(code: str, *arguments: str, timeout: float = 30.0) -> Outcome:
    """A Python program of this text."""
    programs = Programs({"it": NamedProgram((sys.executable, "-I", "-c", code), timeout)})
    return await programs.run("it", arguments)


async def test_it_is_done_when_the_program_ends_with_0_and_says_what_it_printed() -> None:
    assert await run("print('rotated', 3)") == Outcome(
        Result.DONE, "rotated 3", "exec", status=0, body="rotated 3"
    )


async def test_arguments_arrive_as_they_are_for_no_shell_reads_them() -> None:
    wild = ("$(id)", "a b", "; rm -rf /", "*", "`x`", "", "'\"")
    outcome = await run(f"import sys; print(sys.argv[1:] == {list(wild)!r})", *wild)

    assert outcome.detail == "True"


async def test_it_sees_nothing_of_our_environment_and_has_nothing_to_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PANEL_KEY", "ptlc_secret")
    code = "import os, sys; print(sorted(os.environ)[:9], os.getcwd(), repr(sys.stdin.read()))"

    assert (await run(code)).detail in (
        "['LANG', 'PATH'] / ''",
        "['LANG', 'LC_CTYPE', 'PATH'] / ''",  # which Python sets for itself
    )


async def test_another_end_than_0_fails_with_what_it_said() -> None:
    outcome = await run("import sys; print('no disk', file=sys.stderr); sys.exit(3)")

    assert outcome == Outcome(Result.FAILED, "`it` ended with 3: no disk", "exec", status=3, body="no disk")


async def test_one_that_is_killed_by_a_signal_fails() -> None:
    outcome = await run("import os; os.kill(os.getpid(), 9)")

    assert outcome == Outcome(Result.FAILED, "`it` was killed by signal 9", "exec", status=137)


async def test_one_that_takes_too_long_is_killed_with_what_it_started(tmp_path: Path) -> None:
    """What it started holds the end of a pipe open, for as long as it lives."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    child = f"import time; held = open({str(pipe)!r}, 'w'); time.sleep(60)"
    code = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.Path(pipe).read_text)
            outcome = await run(code, timeout=1.0)

    assert outcome == Outcome(Result.FAILED, "`it` took longer than 1 s and was killed", "exec")


async def test_whoever_waits_for_it_may_go_and_it_is_killed() -> None:
    with anyio.move_on_after(0.5) as scope:
        await run("import time; time.sleep(60)")

    assert scope.cancelled_caught


async def test_a_flood_of_output_is_read_to_its_end_and_not_kept() -> None:
    outcome = await run("print('x' * 10_000_000)")

    assert outcome.result is Result.DONE
    assert outcome.detail == "x" * SAID


async def test_what_it_prints_forges_no_line_of_the_log() -> None:
    code = r"print('a\n<2>fake critical\x1b[31m\u202e\r\0 b')"

    assert (await run(code)).detail == "a <2>fake critical[31m  b"


async def test_a_program_that_is_not_there_fails() -> None:
    programs = Programs({"it": NamedProgram(("/nowhere/it",))})
    outcome = await programs.run("it")

    assert outcome == Outcome(Result.FAILED, "`it` cannot be run: No such file or directory", "exec")


async def test_only_what_automaton_yml_names_is_run() -> None:
    outcome = await Programs({}).run("/bin/true")

    assert outcome.result is Result.REFUSED


async def test_a_flood_of_output_leaves_the_others_their_turn_and_is_not_kept() -> None:
    """A second of a program that writes as fast as it can, while another task counts its turns."""
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            await anyio.sleep(0.01)
            turns += 1

    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(turning)
            flood = "import os\nwhile True: os.write(1, b'x' * 65536)"
            outcome = await run(flood, timeout=1.0)
            tasks.cancel_scope.cancel()

    assert outcome == Outcome(Result.FAILED, "`it` took longer than 1 s and was killed", "exec")
    assert turns > 10


async def test_what_it_leaves_behind_ends_with_it() -> None:
    """A child that ignores every signal that can be ignored, and reads and writes nothing."""
    child = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.close(1); os.close(2)"
    code = f"""
import os, subprocess, sys
sys.stdout.write(str(subprocess.Popen([sys.executable, '-c', {child + "; time.sleep(60)"!r}]).pid))
"""
    outcome = await run(code)

    assert outcome.result is Result.DONE
    assert _has_ended(int(outcome.detail))


def _has_ended(process: int) -> bool:
    """Whether it ends soon; of another's child the kernel tells no more."""
    try:
        told = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([told], [], [], 20.0)[0])
    finally:
        os.close(told)


async def test_no_dead_program_stays() -> None:
    outcome = await run("import os; print(os.getpid())")

    with pytest.raises(ProcessLookupError):
        os.kill(int(outcome.detail), 0)


class Unkillable:
    """A process of another user, or one that hangs in the kernel."""

    returncode: int | None = None
    pid = 2**22 + 7  # above pid_max: no such process

    def __init__(self) -> None:
        self.stdout = self
        self.is_closed = False

    async def wait(self) -> int:
        await anyio.sleep_forever()
        raise AssertionError

    async def aclose(self) -> None:
        self.is_closed = True


async def test_one_that_cannot_be_killed_is_told_and_not_waited_for() -> None:
    process = Unkillable()
    with capture_logs() as logs, anyio.fail_after(20):
        await Programs({})._end(cast(Process, process))

    assert process.is_closed
    assert [(one["event"], one["process"]) for one in logs] == [("program.left", process.pid)]


async def test_where_too_many_cannot_be_killed_no_other_is_run_until_one_has_ended() -> None:
    programs = Programs({"it": NamedProgram((sys.executable, "-I", "-c", ""))})
    left = [Unkillable() for _ in range(MOST_LEFT)]
    with capture_logs() as logs, anyio.fail_after(60):
        for process in left:
            assert (await programs.run("it")).result is Result.DONE
            await programs._end(cast(Process, process))
    assert [one["left"] for one in logs] == [1, 2, 3, 4]

    assert await programs.run("it") == Outcome(
        Result.REFUSED, "`it` is not run: 4 programs that cannot be killed are still there", "exec"
    )
    left[2].returncode = -9
    assert (await programs.run("it")).result is Result.DONE
