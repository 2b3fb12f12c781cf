"""What the nodes' engines and that of the fleet agree on, whatever the mail does and whoever dies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.calls import Signal, Spends
from automaton.core.decision import Verdict
from automaton.core.gates.grants import MOST_ASKED, PENDING, SILENT_AFTER, TOLD_AGAIN, TOLD_ANEW
from automaton.core.gates.held import Held
from automaton.core.grant_events import GrantDelay, GrantLine, GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.core.schedule.restless import MOST_LOOKS
from automaton.core.schedule.wall_time import WallTime
from tests.core.gates.calls import power, send
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

    def hears(self, turn: int, *given: int, asks: bool = False, delays: tuple[GrantDelay, ...] = ()) -> None:
        answer = GrantsAnswered(
            server="", at=Moment(0.0, 0.0), node="n0", turn=turn, given=given, delays=delays, asks=asks
        )
        self.node.grants.hear(answer, self.sharing.now(self.node))
        self.sharing.turn(self.node)

    def is_given(self, *, is_power: bool = True) -> Job:
        """An action is asked for, granted and sent, which is not told yet."""
        job = self.sharing.want(0, is_power=is_power)
        self.sharing.let_pass(0.1)
        self.hears(self.turns()[-1], self.told()[-1].number)
        assert job.is_sent
        return job

    def acts(self) -> Job:
        """A power action is asked for, granted and sent."""
        job = self.is_given()
        self.sharing.let_pass(1.5)
        return job

    def ends(self, job: Job, *, in_vain: bool = False) -> None:
        self.node.end(job, self.sharing.now(self.node), in_vain=in_vain)

    def waits(self, *details: str) -> Job:
        """An action is asked for, and told in turn why it has to wait."""
        job = self.sharing.want(0, is_power=True)
        self.sharing.let_pass(1.0)
        for detail in details:
            self.hears(self.turns()[-1], delays=(self.delay(detail),))
        return job

    def delay(self, detail: str) -> GrantDelay:
        return GrantDelay(number=self.told()[-1].number, budget="power.fleet", detail=detail)

    def answer(self, job: Job) -> Held | None:
        """What holds it as far as the fleet's budgets go."""
        return self.node.grants.answer(job, job.call, Spends.ALL)


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


def test_what_is_told_is_of_no_server() -> None:
    alone = Alone()
    alone.sharing.want(0, is_power=True)
    alone.sharing.let_pass(0.1)

    assert [one.event.server for one in alone.sharing.mail] == [""]


def test_what_went_out_is_told_though_an_answer_to_what_was_told_before_comes_again() -> None:
    alone = Alone()
    alone.is_given(is_power=False)
    alone.hears(alone.turns()[-1], alone.told()[-1].number)
    alone.sharing.let_pass(1.5)

    assert [(line.sent, line.over) for line in alone.told()] == [(True, True)]


def test_what_came_to_nothing_is_told_though_an_answer_to_what_was_told_before_comes_again() -> None:
    alone = Alone()
    job = alone.is_given(is_power=False)
    alone.sharing.let_pass(1.5)
    before = alone.turns()[-1]
    alone.ends(job, in_vain=True)
    alone.hears(before)
    alone.sharing.let_pass(0.1)

    assert alone.turns()[-1] > before
    assert [(line.sent, line.in_vain, line.over) for line in alone.told()] == [(True, True, True)]


def test_an_end_is_told_though_an_answer_to_what_was_told_before_comes_first() -> None:
    alone = Alone()
    job = alone.acts()
    before = alone.turns()[-1]
    alone.ends(job)
    alone.hears(before)
    alone.sharing.let_pass(0.1)

    assert alone.turns()[-1] > before
    assert [line.over for line in alone.told()] == [True]


def test_that_it_came_to_nothing_is_said_once_and_told_again_until_it_was_heard() -> None:
    alone = Alone()
    job = alone.acts()
    alone.hears(alone.turns()[-1])
    alone.node.grants.came_to_nothing(job.grant, alone.sharing.now(alone.node))
    alone.sharing.let_pass(0.1)
    told = len(alone.turns())
    assert [(line.in_vain, line.over) for line in alone.told()] == [(True, False)]

    alone.node.grants.came_to_nothing(job.grant, alone.sharing.now(alone.node))
    alone.sharing.let_pass(TOLD_AGAIN - 1.0)
    assert len(alone.turns()) == told
    alone.sharing.let_pass(1.0)
    assert len(alone.turns()) == told + 1


def test_of_a_line_that_is_not_known_nothing_can_come() -> None:
    alone = Alone()
    alone.node.grants.came_to_nothing(4711, alone.sharing.now(alone.node))
    alone.sharing.let_pass(1.0)

    assert alone.turns() == []


def test_a_delay_says_why_and_what_is_waited_for_and_wakes_once() -> None:
    alone = Alone()
    job = alone.waits("full")
    woken = [(job, alone.sharing.now(alone.node))]
    assert alone.answer(job) == Held(Verdict.OVER_LIMIT, "full", frozenset({("power.fleet", "")}))
    assert alone.node.woken == woken

    alone.hears(alone.turns()[-1], delays=(alone.delay("full"),))
    assert alone.node.woken == woken


def test_of_two_answers_to_the_same_words_the_later_counts() -> None:
    alone = Alone()
    job = alone.waits("full", "fuller")
    held = alone.answer(job)

    assert held is not None
    assert held.detail == "fuller"


def test_a_delay_of_what_was_given_is_none() -> None:
    alone = Alone()
    job = alone.waits("full")
    turn, number, now = alone.turns()[-1], alone.told()[-1].number, alone.sharing.now(alone.node)
    grants, at = alone.node.grants, Moment(0.0, 0.0)
    grants.hear(GrantsAnswered(server="", at=at, node="n0", turn=turn, given=(number,)), now)
    late = (alone.delay("fuller"),)
    grants.hear(GrantsAnswered(server="", at=at, node="n0", turn=turn, delays=late), now)

    assert alone.answer(job) is None
    assert alone.node.woken == [(job, now), (job, now)]  # once for why it waited, and once for the room


def test_why_it_waits_is_known_for_half_a_minute_without_a_word_and_it_is_woken_once_then() -> None:
    alone = Alone()
    job = alone.waits("full")
    alone.sharing.let_pass(1.0)
    assert alone.answer(job) != PENDING
    for _ in range(round(SILENT_AFTER / TOLD_AGAIN)):
        alone.sharing.let_pass(TOLD_AGAIN)
    assert alone.answer(job) == PENDING
    assert len(alone.node.woken) == 2
    alone.sharing.let_pass(TOLD_AGAIN)
    assert len(alone.node.woken) == 2


def test_why_it_waits_is_still_known_when_exactly_half_a_minute_has_passed() -> None:
    alone = Alone()
    job = alone.waits("full")
    alone.sharing.let_pass(SILENT_AFTER)

    assert alone.answer(job) != PENDING


def test_behind_one_that_is_over_others_are_looked_after_as_well() -> None:
    alone = Alone()
    alone.is_given(is_power=False)
    unwanted = alone.sharing.want(0, is_power=True)
    alone.sharing.let_pass(0.1)
    unwanted.is_wanted = False
    alone.sharing.let_pass(TOLD_AGAIN)

    assert [line.over for line in alone.told()] == [True, True]


def test_behind_one_that_is_over_the_end_of_an_action_is_told_at_once() -> None:
    alone = Alone()
    alone.sharing.want(0, is_power=False)
    job = alone.sharing.want(0, is_power=True)
    alone.sharing.let_pass(0.1)
    alone.hears(alone.turns()[-1], *(line.number for line in alone.told()))
    alone.sharing.let_pass(1.5)
    assert [line.over for line in alone.told()] == [True, False]

    alone.ends(job)
    alone.sharing.let_pass(0.1)
    assert [line.over for line in alone.told()] == [True, True]


def test_who_wants_something_else_gives_back_what_it_asked_for() -> None:
    alone = Alone()
    job = alone.sharing.want(0, is_power=True)
    alone.sharing.let_pass(0.1)
    job.call = send("list")
    alone.sharing.turn(alone.node)
    alone.sharing.let_pass(0.1)

    assert [(line.budgets[-1], line.over) for line in alone.told()] == [
        ("power.fleet", True), ("send.fleet", False),
    ]  # fmt: skip


def test_what_goes_on_asks_no_more_and_keeps_nobody_from_asking() -> None:
    alone = Alone()
    for _ in range(MOST_ASKED):
        alone.is_given()
    alone.sharing.want(0, is_power=False)
    alone.sharing.let_pass(1.5)

    assert len(alone.told()) == MOST_ASKED + 1


@pytest.mark.parametrize(
    ("spends", "has_slot", "budgets"),
    [
        (Spends.ALL, False, ("power.parallel", "power.fleet")),
        (Spends.AGAIN, True, ("power.fleet",)),
        (Spends.NOTHING, False, ("power.parallel",)),
    ],
)
def test_a_try_asks_for_what_it_spends_and_for_a_place_where_it_has_none(
    spends: Spends, has_slot: bool, budgets: tuple[str, ...]
) -> None:
    alone = Alone()
    job = Job("server", power(Signal.STOP), has_slot=has_slot)
    assert alone.node.grants.answer(job, job.call, spends) == PENDING
    alone.node.grants.want(job, job.call, spends, alone.sharing.now(alone.node))
    alone.sharing.let_pass(0.1)
    assert [line.budgets for line in alone.told()] == [budgets]

    number = alone.told()[0].number
    alone.hears(alone.turns()[-1], number)
    assert alone.node.grants.answer(job, job.call, spends) is None
    assert alone.node.grants.use(job, alone.sharing.now(alone.node)) == number


def test_what_needs_nothing_of_the_fleet_asks_for_nothing() -> None:
    alone = Alone()
    job, now = Job("server", power(Signal.KILL), has_slot=True), alone.sharing.now(alone.node)

    assert alone.node.grants.answer(job, job.call, Spends.NOTHING) is None
    assert alone.node.grants.use(job, now) == 0


def test_asking_often_is_no_fault() -> None:
    alone = Alone()
    for _ in range(MOST_LOOKS + 10):
        alone.sharing.want(0, is_power=False)
        alone.sharing.let_pass(0.001)

    assert len(alone.turns()) > MOST_LOOKS
    assert alone.node.machine.deadlines.restless.found == []


def test_after_a_memory_was_lost_numbers_and_turns_go_on_growing() -> None:
    alone = Alone()
    for _ in range(5):
        alone.sharing.want(0, is_power=False)
    alone.sharing.let_pass(1.0)
    number, turn = alone.told()[-1].number, alone.turns()[-1]
    alone.node.machine.disk = "{}"
    alone.sharing.crash(alone.node)
    alone.node.is_listed = True
    alone.sharing.let_pass(1.0)
    alone.sharing.let_pass(1.0)

    assert alone.told()[0].number > number
    assert alone.turns()[-1] > turn


class TestTheNextEngine:
    def test_it_keeps_the_places_of_servers_not_listed_yet_as_long_as_runs_may_be_resumed(self) -> None:
        alone = Alone()
        alone.acts()
        alone.sharing.crash(alone.node)
        alone.sharing.let_pass(LIMITS.resume_within - 1.0)

        assert [line.over for line in alone.told()] == [False]

    def test_it_waits_for_them_no_longer_than_that(self) -> None:
        alone = Alone()
        alone.acts()
        alone.sharing.crash(alone.node)
        alone.sharing.let_pass(LIMITS.resume_within)

        assert [line.over for line in alone.told()] == [True]

    def test_an_end_before_it_has_looked_who_goes_on_is_told_at_once(self) -> None:
        alone = Alone()
        job = alone.acts()
        other = alone.sharing.want(0, is_power=False)
        alone.sharing.crash(alone.node)
        alone.sharing.let_pass(0.1)
        alone.node.is_listed, other.is_wanted = True, False
        alone.ends(job)
        alone.sharing.let_pass(0.1)

        assert alone.told()[0].over

    def test_it_remembers_what_was_given_sent_and_over(self) -> None:
        alone = Alone()
        alone.acts()
        alone.is_given(is_power=False)
        wall_time = WallTime(alone.sharing.now(alone.node))
        before = alone.node.grants.dump(wall_time)
        alone.sharing.turn(alone.node)
        alone.sharing.crash(alone.node)

        assert [line[3:] for line in before["n0"]["lines"]] == [
            [True, True, False, False], [True, True, False, True],
        ]  # fmt: skip
        assert alone.node.grants.dump(wall_time) == before
