"""A process that judges rules for the page and is gone: held by its own bounds, and by the clock of this one.

Its environment is empty, its standard error goes nowhere: what is in it is a stranger's text.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from subprocess import DEVNULL, PIPE

import anyio
import msgspec
from anyio.abc import Process

from automaton.web.judged import JudgeWanted, TryAnswer
from automaton.web.pages.judging import JudgeFailedError

COMMAND = (sys.executable, "-I", "-m", "automaton.workbench.try_rule")
WITHIN = 10.0  # seconds by the clock; of work it has half of that (`try_rule.py`)
LARGEST_ANSWER = 4 * 1024 * 1024  # bytes: 2,000 lines with what they match are one
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
TOO_LONG = f"it took longer than {WITHIN:g} s and was ended: try fewer lines, or a shorter time after them"
TOO_MUCH = "it needed more time or memory than it may have, and was ended: try fewer lines, or a smaller rule"
TOO_LARGE = "there is more to tell than can be shown: try fewer lines"


class JudgeProcess:
    """A JudgePort that starts `command` for each judgement."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command

    async def judge(self, wanted: JudgeWanted) -> TryAnswer:
        """As JudgePort has it."""
        try:
            async with anyio.TemporaryDirectory(prefix="automaton-try-") as folder:
                return await self._judge(wanted, folder)
        except OSError as problem:
            raise JudgeFailedError(f"it cannot be judged now: {problem.strerror or problem}") from None

    async def _judge(self, wanted: JudgeWanted, folder: str) -> TryAnswer:
        process = await anyio.open_process(
            [*self._command], stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=folder, env=ENVIRONMENT,
            start_new_session=True,
        )  # fmt: skip
        try:
            with anyio.move_on_after(WITHIN) as clock:
                answer, code = await _talk(process, msgspec.json.encode(wanted))
        finally:
            with anyio.CancelScope(shield=True):
                await _end(process)
        if clock.cancelled_caught:
            raise JudgeFailedError(TOO_LONG)
        if code:
            raise JudgeFailedError(TOO_MUCH)
        try:
            return msgspec.json.decode(answer, type=TryAnswer)
        except msgspec.MsgspecError:
            raise JudgeFailedError(TOO_LARGE if len(answer) > LARGEST_ANSWER else TOO_MUCH) from None


async def _talk(process: Process, question: bytes) -> tuple[bytes, int]:
    """What it answers, and its exit code. It reads all before it writes: neither waits for the other."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):  # it has ended: its code says how
        await process.stdin.send(question)
        await process.stdin.aclose()
    answer = bytearray()
    async for piece in process.stdout:
        answer += piece
        if len(answer) > LARGEST_ANSWER:
            return bytes(answer), 0
    return bytes(answer), await process.wait()


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    await process.aclose()
