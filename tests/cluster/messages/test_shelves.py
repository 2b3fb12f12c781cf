"""What waits stands in order, and is found by incident and by how loud it is."""

from __future__ import annotations

from automaton.cluster.messages.handed import IncidentStanding, Item, Said, Untold
from automaton.cluster.messages.shelves import MOST_ITEMS, Shelves
from automaton.core.calls import Severity
from automaton.core.moment import Moment

NOW = Moment(1_000.0, 1_700_000_000.0)


def said(number: int, ref: str = "r/s/1", *, resolves: bool = False) -> Said:
    return Said(
        number=number, at=0.0, ref=ref, rule="r", server="s", severity=Severity.WARNING, text="t",
        resolves=resolves,
    )  # fmt: skip


def shelved(*items: Item) -> Shelves:
    shelves = Shelves()
    for place, item in enumerate(items):
        shelves.keep(item, NOW + place)
    return shelves


def test_what_takes_the_place_of_a_message_stands_where_that_stood() -> None:
    untold = Untold(number=1, at=0.0, ref="r/s/1", rule="r", server="s")
    shelves = shelved(said(1), said(2, "r/s/2"))
    shelves.keep(untold, NOW)

    assert [item for item, _ in shelves.first(9)] == [untold, said(2, "r/s/2")]
    assert (shelves.messages, len(shelves), shelves.untold("r/s/1")) == (1, 2, untold)


def test_the_oldest_is_since_when_the_first_waits() -> None:
    shelves = shelved(said(1), said(2))
    shelves.remove(1)

    assert shelves.oldest == NOW + 1
    assert shelved().oldest is None


def test_an_end_is_no_message_of_an_open_incident() -> None:
    opened, ended = shelved(said(1)), shelved(said(1, resolves=True))

    assert (opened.tells("r/s/1"), opened.has_end("r/s/1")) == (True, False)
    assert (ended.tells("r/s/1"), ended.has_end("r/s/1")) == (False, True)


def test_messages_before_a_moment_are_old_but_ends_never() -> None:
    shelves = shelved(said(1), said(2, "r/s/2", resolves=True), said(3, "r/s/3"))

    assert list(shelves.older_than(NOW.mono + 2.0)) == [said(1)]


def test_of_too_many_items_the_oldest_that_is_no_message_goes() -> None:
    standing = [
        IncidentStanding(number=number, at=0.0, ref=f"r/s/{number}", is_open=True)
        for number in range(2, MOST_ITEMS + 2)
    ]
    shelves = shelved(said(1), *standing)

    assert shelves.surplus() == standing[0]
    shelves.remove(2)
    assert shelves.surplus() is None
