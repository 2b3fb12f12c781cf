"""Where a player chooses what happens, an operator is told, and by which field."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load

CHAT = "when: {event: chat}"
SAYS = r"when: {console: '^!(?P<who>\\S+)', from: chat}"


def told(rule: str) -> list[str]:
    return told_of(f"{{id: a, {rule}}}")


def told_of(*rules: str) -> list[str]:
    windows = "windows: {night: {from: '02:00', to: '03:00', tz: UTC}}\n"
    loaded = load(f"{windows}rules: [{', '.join(rules)}]", None)
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
        (
            f"{CHAT}, cooldown: 1h, do: [{{if: 'it.player == \"Eve\"', do: [{{say: hi}}],"
            " else: [{power: restart}]}]",
            "by `it.text`",
        ),
        (
            f"{CHAT}, cooldown: 1h, do: [{{if: memory_pct > 95, do: [{{say: hi}}],"
            " else: [{power: stop}]}]",
            "by `it.text`",
        ),
        ("while: 'seen(chat, 1m)', cooldown: 1h, do: [{power: restart}]", "by `it.text`"),
        ("when: {event: command}, cooldown: 1h, do: [{power: restart}]", "by `it.text`"),
        ("when: {event: admin}, cooldown: 1h, do: [{power: restart}]", "by `it.text`"),
        ("when: {console: '^/stop', from: command}, cooldown: 1h, do: [{power: stop}]", "by `it.line`"),
        ("while: age(player.join) < 1m, cooldown: 1h, do: [{power: restart}]", "by `it.player`"),
        (f"{CHAT}, if: players >= 0, cooldown: 1h, do: [{{power: restart}}]", "by `it.text`"),
        (f"{CHAT}, if: connected, cooldown: 1h, do: [{{power: restart}}]", "by `it.text`"),
        (f"{CHAT}, if: connected or memory_pct > 95, cooldown: 1h, do: [{{power: restart}}]", "by `it.text`"),
        (
            "when: {event: chat, where: 'it.player != \"Eve\"'}, cooldown: 1h, do: [{power: restart}]",
            "by `it.text`",
        ),
        (
            "when: {event: chat, where: 'it.player == it.text'}, cooldown: 1h, do: [{power: restart}]",
            "by `it.text`",
        ),
        (
            "when: {any: [{event: player.join, where: 'it.player == \"7\"'}, {event: chat}]}, cooldown: 1h,"
            " do: [{power: restart}]",
            "by `it.text`",
        ),
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
        f"{CHAT}, if: connected and memory_pct > 95, cooldown: 1h, do: [{{power: restart}}]",
        f"{CHAT}, if: 'window(\"night\")', cooldown: 1h, do: [{{power: restart}}]",
        "while: 'seen(chat, 1m) and uptime > 6h', cooldown: 1h, do: [{power: restart}]",
        "while: 'not seen(chat, 1h)', cooldown: 1h, do: [{power: stop}]",
        "while: age(chat) > 1h and players == 0, cooldown: 1h, do: [{power: stop}]",
        f"{CHAT}, cooldown: 1h, do: [{{if: 'it.player != \"Eve\"', do: [{{say: hi}}],"
        " else: [{power: restart}]}]",
        "when: {event: crash}, cooldown: 1h, do: [{power: restart}]",
        r"when: {console: '^map (?P<map>\\w+) is over'}, do: [{send: 'sm_map ${it.map}'}]",
        f"arm: 'off', {CHAT}, cooldown: 1h, do: [{{power: restart}}]",
    ],
)
def test_what_is_bound_to_somebody_or_is_only_said_is_none(rule: str) -> None:
    assert told(rule) == []


ASKS = f"{{id: asks, {CHAT}, do: [{{say: hi}}]}}"


@pytest.mark.parametrize(
    ("by", "is_told"),
    [
        ("when: {rule: asks, is: open}", True),
        ("when: {any: [{event: crash}, {rule: asks, is: failed}]}", True),
        ("while: 'firing(\"asks\")'", True),
        ("while: 'firing(\"asks\") and players > 0'", True),
        (f"{CHAT}, if: 'firing(\"asks\")'", True),
        (f"{CHAT}, if: 'firing(\"hot\")'", False),
        ("when: {rule: asks, is: open}, if: memory_pct > 95", False),
        ("while: 'firing(\"hot\")'", False),
        ("while: 'not firing(\"asks\")'", False),
        ("when: {rule: voted, is: open}", False),
        ("when: {rule: eves, is: open}", False),
    ],
)
def test_who_sets_a_rule_off_by_another_leads_it_as_that_one(by: str, is_told: bool) -> None:
    messages = told_of(
        ASKS,
        "{id: hot, while: memory_pct > 95, do: [{say: hi}]}",
        f"{{id: voted, {CHAT}, count: 5, within: 5m, distinct: it.player, do: [{{say: hi}}]}}",
        "{id: eves, when: {event: chat, where: 'it.player == \"Eve\"'}, do: [{say: hi}]}",
        f"{{id: b, {by}, cooldown: 1h, do: [{{power: restart}}]}}",
    )

    assert [("of rule `b` by `it.text`" in one) for one in messages] == [True] * is_told
