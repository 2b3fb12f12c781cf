"""What the engine remembers, from a clean end to the next start: one file in the state folder.

Law: nothing is taken before it can be given back. The file stays where it is; that it is used up says
`running`, which stands there from just before the engine is given its first event until what it remembers
is written anew. So a process that is killed leaves no old memory behind that would be believed, and no folder
in which it seems that nobody was ever here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from os.path import lexists
from pathlib import Path
from typing import Any

import msgspec
import structlog

from automaton.core.memory import LOST
from automaton.daemon.memory_text import LARGEST, encode
from automaton.safe_files import read_at_most, replace_whole, who_else_may_write
from automaton.web.memory_shape import read_memory

NAME, TAKEN, BAD = "memory.json", "memory.json.taken", "memory.json.bad"
RUNNING = "running"  # there from a start to its clean end; in it the seal of the memory that is used up
LARGEST_READ = 128 * 1024 * 1024
"""Bytes; twice what is written, for earlier versions wrote more to say the same."""

assert LARGEST < LARGEST_READ  # whatever is written can be read
_SEAL = 64  # hexadecimal digits


class _Sealed(msgspec.Struct):
    """With a checksum, which shows what was cut off or written by hand. Older ones are a text in a text."""

    sha256: str
    memory: msgspec.Raw


class MemoryFile:
    """The file in a state folder. Trouble with it is told in the log and ends nothing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._running = folder / RUNNING
        self._taken = folder / TAKEN
        self._used_up = ""  # the seal of what was read
        self._is_bad = False  # what lies there cannot be read
        self._log = structlog.get_logger()

    def read(self) -> Mapping[str, Any] | None:
        """What an earlier process left, None where none was here. Everything stays as it is.

        LOST where an earlier one had no clean end, or what it left cannot be read.
        """
        try:
            sealed = _unsealed(read_at_most(self._path, LARGEST_READ, follow=False))
            self._used_up = sealed.sha256
            if self._used_up == self._spent():
                self._tell_missing()
                return LOST
            memory, unfit = _opened(sealed)
        except FileNotFoundError:
            if self._spent() is None and not lexists(self._taken):
                return None
            self._tell_missing()
            return LOST
        except (OSError, ValueError, RecursionError) as error:
            self._is_bad = True
            self._log.error("memory.unreadable", file=str(self._path), reason=_why(error), kept=BAD)
            return LOST
        self._tell_if_open()
        for place, why in islice(unfit.items(), 1):  # one tells enough, and there may be many
            self._log.error("memory.forgotten", parts=len(unfit), first=place, reason=why)
        self._log.info("memory.taken", file=str(self._path), places=len(memory.get("places", ())))
        return {**memory, "cut": True} if unfit else memory

    def use_up(self) -> None:
        """From here on what was read is not believed again; what `write` leaves is.

        To be called once a signal finds somebody who writes, and before the engine is given anything.
        """
        try:
            replace_whole(self._running, [self._used_up.encode()])
        except OSError as error:
            self._take_away(_why(error))
            return
        if self._is_bad:  # not before: who ends in between would leave neither a memory nor the mark
            self._put_aside()

    def write(self, memory: Mapping[str, Any]) -> None:
        """Leaves it for the next process. Only its owner may read it: console lines stand in it."""
        try:
            text = encode(memory)
            replace_whole(self._path, [*_sealed(text.parts)])
            self._running.unlink(missing_ok=True)
            with suppress(OSError):  # it tells something only where there is no memory
                self._taken.unlink()
        except (OSError, ValueError) as error:
            self._log.error("memory.lost", file=str(self._path), reason=_why(error))
            return
        if text.left_out:
            self._log.error(
                "memory.cut", file=str(self._path), left_out=text.left_out, most=text.most_of,
                reason=f"at most {LARGEST} bytes are written, so that they can be read: there is no power "
                "action for two minutes after the next start",
            )  # fmt: skip
        self._log.info("memory.written", file=str(self._path), places=text.places, bytes=text.size)

    def _spent(self) -> str | None:
        """The seal of the memory that a process used up and has not written anew; None where none did."""
        try:
            return read_at_most(self._running, _SEAL, follow=False).decode(errors="replace")
        except FileNotFoundError:
            return None
        except OSError:
            return ""  # whatever lies there, somebody was here

    def _tell_if_open(self) -> None:
        with suppress(OSError):
            if others := who_else_may_write(self._path):
                self._log.warning("state.open", file=str(self._path), reason=others)

    def _tell_missing(self) -> None:
        self._log.warning(
            "memory.missing",
            reason="the process before had no clean end: its incidents, runs, cooldowns, breakers, "
            "budgets and silences are forgotten, and there is no power action for two minutes",
        )

    def _take_away(self, reason: str) -> None:
        """A full disk takes no mark, but lets a file be moved. Else a later kill would leave it believed.

        What cannot be read stays: it is not believed anyway, and the next start finds that it is not new.
        """
        if self._is_bad:
            return
        try:
            self._path.replace(self._taken)
        except FileNotFoundError:
            pass
        except OSError as error:
            reason = f"{reason}; {_why(error)}"
        else:
            return
        self._log.error(
            "memory.stuck", file=str(self._running),
            reason=f"{reason}: should this process be killed, the next one will not know it",
        )  # fmt: skip

    def _put_aside(self) -> None:
        """It is put aside for people to look at; the engine begins without it."""
        try:
            self._path.replace(self._path.with_name(BAD))
        except OSError as error:
            self._log.error("memory.stuck", file=str(self._path), reason=_why(error))


def _sealed(parts: list[bytes]) -> list[bytes]:
    seal = sha256()
    for part in parts:
        seal.update(part)
    return [b'{"sha256":"', seal.hexdigest().encode(), b'","memory":', *parts, b"}"]


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
