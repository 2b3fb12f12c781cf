"""The key by which links are signed: a file of the state folder, made when the first link is.

Who has it can acknowledge, and nothing else. Where it cannot be kept, links work until the daemon ends.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Protocol

import structlog

from automaton.safe_files import read_at_most, replace_whole, who_else_may_write
from automaton.secret import Secret

NAME = "ack.key"
_BYTES = 32
_KEY = re.compile(rf"[0-9a-f]{{{2 * _BYTES}}}")


class LinkKey(Protocol):
    """Where the key is kept."""

    def made(self) -> Secret:
        """The key; a new one where there is none."""

    def known(self) -> Secret | None:
        """The key; None where there is none yet, so that no link can be ours."""


class AckKey:
    """Read or made at first need, then kept in memory."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._key: Secret | None = None
        self._has_looked = False
        self._log = structlog.get_logger()

    def made(self) -> Secret:
        """The key; a new one where there is none."""
        self._key = self.known() or self._new()
        return self._key

    def known(self) -> Secret | None:
        """The key; None where there is none yet, so that no link can be ours.

        Looked for once: whoever tries links must neither fill the log nor keep the disk busy.
        """
        if not self._has_looked:
            self._key, self._has_looked = self._kept(), True
        return self._key

    def _kept(self) -> Secret | None:
        try:
            text = read_at_most(self._path, 4 * _BYTES, follow=False).decode("ascii", "replace").strip()
            others = who_else_may_write(self._path)
            is_open = self._path.stat().st_mode & 0o077
        except FileNotFoundError:
            return None
        except OSError as error:
            self._log.warning("ack.key_unreadable", file=str(self._path), reason=error.strerror or "")
            return None
        if others or is_open or not _KEY.fullmatch(text):
            reason = others or ("others may read it" if is_open else "it holds no key of ours")
            self._log.warning("ack.key_replaced", file=str(self._path), reason=f"{reason}: older links end")
            return None
        return Secret(text)

    def _new(self) -> Secret:
        text = secrets.token_hex(_BYTES)
        try:
            replace_whole(self._path, [text.encode()])
        except OSError as error:
            self._log.warning(
                "ack.key_not_kept", file=str(self._path), reason=error.strerror or "",
                so="links work until this process ends",
            )  # fmt: skip
        return Secret(text)
