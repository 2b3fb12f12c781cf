"""One-time codes by time (TOTP, RFC 6238) with what every authenticator app takes: SHA-1, six digits, 30 s.

Pure: the moment is passed in. Whoever checks a code remembers its step, so that it is taken once.
"""

from __future__ import annotations

import binascii
import hmac
import secrets
from base64 import b32decode, b32encode
from urllib.parse import quote, urlencode

STEP = 30.0  # seconds that a code is shown
DIGITS = 6
AROUND = 1  # steps before and after: clocks differ, and people type slowly (RFC 6238, 5.2)
LENGTH = 20  # bytes of a new secret, the output of SHA-1 (RFC 4226, 4: R6)
SHORTEST = 16  # bytes of one that is taken: 128 bits, the same
ISSUER = "automaton"


def new_secret() -> str:
    """A secret by chance, in the letters that apps take."""
    return b32encode(secrets.token_bytes(LENGTH)).decode()


def is_secret(text: str) -> bool:
    """Whether codes can be made of this, and it is long enough."""
    return len(_key(text)) >= SHORTEST


def code_at(secret: str, step: int) -> str:
    """The code of a step: the moment divided by STEP."""
    digest = hmac.digest(_key(secret), step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0xF
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: str, code: str, wall: float) -> int | None:
    """The step that a code is of, near this moment; None for a wrong one. Spaces in it are overlooked."""
    given = "".join(code.split()).encode(errors="surrogatepass")
    now = int(wall // STEP)
    found = None
    for step in range(max(0, now - AROUND), now + AROUND + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), given):
            found = step
    return found


def app_address(secret: str, name: str) -> str:
    """What an authenticator app reads, as a link or as a QR code."""
    asked = urlencode({"secret": secret, "issuer": ISSUER, "digits": DIGITS, "period": int(STEP)})
    return f"otpauth://totp/{quote(f'{ISSUER}:{name}', safe=':')}?{asked}"


def _key(secret: str) -> bytes:
    """The bytes of a secret, as people copy it: with spaces, in small letters, without its padding."""
    text = "".join(secret.split()).replace("-", "").upper().rstrip("=")
    try:
        return b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return b""
