"""What rules look back on in the journal: what has ended is written once, and is there after any kill."""

from __future__ import annotations

from itertools import cycle
from random import Random
from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.dump import BATCHED_EVERY
from automaton.core.events import State
from automaton.core.facts.series import APART_FROM
from automaton.core.facts.steps import STEPS
from automaton.core.moment import Moment
from automaton.core.parts import PAST, SERVER, join
from tests.core.journalled import compared
from tests.core.story import LIVE, LOBBY, book
from tests.core.test_kills import Kept

SHORT = "rules: [{id: a, while: 'avg(memory_pct, 1m) > 90', for: 1s, do: [{notify: ops}]}]"
LONG = "rules: [{id: a, while: 'rate(rx, 10m) > 9KiB', for: 1s, do: [{notify: ops}]}]"
BOTH = LONG.replace("rate", "avg(memory_pct, 1m) > 90 or rate")
NEITHER = "rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]"
SHARE: dict[str, Any] = {"memory_limit": 100, "cpu_pct": 1.0, "disk": 100, "tx": 0}


class Journal(Kept):
    """One server, whose readings come every second; `parts` are what was written of it."""

    def __init__(self, rules: str = BOTH) -> None:
        super().__init__(rules)
        self.at, self.apart, self.written = 10.0, 990.0, dict[str, Any]()
        self.lists(self.moment, LOBBY, State.RUNNING)

    @property
    def moment(self) -> Moment:
        return Moment(self.at, self.at + self.apart)

    def readings(self, seconds: int, memory: int) -> None:
        for _ in range(seconds):
            self.at += 1.0
            rx = 7 * int(self.at)
            self.turn(self.moment, ev.StatsReported, memory=memory, rx=rx, uptime=self.at, **SHARE)

    def refreshed(self) -> dict[str, Any]:
        """The series as they are on disk, once all that readings told is written."""
        for _ in range(20):
            self.at += BATCHED_EVERY
            self.write(self.moment)
            if SERVER + LOBBY.uuid in self.written:
                break
        return self.looked_back_on(join(self.parts)[0])

    def reload(self, rules: str) -> None:
        self._book = book(rules)
        self.engine.adopt(self._book, LIVE, self.moment)
        self.write(self.moment)

    def dumped(self) -> dict[str, Any]:
        return self.looked_back_on(self.engine.dump(self.moment))

    def looked_back_on(self, memory: Any) -> dict[str, Any]:
        """The series without steps that are too old to count: they go at the next look."""
        return {key: {**one, "steps": self._recent(one)} for key, one in series(memory).items()}

    def _recent(self, one: dict[str, Any]) -> list[list[float]]:
        now = (self.moment.wall - one["begin"]) * STEPS / one["seconds"]
        return [step for step in one["steps"] if step[0] > now - STEPS]

    def _fold(self, changes: dict[str, Any]) -> None:
        self.written = changes
        super()._fold(changes)


def series(memory: Any) -> dict[str, Any]:
    found: dict[str, Any] = memory["places"][LOBBY.uuid]["server"]["hindsight"]["series"]
    return {key: {name: one[name] for name in ("seconds", "begin", "steps")} for key, one in found.items()}


def test_steps_that_ended_are_written_once_so_many_at_a_time() -> None:
    journal = Journal(LONG)
    past, tails = 0, []
    for _ in range(10 * STEPS):
        journal.readings(1, 50)
        past += PAST + LOBBY.uuid in journal.written
        if (part := journal.written.get(SERVER + LOBBY.uuid)) is not None:
            tails += [len(one["steps"]) for one in part["server"]["hindsight"]["series"].values()]

    assert len(tails) >= 19
    assert past == STEPS // (APART_FROM + 2)  # each is found at the next of every half minute
    assert max(tails) <= APART_FROM  # and not the sixty that it looks back on


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_what_was_written_is_what_is_known(seed: int) -> None:
    chance, journal = Random(seed), Journal()
    rules = cycle([SHORT, NEITHER, LONG, BOTH])
    for _ in range(40):
        journal.readings(chance.randrange(80), chance.randrange(100))
        match chance.randrange(8):
            case 0:
                journal.at += chance.uniform(1.0, 900.0)  # nothing comes
            case 1:
                journal.reload(next(rules))
            case 2:
                journal.kill(journal.moment)
                journal.lists(journal.moment, LOBBY, State.RUNNING)
            case 3:
                if chance.random() < 0.5:  # the file was taken away
                    journal.parts.clear()
                journal.write(journal.moment, all_parts=True)
            case 4:
                journal.turn(journal.moment, ev.ServerGone, reason="deleted")
                assert PAST + LOBBY.uuid not in journal.parts
                journal.lists(journal.moment, LOBBY, State.RUNNING)
            case 5:
                journal.apart += chance.uniform(-3600.0, 3600.0)  # somebody sets the clock
            case _:
                pass

        assert list(compared("", journal.refreshed(), journal.dumped())) == []


def test_a_journal_that_begins_anew_has_all_of_it() -> None:
    journal = Journal(LONG)
    journal.readings(300, 50)
    assert PAST + LOBBY.uuid in journal.parts
    journal.parts.clear()
    journal.write(journal.moment, all_parts=True)
    begun = series(join(journal.parts)[0])

    assert len(begun["(rx, 10m)"]["steps"]) == 30 + 1
    assert journal.looked_back_on(join(journal.parts)[0]) == journal.dumped()
    journal.readings(5, 50)
    assert list(compared("", journal.refreshed(), journal.dumped())) == []


def test_without_the_part_that_has_the_past_only_the_rest_is_known() -> None:
    journal = Journal()
    journal.readings(300, 50)
    rest = {name: part for name, part in journal.parts.items() if not name.startswith(PAST)}
    memory, damaged = join(rest)

    assert not damaged
    assert 0 < len(series(memory)["(rx, 10m)"]["steps"]) <= APART_FROM


def test_the_past_of_another_time_is_left_out() -> None:
    journal = Journal()
    journal.readings(300, 50)
    of_then = journal.parts[PAST + LOBBY.uuid]
    journal.readings(300, 50)
    memory, damaged = join({**journal.parts, PAST + LOBBY.uuid: of_then})

    assert not damaged
    assert 0 < len(series(memory)["(rx, 10m)"]["steps"]) <= APART_FROM


def test_a_past_without_its_server_is_nothing() -> None:
    journal = Journal()
    journal.readings(300, 50)
    alone = {name: part for name, part in journal.parts.items() if not name.startswith(SERVER)}
    memory, damaged = join(alone)

    assert not damaged
    assert memory is not None
    assert LOBBY.uuid not in memory["places"]
