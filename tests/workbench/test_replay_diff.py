"""What rules did is counted, and two who did it are compared."""

from __future__ import annotations

from automaton.core.calls import Call, SendMessage, SetPower, Signal
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment
from automaton.workbench.replay_diff import (
    MOST_KEPT,
    ReplayDifference,
    ReplaySummary,
    differences,
)

START = SetPower(server="u", signal=Signal.START)
WHOSE = ("r", "u")


def decision(verdict: Verdict, wall: float, *calls: Call, held: tuple[Call, ...] = ()) -> Decision:
    asked = tuple(Asked(number, call, "r") for number, call in enumerate(calls))
    return Decision("r", "u", Moment(wall, wall), verdict, "", asked, held)


def summary(*decisions: Decision) -> ReplaySummary:
    made = ReplaySummary()
    for one in decisions:
        made.add(one)
    return made


def said(text: str) -> SendMessage:
    return SendMessage(server="u", channel="ops", text=text)


def test_fires_calls_and_what_was_held_are_counted() -> None:
    made = summary(
        decision(Verdict.FIRED, 1.0),
        decision(Verdict.ACTING, 1.0, START, said("a")),
        decision(Verdict.SHADOW, 2.0, held=(START,)),
    )

    assert made.counts(WHOSE) == {"fired": 1, "sent": 2, "held": 1}
    assert made.counts(("r", "v")) == {"fired": 0, "sent": 0, "held": 0}
    assert made.verdicts[WHOSE] == {Verdict.FIRED: 1, Verdict.ACTING: 1, Verdict.SHADOW: 1}


def test_what_is_done_once_more_differs_from_that_moment_on() -> None:
    old = summary(decision(Verdict.FIRED, 1.0), decision(Verdict.FIRED, 9.0))
    new = summary(decision(Verdict.FIRED, 1.0))

    assert list(differences(old, new)) == [ReplayDifference(WHOSE, "fired", "", 2, 1, 9.0)]
    assert list(differences(new, old)) == [ReplayDifference(WHOSE, "fired", "", 1, 2, 9.0)]


def test_another_moment_is_a_difference_and_a_hundredth_of_a_second_is_none() -> None:
    old = summary(decision(Verdict.FIRED, 1.0))

    assert list(differences(old, summary(decision(Verdict.FIRED, 1.005)))) == []
    assert list(differences(old, summary(decision(Verdict.FIRED, 1.5)))) == [
        ReplayDifference(WHOSE, "fired", "", 1, 1, 1.0)
    ]


def test_only_other_words_are_told_as_such() -> None:
    old, new = (
        summary(decision(Verdict.ACTING, 1.0, said("a"))),
        summary(decision(Verdict.ACTING, 1.0, said("b"))),
    )

    assert list(differences(old, new)) == [
        ReplayDifference(WHOSE, "sent", "notify ops", 1, 1, 1.0, only_words=True)
    ]


def test_what_is_held_by_one_and_sent_by_the_other_are_two_differences() -> None:
    old = summary(decision(Verdict.SHADOW, 1.0, held=(START,)))
    new = summary(decision(Verdict.ACTING, 1.0, START))

    assert [(one.kind, one.old, one.new) for one in differences(old, new)] == [("sent", 0, 1), ("held", 1, 0)]


def test_of_very_many_there_is_the_number_alone() -> None:
    many = [decision(Verdict.FIRED, float(second)) for second in range(MOST_KEPT + 5)]

    assert list(differences(summary(*many), summary(*many[:-1]))) == [
        ReplayDifference(WHOSE, "fired", "", MOST_KEPT + 5, MOST_KEPT + 4, None)
    ]
