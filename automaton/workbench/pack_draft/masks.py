"""What varies in a line of itself: numbers, addresses, accounts and ids, each put as one sign.

The signs are control characters, which no cleaned line has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

NUMBER, ADDRESS, ACCOUNT, STEAM, ID = "\x01", "\x02", "\x03", "\x04", "\x05"
NAME, ANY, REST = "\x06", "\x07", "\x08"
"""Put by who looks for them: a name, a word in brackets, any text up to the end."""

ACCOUNTS = frozenset({ACCOUNT, STEAM})

FORMS = {
    NUMBER: r"[+-]?[\d.,:]+",
    ADDRESS: r"[\d.:]+",
    ACCOUNT: r"\d+",
    STEAM: r"(?:STEAM_[\d:]+|\[U:[\d:]+\])",
    ID: r"[0-9A-Za-z-]+",
    ANY: r"[^\])>]*",
}
"""What a sign stands for, as RE2."""

SAMPLES = {
    ADDRESS: "192.0.2.1",
    ACCOUNT: "76561190000000001",
    STEAM: "[U:1:7]",
    ID: "00000000-0000-4000-8000-000000000001",
}
"""What is written for one that a person has: nobody's."""

# Alternatives that begin differently, bounded repeats: linear.
_VARIES = re.compile(
    r"(?P<address>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?!\w|\.\d))"
    r"|(?P<id>(?<!\w)[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?!\w)"
    r"|(?<!\w)0x[0-9a-fA-F]{1,16}(?!\w)"
    r"|(?<!\w)(?=[0-9a-fA-F]{0,40}[a-fA-F])(?=[0-9a-fA-F]{0,40}\d)[0-9a-fA-F]{16,40}(?!\w))"
    r"|(?P<steam>STEAM_\d:\d:\d{1,12}|\[U:1:\d{1,12}\])"
    r"|(?P<account>(?<![A-Za-z0-9.])\d{15,20}(?!\w|\.\d))"
    r"|(?P<number>(?<!\w)[+-]?\d{1,40}(?:[.,:]\d{1,40}){0,8}(?=(?:ms|[smh]|[KMG]i?B)?(?!\w)))"
)
_SIGNS = {"address": ADDRESS, "id": ID, "account": ACCOUNT, "steam": STEAM, "number": NUMBER}
_VARYING = frozenset(_SIGNS.values())
_WORD = re.compile(r"(?<!\w)\.?\w+(?:[.#-]\w+)*")
MOST_WORDS = 12
"""Words of a line that are tried for a name: it stands near the beginning."""

LONGEST_NAME = 32
"""Characters. Steam and Discord allow as many."""


def masked(body: str) -> str:
    """The line with a sign for whatever varies of itself."""
    return _VARIES.sub(lambda found: _SIGNS[found.lastgroup or "number"], body)


def anonymous(body: str) -> str:
    """The line with nobody's address, account and id."""

    def put(found: re.Match[str]) -> str:
        sign = _SIGNS[found.lastgroup or "number"]
        if sign == ADDRESS:
            _, colon, port = found[0].partition(":")
            return SAMPLES[ADDRESS] + colon + port
        return SAMPLES.get(sign, found[0])

    return _VARIES.sub(put, body)


def slots(shape: str) -> Iterator[tuple[str, str]]:
    """Each word that may be a name, with the shape in which NAME stands for it, wherever it stands."""
    tried: set[str] = set()
    for number, found in enumerate(_WORD.finditer(shape)):
        if number == MOST_WORDS:
            return
        word = found[0]
        if len(word) > LONGEST_NAME or word.lower() in _PLAIN or word in tried or word.isdigit():
            continue
        if (
            shape[found.start() - 1 : found.start()] in _VARYING
            or shape[found.end() : found.end() + 1] in _VARYING
        ):
            continue  # `steam_`, before an account
        tried.add(word)
        rest = shape[found.end() :]
        if len(word) > 2 and word in rest:
            rest = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", NAME, rest)
        yield word, f"{shape[: found.start()]}{NAME}{rest}"


_PLAIN = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "by", "for", "from", "game", "has", "have", "id", "in", "info",
        "is", "it", "joined", "left", "lost", "of", "on", "player", "server", "the", "this", "to", "user",
        "was", "with", "connected", "disconnected", "connection", "logged", "out", "world",
    )
)  # fmt: skip
"""Words that are no names, left out to save work."""
