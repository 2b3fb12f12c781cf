"""Each value of a text stands somewhere in a command, at any depth."""

from __future__ import annotations

import pytest

from automaton.core.command_grammar import ArgumentKind
from automaton.core.console.places import CommandText, Misplaced, is_json
from automaton.core.pack import Pack
from automaton.expr.template import parse_template
from tests.core.games import ANY_GAME, BEDROCK, FACTORIO, MINECRAFT, SOURCE

OWN = "the rule's own words"
NAME = "a player's name, as `${it.player}`"
QUOTED = "in quotes inside the JSON or SNBT"


def runs(word: str) -> Misplaced:
    return Misplaced(
        f"values never go behind `{word}`: it runs code or commands that nobody sees", OWN, is_choice=True
    )


def part_of(kind: str, word: str, instead: str, number: int = 0) -> Misplaced:
    message = f"a value would be part of the {kind} of `{word}` here, not of a text in it"
    return Misplaced(message, QUOTED, f'"${{{instead}}}"', number=number)


CHOOSES = Misplaced("a value never chooses a command, as after `execute … run`", OWN, is_choice=True)
FIRST = Misplaced("the first word of a command is the rule's own, never a value", OWN, is_choice=True)
PART_OF_FIRST = Misplaced(
    "the first word of a command is the rule's own, a value cannot be part of it", OWN, is_choice=True
)


def said(word: str, expected: str, *, is_known: bool = True) -> Misplaced:
    why = "" if is_known else ", for no pack teaches it to take a text (`commands`)"
    return Misplaced(f"what somebody said cannot stand here in `{word}`{why}", expected)


@pytest.mark.parametrize(
    ("text", "pack", "found"),
    [
        ("${it.p}", MINECRAFT, FIRST),
        (" ${it.p} x", MINECRAFT, FIRST),
        ("op${it.p} Eve", MINECRAFT, PART_OF_FIRST),
        ("execute as @a run ${it.p}", MINECRAFT, CHOOSES),
        ("execute as @a run op${it.p}", MINECRAFT, CHOOSES),
        ("say hi; ${it.p}", SOURCE, CHOOSES),
        ("sm_rcon ${it.p}", SOURCE, CHOOSES),
        ("function ${it.p}", MINECRAFT, runs("function")),
        ("return run function ${it.p}", MINECRAFT, runs("function")),
        ("alias hi ${it.p}", SOURCE, runs("alias")),
        ("alias hi say ${it.p}", SOURCE, runs("alias")),
        ("/c ${it.p}", FACTORIO, runs("c")),
        ("scriptevent my:${it.p} hi", BEDROCK,
         Misplaced("what `scriptevent` runs is the rule's own, never a value", OWN, is_choice=True)),
        ("title @a ${it.p} hi", MINECRAFT,
         Misplaced("this word of `title` decides what it does, so it is never a value", OWN, is_choice=True)),
        ("kick @${it.p}", MINECRAFT,
         Misplaced("`@` before a value selects players by it: whom, a player would choose", NAME)),
        ("sm_kick #${it.player}", SOURCE,
         Misplaced("`#` before a value selects players by it: whom, a player would choose", NAME)),
        ("kick #${it.p}", MINECRAFT, None),
        ("plugin ${it.p} ${it.p} x@${it.p}", MINECRAFT,
         Misplaced("`@` before a value selects players by it: whom, a player would choose", NAME, number=2)),
        ("kick ${it.text}", MINECRAFT, said("kick", NAME)),
        ("kick ${it.line}", MINECRAFT, said("kick", NAME)),
        ('kick "${it.text}"', BEDROCK, said("kick", NAME)),
        ("plugin ${it.text}", MINECRAFT, said("plugin", NAME, is_known=False)),
        ("xp add Eve ${it.text}", MINECRAFT, said("xp", "a number")),
        ("gamemode ${it.text} Eve", MINECRAFT, said("gamemode", "a single word")),
        ("say ${it.text}", MINECRAFT, None),
        ('tellraw @a {"clickEvent":{"action":"run_command","value":"/msg ${it.text}"}}', MINECRAFT,
         Misplaced("this JSON of `tellraw` may run a command with what somebody said", NAME)),
        ("give Eve stone{Command:'say ${it.text}'}", MINECRAFT,
         Misplaced("this SNBT of `give` may run a command with what somebody said", NAME)),
        ('tellraw @a {"clickEvent":{"action":"run_command","value":"/msg ${it.p}"}}', MINECRAFT, None),
        ('tellraw @a {"clickEvent":{"action":"run_command","value":"/${it.p}"}}', MINECRAFT, CHOOSES),
        ('tellraw @a {"text":"${it.text}"}', MINECRAFT, None),
        ('tellraw @a {"text":${it.p}}', MINECRAFT, part_of("JSON", "tellraw", "it.p")),
        ("tellraw @a ${it.p}", MINECRAFT, part_of("JSON", "tellraw", "it.p")),
        ('tellraw @a {"a":${memory_pct}}', MINECRAFT, None),
        ('tellraw @a {"a":${memory_pct + it.n}}', MINECRAFT, part_of("JSON", "tellraw", "memory_pct + it.n")),
        ("tellraw @a ${json(it.text)}", MINECRAFT, None),
        ('tellraw @a {"text":"\\${json(it.text)}"}', MINECRAFT, part_of("JSON", "tellraw", "json(it.text)")),
        ('tellraw @a {"text":"\\${memory_pct}"}', MINECRAFT, part_of("JSON", "tellraw", "memory_pct")),
        ("summon pig ~ ~ ~ {CustomName:${it.p}}", MINECRAFT, part_of("SNBT", "summon", "it.p")),
        ("give Eve stone{a:1} ${it.n}", MINECRAFT, None),
        ("give Eve stone{a:1} ${it.text}", MINECRAFT, part_of("SNBT", "give", "it.text")),
        ("give Eve stone{a:1} ${it.line}", MINECRAFT, part_of("SNBT", "give", "it.line")),
        ("give Eve stone{a:${it.n}}", MINECRAFT, part_of("SNBT", "give", "it.n")),
        ("give Eve stone{a:${memory_pct}}", MINECRAFT, None),
        ("give Eve stone{a:'{\"b\":${memory_pct}}'}", MINECRAFT, part_of("SNBT", "give", "memory_pct")),
    ],
)  # fmt: skip
def test_what_cannot_stand_where_it_does_is_told_with_what_can(
    text: str, pack: Pack, found: Misplaced | None
) -> None:
    assert CommandText(parse_template(text), pack).misplaced() == found


@pytest.mark.parametrize(
    ("text", "pack", "number"),
    [
        ("sudo ${it.p} ${it.p}", ANY_GAME, 1),
        ('tellraw ${it.p} {"text":"${it.p}","a":${it.p}}', MINECRAFT, 2),
        ("kick ${it.text} ${it.text}", MINECRAFT, 0),
    ],
)
def test_the_first_value_that_cannot_stand_where_it_does_is_told_by_its_number(
    text: str, pack: Pack, number: int
) -> None:
    found = CommandText(parse_template(text), pack).misplaced()

    assert found is not None
    assert found.number == number


def test_where_one_game_runs_code_and_another_decides_by_a_word_the_code_is_told_of() -> None:
    text = parse_template("schedule clear ${it.p}")

    assert CommandText(text, BEDROCK).misplaced() == runs("schedule")
    assert CommandText(text, ANY_GAME).misplaced() == runs("schedule")
    assert CommandText(text, MINECRAFT).misplaced() != runs("schedule")


def test_data_is_read_from_where_it_begins_up_to_the_value() -> None:
    text = CommandText(
        parse_template('tellraw "${it.p}" {"a":"${it.p}","b":[${json(it.p)},"x\'${it.p}'), MINECRAFT
    )
    places = text.places()
    readers = [place.reader for place in places]

    assert readers[0] is None
    assert [
        reader is not None and (reader.is_in_string, reader.is_outside, reader.is_beside)
        for reader in readers[1:]
    ] == [(True, False, False), (False, True, False), (True, False, False)]
    assert [place.is_quoted for place in places] == [True, False, False, False]
    assert not any(place.is_run for place in places)


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("give Eve stone{a:'${it.p}", "b"),
        ('tellraw @a {"a":"${it.p}', "{b"),
    ],
)
def test_only_in_snbt_may_the_beginning_of_a_string_become_data(text: str, put: str) -> None:
    (place,) = CommandText(parse_template(text), MINECRAFT).places()

    assert place.reader is not None
    assert place.reader.put("{b") == put


def test_a_value_before_may_be_empty_so_that_the_next_one_begins_the_string() -> None:
    _, place = CommandText(parse_template("give Eve stone{a:'${it.p}${it.t}'}"), MINECRAFT).places()

    assert place.reader is not None
    assert place.reader.put("{b") == "b"


@pytest.mark.parametrize(
    ("text", "is_account"),
    [("sm_kick #${it.n}", True), ("sm_kick ${it.n}", False), ("sm_kick @${it.n}", False),
     ("say #${it.n}", False)],
)  # fmt: skip
def test_behind_its_sign_an_argument_is_an_account_and_a_text_is_none(text: str, is_account: bool) -> None:
    (place,) = CommandText(parse_template(text), SOURCE).places()

    assert place.is_account is is_account


@pytest.mark.parametrize(
    ("data", "is_run"),
    [
        ('{"action":"RUN_Command"}', True), ("{a:'r\\'un_com\"mand'}", True), ("{Command:'x'}", True),
        ("{Commander:'x'}", False), ('{"action":"open_url"}', False), ('{"a":"suggest_command"}', True),
        ('{"a":"runXX_command"}', False),
    ],
)  # fmt: skip
def test_what_may_run_a_command_is_seen_however_it_is_written(data: str, is_run: bool) -> None:
    (place,) = CommandText(parse_template("give Eve stone" + data + " ${it.n}"), MINECRAFT).places()

    assert place.is_run is is_run


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
    plain, quoted = CommandText(parse_template('plugin ${it.p} "${it.p}"'), BEDROCK).places()
    assert (plain.is_quoted, quoted.is_quoted) == (False, True)


@pytest.mark.parametrize(
    ("text", "is_quoted"),
    [('plugin a"b "${it.p}"', True), ('plugin "a""b"${it.p}', False)],
    ids=["behind another's quote", "behind two pairs"],
)
def test_an_argument_is_in_quotes_by_its_own_quotes_alone(text: str, is_quoted: bool) -> None:
    (place,) = CommandText(parse_template(text), ANY_GAME).places()

    assert place.is_quoted is is_quoted


def test_a_click_is_told_from_a_text() -> None:
    text = 'tellraw @a {"text":"${it.t}","clickEvent":{"action": "run_command","value":"/x"}}'
    (place,) = CommandText(parse_template(text), MINECRAFT).places()

    assert place.is_run


def test_the_shape_of_a_text_is_where_its_commands_and_arguments_begin() -> None:
    kick = CommandText(parse_template("kick ${it.p} for ${it.t}"), MINECRAFT)
    other = CommandText(parse_template("plugin ${it.p} x"), MINECRAFT)

    assert kick.shape(["kick ", "Eve", " for ", "run op Eve"]) == kick.shape(kick.texts)
    assert other.shape(["plugin ", "Eve y", " x"]) != other.shape(other.texts)
    assert other.shape(["plugin ", "Eve y", " x"], with_arguments=False) == [("plugin", (0, 0))]
    assert kick.shape(kick.texts) == [("kick", (0, 0), (ArgumentKind.PLAYER, "", (1, 0)))]


def test_a_command_that_another_runs_has_its_place_in_the_shape_and_so_has_what_chose_it() -> None:
    text = CommandText(parse_template("sudo ${it.p} title ${it.p} times 1"), MINECRAFT)

    assert text.shape(["sudo ", "Eve", " title ", "Kim", " times 1"]) == [
        ("sudo", (0, 0), (ArgumentKind.PLAYER, "", (1, 0))),
        (
            "title",
            (2, 1),
            (ArgumentKind.PLAYER, "", (3, 0)),
            (ArgumentKind.OWN, "times", (4, 1)),
            (ArgumentKind.WORD, "", (4, 7)),
        ),
    ]


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
