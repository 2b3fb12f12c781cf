"""The values of facts of an operator's own and of packs: when they are told, when they are unknown, and why.

A value is told by a line, by an answer, or by a test. Law: what it was last known as outlives that it is
unknown, and automaton itself, for `changes` compares across both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any

from automaton.core.events import FieldValue
from automaton.core.facts.own import (
    ANSWERED_WITHIN,
    MISSED_TURNS,
    FromConsole,
    FromLine,
    FromQuery,
    OwnFact,
    in_short,
    value_in,
)
from automaton.core.happening import NOTHING, Happening, Seen, of_change
from automaton.core.number_form import PLAIN_NUMBERS, NumberForm
from automaton.core.pack import QueryProtocol
from automaton.core.schedule.wall_time import WallTime
from automaton.core.span import span
from automaton.core.truth import UNKNOWN, Plain, Value

SAME_PROCESS = 10.0
"""Seconds by which the start of one process may seem to move: readings come each second, and late."""

IN_SHADOW = "it is asked only where a rule that is live reads it"


class OwnValue:
    """One value. `plain` is None while it is unknown, `last` what it was last known as.

    `asked_at` is when it was last asked, `trouble` what became of that or of the last line, empty where a
    value came of it. `is_doubted`: another process may be running by now.
    """

    __slots__ = ("_missed", "asked_at", "fact", "is_doubted", "last", "plain", "told_at", "trouble", "until")

    def __init__(self, fact: OwnFact) -> None:
        self.fact = fact
        self.plain: Plain = None
        self.last: Plain = None
        self.told_at = -inf
        self.until = -inf
        self.asked_at = -inf
        self.trouble = ""
        self.is_doubted = False
        self._missed = 0  # turns without an answer, that under way included

    def read(self, mono: float) -> Value:
        """The value, and until when it stands though nobody tells it again."""
        if self.plain is None or self.is_doubted or mono >= self.until:
            return UNKNOWN
        return Value(self.plain, self.until)

    def tell(self, text: str, mono: float, form: NumberForm = PLAIN_NUMBERS, *, holds: bool = False) -> Seen:
        """Takes a text as the value. Where it is none, a line makes it unknown, and an answer is missed.

        With `holds` it stands until it is told anew.
        """
        text = in_short(text)
        plain = self.fact.read(text, form)
        if plain is None:
            self.trouble = f"what came was no {self.fact.kind.value}: `{text[:40]}`"
            return self.forget(self.trouble) if isinstance(self.fact.origin, FromLine) else Seen()
        before, was = self.last, self.plain if mono < self.until and not self.is_doubted else None
        self.plain = self.last = plain
        self.told_at, self.until = mono, inf if holds else mono + self.fact.stale
        self.trouble, self.is_doubted, self._missed = "", False, 0
        # One that grows stale changes whenever it is told: it stands for longer from now on.
        changed = frozenset({self.fact.name}) if plain != was or self.until < inf else NOTHING
        if before is None or before == plain:
            return Seen(changed)
        fields: Mapping[str, FieldValue] = {"old": field_of(before), "new": field_of(plain)}
        return Seen(changed, (Happening(of_change(self.fact.name), fields),))

    def forget(self, why: str = "") -> Seen:
        """Makes it unknown. What it was is still compared with what comes."""
        was, self.plain, self.is_doubted = self.plain, None, False
        self.trouble = why
        return Seen(frozenset({self.fact.name})) if was is not None else Seen()

    def ask(self, mono: float) -> bool:
        """Notes that it is asked now. True once the turns before were missed that make it unknown."""
        self.asked_at = mono
        self._missed += 1
        return self._missed == MISSED_TURNS + 1

    def why_unknown(self, mono: float) -> str:
        """Why it has no value at `mono`, as a sentence for people."""
        asks = not isinstance(self.fact.origin, FromLine)
        if self.is_doubted:
            return "nobody knows yet whether the process is still the one that said it"
        if self.told_at > -inf and self.plain is not None:
            since = f"last told {span(mono - self.told_at)} ago"
            return f"{since}; since then: {self.trouble}" if self.trouble else since
        if asks and self.asked_at == -inf:
            return self.trouble or f"it was not asked yet: {IN_SHADOW}"
        if self.trouble:
            return f"asked {span(mono - self.asked_at)} ago: {self.trouble}" if asks else self.trouble
        if asks:
            return f"asked {span(mono - self.asked_at)} ago, and nothing was answered"
        return "no line told it since the server started, or since it is watched"

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """What must outlive this process."""
        return {
            "kind": self.fact.kind.value,
            "last": self.last,
            "known": self.plain is not None,
            "told_at": wall_time.wall(self.told_at),
            # A console is asked anew once its server runs.
            "asked_at": wall_time.wall(self.asked_at if self.fact.is_shared else -inf),
            "holds": self.until == inf,
        }

    def load(self, data: Mapping[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned; of a value of another kind nothing."""
        self.asked_at = wall_time.mono(data.get("asked_at"), -inf)
        last = data.get("last")
        if data.get("kind") != self.fact.kind.value or not isinstance(last, bool | int | float | str):
            return
        self.last = last
        self.told_at = wall_time.mono(data.get("told_at"), -inf)
        holds = data.get("holds") and self.fact.stale == inf
        self.until = inf if holds else self.told_at + self.fact.stale
        self.plain = self.last if data.get("known") else None
        if isinstance(self.fact.origin, FromConsole | FromQuery):
            self.plain = None
        self.is_doubted = isinstance(self.fact.origin, FromLine) and self.plain is not None

    def take_over(self, other: OwnValue) -> None:
        """Goes on from the value of an earlier definition of the same name: as far as it still means it."""
        if other.fact.kind is not self.fact.kind:
            return
        self.last = other.last
        if other.fact.origin == self.fact.origin:
            self.plain, self.told_at, self.is_doubted = other.plain, other.told_at, other.is_doubted
            self.asked_at, self.trouble = other.asked_at, other.trouble
            self.until = inf if other.until == self.fact.stale == inf else other.told_at + self.fact.stale


class OwnValues:
    """Those of one server, by name; those that are shared are the same objects on all servers.

    `local` are the names of those that belong to this server alone, and so to its process.
    """

    __slots__ = ("_boot", "_by_name", "_by_pattern", "_loaded", "_since", "is_doubted", "local")

    def __init__(self) -> None:
        self._by_name: dict[str, OwnValue] = {}
        self._by_pattern: dict[str, list[OwnValue]] = {}
        self._loaded: tuple[Mapping[str, Any], WallTime] | None = None
        self._boot = 0
        self._since: float | None = None  # when the process started that told the values in doubt
        self.local: frozenset[str] = NOTHING
        self.is_doubted = False

    def __iter__(self) -> Iterator[OwnValue]:
        """In the order of the files."""
        return iter(self._by_name.values())

    def __len__(self) -> int:
        """How many it has."""
        return len(self._by_name)

    def get(self, name: str) -> OwnValue | None:
        """The value of this name; None where the server has no such fact."""
        return self._by_name.get(name)

    def read(self, name: str, mono: float, *, is_connected: bool) -> Value:
        """The value of a fact now; of what belongs to a server nothing is known while its link is down."""
        one = self._by_name.get(name)
        if one is None or (not is_connected and name in self.local):
            return UNKNOWN
        return one.read(mono)

    def adopt(self, facts: Iterable[OwnFact], shared: Mapping[str, OwnValue], boot: int = 0) -> None:
        """Sets which facts there are here. What is known of a name goes on."""
        found: dict[str, OwnValue] = {}
        for fact in facts:
            known = self._by_name.get(fact.name)
            if fact.name in shared:
                found[fact.name] = shared[fact.name]
            elif known is not None and known.fact == fact:
                found[fact.name] = known
            else:
                found[fact.name] = OwnValue(fact)
                if known is not None:
                    found[fact.name].take_over(known)
                elif self._loaded is not None and (data := self._loaded[0].get(fact.name)) is not None:
                    found[fact.name].load(data, self._loaded[1])
        self._loaded = None
        self._by_name = found
        own = [one for one in found.values() if not one.fact.is_shared]
        self.local = frozenset(one.fact.name for one in own)
        self.is_doubted = any(one.is_doubted for one in own)
        if not self.is_doubted:
            self._boot = boot
        self._by_pattern = {}
        for one in own:
            origin = one.fact.origin
            pattern = origin.pattern if isinstance(origin, FromLine) else None
            pattern = origin.read if isinstance(origin, FromConsole) else pattern
            if pattern is not None:
                self._by_pattern.setdefault(pattern.source, []).append(one)

    def hear(self, text: str, patterns: frozenset[str], mono: float, form: NumberForm) -> Seen:
        """Takes a line of the game, the patterns that it matches, and how it prints numbers."""
        seen = Seen()
        for source in sorted(patterns & self._by_pattern.keys()):
            for one in self._by_pattern[source]:
                seen = both(seen, self._hear(one, text, mono, form))
        return seen

    def _hear(self, one: OwnValue, text: str, mono: float, form: NumberForm) -> Seen:
        match one.fact.origin:
            case FromLine(pattern=pattern):
                pass
            case FromConsole(read=pattern, every=every):
                if mono > one.asked_at + min(every, ANSWERED_WITHIN):
                    return Seen()  # nobody asked: whoever printed it was not answering us
            case _:
                return Seen()
        told = value_in(pattern.find(text) or {})
        return one.tell(told, mono, form) if told is not None else Seen()

    def queried(self) -> list[OwnValue]:
        """Those that a question over the network tells."""
        return [one for one in self._by_name.values() if isinstance(one.fact.origin, FromQuery)]

    def hear_answer(
        self, answer: Mapping[str, str | None], protocol: QueryProtocol, mono: float
    ) -> Seen:  # fmt: skip
        """Takes what the game answered over the network, by the part that each text is."""
        seen = Seen()
        for one in self.queried():
            origin = one.fact.origin
            assert isinstance(origin, FromQuery)
            one.asked_at = mono
            if origin.protocol not in (None, protocol):
                one.trouble = f"its game is asked by `{protocol.value}`"
            elif (told := answer.get(origin.part)) is None:
                seen = both(seen, one.forget("its answer does not say it"))
            else:
                seen = both(seen, one.tell(told, mono))
        return seen

    def unanswered(self, why: str) -> Seen:
        """Nobody answers over the network, or nobody asks any more."""
        seen = Seen()
        for one in self.queried():
            seen = both(seen, one.forget(why))
        return seen

    def starts(self, boot: int) -> None:
        """Another process runs: nothing that the last one said holds for it."""
        self._boot = boot
        for name in self.local:
            self._by_name[name].forget()
        self.is_doubted = False

    def stops(self) -> None:
        """No process runs that could be asked."""
        for name in self.local:
            if isinstance(self._by_name[name].fact.origin, FromConsole | FromQuery):
                self._by_name[name].forget()

    def blind(self, since: float | None, boot: int) -> None:
        """Nobody watches. `since` is when the process started that may end meanwhile, None if unknown."""
        self.stops()
        for name in self.local:
            one = self._by_name[name]
            if one.plain is not None and not one.is_doubted:
                one.is_doubted = self.is_doubted = True
                self._since, self._boot = since, boot

    def runs(self, since: float, boot: int) -> bool:
        """A reading tells when the process started. True if that decides about values."""
        if not self.is_doubted and boot == self._boot:  # nearly always
            return False
        is_same = boot == self._boot and self._since is not None and abs(since - self._since) < SAME_PROCESS
        if not self.is_doubted:
            self.starts(boot)
        for one in self._by_name.values():
            if one.is_doubted:
                one.is_doubted = False
                if not is_same:
                    one.forget()
        self.is_doubted, self._boot = False, boot
        return True

    def dump(self, since: float | None, boot: int, wall_time: WallTime) -> dict[str, Any]:
        """What must outlive this process, of those that belong to this server."""
        values = {name: self._by_name[name].dump(wall_time) for name in sorted(self.local)}
        since = self._since if self.is_doubted else since
        return {"since": None if since is None else wall_time.wall(since), "boot": boot, "values": values}

    def load(self, data: Mapping[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned, once `adopt` says which facts there are."""
        values = {str(name): dict(one) for name, one in data["values"].items()}
        self._loaded = (values, wall_time)
        self._boot = int(data["boot"])
        self._since = wall_time.mono(data["since"]) if data["since"] is not None else None


def both(one: Seen, other: Seen) -> Seen:
    """What two events meant, together."""
    if not other.changed and not other.happened:
        return one
    return Seen(one.changed | other.changed, one.happened + other.happened, one.fallen)


def field_of(plain: Plain) -> FieldValue:
    """A value as a field of a match: a list as one text."""
    return ", ".join(map(str, plain)) if isinstance(plain, tuple) else plain
