"""A value in a command stands where some game takes it, or the file is wrong at that place."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import told


def of(command: str, servers: str = "{pack: '*'}") -> list[str]:
    rule = f"id: a, when: {{event: chat}}, servers: {servers}, do: [{{send: {command}}}]"
    return [one for one in told(f"rules:\n  - {{{rule}}}\n", None) if "error" in one]


@pytest.mark.parametrize(
    ("command", "value"),
    [
        ("'execute as @a run ${it.text}'", "${it.text}"),
        ("'return run ${it.text}'", "${it.text}"),
        ("'/measured-command ${it.text}'", "${it.text}"),
        ("'/mc game.print(${it.text})'", "${it.text}"),
        ("'sm_kick ${it.text}'", "${it.text}"),
        ("'unheard of ${it.text}'", "${it.text}"),
        ("'kick @${it.player}'", "${it.player}"),
        ("'tellraw @a {\"text\":${it.text}}'", "${it.text}"),
    ],
)
def test_a_value_out_of_place_is_an_error_that_names_it(command: str, value: str) -> None:
    (problem,) = of(command)

    column = (
        f"  - {{id: a, when: {{event: chat}}, servers: {{pack: '*'}}, do: [{{send: {command}".index(value) + 1
    )
    assert problem.startswith(f"r.yml:2:{column}: error: ")
    assert f"found `{value}`; expected " in problem


@pytest.mark.parametrize(
    "command",
    ["'say ${it.text}'", "'kick ${it.player} ${it.text}'", "'sm_ban ${it.player} 5 ${it.text}'",
     "'execute as ${it.player} run say ${it.text}'", "'unheard of ${it.player}'", "'/shout ${it.text}'",
     "'tellraw @a {\"text\":\"${it.text}\"}'", "\"tellraw @a {text:'${it.text}'}\""],
)  # fmt: skip
def test_a_value_in_its_place_is_none(command: str) -> None:
    assert of(command) == []


@pytest.mark.parametrize("pack", ["factorio", "[factorio, valheim]"])
def test_what_is_said_aloud_in_factorio_takes_a_text(pack: str) -> None:
    assert of("'Hello ${it.text}'", f"{{pack: {pack}}}") == []
    (problem,) = of("'Hello ${it.text}'", "{pack: minecraft}")

    assert "cannot stand here in `hello`" in problem


def test_a_command_of_another_game_is_judged_as_that_of_the_rules_servers_reads_it() -> None:
    assert of("'run ${it.player}'", "{pack: minecraft}") == []
    (problem,) = of("'run ${it.player}'")

    assert "values never go behind `run`" in problem


def test_servers_narrow_which_game_is_meant() -> None:
    command = "'title @a title ${it.text}'"  # a text in Bedrock, JSON in Java

    assert of(command) == []
    assert of(command, "{pack: bedrock}") == []
    (problem,) = of(command, "{pack: minecraft}")
    assert "part of the JSON of `title`" in problem
