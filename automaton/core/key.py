"""What an incident belongs to: a server, a node or the fleet, and the values that a list in `by` adds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import quote, unquote

from automaton.core.stable_names import stable_name

LONGEST_VALUE = 128
"""Characters of one value in a key. Names, addresses and ids are shorter; a whole line of a console is not,
and there may be ten thousand keys a rule."""

_HASH = 16  # hexadecimal digits


def key_value(value: object) -> str:
    """A value as a part of a key: whole, or its beginning with a hash of the whole."""
    text = str(value)
    if len(text) <= LONGEST_VALUE:
        return text
    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()[:_HASH]
    return f"{text[: LONGEST_VALUE - _HASH - 1]}…{digest}"


@stable_name("By")
class By(StrEnum):
    """How wide a rule looks. Ordered: the wider are judged first."""

    FLEET = "fleet"
    NODE = "node"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Key:
    """`of` is a server's uuid, a node's name, or empty for the fleet. `more` are values of a list in `by`."""

    by: By
    of: str = ""
    more: tuple[str, ...] = ()

    @property
    def home(self) -> Key:
        """The server, node or fleet itself, without the values of a list in `by`."""
        return Key(self.by, self.of) if self.more else self

    @property
    def text(self) -> str:
        """For logs and files: `UUID`, `node:eu-1`, `fleet`, or with a value of `by` `UUID/Steve`."""
        head = {By.SERVER: self.of, By.NODE: f"node:{quote(self.of, safe='')}", By.FLEET: "fleet"}[self.by]
        return "/".join([head, *(quote(value, safe="") for value in self.more)])

    @classmethod
    def read(cls, text: str) -> Key:
        """The key of a text that `text` gave. What names neither node nor fleet is a server."""
        head, *more = text.split("/")
        values = tuple(unquote(value) for value in more)
        if head == "fleet":
            return cls(By.FLEET, "", values)
        if head.startswith("node:"):
            return cls(By.NODE, unquote(head.removeprefix("node:")), values)
        return cls(By.SERVER, head, values)
