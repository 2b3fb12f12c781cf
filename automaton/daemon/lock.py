"""One daemon for one state folder and one control socket. Both signs end with the process that gives them."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import structlog

from automaton.errors import TryLater, Unusable
from automaton.safe_files import open_own, who_else_may_write

NAME = "lock"
ANSWERS_WITHIN = 1.0
WHOEVER = "whoever does so decides what automaton remembers; give it to automaton alone (`chmod go-w`)"
_PEER = struct.Struct("3i")  # ucred of unix(7): process, user, group


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, made with the folder where they are missing.

    The folder itself is locked too: on a disk that became read-only there may be no file, and whoever begins
    there has to watch and to tell all the same. Raises TryLater, with the number of the process that holds
    it, or Unusable where it cannot be made.
    """
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            whole = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, whole)
            file = _file(folder)
            others = who_else_may_write(folder)
        except OSError as problem:
            why = problem.strerror or "it cannot be written"
            raise Unusable(
                f"the state folder {folder} cannot be used ({why}): name one in `state` that automaton may "
                "write"
            ) from None
        if others:
            structlog.get_logger().warning("state.open", folder=str(folder), reason=f"{others}: {WHOEVER}")
        if file is not None:
            stack.callback(os.close, file)
            _take(file, folder, _written(file))
        _take(whole, folder, 0)
        if file is not None:
            os.ftruncate(file, 0)
            with suppress(OSError):  # a full disk takes no number, but the lock holds without it
                os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield


def _file(folder: Path) -> int | None:
    """The file that says who holds the lock; None where the disk is read-only."""
    try:
        return open_own(folder / NAME)  # a link would have another file emptied
    except OSError as problem:
        if problem.errno == errno.EROFS:
            return None
        raise


def _written(file: int) -> int:
    """The number of the process that held the lock last, 0 where none is written."""
    written = os.pread(file, 20, 0).decode(errors="replace").strip()
    return int(written) if written.isdigit() else 0


def _take(file: int, folder: Path, process: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise TryLater(
            f"another automaton ({_who(process)}) uses {folder}: stop it, or name another `state`"
        ) from None


def refuse_if_answered(control: Path) -> None:
    """Another daemon of another state may listen at our control socket: then whoever asks us asks it.

    Raises TryLater, with the number of the process. What a dead one left there is none.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(ANSWERS_WITHIN)
        try:
            probe.connect(str(control))
            process, _, _ = _PEER.unpack(probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
        except TimeoutError:
            process = 0  # its queue is full: somebody lives there
        except OSError:
            return
    raise TryLater(
        f"another automaton ({_who(process)}) answers at {control}: stop it, or name another `listen.socket`"
    )


def _who(process: int) -> str:
    return f"process {process}" if process else "another process"
