"""What a game prints: one console event, cleaned and read by a pack.

The first line names the pack. Lines are bounded, clean, and stay what they are when they are cleaned again;
a pack finds in a line what its patterns find one by one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from automaton.core.events import Source
from automaton.match.line_reader import LineReader
from automaton.match.lines import MAX_BYTES, MAX_PIECES, clean, daemon_text, split_event
from automaton.match.pattern import compile_pattern
from automaton.packs.load import read_packs
from automaton.wings.daemon_lines import read_daemon_line
from fuzz.corpus import console_lines

_FORMATS = {name: pack.console_format() for name, pack in read_packs([])[0].items()}
_NAMES = sorted(_FORMATS)
_READER = LineReader((), _FORMATS)
_HEARD = 3  # lines of an event that are held against each pattern: there are dozens


def check(data: bytes) -> None:
    """Splits an event and reads each line."""
    head, _, rest = data.partition(b"\n")
    name = head.decode(errors="replace")
    pack = name if name in _FORMATS else _NAMES[len(data) % len(_NAMES)]
    text = rest.decode("utf-8", "surrogatepass" if b"\xed" in rest and _is_text(rest) else "replace")
    pieces = split_event(text)
    assert len(pieces) <= MAX_PIECES
    assert [piece.continuation for piece in pieces] == [False, *[True] * len(pieces[1:])][: len(pieces)]
    for number, piece in enumerate(pieces):
        _check_line(piece.text)
        if number < _HEARD:
            _check_heard(piece.text, pack)
    if (said := daemon_text(text)) is not None:
        read_daemon_line(said)


def seeds() -> Iterator[bytes]:
    """Lines of games for each pack, and what defeats careless cleaning."""
    for number, line in enumerate(console_lines()):
        yield _NAMES[number % len(_NAMES)].encode() + b"\n" + line.encode()
    for text in (
        "\x1b[33m\x1b[1m[Wings Daemon]:\x1b[39m Server marked as starting...\x1b[0m",
        " \r[12:00:00] [Server thread/INFO]: Done (1s)! For help, type \"help\"",
        "\x1b]0;title\x07[12:00:00] [Server thread/INFO]: <Eve> Notch joined the game",
        "\x1b\x1b[[31m\x9b31mx" * 50, "a" * 5000, "e\u0301" * 3000, "\u0344" * 2000, "> \r" * 300, "\t" * 99,
    ):  # fmt: skip
        yield b"minecraft\n" + text.encode()
    yield b"minecraft\n\xed\xa0\x80 half a pair"


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _check_line(line: str) -> None:
    assert len(line.encode()) <= MAX_BYTES
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in line), "a control character"
    assert clean(line) == (line, False), "cleaning changes what is clean"


def _check_heard(line: str, pack: str) -> None:
    heard = _READER.hear(line, Source.GAME, pack)
    assert line.endswith(heard.text), "a body that was not printed"
    for pattern in _FORMATS[pack].patterns:
        found = compile_pattern(pattern).find(heard.text)
        assert (found is not None) == (pattern in heard.patterns), "the index and the pattern disagree"
    for _, fields in heard.occurred:
        assert all(value is None or str(value) in line for value in fields.values())
