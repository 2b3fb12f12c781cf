"""RakNet's unconnected ping, which Minecraft's Bedrock edition answers. One import site of mcstatus.

Its words are taken, not its socket: that waits anew for each step, and takes what it raises for granted. The
fields are parted here: to it a name in which a `;` stands, or what is no text, is no answer, and a game that
was well a moment ago would look as if it hung.
"""

from __future__ import annotations

import re

from mcstatus._protocol.bedrock_client import BedrockClient
from mcstatus.responses import BedrockStatusResponse

from automaton.query.conversation import GameStatus, NotUnderstood

PONG = 0x1C
LARGEST_PONG = 2048
"""Bytes. A pong is a line of text with some names; mcstatus reads as many."""

_HEAD = 35  # bytes before the text, of which the last two say how long it is
_BETWEEN = re.compile(r"(?<!\\);")  # games put a backslash before one that stands in a name

_MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")


class Bedrock:
    """A conversation (conversation.py) by datagrams."""

    def begin(self) -> bytes:
        """The ping."""
        return BedrockClient.request_status_data

    def take(self, received: bytes) -> bytes | GameStatus | None:
        """The pong, which is all of it."""
        if len(received) > LARGEST_PONG:
            raise NotUnderstood(f"a pong of more than {LARGEST_PONG} bytes")
        if received[:1] != bytes([PONG]) or received[17:33] != _MAGIC:
            raise NotUnderstood("it is no pong of RakNet")
        try:
            found = BedrockStatusResponse.build(_fields(received), 0.0)
        except (ValueError, LookupError, TypeError, RecursionError):
            raise NotUnderstood("its pong is garbled") from None
        return GameStatus(found.players.online, found.players.max, found.map_name, found.version.name)


def _fields(pong: bytes) -> list[str]:
    length = int.from_bytes(pong[_HEAD - 2 : _HEAD])
    said = pong[_HEAD : _HEAD + length].decode(errors="replace")
    edition, _, *fields = (one.replace("\\;", ";") for one in _BETWEEN.split(said))
    return [edition, "", *fields]  # without its name, of which nothing is needed
