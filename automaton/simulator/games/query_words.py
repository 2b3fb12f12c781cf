"""What games answer over the network, as bytes: Valve's A2S, Minecraft's status and its Bedrock ping.

Written from the protocols alone: https://developer.valvesoftware.com/wiki/Server_queries and
https://minecraft.wiki/w/Java_Edition_protocol/Server_List_Ping, .../RakNet. It knows nothing of who asks.
"""

from __future__ import annotations

import bz2
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass

A2S, MINECRAFT, BEDROCK = "a2s", "minecraft", "bedrock"
CHALLENGE = 0x0BADCAFE
MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")
WHOLE, SPLIT = b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff"
INFO = WHOLE + b"\x54Source Engine Query\0"
MIB = 1 << 20

MANNERS = (
    "honest", "silent", "lies", "garbage", "huge", "flood", "loop", "split", "bomb", "drip", "refuses",
)  # fmt: skip
"""How a game may answer. All but the first are faults."""


@dataclass(frozen=True, slots=True)
class GameSays:
    """What a game has to say of itself."""

    name: str
    players: int
    players_max: int
    map: str = ""
    version: str = ""


LIES = GameSays("\x1b[2J\u202eevil", 255, 0, "de_\x1b[31m\r\nforged \u202e${name}" * 40, "9" * 5000)


def datagrams(protocol: str, asked: bytes, says: GameSays, manner: str) -> Iterator[bytes]:
    """What is sent back for one datagram. That of a flood has no end."""
    if manner in ("silent", "refuses", "drip"):
        return
    if manner == "lies":
        says = LIES
    honest = _a2s(asked, says) if protocol == A2S else _pong(asked, says)
    match manner:
        case "garbage":
            yield bytes(range(256))
        case "huge":
            yield honest + b"A" * 60_000
        case "flood":
            while True:
                yield b"\xff" * 1400
        case "loop" if protocol == A2S:
            yield WHOLE + b"A" + CHALLENGE.to_bytes(4, "little")
        case "split" if protocol == A2S:
            yield SPLIT + struct.pack("<IBBH", 7, 3, 0, 1248) + b"never whole"
        case "bomb" if protocol == A2S:
            packed = bz2.compress(b"\0" * 32 * MIB)
            head = struct.pack("<IBBH", 7 | 1 << 31 | 1 << 15, 1, 0, 1248)
            yield SPLIT + head + struct.pack("<II", 32 * MIB, 0) + packed
        case _ if honest:
            yield honest


def stream(says: GameSays, manner: str) -> Iterator[bytes]:
    """What follows a question for the status, piece by piece. That of a flood has no end."""
    if manner == "lies":
        says = LIES
    status = _status(says)
    match manner:
        case "silent" | "split" | "refuses":
            return
        case "garbage":
            yield bytes(range(256))
        case "huge":
            yield _varint(2**31 - 1)
            for _ in range(64):
                yield b"A" * MIB
        case "flood":
            while True:
                yield b"\x80" * 65536
        case "loop":
            yield b"\xff" * 4096
        case "bomb":
            yield _packet(b"\0" + _text("[" * 100_000))
        case "drip":
            for byte in status:
                yield bytes([byte])
        case _:
            yield status


def _a2s(asked: bytes, says: GameSays) -> bytes:
    if not asked.startswith(INFO):
        return b""
    if asked[len(INFO) :] != CHALLENGE.to_bytes(4, "little"):
        return WHOLE + b"A" + CHALLENGE.to_bytes(4, "little")
    texts = b"".join(text.encode() + b"\0" for text in (says.name, says.map, "game", "A game"))
    counts = struct.pack("<HBBB", 0, says.players, says.players_max, 0)
    return WHOLE + b"I\x11" + texts + counts + b"dl\0\0" + says.version.encode() + b"\0\0"


def _pong(asked: bytes, says: GameSays) -> bytes:
    if asked[:1] != b"\x01" or MAGIC not in asked:
        return b""
    told = ("MCPE", says.name, "800", says.version, says.players, says.players_max, "1", says.map, "Survival")
    text = ";".join(map(str, told)).encode()
    return b"\x1c" + asked[1:9] + bytes(8) + MAGIC + struct.pack(">H", len(text)) + text


def _status(says: GameSays) -> bytes:
    told = {
        "version": {"name": says.version, "protocol": 767},
        "players": {"max": says.players_max, "online": says.players, "sample": []},
        "description": {"text": says.name},
    }
    return _packet(b"\0" + _text(json.dumps(told)))


def _packet(body: bytes) -> bytes:
    return _varint(len(body)) + body


def _text(text: str) -> bytes:
    return _varint(len(text.encode())) + text.encode()


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
