"""How scalars are read: by their place, with what to write instead."""

from __future__ import annotations

import pytest

from automaton.errors import Invalid
from automaton.schema.readers import count, flag, slug


@pytest.mark.parametrize("text", ["mc-oom", "12345678", "a", "A.b_c-d", "x" * 64])
def test_a_slug_is_itself(text: str) -> None:
    assert slug(text) == text


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("a b", "a-b"), ("-a", "a"), ("", ""), ("ä", ""), ("a/b", "a-b"), ("x" * 65, "x" * 64), (" a ", "a")],
)
def test_what_is_no_slug_says_what_to_write(text: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        slug(text)

    assert caught.value.problem.suggestion == suggestion


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("010", 10), ("999999999", 999_999_999)])
def test_a_count_is_a_whole_number(text: str, number: int) -> None:
    assert count(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "1_000", "0x10", "1e3", "٣", "", "9999999999"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        count(text)


def test_a_count_that_is_too_large_is_told_how_large_it_may_be() -> None:
    with pytest.raises(Invalid, match="at most 999,999,999"):
        count("1000000000")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("yes", "true"), ("On", "true"), ("no", "false"), ("TRUE", "true"), ("maybe", "")],
)
def test_a_flag_has_two_words(text: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        flag(text)

    assert (flag("true"), flag("false")) == (True, False)
    assert caught.value.problem.suggestion == suggestion
