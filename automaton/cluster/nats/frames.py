"""The pieces of a question's answer on their way between two members: one letter, a number, what is said.

Law: an answer is whole, or it is none: a piece that is missing is noticed by its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

PIECE = 512 << 10
"""Bytes of a piece: half of what NATS carries at once."""

_HEAD = 5  # a letter, and four bytes of a number


class Word(Enum):
    """What a frame says."""

    ASK = b"a"  # a question that has one answer
    FOLLOW = b"f"  # a question whose answer goes on
    PIECE = b"p"  # more follows
    END = b"e"  # the last piece
    FAULT = b"x"  # a sentence: there is no answer, or no more of it


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. `number` counts those of an answer from 0 on."""

    word: Word
    number: int = 0
    content: bytes = b""

    @property
    def as_bytes(self) -> bytes:
        """As it is sent."""
        return self.word.value + self.number.to_bytes(4, "big") + self.content


def read_frame(message: bytes) -> Frame:
    """The other way. Raises ValueError with a sentence for what is none."""
    try:
        word = Word(message[:1])
    except ValueError:
        raise ValueError("what came is of another version of automaton") from None
    if len(message) < _HEAD:
        raise ValueError("what came is cut off")
    return Frame(word, int.from_bytes(message[1:_HEAD], "big"), message[_HEAD:])


def answer_frames(answer: bytes) -> list[Frame]:
    """An answer in pieces; one is enough for most."""
    pieces = [answer[at : at + PIECE] for at in range(0, len(answer), PIECE)] or [b""]
    frames = [Frame(Word.PIECE, number, piece) for number, piece in enumerate(pieces)]
    frames[-1] = Frame(Word.END, frames[-1].number, frames[-1].content)
    return frames
