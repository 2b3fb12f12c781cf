"""What messages told."""

from __future__ import annotations

from tests.campaign.crash.record import Post, Printed
from tests.chaos.record import Record
from tests.chaos.telling import ONCE, OVER, ends_of_states, in_short, untold, words_of

SEVERAL = (
    "🟠 lobby, told: 1 server, 2 over\n• lobby: opened zqaaaab\n"
    "✅ lobby: opened and ended, lasted 1s\n✅ lobby: over after 1s"
)
TOLD = Record(posts=[Post(1.0, "ops", "aaaaaa", SEVERAL), Post(2.0, "ops", "aaaaaa", SEVERAL)])


def test_words_and_lines_without_one_are_told_apart_and_a_repeat_counts_once() -> None:
    assert words_of(TOLD, "opened") == {"zqaaaab"}
    assert words_of(TOLD, "ended") == set()
    assert in_short(TOLD) == {("lobby", ONCE): 1, ("lobby", OVER): 1}


def test_more_lines_than_were_told_in_any_way_are_complained_of() -> None:
    lines = [Printed(0.5, "lobby", "told", word) for word in ("zqaaaab", "zqaaaac", "zqaaaad")]

    assert untold(TOLD, lines[:2], "was printed") == []
    assert untold(TOLD, lines, "was printed") != []


def test_a_state_ends_as_often_as_it_began() -> None:
    began = Post(1.0, "slow", "aaaaaa", "lobby\nfull began at lobby.")
    ended = Post(2.0, "slow", "aaaaab", "lobby\nfull ended at lobby.")

    assert [*ends_of_states(Record(posts=[began, ended, ended]))] == []
    assert len([*ends_of_states(Record(posts=[began, ended, Post(3.0, "slow", "aaaaac", ended.text)]))]) == 1


def test_of_several_incidents_in_a_message_each_states_what_it_does_once() -> None:
    """The heading of one says the last again, but where it is all that there is to say."""
    began = Post(1.0, "slow", "aaaaaa", "lobby\nfull began at lobby.")
    both = (
        "✅ lobby, full: 2 incidents, all over\n✅ lobby: full ended at lobby.\nlasted 1m\n"
        "✅ lobby: full ended at lobby.\nfull began at lobby.\nfull ended at lobby."
    )

    assert [*ends_of_states(Record(posts=[began, Post(2.0, "slow", "aaaaab", both)]))] == []
    assert len([*ends_of_states(Record(posts=[Post(2.0, "slow", "aaaaab", both)]))]) == 1
