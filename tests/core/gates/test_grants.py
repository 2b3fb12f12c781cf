"""What the nodes' engines and that of the fleet agree on, whatever the mail does and whoever dies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.gates.grants import MOST_ASKED, TOLD_AGAIN, TOLD_ANEW
from automaton.core.grant_events import GrantLine, GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from tests.core.gates.sharing import LIMITS, Job, Sharing
from tests.long import seeds

NODE = st.integers(0, 2)
WHICH = st.integers(0, 20)
STEP = st.one_of(
    st.tuples(st.just("want"), NODE, st.booleans()),
    st.tuples(st.just("end"), NODE, st.booleans()),
    st.tuples(st.just("drop"), NODE, st.booleans()),
    st.tuples(st.just("pass"), st.sampled_from([1, 3, 6, 31, 61]), st.booleans()),
    st.tuples(st.just("deliver"), WHICH, st.booleans()),
    st.tuples(st.just("deliver"), WHICH, st.booleans()),
    st.tuples(st.just("deliver"), WHICH, st.booleans()),
    st.tuples(st.just("lose"), WHICH, st.booleans()),
    st.tuples(st.just("list"), NODE, st.booleans()),
    st.tuples(st.just("crash"), st.integers(0, 3), st.booleans()),
)


def take(sharing: Sharing, what: str, which: int, flag: bool) -> None:
    side = sharing.nodes[which % 3]
    going = [job for job in side.jobs if job.has_slot and side.is_listed]
    waiting = [job for job in side.jobs if job.is_held]
    match what:
        case "want":
            sharing.want(which, is_power=flag)
        case "end" if going:
            side.end(going[0], sharing.now(side), in_vain=flag)
            sharing.turn(side)
        case "drop" if waiting:
            waiting[0].is_wanted = False
            if flag:
                side.grants.let_go(waiting[0], sharing.now(side))
        case "pass":
            sharing.let_pass(which)
        case "deliver":
            sharing.deliver(which, again=flag)
        case "lose" if sharing.mail:
            sharing.mail.pop(which % len(sharing.mail))
        case "list":
            side.is_listed = True
            sharing.turn(side)
        case "crash":
            victim = sharing.fleet if which == 3 else side
            sharing.turn(victim, dies=flag, dies_after=not flag)


WEIGHTS = {"want": 12, "deliver": 45, "lose": 6, "end": 12, "drop": 3, "pass": 16, "list": 4, "crash": 2}


def at_random(seed: int, steps: int) -> Iterator[tuple[str, int, bool]]:
    """A long turmoil: much is wanted, most mail arrives some time, somebody dies now and then."""
    chance = Random(seed)
    for what in chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=steps):
        which, flag = chance.randrange(100), chance.random() < 0.3
        match what:
            case "pass":
                which = chance.choice((1, 1, 1, 2, 5, 20))
            case "crash":
                which = chance.randrange(4)
            case "want":
                flag = chance.random() < 0.6
        yield what, which % 3 if what in ("want", "end", "drop", "list") else which, flag


def kept(steps: Iterable[tuple[str, int, bool]]) -> Sharing:
    """Goes through these steps, then through a calm, and holds them to the law."""
    sharing = Sharing()
    for what, which, flag in steps:
        take(sharing, what, which, flag)
        assert sharing.going <= (LIMITS.parallel or 0)
    sharing.calm_down(1200.0)

    assert [job for job in sharing.jobs if job.is_held] == []
    assert sharing.fleet.granting.places == 0
    assert sharing.fleet.granting.waiting == 0
    assert sharing.most_within("power", 60.0) <= 3
    assert sharing.most_within("send", 30.0) <= 2
    assert sharing.fleet.told == []
    return sharing


@given(st.lists(STEP, max_size=60))
def test_never_more_goes_out_than_the_fleet_allows_and_in_the_end_all_that_is_wanted(
    steps: list[tuple[str, int, bool]],
) -> None:
    kept(steps)


@pytest.mark.parametrize("seed", seeds(0, 20, 300))
def test_a_long_turmoil_breaks_none_of_it(seed: int) -> None:
    sharing = kept(at_random(seed, 600))

    assert sum(job.is_sent for job in sharing.jobs) > 30


class Alone:
    """One node's side, with the fleet's words made by hand."""

    def __init__(self) -> None:
        self.sharing = Sharing(1)
        (self.node,) = self.sharing.nodes

    def told(self) -> list[GrantLine]:
        """What it told last."""
        mail = [one.event for one in self.sharing.mail if isinstance(one.event, GrantsTold)]
        return list(mail[-1].lines) if mail else []

    def turns(self) -> list[int]:
        return [one.event.turn for one in self.sharing.mail if isinstance(one.event, GrantsTold)]

    def hears(self, turn: int, *given: int, asks: bool = False) -> None:
        answer = GrantsAnswered(server="", at=Moment(0.0, 0.0), node="n0", turn=turn, given=given, asks=asks)
        self.node.grants.hear(answer, self.sharing.now(self.node))
        self.sharing.turn(self.node)

    def acts(self) -> Job:
        """A power action is asked for, granted and sent."""
        job = self.sharing.want(0, is_power=True)
        self.sharing.let_pass(0.1)
        self.hears(self.turns()[-1], self.told()[-1].number)
        assert job.is_sent
        self.sharing.let_pass(1.5)
        return job


def test_an_end_is_told_until_it_was_heard_and_no_longer() -> None:
    alone = Alone()
    job = alone.acts()
    before = alone.turns()[-1]
    alone.node.end(job, alone.sharing.now(alone.node), in_vain=False)
    alone.sharing.let_pass(0.1)
    assert [line.over for line in alone.told()] == [True]

    alone.hears(before)  # an answer to what it said before that
    alone.sharing.let_pass(TOLD_AGAIN)
    assert [line.over for line in alone.told()] == [True]
    alone.hears(alone.turns()[-1])
    turns = alone.turns()
    alone.sharing.let_pass(10 * TOLD_ANEW)
    assert alone.turns() == turns


def test_what_goes_on_is_told_anew_and_when_asked() -> None:
    alone = Alone()
    alone.acts()
    alone.hears(alone.turns()[-1])
    turns = len(alone.turns())

    alone.sharing.let_pass(TOLD_ANEW - 2.0)
    assert len(alone.turns()) == turns
    alone.hears(alone.turns()[-1], asks=True)
    alone.sharing.let_pass(0.1)
    assert len(alone.turns()) == turns + 1
    alone.sharing.let_pass(TOLD_ANEW)
    assert len(alone.turns()) == turns + 2


def test_a_grant_that_it_does_not_know_it_answers_with_what_it_knows() -> None:
    alone = Alone()
    alone.hears(1, 4711)
    alone.sharing.let_pass(0.1)

    assert len(alone.turns()) == 1
    assert alone.told() == []


def test_of_thousands_only_the_first_ask() -> None:
    alone = Alone()
    for _ in range(MOST_ASKED + 10):
        alone.sharing.want(0, is_power=False)
    alone.sharing.let_pass(0.1)

    assert len(alone.told()) == MOST_ASKED


def test_the_end_of_an_action_is_seen_though_nobody_tells_it() -> None:
    alone = Alone()
    job = alone.acts()
    alone.hears(alone.turns()[-1])
    job.has_slot = False
    alone.sharing.let_pass(TOLD_ANEW)

    assert [line.over for line in alone.told()] == [True]
