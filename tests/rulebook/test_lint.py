"""What is surely not meant is told, with a stable code; what could be meant is let alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automaton.problem import Problem, in_order
from automaton.rulebook.load import LoadedRules
from tests.rulebook.texts import load

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
LAG = "when: {console: '^Can''t keep up! .*Running (?P<ms>\\d+)ms'}"
SAYS = "do: [{notify: ops}]"


def doubts(rules: str) -> list[tuple[str, str]]:
    loaded = load(f"rules: [{rules}]")
    assert loaded.problems == []
    return [(one.code, one.severity) for one in loaded.doubts]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ('{id: a, while: state == "offline" and state == "running", do: [{notify: ops}]}', "never-true"),
        ("{id: a, while: memory_pct > 100, do: [{notify: ops}]}", "never-true"),
        ("{id: a, while: suspended, if: false, do: [{notify: ops}]}", "never-true"),
        ("{id: a, by: node, while: 'count(not connected) < 0', do: [{notify: ops}]}", "never-true"),
        ("{id: a, while: suspended, do: [{if: players < 0, do: [{notify: ops}]}]}", "never-true"),
        ("{id: a, when: {event: crash, where: 'it.oom == true and it.oom == false'}, do: [{notify: ops}]}",
         "never-true"),
        ('{id: a, while: state != "offline" or state != "stopping", do: [{notify: ops}]}', "always-true"),
        ("{id: a, while: memory_pct > 90, if: memory_pct < 80, do: [{notify: ops}]}", "never-fires"),
        ("{id: a, while: memory_pct > 80, until: memory_pct > 90, do: [{notify: ops}]}", "never-clears"),
        ("{id: a, when: {rule: b}, do: [{notify: ops}]}, {id: b, arm: off, when: {event: crash}}",
         "never-comes"),
        ("{id: a, when: {rule: b, is: tripped}, do: [{notify: ops}]}, {id: b, when: {event: crash}}",
         "never-comes"),
        ("{id: a, while: 'firing(\"b\")', do: [{notify: ops}]}, {id: b, arm: off, when: {event: crash}}",
         "never-comes"),
        ("{id: a, while: suspended, do: [{power: start}]}", "no-brake"),
        ("{id: a, while: suspended, do: [{probe: 5s, else: [{power: restart}]}]}", "no-brake"),
        ("{id: a, when: {event: crash}, count: 1, within: 5m, do: [{notify: ops}]}", "in-vain"),
        ("{id: a, " + LAG + ", count: 30, within: 5m, do: [{notify: ops}]}", "count-too-high"),
        ("{id: a, when: {state: running -> offline}, do: [{notify: ops}]}", "never-a-stop"),
        ("{id: a, when: {any: [{event: ready}, {state: starting|running -> offline}]}, do: [{notify: ops}]}",
         "never-a-stop"),
        ("{id: a, while: suspended, do: [{countdown: 5m, at: [10m, 1m], say: x}]}", "mark-beyond"),
        ("{id: a, while: suspended, do: [{if: connected, do: [{countdown: 5m, at: [10m, 1m], say: x}]}]}",
         "mark-beyond"),
        ("{id: a, when: {event: crash}, do: [{notify: ops}], escalate: [{after: 5m, do: [{notify: ops}]}]}",
         "never-escalates"),
        ("{id: a, while: name == '*lobby*', do: [{notify: ops}]}", "glob-compared"),
        ("{id: a, while: 'name in [\"lobby-*\", \"x\"]', do: [{notify: ops}]}", "glob-compared"),
        ("{id: a, while: suspended, do: [{notify: ops, text: \"${name == 'x*'}\"}]}", "glob-compared"),
        ("{id: a, when: {event: crash}, do: [{power: stop}], cooldown: 1m},"
         " {id: b, when: {event: [ready, crash]}, do: [{power: restart}], cooldown: 1m}", "opposite-power"),
        ("{id: a, when: {state: any -> offline}, do: [{power: start}], cooldown: 1m},"
         " {id: b, when: {state: stopping -> offline}, do: [{wait: 5m}, {power: stop}]}", "opposite-power"),
        ("{id: a, while: memory_pct > 90, do: [{power: restart}], cooldown: 1m},"
         " {id: b, while: memory_pct > 90, for: 5m, do: [{power: stop}]}", "opposite-power"),
    ],
)  # fmt: skip
def test_what_is_surely_not_meant_is_a_warning(rules: str, code: str) -> None:
    assert doubts(rules) == [(code, "warning")]


def all_of(loaded: LoadedRules) -> list[Problem]:
    return in_order([*loaded.problems, *loaded.doubts])


def warned(text: str) -> list[tuple[str, int, int, str]]:
    return [(one.code, one.line, one.column, one.suggestion) for one in all_of(load(text))]


@pytest.mark.parametrize(
    "rules",
    [
        "{id: a, when: {state: any -> offline}, do: [{notify: ops}]}",
        "{id: a, when: {state: stopping -> offline}, do: [{notify: ops}]}",
        "{id: a, when: {event: crash}, do: [{power: stop}], cooldown: 1m, servers: {name: x}},"
        " {id: b, when: {event: crash}, do: [{power: restart}], cooldown: 1m, servers: {name: y}}",
        "{id: a, when: {event: crash}, if: players == 0, do: [{power: stop}], cooldown: 1m},"
        " {id: b, when: {event: crash}, if: players > 0, do: [{power: restart}], cooldown: 1m}",
        "{id: a, when: {event: crash}, do: [{power: stop}], cooldown: 1m},"
        " {id: b, when: {event: ready}, do: [{power: restart}], cooldown: 1m}",
        "{id: a, when: {event: crash}, do: [{power: start}], cooldown: 1m},"
        " {id: b, when: {event: crash}, count: 5, within: 1h, do: [{power: stop}], cooldown: 1m}",
        "{id: a, arm: shadow, when: {event: crash}, do: [{power: stop}], cooldown: 1m},"
        " {id: b, when: {event: crash}, do: [{power: restart}], cooldown: 1m}",
        "{id: a, while: suspended, do: [{countdown: 5m, at: [5m, 1m], say: x}]}",
    ],
)
def test_what_could_be_meant_is_no_warning_of_these(rules: str) -> None:
    assert doubts(rules) == []


def test_a_mark_beyond_is_none_in_a_macro_for_countdowns_of_every_length() -> None:
    text = """
        macros:
          soon: {params: {lead: duration}, do: [{countdown: "${lead}", at: [10m, 1m], say: "${left}"}]}
        rules:
          - {id: a, while: suspended, do: [{call: soon, with: {lead: 5m}}]}
        """

    assert warned(text) == []


def test_texts_that_fill_nothing_are_told_where_they_stand() -> None:
    text = """
        rules:
          - id: a
            when: {event: player.join}
            do:
              - {notify: ops, text: "{name} $players %player% {{ state }} ${name} $${name} {other} $5 {x.y}"}
              - say: "hello ${it.player}, {player}"
        """

    assert warned(text) == [
        ("not-filled", 5, 30, "${name}"),
        ("not-filled", 5, 37, "${players}"),
        ("not-filled", 5, 46, "${it.player}"),
        ("not-filled", 5, 55, "${state}"),
        ("not-filled", 6, 35, "${it.player}"),
    ]


def test_a_pack_that_there_is_not_is_told_at_its_place_in_rules_and_groups() -> None:
    text = """
        groups:
          mc: {pack: minecarft}
        rules:
          - {id: a, servers: {not: {pack: [rust, nosuch-*]}}, while: suspended, do: [{notify: ops}]}
          - {id: b, servers: {pack: "mine*"}, while: suspended, do: [{notify: ops}]}
        """

    assert warned(text) == [("unknown-pack", 2, 14, "minecraft"), ("unknown-pack", 4, 42, "")]


def test_of_a_rule_without_an_id_only_what_is_missing_is_told() -> None:
    loaded = load("rules: [{while: memory_pct > 90}]")

    assert [one.code for one in loaded.problems] == ["missing-key"]
    assert loaded.doubts == []


@pytest.mark.parametrize(
    ("pattern", "suggestion"),
    [
        ("(?i)^out of memory", None),
        ("(?i:^out of memory)", None),
        ("\\Aout of memory", None),
        ("(?i)out of memory", "'(?i)^out of memory'"),
        ("Can''t keep up", "'^Can''t keep up'"),
    ],
)
def test_flags_before_the_anchor_are_no_words(pattern: str, suggestion: str | None) -> None:
    text = f"rules: [{{id: a, when: {{console: '{pattern}'}}, cooldown: 1h, do: [{{power: restart}}]}}]"

    assert [(code, write) for code, _, _, write in warned(text)] == (
        [] if suggestion is None else [("unanchored", suggestion)]
    )


def test_keys_that_do_nothing_together_are_told_at_the_key() -> None:
    text = """
        rules:
          - id: a
            when: {event: crash}
            overlap: queue
            cooldown: 5m
            do: []
          - {id: b, arm: off, when: {event: crash}, overlap: queue, cooldown: 5m, do: []}
          - {id: c, when: {event: crash}, overlap: queue, cooldown: 0s, do: [{notify: ops}]}
        """

    assert warned(text) == [
        ("queue-cooldown", 5, 5, ""),
        ("does-nothing", 6, 5, 'do: [{notify: ops, text: "${rule} is open"}]'),
    ]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("{id: a, while: memory_pct > 90, until: memory_pct < 95, do: [{notify: ops}]}", "in-vain"),
        ("{id: a, while: suspended}", "does-nothing"),
    ],
)
def test_what_says_nothing_is_a_note(rules: str, code: str) -> None:
    assert doubts(rules) == [(code, "note")]


@pytest.mark.parametrize(
    "rule",
    [
        "while: memory_pct > 90, until: memory_pct < 80, cooldown: 1h, do: [{power: restart}]",
        "while: suspended, breaker: {max: 2, within: 1h}, do: [{power: start}]",
        "while: 'state == \"stopping\"', do: [{power: stop}]",
        "when: {schedule: '0 5 * * *'}, do: [{power: restart}]",
        "when: {any: [{schedule: '0 5 * * *'}, {schedule: '0 17 * * *'}]}, do: [{power: restart}]",
        f"{LAG}, count: 20, within: 5m, do: [{{notify: ops}}]",
        "when: {event: crash}, count: 30, within: 5m, do: [{notify: ops}]",
        "while: suspended, do: [{if: true, do: [{notify: ops}]}]",
        "by: node, while: 'share(not connected) > 0.5', mutes: {rules: '*'}",
        "arm: off, while: false, do: [{power: start}]",
    ],
)
def test_what_could_be_meant_is_let_alone(rule: str) -> None:
    assert doubts(f"{{id: a, {rule}}}") == []


def test_a_rule_that_another_listens_to_may_do_nothing_itself() -> None:
    assert doubts("{id: a, while: suspended}, {id: b, when: {rule: a}, do: [{notify: ops}]}") == []


def test_a_mistake_hides_no_doubt() -> None:
    loaded = load("rules: [{id: a, while: suspendd, do: [{power: start}]}]")

    assert {one.code for one in loaded.problems} == {"expression"}
    assert [one.code for one in loaded.doubts] == ["no-brake"]


@pytest.mark.parametrize(
    "rule",
    [
        "{id: a, while: suspended, cooldown: soon, do: [{power: start}]}",
        "{id: a, while: suspended, cooldwn: 5m, do: [{power: start}]}",
        "{id: a, while: suspended, breaker: {max: none, within: 1h}, do: [{power: start}]}",
        '{id: a, while: state == "stopped", do: [{notify: ops}]}',
        "{id: a, while: suspended, don: [{notify: ops}]}",
        "{id: a, when: {schedule: daily}, do: [{power: start}]}",
        "{id: a, when: {event: chat, where: it.player = 'Eve'}, do: [{power: stop}], cooldown: 5m}",
        "{id: a, by: nod, while: count(not connected) > 2, cooldown: 1m, do: [{notify: ops}]}",
    ],
)
def test_what_could_not_be_read_raises_no_doubt(rule: str) -> None:
    loaded = load(f"rules: [{rule}]")

    assert [one.severity for one in loaded.problems] == ["error"]
    assert loaded.doubts == []


@pytest.mark.parametrize(
    "text", [one for one in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "rules:\n" in one]
)
def test_no_example_of_the_page_is_doubted(text: str) -> None:
    assert [str(one) for one in load(text, None).doubts if one.severity == "warning"] == []
