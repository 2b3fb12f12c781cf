"""Whether somebody who is on a server seems to say a line: a name near its head, a sign, and free text.

Plugins print chat in forms that no pack knows. Law: this takes words for a person's where the pack found no
event and no form; it never makes an event of a line, and what a pack knows goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import islice

HEAD = 80  # characters at the beginning of a line in which the sign stands
SIGNS_TRIED = 8  # a rank, a world or a title before the name may have some as well
LONGEST_NAME = 48
LONGEST_LAST_SIGN = 3  # characters, where the name itself ends in signs: `Eve!: hi`, `*Eve* -> hi`

SIGN = re.compile(r"(?:[^\w\s\"'`“”‘’„()\[\]{}]++|(?<=\s)_++)\s+(?=\S)")
"""What stands between a name and what was said: anything but letters, digits, quotes and brackets, alone or
right behind the name, with a blank behind it. No list of them would do: servers choose theirs by taste."""

_ENDS_A_SENTENCE = ",.;!?…"
_BETWEEN_TWO = re.compile(r"<-+>$")

_CLOSERS = ")]}>»⟩"
_TITLE = re.compile(r"\s*(?:\[[^\[\]]{0,24}\]|\([^()]{0,24}\)|\{[^{}]{0,24}\}|<[^<>]{0,24}>)$")
_OF_THE_TROUBLE = frozenset({"WARN", "WARNING", "ERROR", "SEVERE", "FATAL"})


def is_said(text: str, names: Container[str]) -> bool:
    """Whether one of these seems to say it. Linear in the head of the line."""
    return any(speaker(text, begin, end, names) is not None for begin, end in signs(text))


def signs(text: str) -> Iterator[tuple[int, int]]:
    """Where signs begin, and where what is said behind them does; of the first SIGNS_TRIED near the head.

    No sign is `<->` of a proxy, nor what ends a sentence, as in `Welcome, Eve! Have fun`.
    """
    return islice(
        (found.span() for found in SIGN.finditer(text[:HEAD]) if _is_sign(text, found)), SIGNS_TRIED
    )


def _is_sign(text: str, found: re.Match[str]) -> bool:
    begin, sign = found.start(), found[0].rstrip()
    if not begin:
        return False  # nobody stands before it
    stands_alone = text[begin - 1].isspace()
    return not _BETWEEN_TWO.match(sign) and (stands_alone or bool(sign.strip(_ENDS_A_SENTENCE)))


def speaker(text: str, begin: int, end: int, names: Container[str]) -> tuple[int, int] | None:
    """Where the name stands that ends before a sign, or in it: people are called `Eve!` and `*Eve*`."""
    stop = len(text[:end].rstrip())
    for at in (begin, *range(max(begin + 1, stop - LONGEST_LAST_SIGN), stop)):
        found = name_at_the_end(text[:at], names)
        if found is not None:
            return found
    return None


def is_name_before(prefix: str, names: Container[str]) -> bool:
    """Whether what a pack cuts from a line is a name with its colon, and all behind it somebody's words.

    Many games let people have any name, such as a time, and print it first where somebody speaks.
    """
    return bool(prefix) and prefix.rstrip(" :") in names


def is_trouble(level: object) -> bool:
    """Whether it is a level at which no chat is logged, and the names of players often are."""
    return isinstance(level, str) and level.upper() in _OF_THE_TROUBLE


def name_at_the_end(text: str, names: Container[str]) -> tuple[int, int] | None:
    """Where the name stands that ends a text, titles and brackets behind it apart; None without one."""
    end = len(text)
    for _ in range(SIGNS_TRIED):
        rest = text[:end].rstrip()
        whole = len(rest.rstrip(_CLOSERS).rstrip())
        for one in dict.fromkeys((len(rest), whole)):
            begin = _longest_name(text[:one], names)
            if begin is not None:
                return begin, one
        title = _TITLE.search(rest)
        if title is None:
            return None
        end = title.start()
    return None


def _longest_name(text: str, names: Container[str]) -> int | None:
    for begin in range(max(0, len(text) - LONGEST_NAME), len(text)):
        if text[begin:] in names and not _goes_on(text, begin):
            return begin
    return None


def _goes_on(text: str, begin: int) -> bool:
    """Whether what stands here is the end of a longer word. A player may be called `OutOfMemoryError`."""
    before = text[:begin].removesuffix(".")[-1:]
    return before.isalnum() or before == "_"
