"""The programs that automaton.yml names, and running them: an argument list, no shell, no end left open.

They get a clean environment, nothing to read, and a session of their own, so that what they started
ends with them. Their output is a stranger's: a few lines of it go into the outcome, the rest nowhere.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from subprocess import DEVNULL, PIPE, STDOUT

import anyio
import structlog
from anyio.abc import Process

from automaton.core.outcome import LONGEST_BODY, Outcome, Result, in_brief
from automaton.settings.model import Settings

AT_ONCE = 4
MOST_LEFT = 4
"""As many as may run at once: whoever hangs in the kernel has memory, and holds a file or a disk."""
SAID = 200  # characters of the output that stand in an outcome
READ_A_SECOND = 16 * 1024 * 1024  # bytes; the engine shares its thread with whoever reads them
ENDS_WITHIN = 1.0  # seconds for the rest of the output of a program that is dead
WAY = "exec"
SIGNALLED = 128  # a program that a signal ended has this and the signal's number as its status, as in a shell
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class NamedProgram:
    """Its path and first arguments, and the seconds after which it is killed."""

    argv: tuple[str, ...]
    timeout: float = 30.0


class Programs:
    """The ProgramPort of core/calls.py. A reload replaces `named`. A few run at once, the others wait.

    One that cannot be killed gives its turn back, and counts as left until it has ended by itself.
    """

    def __init__(self, named: Mapping[str, NamedProgram]) -> None:
        self.named = named
        self._turns = anyio.Semaphore(AT_ONCE)
        self._left: list[Process] = []

    async def run(self, name: str, arguments: tuple[str, ...] = ()) -> Outcome:
        """DONE when it ended with 0."""
        program = self.named.get(name)
        if program is None:
            return Outcome(Result.REFUSED, f"`exec` of automaton.yml names no `{name}` any more", WAY)
        async with self._turns:
            self._left = [process for process in self._left if process.returncode is None]
            if len(self._left) >= MOST_LEFT:
                why = f"{len(self._left)} programs that cannot be killed are still there"
                return Outcome(Result.REFUSED, f"`{name}` is not run: {why}", WAY)
            return await self._run(name, program, arguments)

    async def _run(self, name: str, program: NamedProgram, arguments: tuple[str, ...]) -> Outcome:
        try:
            process = await anyio.open_process(
                [*program.argv, *arguments], stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, cwd="/",
                env=ENVIRONMENT, start_new_session=True,
            )  # fmt: skip
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
            return Outcome(Result.FAILED, f"`{name}` cannot be run: {why}", WAY)
        output = bytearray()
        try:
            with anyio.move_on_after(program.timeout):
                await _read(process, output)
                return _outcome(name, await process.wait(), output)
            return Outcome(
                Result.FAILED, f"`{name}` took longer than {program.timeout:g} s and was killed", WAY
            )
        finally:
            with anyio.CancelScope(shield=True):
                await self._end(process)

    async def _end(self, process: Process) -> None:
        """Kills what is left of it and of what it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with anyio.move_on_after(ENDS_WITHIN):
            await process.wait()
        if process.returncode is None:  # another user's, or it hangs in the kernel: nobody can wait for that
            self._left.append(process)
            structlog.get_logger().error(
                "program.left", process=process.pid, left=len(self._left), reason="it cannot be killed"
            )
            assert process.stdout is not None
            await process.stdout.aclose()
            return
        # What fled into a session of its own may hold it open for ever.
        with anyio.move_on_after(ENDS_WITHIN):
            await _read(process, bytearray(LONGEST_BODY))
        await process.aclose()


def programs_of(settings: Settings) -> dict[str, NamedProgram]:
    """The programs that rules may run, by name."""
    return {
        str(name): NamedProgram(tuple(str(argument) for argument in one.argv), one.timeout)
        for name, one in settings.exec_.items()
    }


async def _read(process: Process, output: bytearray) -> None:
    """To its end, so that it never waits for us; the beginning is kept. Of a flood, no more than is fair."""
    assert process.stdout is not None
    async for chunk in process.stdout:
        if len(output) >= LONGEST_BODY:
            await anyio.sleep(len(chunk) / READ_A_SECOND)
        output += chunk[: LONGEST_BODY - len(output)]


def _outcome(name: str, code: int, output: bytearray) -> Outcome:
    body = in_brief(output.decode(errors="replace"))
    said = " ".join(body.split())[:SAID]
    said = "".join(char for char in said if char.isprintable())
    if code == 0:
        return Outcome(Result.DONE, said, WAY, status=code, body=body)
    ended = f"ended with {code}" if code > 0 else f"was killed by signal {-code}"
    why = f"`{name}` {ended}" + (f": {said}" if said else "")
    return Outcome(Result.FAILED, why, WAY, status=code if code > 0 else SIGNALLED - code, body=body)
