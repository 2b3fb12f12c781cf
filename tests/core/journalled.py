"""A turmoil whose engine writes down what changed in each turn, and what these writes add up to.

The law: at any moment the writes so far, put together, are what the engine would dump, but for what readings
and lines tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from automaton.core.decision import Decision
from automaton.core.moment import Moment
from automaton.core.parts import join, split
from automaton.core.rules.rule import Rulebook
from tests.core.story import Story
from tests.core.turmoil import Turmoil

OF_READINGS = ("lines", "last_uptime", "console_since", "hindsight", "at", "connected")
DULL = (None, "not_true", "unknown")


class Journalled(Turmoil):
    """`parts` is what all writes say, `writes` are these in their order, each made under the one of `books`.

    `differs` says where the law broke.
    """

    def __init__(self, seed: int) -> None:
        self.parts: dict[str, Any] = {}
        self.writes: list[dict[str, Any]] = []
        self.books: list[Rulebook] = []
        self.differs: list[str] = []
        self._is_beginning = False
        super().__init__(seed)

    def remembered(self, now: Moment) -> Mapping[str, Any]:
        """What was written, as after a kill: nothing is written at the end."""
        memory, damaged = join(self.parts)
        assert memory is not None
        assert not damaged
        return memory

    def restart(self, mono: float, down_for: float, rules: str | None = None) -> Story:
        """The new engine begins by writing what it took up."""
        self._is_beginning = True
        return super().restart(mono, down_for, rules)

    def _take(self, decisions: list[Decision], mono: float) -> None:
        self._write(self.engine.now)
        super()._take(decisions, mono)

    def _write(self, now: Moment) -> None:
        taken = self.engine.take_changes(now, all_parts=self._is_beginning)
        if self._is_beginning:
            taken = dict.fromkeys(self.parts) | taken
        self._is_beginning = False
        changes = json.loads(json.dumps(taken, allow_nan=False))
        self.writes.append(changes)
        self.books.append(self.engine._book)
        for name, part in changes.items():
            if part is None:
                self.parts.pop(name, None)
            else:
                self.parts[name] = part
        self.differs += [f"at {now.mono}: {one}" for one in differences(self.parts, self.engine.dump(now))]


def differences(parts: Mapping[str, Any], dumped: Mapping[str, Any]) -> Iterator[str]:
    """Where the parts say something else than the whole."""
    written, damaged = join(parts)
    whole, _ = join(split(json.loads(json.dumps(dumped))))
    assert written is not None
    assert whole is not None
    if damaged:
        yield f"{damaged} parts are damaged"
    yield from compared("", _bare(written), _bare(whole))


def _bare(memory: dict[str, Any]) -> dict[str, Any]:
    """Without what readings tell, and without states and budgets that say nothing."""
    places = {}
    for home, place in memory["places"].items():
        states = {
            (one["rule"], tuple(one["more"])): {
                **{key: value for key, value in one.items() if key not in ("home", "at")},
                "last_verdict": None if one["last_verdict"] in DULL else one["last_verdict"],
            }
            for one in place["standings"]
        }
        server = place["server"]
        places[home] = {
            "states": {key: state for key, state in states.items() if not _says_nothing(state)},
            "server": server
            and {
                **{key: value for key, value in server.items() if key not in OF_READINGS},
                "own": _own(server.get("own", {})),
            },
            "absent": place.get("absent", False),
        }
    spent = {(kind, of): moments for kind, of, moments in memory["spent"] if moments}
    general = {key: memory[key] for key in ("next_number", "next_incident", "silences", "facts")}
    return {
        **general,
        "spent": spent,
        "places": {key: one for key, one in places.items() if any(one.values())},
        "seen": {name: {**part, "at": None} for name, part in memory["seen"].items()},
    }


def _own(own: Mapping[str, Any]) -> dict[str, Any]:
    """Without when a line told the same again, and what a reading tells of the process."""
    values = {name: {**one, "told_at": None} for name, one in own.get("values", {}).items()}
    return {"boot": own.get("boot"), "values": values}


def _says_nothing(state: Mapping[str, Any]) -> bool:
    says = (
        "window",
        "incident",
        "queued",
        "cooling_until",
        "hushed_until",
        "reported_at",
        "clock_checked",
        "turns",
    )
    timers = state["hold"][0], state["hold"][1], state["quiet"][0], state["quiet"][1]
    runs = state["runs"]["starts"] or state["runs"]["tripped_at"] is not None
    return not (
        any(state[key] for key in says) or any(timers) or runs or state["going"] or state["last_verdict"]
    )


def compared(where: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from compared(f"{where}/{key}", one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for turn, (mine, its) in enumerate(zip(one, other, strict=True)):
            yield from compared(f"{where}/{turn}", mine, its)
    elif isinstance(one, float | int) and isinstance(other, float | int):
        if abs(one - other) > 1e-6 * max(1.0, abs(one)):
            yield f"{where} is {one}, not {other}"
    elif one != other:
        yield f"{where} is {one}, not {other}"
