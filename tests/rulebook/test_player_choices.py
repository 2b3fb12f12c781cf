"""Where a player chooses what happens, an operator is told, and by which field."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load

CHAT = "when: {event: chat}"
SAYS = r"when: {console: '^!(?P<who>\\S+)', from: chat}"


def told(rule: str) -> list[str]:
    loaded = load(f"rules: [{{id: a, {rule}}}]", None)
    assert loaded.problems == []
    return [one.message for one in loaded.doubts if one.code == "player-chooses"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            f"{CHAT}, cooldown: 1h, do: [{{power: restart}}]",
            "sets off power `restart` of rule `a` by `it.text`",
        ),
        (f"{SAYS}, cooldown: 1h, do: [{{power: stop}}]", "by `it.line`"),
        ("when: {event: player.join}, cooldown: 1h, do: [{power: stop}]", "by `it.player`"),
        (f"{CHAT}, do: [{{if: 'it.text == \"!stop\"', do: [{{power: stop}}]}}]", "by `it.text`"),
        (f"{SAYS}, do: [{{send: 'kick ${{it.who}}'}}]", "chooses by `it.who` what `kick` is for"),
        (f"{SAYS}, do: [{{send: 'sm_map ${{it.who}}'}}]", "chooses by `it.who` what `sm_map` is for"),
        (f"{SAYS}, do: [{{exec: rotate, args: ['${{it.who}}']}}]", "an argument of the program"),
    ],
)
def test_what_a_player_can_do_at_will_is_a_warning_that_names_the_field(rule: str, message: str) -> None:
    (one,) = told(rule)

    assert message in one
    assert "it.player in" in one


@pytest.mark.parametrize(
    "rule",
    [
        f"{CHAT}, do: [{{say: 'hi ${{it.text}}'}}, {{send: 'kick ${{it.player}} ${{it.text}}'}}]",
        "when: {event: player.join}, do: [{send: 'tell ${it.player} hi'}]",
        "when: {event: chat, where: 'it.player in [\"Eve\"]'}, cooldown: 1h, do: [{power: restart}]",
        f"{CHAT}, if: 'it.player == \"Eve\"', cooldown: 1h, do: [{{power: restart}}]",
        f"{CHAT}, cooldown: 1h, do: [{{if: 'it.player == \"7\"', do: [{{power: restart}}]}}]",
        f"{CHAT}, count: 5, within: 5m, distinct: it.player, cooldown: 1h, do: [{{power: restart}}]",
        f"{CHAT}, if: memory_pct > 95, cooldown: 1h, do: [{{power: restart}}]",
        f"{CHAT}, cooldown: 1h, do: [{{if: memory_pct > 95, do: [{{power: restart}}]}}]",
        "when: {event: crash}, cooldown: 1h, do: [{power: restart}]",
        r"when: {console: '^map (?P<map>\\w+) is over'}, do: [{send: 'sm_map ${it.map}'}]",
        f"arm: 'off', {CHAT}, cooldown: 1h, do: [{{power: restart}}]",
    ],
)
def test_what_is_bound_to_somebody_or_is_only_said_is_none(rule: str) -> None:
    assert told(rule) == []
