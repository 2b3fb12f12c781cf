"""Which commands a line invokes: its own, and those that they run in turn, at any depth.

One reading for `check`, the gates, the filter of stop commands and the seam for values. It knows the
commands of all games at once, for `check` does not know which game a server runs. It would rather see one
command too many than one too few, which nothing else would notice. One pass, in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

WORD = re.compile(r"\S+")

# `execute … run X` and `return run X` of Minecraft and Bedrock. Where `run` may come is up to the game's
# grammar of selectors and SNBT, so every later one counts, even in text that is only said.
RUN = "run"
RUNNING = frozenset({"execute", "return"})

# Before 1.13 it was `execute <who> <x> <y> <z> [detect <x> <y> <z> <block> <data>] X`. Its second word tells
# it from today's.
EXECUTE, DETECT = "execute", "detect"
BEHIND_WHERE, BEHIND_DETECT = 5, 11
OF_EXECUTE = frozenset(
    {"align", "anchored", "as", "at", "facing", "if", "in", "on", "positioned", "rotated", "run", "store",
     "summon", "unless"}
)  # fmt: skip

# How many words later the command follows that these run.
BEHIND = {
    **dict.fromkeys(("cheat", "admincheat"), 1),  # ARK
    **dict.fromkeys(("rcon", "cmd", "sm_rcon", "sm_cvar"), 1),  # Source; a variable is set by its name alone
    **dict.fromkeys(("alias", "bind", "sm_cexec", "sm_fexec"), 2),  # Source: a name or a player, then it
    **dict.fromkeys(("sudo", "esudo", "perform", "runas"), 2),  # of plugins: a player, then it
    **dict.fromkeys(("console", "consolecommand"), 1),  # of plugins
}

# Words that run another only where this follows them.
INNER = {"cmi": "sudo", "schedule": "function", "debug": "function"}

CODE = frozenset({"c", "sc", "mc", "command", "silent-command", "measured-command"})
"""Lua, in Factorio."""

UNSEEN = CODE | {
    "function", "schedule", "scriptevent",  # Minecraft and Bedrock
    "exec", "execifexists", "execwithwhitelist", "sm_execcfg", "alias", "script", "script_execute",  # Source
    "run", "global.run", "global.exec",  # Rust
}  # fmt: skip
"""They run a file, code, or an alias: nobody who reads the line can see what.

`limits.allow` must name them, and no value may follow them.
"""

TAKES_TEXT = frozenset({"scriptevent"})
"""Of `UNSEEN`, those whose last argument is text for a script: a value may be there."""


@dataclass(frozen=True, slots=True)
class InvokedCommand:
    """One command of a line: its `word` in lower case, without slash, namespace and quotes.

    It reaches from `at` to `until`, where the line or its part ends. No value may be in it before `own`.
    """

    word: str
    at: int
    own: int
    until: int


def invoked(line: str, separator: str = "") -> list[InvokedCommand]:
    """All commands of a line, from left to right.

    `separator` is what separates commands on one line in this game, empty for nothing.
    """
    found: list[InvokedCommand] = []
    at = 0
    for part in line.split(separator) if separator else [line]:
        found += _of_a_part(line, at, at + len(part))
        at += len(part) + len(separator)
    return found


def invoked_words(line: str, separator: str = "") -> list[str]:
    """The words of all commands of a line."""
    return [one.word for one in invoked(line, separator)]


def first_words(line: str, one: InvokedCommand, most: int) -> list[str]:
    """The first words of one command of the line, in lower case and without slash and quotes."""
    words = islice(WORD.finditer(line, one.at, one.until), most)
    return [word[0].strip("/\"'").lower() for word in words]


def _of_a_part(line: str, begin: int, end: int) -> Iterator[InvokedCommand]:
    """The commands of one part. A word that runs another says where that begins, so one pass is enough."""
    words = list(WORD.finditer(line, begin, end))
    bare = [_bare(word[0]) for word in words]
    begins, runs = {0}, False
    for turn, word in enumerate(bare):
        if turn in begins or (runs and (bare[turn - 1] == RUN or _is_asked(bare, turn))):
            begins.update(turn + far for far in _runs_at(bare, turn))
            runs = runs or word in RUNNING
            yield InvokedCommand(word, words[turn].start(), _own(words, turn, word, end), end)


def _is_asked(bare: list[str], turn: int) -> bool:
    """`execute if function X` runs X to see what it answers."""
    return bare[turn] == "function" and bare[turn - 1] in ("if", "unless")


def _runs_at(bare: list[str], turn: int) -> Iterator[int]:
    """How many words later a command begins that this one runs."""
    word, following = bare[turn], bare[turn + 1] if turn + 1 < len(bare) else ""
    if not word:  # a slash or a namespace by itself
        yield 1
    if word in BEHIND:
        yield BEHIND[word]
    if INNER.get(word) == following:
        yield 1
    if word == EXECUTE and following not in OF_EXECUTE:
        yield BEHIND_WHERE
        if turn + BEHIND_WHERE < len(bare) and bare[turn + BEHIND_WHERE] == DETECT:
            yield BEHIND_DETECT


def _own(words: list[re.Match[str]], turn: int, word: str, end: int) -> int:
    if word in TAKES_TEXT:
        return words[min(turn + 1, len(words) - 1)].end()
    return end if word in UNSEEN else words[turn].end()


def _bare(word: str) -> str:
    return word.rsplit(":", 1)[-1].strip("/\"'").lower()
