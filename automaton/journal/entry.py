"""What the journal is made of: entries, the parts that they change, and their rows of the audit trail.

Everything durable is a set of parts: a name and a JSON text. The state is what the last change of each name
said. An entry is one atomic step, so every prefix of the entries is a state; `fold` says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Changes: TypeAlias = Mapping[str, bytes | None]
"""The name of a part to its JSON text; None where the part is gone."""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One line of the audit trail; "" stands wherever there is none.

    `at` is the wall's time. `kind` is `decision`, `call` (asked), `outcome`, `message` or `operator`.
    `server` is the uuid, `verdict` the code of a verdict or the result of an outcome, `detail` a sentence,
    `body` a JSON text: calls, fields, texts, names of people.
    """

    at: float
    kind: str
    rule: str = ""
    key: str = ""
    server: str = ""
    verdict: str = ""
    detail: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the sequence. Its kind is for whoever looks into a journal, and decides nothing.

    An engine's is `start`, `turn`, `readings`, `delivery`, `told` (a row that no message brings), `end` or
    `recovery`; a channel's `taken`, `delivery`, `told` or `recovery`; that of a member's copy of the trail
    `trail`.
    """

    at: float
    kind: str
    changes: Changes
    trail: tuple[TrailRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state after the entry at `position`; 0 before the first."""

    position: int
    parts: Mapping[str, bytes]


def fold(entries: Iterable[Entry], parts: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """The parts after these entries, one by one, from `parts` on."""
    state = dict(parts or {})
    for entry in entries:
        for name, body in entry.changes.items():
            if body is None:
                state.pop(name, None)
            else:
                state[name] = body
    return state
