"""Who lives, told in seconds."""

from __future__ import annotations

import pytest

from automaton.cluster.members import APPENDS_WORK_FOR, MOST_MEMBERS, Members, appends_work
from tests.cluster.beats import beat


class World:
    """One member's view, second by second: `a` looks, and the others speak when told to."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.members = Members("a", "a-boot", self.now)
        self.acknowledged: float | None = self.now
        self._numbers: dict[str, int] = {}

    def pass_time(
        self, seconds: int, *speaking: str, engine: bool = True, boots: dict[str, str] | None = None
    ) -> None:
        for _ in range(seconds):
            self.now += 1.0
            if engine:
                self.acknowledged = self.now
            self.members.tick(self.now, self.acknowledged)
            for name in ("a", *speaking):
                self.say(name, boot=(boots or {}).get(name, ""), works=engine)

    def say(self, name: str, *, boot: str = "", works: bool = True, wall: float = 0.0) -> None:
        boot = boot or f"{name}-boot"
        self._numbers[boot] = self._numbers.get(boot, 0) + 1
        self.members.hear(beat(name, self._numbers[boot], boot=boot, appends_work=works, wall=wall), self.now)

    def living(self) -> list[str]:
        return [member.name for member in self.members.living()]

    def steady(self, name: str) -> float:
        return next(member.steady for member in self.members.living() if member.name == name)


@pytest.fixture
def world() -> World:
    return World()


def test_a_member_is_dead_after_ten_seconds_of_silence(world: World) -> None:
    world.pass_time(5, "b")
    world.pass_time(10)
    assert world.living() == ["a", "b"]

    world.pass_time(1)

    assert world.living() == ["a"]
    assert world.members.dead() == {"b": 11.0}


def test_heartbeats_are_the_last_ones_of_those_that_live(world: World) -> None:
    world.pass_time(5, "b")
    world.pass_time(11)

    assert [(one.member, one.number) for one in world.members.heartbeats()] == [("a", 16)]


def test_an_election_of_the_engine_buries_nobody(world: World) -> None:
    """Nine seconds in which nothing comes through, and three until the next idle write."""
    world.pass_time(5, "b")
    world.pass_time(12, engine=False)

    assert world.living() == ["a", "b"]


def test_who_is_cut_off_for_long_buries_nobody(world: World) -> None:
    world.pass_time(40, "b")
    world.pass_time(600, engine=False)
    assert world.living() == ["a", "b"]

    world.pass_time(1, "b")

    assert world.steady("b") >= 40


def test_who_was_stopped_for_long_buries_nobody_and_is_a_newcomer_to_itself(world: World) -> None:
    world.pass_time(40, "b")
    world.now += 300
    world.pass_time(1)

    assert world.living() == ["a", "b"]
    assert world.steady("a") <= 2
    assert world.steady("b") >= 38


def test_who_does_not_hear_itself_buries_nobody_and_is_not_able() -> None:
    members = Members("a", "a-boot", 0.0)
    for second in range(1, 60):
        members.tick(float(second), float(second))
        if second < 20:
            members.hear(beat("a", second), 0.0)
            members.hear(beat("b", second), 0.0)

    assert [(member.name, member.is_able) for member in members.living()] == [("a", False), ("b", True)]


def test_a_newcomer_is_established_after_thirty_seconds_of_which_none_was_lost(world: World) -> None:
    world.pass_time(20, "b")
    world.pass_time(6)
    world.pass_time(29, "b")
    assert [member.is_established for member in world.members.living()] == [True, False]

    world.pass_time(2, "b")

    assert [member.is_established for member in world.members.living()] == [True, True]


def test_some_lost_heartbeats_cost_an_established_member_nothing(world: World) -> None:
    world.pass_time(40, "b")
    world.pass_time(9)
    world.pass_time(1, "b")

    assert world.steady("b") >= 40


def test_a_member_that_comes_back_from_the_dead_is_a_newcomer(world: World) -> None:
    world.pass_time(40, "b")
    world.pass_time(11)
    world.pass_time(3, "b")

    assert world.steady("b") == 2


def test_a_member_that_was_started_anew_is_a_newcomer_within_seconds(world: World) -> None:
    world.pass_time(40, "b")
    world.pass_time(4, "b", boots={"b": "b-next"})

    assert [member.heartbeat.boot for member in world.members.living()] == ["a-boot", "b-next"]
    assert world.steady("b") <= 1
    assert world.members.twins() == []


def test_of_two_processes_under_one_name_the_first_is_believed_and_both_are_told(world: World) -> None:
    world.pass_time(10, "b")
    for _ in range(6):
        world.pass_time(1, "b")
        world.say("b", boot="b-twin")

    assert [member.heartbeat.boot for member in world.members.living()] == ["a-boot", "b-boot"]
    assert world.members.twins() == ["b"]


def test_whoever_is_the_second_under_a_name_takes_nothing(world: World) -> None:
    for number in range(6):
        world.pass_time(1)
        world.members.hear(beat("a", number, boot="first", started_ago=1000.0), world.now)

    [me] = world.members.living()
    assert (me.heartbeat.boot, me.is_able, world.members.twins()) == ("a-boot", False, ["a"])


def test_what_the_life_before_said_last_is_not_taken_for_this_one(world: World) -> None:
    world.members.hear(beat("a", 900, boot="before"), world.now)
    world.pass_time(3)

    assert [member.heartbeat.boot for member in world.members.living()] == ["a-boot"]


def test_another_process_under_our_own_name_is_told_until_it_is_silent(world: World) -> None:
    for _ in range(6):
        world.pass_time(1)
        world.say("a", boot="a-twin")
    assert world.members.twins() == ["a"]

    world.pass_time(11)

    assert world.members.twins() == []


def test_late_and_doubled_heartbeats_change_nothing(world: World) -> None:
    world.pass_time(5, "b")
    for number in (5, 2):
        world.members.hear(beat("b", number, generation=99), world.now)

    assert [member.heartbeat.generation for member in world.members.living()] == [1, 1]


def test_a_late_heartbeat_of_the_life_before_is_no_new_life(world: World) -> None:
    world.pass_time(5, "b")
    world.pass_time(5, "b", boots={"b": "b-next"})
    world.say("b", boot="b-boot")
    world.pass_time(5, "b", boots={"b": "b-next"})

    assert [member.heartbeat.boot for member in world.members.living()] == ["a-boot", "b-next"]
    assert world.members.twins() == []


def test_a_member_whose_writes_do_not_land_lives_but_is_not_able(world: World) -> None:
    world.pass_time(5, "b")
    for _ in range(12):
        world.pass_time(1)
        world.say("b", works=False)

    assert [(member.name, member.is_able) for member in world.members.living()] == [("a", True), ("b", False)]


def test_skew_is_the_middle_of_the_last_heartbeats(world: World) -> None:
    for late in (0.0, 0.0, 30.0, 0.0, 0.0):
        world.now += 1
        world.say("b", wall=world.now + 2.0 - late)

    assert [member.skew for member in world.members.living()] == [2.0]


def test_names_beyond_the_most_are_counted_and_the_forgotten_make_room(world: World) -> None:
    for number in range(MOST_MEMBERS + 3):
        world.say(f"m{number}")
    assert world.members.refused == 3

    world.pass_time(3700)
    world.say("late")

    assert world.living() == ["a", "late"]
    assert world.members.dead() == {}


def test_appends_work_for_as_long_as_a_lease() -> None:
    assert not appends_work(None, 5.0)
    assert appends_work(5.0, 5.0 + APPENDS_WORK_FOR)
    assert not appends_work(5.0, 5.1 + APPENDS_WORK_FOR)
