"""A link says for a day what we signed, is short enough for a chat, and is nothing when a letter differs."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.secret import Secret
from automaton.web.ack_token import (
    CLOCK_SET_BACK,
    LONGEST_NAMES,
    LONGEST_TOKEN,
    MOST_LINKED,
    VALID_FOR,
    AckToken,
    read_token,
    write_token,
)

KEY, OTHER = Secret("a" * 64), Secret("b" * 64)
NOW = 1_767_614_400.0
NUMBERS = st.sets(st.integers(1, 10**9), min_size=1, max_size=60)


@given(NUMBERS, st.text(string.ascii_letters + "-_.", min_size=1, max_size=64))
def test_what_was_signed_is_read(numbers: set[int], channel: str) -> None:
    token = read_token(KEY, write_token(KEY, channel, NOW + 0.9, numbers), NOW)

    assert token is not None
    assert (token.channel, token.issued) == (channel, int(NOW))
    assert token.numbers == tuple(sorted(numbers))[: len(token.numbers)]
    assert token.is_cut == (len(token.numbers) < len(numbers))


def test_one_incident_is_some_forty_letters_and_a_storm_hardly_more() -> None:
    assert len(write_token(KEY, "ops", NOW, [4711])) <= 40
    assert len(write_token(KEY, "ops", NOW, range(4711, 4911))) <= 44
    scattered = range(10**6, 10**6 + 100 * 50, 50)
    assert len(write_token(KEY, "ops", NOW, scattered)) <= 312


def test_more_than_a_link_can_hold_is_cut_at_the_newest_and_says_so() -> None:
    token = read_token(KEY, write_token(KEY, "ops", NOW, range(1, 1001)), NOW)
    assert token == AckToken("ops", int(NOW), tuple(range(1, MOST_LINKED + 1)), is_cut=True)

    letters = write_token(KEY, "c" * 64, NOW, range(1, 10**9, 10**7))
    assert len(letters) <= LONGEST_TOKEN
    read = read_token(KEY, letters, NOW)
    assert read is not None
    assert read.is_cut


@pytest.mark.parametrize(
    ("later", "works"),
    [
        (0.0, True),
        (VALID_FOR, True),
        (VALID_FOR + 1, False),
        (-CLOCK_SET_BACK, True),
        (-CLOCK_SET_BACK - 1, False),
    ],
)
def test_it_works_for_a_day(later: float, works: bool) -> None:
    assert (read_token(KEY, write_token(KEY, "ops", NOW, [1]), NOW + later) is not None) is works


def test_a_token_of_another_key_is_none() -> None:
    assert read_token(OTHER, write_token(KEY, "ops", NOW, [1]), NOW) is None


def test_no_changed_letter_leaves_it_what_it_was() -> None:
    letters = write_token(KEY, "ops", NOW, [1, 2, 9])
    meant = read_token(KEY, letters, NOW)

    for place in range(len(letters)):
        for other in string.ascii_letters + string.digits + "-_":
            read = read_token(KEY, letters[:place] + other + letters[place + 1 :], NOW)
            assert read is None or read == meant, "the last bits of base64 may say nothing"


@given(st.text(max_size=500) | st.binary(max_size=300).map(lambda data: data.hex()))
def test_nothing_that_is_not_ours_is_read(letters: str) -> None:
    assert read_token(KEY, letters, NOW) is None


@pytest.mark.parametrize(
    "letters", ["", "A", "=", "é", "\0", "a b", "../..", "A" * LONGEST_TOKEN, "A" * 100_000]
)
def test_what_is_no_token_at_all_is_none(letters: str) -> None:
    assert read_token(KEY, letters, NOW) is None


def test_where_several_engines_number_incidents_a_link_says_whose_numbers_it_holds() -> None:
    token = read_token(KEY, write_token(KEY, "ops", NOW, [4711], "node:eu-1", is_cut=True), NOW)

    assert token == AckToken("ops", int(NOW), (4711,), is_cut=True, shard="node:eu-1")


def test_names_that_have_no_room_are_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        write_token(KEY, "ops", NOW, [1], "node:" + "x" * LONGEST_NAMES)
