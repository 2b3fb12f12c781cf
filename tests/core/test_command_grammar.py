"""What a grammar says of arguments."""

from __future__ import annotations

import pytest

from automaton.core.command_grammar import ArgumentKind, Grammar


def test_what_reaches_to_the_end_of_the_line_and_what_hides_something_is_told() -> None:
    assert [kind.value for kind in ArgumentKind if kind.is_rest] == [
        "text", "json", "snbt", "command", "stored", "code",
    ]  # fmt: skip
    assert [kind.value for kind in ArgumentKind if kind.is_hidden] == ["unseen", "stored", "code"]
    assert [kind.value for kind in ArgumentKind if kind.is_data] == ["json", "snbt"]


def test_one_grammar_goes_over_another() -> None:
    one = Grammar({"say": (ArgumentKind.TEXT,)}, frozenset({"op"}))
    other = Grammar({"say": (), "kick": (ArgumentKind.PLAYER,)}, frozenset({"lp"}), frozenset({"x"}))

    assert one.over(other) == Grammar(
        {"say": (ArgumentKind.TEXT,), "kick": (ArgumentKind.PLAYER,)},
        frozenset({"op", "lp"}),
        frozenset({"x"}),
    )


@pytest.mark.parametrize(
    ("one", "other", "separator", "slash"),
    [
        (Grammar(), Grammar(separator=";", slash=True), ";", True),
        (Grammar(separator="|", slash=True), Grammar(), "|", True),
        (Grammar(separator="|", slash=True), Grammar(separator=";"), "|", True),
        (Grammar(), Grammar(), "", False),
    ],
    ids=["the other's", "its own", "over the other's", "none"],
)
def test_a_grammar_over_another_has_its_separator_and_slash_where_it_has_none(
    one: Grammar, other: Grammar, separator: str, slash: bool
) -> None:
    over = one.over(other)

    assert (over.separator, over.slash) == (separator, slash)
