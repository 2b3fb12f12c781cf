"""Who stands highest for a shard, by hashing member and shard together, weighted by cores.

Every member computes the same order alone, and one that goes away changes nothing between the others.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from functools import lru_cache

from automaton.cluster.shard import Shard

_REMEMBERED = 65_536  # pairs of member and shard whose hash is kept: 10,000 shards and six members
_SPAN = 2.0**53


def score(member: str, cores: int, shard: Shard) -> float:
    """Greater is better. Of many shards each member is best at a part as large as its part of the cores."""
    return cores * _stretched(member, shard)


def ranked(cores: dict[str, int], among: Iterable[str], shard: Shard) -> list[str]:
    """These members, the best first. Names part those that are equal."""
    return sorted(among, key=lambda name: (-score(name, cores[name], shard), name))


@lru_cache(maxsize=_REMEMBERED)
def _stretched(member: str, shard: Shard) -> float:
    """-1/ln(u) with u evenly spread in (0, 1): of such, times weights, the greatest is fair by weight."""
    text = f"{len(member)}:{member}:{shard.text}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) >> 11
    return -1.0 / math.log((number + 0.5) / _SPAN)
