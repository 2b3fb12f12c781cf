"""The seam: the only maker of a console command out of values.

A value was typed by a stranger. Each passes the filter of the server's pack here, after all
functions; the command is one line, its first word is the rule's own, and it is never the stop command.
See hostile-input.md 4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from automaton.core.gates import choosing_words, first_word
from automaton.core.pack import Pack
from automaton.core.ports import Scope, Template

LONGEST = 2000
LONGEST_FRAME = 4000  # Wings closes the socket at 4,096 bytes (protocol 1); the envelope takes some

# Controls, DEL, NEL, line and paragraph separators, bidi controls: refused, not stripped.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
SURROGATE = re.compile("[\ud800-\udfff]")
MINECRAFT_NAME = re.compile(r"\.?[A-Za-z0-9_]{1,16}")


class CommandRefused(Exception):
    """A command that is not typed; the text says why."""


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


def fill_command(template: Template, scope: Scope, mono: float, pack: Pack) -> str:
    """The command with all blanks filled. Raises CommandRefused."""
    if problem := first_word_problem(template):
        raise CommandRefused(problem)
    _check_names(template, scope, pack)
    command = _filled(template, scope, mono, pack)
    blank = "".join(piece if isinstance(piece, str) else "x" for piece in template.pieces)
    if len(choosing_words(command)) != len(choosing_words(blank)):
        raise CommandRefused("a value never chooses a command, as after `execute … run`")
    if (
        pack.safe == "factorio"
        and first_word(command) in ("c", "sc", "command", "silent-command")
        and template.names
    ):
        raise CommandRefused("values never go into a command that runs code")
    return check_command(command, pack)


def _filled(template: Template, scope: Scope, mono: float, pack: Pack) -> str:
    """Each value through the filter of its game; inside of JSON also what would end the text around it."""
    is_json = pack.safe == "minecraft" and first_word(template.source) in JSON_COMMANDS
    guard, parts = FILTERS[pack.safe], []
    for piece, text in template.filled(scope, mono):
        if isinstance(piece, str):
            parts.append(text)
        elif is_json and not piece.source.lstrip().startswith("json("):  # json(x) is a whole text by itself
            parts.append(json.dumps(guard(text), ensure_ascii=False)[1:-1])
        else:
            parts.append(guard(text))
    return "".join(parts)


def fill_broadcast(text: Template, scope: Scope, mono: float, pack: Pack) -> str:
    """The pack's `say` with the text in it. Raises CommandRefused."""
    if pack.say is None:
        raise CommandRefused("this game has no broadcast")
    _check_names(text, scope, pack)
    said = text.fill(scope, mono, FILTERS[pack.safe])
    return check_command(
        "".join(piece if isinstance(piece, str) else said for piece in pack.say.pieces), pack
    )


def check_command(command: str, pack: Pack) -> str:
    """A command as it may be typed. Raises CommandRefused."""
    if found := FORBIDDEN.search(command) or SURROGATE.search(command):
        raise CommandRefused(f"it holds the control character U+{ord(found[0]):04X}")
    if len(command) > LONGEST or len(json.dumps(command, ensure_ascii=False).encode()) > LONGEST_FRAME:
        raise CommandRefused(f"it has {len(command)} characters, {LONGEST} are the most")
    if not command.strip():
        raise CommandRefused("it is empty")
    if any(_stops(" ".join(one.lstrip("/").lower().split()), pack) for one in _commands(command, pack)):
        raise CommandRefused("it is the game's stop command; `power: stop` is the way")
    return command


def _commands(command: str, pack: Pack) -> list[str]:
    """The commands that a line holds: itself, those after `execute … run`, those between the game's `;`."""
    line = command.strip()
    parts = [line, *(part.strip() for part in line.split(pack.separator))] if pack.separator else [line]
    if choosing_words(line)[1:]:
        words = line.split()
        parts += [" ".join(words[place + 1 :]) for place, word in enumerate(words) if word == "run"]
    return parts


def _stops(typed: str, pack: Pack) -> bool:
    """Equal to one of the pack's words, or, where that ends in ` *`, begun with it."""
    begun = tuple(word[:-1] for word in pack.stop if word.endswith(" *"))
    return typed in pack.stop or typed.startswith(begun)


def first_word_problem(template: Template) -> str | None:
    """Why this text cannot be a command, or None: its first word must stand in the rule itself."""
    first = template.pieces[0] if template.pieces else ""
    if not isinstance(first, str):
        return "the first word of a command is the rule's own, never a value"
    if len(template.pieces) > 1 and not re.match(r"\s*\S+\s", first):
        return "the first word of a command is the rule's own, a value cannot be part of it"
    return None


def _check_names(template: Template, scope: Scope, pack: Pack) -> None:
    if pack.safe != "minecraft":
        return
    for piece in template.pieces:
        if isinstance(piece, str) or piece.source.strip() != "it.player":
            continue
        name = scope.read("it.player").plain
        if not isinstance(name, str) or not MINECRAFT_NAME.fullmatch(name):
            raise CommandRefused("`it.player` is no name that a player can have")
