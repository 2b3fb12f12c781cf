"""What a log holds compressed does not take all memory where it is opened."""

from __future__ import annotations

import zlib

import pytest

from automaton.cluster.log.expanded import expanded
from automaton.journal.faults import Corrupt

TEXT = b"x" * 1000
PACKED = zlib.compress(TEXT)


def test_what_fits_comes_back_whole() -> None:
    assert expanded(PACKED, 1000, "a message") == TEXT


@pytest.mark.parametrize(
    ("packed", "most", "told"),
    [
        (PACKED, 999, "a message of more than 999 bytes"),
        (PACKED[:-1], 1000, "a part of that"),
        (b"no zlib", 1000, "a message that cannot be read"),
    ],
)
def test_what_is_too_much_cut_off_or_garbage_is_corrupt(packed: bytes, most: int, told: str) -> None:
    with pytest.raises(Corrupt, match=told):
        expanded(packed, most, "a message")
