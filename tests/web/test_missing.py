"""What is missing is named in a header that any client can read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.web.missing import LONGEST_WHY, MISSING, MOST_NAMED, MissingShard, header_of, sentences_of


def test_of_a_whole_answer_nothing_is_said() -> None:
    assert (header_of([]), sentences_of(None)) == ({}, [])


def test_each_shard_is_named_with_why() -> None:
    header = header_of([MissingShard("node:eu-1", "b does not answer")])

    assert sentences_of(header[MISSING]) == ["nothing was heard of node:eu-1: b does not answer"]


def test_what_lacks_no_shard_is_said_as_it_is() -> None:
    header = header_of([MissingShard("", "NATS has not taken it yet")])

    assert sentences_of(header[MISSING]) == ["NATS has not taken it yet"]


def test_many_are_counted_and_not_named() -> None:
    header = header_of([MissingShard(f"node:{number}", "dark") for number in range(MOST_NAMED + 5)])

    told = sentences_of(header[MISSING])
    assert (len(told), told[-1]) == (MOST_NAMED + 1, "nor of 5 more shards")


def test_a_header_of_another_version_still_says_that_something_is_missing() -> None:
    assert sentences_of("what is this") == [
        "something is missing from this answer, and this version cannot read what"
    ]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_any_name_goes_through_a_header_of_ascii(name: str) -> None:
    header = header_of([MissingShard(name, name)])[MISSING]

    assert header.isascii()
    assert header.isprintable()
    assert sentences_of(header) == [f"nothing was heard of {name}: {name[:LONGEST_WHY]}"]
