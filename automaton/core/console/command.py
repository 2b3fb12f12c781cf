"""The only place that makes console commands from values.

A value may have been typed by a stranger. Each passes the filter of the server's pack here, after all
functions. The command is one line, every word in it that chooses a command is the rule's own, and none of
those is the stop command (hostile-input.md 4).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from automaton.core.expression import NameScope, Template
from automaton.core.invoked_commands import (
    TAKES_TEXT,
    UNSEEN,
    InvokedCommand,
    first_words,
    invoked,
    invoked_words,
)
from automaton.core.pack import Pack

LONGEST = 2000  # characters
LONGEST_FRAME = 4000  # Wings closes the socket at 4,096 bytes (protocol 1); the envelope takes some

# Controls, DEL, NEL, line and paragraph separators, bidi controls: refused, not stripped.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
SURROGATE = re.compile("[\ud800-\udfff]")
CHOOSES = "a value never chooses a command, as after `execute … run`"
MINECRAFT_NAME = re.compile(r"\.?[A-Za-z0-9_]{1,16}")


class CommandRefused(Exception):
    """A command that must not be typed; the text says why, to operators."""


def _minecraft(value: str) -> str:
    # `@a` would name every player; the full-width sign reads the same and selects nobody.
    return value.replace("@", "\uff20").replace("\u00a7", "")


def _source(value: str) -> str:
    return _without(value, '";')


def _factorio(value: str) -> str:
    return _without(value, '"\\')


def _unknown(value: str) -> str:
    return _without(value, "\"'`;$\\").lstrip("/")


def _without(value: str, characters: str) -> str:
    return value.translate({ord(character): None for character in characters})


JSON_COMMANDS = frozenset({"tellraw", "title"})
FILTERS: dict[str, Callable[[str], str]] = {
    "minecraft": _minecraft,
    "source": _source,
    "factorio": _factorio,
    "unknown": _unknown,
}


def fill_command(template: Template, scope: NameScope, mono: float, pack: Pack) -> str:
    """The command with all blanks filled. Raises CommandRefused."""
    if problem := choice_problem(template, pack.separator):
        raise CommandRefused(problem)
    _check_names(template, scope, pack)
    texts = _filled(template, scope, mono, pack)
    _check_choice(texts, _blank(template), pack)
    return check_command("".join(texts), pack)


def _filled(template: Template, scope: NameScope, mono: float, pack: Pack) -> list[str]:
    """The pieces, each value filtered for its game, and inside JSON escaped as a part of a string."""
    is_json = pack.safe == "minecraft" and not JSON_COMMANDS.isdisjoint(typed_words(template))
    guard, parts = FILTERS[pack.safe], []
    for piece, text in template.filled(scope, mono):
        if isinstance(piece, str):
            parts.append(text)
        elif is_json and not piece.source.lstrip().startswith("json("):  # json(x) is a whole text by itself
            parts.append(json.dumps(guard(text), ensure_ascii=False)[1:-1])
        else:
            parts.append(guard(text))
    return parts


def fill_broadcast(text: Template, scope: NameScope, mono: float, pack: Pack) -> str:
    """The pack's `say` with the text in it. Raises CommandRefused."""
    if pack.say is None:
        raise CommandRefused("this game has no broadcast")
    if problem := choice_problem(pack.say, pack.separator):
        raise CommandRefused(problem)
    _check_names(text, scope, pack)
    said = text.fill(scope, mono, FILTERS[pack.safe])
    texts = [piece if isinstance(piece, str) else said for piece in pack.say.pieces]
    _check_choice(texts, _blank(pack.say), pack)
    return check_command("".join(texts), pack)


def typed_words(template: Template, separator: str = "") -> list[str]:
    """The words of all commands that a text chooses, whatever values fill it."""
    return invoked_words("".join(_blank(template)), separator)


def choice_problem(template: Template, separator: str = "") -> str | None:
    """Why this text cannot be a command, or None: what chooses a command must be written in the rule.

    At any depth, as behind `execute … run`. Behind what runs a file or code, no value is allowed at all.
    """
    texts = _blank(template)
    if not texts:
        return "a command is at least a word"
    starts = _starts(texts)
    values = [
        (start, start + len(text))
        for piece, start, text in zip(template.pieces, starts, texts, strict=True)
        if not isinstance(piece, str)
    ]
    turn = 0
    for one in invoked("".join(texts), separator):
        while turn < len(values) and values[turn][1] <= one.at:
            turn += 1
        if turn == len(values):
            return None
        if values[turn][0] < one.own:
            return _why(one, values[turn][0], "".join(texts))
    return None


def _why(one: InvokedCommand, value_at: int, blank: str) -> str:
    if one.word in TAKES_TEXT:
        return f"what `{one.word}` runs is the rule's own, never a value"
    if one.word in UNSEEN and value_at > one.at:
        return f"values never go behind `{one.word}`: it runs code or commands that nobody sees"
    if not blank[: one.at].strip():
        apart = "never a value" if value_at == one.at else "a value cannot be part of it"
        return f"the first word of a command is the rule's own, {apart}"
    return CHOOSES


def _check_choice(texts: list[str], blank: list[str], pack: Pack) -> None:
    """Refuses a line that, once filled, has commands at other places than the rule wrote them."""
    if _places(texts, pack.separator) != _places(blank, pack.separator):
        raise CommandRefused(CHOOSES)


def _places(texts: list[str], separator: str) -> list[tuple[int, int]]:
    """Where the commands of these pieces begin: in which piece, and how far in it."""
    starts, places = _starts(texts), []
    for one in invoked("".join(texts), separator):
        piece = bisect_right(starts, one.at) - 1
        places.append((piece, one.at - starts[piece]))
    return places


def _starts(texts: list[str]) -> list[int]:
    return list(accumulate(map(len, texts[:-1]), initial=0))


def _blank(template: Template) -> list[str]:
    """The pieces of a text, with a harmless letter for each value."""
    return [piece if isinstance(piece, str) else "x" for piece in template.pieces]


def check_command(command: str, pack: Pack) -> str:
    """A command as it may be typed. Raises CommandRefused."""
    if found := FORBIDDEN.search(command) or SURROGATE.search(command):
        raise CommandRefused(f"it holds the control character U+{ord(found[0]):04X}")
    if len(command) > LONGEST or len(json.dumps(command, ensure_ascii=False).encode()) > LONGEST_FRAME:
        raise CommandRefused(f"it has {len(command)} characters, {LONGEST} are the most")
    if not command.strip():
        raise CommandRefused("it is empty")
    if any(_stops(command, one, pack) for one in invoked(command, pack.separator)):
        raise CommandRefused("it is the game's stop command; `power: stop` is the way")
    return command


def _stops(command: str, one: InvokedCommand, pack: Pack) -> bool:
    """Whether it is a stop command of the pack, with or without namespace, or begins one ending in ` *`."""
    for stop in pack.stop:
        first, *others = stop.split()
        typed = first_words(command, one, len(others) + 2)
        if first not in (one.word, typed[0]):
            continue
        if others[-1:] == ["*"]:
            if len(typed) > len(others) and typed[1 : len(others)] == others[:-1]:
                return True
        elif typed[1:] == others:
            return True
    return False


def _check_names(template: Template, scope: NameScope, pack: Pack) -> None:
    if pack.safe != "minecraft":
        return
    for piece in template.pieces:
        if isinstance(piece, str) or piece.source.strip() != "it.player":
            continue
        name = scope.read("it.player").plain
        if not isinstance(name, str) or not MINECRAFT_NAME.fullmatch(name):
            raise CommandRefused("`it.player` is no name that a player can have")
