"""From one console event to cleaned lines: splitting, stripping, bounding.

Everything here was printed by a stranger, and costs time linear in its length.
A new line inside an event never looks like a line of its own: it is a continuation.
Zero-width and bidi characters stay, for a pattern sees what was printed; chat and commands
treat them at their own seams (hostile-input.md 4 and 9).
"""

from __future__ import annotations

import re
import unicodedata

from automaton.core.quick import quick

MAX_BYTES = 4096
"""How much of one line is kept, in bytes of UTF-8."""

MAX_RAW = 16 * MAX_BYTES
"""How many characters of one line are looked at: escapes and marks may be most of it, and are thrown away."""

MAX_PIECES = 200
"""How many lines of one event are kept; a Java stack trace has some 60."""

MAX_BREAKS = 5000
"""How many line ends of one event are looked at; a progress bar in 64 KiB has fewer."""

PROMPT = ">$#: ."
"""Characters of prompts: many consoles print a few of them before a carriage return."""

_PROMPT_WIDTH = 8
_BLANKS = PROMPT + "\t\n"

# CSI and the strings (OSC, DCS, SOS, PM, APC) that have an end, else the two characters that begin
# them: an unended string would hide the rest of the line. The standard library's engine is safe here,
# and many times as fast as RE2's wrapper: the pattern is ours, no repeat gives back what it took
# (`*+`), and none passes the next escape, so that each character is read twice at the most.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b]*+(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*+[0-~]"
)

_CONTROLS: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]),
    0x09: " ",
    # Half a pair from JSON, which no engine and no file takes.
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}

_DAEMON_BEGIN = "\x1b[33m\x1b[1m["
_DAEMON_MIDDLE = " Daemon]:\x1b[39m "
_DAEMON_END = "\x1b[0m"


@quick()
class Piece:
    """One cleaned line of an event.

    It is `cut` where it was longer than 4 KiB; `left_out` lines of the event were dropped after it.
    """

    text: str
    continuation: bool = False
    cut: bool = False
    left_out: int = 0


def split_event(text: str) -> list[Piece]:
    """The lines of one `console output` event; none where it holds only blanks and prompts."""
    if _PROMPT_WIDTH < len(text) <= MAX_BYTES and text.isascii() and text.isprintable():
        return [Piece(text)]  # nearly always: one line, and nothing in it to be taken out or cut
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[Piece] = []
    raws = text.split("\n", MAX_BREAKS)
    beyond = 0
    if len(raws) > MAX_BREAKS:  # what is beyond them is one line more, and the others are left out
        beyond = raws[-1].count("\n")
        raws[-1] = raws[-1].lstrip(_BLANKS).partition("\n")[0]
    for number, raw in enumerate(raws):
        line, cut = clean(raw)
        if _says_nothing(line):
            continue
        if len(pieces) == MAX_PIECES:
            beyond += len(raws) - number
            break
        pieces.append(Piece(line, bool(pieces), cut))
    if beyond and pieces:
        last = pieces[-1]
        pieces[-1] = Piece(last.text, last.continuation, last.cut, beyond)
    return pieces


def clean(raw: str) -> tuple[str, bool]:
    """One line without escapes and control characters, NFC, at most 4 KiB; and whether it was cut.

    A tab becomes a space. Half a surrogate pair becomes the replacement character.
    """
    line, is_longer = raw[:MAX_RAW], len(raw) > MAX_RAW
    if "\x1b" in line or "\x9b" in line:
        line = strip_escapes(line)
    if not line.isprintable():
        line = line.translate(_CONTROLS)
    line, cut = _capped(line)
    if line.isascii():
        return line, is_longer or cut
    # Cut before as well as after: ordering a run of combining marks takes the square of its length.
    line, cut_again = _capped(unicodedata.normalize("NFC", line))
    return line, is_longer or cut or cut_again


def strip_escapes(text: str) -> str:
    """The text without the sequences by which a terminal is coloured, moved and named."""
    return _ESCAPES.sub("", text)


def daemon_text(raw: str) -> str | None:
    """What Wings itself printed, by the escape sequences around it (protocol.md 4.3), or None.

    Any app name will do, for hosts rename it. A game can print the same bytes, so such a line may explain
    something and proves nothing (hostile-input.md 1).
    """
    raw = raw.rstrip("\r\n")
    if not (raw.startswith(_DAEMON_BEGIN) and raw.endswith(_DAEMON_END)):
        return None
    name, middle, text = raw[len(_DAEMON_BEGIN) : -len(_DAEMON_END)].partition(_DAEMON_MIDDLE)
    if not middle or not name.isprintable() or "\n" in text or "\r" in text:
        return None
    return clean(text)[0]


def _says_nothing(line: str) -> bool:
    return not line or (len(line) <= _PROMPT_WIDTH and not line.strip(PROMPT))


def _capped(line: str) -> tuple[str, bool]:
    if len(line) * 4 <= MAX_BYTES:
        return line, False
    encoded = line.encode()
    if len(encoded) <= MAX_BYTES:
        return line, False
    return encoded[:MAX_BYTES].decode(errors="ignore"), True
