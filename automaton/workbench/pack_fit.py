"""How a pack reads the lines of a log: what it takes for chat, for events, for answers, and what it cuts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from automaton.core.events import NO_FIELDS, Source
from automaton.core.ports import Index
from automaton.workbench.console_log import LogLine
from automaton.workbench.pattern_search import Hit, Hits


@dataclass(slots=True)
class PackFit:
    """What one pack made of the lines. `prefixed` had the pack's prefix; `events` are by name."""

    pack: str
    lines: int = 0
    prefixed: int = 0
    chat: Hits = field(default_factory=lambda: Hits(0))
    events: dict[str, Hits] = field(default_factory=dict)

    @property
    def known(self) -> int:
        """Lines that told the pack something. The larger, the better it fits."""
        return self.chat.count + sum(hits.count for hits in self.events.values())


class PackReader:
    """Reads lines as a server's pack does; `names` are what it may tell, also where no line does."""

    def __init__(self, pack: str, names: Iterable[str], index: Index, most: int) -> None:
        self.read = PackFit(pack, chat=Hits(most), events={name: Hits(most) for name in names})
        self._index = index
        self._most = most

    def take(self, line: LogLine) -> None:
        """One line more; what follows a carriage return is read by no pack."""
        if line.continuation:
            return
        read = self.read
        heard = self._index.hear(line.text, Source.GAME, read.pack)
        read.lines += 1
        read.prefixed += heard.text != heard.whole
        if heard.source is Source.CHAT:
            read.chat.add(Hit(line.number, heard.text))
            return
        for name, fields in heard.occurred:
            captures = {key: value for key, value in fields.items() if key != "line"}
            read.events.setdefault(name, Hits(self._most)).add(
                Hit(line.number, heard.text, captures or NO_FIELDS)
            )


def best_first(reads: Iterable[PackFit]) -> list[PackFit]:
    """The packs that made most of the lines, first. A prefix that is always there tells a game, too."""
    return sorted(reads, key=lambda one: (-(one.known + one.prefixed), one.pack))
