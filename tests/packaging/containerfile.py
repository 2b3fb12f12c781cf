"""The Containerfile, read: its stages, and what each says. What its tests need, and no more."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "Containerfile"


@dataclass(frozen=True, slots=True)
class Stage:
    """`said` are its instructions in order, each a word and what stands behind it on one line."""

    base: str
    said: tuple[tuple[str, str], ...]

    def all(self, word: str) -> list[str]:
        """What stands behind this word, each time."""
        return [text for one, text in self.said if one == word]

    def one(self, word: str) -> str:
        """What stands behind a word that stands there once."""
        (text,) = self.all(word)
        return text

    @property
    def environment(self) -> dict[str, str]:
        """What `ENV` sets."""
        return dict(pair.split("=", 1) for text in self.all("ENV") for pair in text.split())

    @property
    def health(self) -> str:
        """The command of the health check, for a shell."""
        return self.one("HEALTHCHECK").partition(" CMD ")[2]

    @property
    def command(self) -> list[str]:
        """What is run."""
        return [word for name in ("ENTRYPOINT", "CMD") for word in json.loads(self.one(name))]


def stages() -> list[Stage]:
    """From the first to the one that is kept."""
    text = re.sub(r"(?m)^ *#.*\n", "", FILE.read_text(encoding="utf-8"))
    lines = [
        re.sub(r" +", " ", line).strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()
    ]
    said = [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]
    default = dict(text.split("=", 1) for word, text in said if word == "ARG")
    found: list[Stage] = []
    for word, rest in said:
        if word == "FROM":
            base = re.sub(r"\$\{(\w+)\}", lambda found: default[found[1]], rest.split()[0])
            found.append(Stage(base, ()))
        elif found:
            found[-1] = Stage(found[-1].base, (*found[-1].said, (word, rest)))
    return found
