"""What a grammar says of arguments."""

from __future__ import annotations

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
