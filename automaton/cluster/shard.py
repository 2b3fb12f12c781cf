"""What is owned as one: a node with its servers, the fleet, a channel. Each has one log, and one owner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class ShardKind(StrEnum):
    """What a shard is made of."""

    NODE = "node"
    FLEET = "fleet"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """One of them, by the name of its node or channel; the fleet has none."""

    kind: ShardKind
    of: str = ""

    @property
    def text(self) -> str:
        """As people write it: `node:eu-1`, `fleet`, `channel:staff`."""
        return f"{self.kind}:{self.of}" if self.of else self.kind.value

    @property
    def token(self) -> str:
        """As one word of a subject or the name of a stream, for which nearly everything is forbidden."""
        return f"{self.kind}-{escaped(self.of)}" if self.of else self.kind.value

    @classmethod
    def read(cls, text: str) -> Self:
        """The shard of such a text. Raises ValueError for another."""
        kind, colon, of = text.partition(":")
        if (kind == ShardKind.FLEET) == bool(of) or bool(colon) != bool(of):
            raise ValueError(f"`{text}` is no shard: `node:NAME`, `channel:NAME` and `fleet` are")
        return cls(ShardKind(kind), of)


FLEET = Shard(ShardKind.FLEET)


def escaped(name: str) -> str:
    """Letters, digits and hyphens as they are; every other byte as `_` and two hexadecimal digits."""
    return "".join(
        chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or byte == ord("-")) else f"_{byte:02X}"
        for byte in name.encode("utf-8", "surrogatepass")
    )
