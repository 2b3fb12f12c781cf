"""A secret is read on purpose, or not at all."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import pytest

from automaton.secret import Secret

SECRET = Secret("ptlc_hunter2")


@pytest.mark.parametrize(
    ("prints", "shown"),
    [
        (str, "***"),
        (repr, "***"),
        (format, "***"),
        (lambda secret: f"{[secret]}", "[***]"),
        (lambda secret: "%s" % secret, "***"),  # noqa: UP031
        (lambda secret: repr({"key": secret}), "{'key': ***}"),
    ],
)
def test_a_secret_prints_as_three_stars(prints: Callable[[Secret], str], shown: str) -> None:
    assert prints(SECRET) == shown


def test_it_is_revealed_by_name() -> None:
    assert SECRET.reveal() == "ptlc_hunter2"


def test_secrets_are_equal_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert hash(Secret("a")) != hash(Secret("b"))  # one queue a webhook: a dictionary of them is no list


def test_a_secret_is_not_written_anywhere() -> None:
    with pytest.raises(TypeError, match=r"^a Secret is not written anywhere$"):
        pickle.dumps(SECRET)
    with pytest.raises(TypeError, match="not written"):
        copy.copy(SECRET)
    with pytest.raises(TypeError):
        json.dumps(SECRET)
