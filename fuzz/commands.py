"""The seam where a player's text becomes part of a command.

Three lines and more: the pack, the rule's text, then what players typed, set apart by NUL. A command is
refused, or it is one line in which the rule's own words stand as they were written, and no value adds what
the game gives a meaning to.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

from automaton.core.console.command import LONGEST, CommandRefused, fill_broadcast, fill_command
from automaton.core.console.places import CommandText, is_json
from automaton.core.expression import Applied, Template
from automaton.core.invoked_commands import invoked
from automaton.core.pack import Pack
from automaton.core.truth import Value
from automaton.errors import Invalid
from automaton.expr.template import parse_template
from automaton.packs.load import FALLBACK, Packs, read_packs

_PACKS = Packs(read_packs([])[0]).games
_NAMES = sorted(_PACKS)
_BIDI = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
# What a value must not add in a game: selectors, separators, quotes that end a text.
_MEANINGFUL = {
    "minecraft": "@\u00a7",
    "bedrock": "@",
    "source": '";',
    "factorio": '"\\',
    "ark": "|",
    FALLBACK: "\"'`;|$\\",
}
_TEMPLATES = (
    "say ${it.text}", "kick ${it.player} ${it.text}", 'tellraw @a {"text":"${it.text}"}',
    "tellraw @a {text:'${it.text}'}", "execute as @a run say ${it.text}", "execute as @a run ${it.text}",
    "return run ${it.text}", "summon pig ~ ~ ~ {CustomName:'\"${it.text}\"'}", "/c game.print('${it.text}')",
    "sm_kick ${it.player}", "sm_ban ${it.player} 5 \"${it.text}\"", "rcon ${it.text}", "${it.text}",
    "summon pig ~ ~ ~ {CustomName:${json(it.text)}}", "ServerChat ${it.text}", "sm_kick #${it.uid}",
    'title @a title {"text":${json(it.text)}}', "/measured-command ${it.text}", "Broadcast ${it.text}",
)  # fmt: skip
_TYPED = (
    "Eve", "@a", "#1", "@e[limit=9999]", "\"; quit; \"", "stop", "Eve\nop Eve", "a\u2028b", "\u202eevE",
    '","clickEvent":{"action":"run_command","value":"/op Eve"}', "{{7*7}}", "${jndi:ldap://x}", "run op Eve",
    '/**/{"text":"x","clickEvent":{"action":"run_command","value":"/op Eve"}}', "hi | DoExit", "12",
    "'}", "\\", "x" * 2000, "\u00a7k",
)  # fmt: skip


class _Typed:
    """A match whose fields are what was typed, by the length of their names."""

    def __init__(self, values: list[str]) -> None:
        self._values = values

    def read(self, name: str) -> Value:
        return Value(self._values[len(name) % len(self._values)])

    def apply(self, applied: Applied) -> Value:
        return Value(json.dumps(self._values[0], ensure_ascii=False))


def check(data: bytes) -> None:
    """Fills one command."""
    text = data.decode(errors="replace")
    name, _, rest = text.partition("\n")
    written, _, typed = rest.partition("\n")
    pack = _PACKS.get(name, _PACKS[_NAMES[len(data) % len(_NAMES)]])
    try:
        template = parse_template(written)
    except Invalid:
        return
    scope = _Typed(typed.split("\0"))
    try:
        _check_command(fill_command(template, scope, 0.0, pack), template, pack)
    except CommandRefused as refusal:
        assert str(refusal)
    try:
        _check_line(fill_broadcast(template, scope, 0.0, pack))
    except CommandRefused as refusal:
        assert str(refusal)


def seeds() -> Iterator[bytes]:
    """Commands of several games, each with what players have tried."""
    for number, written in enumerate(_TEMPLATES):
        for typed in _TYPED:
            pack = _NAMES[(number + len(typed)) % len(_NAMES)]
            yield f"{pack}\n{written}\n{typed}\0Eve".encode()


def _check_line(command: str) -> None:
    assert 0 < len(command) <= LONGEST
    for letter in command:
        assert unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp"), f"U+{ord(letter):04X}"
        assert unicodedata.bidirectional(letter) not in _BIDI, f"U+{ord(letter):04X}"


def _check_command(command: str, template: Template, pack: Pack) -> None:
    _check_line(command)
    literal = [piece for piece in template.pieces if isinstance(piece, str)]
    at = 0
    for piece in literal:
        at = command.find(piece, at)
        assert at >= 0, "the rule's own words are not all there"
        at += len(piece)
    written = [one.word for one in CommandText(template, pack).commands]
    assert [one.word for one in invoked(command, pack)] == written, (
        "a value adds a command, or takes one away"
    )
    begins = template.pieces[0]
    assert isinstance(begins, str), "a value begins the command"
    assert command.startswith(begins)
    # What json() makes brings its own two quotes along.
    quoted = 2 * sum(is_json(piece) for piece in template.pieces if not isinstance(piece, str))
    for mark in _MEANINGFUL.get(pack.name, ""):
        escaped = command.count("\\" + mark) if mark in "\"'" else 0
        meant = "".join(literal).count(mark) + (quoted if mark == '"' else 0)
        assert command.count(mark) - escaped <= meant or mark == "\\", f"a value adds {mark}"
