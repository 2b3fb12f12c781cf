"""One number that stands for all parts and the position: kept up at each append, looked at at each start.

A bit that tips in a text, or a page that is older than its neighbours, is found by nothing in SQLite. The
seal of a set of parts is the seals of each, exclusive-or: a part that changes costs two of them.
"""

from __future__ import annotations

from hashlib import blake2b


def seal_of_part(name: bytes, body: bytes) -> int:
    """A signed number of 64 bits, as SQLite keeps them."""
    return _number(blake2b(body, digest_size=8, salt=blake2b(name, digest_size=16).digest()))


def seal_of_position(position: int) -> int:
    """The same for where the journal stands."""
    return _number(blake2b(position.to_bytes(8, "big"), digest_size=8, person=b"position"))


def _number(digest: blake2b) -> int:
    return int.from_bytes(digest.digest(), "big", signed=True)
