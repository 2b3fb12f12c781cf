"""Each value of a text stands somewhere in a command, at any depth."""

from __future__ import annotations

import pytest

from automaton.core.console.places import CommandText, is_json
from automaton.core.pack import Pack
from automaton.expr.template import parse_template
from tests.core.games import ANY_GAME, BEDROCK, FACTORIO, MINECRAFT, SOURCE


@pytest.mark.parametrize(
    ("text", "pack", "kinds"),
    [
        ("kick ${it.p} ${it.t}", MINECRAFT, ["player", "text"]),
        ("execute as ${it.p} run tell @s ${it.t}", MINECRAFT, ["player", "text"]),
        ('tellraw ${it.p} {"text":"${it.t}"}', MINECRAFT, ["player", "json"]),
        ("say a; sm_ban ${it.p} ${it.n} ${it.t}", SOURCE, ["player", "number", "text"]),
        ("plugin ${it.p} ${it.t}", MINECRAFT, ["player", "player"]),
        ("/mc ${it.t}", FACTORIO, ["code"]),
    ],
)
def test_what_a_value_stands_in_is_what_the_grammar_says(text: str, pack: Pack, kinds: list[str]) -> None:
    places = CommandText(parse_template(text), pack).places()

    assert [kind.value for place in places for kind in place.kinds] == kinds


def test_where_the_game_is_not_known_a_value_must_fit_all_that_know_the_word() -> None:
    (place,) = CommandText(parse_template("title @a title ${it.t}"), ANY_GAME).places()

    assert {kind.value for kind in place.kinds} == {"json", "text"}


def test_an_argument_in_quotes_may_have_spaces() -> None:
    (place,) = CommandText(parse_template('kick "${it.p}"'), BEDROCK).places()

    assert place.is_quoted


def test_a_click_is_told_from_a_text() -> None:
    text = 'tellraw @a {"text":"${it.t}","clickEvent":{"action": "run_command","value":"/x"}}'
    (place,) = CommandText(parse_template(text), MINECRAFT).places()

    assert place.is_run


def test_the_shape_of_a_text_is_where_its_commands_and_arguments_begin() -> None:
    kick = CommandText(parse_template("kick ${it.p} for ${it.t}"), MINECRAFT)
    other = CommandText(parse_template("plugin ${it.p} x"), MINECRAFT)

    assert kick.shape(["kick ", "Eve", " for ", "run op Eve"]) == kick.shape(kick.texts)
    assert other.shape(["plugin ", "Eve y", " x"]) != other.shape(other.texts)


def test_what_json_makes_is_known_by_its_call_however_that_is_written() -> None:
    pieces = parse_template("${json(it.t)}${ json (it.t) }${it.t}${json(it.t) == 'x'}").pieces

    assert [is_json(piece) for piece in pieces if not isinstance(piece, str)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ('tellraw @a {"text":"[Server] ${it.player} joined"}', MINECRAFT),
        ('tellraw @a {"text":"[${it.player}] joined"}', MINECRAFT),
        ('tellraw @a {"text":"{${it.text}}"}', MINECRAFT),
        ('tellraw @a "[Server] ${it.text}"', MINECRAFT),
        ("tellraw @a {text:'[Server] ${it.text}'}", MINECRAFT),
        ('bossbar set a:b name {"text":"[${it.player}]"}', MINECRAFT),
        ('tellraw @a {"rawtext":[{"text":"[Server] ${it.text}"}]}', BEDROCK),
        ("""summon pig ~ ~ ~ {CustomName:'{"text":"[${it.player}]"}'}""", MINECRAFT),
        ('tellraw @a {"text":"[Server] ${it.player} joined"}', ANY_GAME),
    ],
)
def test_a_string_of_json_is_a_text_whatever_it_looks_like(text: str, pack: Pack) -> None:
    assert CommandText(parse_template(text), pack).misplaced() is None


def test_a_text_of_nothing_has_no_places_and_no_command() -> None:
    text = CommandText(parse_template(""), MINECRAFT)

    assert text.places() == []
    assert text.misplaced() is None
    assert text.commands == []
