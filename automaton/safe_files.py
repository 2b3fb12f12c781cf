"""Opens and replaces files that someone else may have prepared: a link, a pipe, a device, one without an end.

Law: what the daemon keeps of itself is opened here and nowhere else. Nothing is followed, waited for, or read
past a bound; a file is there whole or not at all; and who else may write there is told.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

OWN = 0o600
"""The mode of what only its owner may read: players' words and servers' secrets stand in it."""

ROOT = 0


def open_to_read(path: Path, *, follow: bool = True, buffering: int = -1) -> BinaryIO:
    """A regular file. Raises OSError, also for what is none: a pipe would be waited for without an end.

    `follow` is for files that the operator names: only among our own has a link no business.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    return open(_opened(path, flags), "rb", buffering)


def read_at_most(path: Path, most: int, *, follow: bool = True) -> bytes:
    """All of a file. Raises OSError, also where it has more than `most` bytes."""
    with open_to_read(path, follow=follow) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise _too_large(path, most)
        data = file.read(most + 1)  # it may grow while it is read, and files of /proc have no size
    if len(data) > most:
        raise _too_large(path, most)
    return data


def read_beginning(path: Path, length: int, *, follow: bool = True) -> bytes:
    """The first bytes of a file. Raises OSError."""
    with open_to_read(path, follow=follow) as file:
        return file.read(length)


def open_own(path: Path) -> int:
    """A descriptor of one of our own files, made where it is missing, to be read and changed in place.

    Raises OSError for a link of either sort: what stands elsewhere would be changed in our name.
    """
    file = _opened(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    if os.fstat(file).st_nlink > 1:
        os.close(file)
        raise OSError(errno.EMLINK, "it is linked from elsewhere", str(path))
    return file


def open_to_overwrite(path: Path) -> BinaryIO:
    """A file of ours that is emptied. Raises OSError for what `open_own` refuses."""
    file = open_own(path)
    os.ftruncate(file, 0)
    os.fchmod(file, OWN)  # it may have been there
    return os.fdopen(file, "wb")


def replace_whole(path: Path, parts: Iterable[bytes]) -> None:
    """Writes a file of ours so that at every moment, a loss of power included, it is as before or all new.

    Raises OSError. What lay at the path is replaced and not followed, and so is what lay beside it.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)  # its mode would stay, and a link would lead elsewhere
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(beside, flags, OWN), "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)  # a full disk needs the room
        raise
    keep_order(path.parent)


def keep_order(folder: Path) -> None:
    """What was made, moved and taken away in a folder so far outlives what comes later. Raises OSError."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def who_else_may_write(path: Path) -> str:
    """Who beside us and root may change what is at a path, as the end of a sentence; empty for nobody.

    A link is followed: systemd makes the state folder of a `DynamicUser` one. Raises OSError.
    """
    told = path.stat()
    if told.st_uid not in (os.geteuid(), ROOT):
        return f"it belongs to another user (uid {told.st_uid})"
    if told.st_mode & stat.S_IWOTH:
        return "everybody on this machine may write it"
    if told.st_mode & stat.S_IWGRP:
        return "its group may write it"
    return ""


def _opened(path: Path, flags: int) -> int:
    try:
        file = os.open(path, flags, OWN)
    except OSError as problem:
        if problem.errno == errno.ELOOP and flags & os.O_NOFOLLOW:
            raise OSError(errno.ELOOP, "it is a symbolic link", str(path)) from None
        if problem.errno == errno.ENXIO:  # a socket, or a pipe
            raise _not_regular(path) from None
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise _not_regular(path)
    return file


def _not_regular(path: Path) -> OSError:
    return OSError(errno.EINVAL, "it is no regular file", str(path))


def _too_large(path: Path, most: int) -> OSError:
    return OSError(errno.EFBIG, f"it has more than {most} bytes", str(path))
