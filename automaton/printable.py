"""The only way by which anything is printed: what was typed by strangers stays text.

A name, a line, a path or a message of an error may hold bytes that a terminal obeys, and characters that
hide or turn what stands around them. They are shown as escapes, `\\x1b` and `\\u202e`, wherever they come
from; the colours that we wrote ourselves pass. A test finds every other way to print.
"""

from __future__ import annotations

import errno
import json
import re
import sys
from contextlib import suppress

_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0\U000e0100-\U000e01ef"
FILLER = re.compile(f"[{_FILLERS}]")
"""What Unicode counts among letters, signs and marks, and nobody sees: `isprintable` finds none of them."""

# Them, controls, bidi controls, what has no width, halves of pairs, and what is no character at all.
_UNSEEN = (
    f"{_FILLERS}\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
UNSEEN = re.compile(f"[{_UNSEEN}]")
"""What a terminal must not be given as it is, and chat is not given at all (delivery/safe_text.py)."""
# As `painted` writes them, and rich for tables: weights and the colours that can be read on any ground.
_COLOUR = "(?:0|1|3|4|3[1-7]|39|9[0-7])"
_SPOKEN = re.compile(rf"(?P<ours>\x1b\[(?:{_COLOUR}(?:;{_COLOUR})*)?m)|[{_UNSEEN}]")
_BEGINNING = "\r\x1b[K"  # back to the beginning of the line, and wipe it


class OutputLost(Exception):
    """Stdout takes nothing more: its disk is full, or nobody reads it. No OSError, for it is no file's."""

    def __init__(self, problem: OSError) -> None:
        self.is_unread = problem.errno == errno.EPIPE
        why = "nobody reads what is printed" if self.is_unread else f"it cannot print: {problem.strerror}"
        super().__init__(why)


def say(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Prints lines on stdout, or on stderr.

    A stderr that takes nothing ends nothing: what it was told of goes on. A stdout that takes nothing raises
    OutputLost, for a command's answer is lost with it.
    """
    stream = sys.stderr if err else sys.stdout
    try:
        stream.write(harmless(text, colours=stream.isatty()) + ("\n" if nl else ""))
        stream.flush()
    except OSError as problem:
        if not err:
            raise OutputLost(problem) from problem


def say_json(content: object, *, compact: bool = False) -> None:
    """Prints JSON on one line, in ASCII alone: what is not printable is an escape there already."""
    say(ascii_json(content, compact=compact))


def say_anew(text: str) -> None:
    """Shows this in place of the last line of the terminal behind stderr; an empty text clears it."""
    with suppress(OSError):
        sys.stderr.write(_BEGINNING + printable(text))
        sys.stderr.flush()


def printable(text: str) -> str:
    """Any text as one line that a terminal only shows."""
    return UNSEEN.sub(_code_of, text)


def harmless(text: str, *, colours: bool = False) -> str:
    """Lines that a terminal only shows, in our own colours if `colours`."""

    def shown(found: re.Match[str]) -> str:
        if found["ours"]:
            return found[0] if colours else printable(found[0])
        return {"\n": "\n", "\t": " "}.get(found[0]) or code(found[0])

    return _SPOKEN.sub(shown, text)


def ascii_json(content: object, *, compact: bool = False) -> str:
    """One line of JSON; half a surrogate pair, which few readers take, is the replacement character."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":") if compact else None)
    text = re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)
    return re.sub("[^\x00-\x7e]", _json_escape, text)


def code(char: str) -> str:
    """The character as the shortest escape that Python knows: `\\x1b`, `\\u202e`, `\\U0001f600`."""
    number = ord(char)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _code_of(found: re.Match[str]) -> str:
    return code(found[0])


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
