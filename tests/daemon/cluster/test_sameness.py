"""What counts as the same of two who judged one stream, and what does not."""

from __future__ import annotations

import pytest

from automaton.core.calls import SendCommand
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment
from tests.daemon.cluster.judging import MadeDecision
from tests.daemon.cluster.sameness import Compared, OpenStretch, SamenessBounds, alone, compare, most_ahead

BOUNDS = SamenessBounds(within=2.0, holding={"full": 2.0}, acting=("lists",))


def made(at: float, verdict: Verdict, rule: str = "crashes", *, acts: bool = False) -> MadeDecision:
    calls = (Asked(1, SendCommand(server="lobby", command="list"), rule),) if acts else ()
    return MadeDecision(at, Decision(rule, "lobby", Moment(at, at), verdict, calls=calls))


def incident(began: float, ended: float, rule: str = "crashes") -> list[MadeDecision]:
    return [made(began, Verdict.FIRED, rule), made(ended, Verdict.CLEARED, rule)]


def acted(*at: float) -> list[MadeDecision]:
    return [made(one, Verdict.ACTING, "lists", acts=True) for one in at]


def compared(one: list[MadeDecision], several: list[MadeDecision]) -> Compared:
    return compare(one, several, BOUNDS)


def test_what_is_later_by_less_than_the_bound_is_the_same() -> None:
    found = compared(incident(10.0, 20.0), incident(10.5, 21.5))

    assert (found.different, found.later) == ([], {"crashes": [0.5, 1.5]})


def test_what_one_side_alone_had_is_told_with_its_side() -> None:
    found = compared(incident(10.0, 20.0), incident(13.0, 20.0))

    assert found.different == [
        "crashes lobby: one alone from 10.000 to 20.000",
        "crashes lobby: several alone from 13.000 to 20.000",
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_two_incidents_are_one_where_the_others_went_on_between_them(turned: bool) -> None:
    whole, parted = incident(10.0, 40.0), [*incident(10.0, 25.0), *incident(25.5, 40.0)]
    found = compared(parted, whole) if turned else compared(whole, parted)

    assert (found.different, found.apart) == ([], {"crashes": [0.5]})


def test_two_with_more_than_the_bound_between_them_stay_two() -> None:
    found = compared(incident(10.0, 40.0), [*incident(10.0, 25.0), *incident(27.5, 40.0)])

    assert len(found.different) == 3


def test_two_that_both_sides_have_stay_two() -> None:
    both = [*incident(10.0, 25.0), *incident(25.5, 40.0)]
    found = compared(both, both)

    assert (found.different, found.apart, len(found.later["crashes"])) == ([], {}, 4)


def test_of_what_holds_the_time_counts_in_which_one_side_alone_has_it() -> None:
    found = compared(incident(10.0, 20.0, "full"), incident(11.0, 23.0, "full"))

    assert found.apart == {"full": [1.0, 3.0]}
    assert found.different == ["full lobby: apart from 20.000 to 23.000"]


def test_an_action_that_the_other_side_gave_up_just_then_is_no_difference() -> None:
    given_up = made(11.0, Verdict.OVERTAKEN, "lists")
    found = compared(acted(10.0), [given_up])

    assert (found.different, found.given_up) == ([], ["acts of lists lobby: one alone from 10.000 to 10.000"])
    assert compared([given_up], acted(10.0)).different == []
    assert len(compared(acted(5.0), [given_up]).different) == 1
    assert len(compared(acted(10.0), []).different) == 1


def test_of_what_the_fleet_held_as_many_are_done_or_given_up() -> None:
    held, given_up = made(5.0, Verdict.HELD_BY_FLEET, "lists"), made(70.0, Verdict.NOT_POSSIBLE, "lists")

    assert compared([held, *acted(10.0, 60.0)], [*acted(30.0), given_up]).different == []
    assert compared([held, *acted(10.0, 60.0)], acted(30.0)).different == [
        "acts of lists lobby: 2 by one, 1 by several"
    ]


def test_an_incident_that_did_not_end_is_there_to_the_end() -> None:
    assert alone([OpenStretch(1.0)], [OpenStretch(3.0)]) == [OpenStretch(1.0, 3.0)]


def test_who_was_ahead_by_how_many_is_known_whoever_it_was() -> None:
    assert most_ahead([1.0, 2.0, 9.0], [3.0, 4.0, 5.0, 6.0]) == 2
