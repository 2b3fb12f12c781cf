"""Joins and leaves are the shapes that share names and come by turns; where nothing tells, none is named."""

from __future__ import annotations

from automaton.workbench.pack_draft.masks import NAME, REST
from automaton.workbench.pack_draft.roles import Sureness, comings_and_goings, names_of
from automaton.workbench.pack_draft.shapes import ShapeTable

EVENING = (
    "Eve joined us", "Bob joined us", "Eve left us", "Eve joined us", "Bob left us", "Eve left us", "tick 5",
)  # fmt: skip


def found(*lines: str, said: tuple[str, ...] = ()) -> list[tuple[str, Sureness] | None]:
    table = ShapeTable()
    for number, line in enumerate(lines):
        table.add(number, line)
    parts = comings_and_goings(table, said)
    return [None if part is None else (part.shape.text, part.sureness) for part in parts]


def test_a_pair_that_several_people_have_by_turns_is_sure() -> None:
    assert found(*EVENING) == [(f"{NAME} joined us", Sureness.SURE), (f"{NAME} left us", Sureness.SURE)]


def test_a_pair_of_one_person_is_likely() -> None:
    assert found("[LOG] up", "[LOG] Eve joined the game", "[LOG] Eve left the game") == [
        (f"[LOG] {NAME} joined the game", Sureness.LIKELY),
        (f"[LOG] {NAME} left the game", Sureness.LIKELY),
    ]


def test_where_several_words_could_be_the_name_of_one_person_none_is_taken() -> None:
    assert found("Eve joined us", "Eve left us") == [None, None]


def test_what_does_not_come_by_turns_is_no_pair() -> None:
    lines = ["Eve joined a party", "Eve joined a party", "Eve joined a party", "Eve left a party"] * 3

    assert found(*lines) == [None, None]


def test_a_log_may_begin_while_somebody_is_here() -> None:
    assert found("Eve left us", "Bob left us", "Eve joined us", "Bob joined us") == [
        (f"{NAME} joined us", Sureness.SURE),
        (f"{NAME} left us", Sureness.SURE),
    ]


def test_what_was_said_tells_nothing() -> None:
    lines = ("Eve joined the game", "Eve left the game")

    assert found(*lines, said=lines) == [None, None]


def test_a_reason_and_a_team_are_no_part_of_the_shape() -> None:
    lines = [
        "Eve<A> in: joined", "Bob<B> in: joined", "Eve<A> left us (bored)", "Bob<B> left us (tired)",
    ]  # fmt: skip
    _, leave = found(*lines)

    assert leave == (f"{NAME}<\x07> left us ({REST}", Sureness.SURE)


def test_a_tag_before_the_words_is_none_of_them() -> None:
    lines = [
        f"[connected player] {name} has {word}"
        for name in ("Eve", "Bob")
        for word in ("connected", "disconnected")
    ]
    join, leave = found(*lines)

    assert (join, leave) == (
        (f"[connected player] {NAME} has connected", Sureness.SURE),
        (f"[connected player] {NAME} has disconnected", Sureness.SURE),
    )


def test_joins_alone_are_likely_where_several_people_had_plain_words() -> None:
    assert found("Eve joined us", "Bob joined us") == [(f"{NAME} joined us", Sureness.LIKELY), None]
    assert found("Eve joined us") == [None, None]


def test_everybody_who_came_or_went_is_known() -> None:
    table = ShapeTable()
    for number, line in enumerate(EVENING):
        table.add(number, line)

    assert set(names_of(comings_and_goings(table))) == {"Eve", "Bob"}
