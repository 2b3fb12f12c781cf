"""Starts programs on terminals of their own, and moves bytes between these and their listeners.

The one place of the simulator that starts processes. Needs asyncio, for it watches file descriptors,
and no threads. All that was started is killed when the block of `local_machine` is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from automaton.pace.clock import Clock
from automaton.simulator.programs import launch
from automaton.simulator.programs.native_game import ChildListener
from automaton.simulator.programs.proc_stat import Stat, Usage, total
from automaton.simulator.programs.program_spec import ProgramError, ProgramSpec

CHUNK = 65536  # bytes read at once
ROWS, COLUMNS = 24, 80
PASSES = 3  # a process may start another in its last moment
ENDING = 5000  # ms; a killed process is gone at once, unless a disk holds it
LINGER = 0.2  # seconds to wait for output of processes that left the session and still hold the terminal
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/games:/usr/games"


def check_user(spec: ProgramSpec, me: int) -> None:
    """Raises ProgramError where the user id `me` cannot run it as its user."""
    if not spec.user:
        return
    try:
        uid = pwd.getpwnam(spec.user).pw_uid
    except KeyError:
        raise ProgramError(f"`user`: there is no user `{spec.user}` on this machine") from None
    if me not in (0, uid):
        raise ProgramError(f"`user`: only root can run a program as `{spec.user}`")


def find(name: str) -> str | None:
    """The absolute path of an executable: the working directory will be another. None where there is none."""
    path = shutil.which(name)
    return None if path is None else os.path.abspath(path)


@contextmanager
def local_machine(clock: Clock) -> Iterator[LocalMachine]:
    """Starts programs until the block is left; then all are killed, and their folders are removed."""
    with tempfile.TemporaryDirectory(prefix="automaton-games-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # lets each user through to the folder of its game
        machine = LocalMachine(clock, folder)
        try:
            yield machine
        finally:
            machine.close()


class LocalMachine:
    """This machine. A program keeps its folder from run to run, as a server keeps its files."""

    def __init__(self, clock: Clock, folder: Path) -> None:
        self.clock = clock
        self.ticks_a_second = os.sysconf("SC_CLK_TCK")
        self.page = os.sysconf("SC_PAGE_SIZE")
        self.memory = os.sysconf("SC_PHYS_PAGES") * self.page
        self._folder = folder
        self._children: set[LocalChild] = set()

    def spawn(self, spec: ProgramSpec, listener: ChildListener) -> LocalChild:
        """Starts a program in a session, on a terminal and in a folder of its own."""
        other = _other(spec.user)
        home = self._folder / spec.name
        home.mkdir(mode=0o700, exist_ok=True)
        ours, theirs = os.openpty()
        try:
            termios.tcsetwinsize(theirs, (ROWS, COLUMNS))
            if other is not None:
                os.chown(home, other.pw_uid, other.pw_gid)
                os.fchown(theirs, other.pw_uid, other.pw_gid)
            user = "" if other is None else other.pw_name
            popen = subprocess.Popen(  # noqa: S603 - what the operator named, and no shell
                [sys.executable, "-I", "-S", launch.__file__, user, *spec.command],
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                cwd=home,
                env=surroundings(user or _own_name(), home),
                start_new_session=True,
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        child = LocalChild(popen, ours, listener, self._children.discard)
        self._children.add(child)
        return child

    def close(self) -> None:
        """Kills all that runs, and waits until it is gone."""
        for child in list(self._children):
            child.abandon()


def _other(user: str) -> pwd.struct_passwd | None:
    """The account to change to, None for our own, which needs no change and no root."""
    account = pwd.getpwnam(user) if user else None
    return None if account is None or account.pw_uid == os.geteuid() else account


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())  # in some containers our user has no name


def surroundings(user: str, home: Path) -> dict[str, str]:
    """The environment of a game, with nothing of ours in it."""
    return {
        "HOME": str(home),
        "USER": user,
        "LOGNAME": user,
        "PATH": PATH,
        "TERM": "xterm",
        "LANG": "C.UTF-8",
    }


class LocalChild:
    """One process with its session, watched by the running loop."""

    def __init__(
        self,
        popen: subprocess.Popen[bytes],
        terminal: int,
        listener: ChildListener,
        forget: Callable[[LocalChild], None],
    ) -> None:
        os.set_blocking(terminal, False)
        self._popen = popen
        self._terminal = terminal
        self._listener = listener
        self._forget = forget
        self._untyped = bytearray()
        self._code: int | None = None
        self._silent = False
        self._patience: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._handle = os.pidfd_open(popen.pid)
        self._loop.add_reader(terminal, self._read)
        self._loop.add_reader(self._handle, self._exited)

    # As ChildProcess

    def write(self, data: bytes) -> None:
        """Types; what the terminal does not take at once follows later."""
        self._untyped += data
        self._type()

    def signal(self, name: str) -> None:
        """Signals the first process alone."""
        self._popen.send_signal(signal.Signals[name])

    def signal_all(self, name: str) -> None:
        """Signals every process of its session that may be signalled."""
        for stat in self._session():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(stat.pid, signal.Signals[name])

    def usage(self) -> Usage:
        """What the processes of its session use now."""
        return total(self._session())

    def abandon(self) -> None:
        """Kills all of it, waits for the end, and calls no listener."""
        for _ in range(PASSES):
            for stat in self._session():
                if not stat.is_over:
                    _end(stat.pid)
        self._popen.wait()
        self._close()

    def _session(self) -> Iterator[Stat]:
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                # It may end while it is looked at.
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    stat = Stat.read(Path("/proc", entry, "stat").read_text(errors="replace"))
                    if stat.session == self._popen.pid:
                        yield stat

    # What the loop calls

    def _type(self) -> None:
        try:
            taken = os.write(self._terminal, self._untyped)
        except BlockingIOError:
            taken = 0
        except OSError:
            taken = len(self._untyped)  # nobody holds the other end any more
        del self._untyped[:taken]
        if self._untyped:
            self._loop.add_writer(self._terminal, self._type)
        else:
            self._loop.remove_writer(self._terminal)

    def _read(self) -> None:
        try:
            data = os.read(self._terminal, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""  # EIO: nobody holds the other end, and all that was written is read
        if data:
            self._listener.heard(data)
        else:
            self._fall_silent()

    def _fall_silent(self) -> None:
        self._loop.remove_reader(self._terminal)
        self._silent = True
        self._end_if_over()

    def _exited(self) -> None:
        self._loop.remove_reader(self._handle)
        # As in a container, nothing outlives its first process. That one is not reaped yet, so that its
        # pid cannot have been reused.
        self.signal_all("SIGKILL")
        code = self._popen.wait()
        self._code = code if code >= 0 else 128 - code
        self._patience = self._loop.call_later(LINGER, self._fall_silent)
        self._end_if_over()

    def _end_if_over(self) -> None:
        if self._code is not None and self._silent:
            self._close()
            self._listener.ended(self._code)

    def _close(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._loop.remove_reader(self._terminal)
        self._loop.remove_writer(self._terminal)
        self._loop.remove_reader(self._handle)
        os.close(self._terminal)
        os.close(self._handle)
        self._forget(self)


def _end(pid: int) -> None:
    """Kills a process and waits for its end; one that became another user's may be out of reach."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        handle = os.pidfd_open(pid)
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            ended = select.poll()
            ended.register(handle, select.POLLIN)
            ended.poll(ENDING)
        finally:
            os.close(handle)
