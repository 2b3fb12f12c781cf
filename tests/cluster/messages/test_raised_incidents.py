"""Of what a channel was told something, it learns what becomes of it."""

from __future__ import annotations

from automaton.cluster.messages.raised_incidents import MOST_RAISED, Raised, RaisedIncidents, name_of


def test_one_is_a_part_once_the_channel_took_something_of_it_and_until_it_is_over() -> None:
    raised = RaisedIncidents()
    raised.raise_("a")
    before = raised.take_changes()
    raised.take("a")
    taken = raised.take_changes()
    raised.ack("a", is_acked=True)
    acked = raised.take_changes()
    raised.end("a")

    assert (before, taken) == ({}, {name_of("a"): {"ref": "a", "acked": False}})
    assert acked == {name_of("a"): {"ref": "a", "acked": True}}
    assert raised.take_changes() == {name_of("a"): None}


def test_a_part_comes_back_as_it_was() -> None:
    raised = RaisedIncidents()
    raised.load({"ref": "a", "acked": True})

    assert list(raised) == [Raised("a", is_taken=True, is_acked=True)]
    assert raised.names() == [name_of("a")]


def test_of_too_many_the_oldest_is_forgotten_and_counted() -> None:
    raised = RaisedIncidents()
    for number in range(MOST_RAISED):
        raised.raise_(str(number))
    before = raised.forgotten
    raised.raise_("one more")

    assert before == 0
    assert (len(raised), raised.forgotten, raised.find("0")) == (MOST_RAISED, 1, None)
