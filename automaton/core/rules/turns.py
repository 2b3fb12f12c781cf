"""Whose turn it is in a list of which the next is said each time. Chance that is the same in a replay."""

from __future__ import annotations

from hashlib import blake2b


def place_of(turn: int, many: int, seed: str = "") -> int:
    """The place in a list of so many at the `turn`-th time, from 0: in order, or shuffled by a seed.

    Shuffled, all come once before any comes twice, and none comes twice in a row.
    """
    round_, place = divmod(turn, many)
    if not seed:
        return place
    order = _shuffled(round_, many, seed)
    if round_ and many > 1 and order[0] == _shuffled(round_ - 1, many, seed)[-1]:
        order[0], order[1] = order[1], order[0]
    return order[place]


def _shuffled(round_: int, many: int, seed: str) -> list[int]:
    def drawn(place: int) -> bytes:
        return blake2b(f"{seed}/{round_}/{place}".encode(errors="replace"), digest_size=8).digest()

    return sorted(range(many), key=drawn)
