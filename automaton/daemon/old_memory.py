"""The memory of versions before the journal, `memory.json` in the state folder: taken over once.

Law: it is put away only when what it said is in the journal, and it is never deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import structlog

from automaton.safe_files import read_at_most, who_else_may_write
from automaton.web.memory_shape import read_memory

NAME, TAKEN, BAD = "memory.json", "memory.json.taken", "memory.json.bad"
RUNNING = "running"  # there from a start to its clean end; in it the seal of a memory that is used up
LARGEST = 128 * 1024 * 1024
"""Bytes; twice what was ever written, for the earliest versions wrote more to say the same."""

KILLED = (
    "the process before had no clean end, and its version kept no journal: its incidents, runs, cooldowns, "
    "breakers, budgets and silences are forgotten"
)

_SEAL = 64  # hexadecimal digits


class _Sealed(msgspec.Struct):
    """With a checksum, which shows what was cut off or written by hand. Older ones are a text in a text."""

    sha256: str
    memory: msgspec.Raw


class OldMemory:
    """The file in a state folder. Trouble with it is told in the log and ends nothing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._running = folder / RUNNING
        self._is_bad = False
        self._log = structlog.get_logger()

    def read(self) -> Mapping[str, Any] | None:
        """What an older version left at its clean end, None where there is nothing to take over."""
        try:
            sealed = _unsealed(read_at_most(self._path, LARGEST, follow=False))
            if sealed.sha256 == self._used_up():
                self._log.warning("memory.missing", reason=KILLED)
                return None
            memory, unfit = _opened(sealed)
            self._tell_if_open()
        except FileNotFoundError:
            if self._used_up() is not None:
                self._log.warning("memory.missing", reason=KILLED)
            return None
        except (OSError, ValueError, RecursionError) as error:
            self._is_bad = True
            self._log.error("memory.unreadable", file=str(self._path), reason=_why(error), kept=BAD)
            return None
        for place, why in islice(unfit.items(), 1):  # one tells enough, and there may be many
            self._log.error("memory.forgotten", parts=len(unfit), first=place, reason=why)
        self._log.info("memory.taken", file=str(self._path), places=len(memory.get("places", ())))
        return memory

    def put_away(self) -> None:
        """Puts it aside, for the journal has it now."""
        try:
            self._path.replace(self._path.with_name(BAD if self._is_bad else TAKEN))
        except FileNotFoundError:
            pass
        except OSError as error:
            self._log.error("memory.stuck", file=str(self._path), reason=_why(error))
        with suppress(OSError):
            self._running.unlink()

    def _tell_if_open(self) -> None:
        with suppress(OSError):
            if others := who_else_may_write(self._path):
                self._log.warning("state.open", file=str(self._path), reason=others)

    def _used_up(self) -> str | None:
        """The seal of the memory that a process used up and has not written anew: it was killed."""
        try:
            return read_at_most(self._running, _SEAL, follow=False).decode(errors="replace")
        except FileNotFoundError:
            return None
        except OSError:
            return ""  # whatever lies there, somebody was here


def _unsealed(data: bytes) -> _Sealed:
    try:
        return msgspec.json.decode(data, type=_Sealed)
    except msgspec.MsgspecError:
        raise ValueError("it is no memory of automaton") from None


def _opened(sealed: _Sealed) -> tuple[dict[str, Any], dict[str, str]]:
    """What was sealed, and why places of it are unfit. Raises ValueError where it is not as we wrote it."""
    text = bytes(sealed.memory)
    if text.startswith(b'"'):
        text = msgspec.json.decode(text, type=str).encode()
    if sha256(text).hexdigest() != sealed.sha256:
        raise ValueError("its seal does not fit what is in it")
    return read_memory(text)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
