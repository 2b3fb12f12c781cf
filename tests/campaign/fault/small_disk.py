"""A state folder on a disk of its own, small enough to be filled; or read-only, until it is set right.

The kernel lets nobody make it read-only while a file is open for writing, as a journal always is: what it
does by itself after an error of the disk cannot be had here. So it is read-only from the start.

It is a tmpfs in a mount namespace of the daemon's: nobody else sees it, and it goes with the daemon. Needs
root, or a kernel that lets users make namespaces; where there is neither, `missing` says so.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

SIZE = 4 << 20  # bytes; SQLite's write-ahead log alone may take one
FILLER = "filler"
BLOCK = bytes(4096)

# As root a mount namespace is enough; a user needs one of users around it.
_ENTER = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
_MOUNT = 'mount -t tmpfs -o size={size},mode=0700,{mode} tmpfs "$0" && exec "$@"'


@cache
def missing() -> str:
    """Why there can be no such disk here; empty where there can."""
    try:
        tried = subprocess.run(
            [*_ENTER, "sh", "-c", _MOUNT.format(size=SIZE, mode="rw"), "/mnt", "true"],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        return f"no {error.filename} here"
    return "" if tried.returncode == 0 else f"no tmpfs in a namespace of its own: {tried.stderr.strip()}"


class SmallDisk:
    """`through` runs a program that sees the disk at `folder`; `pid` is then that program's."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self.pid = 0
        folder.mkdir(mode=0o700, exist_ok=True)
        self.through = [
            *_ENTER,
            "sh",
            "-c",
            _MOUNT.format(size=SIZE, mode="ro" if read_only else "rw"),
            str(folder),
        ]

    @property
    def seen(self) -> Path:
        """The folder as the program sees it."""
        return Path(f"/proc/{self.pid}/root{self.folder.absolute()}")

    def fill(self) -> None:
        """Not one more block can be written, by anybody."""
        with suppress(OSError), (self.seen / FILLER).open("ab", buffering=0) as filler:
            while True:
                filler.write(BLOCK)

    def empty(self) -> None:
        """What filled it is gone."""
        (self.seen / FILLER).unlink(missing_ok=True)

    def make_writable(self) -> None:
        """What was read-only from the start is so no longer."""
        way = ["nsenter", "-m", *([] if os.geteuid() == 0 else ["-U", "--preserve-credentials"])]
        remount = ["mount", "-o", "remount,rw", str(self.folder)]
        subprocess.run([*way, "-t", str(self.pid), *remount], check=True, capture_output=True)
