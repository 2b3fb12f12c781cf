"""What the daemon finds at its start: the parts of the journal, as the engine and delivery take them.

Law: each part is held to its shape before anybody believes it, for a backup may have been written by anybody;
what does not fit is dropped by itself, and told.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from automaton.core.parts import HEAD, join
from automaton.journal.trail import OF_TRAIL
from automaton.web.memory_shape import read_part

OF_DELIVERY = "delivery/"


@dataclass(frozen=True, slots=True)
class Remembered:
    """`memory` is for the engine, None where nobody was here before. `stale` are names of the engine's parts.

    `kept` are the parts of delivery, as JSON texts. `is_old`: there is no journal yet, and the
    memory is what a version before it left, if anything. `lost` says why what the journal held is forgotten.
    """

    memory: Mapping[str, Any] | None = None
    stale: frozenset[str] = frozenset()
    kept: Mapping[str, bytes] = field(default_factory=dict)
    is_old: bool = False
    lost: str = ""

    def messages(self) -> dict[str, Any]:
        """The parts of delivery; what is no JSON is left out."""
        read = {}
        for name, body in self.kept.items():
            with suppress(ValueError):
                read[name] = msgspec.json.decode(body)
        return read


def remembered(parts: Mapping[str, bytes]) -> Remembered:
    """What these parts say."""
    read: dict[str, Any] = {}
    unfit: dict[str, str] = {}
    kept = {}
    for name, body in parts.items():
        if name.startswith(OF_DELIVERY):
            kept[name] = body
            continue
        if name.startswith(OF_TRAIL):
            continue  # this file was the copy of a cluster's trail
        part, why = read_part(name, body)
        if why:
            unfit[name] = why
        else:
            read[name] = part
    memory, damaged = join(read)
    log = structlog.get_logger()
    if unfit or damaged:
        first = next(iter(unfit.items()), ("", "parts do not fit together"))
        log.error("journal.forgotten", parts=len(unfit) + damaged, first=first[0], reason=first[1])
    if memory is None and HEAD in parts:
        log.error(
            "journal.forgotten", parts=len(read), first=HEAD, reason="without it the others say nothing"
        )
    stale = frozenset(name for name in parts if not name.startswith(OF_DELIVERY))
    return Remembered(memory, stale, kept)
