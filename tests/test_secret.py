"""A secret is read on purpose, or not at all."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from automaton.secret import Secret

SECRET = Secret("ptlc_hunter2")


@pytest.mark.parametrize(
    "text",
    [str(SECRET), repr(SECRET), f"{SECRET}", f"{[SECRET]}", "%s" % SECRET, repr({"key": SECRET})],  # noqa: UP031
)
def test_a_secret_prints_as_three_stars(text: str) -> None:
    assert "hunter2" not in text
    assert "***" in text


def test_it_is_revealed_by_name() -> None:
    assert SECRET.reveal() == "ptlc_hunter2"


def test_secrets_are_equal_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_a_secret_is_not_written_anywhere() -> None:
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(SECRET)
    with pytest.raises(TypeError, match="not written"):
        copy.copy(SECRET)
    with pytest.raises(TypeError):
        json.dumps(SECRET)
