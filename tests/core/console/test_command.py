"""A player can type anything, and nothing of it chooses, adds or breaks a command."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.console.command import (
    FILTERS,
    FORBIDDEN,
    LONGEST_FRAME,
    CommandRefused,
    check_command,
    fill_broadcast,
    fill_command,
    misplaced,
)
from automaton.core.console.places import CommandText
from automaton.core.expression import Applied
from automaton.core.invoked_commands import invoked
from automaton.core.pack import Pack
from automaton.core.truth import Value
from automaton.expr.template import parse_template
from tests.core.games import ANY_GAME as UNKNOWN
from tests.core.games import BEDROCK, FACTORIO, GAMES, MINECRAFT, PALWORLD, SOURCE
from tests.core.wrappers import OF_ARK, OF_SOURCE, WRAPPERS, wrapped


@dataclass
class It:
    """A match whose every group holds the same text."""

    text: str

    def read(self, name: str) -> Value:
        return Value(self.text)

    def apply(self, applied: Applied) -> Value:
        return Value(json.dumps(self.text))


class Growing(It):
    """A match whose every group is a number that grows, so that it matters when it is asked."""

    def read(self, name: str) -> Value:
        return Value(5.0, slope=100.0)


class Number(It):
    """A match whose every group is a number."""

    def read(self, name: str) -> Value:
        return Value(float(self.text))


def filled(template: str, text: str, pack: Pack = MINECRAFT) -> str:
    return fill_command(parse_template(template), It(text), 0.0, pack)


def refusal(template: str, text: str, pack: Pack = MINECRAFT) -> str:
    """Why a command is not typed, as an operator reads it."""
    with pytest.raises(CommandRefused) as raised:
        filled(template, text, pack)
    return str(raised.value)


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
        (MINECRAFT, "@a", "tell ops \uff20a"),
        (MINECRAFT, "@e[limit=9999]", "tell ops \uff20e[limit=9999]"),
        (MINECRAFT, "\u00a7kmagic", "tell ops kmagic"),
        (BEDROCK, '@a "\u00a7k', "tell ops \uff20a k"),
        (SOURCE, '"; quit; "', "say  quit "),
        (UNKNOWN, '"; quit; `$\\', "say  quit "),
        (UNKNOWN, "/op Eve", "say op Eve"),
        (MINECRAFT, "{{7*7}} ${jndi:ldap://x} %s {0.a}", "tell ops {{7*7}} ${jndi:ldap://x} %s {0.a}"),
    ],
)  # fmt: skip
def test_a_value_is_made_safe_for_its_game_and_printed_literally(
    pack: Pack, typed: str, command: str
) -> None:
    template = "tell ops ${it.text}" if command.startswith("tell") else "say ${it.text}"

    assert filled(template, typed, pack) == command


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
    with pytest.raises(CommandRefused, match="runs code"):
        filled("/c game.print('${it.text}')", "x", FACTORIO)


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
    with pytest.raises(CommandRefused, match=r"never chooses|never a value|is no name|no single"):
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
    found = misplaced(parse_template(template), UNKNOWN)

    assert found is not None
    assert found.message == "a value never chooses a command, as after `execute … run`"
    with pytest.raises(CommandRefused, match="never chooses a command"):
        filled(template, "say hi", UNKNOWN)


@pytest.mark.parametrize(
    ("template", "pack"),
    [
        ("function ${it.t}", MINECRAFT), ("function lib:${it.t}", MINECRAFT),
        ('function lib:a {who:"${it.t}"}', MINECRAFT), ("return run function ${it.t}", MINECRAFT),
        ("schedule function lib:a ${it.t}", BEDROCK), ("exec ${it.t}", SOURCE), ("alias hi ${it.t}", SOURCE),
        ("alias hi say ${it.t}", SOURCE), ("sm_execcfg ${it.t}", SOURCE), ("lua_run x('${it.t}')", SOURCE),
        ("ent_fire x RunScriptCode ${it.t}", SOURCE), ("ulx luarun ${it.t}", SOURCE),
        ("run ${it.t}", GAMES["rust"]), ("/measured-command ${it.t}", FACTORIO),
        ("/mc game.print('${it.t}')", FACTORIO), ("/sc ${it.t}", FACTORIO), ("/C ${it.t}", FACTORIO),
    ],
)  # fmt: skip
def test_a_value_has_no_place_after_what_runs_unseen_commands(template: str, pack: Pack) -> None:
    for one in (pack, UNKNOWN):
        with pytest.raises(CommandRefused, match=r"values never go behind `\S+`: it runs code or commands"):
            filled(template, "x", one)


def test_a_value_is_text_for_a_script_and_does_not_name_it() -> None:
    assert filled("scriptevent my:join ${it.t}", "Eve", BEDROCK) == "scriptevent my:join Eve"

    with pytest.raises(CommandRefused, match="what `scriptevent` runs is the rule's own"):
        filled("scriptevent my:${it.t} hi", "Eve", BEDROCK)


def test_a_value_that_is_an_argument_is_accepted_at_any_depth() -> None:
    assert filled("execute as @a run tell ${it.t} hi", "Eve") == "execute as @a run tell Eve hi"
    assert filled("sudo ${it.t} me waves", "Eve") == "sudo Eve me waves"


def test_where_a_line_holds_several_commands_a_value_begins_none_of_them() -> None:
    with pytest.raises(CommandRefused, match="never chooses a command"):
        filled("say hi; ${it.t}", "map x", SOURCE)
    assert filled("say hi; ${it.t}", "Eve", MINECRAFT) == "say hi; Eve"


def test_a_broadcast_that_runs_a_command_is_not_led_elsewhere_by_what_is_said() -> None:
    pack = replace(MINECRAFT, say=parse_template("execute as @a run tell @s ${text}"))

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


@pytest.mark.parametrize("command", ["cheat shutdown 30 bye", "console Shutdown", "/cheat /SHUTDOWN 1"])
def test_a_stop_command_with_arguments_is_refused_inside_another(command: str) -> None:
    with pytest.raises(CommandRefused, match="stop command"):
        check_command(command, replace(UNKNOWN, stop=PALWORLD.stop))


@given(
    st.sampled_from(["stop", "/STOP", "minecraft:stop", "shutdown 3", "doexit", "quit", "say hi; quit"]),
    st.sampled_from(
        [("minecraft", WRAPPERS), ("bedrock", WRAPPERS[:5]), ("source", OF_SOURCE), ("ark", OF_ARK)]
    ),
    st.data(),
)
def test_no_wrapping_gets_a_stop_command_typed(
    command: str, game: tuple[str, tuple[str, ...]], data: st.DataObject
) -> None:
    pack, around = GAMES[game[0]], data.draw(st.lists(st.sampled_from(game[1]), max_size=8))
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

    blank = CommandText(template, pack)
    assert inner != "${it.t}" or not around or pack is SOURCE
    assert [one.word for one in invoked(command, pack)] == [one.word for one in blank.commands]


def test_where_a_line_holds_several_commands_none_of_them_stops_the_server() -> None:
    for pack in (SOURCE, UNKNOWN):
        for command in ("say hi; quit", "quit ; say hi", "quit; say hi"):
            with pytest.raises(CommandRefused, match="stop command"):
                check_command(command, pack)
    assert check_command("say hi; quit", MINECRAFT) == "say hi; quit"


@pytest.mark.parametrize(
    ("pack", "text", "typed"),
    [
        (UNKNOWN, "hi | DoExit; quit", "hi  DoExit quit"),
        (GAMES["ark"], "a|b", "ab"),
        (SOURCE, "a|b;c", "a|bc"),
        (MINECRAFT, "a|b;c", "a|b;c"),
    ],
)
def test_a_text_loses_what_would_end_its_command_in_any_game_that_it_may_be(
    pack: Pack, text: str, typed: str
) -> None:
    word = "ServerChat" if pack is GAMES["ark"] else "say"

    assert filled(f"{word} ${{it.t}}", text, pack) == f"{word} {typed}"


def test_a_broadcast_loses_what_would_end_it_in_the_rules_own_words_too() -> None:
    said = fill_broadcast(parse_template("Bye | ${it.t}; see you"), It("x|y"), 0.0, GAMES["ark"])

    assert said == "ServerChat Bye  xy; see you"


def test_where_the_game_is_not_known_a_value_begins_no_command_of_any() -> None:
    for separator in (";", "|"):
        with pytest.raises(CommandRefused, match="never chooses a command"):
            filled(f"say Welcome back{separator} ${{it.t}}", "quit", UNKNOWN)


@pytest.mark.parametrize(
    "command",
    ["tellraw @a", "title @a title", "minecraft:tellraw @a", "return run tellraw @a", "TELLRAW @a",
     "execute as @a run tellraw @s", "execute as @a at @s run return run minecraft:tellraw @s"],
)  # fmt: skip
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_value_does_not_break_out_of_a_text_in_json(command: str, quote: str) -> None:
    attack = quote + ',"clickEvent":{"action":"run_command","value":"/op Eve"},"x":"\\'
    said = filled(f'{command} {{"text":{quote}${{it.t}}{quote}}}', attack)

    inside = said.partition('{"text":' + quote)[2].removesuffix(quote + "}")
    assert unescaped(inside, quote) == attack.replace("@", "\uff20")


def unescaped(inside: str, quote: str) -> str:
    """The content of a string that ends where the text does, and not before."""
    plain, chars = "", iter(inside)
    for char in chars:
        assert char != quote
        plain += next(chars) if char == "\\" else char
    return plain


def test_a_value_in_data_inside_a_string_is_escaped_for_both() -> None:
    name = """summon zombie ~ ~ ~ {CustomName:'{"text":"${it.t}"}'}"""

    assert filled(name, """a"b'c""") == ("""summon zombie ~ ~ ~ {CustomName:'{"text":"a\\\\"b\\'c"}'}""")


@pytest.mark.parametrize("text", ['{"selector":"x"}', '["a"]', '"x"', " {a:1}"])
def test_a_value_that_begins_a_text_in_snbt_does_not_become_data_itself(text: str) -> None:
    said = filled("summon zombie ~ ~ ~ {CustomName:'${it.t}'}", text)

    assert said.partition("CustomName:'")[2][0] not in "{[\"' "


CLICKED = '{"text":"x","clickEvent":{"action":"run_command","value":"/op Eve"}}'


@pytest.mark.parametrize(
    "template",
    [
        "summon pig ~ ~ ~ {CustomName:${json(it.t)}}", "summon pig ~ ~ ~ {CustomName:'${it.t}'}",
        "give Eve written_book{pages:[${json(it.t)}]}",
        """data merge block 1 2 3 {front_text:{messages:[${json(it.t)},'""','""','""']}}""",
        "give Eve stone[custom_name='${it.t}']",
        "summon pig ~ ~ ~ {CustomName:'${it.a}${it.t}'}", "summon pig ~ ~ ~ {CustomName:' /*${it.t}'}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "\ufeff", "/**/", "#", " \ufeff/* */ ", "//"])
def test_what_stands_in_a_string_of_snbt_is_never_read_as_data(template: str, before: str) -> None:
    said = filled(template, before + CLICKED)

    assert re.match(r"""[^"']*["'][ /*]*text\b""", said)


def test_a_number_and_a_name_at_the_beginning_of_a_string_of_snbt_keep_their_sign() -> None:
    for text in ("-5", ".Eve", "7"):
        assert filled("summon pig ~ ~ ~ {CustomName:'${it.t}'}", text).endswith(f"{{CustomName:'{text}'}}")


@pytest.mark.parametrize(
    "template",
    [
        'data modify block 0 64 0 Command set value "${it.text}"',
        'data modify entity @e[type=command_block_minecart,limit=1] Command set value "${it.text}"',
        """data modify block 0 64 0 "Command" set value '${it.line}'""",
        'data modify block 0 64 0 front_text.messages[0].click_event.command set value "${it.text}"',
        'data modify storage a:b pages[0].clickEvent.value set value "${it.text}"',
        'execute as @a run data modify block 0 64 0 Command set value "${it.text}"',
        'data merge block 0 64 0 {Command:"${it.text}"}',
    ],
)
def test_what_somebody_said_is_not_written_where_a_block_or_a_click_runs_it(template: str) -> None:
    found = misplaced(parse_template(template), MINECRAFT)

    assert found is not None
    assert "may run a command with what somebody said" in found.message


@pytest.mark.parametrize(
    "template",
    [
        'data modify block 0 64 0 Command set value "${it.player}"',
        "setblock 1 2 3 command_block{Command:'/${it.player} Eve'}",
        "setblock 1 2 3 command_block{Command:${json(it.player)}}",
        'tellraw @a {"text":"x","clickEvent":{"action":"run_command","value":"/${it.player}"}}',
        'tellraw @a {"text":"x","clickEvent":{"value":"${it.player}","action":"run_command"}}',
        'tellraw @a {"text":"x","click_event":{"action":"run_command","command":"${it.player}"}}',
    ],
)
def test_a_name_begins_no_command_that_a_block_or_a_click_runs(template: str) -> None:
    with pytest.raises(CommandRefused, match="never chooses a command"):
        filled(template, "stop")


@pytest.mark.parametrize(
    "template",
    [
        'tellraw @a {"text":"${it.p}","clickEvent":{"action":"run_command","value":"/msg ${it.p} hi"}}',
        'tellraw @a {"text":"x","clickEvent":{"action":"suggest_command","value":"${it.p} "}}',
        "setblock 1 2 3 command_block{Command:'kick ${it.p}'}",
    ],
)
def test_a_name_stands_inside_such_a_command(template: str) -> None:
    assert filled(template, "Eve") == template.replace("${it.p}", "Eve")


def test_what_is_written_elsewhere_by_a_path_is_a_text() -> None:
    said = filled(
        'data modify entity @e[type=command_block_minecart,limit=1] Name set value "${it.text}"', "a"
    )

    assert said.endswith('"a"')


def test_what_may_hold_a_click_of_a_plugins_own_takes_no_text() -> None:
    for template in ("cmi ctellraw all ${it.text}", "cmi broadcast ${it.text}"):
        found = misplaced(parse_template(template), MINECRAFT)

        assert found is not None
        assert "what somebody said cannot stand here in `cmi`" in found.message


@pytest.mark.parametrize(
    ("template", "value", "pack"),
    [
        ("tp Eve ${it.x} 64 0", "-12", MINECRAFT), ("setblock ${it.x} 1 ${it.x} stone", "-0.5", MINECRAFT),
        ("ban-ip ${it.x} spam", "10.0.0.1", MINECRAFT), ("pardon-ip ${it.x}", "2001:db8::1", MINECRAFT),
        ("give Eve ${it.x} 1", "minecraft:stone", MINECRAFT), ("give Eve ${it.x}", "7", MINECRAFT),
        ("attribute Eve max_health base set ${it.x}", "20.5", MINECRAFT),
        ("summon pig ${it.x} 1 2", "-3", BEDROCK),
        ("sm_kick #${it.x}", "12", SOURCE), ('sm_kick "#${it.x}" bye', "STEAM_1:0:7", SOURCE),
        ('sm_ban "#${it.x}" 5', "[U:1:7]", SOURCE), ("sm_kick #${it.x}", "76561198000000001", SOURCE),
    ],
)  # fmt: skip
def test_numbers_words_and_accounts_are_typed_as_they_are(template: str, value: str, pack: Pack) -> None:
    assert filled(template, value, pack) == template.replace("${it.x}", value)


@pytest.mark.parametrize("value", ["Eve", "12 0", "all", "@all", "!12", "", "STEAM_1:0:x", '1"', "1;quit"])
def test_behind_a_number_sign_stands_a_number_or_an_account_and_nothing_else(value: str) -> None:
    with pytest.raises(CommandRefused, match="no number or account"):
        filled("sm_kick #${it.x}", value, SOURCE)


@pytest.mark.parametrize("name", ["it.player", "it.text", "it.line"])
def test_what_a_player_is_called_or_said_is_no_account(name: str) -> None:
    found = misplaced(parse_template(f"sm_kick #${{{name}}}"), SOURCE)

    assert found is not None
    assert "selects players by it" in found.message


@pytest.mark.parametrize("value", ["-f", "--12", "-", "..", "a..b"])
def test_a_word_is_no_option_and_no_way_out(value: str) -> None:
    with pytest.raises(CommandRefused, match="no single plain word"):
        filled("tp Eve ${it.x} 64 0", value)


def test_a_line_without_a_slash_is_said_in_factorio_and_no_value_begins_it() -> None:
    assert filled("Hello ${it.text}", "/c game.print(1)", FACTORIO) == "Hello /c game.print(1)"
    for template in ("${it.text} joined", "Hello${it.text}"):
        with pytest.raises(CommandRefused, match="first word"):
            filled(template, "/c", FACTORIO)


def test_behind_brackets_in_a_string_of_snbt_stands_a_name_and_no_text() -> None:
    named = "give Eve stone{display:{Name:'[VIP] ${it.p}'}}"

    assert filled(named, "Eve") == named.replace("${it.p}", "Eve")
    for text in ("' ,a:'", "{}", '","b', "a'b"):
        with pytest.raises(CommandRefused, match="no name and no word"):
            filled(named, text)
        with pytest.raises(CommandRefused, match="no name and no word"):
            filled(named.replace("it.p", "json(it.p)"), text)
    with pytest.raises(CommandRefused, match="part of the SNBT"):
        filled(named.replace("it.p", "it.text"), "Eve")


def test_a_name_behind_brackets_need_not_be_a_word_and_no_name_ends_its_string() -> None:
    named = "data merge entity @s {CustomName:'[VIP] ${it.p}'}"
    loose = replace(MINECRAFT, names=None)

    assert filled(named, ".Eve") == named.replace("${it.p}", ".Eve")
    assert filled('kick "${it.p}"', "Dave's", loose) == 'kick "Dave\'s"'
    assert refusal(named, "Dave's", loose) == (
        "`it.p` stands behind brackets or quotes, and is no name and no word"
    )


def test_a_value_behind_the_closing_quote_is_not_in_quotes() -> None:
    with pytest.raises(CommandRefused, match="has spaces"):
        filled('kick "a"${it.p}', "x 0 y", SOURCE)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ('tellraw @a {"text":${it.t}}', "part of the JSON of `tellraw`"),
        ("tellraw @a ${it.t}", "part of the JSON of `tellraw`"),
        ('tellraw @a {"text":"\\${it.t}"}', "part of the JSON of `tellraw`"),
        ("summon pig ~ ~ ~ {CustomName:${it.t}}", "part of the SNBT of `summon`"),
        ("summon pig ~ ~ ~ {CustomName:'{\"text\":${it.t}}'}", "part of the SNBT of `summon`"),
        ("title @a ${it.t} hi", "decides what it does"),
        ("whitelist ${it.t}", "decides what it does"),
        ("kick @${it.t}", "selects players by it"),
        ("kick ${it.text}", "what somebody said"),
        ("lp user ${it.text} parent set admin", "what somebody said"),
        ('tellraw @a {"clickEvent":{"action":"run_command","value":"/msg ${it.text}"}}', "may run a command"),
    ],
)
def test_a_value_stands_only_where_its_kind_may(template: str, why: str) -> None:
    found = misplaced(parse_template(template), MINECRAFT)

    assert found is not None
    assert why in found.message
    with pytest.raises(CommandRefused, match=why):
        filled(template, "Eve")


@pytest.mark.parametrize(
    ("template", "value", "pack"),
    [
        ("sm_kick ${it.p}", "@all", SOURCE), ("sm_ban ${it.p} 5", "#1", SOURCE),
        ('sm_kick "${it.p}"', "@all", SOURCE), ('kick "${it.p}"', "@a", BEDROCK),
        ("kick ${it.p}", "@a", BEDROCK),
        ("kick ${it.p}", "Eve Ning", BEDROCK), ("sm_ban ${it.p} 5", "Eve 0", SOURCE),
        ("kick ${it.p}", "Eve\u00a0x", BEDROCK), ("kick ${it.p}", "\u00a0@a", BEDROCK),
        ("kick ${it.p}", "Eve\tx", MINECRAFT), ("plugin ${it.p}", "a;b", UNKNOWN),
        ("plugin ${it.p}", "", UNKNOWN),
        ("sm_map ${it.p}", "../cfg/x", SOURCE), ("sm_ban Eve ${it.p}", "1e9", SOURCE),
        ("banid ${it.p} Eve", "9999999999", SOURCE), ('kick "${it.p}" x', 'a" "b', SOURCE),
        ("cheat kickplayer ${it.p}", "a|doexit", GAMES["ark"]), ("/kick ${it.p}", "Eve x", FACTORIO),
    ],
)  # fmt: skip
def test_what_is_no_argument_of_its_kind_is_refused_not_mended(template: str, value: str, pack: Pack) -> None:
    with pytest.raises(CommandRefused, match=r"is no |double quotes|control character"):
        filled(template, value, pack)


def test_a_name_with_spaces_stands_in_double_quotes() -> None:
    assert filled('kick "${it.p}" ${it.p}', "Eve Ning", BEDROCK) == 'kick "Eve Ning" Eve Ning'
    assert filled('sm_ban "${it.p}" 5', "[x] Dave's <1>", SOURCE) == 'sm_ban "[x] Dave\'s <1>" 5'


def test_numbers_and_words_stand_where_they_may() -> None:
    assert filled("give ${it.n} stone ${it.n}", "7") == "give 7 stone 7"
    assert filled("sm_map ${it.n}", "workshop/de_dust2", SOURCE) == "sm_map workshop/de_dust2"


def test_a_command_has_a_bounded_number_of_values() -> None:
    with pytest.raises(CommandRefused, match="at most 64 values"):
        filled("say " + "${it.t}" * 65, "a")


TEMPLATES = [
    (MINECRAFT, "kick ${it.p} ${it.t}"), (MINECRAFT, 'tellraw ${it.p} {"text":"${it.t}","bold":true}'),
    (MINECRAFT, "execute as @a run tellraw @s {text:'${it.t}'}"),
    (MINECRAFT, """summon pig ~ ~ ~ {CustomName:'{"text":"${it.t}"}',Tags:["${it.p}"]}"""),
    (MINECRAFT, "execute as ${it.p} run kick ${it.p} ${it.t}"), (MINECRAFT, "plugin ${it.p} ${it.p}"),
    (BEDROCK, 'kick "${it.p}" ${it.t}'), (BEDROCK, 'tellraw @a {"rawtext":[{"text":"${it.t}"}]}'),
    (SOURCE, 'sm_ban "${it.p}" 5 ${it.t}; say "${it.t}"'), (FACTORIO, "/kick ${it.p} ${it.t}"),
    (UNKNOWN, "tell ${it.p} ${it.t}"), (UNKNOWN, 'tellraw @a {"text":"${it.t}"}'),
]  # fmt: skip
EVIL = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            ['"', "'", "\\", "{", "}", "[", "]", ",", ":", "@a", "#1", ";", "|", " run ", "execute ", "stop",
             "\u00a0", "\t", "$", "`", "/", "op Eve", "run_command"]
        ),
    ),
    max_size=8,
).map("".join)  # fmt: skip


@given(st.sampled_from(TEMPLATES), EVIL)
def test_whatever_a_value_is_commands_and_arguments_stay_where_the_rule_wrote_them(
    case: tuple[Pack, str], value: str
) -> None:
    pack, template = case[0], parse_template(case[1])
    try:
        command = fill_command(template, It(value), 0.0, pack)
    except CommandRefused:
        return

    blank = CommandText(template, pack)
    meant = invoked("".join(blank.texts), pack)
    got = invoked(command, pack)
    assert [one.word for one in got] == [one.word for one in meant]
    for one, other in zip(got, meant, strict=True):
        kinds = [[part.kind for part in each.arguments if not part.kind.is_rest] for each in (one, other)]
        assert kinds[0] == kinds[1]
        for part in one.arguments:
            argument = command[part.at : part.until].strip('"')
            assert (
                part.kind.value != "player" or argument in ("@a", "@s") or argument[0] not in pack.selectors
            )


@given(EVIL)
def test_json_stays_json_with_the_value_as_the_content_of_its_string(value: str) -> None:
    try:
        said = filled('execute as @a run tellraw @s {"text":"${it.t}"}', value)
    except CommandRefused:
        return

    assert json.loads(said.partition("@s ")[2]) == {
        "text": value.replace("@", "\uff20").replace("\u00a7", "")
    }


@pytest.mark.parametrize(
    ("template", "text", "pack", "why"),
    [
        ("kick ${it.p}", "a\nb", MINECRAFT, "it holds the control character U+000A"),
        ("kick ${it.p}", "a\ud800b", MINECRAFT, "it holds the control character U+D800"),
        ("say ${it.p}", "a\x7fb", MINECRAFT, "it holds the control character U+007F"),
        ("say ${it.p}", "a\udfffb", MINECRAFT, "it holds the control character U+DFFF"),
        ("kick ${it.p}", "a;b", MINECRAFT, "`it.p` is no name that a player can have"),
        ("kick ${it.p}", '"Eve"', MINECRAFT, "`it.p` is no name that a player can have"),
        ("sm_map ${it.p}", '"x"', SOURCE, "`it.p` is no single plain word"),
        ("sm_map ${it.p}", "../x", SOURCE, "`it.p` is no single plain word"),
        ("sm_ban Eve ${it.p}", "1e9", SOURCE, "`it.p` is no plain number"),
        ("kick ${it.p}", "a b", BEDROCK,
         '`it.p` has spaces, so it stands in double quotes: write `"${it.p}"`'),
        ("say ${it.player}", "a;b", MINECRAFT, "`it.player` is no name that a player can have"),
        ("say ${ it.player }", "", MINECRAFT, "`it.player` is no name that a player can have"),
        ("give Eve stone{a:1} ${it.n}", "x y", MINECRAFT,
         "`it.n` stands outside of quotes, and is no plain number or word"),
        ('tellraw @a {"a":${memory_pct}}', "x", MINECRAFT,
         "`memory_pct` stands outside of quotes, and is no plain number"),
        ('tellraw @a {"text":"${it.p}","clickEvent":{"action":"run_command","value":"/x"}}', "E v", MINECRAFT,
         "`it.p` is no name that a player can have, and a command may be run with it"),
        ("say ${it.p}", "x" * 1997, MINECRAFT, "it has 2001 characters, 2000 are the most"),
        ("say ${it.p}", "\u20ac" * 1331 + "xx", MINECRAFT, "it takes 4001 bytes to send, 4000 are the most"),
        ("stop", "", MINECRAFT, "it is the game's stop command; `power: stop` is the way"),
        ("  ", "", MINECRAFT, "it is empty"),
        ("say " + "${it.t}" * 65, "a", MINECRAFT, "a command takes at most 64 values"),
        ("${it.t}", "a", MINECRAFT, "the first word of a command is the rule's own, never a value"),
    ],
)  # fmt: skip
def test_why_a_command_is_not_typed_is_told_in_a_sentence(
    template: str, text: str, pack: Pack, why: str
) -> None:
    assert refusal(template, text, pack) == why


@pytest.mark.parametrize("text", ["x" * 1996, "\u20ac" * 1331 + "x"])
def test_a_command_of_the_longest_form_is_typed(text: str) -> None:
    said = filled("say ${it.t}", text)

    assert said == f"say {text}"
    assert len(json.dumps(said, ensure_ascii=False).encode()) <= LONGEST_FRAME


def test_a_command_may_have_as_many_values_as_the_bound_says() -> None:
    assert filled("say " + "${it.t}" * 64, "a") == "say " + "a" * 64
    found = misplaced(parse_template("say " + "${it.t}" * 65), MINECRAFT)
    assert found is not None
    assert (found.number, found.is_choice) == (64, False)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("minecraft", "/\uff20a \"'`;$\\ kX"), ("bedrock", "/\uff20a ;$ kX"),
        ("source", "/@a '`$\\ \u00a7kX"),
        ("factorio", "/@a '`;$ \u00a7kX"), ("unknown", "@a  \u00a7kX"),
    ],
)  # fmt: skip
def test_each_game_loses_what_means_something_in_it_and_nothing_else(name: str, kept: str) -> None:
    assert FILTERS[name]("/@a \"'`;$\\ \u00a7kX") == kept
    assert FILTERS[name]("X/X") == "X/X"
    assert FILTERS.keys() == {"minecraft", "bedrock", "source", "factorio", "unknown"}


def test_what_may_run_a_command_takes_the_name_of_a_player() -> None:
    template = 'tellraw @a {"text":"${it.p}","clickEvent":{"action":"run_command","value":"/x"}}'

    assert filled(template, "Eve") == template.replace("${it.p}", "Eve")


def test_a_value_of_json_by_itself_is_what_it_was() -> None:
    assert filled("tellraw @a ${json(it.t)}", 'a"b\u00e9') == 'tellraw @a "a\\"b\u00e9"'
    number = fill_command(parse_template("tellraw @a ${json(it.t)}"), Number("5"), 0.0, MINECRAFT)
    assert number == "tellraw @a 5.0"


@pytest.mark.parametrize(
    "template", ["tellraw @a ${json(it.t) + 1}", 'tellraw @a {"a":${json(it.t) == "x"}}']
)
def test_what_begins_like_json_and_is_none_is_no_part_of_it(template: str) -> None:
    with pytest.raises(CommandRefused, match="would be part of the JSON of `tellraw`"):
        filled(template, "x")


def test_a_number_beside_data_stands_as_it_is() -> None:
    assert filled("give Eve stone{a:1} ${it.n}", "7") == "give Eve stone{a:1} 7"
    assert filled('tellraw @a {"a":${memory_pct}}', "-1.5") == 'tellraw @a {"a":-1.5}'


def test_a_command_and_a_broadcast_say_what_holds_when_they_are_filled() -> None:
    text = parse_template("${memory_pct > 10}")

    assert fill_command(parse_template("say ${memory_pct > 10}"), Growing(""), 50.0, MINECRAFT) == "say no"
    assert fill_broadcast(text, Growing(""), 50.0, MINECRAFT) == "say no"


def test_a_broadcast_that_cannot_be_is_refused_in_a_sentence() -> None:
    for say, why in (
        (None, "this game has no broadcast"),
        (parse_template("${text}"), "the first word of a command is the rule's own, never a value"),
    ):
        with pytest.raises(CommandRefused) as raised:
            fill_broadcast(parse_template("hi"), It(""), 0.0, replace(MINECRAFT, say=say))
        assert str(raised.value) == why


def test_a_broadcast_into_json_is_escaped_and_one_into_arguments_goes_where_the_pack_says() -> None:
    into_json = replace(MINECRAFT, say=parse_template('tellraw @a {"text":"x ${text} ${text}"}'))
    into_names = replace(UNKNOWN, say=parse_template("plugin ${text}"))

    assert fill_broadcast(parse_template('a"${it.t}'), It('"b\\'), 0.0, into_json) == (
        'tellraw @a {"text":"x a\\"\\"b\\\\ a\\"\\"b\\\\"}'
    )
    assert fill_broadcast(parse_template("a ${it.t}"), It("b c"), 0.0, into_names) == "plugin a b c"


def test_a_broadcast_tells_of_a_player_only_by_a_name() -> None:
    text = parse_template("Bye ${it.player}")

    assert fill_broadcast(text, It("Eve"), 0.0, MINECRAFT) == "say Bye Eve"
    with pytest.raises(CommandRefused, match=r"^`it\.player` is no name that a player can have$"):
        fill_broadcast(text, It("Eve; op"), 0.0, MINECRAFT)
    assert fill_broadcast(text, It("Eve Ning (x)"), 0.0, BEDROCK) == "say Bye Eve Ning (x)"


class OnlyPlayer(It):
    """A match of which only one field has a text."""

    def read(self, name: str) -> Value:
        return Value(self.text if name == "it.player" else None)


def test_it_is_the_players_name_that_is_looked_at() -> None:
    text = parse_template("say ${it.player}${it.text}")

    assert fill_command(text, OnlyPlayer("Eve"), 0.0, MINECRAFT) == "say Eveunknown"


def test_a_name_that_would_decide_what_a_command_does_is_refused() -> None:
    assert filled("xp ${it.p} Eve", "5") == "xp 5 Eve"
    assert refusal("xp ${it.p} Eve", "add") == "a value never chooses a command, as after `execute … run`"


def test_what_is_no_text_is_no_name() -> None:
    with pytest.raises(CommandRefused, match="no name that a player can have"):
        fill_command(parse_template("say ${it.player}"), Number("5"), 0.0, MINECRAFT)
    assert filled("say ${it.player_count} ${it.player}", "Eve") == "say Eve Eve"


@pytest.mark.parametrize(
    ("command", "stop", "stops"),
    [
        ("stop", "stop", True), ("stop now", "stop", False), ("ns:stop", "stop", True),
        ("ns:stop", "ns:stop", True), ("stop", "ns:stop", False), ("other:stop", "ns:stop", False),
        ("service stop", "service stop", True), ("service stop now", "service stop", False),
        ("service", "service stop", False), ("service start", "service stop", False),
        ("halt 5", "halt *", True), ("halt", "halt *", False), ("halt 5 6", "halt *", True),
        ("halts 5", "halt *", False), ("/Halt '5'", "halt *", True),
        ("service stop 5", "service stop *", True), ("service stop", "service stop *", False),
        ("service start 5", "service stop *", False), ("service", "service stop *", False),
        ("service stop 5 6 7", "service stop *", True),
    ],
)  # fmt: skip
def test_a_stop_command_is_known_by_its_words(command: str, stop: str, stops: bool) -> None:
    assert is_typed(command, replace(UNKNOWN, stop=frozenset({"other", stop}))) is not stops
