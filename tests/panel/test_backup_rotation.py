"""No backup goes that the rule did not make, that is locked, or that is needed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.panel.backup_rotation import expendable
from automaton.panel.responses import ListedBackup


def good(*uuids: str) -> list[ListedBackup]:
    return [ListedBackup(uuid, is_good=True, is_locked=False) for uuid in uuids]


def test_the_oldest_that_the_rule_made_go_beyond_the_last_so_many() -> None:
    assert expendable(good("d", "c", "b", "a"), ["a", "b", "c", "d"], 2) == ["a", "b"]


def test_of_others_none_counts_and_none_goes() -> None:
    assert expendable(good("x", "y", "a", "b", "z"), ["a", "b"], 2) == []


def test_a_locked_one_neither_counts_nor_goes() -> None:
    listed = [ListedBackup("a", is_good=True, is_locked=True), *good("b", "c")]

    assert expendable(listed, ["a", "b", "c"], 2) == []


def test_one_that_failed_or_still_runs_neither_counts_nor_goes() -> None:
    listed = [ListedBackup("a", is_good=False, is_locked=False), *good("b", "c")]

    assert expendable(listed, ["a", "b", "c"], 1) == ["b"]


def test_what_somebody_deleted_is_no_longer_counted() -> None:
    assert expendable(good("b", "c"), ["a", "b", "c"], 2) == []


LISTED = st.lists(
    st.builds(ListedBackup, st.sampled_from("abcdef"), st.booleans(), st.booleans()),
    unique_by=lambda one: one.uuid,
)


@given(listed=LISTED, made=st.lists(st.sampled_from("abcdefg"), unique=True), keep=st.integers(1, 5))
def test_at_least_the_last_good_ones_stay(listed: list[ListedBackup], made: list[str], keep: int) -> None:
    gone = expendable(listed, made, keep)

    ours = [one for one in listed if one.uuid in made and one.is_good and not one.is_locked]
    assert set(gone) <= {one.uuid for one in ours}
    assert len(ours) - len(gone) == min(keep, len(ours))
