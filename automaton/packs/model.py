"""How a pack is written: game knowledge as data. A pack has what its game can do, no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from automaton.core.events import Profile
from automaton.core.pack import Pack
from automaton.match.hearing import Voice
from automaton.schema.base import Glob, OneOrMany, Pattern, Slug, Strict, TemplateText, Text


class Fits(Strict):
    """By what a server is known: any of these, and none of `not`."""

    egg: OneOrMany[Glob] = ()
    image: OneOrMany[Glob] = ()
    startup: OneOrMany[Glob] = ()
    not_: Fits | None = Field(default=None, alias="not")

    def fits(self, profile: Profile) -> bool:
        if self.not_ is not None and self.not_.fits(profile):
            return False
        texts = ((self.egg, profile.egg), (self.image, profile.image), (self.startup, profile.startup))
        return any(glob.covers(text) for globs, text in texts for glob in globs)


class Broadcast(Strict):
    """A command with `${text}` where the text goes."""

    send: TemplateText


class PackFile(Strict):
    """One file of packs/ or packs.d."""

    later: ClassVar[Mapping[str, str]] = dict.fromkeys(("patterns", "save", "probe", "facts"), "")

    pack: Slug
    match: Fits | None = None
    prefix: Pattern | None = None
    chat: OneOrMany[Pattern] = ()
    events: Mapping[Text, Pattern] = {}
    say: Broadcast | None = None
    stop: OneOrMany[Text] = ("stop", "quit", "end", "exit")
    safe: Literal["minecraft", "source", "factorio", "unknown"] = "unknown"

    def fits(self, profile: Profile) -> bool:
        """Whether a server's egg, image or start-up line tells that this is its game."""
        return self.match is not None and self.match.fits(profile)

    def voice(self) -> Voice:
        """What the reading of lines needs of it."""
        return Voice(
            prefix=self.prefix.source if self.prefix else None,
            chat=tuple(pattern.source for pattern in self.chat),
            events={name: pattern.source for name, pattern in self.events.items()},
        )

    def for_engine(self) -> Pack:
        """What the engine needs of it."""
        groups = self.prefix.groups if self.prefix else frozenset[str]()
        return Pack(
            name=self.pack,
            say=self.say.send if self.say else None,
            stop=frozenset(" ".join(word.lower().split()) for word in self.stop),
            safe=self.safe,
            events={name: pattern.groups | groups | {"line"} for name, pattern in self.events.items()},
        )


Fits.model_rebuild()
