"""A line is read once, and every command that it chooses is found, however deeply it is nested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.invoked_commands import InvokedCommand, first_words, invoked, invoked_words
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
        ("execute @a ~ ~ ~ detect ~ ~-1 ~ stone 0 op Eve", ["execute", "detect", "op"]),
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
    assert invoked_words(line) == words


def test_where_the_game_takes_several_commands_a_line_each_counts() -> None:
    line = 'say hi;sm_rcon quit; ;alias x "say a;killserver"'

    assert invoked_words(line, ";") == ["say", "sm_rcon", "quit", "alias", "say", "killserver"]
    assert invoked_words(line) == ["say"]


def test_a_command_has_its_place_in_the_line_and_its_words() -> None:
    line = " say hi; sudo Eve /Minecraft:Op  Notch now ;"
    say, _, op = invoked(line, ";")

    assert say == InvokedCommand("say", 1, 4, 7)
    assert (op.at, op.own, op.until) == (18, 31, len(line) - 1)
    assert first_words(line, op, 2) == ["minecraft:op", "notch"]


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("function lib:a with storage b", "function lib:a with storage b"),
        ("sm_execcfg a.cfg", "sm_execcfg a.cfg"),
        ("scriptevent my:join Steve came", "scriptevent my:join"),
        ("scriptevent", "scriptevent"),
        ("say hi", "say"),
    ],
)
def test_what_runs_something_unseen_is_the_rules_own_to_its_end(line: str, own: str) -> None:
    (one, *_) = invoked(line)

    assert line[one.at : one.own] == own


@given(st.text(max_size=60), st.lists(st.sampled_from(WRAPPERS), max_size=6))
def test_what_a_line_chooses_it_chooses_in_any_wrapping(line: str, around: list[str]) -> None:
    words = invoked_words(line)

    assert invoked_words(wrapped(line, around))[-len(words) :] == words or not words


@given(st.text(max_size=200), st.sampled_from(["", ";"]))
def test_commands_are_found_in_order_and_within_the_line(line: str, separator: str) -> None:
    found = invoked(line, separator)

    assert [one.at for one in found] == sorted({one.at for one in found})
    assert all(0 <= one.at < one.own <= one.until <= len(line) for one in found)
