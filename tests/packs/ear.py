"""Lines read as the product reads them: the shipped packs, and the one index.

assert ear("rust").events("Server startup complete") == ["ready"]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from automaton.core.events import FieldValue, Profile, Source
from automaton.core.happening import Heard
from automaton.core.pack import PROBED, SAVED, Pack, polled
from automaton.match.line_reader import LineReader
from automaton.packs.load import Packs, read_packs

SHIPPED, PROBLEMS = read_packs([])
PACKS = Packs(SHIPPED)
READER = LineReader([], {name: pack.console_format() for name, pack in SHIPPED.items()})


def pack_of(egg: str = "", *, image: str = "", startup: str = "") -> str:
    """The name of the pack of a server with this egg, image and start-up line."""
    return PACKS.of(Profile(uuid="u", id="1", name="x", egg=egg, image=image, startup=startup))


@dataclass(frozen=True, slots=True)
class Ear:
    """What is heard on the console of one game."""

    name: str

    @property
    def pack(self) -> Pack:
        return SHIPPED[self.name].for_engine()

    def heard(self, line: str) -> Heard:
        return READER.hear(line, Source.GAME, self.name)

    def events(self, line: str) -> list[str]:
        """The names of the pack's events and patterns in it, answers to questions apart."""
        return [name for name, _ in self.heard(line).occurred if not name.startswith("@")]

    def fields(self, line: str) -> dict[str, FieldValue]:
        """What the first event brings, the whole line apart."""
        (_, fields), *_ = self.heard(line).occurred
        return {name: value for name, value in fields.items() if name != "line" and value is not None}

    def is_only_chat(self, line: str) -> bool:
        """Whether it is somebody's words, and nothing that happened and no answer besides."""
        heard = self.heard(line)
        return heard.source is Source.CHAT and [name for name, _ in heard.occurred] == ["chat"]

    def is_saved(self, line: str) -> bool:
        return self._answers(line, SAVED)

    def is_probed(self, line: str) -> bool:
        return self._answers(line, PROBED)

    def told(self, line: str) -> int | None:
        """The number of players that it tells when it was asked."""
        found = [fields["n"] for name, fields in self.heard(line).occurred if name == polled("players")]
        return int(str(found[0])) if found else None

    def players(self, lines: Iterable[str]) -> int:
        """How many play after these lines, counted from a start on."""
        number = 0
        for line in lines:
            events = self.events(line)
            number = max(0, number + events.count("player.join") - events.count("player.leave"))
            number = number if (told := self.told(line)) is None else told
        return number

    def _answers(self, line: str, question: str) -> bool:
        return question in [name for name, _ in self.heard(line).occurred]
