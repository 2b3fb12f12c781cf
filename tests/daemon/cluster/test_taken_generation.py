"""Which configuration this member has, and whether others have a later one."""

from __future__ import annotations

import anyio
import pytest
from structlog.testing import capture_logs

from automaton.cluster.generation import Generation, Generations
from automaton.daemon.cluster.taken_generation import TakenGeneration
from automaton.errors import TryLater


class Shared:
    """Generations that all see; it takes nothing for as many tries as it is told."""

    def __init__(self) -> None:
        self.generations = Generations()
        self.refuses = 0

    async def read(self) -> None:
        return None

    async def start(
        self, fingerprint: str, member: str, wall: float, *, reloaded: bool, before: Generation | None
    ) -> Generation:
        if self.refuses:
            self.refuses -= 1
            raise TryLater("no majority")
        self.generations = self.generations if before is None else self.generations.restored(before)
        judged = self.generations.reloaded if reloaded else self.generations.started
        mine, self.generations = judged(fingerprint, member, wall)
        return mine


class Member:
    def __init__(self, name: str, shared: Shared, in_force: str = "x") -> None:
        self.in_force = in_force
        self.generation = TakenGeneration(shared, name, lambda: self.in_force, lambda: 5.0)
        anyio.run(self.generation.join)

    def look(self) -> None:
        anyio.run(self.generation.look)

    def reload(self, in_force: str) -> None:
        self.in_force = in_force
        self.generation.reloaded()


@pytest.fixture
def shared() -> Shared:
    return Shared()


def test_members_with_the_same_configuration_have_the_same_number(shared: Shared) -> None:
    assert Member("a", shared).generation.number == Member("b", shared).generation.number == 1


def test_a_reload_is_published_once_and_the_others_are_told_that_they_are_behind(shared: Shared) -> None:
    a, b = Member("a", shared), Member("b", shared)
    a.reload("y")
    with capture_logs() as logs:
        for _ in range(3):
            a.look()
            b.look()

    assert (a.generation.number, b.generation.number) == (2, 1)
    assert [(line["event"], line["number"]) for line in logs] == [
        ("generation.published", 2),
        ("generation.behind", 1),
    ]
    b.reload("y")
    b.look()
    assert b.generation.number == 2


def test_what_nats_does_not_take_now_is_published_later(shared: Shared) -> None:
    member = Member("a", shared)
    member.reload("y")
    shared.refuses = 2
    with capture_logs() as logs:
        for _ in range(3):
            member.look()

    assert member.generation.number == 2
    assert [line["event"] for line in logs] == ["generation.waits", "generation.published"]


def test_a_member_that_starts_with_what_was_before_is_told_at_once(shared: Shared) -> None:
    Member("a", shared).reload("y")
    later = Member("b", shared, "y")
    assert later.generation.number == 2
    old = Member("c", shared, "x")
    with capture_logs() as logs:
        old.look()

    assert old.generation.number == 1
    assert [line["event"] for line in logs] == ["generation.behind"]


def test_where_nats_lost_all_numbers_a_reload_is_later_than_what_the_others_have(shared: Shared) -> None:
    a, b = Member("a", shared), Member("b", shared)
    for rules in ("y", "z"):
        for one in (a, b):
            one.reload(rules)
            one.look()
    shared.generations = Generations()
    a.reload("new")
    with capture_logs() as logs:
        a.look()
        b.look()

    assert (a.generation.number, b.generation.number) == (4, 3)
    assert [line["event"] for line in logs] == ["generation.published", "generation.behind"]


def test_where_nats_lost_all_numbers_members_say_theirs_again(shared: Shared) -> None:
    a, b = Member("a", shared), Member("b", shared)
    a.reload("y")
    a.look()
    shared.generations = Generations()
    with capture_logs() as logs:
        for _ in range(2):
            b.look()
            a.look()

    assert (a.generation.number, b.generation.number) == (2, 1)
    assert shared.generations.latest is not None
    assert shared.generations.latest.number == 2
    assert [line["event"] for line in logs] == ["generation.behind"]


def test_who_joined_before_the_others_said_theirs_again_has_their_number(shared: Shared) -> None:
    a = Member("a", shared)
    for rules in ("y", "z"):
        a.reload(rules)
        a.look()
    shared.generations = Generations()
    joined = Member("c", shared, "z")
    with capture_logs() as logs:
        a.look()
        joined.look()

    assert (a.generation.number, joined.generation.number) == (3, 3)
    assert logs == []
