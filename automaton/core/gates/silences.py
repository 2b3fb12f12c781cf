"""Silences: times in which a person wants no actions of some rules on some servers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from automaton.core.events import SilenceBegan
from automaton.core.schedule.wall_time import WallTime

GROUPS = ("node:", "tag:")
"""How a glob begins that names servers by what they belong to."""


@dataclass(frozen=True, slots=True)
class Silence:
    """`until` is `mono`. `rules` are globs of ids, `servers` of names, short ids, uuids or keys.

    One that begins with a word of GROUPS is a glob of what a server belongs to: `node:eu-1`, `tag:prod`.
    """

    id: str
    rules: tuple[str, ...]
    servers: tuple[str, ...]
    until: float
    note: str = ""

    def covers(self, rule: str, names: Iterable[str], groups: Iterable[str] = ()) -> bool:
        """Whether it names the rule, and the target by any of its names or groups; no globs name all."""
        if not _fits(self.rules, (rule,)):
            return False
        if _fits(self.servers, names):
            return True
        # A glob as `*prod*` is of names alone: a tag must not widen what was always meant by it.
        of_groups = tuple(glob for glob in self.servers if glob.casefold().startswith(GROUPS))
        return bool(of_groups) and _fits(of_groups, groups)


@dataclass(slots=True)
class Silences:
    """The silences that are active, by id. One that has expired counts no more, though it is still here.

    `changed`: one began or ended since that was last asked.
    """

    active: dict[str, Silence] = field(default_factory=dict)
    changed: bool = False

    def begin(self, event: SilenceBegan, wall_time: WallTime) -> Silence:
        """Begins a silence; one with the same id is replaced."""
        silence = Silence(event.id, event.rules, event.servers, wall_time.mono(event.until), event.note)
        self.active[event.id] = silence
        self.changed = True
        return silence

    def end(self, id_: str) -> Silence | None:
        """Ends a silence early, and returns it; None if there is none of this id."""
        self.changed = True
        return self.active.pop(id_, None)

    def over(self, mono: float) -> list[Silence]:
        """Removes and returns those whose time is over."""
        ended = [silence for silence in self.active.values() if silence.until <= mono]
        for silence in ended:
            self.changed = True
            del self.active[silence.id]
        return ended

    def find(
        self, rule: str, names: Iterable[str], mono: float, groups: Iterable[str] = ()
    ) -> Silence | None:
        """The first that covers this rule and the target of these names and groups."""
        if not self.active:
            return None
        names, groups = tuple(names), tuple(groups)
        going = (one for one in self.active.values() if mono < one.until)
        return next((one for one in going if one.covers(rule, names, groups)), None)

    def dump(self, wall_time: WallTime) -> list[dict[str, Any]]:
        """Plain data, moments as wall."""
        return [
            {"id": one.id, "rules": list(one.rules), "servers": list(one.servers),
             "until": wall_time.wall(one.until), "note": one.note}
            for one in self.active.values()
        ]  # fmt: skip

    def load(self, data: list[dict[str, Any]], wall_time: WallTime) -> None:
        """Restores what `dump` returned."""
        for one in data:
            until = wall_time.mono(one["until"])
            self.active[one["id"]] = Silence(
                one["id"], tuple(one["rules"]), tuple(one["servers"]), until, one["note"]
            )


def _fits(globs: tuple[str, ...], texts: Iterable[str]) -> bool:
    return not globs or any(_covers(glob.casefold(), text.casefold()) for text in texts for glob in globs)


def _covers(glob: str, text: str) -> bool:
    """Matches a glob of `*` and `?`. Each part is taken where it first fits, so the time is bounded."""
    first, *parts = glob.split("*")
    if not parts:
        return len(first) == len(text) and _fits_at(first, text, 0)
    last = parts.pop()
    end = len(text) - len(last)
    if end < len(first) or not (_fits_at(first, text, 0) and _fits_at(last, text, end)):
        return False
    at = len(first)
    for part in parts:
        while at + len(part) <= end and not _fits_at(part, text, at):
            at += 1
        if at + len(part) > end:
            return False
        at += len(part)
    return True


def _fits_at(part: str, text: str, at: int) -> bool:
    return all(want in ("?", text[at + offset]) for offset, want in enumerate(part))
