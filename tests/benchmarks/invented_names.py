"""How many events a second are judged while strangers invent names: at 0, 1,000 and 10,000 open keys.

Run as `python -m tests.benchmarks.invented_names [STEPS]`, with the name of one of `STEPS` for that alone.
Each event is a join by a name that never came before, with a rule by player whose run waits.
"""

from __future__ import annotations

import sys
import time

from automaton.core.engine import Engine
from automaton.core.events import LinePrinted, LinkUp, ServerListed, State, StateReported
from automaton.core.moment import Moment
from tests.core.story import LIVE, LOBBY, book

OPEN = (0, 1_000, 10_000)
JOINS = 1_000
A_SECOND = 5_000
STEPS = {
    "a time": "{wait: 1h}",
    "a line": "{wait: {console: '^never'}, within: 1h}",
    "a fact": "{wait: players > 100000, within: 1h}",
    "the hand": "{countdown: 1h}",
    "a budget": "{send: 'say hi'}",
}


class Flood:
    """One server whose players are invented, each joining once."""

    def __init__(self, step: str) -> None:
        rules = (
            f"rules: [{{id: a, by: [it.player], when: {{event: player.join}}, do: [{step}, {{wait: 1h}}]}}]"
        )
        self._engine = Engine(book(rules), LIVE, Moment(0.0, 0.0))
        self._mono, self._names = 1.0, 0
        self._engine.handle(ServerListed(server=LOBBY.uuid, at=Moment(0.0, 0.0), profile=LOBBY))
        self._engine.handle(LinkUp(server=LOBBY.uuid, at=Moment(0.0, 0.0)))
        self._engine.handle(StateReported(server=LOBBY.uuid, at=Moment(0.0, 0.0), state=State.RUNNING))

    def joins(self, number: int) -> None:
        """So many players join, `A_SECOND`."""
        for _ in range(number):
            self._mono, self._names = self._mono + 1 / A_SECOND, self._names + 1
            text = f"[12:00:00] [Server thread/INFO]: Eve{self._names}[local] logged in with entity id 1"
            at = Moment(self._mono, self._mono)
            self._engine.handle(LinePrinted(server=LOBBY.uuid, at=at, text=text))

    @property
    def keys(self) -> int:
        """How many keys are open."""
        return sum(1 for _ in self._engine.rule_states())


def main(names: list[str]) -> None:
    """Prints a row for each step: joins a second at so many open keys."""
    print("while it waits for", *(f"{number:>9,} keys" for number in OPEN), sep="\t")  # noqa: T201
    for name in names or STEPS:
        flood, figures = Flood(STEPS[name]), []
        for number in OPEN:
            flood.joins(number - flood.keys)
            began = time.perf_counter()  # noqa: TID251 - benchmarks may measure
            flood.joins(JOINS)
            figures.append(JOINS / (time.perf_counter() - began))  # noqa: TID251
        print(f"{name:<18}", *(f"{figure:>14,.0f}" for figure in figures), sep="\t")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
