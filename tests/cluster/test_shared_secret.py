"""What members share lies sealed where others read it, and is nothing to whoever has another key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.shared_secret import NONCE, ForeignSealError, SealingKey
from automaton.secret import Secret

MINE = SealingKey(Secret("k" * 32), "hosting")
NONCES = bytes(range(NONCE))


@given(st.binary(max_size=200), st.binary(min_size=NONCE, max_size=NONCE))
def test_what_was_sealed_is_read(plain: bytes, nonce: bytes) -> None:
    assert MINE.unseal("links", MINE.seal("links", plain, nonce)) == plain


def test_it_does_not_show_what_it_holds() -> None:
    assert b"secret" not in MINE.seal("links", b"a secret of ours", NONCES)


@pytest.mark.parametrize(
    "other", [SealingKey(Secret("l" * 32), "hosting"), SealingKey(Secret("k" * 32), "test")]
)
def test_another_key_or_another_cluster_reads_nothing(other: SealingKey) -> None:
    with pytest.raises(ForeignSealError):
        other.unseal("links", MINE.seal("links", b"x", NONCES))
    assert other.mark != MINE.mark


def test_the_same_key_has_the_same_mark_at_every_member() -> None:
    assert SealingKey(Secret("k" * 32), "hosting").mark == MINE.mark
    assert len(MINE.mark) == 8


def test_what_was_put_under_another_name_is_not_taken() -> None:
    with pytest.raises(ForeignSealError):
        MINE.unseal("sessions", MINE.seal("links", b"x", NONCES))


@given(st.integers(0, 40), st.integers(1, 255))
def test_no_changed_byte_is_taken(place: int, by: int) -> None:
    sealed = bytearray(MINE.seal("links", b"twelve bytes", NONCES))
    sealed[place % len(sealed)] ^= by
    with pytest.raises(ForeignSealError):
        MINE.unseal("links", bytes(sealed))


@given(st.binary(max_size=40))
def test_what_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(ForeignSealError):
        MINE.unseal("links", body)
