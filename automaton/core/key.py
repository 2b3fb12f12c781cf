"""What one incident belongs to: a server, a node or the whole fleet, and values that `by` adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from automaton.core.stable_names import stable_name


@stable_name("By")
class By(StrEnum):
    """How wide a rule looks. Ordered: the wider are judged first."""

    FLEET = "fleet"
    NODE = "node"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Key:
    """`of` is a server's uuid, a node's name, or empty for the fleet. `more` are what `by`'s list adds."""

    by: By
    of: str = ""
    more: tuple[str, ...] = ()

    @property
    def home(self) -> Key:
        """The same without the values of `by`'s list: the server, node or fleet itself."""
        return Key(self.by, self.of) if self.more else self

    @property
    def text(self) -> str:
        """One line for logs and files: `UUID`, `node:eu-1`, `fleet`, and `UUID/Steve` with a value more."""
        head = {By.SERVER: self.of, By.NODE: f"node:{quote(self.of, safe='')}", By.FLEET: "fleet"}[self.by]
        return "/".join([head, *(quote(value, safe="") for value in self.more)])

    @classmethod
    def read(cls, text: str) -> Key:
        """The key that a text is. What names neither node nor fleet is a server."""
        head, *more = text.split("/")
        values = tuple(unquote(value) for value in more)
        if head == "fleet":
            return cls(By.FLEET, "", values)
        if head.startswith("node:"):
            return cls(By.NODE, unquote(head.removeprefix("node:")), values)
        return cls(By.SERVER, head, values)
