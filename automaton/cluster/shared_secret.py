"""Secrets that members share in the bucket: sealed with a key that stands in their configuration alone.

Pure: what is random is passed in. Whoever reads NATS, or a disk of it, learns how long a secret is, and no
more; what somebody puts there himself, or moves to another name, is not taken for ours.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from automaton.secret import Secret

NONCE = 12  # bytes, random for each: a few secrets, sealed a few times, never meet twice
_VERSION = b"\x01"
_COST = 2**14  # of scrypt, 16 MiB and some 50 ms once a start: a key that a person made up is not tried out


class ForeignSealError(Exception):
    """What stands there was not sealed with our key, or not under this name."""


class SealingKey:
    """Made of `cluster.key` and the cluster's name. `mark` tells keys apart, and gives none of them away."""

    def __init__(self, key: Secret, cluster: str) -> None:
        derived = hashlib.scrypt(
            key.reveal().encode(), salt=b"automaton cluster " + cluster.encode(), n=_COST, r=8, p=1, dklen=32
        )
        self._cipher = AESGCM(hmac.digest(derived, b"seals", "sha256"))
        self.mark = hmac.digest(derived, b"mark", "sha256")[:4].hex()

    def seal(self, name: str, plain: bytes, nonce: bytes) -> bytes:
        """As it may stand under this name where others read it. A `nonce` is NONCE bytes, and used once."""
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, _VERSION + name.encode())

    def unseal(self, name: str, sealed: bytes) -> bytes:
        """What was sealed under this name. Raises ForeignSealError."""
        version, nonce, body = sealed[:1], sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        if version != _VERSION or len(nonce) < NONCE:
            raise ForeignSealError("it is no secret of this version of automaton")
        try:
            return self._cipher.decrypt(nonce, body, _VERSION + name.encode())
        except InvalidTag:
            raise ForeignSealError("it was sealed with another key, or under another name") from None
