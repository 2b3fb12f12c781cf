"""JSON of Panels and nodes, decoded in one guarded place; and the bounds of the numbers in it and in headers.

Past this file no number is infinite, none and none larger than its meaning allows. Pure.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

MIB = 1024 * 1024
LONGEST_TEXT = 255  # characters; the longest name that a Panel stores
LONGEST_STARTUP = 4096  # a start-up line may be longer
MOST_VALUES = 400_000
"""Commas and brackets, so about as many values. A server has up to 200, and each costs memory to hold."""

MOST_REQUESTS = 1_000_000  # a minute: what no Panel allows and no account needs

Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_-]{1,64}\Z")]
"""A server's id, of which addresses are made. 64 characters are more than any form of a uuid has."""

DiskMib = Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)]
"""A million TiB, more than any disk; below 0 means no limit, like 0 itself."""

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]

PageCount = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


def decode(body: bytes, shape: type[T]) -> T | None:
    """The body as this shape; None where it is another, or would take too much memory to hold."""
    if body.count(b",") + body.count(b"{") + body.count(b"[") > MOST_VALUES:
        return None
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None


def decode_partly(body: bytes, shape: type[S], *needed: str) -> S | None:
    """A struct without what cannot be read of it and has a default; None where anything else cannot.

    Of `needed` fields too None, where they are there and cannot be read.
    """
    raw = decode(body, dict[str, msgspec.Raw])
    if raw is None:
        return None
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(shape):
        text = raw.get(field.encode_name)
        value = decode(bytes(text), field.type) if text is not None else None
        if value is not None:
            found[field.name] = value
        elif field.required or (text is not None and field.name in needed):
            return None
    return shape(**found)


def is_a_page(body: bytes) -> bool:
    """Whether it is no JSON from its first character on: a page for people, of whoever stands in between."""
    return body.lstrip()[:1] not in (b"", b"{", b"[")


def disk_bytes(mib: float | None) -> int | None:
    """A limit in bytes; None for none."""
    return int(mib * MIB) if mib is not None and mib > 0 else None


def plain(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text without what moves a terminal; users name their servers as they like."""
    text = text[:longest]
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def count_in(header: str | None) -> int | None:
    """A count of requests in a header; None for none, and for one that no Panel means."""
    if header is None or len(header) > 7 or not (header.isascii() and header.isdigit()):
        return None
    return min(int(header), MOST_REQUESTS)
