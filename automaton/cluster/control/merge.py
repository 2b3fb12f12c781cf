"""What several shards answer, made one answer: the shape of each, and a function of all of them. Pure.

Law: what was sorted, cut or counted by one daemon alone is sorted, cut and counted the same way of many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from automaton.cluster.control.shards import KnownServer
from automaton.web.missing import MissingShard

T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What the parts are not all of. `servers` are listed ones whose shard is missing."""

    shards: Sequence[MissingShard] = ()
    servers: Sequence[KnownServer] = ()


@dataclass(frozen=True, slots=True)
class Merge(Generic[T]):
    """`merged` is given the parts in the order of the shards, and what lacks.

    `rows` names the field that may be long: it is written in portions. `is_of_none`: of no parts at all,
    where no such shard is, an answer can be made too.
    """

    shape: type[T]
    merged: Callable[[Sequence[T], Lacking], T]
    rows: str = ""
    is_of_none: bool = True

    def read(self, body: bytes) -> T:
        """One part. Raises msgspec.MsgspecError for what another version answers."""
        return msgspec.json.decode(body, type=self.shape)
