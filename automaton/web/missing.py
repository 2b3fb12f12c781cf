"""What an answer lacks: shards of the cluster that did not answer in time, each with why.

Of a daemon that runs alone nothing is ever missing, and its answers carry none of this.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

MISSING = "Automaton-Missing"
"""The header in which a list says what is not in it: JSON in ASCII, at most MOST_NAMED shards."""

MOST_NAMED = 20
"""Shards that the header names; the others are counted. Clients refuse heads of more than some kilobytes."""

LONGEST_WHY = 200
"""Characters of a reason in the header, for the same reason."""


class MissingShard(msgspec.Struct, frozen=True):
    """A shard, as `node:eu-1`, and why it is not in the answer; where it is empty `why` says all."""

    shard: str
    why: str


class Missing(msgspec.Struct, frozen=True):
    """What the header holds: the first of them, and how many more there are."""

    shards: list[MissingShard]
    others: int = 0


def header_of(missing: Sequence[MissingShard]) -> dict[str, str]:
    """The header that names these; none where nothing is missing."""
    if not missing:
        return {}
    named = [MissingShard(one.shard, one.why[:LONGEST_WHY]) for one in missing[:MOST_NAMED]]
    written = msgspec.json.encode(Missing(named, len(missing) - len(named))).decode()
    return {MISSING: "".join(letter if " " <= letter <= "~" else _escaped(letter) for letter in written)}


def sentences_of(header: str | None) -> list[str]:
    """What the header says, a sentence a shard; none where there is no such header."""
    if not header:
        return []
    try:
        missing = msgspec.json.decode(header, type=Missing)
    except msgspec.MsgspecError:
        return ["something is missing from this answer, and this version cannot read what"]
    told = [
        f"nothing was heard of {one.shard}: {one.why}" if one.shard else one.why for one in missing.shards
    ]
    return [*told, f"nor of {missing.others} more shards"] if missing.others else told


def _escaped(letter: str) -> str:
    """As JSON writes it in ASCII: what is above the 16 bits as a pair."""
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
