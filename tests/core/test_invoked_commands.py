"""A line is read once, and every command that it chooses is found, however deeply it is nested."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.command_grammar import ArgumentKind as Kind
from automaton.core.command_grammar import Choice, Form, Grammar
from automaton.core.invoked_commands import (
    Argument,
    InvokedCommand,
    bare,
    first_word,
    first_words,
    has_form,
    invoked,
    invoked_words,
)
from automaton.core.pack import Pack
from tests.core.games import ANY_GAME, ARK, BEDROCK, GAMES, MINECRAFT, SOURCE
from tests.core.wrappers import WRAPPERS, wrapped


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("say hi", ["say"]),
        ("say run op", ["say"]),
        ("/op Eve", ["op"]),
        ("  List", ["list"]),
        ("", []),
        ("  ", []),
        ("/minecraft:op Eve", ["op"]),
        ('"quit"', ["quit"]),
        ("/ op Eve", ["", "op"]),
        ("minecraft: op Eve", ["", "op"]),
        ("execute as @a run op Eve", ["execute", "op"]),
        ("EXECUTE as @a   RUN\tOp Eve", ["execute", "op"]),
        ("minecraft:execute if x run execute as @a run minecraft:op @s", ["execute", "execute", "op"]),
        ("execute store result score a b run /bukkit:op Eve", ["execute", "op"]),
        ("execute as @a at @s run return run op Eve", ["execute", "return", "op"]),
        ('execute as @e[name="a run say b"] run op Eve', ["execute", "say", "op"]),
        ("execute as @a run say we run now", ["execute", "say", "now"]),
        ("execute if function ns:open run say hi", ["execute", "function", "say"]),
        ("execute unless function minecraft:x run op Eve", ["execute", "function", "op"]),
        ("say if function calls", ["say"]),
        ("execute as @a run", ["execute"]),
        ("execute run run op Eve", ["execute", "run", "op"]),
        ("execute @a ~ ~ ~ op Eve", ["execute", "op"]),
        ("execute @a ~ ~ ~ detect ~ ~-1 ~ stone 0 op Eve", ["execute", "op"]),
        ("execute @a ~ ~ ~ execute @p ~ ~ ~ op Eve", ["execute", "execute", "op"]),
        ("return 5", ["return"]),
        ("return run stop", ["return", "stop"]),
        ("function lib:op Eve", ["function"]),
        ("schedule function lib:op 1t", ["schedule", "function"]),
        ("schedule clear lib:op", ["schedule"]),
        ("debug function lib:op", ["debug", "function"]),
        ("debug start", ["debug"]),
        ("trigger home set 1", ["trigger"]),
        ("sudo Eve op Eve", ["sudo", "op"]),
        ("essentials:sudo Eve c:/op Eve", ["sudo", "op"]),
        ("cmi sudo Eve op Eve", ["cmi", "sudo", "op"]),
        ("cmi heal Eve", ["cmi"]),
        ("console op Eve", ["console", "op"]),
        ("perform Eve op Eve", ["perform", "op"]),
        ("cheat SetCheatPlayer true", ["cheat", "setcheatplayer"]),
        ("admincheat doexit", ["admincheat", "doexit"]),
        ("rcon quit", ["rcon", "quit"]),
        ('sm_rcon "quit"', ["sm_rcon", "quit"]),
        ("sm_cvar rcon_password x", ["sm_cvar", "rcon_password"]),
        ("alias hi quit", ["alias", "quit"]),
        ("exec server.cfg", ["exec"]),
        ("/c game.print(1)", ["c"]),
    ],
)
def test_each_word_that_chooses_a_command_is_found(line: str, words: list[str]) -> None:
    assert invoked_words(line, ANY_GAME) == words


def test_where_the_game_takes_several_commands_a_line_each_counts() -> None:
    line = 'say hi;sm_rcon quit; ;alias x "say a;killserver"'

    assert invoked_words(line, SOURCE) == ["say", "sm_rcon", "quit", "alias", "say", "killserver"]
    assert invoked_words(line, MINECRAFT) == ["say"]


def test_a_command_has_its_place_in_the_line_and_its_words() -> None:
    line = " say hi; sm_cexec Eve /Sm_Map  de_dust2 now ;"
    say, _, inner = invoked(line, SOURCE)

    assert (say.word, say.at, say.begins, say.until) == ("say", 1, 4, 7)
    assert (inner.at, inner.until) == (22, len(line) - 1)
    assert first_words(line, inner, 2) == ["sm_map", "de_dust2"]


@pytest.mark.parametrize(
    ("line", "pack", "arguments"),
    [
        ("kick Eve for that", MINECRAFT, [("player", "Eve"), ("text", "for that")]),
        ("KICK  Eve", MINECRAFT, [("player", "Eve")]),
        ('kick "Eve Ning" for that', BEDROCK, [("player", '"Eve Ning"'), ("text", "for that")]),
        ('tellraw @a {"text": "a b"}', MINECRAFT, [("player", "@a"), ("json", '{"text": "a b"}')]),
        ("title @a times 1 2 3 4", MINECRAFT,
         [("player", "@a"), ("own", "times"), ("word", "1"), ("word", "2"), ("word", "3"), ("player", "4")]),
        ("whatever a b", MINECRAFT, [("player", "a"), ("player", "b")]),
        ("function lib:a {b: 1}", MINECRAFT, [("code", "lib:a {b: 1}")]),
        ("scriptevent my:a b c", BEDROCK, [("unseen", "my:a"), ("text", "b c")]),
        ("sm_ban Eve 5 a b", SOURCE, [("player", "Eve"), ("number", "5"), ("text", "a b")]),
    ],
)  # fmt: skip
def test_the_arguments_of_a_command_are_what_its_grammar_says(
    line: str, pack: Pack, arguments: list[tuple[str, str]]
) -> None:
    (one,) = invoked(line, pack)

    assert [(part.kind.value, line[part.at : part.until]) for part in one.arguments] == arguments


def told(line: str, pack: Pack) -> list[str]:
    """Each command as `word(kind=text …)`, a chosen branch after a slash, and what else is said of it."""
    return [
        one.word
        + "("
        + " ".join(
            f"{part.kind.value}{'/' if part.branch else ''}{part.branch}={line[part.at : part.until]}"
            for part in one.arguments
        )
        + ")"
        + "".join(
            sign
            for sign, holds in (("?", not one.is_known), ("*", one.is_unseen), ("!", one.grants))
            if holds
        )
        for one in invoked(line, pack)
    ]


@pytest.mark.parametrize(
    ("line", "pack", "commands"),
    [
        ("op Eve", MINECRAFT, ["op(player=Eve)!"]),
        ("pex user Eve", MINECRAFT, ["pex(player=user player=Eve)?!"]),
        ("plugin Eve", MINECRAFT, ["plugin(player=Eve)?"]),
        ("minecraft: op Eve", MINECRAFT, ["(player=op player=Eve)?", "op(player=Eve)!"]),
        ("xp 5 Eve", MINECRAFT, ["xp(player/*=5 player=Eve)"]),
        ("xp add Eve 5 Kim", MINECRAFT, ["xp(player/add=add player=Eve number=5 word=Kim)"]),
        ("title Eve nothing x", MINECRAFT, ["title(player=Eve own/*=nothing player=x)"]),
        ("weather clear 5", MINECRAFT, ["weather(own=clear number=5)"]),
        ("schedule clear lib:a", MINECRAFT, ["schedule(own/clear=clear own=lib:a)"]),
        ("schedule function lib:a 1t", MINECRAFT, ["schedule()", "function(code=lib:a 1t)*"]),
        ("scriptevent a b", BEDROCK, ["scriptevent(unseen=a text=b)*"]),
        ("alias hi say x;op", SOURCE, ["alias(own=hi stored=say x)*", "say(text=x)", "op()?!"]),
        (";;say a", SOURCE, ["say(text=a)"]),
        ("sm_slap Eve;say x", SOURCE, ["sm_slap(player=Eve)", "say(text=x)"]),
        ("sm_slap ;Eve", SOURCE, ["sm_slap()", "eve()?"]),
        ("cmi sudo Eve op Kim", MINECRAFT, ["cmi()", "sudo(player=Eve)", "op(player=Kim)!"]),
        ("execute as Eve at Kim run kick Tom x", MINECRAFT,
         ["execute(player/as=as player=Eve player=at player=Kim player=run)", "kick(player=Tom text=x)"]),
        ("execute as Eve run say hi run op Tom", MINECRAFT,
         ["execute(player/as=as player=Eve player=run)", "say(text=hi run op Tom)", "op(player=Tom)!"]),
        ("execute as Eve runs x", MINECRAFT, ["execute(player/as=as player=Eve player=runs player=x)"]),
        ("execute if function lib:a run say hi", MINECRAFT,
         ["execute(player/if=if)", "function(code=lib:a run say hi)*", "say(text=hi)"]),
        ("execute run run op Eve", MINECRAFT, ["execute(player/run=run)", "run()?", "op(player=Eve)!"]),
        ("execute store result score Eve b run tp Kim 1 run op Tom", MINECRAFT,
         ["execute(player/store=store player=result player=score player=Eve player=b player=run)",
          "tp(player=Kim word=1 word=run word=op)", "op(player=Tom)!"]),
        ("execute as Eve run plugin Kim run op Tom", MINECRAFT,
         ["execute(player/as=as player=Eve player=run)",
          "plugin(player=Kim player=run)?", "op(player=Tom)!"]),
        ('execute as "run op" Kim', MINECRAFT, ["execute(player/as=as)", "op(player=Kim)!"]),
        ("execute Eve 1 2 3 detect 4 5 6 stone 0 op Kim", MINECRAFT,
         ["execute(player/*=Eve word=1 word=2 word=3 player/detect=detect word=4 word=5 word=6 word=stone"
          " word=0)", "op(player=Kim)!"]),
        ("title Eve title x", ANY_GAME, ["title(player=Eve own/title=title text=x json=x)"]),
        ("permission Eve", ANY_GAME, ["permission(own=Eve)!"]),
        ("schedule clear a", ANY_GAME, ["schedule(code=clear a own/clear=clear own=a)*"]),
    ],
)  # fmt: skip
def test_a_line_is_its_commands_with_all_that_stands_in_them(
    line: str, pack: Pack, commands: list[str]
) -> None:
    assert told(line, pack) == commands


def test_a_command_has_all_its_places() -> None:
    assert invoked(" kick  Eve x", MINECRAFT) == [
        InvokedCommand(
            "kick",
            at=1,
            begins=5,
            until=12,
            arguments=(Argument(Kind.PLAYER, 7, 10), Argument(Kind.TEXT, 11, 12)),
            is_known=True,
        )
    ]


def game(*grammars: Grammar, separator: str = "") -> Pack:
    return Pack("x", grammars=tuple(replace(one, separator=separator) for one in grammars))


A_PLAYER: Form = (Kind.PLAYER,)
CODE: Form = (Kind.CODE,)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (Grammar({"do": A_PLAYER}), Grammar({"do": CODE}), "do(player=x code=x)*"),
        (Grammar({"do": CODE}), Grammar({"do": A_PLAYER}), "do(code=x player=x)*"),
        (Grammar({"do": A_PLAYER}), Grammar({"do": (Kind.WORD,)}), "do(player=x word=x)"),
        (Grammar({"do": A_PLAYER}), Grammar({"do": A_PLAYER}), "do(player=x)"),
        (Grammar({"do": (Kind.TEXT,)}), Grammar(), "do(text=x)"),
        (Grammar(), Grammar({"do": (Kind.TEXT,)}), "do(text=x)"),
        (Grammar(), Grammar({"do": (Kind.TEXT,)}, frozenset({"do"})), "do(text=x)!"),
        (Grammar({}, frozenset({"do"})), Grammar({"do": (Kind.TEXT,)}), "do(text=x)!"),
        (Grammar({"do": A_PLAYER}, frozenset({"do"})), Grammar({"do": A_PLAYER}), "do(player=x)!"),
        (Grammar({"do": A_PLAYER}), Grammar({"do": A_PLAYER}, frozenset({"do"})), "do(player=x)!"),
        (Grammar({"do": CODE}), Grammar(), "do(code=x)*"),
        (Grammar(), Grammar(), "do(player=x)?"),
    ],
)  # fmt: skip
def test_of_what_two_games_read_in_one_command_the_worse_counts(
    one: Grammar, other: Grammar, said: str
) -> None:
    assert told("do x", game(one, other)) == [said]


def test_the_commands_of_all_games_come_in_the_order_of_the_line() -> None:
    one, other = Grammar({"a": (Kind.WORD, Kind.COMMAND)}), Grammar({"a": (Kind.COMMAND,)})

    assert [(each.word, each.at) for each in invoked("a b c", game(one, other))] == [
        ("a", 0), ("b", 2), ("c", 4),
    ]  # fmt: skip


def test_a_separator_of_several_characters_is_left_out_whole() -> None:
    pack = game(Grammar({"a": (Kind.TEXT,)}), separator="&&")

    assert [(one.word, one.at, one.until) for one in invoked("a x&&&& b&&c", pack)] == [
        ("a", 0, 3), ("b", 8, 9), ("c", 11, 12),
    ]  # fmt: skip
    assert told("a x && a y", pack) == ["a(text=x )", "a(text=y)"]


def test_words_that_count_anywhere_are_looked_for_once_and_begin_what_follows_them() -> None:
    run = Choice({"as": ()}, anywhere={"run": (Kind.COMMAND,), "if": (Choice({"do": (Kind.ITSELF,)}),)})
    pack = game(Grammar({"go": (run,), "do": CODE, "end": (Kind.WORD,)}))

    assert told("go as x run go as y run end z", pack) == [
        "go(own/as=as player=x player=run)", "go(own/as=as player=y player=run)", "end(word=z)",
    ]  # fmt: skip
    assert told("go as x if do y if done", pack) == [
        "go(own/as=as player=x player=if)", "do(code=y if done)*",
    ]  # fmt: skip
    assert told("go as run", pack) == ["go(own/as=as player=run)"]
    within = Choice({"other": ()}, anywhere={"run": (Kind.COMMAND,)})
    nested = game(Grammar({"go": (Choice({"as": (within,)}, anywhere={"run": (Kind.COMMAND,)}),)}))
    assert told("go as other run x", nested) == ["go(own/as=as own/other=other player=run)", "x()?"]
    assert told("go as other run", pack) == ["go(own/as=as player=other player=run)"]


def test_words_that_count_anywhere_count_within_their_part_of_the_line() -> None:
    run = Choice({"as": ()}, anywhere={"run": (Kind.COMMAND,), "if": (Choice({"do": (Kind.ITSELF,)}),)})
    pack = game(Grammar({"go": (run,), "do": CODE}), separator=";")

    assert told("go as if do;x run y", pack) == [
        "go(own/as=as player=if)",
        "do()*",
        "x(player=run player=y)?",
    ]


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("promote Eve /now", ["promote(text=Eve /now)?!"]),
        ("say Eve", ["say(text=Eve)?"]),
        ("say", ["say()?"]),
        ("; say", ["say()?"]),
        ("say; x", ["say()?", "x()?"]),
        ("/say Eve; x", ["say(player=Eve)", "x()?"]),
    ],
)
def test_what_has_no_slash_where_commands_have_one_is_a_text_behind_its_word(
    line: str, commands: list[str]
) -> None:
    pack = game(Grammar({"say": A_PLAYER}, frozenset({"promote"}), slash=True), separator=";")

    assert told(line, pack) == commands


def test_a_word_is_bare_without_slash_namespace_and_quotes() -> None:
    assert [bare(word) for word in ("/Op", "a:b:Op", '"/op"', "'op'", "op/", "o/p", "X")] == [
        "op", "op", "op", "op", "op", "o/p", "x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "word"),
    [("/minecraft:Op Eve", "op"), ("  List", "list"), ("", ""), ("  ", ""), ("say hi; op", "say")],
)
def test_a_line_has_a_first_word_or_none(line: str, word: str) -> None:
    assert first_word(line) == word


def test_the_first_words_of_a_command_are_its_own() -> None:
    line = "say 'A' \"B\" /X;kick d"
    say, kick = invoked(line, SOURCE)

    assert first_words(line, say, 9) == ["say", "a", "b", "x"]
    assert first_words(line, say, 1) == ["say"]
    assert first_words(line, kick, 9) == ["kick", "d"]


@pytest.mark.parametrize(
    ("line", "form", "fits"),
    [
        ("kick Eve;op", [Kind.PLAYER], True),
        ("kick ;Eve", [Kind.PLAYER], False),
        ("kick;Eve", [], True),
        ("kick Eve ;op", [Kind.PLAYER, Kind.WORD], False),
        ('kick "Eve Ning"', [Kind.PLAYER], True),
    ],
)
def test_a_form_is_that_of_one_command_among_several(line: str, form: list[Kind], fits: bool) -> None:
    assert has_form(line, invoked(line, SOURCE)[0], form, SOURCE) is fits


@pytest.mark.parametrize(
    "line",
    ["function lib:a", "execute if function a run say hi", "scriptevent my:join x", "exec a.cfg",
     "alias hi say", "sm_execcfg a.cfg", "run a", "/c game.print(1)", "lua_run x", "ulx luarun x"],
)  # fmt: skip
def test_what_runs_commands_that_nobody_sees_is_told(line: str) -> None:
    assert any(one.is_unseen for one in invoked(line, ANY_GAME))


def test_what_is_to_run_commands_that_nobody_sees_is_told_though_nothing_stands_there() -> None:
    assert told("function", MINECRAFT) == ["function()*"]
    assert told("alias hi", SOURCE) == ["alias(own=hi)*"]
    assert told("say hi", SOURCE) == ["say(text=hi)"]


@pytest.mark.parametrize(
    ("line", "form", "fits"),
    [
        ("kick Eve", [Kind.PLAYER], True),
        ("kick", [Kind.PLAYER], False),
        ("kick @a", [Kind.PLAYER], False),
        ("kick Eve x", [Kind.PLAYER], False),
        ("kick Eve x y", [Kind.PLAYER, Kind.TEXT], True),
        ("kick Eve", [Kind.PLAYER, Kind.TEXT], True),
        ("xp add Eve 5", [Kind.WORD, Kind.PLAYER, Kind.NUMBER], True),
        ("xp add Eve 5L", [Kind.WORD, Kind.PLAYER, Kind.NUMBER], False),
        ("list", [], True),
        ("list uuids", [], False),
    ],
)
def test_a_command_has_a_form_or_not(line: str, form: list[Kind], fits: bool) -> None:
    (one,) = invoked(line, MINECRAFT)

    assert has_form(line, one, form, MINECRAFT) is fits


class Asked(dict[str, Form]):
    """Commands of a grammar, counting how often one is looked up."""

    times = 0

    # A dict's own `get` has forms that no reader of commands uses.
    def get(self, word: str, otherwise: Form) -> Form:  # type: ignore[override]
        self.times += 1
        return super().get(word, otherwise)


@pytest.mark.parametrize(
    "line",
    [
        "execute " + "run say if function run " * 80,  # some 2,000 characters, the most there are
        "return run " * 180, "sudo Eve " * 200, "execute run " * 150, "execute as @a run say run " * 70,
    ],
)  # fmt: skip
def test_a_long_line_is_read_in_one_pass(line: str) -> None:
    (grammar,) = MINECRAFT.grammars
    asked = Asked(grammar.commands)
    found = invoked(line, replace(MINECRAFT, grammars=(replace(grammar, commands=asked),)))

    assert asked.times == len(found) == len({one.at for one in found})
    assert sum(len(one.arguments) for one in found) <= 2 * len(line.split())


def test_where_the_game_is_not_known_a_line_is_parted_as_each_game_parts_it() -> None:
    assert invoked_words("say a; quit | doexit", ANY_GAME) == ["say", "say", "say", "quit", "doexit"]
    assert invoked_words("say a; quit | doexit", MINECRAFT) == ["say"]
    assert invoked_words("say a; quit | doexit", ARK) == ["say", "doexit"]


def test_of_two_readings_that_end_elsewhere_each_must_have_the_form() -> None:
    for one in invoked("kick Eve; x", ANY_GAME):
        assert has_form("kick Eve; x", one, [Kind.PLAYER], ANY_GAME) is (one.until == 8)


def test_who_does_not_know_a_word_has_no_say_in_its_arguments() -> None:
    line = 'tellraw @a {"text":"a; b"}'
    first, second = [one for one in invoked(line, ANY_GAME) if one.word == "tellraw"]

    assert not first.is_known
    assert (first.until, first.arguments) == (line.index(";"), ())
    assert [part.kind.value for part in second.arguments] == ["player", "json"]


@given(st.text(max_size=60), st.lists(st.sampled_from(WRAPPERS), max_size=6))
def test_what_a_line_chooses_it_chooses_in_any_wrapping(line: str, around: list[str]) -> None:
    words = invoked_words(line, MINECRAFT)

    assert invoked_words(wrapped(line, around), MINECRAFT)[-len(words) :] == words or not words


@given(st.text(max_size=200), st.sampled_from(list(GAMES.values())))
def test_commands_are_found_in_order_and_within_the_line(line: str, pack: Pack) -> None:
    found = invoked(line, pack)

    assert [one.at for one in found] == sorted(one.at for one in found)
    assert len({(one.at, one.until, one.word) for one in found}) == len(found)
    assert all(0 <= one.at < one.begins <= one.until <= len(line) for one in found)
    assert all(one.begins <= part.at < part.until <= one.until for one in found for part in one.arguments)
