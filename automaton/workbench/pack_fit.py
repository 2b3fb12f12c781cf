"""How well a pack fits a log: which lines are chat, events or answers to it, and where it cuts a prefix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from automaton.core.events import NO_FIELDS, OF_PEOPLE, Source
from automaton.core.ports import Index
from automaton.workbench.chat_heads import ChatHeads
from automaton.workbench.console_log import LogLine
from automaton.workbench.pattern_search import Hit, Hits


@dataclass(slots=True)
class PackFit:
    """What one pack made of the lines. `prefixed` counts those with its prefix; `events` are by name.

    `chat` are people's words, `command` players' commands, `admin` answers to operators.
    `heads` are what may be people, for `chat_forms`; None where nobody asks for them.
    """

    pack: str
    lines: int = 0
    prefixed: int = 0
    chat: Hits = field(default_factory=lambda: Hits(0))
    command: Hits = field(default_factory=lambda: Hits(0))
    admin: Hits = field(default_factory=lambda: Hits(0))
    events: dict[str, Hits] = field(default_factory=dict)
    heads: ChatHeads | None = None

    @property
    def of_people(self) -> dict[Source, Hits]:
        """What people typed, by how it came there."""
        return {Source.CHAT: self.chat, Source.COMMAND: self.command, Source.ADMIN: self.admin}

    @property
    def typed(self) -> int:
        """How many lines people typed."""
        return sum(hits.count for hits in self.of_people.values())

    @property
    def known(self) -> int:
        """How many lines meant something to the pack: the more, the better it fits."""
        return self.typed + sum(hits.count for hits in self.events.values())


class PackReader:
    """Reads lines as a server's pack does. `names` are its events, listed also where no line is one."""

    def __init__(
        self, pack: str, names: Iterable[str], index: Index, most: int, heads: ChatHeads | None = None
    ) -> None:
        chat, command, admin = Hits(most), Hits(most), Hits(most)
        self.fit = PackFit(pack, 0, 0, chat, command, admin, {name: Hits(most) for name in names}, heads)
        self._index = index
        self._most = most

    def read_line(self, line: LogLine) -> None:
        """Reads one line. No pack reads what follows a carriage return."""
        if line.continuation:
            return
        fit = self.fit
        heard = self._index.hear(line.text, Source.GAME, fit.pack)
        fit.lines += 1
        fit.prefixed += heard.text != heard.whole
        if fit.heads is not None:
            fit.heads.hear(line.number, heard)
        if heard.source in OF_PEOPLE:
            fit.of_people[heard.source].add(Hit(line.number, heard.text))
            return
        for name, fields in heard.occurred:
            captures = {key: value for key, value in fields.items() if key != "line"}
            fit.events.setdefault(name, Hits(self._most)).add(
                Hit(line.number, heard.text, captures or NO_FIELDS)
            )


def best_first(fits: Iterable[PackFit]) -> list[PackFit]:
    """Sorted by how many lines they know. A prefix counts too: it can be all that tells a game."""
    return sorted(fits, key=lambda one: (-(one.known + one.prefixed), one.pack))
