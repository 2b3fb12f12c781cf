"""The values that `first` has seen under each key: a player who comes again is no first join.

Of a value a hash is kept, and when it came last. Law: what is written at a match is one or two parts of its
key, of some hundred values each, never all of them.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from automaton.core.parts import DAMAGE, seen_name
from automaton.core.rules.rule import Rule
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.rule_state import RuleState

MOST_VALUES = 100_000  # of one key (rule-language 3, `first`); the one that came longest ago goes first
MOST_IN_ALL = 1_000_000
"""Values of all keys, some 150 MB of the 1 GiB that the unit allows: strangers choose them, and the key that
has most gives way."""

EACH = 100
"""Values of a part on the average, 3 KB in the journal: a key has as many parts as it needs."""

DIGEST = 12
"""Bytes of a hash: strangers choose the values, and no two may be made that meet."""

SeenKey = tuple[str, str, tuple[str, ...]]
"""The home of a target, the id of a rule, and the values of its `by`."""


class _Values:
    """What one key has seen, of which `of` says what it is. In each bucket what came last stands last.

    There is one bucket more for each hundred values: linear hashing, which parts one bucket at a time.
    """

    __slots__ = ("buckets", "of", "size", "width")

    def __init__(self, of: str) -> None:
        self.of = of
        self.buckets: dict[int, dict[bytes, float]] = {}
        self.width = 1
        self.size = 0

    def part(self) -> tuple[int, int]:
        """Moves half of one bucket to a new one. Which two these are."""
        old, new = self.width - _power_below(self.width), self.width
        self.width += 1
        bucket = self.buckets.get(old, {})
        moved = {digest: mono for digest, mono in bucket.items() if bucket_of(digest, self.width) == new}
        for digest in moved:
            del bucket[digest]
        if moved:
            self.buckets[new] = moved
        if not bucket:
            self.buckets.pop(old, None)
        return old, new

    def oldest(self) -> int:
        """The bucket whose first value came longest ago."""
        return min(self.buckets, key=lambda number: next(iter(self.buckets[number].values())))


class FirstSeen:
    """`let_go` counts the values that were forgotten because there were too many."""

    def __init__(self, most_values: int = MOST_VALUES, most_in_all: int = MOST_IN_ALL) -> None:
        self._most_values = most_values
        self._most_in_all = most_in_all
        self.let_go = 0
        self._known: dict[SeenKey, _Values] = {}
        self._changed: dict[tuple[SeenKey, int], None] = {}
        self._in_all = 0

    def meets(self, state: RuleState, value: object, mono: float) -> bool:
        """Remembers a value of the rule's `first`. True if this key has not seen it before."""
        key, rule = key_of(state), state.rule
        values = self._known.get(key)
        if values is None:
            values = self._known[key] = _Values(meaning_of(rule))
        digest = blake2b(str(value).encode(errors="surrogatepass"), digest_size=DIGEST).digest()
        number = bucket_of(digest, values.width)
        bucket = values.buckets.setdefault(number, {})
        at = bucket.pop(digest, None)
        bucket[digest] = mono
        self._changed[key, number] = None
        if rule.within is not None:
            self._forget_older(values, bucket, mono - rule.within)
        if at is None:
            self._count(values, 1)
            self._make_room(key, values)
            return True
        return rule.within is not None and mono - at > rule.within

    def number_of(self, state: RuleState) -> int:
        """How many values this key remembers."""
        values = self._known.get(key_of(state))
        return values.size if values is not None else 0

    def adopt(self, rules: Iterable[Rule]) -> None:
        """Forgets what rules saw that are gone, or that have another `first` or `by` by now."""
        current = {rule.id: meaning_of(rule) for rule in rules if rule.first is not None}
        for key, values in list(self._known.items()):
            if current.get(key[1]) != values.of:
                self.forget(key)

    def forget(self, key: SeenKey) -> None:
        """Forgets what one key has seen."""
        values = self._known.pop(key, None)
        if values is not None:
            self._count(values, -values.size)
            self._changed |= dict.fromkeys((key, number) for number in values.buckets)

    def forget_home(self, home: str) -> None:
        """Forgets what was seen at a server that is not listed any more."""
        for key in [key for key in self._known if key[0] == home]:
            self.forget(key)

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """All parts, by name."""
        return {
            seen_name(*key, number): _part(key, values, number, wall_time)
            for key, values in self._known.items()
            for number in values.buckets
        }

    def take_changes(self, wall_time: WallTime) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """The parts that changed since they were last taken, None for those that are gone."""
        changed = list(self._changed)
        self._changed.clear()
        for key, number in changed:
            values = self._known.get(key)
            is_there = values is not None and number in values.buckets
            yield (
                seen_name(*key, number),
                _part(key, values, number, wall_time) if values is not None and is_there else None,
            )

    def load(self, parts: Mapping[str, Any], wall_time: WallTime) -> int:
        """Restores what `dump` returned; how many parts were damaged, each of which is lost by itself."""
        damaged = 0
        told: defaultdict[tuple[SeenKey, str], list[tuple[float, bytes]]] = defaultdict(list)
        for part in parts.values():
            try:
                key, of, values = _read(part, wall_time)
            except DAMAGE:
                damaged += 1
            else:
                told[key, of] += values
        for (key, of), values in told.items():
            kept = self._known[key] = _Values(of)
            kept.width = max(1, len(values) // EACH)
            for mono, digest in sorted(values):
                kept.buckets.setdefault(bucket_of(digest, kept.width), {})[digest] = mono
            self._count(kept, sum(map(len, kept.buckets.values())))
        return damaged

    def _forget_older(self, values: _Values, bucket: dict[bytes, float], before: float) -> None:
        """Drops from one bucket what came before a `mono`: the bucket is written anyway."""
        while (oldest := next(iter(bucket))) and bucket[oldest] < before:
            del bucket[oldest]
            self._count(values, -1)

    def _make_room(self, key: SeenKey, values: _Values) -> None:
        if values.size > EACH * values.width:
            self._changed |= dict.fromkeys((key, number) for number in values.part())
        if values.size > self._most_values:
            self._drop_oldest(key, values)
        elif self._in_all > self._most_in_all:
            key = max(self._known, key=lambda one: self._known[one].size)
            self._drop_oldest(key, self._known[key])

    def _drop_oldest(self, key: SeenKey, values: _Values) -> None:
        number = values.oldest()
        bucket = values.buckets[number]
        del bucket[next(iter(bucket))]
        if not bucket:
            del values.buckets[number]
        self._changed[key, number] = None
        self._count(values, -1)
        self.let_go += 1

    def _count(self, values: _Values, by: int) -> None:
        values.size += by
        self._in_all += by


def key_of(state: RuleState) -> SeenKey:
    """The key under which a state's values are kept: it outlives the state."""
    return state.target.home, state.rule.id, state.key_of.more


def bucket_of(digest: bytes, width: int) -> int:
    """The bucket of a value where there are so many."""
    power = _power_below(width)
    number = int.from_bytes(digest[:4], "big") % (2 * power)
    return number if number < width else number - power


def _power_below(width: int) -> int:
    """The largest power of two that is not above it."""
    return 1 << (width.bit_length() - 1)


def meaning_of(rule: Rule) -> str:
    """Of what its values are: if that changes, they say nothing any more."""
    sources = (rule.first.source if rule.first is not None else "", *(one.source for one in rule.by_values))
    return " / ".join((rule.by.value, *sources))


def _part(key: SeenKey, values: _Values, number: int, wall_time: WallTime) -> dict[str, Any]:
    home, rule, more = key
    return {
        "home": home, "rule": rule, "more": list(more), "of": values.of, "at": wall_time.now.wall,
        "values": {
            b64encode(digest).decode(): wall_time.wall(mono)
            for digest, mono in values.buckets[number].items()
        },
    }  # fmt: skip


def _read(part: Mapping[str, Any], wall_time: WallTime) -> tuple[SeenKey, str, list[tuple[float, bytes]]]:
    """What a part says. Raises one of DAMAGE."""
    key = (str(part["home"]), str(part["rule"]), tuple(map(str, part["more"])))
    values = [(wall_time.mono(wall), b64decode(text, validate=True)) for text, wall in part["values"].items()]
    if not all(len(digest) == DIGEST for _, digest in values):
        raise ValueError("a hash has another length")
    return key, str(part["of"]), values
