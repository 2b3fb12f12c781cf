"""Makes strangers' text harmless in chat, and cuts it to length.

Pure. Knows what chat services do with text, and none of them by name: one text has to be safe in all.
The order is essential: invisible characters go first, so that none can hide an `@` from what follows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from automaton.printable import FILLER

TITLE_LIMIT = 250
BREAK = "\u200b"  # a zero-width space: separates two characters for programs, not for people
FENCE = "```"  # Discord knows fences of exactly three, so runs inside are broken up, not outgrown
FENCES = 2 * len(FENCE) + 2  # what a fence adds to an excerpt: both marks and their line ends
ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
NO_LOOK = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # Unicode's categories; none of them is FILLER's
LINK = re.compile(r"](?=[(\[:])")  # [text](url), [text][ref] and [ref]: url hide where they lead
ANGLE = re.compile(r"<(?=\S)")  # <!channel>, <@id>, <b> and <url|text>, where a service does not escape them
TICKS = re.compile(r"`(?=`)")
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class SafeLine:
    """One harmless line; an excerpt is shown in a fence."""

    text: str
    excerpt: bool = False


def clean(text: str) -> str:
    """Printable text, NFC, with `\\n` as the only line end: no control, bidi or zero-width character.

    Idempotent. Lone surrogates and unassigned characters go too: they have no look of their own.
    """
    composed = unicodedata.normalize("NFC", ENDS.sub("\n", text).replace("\t", " "))
    if composed.replace("\n", "").isprintable() and not FILLER.search(composed):
        return composed  # nearly every text; looking at each character costs ten times as much
    kept = (char for char in composed if char == "\n" or is_visible(char))
    return unicodedata.normalize("NFC", "".join(kept))


def is_visible(char: str) -> bool:
    """False for a character that takes no space, or only affects those around it."""
    return unicodedata.category(char) not in NO_LOOK and FILLER.match(char) is None


def disarm(text: str) -> str:
    """Cleaned, and without effect: nobody is mentioned, no link is masked, no fence is opened.

    A reader sees the same characters; a service that looks for `@name`, `](`, `<!` or a fence finds none.
    """
    broken = clean(text).replace("@", "@" + BREAK)
    for pattern, char in ((LINK, "]"), (ANGLE, "<"), (TICKS, "`")):
        broken = pattern.sub(char + BREAK, broken)
    return broken


def title(text: str, limit: int = TITLE_LIMIT) -> str:
    """One harmless line of at most `limit` UTF-16 units."""
    flat = " ".join(disarm(text).split())
    return flat if width(flat) <= limit else head(flat, limit - 1) + ELLIPSIS


def lines_of(text: str, excerpts: Iterable[tuple[int, int]] = ()) -> tuple[SafeLine, ...]:
    """Splits a text into harmless lines. `excerpts` are the spans of `text` that hold console lines.

    A span that begins or ends within a line splits it. Empty lines at the edges of a part are dropped.
    """
    lines: list[SafeLine] = []
    at = 0
    for start, end in sorted(excerpts):
        start = max(at, start)
        end = max(start, end)
        lines += split(text[at:start], excerpt=False)
        lines += split(text[start:end], excerpt=True)
        at = end
    lines += split(text[at:], excerpt=False)
    return tuple(lines)


def split(part: str, *, excerpt: bool) -> list[SafeLine]:
    """The lines of one part, disarmed."""
    trimmed = disarm(part).strip("\n")
    return [SafeLine(line, excerpt) for line in trimmed.split("\n")] if trimmed.strip() else []


def fit(lines: Sequence[SafeLine], limit: int) -> str:
    """The text of these lines in at most `limit` UTF-16 units: its head, its tail, and how much is missing.

    `limit` is at least 60. Services count in UTF-16 units where they count characters beyond 16 bits
    as two; a text that is short enough by that count is so by any other.
    """
    whole = render(lines)
    if width(whole) <= limit:
        return whole
    room = (limit - len(gap(len(lines)).text) - 1) // 2
    before = within(lines, room) or [shorten(lines[0], room, head)]
    after = within(lines[::-1], room)[::-1] or [shorten(lines[-1], room, tail)]
    return render([*before, gap(len(lines) - len(before) - len(after)), *after])


def within(lines: Sequence[SafeLine], room: int) -> list[SafeLine]:
    """The first lines that fit into so much room, each excerpt counted as if it had a fence of its own."""
    kept = []
    for line in lines:
        room -= width(line.text) + 1 + (FENCES if line.excerpt else 0)
        if room < 0:
            break
        kept.append(line)
    return kept


def shorten(line: SafeLine, room: int, end: Callable[[str, int], str]) -> SafeLine:
    """One end of a line that is too long by itself."""
    return SafeLine(end(line.text, max(0, room - 1 - (FENCES if line.excerpt else 0))), line.excerpt)


def gap(missing: int) -> SafeLine:
    """A line that says how many were left out, or, where no whole line was, that something was cut."""
    if missing < 1:
        return SafeLine(f"{ELLIPSIS} cut here")
    return SafeLine(f"{ELLIPSIS} {missing} {'line' if missing == 1 else 'lines'} left out")


def render(lines: Sequence[SafeLine]) -> str:
    """The lines as one text; neighbouring excerpts share a fence."""
    parts = []
    for excerpt, group in groupby(lines, key=lambda line: line.excerpt):
        text = "\n".join(line.text for line in group)
        parts.append(f"{FENCE}\n{text}\n{FENCE}" if excerpt else text)
    return "\n".join(parts)


def width(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def head(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")


def tail(text: str, limit: int) -> str:
    """The longest end of at most `limit` UTF-16 units."""
    return text.encode("utf-16-le")[-2 * limit :].decode("utf-16-le", "ignore") if limit else ""
