"""What became of a call. Law: unknown is an answer of its own, never a success."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST_BODY = 4096
"""Bytes of an answer that a rule may read (rule-language 3, `http`): they are journalled with the run."""


LARGEST_ANSWER = 1024 * 1024
"""Bytes of an answer in which the value of a fact is looked for: the builds of a game are many, and the value
alone is kept.
"""


class Result(StrEnum):
    """DONE: accepted. REFUSED: answered no, so nothing happened. FAILED: could not be asked.

    UNKNOWN: it was sent, and no answer tells whether it was done.
    """

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`way` says how it was asked (`panel`, `websocket`, `apprise`), `detail` what was answered.

    `passing` means that asking again makes sense: a refusal may pass by itself, like that of Wings' lock, or
    an unknown is harmless to ask twice. `ref` is the id that the answer gave: the uuid of a backup, which
    tells its end from the ends of others (protocol.md 6.2). `status` is that of an HTTP answer, or the exit
    code of a program; `body` is what was answered or printed, cut to `LONGEST_BODY` bytes where it came in.
    """

    result: Result
    detail: str = ""
    way: str = ""
    passing: bool = False
    ref: str = ""
    status: int | None = None
    body: str = ""

    @property
    def is_in_vain(self) -> bool:
        """Whether it certainly did not happen."""
        return self.result in (Result.REFUSED, Result.FAILED)


def in_brief(body: str) -> str:
    """The beginning of a body, which is kept; half a letter at its end is replaced.

    Line breaks at its end go, as in a shell: a program prints one behind all that it says, and no text that a
    rule compares it with has any.
    """
    return body.encode(errors="replace")[:LONGEST_BODY].decode(errors="replace").rstrip("\r\n")
