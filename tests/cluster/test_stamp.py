"""Stamps: which messages of a log count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.stamp import Kind, Known, Placed, Stamp, Writer, believed

A, B = Writer("a", "1", 1), Writer("b", "1", 1)


def log(*stamps: Stamp) -> list[Placed]:
    return [Placed(sequence, stamp) for sequence, stamp in enumerate(stamps, 1)]


def test_what_an_earlier_owner_wrote_behind_a_claim_does_not_count() -> None:
    messages = log(
        Stamp(Kind.CLAIM, 1, A, 1),
        Stamp(Kind.ENTRIES, 1, A, 2),
        Stamp(Kind.CLAIM, 2, B, 1),
        Stamp(Kind.ENTRIES, 1, A, 3),
        Stamp(Kind.ENTRIES, 2, B, 2),
    )

    assert [one.sequence for one in believed(messages)] == [1, 2, 3, 5]


def test_a_claim_of_the_same_epoch_counts_and_one_of_an_older_one_does_not() -> None:
    """The same epoch is claimed twice where a log lost its end and nobody knew."""
    messages = log(
        Stamp(Kind.CLAIM, 2, A, 1),
        Stamp(Kind.CLAIM, 1, B, 1),
        Stamp(Kind.CLAIM, 2, B, 2),
        Stamp(Kind.ENTRIES, 2, A, 2),
    )

    assert [one.sequence for one in believed(messages)] == [1, 3]


def test_the_reading_may_begin_anywhere_behind_a_message_that_counts() -> None:
    messages = log(Stamp(Kind.CLAIM, 1, A, 1), Stamp(Kind.ENTRIES, 1, B, 1), Stamp(Kind.ENTRIES, 1, A, 2))

    assert list(believed(messages[1:], messages[0])) == [messages[2]]
    assert list(believed(messages[1:])) == []
    assert list(believed(messages)) == [messages[0], messages[2]]


STAMPS = st.builds(
    Stamp, st.sampled_from([Kind.CLAIM, Kind.ENTRIES]), st.integers(1, 3), st.sampled_from([A, B]),
    st.integers(1, 3),
)  # fmt: skip


@given(st.lists(STAMPS), st.integers(0, 10))
def test_a_log_read_in_two_parts_is_believed_as_in_one(stamps: list[Stamp], cut: int) -> None:
    messages = log(*stamps)
    first = list(believed(messages[:cut]))
    last = first[-1] if first else None

    assert first + list(believed(messages[cut:], last)) == list(believed(messages))


def test_a_log_of_a_later_epoch_is_further_whatever_its_length() -> None:
    assert Known(1, 900) < Known(2, 5) < Known(2, 6)
