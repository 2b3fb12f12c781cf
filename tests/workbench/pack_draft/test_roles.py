"""Joins and leaves are the shapes that share names and come by turns; where nothing tells, none is named."""

from __future__ import annotations

from random import Random

from automaton.workbench.pack_draft.masks import NAME, REST
from automaton.workbench.pack_draft.roles import Sureness, comings_and_goings, names_of, taking_turns
from automaton.workbench.pack_draft.shapes import ShapeTable

EVENING = (
    "Eve joined the game",
    "Bob joined the game",
    "Eve left the game",
    "Eve joined the game",
    "Bob left the game",
    "Eve left the game",
    "tick 5",
)


def found(*lines: str, said: tuple[str, ...] = ()) -> list[tuple[str, Sureness] | None]:
    table = ShapeTable()
    for number, line in enumerate(lines):
        table.add(number, line)
    parts = comings_and_goings(table, said)
    return [None if part is None else (part.shape.text, part.sureness) for part in parts]


def test_a_pair_that_several_people_have_by_turns_is_sure() -> None:
    assert found(*EVENING) == [
        (f"{NAME} joined the game", Sureness.SURE),
        (f"{NAME} left the game", Sureness.SURE),
    ]


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
    assert found("Eve left the game", "Bob left the game", "Eve joined the game", "Bob joined the game") == [
        (f"{NAME} joined the game", Sureness.SURE),
        (f"{NAME} left the game", Sureness.SURE),
    ]


def test_the_servers_that_one_person_goes_to_are_no_names() -> None:
    lines = [f"[Eve] {word} [{server}]" for server in ("lobby", "arena") * 3 for word in ("joined", "left")]

    assert found(*lines) == [None, None]


def test_where_people_are_many_more_than_servers_they_are_told_apart() -> None:
    lines = [
        f"[{name}] {word} [{server}]"
        for server in ("lobby", "arena")
        for name in ("Eve", "Bob", "Ann", "Ted", "Kim", "Zoe")
        for word in ("joined", "left")
    ]

    assert found(*lines)[0] == (f"[{NAME}] joined [\x07]", Sureness.SURE)


def test_where_very_many_shapes_could_be_it_chance_is_no_proof() -> None:
    chance = Random(5)
    words = [f"{one}{other}x" for one in "abcdefgh" for other in "abcdefgh"]
    deeds = ("joined", "left")
    drawn = [(*chance.sample(words, 3), chance.choice(deeds)) for _ in range(3_000)]
    lines = [f"{one} {two} {deed} {three}" for one, two, three, deed in drawn]

    assert found(*lines) == [None, None]


def test_a_line_with_an_address_or_account_goes_before_one_without() -> None:
    lines = [
        line
        for number, name in enumerate(("Eve", "Bob"))
        for line in (
            f"{name} (192.0.2.{number}) connected", f"{name} joined the game",
            f"{name} left the game", f"{name} (192.0.2.{number}) disconnected",
        )
    ]  # fmt: skip

    assert [one[0] for one in found(*lines) if one] == [
        f"{NAME} (\x02) connected",
        f"{NAME} (\x02) disconnected",
    ]


def test_what_was_said_tells_nothing() -> None:
    lines = ("Eve joined the game", "Eve left the game")

    assert found(*lines, said=lines) == [None, None]


def test_a_reason_and_a_team_are_no_part_of_the_shape() -> None:
    people = (("Eve", "A"), ("Bob", "B"), ("Ann", "A"))
    lines = [f"{name}<{team}> joined the game" for name, team in people]
    lines += [
        f"{name}<{team}> left the game (bored by {number}x)" for number, (name, team) in enumerate(people)
    ]
    _, leave = found(*lines)

    assert leave == (f"{NAME}<\x07> left the game ({REST}", Sureness.SURE)


def test_a_reason_is_no_word_for_a_leaving() -> None:
    lines = ("up", "Eve joined the game", "Eve lost connection: Disconnected", "Eve left the game")

    assert found(*lines)[1] == (f"{NAME} left the game", Sureness.LIKELY)


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
    assert found("Eve joined the game", "Bob joined the game") == [
        (f"{NAME} joined the game", Sureness.LIKELY),
        None,
    ]
    assert found("Eve joined the game") == [None, None]


def test_everybody_who_came_or_went_is_known() -> None:
    table = ShapeTable()
    for number, line in enumerate(EVENING):
        table.add(number, line)

    assert set(names_of(comings_and_goings(table))) == {"Eve", "Bob"}


def test_a_tag_or_a_title_that_stays_the_same_is_no_rival_of_two_names() -> None:
    for head, tail in (("[net] ", ""), ("net: ", ""), ("Pilot '", "'")):
        lines = [f"{head}{name}{tail} {word}" for name in ("Eve", "Bob") for word in ("joined", "left")]
        join, _ = found(*lines)

        assert join == (f"{head}{NAME}{tail} joined", Sureness.SURE)


def test_what_people_who_spoke_do_by_turns_is_never_sure() -> None:
    table = ShapeTable()
    for number, line in enumerate(["Eve docked", "Bob docked", "Eve flew", "Bob flew", "Eve docked"]):
        table.add(number, line)
    join, leave = taking_turns(table, (), {"Eve", "Bob"})

    assert join is not None
    assert leave is not None
    assert (join.shape.text, join.sureness) == (f"{NAME} docked", Sureness.UNSURE)
    assert (leave.shape.text, leave.sureness) == (f"{NAME} flew", Sureness.UNSURE)
    assert taking_turns(table, (), {"Steve"}) == (None, None)
