"""Hashes of passwords by scrypt, as `automaton web passwd` prints them: `scrypt$n$r$p$salt$hash`.

A hash is made and checked slowly by intent, and read at once: what no page could check is told at load.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from hashlib import scrypt

COST, BLOCK, LANES = 2**16, 8, 1  # 64 MiB and some 150 ms each: OWASP's password storage cheat sheet
MEMORY = 256 * 1024 * 1024  # bytes that a hash may take; larger ones are refused when they are read
LENGTH = 32


def hash_password(password: str, cost: int = COST) -> str:
    """A new hash of a password; `cost` is a power of two."""
    salt = secrets.token_bytes(16)
    return "$".join(
        [
            "scrypt",
            str(cost),
            str(BLOCK),
            str(LANES),
            _text(salt),
            _text(_hash(password, salt, cost, BLOCK, LANES)),
        ]
    )


def is_hash(text: str) -> bool:
    """Whether this is a hash that can be checked."""
    return _parts(text) is not None


def is_password(password: str, hashed: str) -> bool:
    """Whether a password has this hash. Slow by intent: call it in a thread."""
    parts = _parts(hashed)
    if parts is None:
        return False
    cost, block, lanes, salt, expected = parts
    return hmac.compare_digest(_hash(password, salt, cost, block, lanes), expected)


def _hash(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return scrypt(
        password.encode(errors="surrogatepass"),
        salt=salt,
        n=cost,
        r=block,
        p=lanes,
        maxmem=MEMORY,
        dklen=LENGTH,
    )


def _parts(text: str) -> tuple[int, int, int, bytes, bytes] | None:
    name, *fields = text.split("$")
    if name != "scrypt" or len(fields) != 5:
        return None
    try:
        cost, block, lanes = (int(field) for field in fields[:3])
        salt, expected = b64decode(fields[3], validate=True), b64decode(fields[4], validate=True)
    except ValueError:
        return None
    is_power = cost > 1 and cost & (cost - 1) == 0
    if not is_power or block < 1 or not 1 <= lanes <= 16 or 128 * cost * block * lanes > MEMORY // 2:
        return None
    return (cost, block, lanes, salt, expected) if len(expected) == LENGTH and len(salt) >= 8 else None


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
