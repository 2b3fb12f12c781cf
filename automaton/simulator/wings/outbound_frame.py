"""Events as Wings writes them: one JSON object and a newline, in one text frame.

A frame is encoded once, however many sockets it goes to: server frames carry no mask, and
without context takeover (protocol.md 1) the compressed bytes are the same for everyone.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping

TEXT = 0x81
COMPRESSED = 0x40
LEVEL = 5  # Wings' level (protocol.md 1)

# Go's encoder escapes what could end a script element, and the two line separators of JavaScript.
GO_ESCAPES = str.maketrans(
    {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
        "\ufffd": "\\ufffd",  # the mark for invalid UTF-8
    }
)


def go_json(value: object) -> str:
    """JSON as Go's encoder writes it: compact, UTF-8, HTML-escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(GO_ESCAPES)


def header(first: int, length: int) -> bytes:
    """The head of an unmasked frame."""
    if length < 126:
        return bytes((first, length))
    if length < 65536:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")


class OutboundFrame:
    """One outbound event: `name`, and its bytes for plain and for compressed sockets."""

    __slots__ = ("_deflated", "_plain", "args", "name")

    def __init__(self, name: str, *args: str) -> None:
        self.name = name
        self.args = args
        self._plain: bytes | None = None
        self._deflated: bytes | None = None

    def text(self) -> str:
        """The message itself. `args` is missing when empty (Go's omitempty)."""
        message: dict[str, object] = {"event": self.name}
        if self.args:
            message["args"] = self.args
        return go_json(message) + "\n"

    def encode(self, *, deflate: bool) -> bytes:
        """The bytes on the wire."""
        if deflate:
            if self._deflated is None:
                packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
                body = packer.compress(self.text().encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
                self._deflated = header(TEXT | COMPRESSED, len(body) - 4) + body[:-4]
            return self._deflated
        if self._plain is None:
            body = self.text().encode()
            self._plain = header(TEXT, len(body)) + body
        return self._plain


def stats_text(figures: Mapping[str, object], *, direct: bool) -> str:
    """The JSON inside a `stats` event: struct order when asked for, alphabetical when broadcast."""
    return go_json(figures if direct else dict(sorted(figures.items())))
