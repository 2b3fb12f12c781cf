"""What is surely not meant is told, with a stable code; what could be meant is let alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
    ],
)  # fmt: skip
def test_what_is_surely_not_meant_is_a_warning(rules: str, code: str) -> None:
    assert doubts(rules) == [(code, "warning")]


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
