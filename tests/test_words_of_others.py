"""Words of other systems: every row leads to what the language takes, and a newcomer of each is caught."""

from __future__ import annotations

import pytest

from automaton.actions.files import FilesModel
from automaton.core.facts.table import EVERY_FACT
from automaton.expr.expression import parse_expression
from automaton.expr.functions import FUNCTIONS
from automaton.rulebook.catalogue import all_kinds
from automaton.rulebook.model import RuleFile, RuleModel
from automaton.rulebook.own_fact_model import OwnFactModel
from automaton.ruletest import model as tests_of_rules
from automaton.schema.selector import SelectorClause
from automaton.schema.time_zone import zone
from automaton.words_of_others import ROWS, At, Meant, meant, meant_word
from tests.rulebook.texts import KNOWN, told

STEP_KEYS = {key for kind in all_kinds().actions.values() for key in kind.known_keys()}
TRIGGER_KEYS = {key for kind in all_kinds().triggers.values() for key in kind.known_keys()}
OURS: dict[At, set[str]] = {
    At.FILE: set(RuleFile.known_keys()),
    At.RULE: set(RuleModel.known_keys()),
    At.SELECTOR: set(SelectorClause.known_keys()),
    At.TRIGGER: set(all_kinds().triggers),
    At.TRIGGER_KEY: TRIGGER_KEYS,
    At.ACTION: set(all_kinds().actions),
    At.ACTION_KEY: STEP_KEYS,
    At.FILES: set(FilesModel.known_keys()),
    At.FACT: set(OwnFactModel.known_keys()),
    At.EVENT: set(KNOWN.events),
    At.TEST: set(tests_of_rules.TestModel.known_keys()),
    At.EXPECT: set(tests_of_rules.with_verbs(tests_of_rules.ExpectModel).known_keys()),
    At.STATE: set(EVERY_FACT["state"].values),
    At.STOPPED_BY: set(EVERY_FACT["stopped_by"].values),
    At.FIELD: {"player", "text", "line", "exit_code", "oom", "ok", "from", "to"},
    At.OPERATOR: {"and", "or", "not", "in", "not in", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"},
}


@pytest.mark.parametrize("at", OURS)
def test_a_row_that_is_one_word_is_one_of_ours_and_no_word_of_ours_is_led_away(at: At) -> None:
    words = {row for row in ROWS[at].values() if isinstance(row, str)}

    assert words <= OURS[at]
    assert not {word for word in ROWS[at] if word in OURS[at]} - {"stop", "start", "not", "args"}


def test_a_row_of_names_is_a_fact_or_an_expression() -> None:
    for row in ROWS[At.NAME].values():
        written = row if isinstance(row, str) else row.write
        if written:
            parse_expression(written)
    assert not set(ROWS[At.NAME]) & set(EVERY_FACT) - {"now"}
    assert not set(ROWS[At.FUNCTION]) & set(FUNCTIONS) - {"matches", "contains", "lower", "len"}


def test_a_row_of_zones_is_a_zone() -> None:
    for row in ROWS[At.ZONE].values():
        if isinstance(row, str):
            zone(row)


def test_a_word_is_found_whatever_its_case_and_says_what_to_write() -> None:
    assert meant(At.RULE, "Trigger") == Meant("when")
    assert meant_word(At.ACTION, "broadcast") == "say"
    assert meant_word(At.ACTION, "restart") == ""
    assert meant(At.RULE, "banana") is None


@pytest.mark.parametrize(
    ("expression", "instead"),
    [
        ("online", 'write `state == "running"`'),
        ("players_online > 3", "did you mean `players`?"),
        ("players => 3", "write `>=`"),
        ("players > 3 && connected", "write `and`"),
        ("players > 3 || connected", "write `or`"),
        ("(!connected)", "write `not`"),
        ("name ~= 'x'", "write `matches(name, 'x')`"),
        ("name !~ 'x'", "write `not matches(name, 'x')`"),
        ("name === 'x'", "write `==`"),
        ("name !== 'x'", "write `!=`"),
        ("players <> 3", "write `!=`"),
        ("state == None", "what is not known"),
        ("state == null", "what is not known"),
        ("suspended == True", "write `true`"),
        ("state == 'stopped'", 'write `"offline"`'),
        ("'online' == state", 'write `"running"`'),
        ("stopped_by == 'user'", 'write `"operator"`'),
        ("server.players > 3", "write `players`"),
        ("is_state('running')", 'write `state == "running"`'),
        ("avg_over_time(cpu_pct, 1m) > 3", "write `avg(cpu_pct, 1m)`"),
        ("avg_over_time(cpu_pct) > 3", "write `avg(memory_pct, 5m)`"),
        ("cpu > 90", "did you mean `cpu_pct`?"),
        ("name contains 'x'", "write `contains(name, 'x')`"),
        ("players > 3 ? true", "there is no choice inside an expression"),
    ],
)
def test_words_of_other_languages_in_an_expression(expression: str, instead: str) -> None:
    (problem,) = told(f'rules:\n  - id: a\n    while: "{expression}"\n    do: [end]\n')

    assert instead in problem


@pytest.mark.parametrize(
    ("rule", "instead"),
    [
        ("{alert: a, while: suspended, do: [end]}", "did you mean `id`?"),
        ("{alias: a, while: suspended, do: [end]}", "did you mean `id`?"),
        ("{id: a, expr: suspended, do: [end]}", "did you mean `while`?"),
        ("{id: a, trigger: {event: crash}, do: [end]}", "did you mean `when`?"),
        ("{id: a, on: {event: crash}, do: [end]}", "did you mean `when`?"),
        ("{id: a, while: suspended, action: [end]}", "did you mean `do`?"),
        ("{id: a, while: suspended, actions: [end]}", "did you mean `do`?"),
        ("{id: a, while: suspended, then: [end]}", "did you mean `do`?"),
        ("{id: a, while: suspended, run: [end]}", "did you mean `do`?"),
        ("{id: a, while: suspended, condition: players > 3, do: [end]}", "did you mean `if`?"),
        ("{id: a, while: suspended, conditions: players > 3, do: [end]}", "did you mean `if`?"),
        ("{id: a, server: {name: x}, while: suspended, do: [end]}", "did you mean `servers`?"),
        ("{id: a, template: x, while: suspended, do: [end]}", "an expression stands bare"),
        ("{id: a, when: {event: chat}, where: it.ok, do: [end]}", "write `when: {…, where: it.ok}`"),
        ("{id: a, when: {event: chat}, power: stop, do: [end]}", "write `do: [{power: stop}]`"),
        ("{id: a, do: [end], schedule: 0 5 * * *}", "write `when: {schedule: 0 5 * * *}`"),
        ("{id: a, when: {event: server.start}, do: [end]}", "write `state: any -> starting`"),
        ("{id: a, when: {event: join}, do: [end]}", "did you mean `player.join`?"),
        ("{id: a, when: {cron: '0 5 * * *'}, do: [end]}", "did you mean `schedule`?"),
        ("{id: a, when: {platform: state}, do: [end]}", "a trigger is its own word"),
        ("{id: a, when: crash, do: [end]}", "write `{event: crash}`"),
        ("{id: a, when: running -> offline, do: [end]}", "write `{state: running -> offline}`"),
        ("{id: a, when: 0 5 * * *, do: [end]}", 'write `{schedule: "0 5 * * *"}`'),
        ("{id: a, when: memory_pct > 90, do: [end]}", "write `while: memory_pct > 90`"),
        ("{id: a, when: {schedule: '0 5 * * *', tz: GMT+2}, do: [end]}", "expected as `Europe/Berlin`"),
        ("{id: a, when: {state: online -> stopped}, do: [end]}", "write `any -> offline`"),
        ("{id: a, while: suspended, do: [{service: x}]}", "write `power: restart`"),
        ("{id: a, while: suspended, do: [restart], cooldown: 5m}", "write `power: restart`"),
        ("{id: a, while: suspended, do: [{command: say hi}]}", "did you mean `send`?"),
        ("{id: a, while: suspended, do: [{delay: 5m}]}", "did you mean `wait`?"),
        ("{id: a, while: suspended, do: [{notify: ops, message: hi}]}", "did you mean `text`?"),
        ("{id: a, while: suspended, do: [{notify: ops, severity: warn}]}", "write `warning`"),
        ("{id: a, while: suspended, do: [{power: shutdown}]}", "write `stop`"),
        ("{id: a, while: suspended, text: hi, do: [end]}", "belongs to a `notify` in `do`"),
        ("{id: a, servers: lobby, while: suspended, do: [end]}", "write `{name: lobby}`"),
        ("{id: a, servers: minecraft, while: suspended, do: [end]}", "write `{pack: minecraft}`"),
        ("{id: a, servers: all, while: suspended, do: [end]}", "all servers are meant without `servers`"),
        ("{id: a, servers: {uuid: x}, while: suspended, do: [end]}", "did you mean `id`?"),
    ],
)
def test_words_of_other_systems_in_a_rule_are_one_mistake_each(rule: str, instead: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert instead in problem


@pytest.mark.parametrize(
    ("key", "value"),
    [("automation", "[]"), ("variables", "{}"), ("channels", "{}"), ("limits", "{}"), ("when", "{}")],
)
def test_words_of_other_systems_at_the_top_of_a_file(key: str, value: str) -> None:
    (problem,) = told(f"{key}: {value}")

    assert f"unknown key `{key}`" in problem
