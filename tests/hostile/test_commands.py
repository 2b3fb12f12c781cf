"""Whatever a player types or is called, each command and argument is the one that the rule wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import finished
from tests.hostile.house import Server
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-commands")

# `it.t` is whatever a stranger wrote.
RULES = r"""
rules:
  - {id: kick, when: {console: '^kick (?P<t>.*)$'}, do: [{send: "kick ${it.t}"}]}
  - {id: quoted, when: {console: '^quoted (?P<t>.*)$'}, do: [{send: 'kick "${it.t}" bye'}]}
  - {id: reason, when: {console: '^reason (?P<t>.*)$'}, do: [{send: "kick Eve ${it.t}"}]}
  - {id: as, when: {console: '^as (?P<t>.*)$'}, do: [{send: "execute as ${it.t} run say hi"}]}
  - {id: said, when: {console: '^said (?P<t>.*)$'}, do: [{send: "execute as @a run say ${it.t}"}]}
  - id: json
    when: {console: '^json (?P<t>.*)$'}
    do: [{send: 'execute as @a run tellraw @s {"text":"${it.t}"}'}]
  - id: returned
    when: {console: '^returned (?P<t>.*)$'}
    do: [{send: 'return run minecraft:TELLRAW @a {"text":"${it.t}"}'}]
  - id: snbt
    when: {console: '^snbt (?P<t>.*)$'}
    do: [{send: "tellraw @a {text:'${it.t}'}"}]
  - id: named
    when: {console: '^named (?P<t>.*)$'}
    do: [{send: "summon zombie ~ ~ ~ {CustomName:'{\"text\":\"${it.t}\"}'}"}]
  - {id: plugin, when: {console: '^plugin (?P<t>.*)$'}, do: [{send: "lp user ${it.t} info"}]}
  - {id: unheard, when: {console: '^unheard (?P<t>.*)$'}, do: [{send: "unheard of ${it.t}"}]}
  - {id: sm, when: {console: '^sm (?P<t>.*)$'}, do: [{send: "sm_kick ${it.t}"}]}
  - {id: ban, when: {console: '^ban (?P<t>.*)$'}, do: [{send: 'sm_ban "${it.t}" 5 spam'}]}
  - {id: map, when: {console: '^map (?P<t>.*)$'}, do: [{send: "sm_map ${it.t}"}]}
  - {id: expel, when: {console: '^expel (?P<t>.*)$'}, do: [{send: "/kick ${it.t}"}]}
  - {id: uid, when: {console: '^uid (?P<t>.*)$'}, do: [{send: "sm_kick #${it.t}"}]}
  - {id: at, when: {console: '^at (?P<t>.*)$'}, do: [{send: "tp Eve ${it.t} 64 0"}]}
  - id: bare
    when: {console: '^bare (?P<t>.*)$'}
    do: [{send: "summon zombie ~ ~ ~ {CustomName:'${it.t}'}"}]
  - id: made
    when: {console: '^made (?P<t>.*)$'}
    do: [{send: "summon zombie ~ ~ ~ {CustomName:${json(it.t)}}"}]
  - id: twice
    when: {console: '^twice (?P<n>[^{]*)(?P<t>.*)$'}
    do: [{send: "summon zombie ~ ~ ~ {CustomName:'${it.n}${it.t}'}"}]
  - {id: spoken, when: {console: '^spoken (?P<t>.*)$'}, do: [{send: "say ${it.t}"}]}
  - {id: aloud, when: {console: '^aloud (?P<t>.*)$'}, do: [{say: "a | ${it.t}"}]}
  - {id: back, when: {console: '^back (?P<t>.*)$'}, do: [{send: "say Welcome back; ${it.t}"}]}
  - {id: hello, when: {console: '^hello (?P<t>.*)$'}, do: [{send: "Hello ${it.t}"}]}
  - {id: shout, when: {console: '^shout (?P<t>.*)$'}, do: [{send: "/shout ${it.t}"}]}
"""
GAMES = {
    "java": "Paper", "bedrock": "Vanilla Bedrock", "source": "Counter-Strike 2", "factorio": "Factorio",
    "unknown": "Unheard Of", "ark": "ARK: Survival Evolved",
}  # fmt: skip
# Servers of each game: an attack has one of its own.
MANY = {"java": 60, "bedrock": 8, "source": 24, "factorio": 6, "unknown": 12, "ark": 2}
# A word more for a game that nobody knows: what was refused there still is.
TAUGHT = "extends: wings\ncommands: {announce: text}\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    servers = {f"{game}-{number}": egg for game, egg in GAMES.items() for number in range(MANY[game])}
    with world(tmp_path_factory.mktemp("commands"), RULES, servers=servers) as made:
        (made.folder / "packs.d").mkdir()
        (made.folder / "packs.d" / "taught.yml").write_text(TAUGHT)
        with made.running():
            yield made


@pytest.fixture(scope="module")
def free(here: World) -> dict[str, Iterator[Server]]:
    return {game: iter([here[f"{game}-{number}"] for number in range(many)]) for game, many in MANY.items()}


@pytest.mark.parametrize(
    ("game", "line"),
    [
        ("java", "kick @a"), ("java", "kick @e[limit=9]"), ("java", "kick \u00a0@a"), ("java", "kick *"),
        ("java", "kick Eve Notch"), ("java", "as Eve run op Eve"), ("java", "as run"), ("java", "plugin @a"),
        ("java", "unheard @a"), ("java", "plugin Eve parent set admin"),
        ("bedrock", "kick @a"), ("bedrock", "quoted @a"), ("bedrock", "quoted @e[r=9]"),
        ("bedrock", "quoted a\" \"b"), ("bedrock", "kick Eve Ning"), ("bedrock", "as @a"),
        ("source", "sm @all"), ("source", "sm @!me"), ("source", "sm #1"), ("source", "ban #1"),
        ("source", "ban @bots"), ("source", "ban x\" 0 \""), ("source", "sm Eve; quit"),
        ("source", "map ../cfg/x"),
        ("source", "sm Eve 0"), ("source", "map a;quit"),
        ("source", 'sm "; quit; "'), ("source", 'ban "; quit; "'), ("source", 'map "; quit; "'),
        ("factorio", "expel Eve Notch"),
        ("unknown", "kick @a"), ("unknown", "sm #1"), ("unknown", "kick Eve Notch"),
        ("unknown", "as Eve run op"), ("unknown", "back quit"), ("unknown", "back Eve"),
        ("source", "uid all"), ("source", "uid 1 0"), ("java", "at -f"), ("java", "at 1 2"),
        ("unknown", 'kick "; quit; "'), ("unknown", 'plugin "; quit; "'),
    ],
)  # fmt: skip
def test_a_name_that_is_a_selector_or_more_than_a_name_is_refused_and_nothing_typed(
    here: World, free: dict[str, Iterator[Server]], game: str, line: str
) -> None:
    server = next(free[game])

    assert here.answers(server, line) == []
    here.daemon.tells("refused", server.name)


@pytest.mark.parametrize(
    ("game", "line", "typed"),
    [
        ("java", "kick .Eve_1", "kick .Eve_1"),
        ("bedrock", "quoted Eve Ning", 'kick "Eve Ning" bye'),
        ("source", "ban [x] Dave's", 'sm_ban "[x] Dave\'s" 5 spam'),
        ("source", "map workshop/de_dust2", "sm_map workshop/de_dust2"),
        ("factorio", "shout /c game.print(1)", "/shout /c game.print(1)"),
        ("factorio", 'shout \\"x', "/shout x"),
        ("factorio", "hello /c game.print(1)", "Hello /c game.print(1)"),
        ("java", "at -12.5", "tp Eve -12.5 64 0"),
        ("java", "back Eve", "say Welcome back; Eve"),
        ("source", "uid 12", "sm_kick #12"),
        ("ark", "aloud hi | DoExit", "ServerChat a  hi  DoExit"),
        ("unknown", "spoken hi | DoExit; quit", "say hi  DoExit quit"),
    ],
)
def test_what_is_a_name_a_word_or_a_text_is_typed_as_one(
    here: World, free: dict[str, Iterator[Server]], game: str, line: str, typed: str
) -> None:
    assert here.answers(next(free[game]), line) == [typed]


BREAK_OUTS = [
    '","clickEvent":{"action":"run_command","value":"/op Eve"},"x":"',
    "',clickEvent:{action:'run_command',value:'/op Eve'},x:'",
    '\\","extra":[{"selector":"@a"}],"x":"\\',
    "\\',b:'",
    '"}] }, "a\\\\"',
]


@pytest.mark.parametrize("attack", BREAK_OUTS)
@pytest.mark.parametrize("rule", ["json", "returned"])
def test_a_break_out_of_json_behind_execute_and_return_is_the_content_of_its_string(
    here: World, free: dict[str, Iterator[Server]], rule: str, attack: str
) -> None:
    (typed,) = here.answers(next(free["java"]), f"{rule} {attack}")

    assert json.loads(typed[typed.index("{") :]) == {"text": attack.replace("@", "\uff20")}


@pytest.mark.parametrize("attack", BREAK_OUTS)
@pytest.mark.parametrize(("rule", "quote"), [("snbt", "'"), ("named", "'")])
def test_a_break_out_of_snbt_in_either_quote_ends_no_string(
    here: World, free: dict[str, Iterator[Server]], rule: str, quote: str, attack: str
) -> None:
    (typed,) = here.answers(next(free["java"]), f"{rule} {attack}")

    content = typed[typed.index(quote) + 1 : typed.rindex(quote)]
    plain, chars = "", iter(content)
    for char in chars:
        assert char != quote, typed
        plain += next(chars) if char == "\\" else char
    if rule == "named":
        plain = json.loads(plain)["text"]
    assert plain == attack.replace("@", "\uff20")


CLICKED = '{"text":"x","clickEvent":{"action":"run_command","value":"/op Eve"}}'


@pytest.mark.parametrize("before", ["", "\ufeff", "/**/", "# "])
@pytest.mark.parametrize("rule", ["bare", "made", "twice"])
def test_a_text_that_looks_like_a_click_is_only_text_in_a_string_of_snbt(
    here: World, free: dict[str, Iterator[Server]], rule: str, before: str
) -> None:
    (typed,) = here.answers(next(free["java"]), f"{rule} {before}{CLICKED}")

    content = typed.partition("CustomName:")[2]
    assert content[1:].startswith("text"), typed
    assert content[0] in "\"'"


@pytest.mark.parametrize(
    "line", ["said let us run op Eve", "said run stop", "json run op Eve", "as say", "named run op Eve"]
)
def test_a_text_that_reads_like_a_command_behind_run_adds_none(
    here: World, free: dict[str, Iterator[Server]], line: str
) -> None:
    answers = here.answers(next(free["java"]), line)

    assert answers in ([], ["execute as say run say hi"], [NAMED.format("run op Eve")])


NAMED = 'summon zombie ~ ~ ~ {{CustomName:\'{{"text":"{}"}}\'}}'

# What no rule may be: each is a line of one file, and an error at its place.
WRONG = [
    "execute as @a run ${it.text}", "EXECUTE as @a at @s RUN ${it.text}", "return run ${it.text}",
    "minecraft:return run ${it.text}", "execute as @a run return run ${it.text}",
    "execute as @a run\t${it.text}",
    "${it.text}", "op${it.text} Eve", "/minecraft:${it.text}",
    "/measured-command ${it.text}", "/mc ${it.text}", "/c ${it.text}", "/C game.print('${it.text}')",
    "/silent-command ${it.text}", "/sc ${it.player}",
    "sm_rcon ${it.text}", "rcon ${it.text}", "alias x ${it.text}", "exec ${it.player}",
    "sm_execcfg ${it.player}",
    "lua_run ${it.text}", "ent_fire x RunScriptCode ${it.text}",
    "sudo Eve ${it.text}", "cmi sudo Eve ${it.text}", "console ${it.text}", "cheat ${it.text}",
    "function ${it.player}", "function lib:a {who:'${it.player}'}", "schedule function ${it.player} 1t",
    "scriptevent my:${it.player} hi", "sm_kick ${it.text}", "sm_kick #${it.player}", "kick @${it.player}",
    "kick ${it.text}", "unheard of ${it.text}", "lp user ${it.text} info", "whitelist ${it.player}",
    "tellraw @a ${it.text}", 'tellraw @a {"text":${it.text}}', 'tellraw @a {"text":"\\${it.text}"}',
    "summon zombie ~ ~ ~ {CustomName:${it.text}}",
    'tellraw @a {"clickEvent":{"action":"run_command","value":"${it.text}"}}',
    'setblock 1 2 3 command_block{Command:"say ${it.text}"}',
    'data modify block 0 64 0 Command set value "${it.text}"',
    'data modify entity @e[type=command_block_minecart,limit=1] Command set value "${it.text}"',
    "data modify block 0 64 0 front_text.messages[0].click_event.command set value '${it.text}'",
    "cmi ctellraw all ${it.text}", "cmi broadcast ${it.text}", "sm_kick #${it.text}",
]  # fmt: skip


def wrong_rules() -> str:
    return "rules:\n" + "".join(
        f"  - {{id: a{number}, when: {{event: chat}}, do: [{{send: {json.dumps(command)}}}]}}\n"
        for number, command in enumerate(WRONG)
    )


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("wrong") / "rules.yml"
    path.write_text(wrong_rules())
    return finished("check", "--json", str(path)).stdout


def test_a_file_that_teaches_an_unknown_game_one_word_makes_none_of_these_right(tmp_path: Path) -> None:
    with world(tmp_path, wrong_rules()) as made:
        (tmp_path / "packs.d").mkdir()
        (tmp_path / "packs.d" / "taught.yml").write_text(TAUGHT)
        done = finished("check", "--json", "-c", str(made.file))

    found = [one for one in json.loads(done.stdout)["problems"] if one["severity"] == "error"]
    assert {one["line"] for one in found} == set(range(2, len(WRONG) + 2))
    assert {one["code"] for one in found} == {"first-word", "value-place", "control-character"}


@pytest.mark.parametrize("number", range(len(WRONG)), ids=WRONG)
def test_a_rule_that_fills_a_value_where_a_command_or_code_begins_is_an_error_that_names_the_place(
    judged: str, number: int
) -> None:
    found = [one for one in json.loads(judged)["problems"] if one["line"] == number + 2]

    assert any(
        one["severity"] == "error"
        and one["code"] in ("first-word", "value-place")
        and "${it." in one["found"]
        for one in found
    ), found


PLAYERS_CHOOSE = [
    "when: {event: chat, where: 'it.text == \"!restart\"'}, cooldown: 1h, do: [{power: restart}]",
    "when: {event: player.join}, cooldown: 1h, do: [{power: stop}]",
    "when: {console: '^!kick (?P<who>\\w+)$', from: chat}, do: [{send: 'kick ${it.who}'}]",
    "when: {console: '^!map (?P<map>\\w+)$', from: chat}, do: [{send: 'sm_map ${it.map}'}]",
    "when: {event: chat, where: 'it.player != \"Eve\"'}, cooldown: 1h, do: [{power: restart}]",
    "when: {event: chat}, if: connected, cooldown: 1h, do: [{power: restart}]",
    "while: 'seen(chat, 1m)', cooldown: 1h, do: [{if: memory_pct > 95, do: [save], else: [{power: stop}]}]",
]


@pytest.mark.parametrize("rule", PLAYERS_CHOOSE)
def test_a_rule_in_which_a_player_chooses_what_happens_does_not_pass_a_strict_check(
    tmp_path: Path, rule: str
) -> None:
    (tmp_path / "rules.yml").write_text(f"rules:\n  - {{id: a, {rule}}}\n")
    done = finished("check", "--strict", str(tmp_path / "rules.yml"))

    assert done.returncode == 78  # EX_CONFIG
    assert "by `it." in done.stdout + done.stderr
