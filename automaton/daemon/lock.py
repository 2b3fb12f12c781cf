"""One daemon for one state folder: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automaton.errors import Refused, TryLater

NAME = "lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds the folder's lock, made with the folder where they are missing.

    Raises TryLater, with the number of the process that holds it, or Refused where it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        why = problem.strerror or "it cannot be written"
        raise Refused(
            f"the state folder {folder} cannot be used ({why}): name one in `state` that automaton may write"
        ) from None
    try:
        _take(file, folder)
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _take(file: int, folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.pread(file, 20, 0).decode(errors="replace").strip()
        who = f"process {written}" if written.isdigit() else "another process"
        raise TryLater(f"another automaton ({who}) uses {folder}: stop it, or name another `state`") from None
