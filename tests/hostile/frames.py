"""Frames of a websocket as bytes, right ones and wrong ones: a hostile server sends what it likes.

Nothing here checks anything: that is what is tested.
"""

from __future__ import annotations

import json

TEXT, BINARY, CONTINUED, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA


def frame(
    code: int, payload: bytes = b"", *, last: bool = True, reserved: int = 0, masked: bool = False
) -> bytes:
    """One frame of a server; `masked` is what no server may send."""
    head = bytes([(0x80 if last else 0) | reserved << 4 | code])
    mask = 0x80 if masked else 0
    size = len(payload)
    if size < 126:
        head += bytes([mask | size])
    elif size < 65536:
        head += bytes([mask | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([mask | 127]) + size.to_bytes(8, "big")
    return head + (b"\0\0\0\0" if masked else b"") + payload


def text(payload: str | bytes) -> bytes:
    """A whole text."""
    return frame(TEXT, payload if isinstance(payload, bytes) else payload.encode("utf-8", "surrogatepass"))


def event(name: str, *args: object) -> bytes:
    """An event as Wings writes it."""
    return text(json.dumps({"event": name, "args": list(args)}))


def closing(code: int, reason: str = "") -> bytes:
    """A close frame."""
    return frame(CLOSE, code.to_bytes(2, "big") + reason.encode())


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """What a client wrote."""
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
