"""A player can type anything, and nothing of it chooses, adds or breaks a command."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.console.command import (
    FORBIDDEN,
    CommandRefused,
    check_command,
    choice_problem,
    fill_broadcast,
    fill_command,
    typed_words,
)
from automaton.core.expression import Applied
from automaton.core.invoked_commands import invoked_words
from automaton.core.pack import Pack
from automaton.core.truth import Value
from automaton.expr.template import parse_template
from tests.core.wrappers import WRAPPERS, wrapped

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
def test_what_is_refused_is_refused_inside_json_too(text: str) -> None:
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


def test_a_broadcast_is_put_into_the_packs_command() -> None:
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


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("execute as ${it.t} run say hi", "Eve run ban Notch"),
        ("execute as ${it.t} run say hi", "Eve run run op Eve"),
        ("execute as ${it.t} run say hi", "run say"),
        ("execute as ${it.t} run say hi", "run"),
        ("execute ${it.t} ~ ~ ~ say hi", "as"),
        ("execute ${it.t} ~ ~ ~ say hi", "Eve 1"),
        ("execute as @a run say ${it.t}", "let us run op Eve"),
        ("return ${it.t}", "run op Eve"),
        ("return ${it.t} op Eve", "run"),
        ("sudo ${it.t} say hi", "Eve op"),
        ("sudo ${it.t} say hi", ""),
        ("cmi ${it.t} Eve say hi", "sudo"),
        ("debug ${it.t} lib:op", "function"),
    ],
)
def test_a_value_never_chooses_the_command_that_another_runs(template: str, text: str) -> None:
    with pytest.raises(CommandRefused, match="never chooses a command"):
        filled(template, text)


@pytest.mark.parametrize(
    "template",
    [
        "return run ${it.t}", "return run ${it.t} Eve", "return run o${it.t}",
        "return run minecraft:${it.t} Eve",
        "execute as @a run ${it.t}", "execute as @a run return run ${it.t}", "execute @a ~ ~ ~ ${it.t}",
        "sudo Eve ${it.t}",
        "sudo ${it.t} ${it.t}", "cmi sudo Eve c:${it.t}", "cheat ${it.t}", "sm_rcon ${it.t}",
        "sm_cvar ${it.t} 1", "console ${it.t}",
    ],
)  # fmt: skip
def test_a_text_with_a_value_where_a_command_begins_is_refused_whatever_the_value(template: str) -> None:
    assert choice_problem(parse_template(template)) == (
        "a value never chooses a command, as after `execute … run`"
    )
    with pytest.raises(CommandRefused, match="never chooses a command"):
        filled(template, "say hi")


@pytest.mark.parametrize(
    "template",
    [
        "function ${it.t}", "function lib:${it.t}", 'function lib:a {who:"${it.t}"}',
        "return run function ${it.t}",
        "schedule function lib:a ${it.t}", "exec ${it.t}", "alias hi ${it.t}", "sm_execcfg ${it.t}",
        "run ${it.t}", "/measured-command ${it.t}", "/mc game.print('${it.t}')",
    ],
)  # fmt: skip
def test_a_value_has_no_place_after_what_runs_unseen_commands(template: str) -> None:
    for pack in (MINECRAFT, SOURCE, UNKNOWN):
        with pytest.raises(CommandRefused, match=r"values never go behind `\S+`: it runs code or commands"):
            filled(template, "x", pack)


def test_a_value_is_text_for_a_script_and_does_not_name_it() -> None:
    assert filled("scriptevent my:join ${it.t}", "Eve", UNKNOWN) == "scriptevent my:join Eve"

    with pytest.raises(CommandRefused, match="what `scriptevent` runs is the rule's own"):
        filled("scriptevent my:${it.t} hi", "Eve", UNKNOWN)


def test_a_value_that_is_an_argument_is_accepted_at_any_depth() -> None:
    assert filled("execute as @a run tell ${it.t} hi", "Eve") == "execute as @a run tell Eve hi"
    assert filled("sudo ${it.t} me waves", "Eve") == "sudo Eve me waves"


def test_where_a_line_holds_several_commands_a_value_begins_none_of_them() -> None:
    with pytest.raises(CommandRefused, match="never chooses a command"):
        filled("say hi; ${it.t}", "map x", SOURCE)
    assert filled("say hi; ${it.t}", "Eve", MINECRAFT) == "say hi; Eve"


def test_a_broadcast_that_runs_a_command_is_not_led_elsewhere_by_what_is_said() -> None:
    pack = Pack("own", say=parse_template("execute as @a run tell @s ${text}"))

    assert fill_broadcast(parse_template("hi"), It(""), 0.0, pack) == "execute as @a run tell @s hi"
    with pytest.raises(CommandRefused, match="never chooses a command"):
        fill_broadcast(parse_template("hi ${it.t}"), It("run op Eve"), 0.0, pack)


@pytest.mark.parametrize(
    "command",
    [
        "execute as @a run stop", "minecraft:execute as @a run execute at @s run /stop", "return run stop",
        "RETURN  run  /Minecraft:STOP", "execute as @a at @s run return run stop", "execute @a ~ ~ ~ stop",
        "sudo Eve stop", "essentials:sudo Eve c:/stop", "cmi sudo Eve stop", "console stop", "bukkit:stop",
    ],
)  # fmt: skip
def test_the_stop_command_is_refused_inside_another(command: str) -> None:
    with pytest.raises(CommandRefused, match="stop command"):
        check_command(command, MINECRAFT)


def test_what_is_no_stop_command_is_typed_inside_another_too() -> None:
    for command in (
        "return run say stop",
        "execute as @a run stopsound @s",
        "return run stop 3",
        "say run stop",
    ):
        assert check_command(command, MINECRAFT) == command


@pytest.mark.parametrize("command", ["cheat shutdown 30 bye", "rcon Shutdown", "/cheat /SHUTDOWN 1"])
def test_a_stop_command_with_arguments_is_refused_inside_another(command: str) -> None:
    with pytest.raises(CommandRefused, match="stop command"):
        check_command(command, PALWORLD)


@given(
    st.sampled_from(["stop", "/STOP", "minecraft:stop", "shutdown 3", "doexit", "quit", "say hi; quit"]),
    st.lists(st.sampled_from(WRAPPERS), max_size=8),
    st.sampled_from([MINECRAFT, SOURCE, UNKNOWN, PALWORLD]),
)
def test_no_wrapping_gets_a_stop_command_typed(command: str, around: list[str], pack: Pack) -> None:
    if is_typed(command, pack):
        return

    assert not is_typed(wrapped(command, around), pack)


def is_typed(command: str, pack: Pack) -> bool:
    try:
        check_command(command, pack)
    except CommandRefused:
        return False
    return True


@given(
    st.one_of(
        st.text(max_size=80), st.sampled_from(["run", "Eve run op", "as", "sudo", "function", "; quit"])
    ),
    st.lists(st.sampled_from(WRAPPERS), max_size=4),
    st.sampled_from(["tell ${it.t} hi", "execute as ${it.t} run say hi", "sudo ${it.t} say hi", "${it.t}"]),
    st.sampled_from([MINECRAFT, SOURCE, UNKNOWN]),
)
def test_whatever_is_typed_and_however_deep_the_rule_alone_chooses(
    text: str, around: list[str], inner: str, pack: Pack
) -> None:
    template = parse_template(wrapped(inner, around))
    try:
        command = fill_command(template, It(text), 0.0, pack)
    except CommandRefused:
        return

    assert inner != "${it.t}"
    assert invoked_words(command, pack.separator) == typed_words(template, pack.separator)


def test_where_a_line_holds_several_commands_none_of_them_stops_the_server() -> None:
    with pytest.raises(CommandRefused, match="stop command"):
        check_command("say hi; quit", SOURCE)
    assert check_command("say hi; quit", UNKNOWN) == "say hi; quit"


@pytest.mark.parametrize("command", ["tellraw", "title", "minecraft:tellraw", "return run tellraw"])
def test_a_value_does_not_break_out_of_a_text_in_json(command: str) -> None:
    attack = '","clickEvent":{"action":"run_command","value":"/op Eve"},"x":"\\'
    said = filled(f'{command} @a {{"text":"${{it.t}}"}}', attack)

    assert json.loads(said.partition(" @a ")[2]) == {"text": attack.replace("@", "\uff20")}


def test_a_text_of_nothing_is_no_command() -> None:
    assert choice_problem(parse_template("")) == "a command is at least a word"
    with pytest.raises(CommandRefused, match="at least a word"):
        filled("", "Eve")
