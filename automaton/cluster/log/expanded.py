"""What is compressed in a log, expanded again. Law: it comes from our own, and is bounded all the same."""

from __future__ import annotations

import zlib

from automaton.journal.faults import Corrupt


def expanded(packed: bytes, most: int, what: str) -> bytes:
    """At most so many bytes. Raises Corrupt, by the name of what it is, as `a message`."""
    try:
        expanding = zlib.decompressobj()
        plain = expanding.decompress(packed, most)
    except zlib.error as error:
        raise Corrupt(f"the log holds {what} that cannot be read: {error}") from None
    if not expanding.eof:
        raise Corrupt(f"the log holds {what} of more than {most} bytes, or a part of that")
    return plain
