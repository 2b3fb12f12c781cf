"""What stands in a link that acknowledges: which incidents, told to which channel, when. Signed, and short.

Pure. Whoever has the link may acknowledge these incidents for a day, and do nothing else. Incidents are
numbered in the order in which they open, so those of one storm are a few bytes.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from automaton.secret import Secret

VALID_FOR = 24 * 3600.0  # seconds; who reads a message later has had a reminder
CLOCK_SET_BACK = 300.0  # seconds by which a link may come from the future: a clock was set
MOST_LINKED = 200  # incidents of one link
LONGEST_TOKEN = 400  # letters; chats make a link of more, but people fear it
LONGEST_NAMES = 200  # bytes of a channel's and a shard's name; the rest of a link is for numbers
SEAL = 16  # bytes of the HMAC: 128 bits, which nobody finds by asking

_PURPOSE = b"automaton acknowledges\0"
_VERSION = 1
_LETTERS = re.compile(f"[A-Za-z0-9_-]{{1,{LONGEST_TOKEN}}}")


@dataclass(frozen=True, slots=True)
class AckToken:
    """`issued` in whole wall seconds; `numbers` of incidents, ascending. `is_cut`: the message had more.

    `shard` is whose numbers these are, where several engines number incidents each for itself.
    """

    channel: str
    issued: int
    numbers: tuple[int, ...]
    is_cut: bool = False
    shard: str = ""


def write_token(
    key: Secret, channel: str, issued: float, numbers: Iterable[int], shard: str = "", *, is_cut: bool = False
) -> str:
    """The letters of a link. Of too many incidents the oldest are in it, and it says so.

    Raises ValueError where the names of channel and shard are too long for one.
    """
    wanted = sorted(set(numbers))
    kept = wanted[:MOST_LINKED]
    while True:
        token = AckToken(channel, int(issued), tuple(kept), is_cut or len(kept) < len(wanted), shard)
        body = _body(token)
        letters = urlsafe_b64encode(body + _seal(key, body)).rstrip(b"=").decode()
        if len(letters) <= LONGEST_TOKEN:
            return letters
        kept = kept[: len(kept) * 3 // 4]


def read_token(key: Secret, letters: str, now: float) -> AckToken | None:
    """What was signed; None for everything that is not ours, was changed, or is older than a day."""
    if not _LETTERS.fullmatch(letters):
        return None
    try:
        whole = urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except ValueError:
        return None
    body, seal = whole[:-SEAL], whole[-SEAL:]
    if not hmac.compare_digest(seal, _seal(key, body)):
        return None
    token = _read(body)
    if token is None or not -CLOCK_SET_BACK <= now - token.issued <= VALID_FOR:
        return None
    return token


def _seal(key: Secret, body: bytes) -> bytes:
    return hmac.digest(key.reveal().encode(), _PURPOSE + body, sha256)[:SEAL]


def _body(token: AckToken) -> bytes:
    channel = (f"{token.channel} {token.shard}" if token.shard else token.channel).encode()
    if len(channel) > LONGEST_NAMES:
        raise ValueError(f"{len(channel)} bytes of names have no room in a link")
    head = bytes([_VERSION, token.is_cut]) + token.issued.to_bytes(5, "big") + bytes([len(channel)]) + channel
    return head + b"".join(_number(part) for part in _runs(token.numbers))


def _runs(numbers: Sequence[int]) -> Iterator[int]:
    """Each stretch of neighbours as two numbers: the gap before it, and how many follow its first."""
    place, before = 0, 0
    while place < len(numbers):
        end = place
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        yield numbers[place] - before
        yield end - place
        before, place = numbers[end], end + 1


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the high bit says that more follow."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def _read(body: bytes) -> AckToken | None:
    """Signed by us, so of our own making; a later version's body is none of ours."""
    if len(body) < 8 or body[0] != _VERSION:
        return None
    end = 8 + body[7]
    parts = list(_numbers(body[end:]))
    numbers: list[int] = []
    before = 0
    for gap, more in zip(parts[::2], parts[1::2], strict=False):
        first = before + gap
        numbers += range(first, first + min(more, MOST_LINKED) + 1)
        before = first + more
    # A channel is called by a slug, so that the first space ends it.
    channel, _, shard = body[8:end].decode(errors="replace").partition(" ")
    issued = int.from_bytes(body[2:7], "big")
    return AckToken(channel, issued, tuple(numbers[:MOST_LINKED]), bool(body[1]), shard)


def _numbers(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0
