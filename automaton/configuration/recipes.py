"""Finds the recipes that ship with the package, alike in a checkout, an editable install and a wheel.

In a checkout `automaton/recipes` is a link to `rules/`; in a wheel it is a folder. The first comment of a
recipe says what it is for, and in lines of their own what it needs:

    # Games: any but minecraft
    # Tags: nightly
    # Facts: memory_pct
    # Needs: http builds, hook deploy
    # Allow: power [restart, kill], the game's save and say
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

ANY, ANY_BUT = "any", "any but "
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A rule file that ships. `games` are packs, as the file writes them; `allow` is what it has to do.

    `tags` are those that its servers must be given, in `tags` of automaton.yml; `needs` what else that must
    define, as `hook deploy`.
    """

    name: str
    text: str
    purpose: str = ""
    games: str = ANY
    tags: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    allow: str = NOTHING
    needs: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Its name in a folder of rules."""
        return f"{self.name}.yml"

    @property
    def summary(self) -> str:
        """The first sentence of what it is for."""
        first, stop, _ = self.purpose.partition(". ")
        return first + stop.strip()

    @property
    def stands_alone(self) -> bool:
        """Whether it acts with nothing in automaton.yml but channels and limits."""
        return not (self.tags or self.needs)

    def fits(self, packs: Collection[str]) -> bool:
        """Whether one of these servers, by its pack, is of its games. What is for any fits where none is."""
        if self.games.startswith(ANY_BUT):
            others = _names(self.games.removeprefix(ANY_BUT))
            return not packs or any(pack not in others for pack in packs)
        return self.games == ANY or any(game in packs for game in _names(self.games))


def recipes() -> list[Traversable]:
    """The rule files, in lexical order of their names."""
    folder = files("automaton") / "recipes"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".yml")), key=lambda one: one.name)


def all_recipes() -> list[Recipe]:
    """The same, with what their first comments say."""
    return [read_recipe(one.name.removesuffix(".yml"), one.read_text(encoding="utf-8")) for one in recipes()]


def read_recipe(name: str, text: str) -> Recipe:
    """What the first comment of a file says; without a word on it, it is for any game, and needs nothing."""
    told = {"Games": ANY, "Tags": "", "Facts": "", "Needs": "", "Allow": NOTHING}
    purpose = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        comment = line.removeprefix("#").strip()
        word, colon, rest = comment.partition(": ")
        if colon and word in told:
            told[word] = rest
        else:
            purpose.append(comment)
    tags, facts, needs = (tuple(_names(told[word])) for word in ("Tags", "Facts", "Needs"))
    return Recipe(name, text, " ".join(purpose), told["Games"], tags, facts, told["Allow"], needs)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
