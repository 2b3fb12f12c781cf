"""The only place that makes console commands from values.

A value may have been typed by a stranger. It stands only where the grammar of the server's game lets it
(places.py), and passes the filter of the server's pack here, after all functions. The command is one line,
and its commands and arguments are those that the rule wrote (hostile-input.md 4).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from automaton.core.argument_values import fits, is_account, is_name, is_number, is_word
from automaton.core.command_grammar import ArgumentKind
from automaton.core.console.places import CHOOSES, CommandText, Misplaced, ValuePlace, is_json
from automaton.core.console.quoting import unopened
from automaton.core.expression import Expression, NameScope, Template
from automaton.core.invoked_commands import InvokedCommand, first_words, invoked
from automaton.core.pack import Pack

LONGEST = 2000  # characters
LONGEST_FRAME = 4000  # Wings closes the socket at 4,096 bytes (protocol 1); the envelope takes some
MOST_VALUES = 64  # in one command: each is looked at in the whole line, and no command needs so many

# Controls, DEL, NEL, line and paragraph separators, bidi controls: refused, not stripped.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
SURROGATE = re.compile("[\ud800-\udfff]")


class CommandRefused(Exception):
    """A command that must not be typed; the text says why, to operators."""


def _minecraft(value: str) -> str:
    # `@a` would name every player; the full-width sign reads the same and selects nobody.
    return value.replace("@", "\uff20").replace("\u00a7", "")


def _bedrock(value: str) -> str:
    return _minecraft(_without(value, "\"'`\\"))


def _source(value: str) -> str:
    return _without(value, '";')


def _factorio(value: str) -> str:
    return _without(value, '"\\')


def _unknown(value: str) -> str:
    return _without(value, "\"'`;$\\").lstrip("/")


def _without(value: str, characters: str) -> str:
    return value.translate({ord(character): None for character in characters})


FILTERS: dict[str, Callable[[str], str]] = {
    "minecraft": _minecraft,
    "bedrock": _bedrock,
    "source": _source,
    "factorio": _factorio,
    "unknown": _unknown,
}


def _guarded(value: str, pack: Pack) -> str:
    """A value as a text: made safe for the game, and without what would end the command it is in."""
    return FILTERS[pack.safe](_without(value, pack.separators))


def fill_command(template: Template, scope: NameScope, mono: float, pack: Pack) -> str:
    """The command with all blanks filled. Raises CommandRefused."""
    text = CommandText(template, pack)
    if problem := _misplaced(text):
        raise CommandRefused(problem.message)
    _check_names(template, scope, pack)
    values, texts = iter(text.places()), []
    for piece, filled in template.filled(scope, mono):
        texts.append(filled if isinstance(piece, str) else _placed(piece, filled, next(values), pack))
    return _checked(text, texts, pack, with_arguments=True)


def fill_broadcast(text: Template, scope: NameScope, mono: float, pack: Pack) -> str:
    """The pack's `say` with the text in it. Raises CommandRefused."""
    if pack.say is None:
        raise CommandRefused("this game has no broadcast")
    broadcast = CommandText(pack.say, pack)
    if problem := _misplaced(broadcast):
        raise CommandRefused(problem.message)
    _check_names(text, scope, pack)
    # The rule's own words lose what would end the command too: all of it is said.
    said = _without(text.fill(scope, mono, lambda value: _guarded(value, pack)), pack.separators)
    places, texts = iter(broadcast.places()), []
    for piece in pack.say.pieces:
        if isinstance(piece, str):
            texts.append(piece)
        else:
            reader = next(places).reader
            texts.append(said if reader is None else reader.put(said))
    # Where the text goes is the pack's choice: only what it would run is looked at.
    return _checked(broadcast, texts, pack, with_arguments=False)


def misplaced(template: Template, pack: Pack) -> Misplaced | None:
    """The first value that cannot stand where it is in this game, whatever it is; None where all can."""
    return _misplaced(CommandText(template, pack))


def _misplaced(text: CommandText) -> Misplaced | None:
    values = sum(not isinstance(piece, str) for piece in text.template.pieces)
    if values > MOST_VALUES:
        return Misplaced(f"a command takes at most {MOST_VALUES} values", number=MOST_VALUES)
    return text.misplaced()


def _checked(text: CommandText, texts: list[str], pack: Pack, *, with_arguments: bool) -> str:
    """The line of these pieces. Refused is one whose commands or arguments are other than the rule wrote."""
    command = check_command("".join(texts), pack)
    if text.shape(texts, with_arguments=with_arguments) != text.shape(
        text.texts, with_arguments=with_arguments
    ):
        raise CommandRefused(CHOOSES)
    return command


def _placed(piece: Expression, value: str, place: ValuePlace, pack: Pack) -> str:
    """A value as it is written where it stands. Raises CommandRefused."""
    for kind in (ArgumentKind.PLAYER, ArgumentKind.WORD, ArgumentKind.NUMBER):
        if kind in place.kinds:
            _check_argument(piece, value, kind, place, pack)
    if place.reader is not None:
        return _in_data(piece, value, place, pack)
    if ArgumentKind.TEXT in place.kinds:
        return _guarded(value, pack)
    return value


def _check_argument(piece: Expression, value: str, kind: ArgumentKind, place: ValuePlace, pack: Pack) -> None:
    """Refuses what would be no argument of its kind, or more than one."""
    if found := FORBIDDEN.search(value) or SURROGATE.search(value):
        raise CommandRefused(_has_control(found))
    if place.is_account:
        if not is_account(value):
            raise CommandRefused(f"`{piece.source}` is no number or account, as it stands behind `#`")
        return
    if '"' in value or not fits(kind, value, pack):
        what = {
            ArgumentKind.PLAYER: "name that a player can have",
            ArgumentKind.WORD: "single plain word",
            ArgumentKind.NUMBER: "plain number",
        }[kind]
        raise CommandRefused(f"`{piece.source}` is no {what}")
    if " " in value and not place.is_quoted:
        raise CommandRefused(
            f'`{piece.source}` has spaces, so it stands in double quotes: write `"${{{piece.source}}}"`'
        )


def _in_data(piece: Expression, value: str, place: ValuePlace, pack: Pack) -> str:
    """A value in JSON or SNBT: the content of a string, a value of JSON by itself, or a number."""
    reader = place.reader
    assert reader is not None
    if place.is_run and not is_name(value, pack):
        raise CommandRefused(
            f"`{piece.source}` is no name that a player can have, and a command may be run with it"
        )
    if reader.is_in_string:
        return reader.put(_guarded(value, pack))
    if reader.is_behind_data:
        if (is_name(value, pack) and "'" not in value) or is_word(value):
            return value
        raise CommandRefused(f"`{piece.source}` stands behind brackets or quotes, and is no name and no word")
    if is_json(piece):
        try:
            plain = json.loads(value)
        except (ValueError, RecursionError):
            plain = value
        if isinstance(plain, str):
            plain = _guarded(plain, pack)
            # Games before 1.21.5 read a string of SNBT as data, if it looks like it.
            plain = unopened(plain) if ArgumentKind.SNBT in place.kinds else plain
        return json.dumps(plain, ensure_ascii=False)
    if is_number(value) or (reader.is_beside and is_word(value)):
        return value
    what = "plain number or word" if reader.is_beside else "plain number"
    raise CommandRefused(f"`{piece.source}` stands outside of quotes, and is no {what}")


def check_command(command: str, pack: Pack) -> str:
    """A command as it may be typed. Raises CommandRefused."""
    if found := FORBIDDEN.search(command) or SURROGATE.search(command):
        raise CommandRefused(_has_control(found))
    if len(command) > LONGEST:
        raise CommandRefused(f"it has {len(command)} characters, {LONGEST} are the most")
    if (size := len(json.dumps(command, ensure_ascii=False).encode())) > LONGEST_FRAME:
        raise CommandRefused(f"it takes {size} bytes to send, {LONGEST_FRAME} are the most")
    if not command.strip():
        raise CommandRefused("it is empty")
    if any(_stops(command, one, pack) for one in invoked(command, pack)):
        raise CommandRefused("it is the game's stop command; `power: stop` is the way")
    return command


def _has_control(found: re.Match[str]) -> str:
    return f"it holds the control character U+{ord(found[0]):04X}"


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
    """In Minecraft, what it tells as a player's name is one, even in a text.

    Elsewhere names may be almost any text, which is made safe as any other: who has an odd one is greeted.
    """
    if pack.safe != "minecraft":
        return
    for piece in template.pieces:
        if isinstance(piece, str) or piece.source.strip() != "it.player":
            continue
        name = scope.read("it.player").plain
        if not isinstance(name, str) or not is_name(name, pack):
            raise CommandRefused("`it.player` is no name that a player can have")
