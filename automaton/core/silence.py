"""Silences: stretches in which a person wants no actions of some rules on some servers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from automaton.core.events import SilenceBegan
from automaton.core.lasting import Lasting


@dataclass(frozen=True, slots=True)
class Silence:
    """`until` is `mono`. `rules` are globs of ids, `servers` of names, short ids, uuids or keys."""

    id: str
    rules: tuple[str, ...]
    servers: tuple[str, ...]
    until: float
    note: str = ""

    def covers(self, rule: str, names: Iterable[str]) -> bool:
        return _fits(self.rules, (rule,)) and _fits(self.servers, names)


@dataclass(slots=True)
class Silences:
    """Those that are going, by id."""

    going: dict[str, Silence] = field(default_factory=dict)

    def begin(self, event: SilenceBegan, lasting: Lasting) -> Silence:
        """A silence with the same id is replaced."""
        silence = Silence(event.id, event.rules, event.servers, lasting.mono(event.until), event.note)
        self.going[event.id] = silence
        return silence

    def over(self, mono: float) -> list[Silence]:
        """Takes out those whose time is over."""
        ended = [silence for silence in self.going.values() if silence.until <= mono]
        for silence in ended:
            del self.going[silence.id]
        return ended

    def find(self, rule: str, names: Iterable[str], mono: float) -> Silence | None:
        """One that covers this rule and what these names name."""
        if not self.going:
            return None
        names = tuple(names)
        return next(
            (one for one in self.going.values() if mono < one.until and one.covers(rule, names)), None
        )

    def dump(self, lasting: Lasting) -> list[dict[str, Any]]:
        return [
            {"id": one.id, "rules": list(one.rules), "servers": list(one.servers),
             "until": lasting.wall(one.until), "note": one.note}
            for one in self.going.values()
        ]  # fmt: skip

    def load(self, data: list[dict[str, Any]], lasting: Lasting) -> None:
        for one in data:
            until = lasting.mono(one["until"])
            self.going[one["id"]] = Silence(
                one["id"], tuple(one["rules"]), tuple(one["servers"]), until, one["note"]
            )


def _fits(globs: tuple[str, ...], texts: Iterable[str]) -> bool:
    return not globs or any(_glob(glob).fullmatch(text) for text in texts for glob in globs)


@lru_cache(maxsize=1000)
def _glob(glob: str) -> re.Pattern[str]:
    """`*` and `?` are special, case does not matter. Linear: each `*` is possessive up to what follows."""
    parts = ["".join("." if char == "?" else re.escape(char) for char in part) for part in glob.split("*")]
    return re.compile(".*".join(parts), re.IGNORECASE | re.DOTALL)
