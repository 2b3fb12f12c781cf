"""Formats while members of two releases live."""

from __future__ import annotations

from automaton.cluster.formats import unreadable, writes
from automaton.cluster.heartbeat import Formats
from tests.cluster.beats import beat

OLD, NEW = Formats(reads_from=1, reads_to=1, writes=1), Formats(reads_from=1, reads_to=2, writes=1)


def test_the_previous_format_is_written_until_all_read_the_new_one() -> None:
    assert writes(1, 2, [beat("a", formats=NEW), beat("b", formats=OLD)]) == 1
    assert writes(1, 2, [beat("a", formats=NEW), beat("b", formats=NEW)]) == 2
    assert writes(1, 2, []) == 2


def test_an_older_member_does_not_write_what_it_does_not_know() -> None:
    assert writes(1, 1, [beat("a", formats=OLD), beat("b", formats=NEW)]) == 1


def test_with_two_releases_between_them_the_earliest_that_can_be_written_is() -> None:
    assert writes(3, 4, [beat("a", formats=OLD)]) == 3


def test_who_cannot_take_over_is_told_with_what_to_do() -> None:
    mine = Formats(reads_from=2, reads_to=3, writes=2)

    assert unreadable(mine, [beat("a", formats=NEW), beat("b", formats=OLD)]) == [
        "b (0.1.0) reads logs up to format 1, and format 2 is written here: upgrade b, one release at a time"
    ]
