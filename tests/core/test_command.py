"""A player can type anything, and nothing of it chooses, adds or breaks a command."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.applied import Applied
from automaton.core.command import FORBIDDEN, CommandRefused, check_command, fill_broadcast, fill_command
from automaton.core.pack import Pack
from automaton.core.truth import Value
from automaton.expr.template import parse_template

PALWORLD = Pack("palworld", stop=frozenset({"shutdown", "shutdown *"}))
MINECRAFT = Pack("minecraft", say=parse_template("say ${text}"), stop=frozenset({"stop"}), safe="minecraft")
SOURCE = Pack("source", safe="source")
UNKNOWN = Pack("wings")


@dataclass
class It:
    """A match whose every group holds the same text."""

    text: str

    def read(self, name: str) -> Value:
        return Value(self.text)

    def apply(self, applied: Applied) -> Value:
        return Value(self.text)


def filled(template: str, text: str, pack: Pack = MINECRAFT) -> str:
    return fill_command(parse_template(template), It(text), 0.0, pack)


@pytest.mark.parametrize(
    "text",
    ["Eve\nop Eve", "Eve\rop", "Eve \rop", "a\x0bb", "a\x0cb", "a\x85b", "a\u2028b", "a\u2029b", "\x7f",
     "\x00", "\u202eevE", "a\u2066b", "\ud800"],
)  # fmt: skip
@pytest.mark.parametrize("pack", [MINECRAFT, SOURCE, UNKNOWN])
def test_control_characters_are_refused_not_stripped(text: str, pack: Pack) -> None:
    with pytest.raises(CommandRefused, match=r"control character U\+"):
        filled("kick ${it.name}", text, pack)


@pytest.mark.parametrize("text", ["\x7f", "a\x85b", "a\u2028b", "\u202eevE", "\ud800"])
def test_what_is_refused_is_so_inside_of_json_too(text: str) -> None:
    with pytest.raises(CommandRefused, match=r"control character U\+"):
        filled('tellraw @a {"text":${json(it.text)}}', text)


def test_json_of_a_value_passes_the_filter_of_the_game() -> None:
    said = filled('tellraw @a {"text":${json(it.text)}}', '\u00a7k@a","clickEvent":{"a":"b"}\\')

    assert said == 'tellraw @a {"text":"k\uff20a\\",\\"clickEvent\\":{\\"a\\":\\"b\\"}\\\\"}'


@pytest.mark.parametrize(
    ("pack", "typed", "command"),
    [
        (MINECRAFT, "@a", "tell \uff20a"),
        (MINECRAFT, "@e[limit=9999]", "tell \uff20e[limit=9999]"),
        (MINECRAFT, "\u00a7kmagic", "tell kmagic"),
        (SOURCE, '"; quit; "', "tell  quit "),
        (UNKNOWN, '"; quit; `$\\', "tell  quit "),
        (UNKNOWN, "/op Eve", "tell op Eve"),
        (MINECRAFT, "{{7*7}} ${jndi:ldap://x} %s {0.a}", "tell {{7*7}} ${jndi:ldap://x} %s {0.a}"),
    ],
)  # fmt: skip
def test_a_value_is_made_safe_for_its_game_and_printed_literally(
    pack: Pack, typed: str, command: str
) -> None:
    assert filled("tell ${it.text}", typed, pack) == command


def test_the_rules_own_words_are_not_filtered() -> None:
    assert filled("execute as @a run say ${it.text}", "@a") == "execute as @a run say \uff20a"


@pytest.mark.parametrize("template", ["${it.verb} Eve", "op${it.verb} Eve", " ${it.verb}"])
def test_a_value_is_never_the_first_word(template: str) -> None:
    with pytest.raises(CommandRefused, match="first word"):
        filled(template, "op")


@pytest.mark.parametrize("name", ["Eve; op", "E" * 17, "", "Zoë", "a b"])
def test_a_player_has_a_name_that_a_player_can_have(name: str) -> None:
    with pytest.raises(CommandRefused, match="no name that a player can have"):
        filled("kick ${it.player}", name)


def test_a_bedrock_players_name_may_begin_with_a_dot() -> None:
    assert filled("kick ${it.player} spam", ".Eve_1") == "kick .Eve_1 spam"


@pytest.mark.parametrize(
    ("template", "text", "pack"),
    [
        ("stop", "", MINECRAFT),
        ("/stop ", "", MINECRAFT),
        (" STOP", "", MINECRAFT),
        ("quit", "", UNKNOWN),
        ("shutdown", "", PALWORLD),
        ("Shutdown  30 bye", "", PALWORLD),
        ("/shutdown 1", "", PALWORLD),
    ],
)
def test_the_stop_command_is_never_typed(template: str, text: str, pack: Pack) -> None:
    with pytest.raises(CommandRefused, match="stop command"):
        filled(template, text, pack)


def test_a_capture_of_ten_kilobytes_is_refused() -> None:
    with pytest.raises(CommandRefused, match="2000 are the most"):
        filled("say ${it.text}", "x" * 10_000)


def test_a_command_that_would_not_fit_a_frame_is_refused() -> None:
    with pytest.raises(CommandRefused, match="most"):
        filled("say ${it.text}", "\U0001f600" * 1500)


def test_a_broadcast_stands_in_the_packs_command() -> None:
    said = fill_broadcast(parse_template("Bye ${it.name}, @a"), It("@e"), 0.0, MINECRAFT)

    assert said == "say Bye \uff20e, @a"


def test_nothing_of_a_value_goes_into_code_in_factorio() -> None:
    pack = Pack("factorio", safe="factorio")

    with pytest.raises(CommandRefused, match="runs code"):
        filled("/c game.print('${it.text}')", "x", pack)


@given(st.text(max_size=300), st.sampled_from([MINECRAFT, SOURCE, UNKNOWN]))
def test_whatever_is_typed_the_command_is_one_line_that_begins_as_the_rule_says(
    text: str, pack: Pack
) -> None:
    try:
        command = filled("tell ops ${it.text}", text, pack)
    except CommandRefused:
        return

    assert command.startswith("tell ops ")
    assert not FORBIDDEN.search(command)
    assert len(command) <= 2000


def test_a_command_that_only_begins_like_the_stop_command_is_typed() -> None:
    assert check_command("shutdowns 3", PALWORLD) == "shutdowns 3"
    assert check_command("stop 3", MINECRAFT) == "stop 3"


@pytest.mark.parametrize("text", ["Eve run ban Notch", "Eve run run op Eve", "run say"])
def test_a_value_never_chooses_the_command_that_another_runs(text: str) -> None:
    with pytest.raises(CommandRefused, match="never chooses a command"):
        filled("execute as ${it.t} run say hi", text)


@pytest.mark.parametrize(
    "command", ["execute as @a run stop", "minecraft:execute as @a run execute at @s run /stop"]
)
def test_the_stop_command_is_refused_inside_of_another(command: str) -> None:
    with pytest.raises(CommandRefused, match="stop command"):
        check_command(command, MINECRAFT)


def test_where_a_line_holds_several_commands_none_of_them_stops_the_server() -> None:
    with pytest.raises(CommandRefused, match="stop command"):
        check_command("say hi; quit", SOURCE)
    assert check_command("say hi; quit", UNKNOWN) == "say hi; quit"


@pytest.mark.parametrize("command", ["tellraw", "title", "minecraft:tellraw"])
def test_a_value_does_not_break_out_of_a_text_in_json(command: str) -> None:
    attack = '","clickEvent":{"action":"run_command","value":"/op Eve"},"x":"\\'
    said = filled(f'{command} @a {{"text":"${{it.t}}"}}', attack)

    assert json.loads(said.split(" ", 2)[2]) == {"text": attack.replace("@", "\uff20")}
