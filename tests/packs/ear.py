"""Lines read as the product reads them: the shipped packs, and the one index.

assert ear("rust").events("Server startup complete") == ["ready"]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from automaton.core.events import FieldValue, Profile, Source
from automaton.core.facts.players import Players
from automaton.core.happening import Heard
from automaton.core.pack import PROBED, SAVED, Pack, polled
from automaton.match.line_reader import LineReader
from automaton.packs.load import Packs, read_packs

SHIPPED, PROBLEMS = read_packs([], tests=True)
PACKS = Packs(SHIPPED)
READER = LineReader([], {name: pack.console_format() for name, pack in SHIPPED.items()})
WORDS = (Source.CHAT, Source.COMMAND, Source.ADMIN)


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

    def is_only_words(self, line: str) -> bool:
        """Whether it is somebody's words, said or typed or answered, and nothing that happened besides."""
        heard = self.heard(line)
        return heard.source in WORDS and [name for name, _ in heard.occurred] == [heard.source.value]

    def is_saved(self, line: str) -> bool:
        return self._answers(line, SAVED)

    def is_probed(self, line: str) -> bool:
        return self._answers(line, PROBED)

    def told(self, line: str) -> int | None:
        """The number of players that it tells when it was asked."""
        found = [fields["n"] for name, fields in self.heard(line).occurred if name == polled("players")]
        return int(str(found[0])) if found else None

    def players(self, lines: Iterable[str]) -> int | None:
        """How many play after these lines, counted from a start on."""
        return self._watched(lines)[0].count

    def came_and_went(self, lines: Iterable[str]) -> list[str]:
        """Who came (`+Eve`) and who went (`-Eve`), each once, as rules hear it from a start on."""
        return self._watched(lines)[1]

    def _watched(self, lines: Iterable[str]) -> tuple[Players, list[str]]:
        here, story = Players(), []
        here.are_told = True
        here.nobody()
        for line in lines:
            for name, fields in self.heard(line).occurred:
                who = str(fields.get("account") or ""), str(fields.get("player") or "")
                if name == "player.join" and here.joined(*who, 0.0):
                    story.append(f"+{who[1]}")
                if name == "player.leave" and (left := here.left(*who)) is not None:
                    story.append(f"-{left}")
            if (told := self.told(line)) is not None:
                here.told(told)
        return here, story

    def _answers(self, line: str, question: str) -> bool:
        return question in [name for name, _ in self.heard(line).occurred]
