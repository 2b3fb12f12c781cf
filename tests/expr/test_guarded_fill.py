"""Each value of a text is judged, and literal text never."""

from __future__ import annotations

from automaton.expr.guarded_fill import fill_guarded
from automaton.expr.template import parse_template
from tests.core.story import LOBBY, Story

SCENE = Story("rules: []").engine.servers()[LOBBY.uuid].facts


def no(value: str) -> str:
    return "no" if value == "lobby" else ""


def test_a_text_is_filled_where_all_values_are_fine() -> None:
    assert fill_guarded(parse_template("/x ${name}!"), SCENE.at(0.0), 0.0, lambda _: "") == ("/x lobby!", "")


def test_a_value_that_is_none_is_told_by_its_expression_and_not_by_itself() -> None:
    text, problem = fill_guarded(parse_template("lobby ${name}"), SCENE.at(0.0), 0.0, no)

    assert (text, problem) == ("", "the value of `name` must not stand there: no")


def test_an_unknown_value_is_none() -> None:
    assert fill_guarded(parse_template("${players}"), SCENE.at(0.0), 0.0, lambda _: "") == (
        "",
        "the value of `players` is unknown",
    )
