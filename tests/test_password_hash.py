"""Hashes of passwords: checked as they were made, and nothing else is taken for one."""

from __future__ import annotations

from base64 import b64decode

import pytest

from automaton.password_hash import hash_password, is_hash, is_password

SALT, SUM = "AAAAAAAAAAAAAAAAAAAAAA==", "A" * 43 + "="


@pytest.mark.parametrize("password", ["correct horse", "", "pässwörd 🔑", "\udcff", "x" * 1000])
def test_a_password_has_its_hash_and_no_other(password: str) -> None:
    hashed = hash_password(password, cost=16)

    assert is_hash(hashed)
    assert is_password(password, hashed)
    assert not is_password(f"{password}x", hashed)
    assert hashed != hash_password(password, cost=16)


def test_what_the_command_makes_costs_64_mib() -> None:
    assert hash_password("x").startswith("scrypt$65536$8$1$")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "correct horse",
        "$2b$12$abcdefghijklmnopqrstuv",
        f"scrypt$16$8$1${SALT}",
        f"scrypt$15$8$1${SALT}${SUM}",
        f"scrypt$0$8$1${SALT}${SUM}",
        f"scrypt$-16$8$1${SALT}${SUM}",
        f"scrypt$16$0$1${SALT}${SUM}",
        f"scrypt$16$8$0${SALT}${SUM}",
        f"scrypt$16$8$1$AAAA${SUM}",
        f"scrypt$16$8$1${SALT}$AAAA",
        f"scrypt$16$8$1$ä${SUM}",
        f"scrypt$1048576$8$1${SALT}${SUM}",
        f"scrypt$16$8$1000000${SALT}${SUM}",
        f"bcrypt$16$8$1${SALT}${SUM}",
        f"scrypt$1$8$1${SALT}${SUM}",
        f"scrypt$12$8$1${SALT}${SUM}",
        f"scrypt$16$8$17${SALT}${SUM}",
        f"scrypt$131072$8$2${SALT}${SUM}",
        f"scrypt$16$8$1${SALT[:-2]}!==${SUM}",
        f"scrypt$16$8$1${SALT}${SUM[:-1]}!=",
    ],
)
def test_what_cannot_be_checked_or_would_cost_too_much_is_no_hash(text: str) -> None:
    assert not is_hash(text)
    assert not is_password("", text)


@pytest.mark.parametrize(
    "text",
    [
        f"scrypt$2$1$1${SALT}${SUM}",
        f"scrypt$16$8$16${SALT}${SUM}",
        f"scrypt$131072$8$1${SALT}${SUM}",  # 128 MiB: half of what may be taken
        f"scrypt$16$8$1$AAAAAAAAAAA=${SUM}",  # a salt of eight bytes
    ],
)
def test_what_others_made_within_bounds_can_be_checked(text: str) -> None:
    assert is_hash(text)


def test_a_salt_has_128_bits() -> None:
    assert len(b64decode(hash_password("x", cost=16).split("$")[4])) == 16
