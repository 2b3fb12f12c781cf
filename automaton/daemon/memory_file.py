"""What the engine remembers, from a clean end to the next start: one file in the state folder.

It is taken away when it is read, so that a process which is killed later leaves no old memory behind that
would be believed. Written beside and moved into place: it is there whole, or not at all.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog

NAME, TAKEN, BAD = "memory.json", "memory.json.taken", "memory.json.bad"
RUNNING = "running"  # there from a start to its clean end
LARGEST = 256 * 1024 * 1024


class MemoryFile:
    """The file in a state folder. Trouble with it is told in the log and ends nothing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._running = folder / RUNNING
        self._log = structlog.get_logger()

    def take(self) -> Mapping[str, Any] | None:
        """What an earlier process left, None where there is nothing. Afterwards the file is gone."""
        try:
            data = _opened(json.loads(self._text()))
            self._path.replace(self._path.with_name(TAKEN))
        except FileNotFoundError:
            self._nothing_there()
            return None
        except (OSError, ValueError, RecursionError) as error:
            self._put_aside(str(error))
            return None
        finally:
            self._mark()
        self._log.info("memory.taken", file=str(self._path), places=len(data.get("places", ())))
        return data

    def write(self, memory: Mapping[str, Any]) -> None:
        """Leaves it for the next process. Only its owner may read it: console lines stand in it."""
        beside = self._path.with_name(f".{NAME}.new")
        try:
            sealed = _sealed(memory)
            beside.unlink(missing_ok=True)  # its mode would stay, and a link would lead elsewhere
            with open(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
            self._running.unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            self._log.error("memory.lost", file=str(self._path), reason=str(error))
            return
        self._log.info("memory.written", file=str(self._path), places=len(memory["places"]))

    def _text(self) -> str:
        """Raises OSError or ValueError. A pipe of this name would be waited for without an end."""
        told = self._path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise ValueError("it is no regular file")
        if told.st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST} bytes")
        return self._path.read_text(encoding="utf-8")

    def _mark(self) -> None:
        """Until `write`, a process that is gone had no clean end."""
        with suppress(OSError):  # then the next start cannot tell; nothing depends on it
            self._running.touch(mode=0o600)

    def _nothing_there(self) -> None:
        if self._running.exists():
            self._log.warning(
                "memory.missing",
                reason="the process before had no clean end: its incidents, runs, cooldowns, breakers, "
                "budgets and silences are forgotten",
            )

    def _put_aside(self, reason: str) -> None:
        """It is put aside for people to look at; the engine begins without it."""
        self._log.error("memory.unreadable", file=str(self._path), reason=reason, kept=BAD)
        try:
            self._path.replace(self._path.with_name(BAD))
        except OSError as error:
            self._log.error("memory.stuck", file=str(self._path), reason=str(error))


def _sealed(memory: Mapping[str, Any]) -> str:
    """With a checksum, which shows what was cut off or written by hand."""
    text = json.dumps(memory, allow_nan=False, separators=(",", ":"))
    return json.dumps({"sha256": sha256(text.encode()).hexdigest(), "memory": text})


def _opened(data: object) -> dict[str, Any]:
    """What was sealed. Raises ValueError where it is not as we wrote it."""
    if not isinstance(data, dict) or not isinstance(data.get("memory"), str):
        raise ValueError("it is no memory of automaton")
    text = data["memory"]
    if sha256(text.encode()).hexdigest() != data.get("sha256"):
        raise ValueError("its seal does not fit what is in it")
    memory = json.loads(text)
    if not isinstance(memory, dict):
        raise ValueError("it is no memory of automaton")
    return memory
