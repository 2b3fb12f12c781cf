"""Whether the values of a command may stand where they do, while it is not known which game a server runs.

A command is judged as the games read it that the rule's `servers` leave, and of those the ones that know its
first word. It is wrong where it is wrong in all of them; the server's own pack decides when it is typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from automaton.core.command_grammar import Grammar
from automaton.core.console.command import misplaced
from automaton.core.console.places import BLANK
from automaton.core.invoked_commands import first_word
from automaton.core.pack import NO_PACK, Pack
from automaton.expr.template import Template
from automaton.packs.load import FALLBACK
from automaton.problem import Problem
from automaton.schema.selector import ServerSelector
from automaton.schema.validate import place_problems


@dataclass(frozen=True, slots=True)
class KnownGames:
    """The packs there are, by name."""

    packs: Mapping[str, Pack]

    @property
    def any_game(self) -> Pack:
        """The pack that reads commands as all games do."""
        return self.packs.get(FALLBACK, NO_PACK)

    def misplaced(self, command: Template, servers: ServerSelector | None) -> Iterator[Problem]:
        """The first value that may stand where it does in no game, with its place in the file."""
        found = None
        for pack in self.judges(command, servers):
            found = misplaced(command, pack)
            if found is None:
                return
        if found is None:
            return
        one = command.expressions[min(found.number, len(command.expressions) - 1)]
        problem = Problem(
            found.message,
            offset=max(0, one.offset - 2),  # of its `${`
            found=f"`${{{one.expression.source}}}`",
            expected=found.expected,
            suggestion=found.suggestion,
        )
        yield from place_problems([problem], command, code="first-word" if found.is_choice else "value-place")

    def judges(self, command: Template, servers: ServerSelector | None) -> list[Pack]:
        """The packs that know a command, all that `servers` leave, or the one that reads it as any game."""
        line = "".join(piece if isinstance(piece, str) else BLANK for piece in command.pieces)
        taking = [pack for pack in self.packs.values() if pack.console]
        left = [pack for pack in taking if servers is None or may_cover(servers, pack.name)]
        knowing = [pack for pack in left if _knows(pack, line)]
        return knowing or (left if len(left) < len(taking) else []) or [self.any_game]


def _knows(pack: Pack, line: str) -> bool:
    """Whether the game itself has the line's command, and does not say it aloud."""
    own = pack.grammars[0] if pack.grammars else Grammar()
    return first_word(line) in own.commands and (line.lstrip().startswith("/") or not own.slash)


def may_cover(servers: ServerSelector, pack: str) -> bool:
    """Whether a server whose game has this pack may be meant; what groups are is not asked."""
    return any(not clause.pack or any(glob.covers(pack) for glob in clause.pack) for clause in servers.any_of)
