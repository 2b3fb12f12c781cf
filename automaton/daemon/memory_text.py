"""A memory as the text of its file: part by part, and never more than the next start reads.

What does not fit is left out by whose fault it is: rules that keep a state for each value of a list in `by`,
which strangers choose, the largest first; then servers that are not listed any more, which a node may have
invented; then whole servers, the largest first.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LARGEST = 64 * 1024 * 1024
"""Bytes. Ten thousand servers with ten rules each take some 50 MiB; reading takes five times as much memory,
which must stay well below the 1 GiB that the unit allows."""

UNFIT = (ValueError, TypeError, KeyError, AttributeError, RecursionError)  # what JSON cannot say


@dataclass(frozen=True, slots=True)
class MemoryText:
    """`left_out` counts the states and servers that did not fit; `most_of`: whose most of them were."""

    parts: list[bytes]
    places: int
    left_out: int
    most_of: str

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(map(len, self.parts))


@dataclass(slots=True)
class _Place:
    """One target: its own data, and its rule states by rule, those with values of `by` apart."""

    rest: bytes
    own: list[bytes]
    keyed: dict[str, list[bytes]]
    is_absent: bool

    @property
    def size(self) -> int:
        states = sum(_size(states) for states in self.keyed.values())
        return len(self.rest) + _size(self.own) + states

    def parts(self) -> list[bytes]:
        states = [*self.own, *(state for states in self.keyed.values() for state in states)]
        return [self.rest[:-1], b',"standings":[', *_joined(states), b"]}"]


def encode(memory: Mapping[str, Any], most: int = LARGEST) -> MemoryText:
    """Its text, at most `most` bytes. Raises ValueError where even what belongs to no server is too much."""
    lost: Counter[str] = Counter()
    places = {}
    for home, data in memory["places"].items():
        try:
            places[home] = _place(data)
        except UNFIT:  # it is lost by itself
            lost[home] += 1
    head = {key: value for key, value in memory.items() if key != "places"}
    text = _written(head)
    room = most - len(text) - sum(len(_written(home)) + 32 for home in places) - 256
    if room < 0:
        raise ValueError(f"it has more than {most} bytes, whatever is left out")
    _shed(places, room, lost)
    if lost:
        text = _written({**head, "cut": True})
    parts = [text[:-1], b',"places":{']
    for turn, (home, place) in enumerate(places.items()):
        parts += [b"," if turn else b"", _written(home), b":", *place.parts()]
    most_of = lost.most_common(1)[0][0] if lost else ""
    return MemoryText([*parts, b"}}"], len(places), lost.total(), most_of)


def _place(data: Mapping[str, Any]) -> _Place:
    rest = _written({key: value for key, value in data.items() if key != "standings"})
    place = _Place(rest, [], {}, bool(data.get("absent")))
    for one in data["standings"]:
        states = place.keyed.setdefault(one["rule"], []) if one["more"] else place.own
        states.append(_written(one))
    return place


def _shed(places: dict[str, _Place], room: int, lost: Counter[str]) -> None:
    """Leaves out what is too much, and counts it by rule or server."""
    size = sum(place.size for place in places.values())
    if size <= room:
        return
    by_size = sorted(
        (
            (_size(states), home, rule)
            for home, place in places.items()
            for rule, states in place.keyed.items()
        ),
        reverse=True,
    )
    for _, home, rule in by_size:
        states = places[home].keyed[rule]
        gone = 0
        while gone < len(states) and size > room:  # the oldest first
            size -= len(states[gone]) + 1
            gone += 1
        del states[:gone]
        lost[rule] += gone
    for home in sorted(places, key=lambda home: (places[home].is_absent, places[home].size), reverse=True):
        if size <= room:
            return
        size -= places.pop(home).size
        lost[home] += 1


def _size(states: list[bytes]) -> int:
    return sum(len(state) + 1 for state in states)


def _joined(states: list[bytes]) -> list[bytes]:
    """With commas between them."""
    return [piece for state in states for piece in (b",", state)][1:]


def _written(value: object) -> bytes:
    """As JSON. Raises one of UNFIT for what it cannot say, a number that is none among it."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")  # half of a pair of surrogates is no text
