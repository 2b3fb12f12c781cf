"""A rule of YAML becomes the rule that the engine judges by: every key of it."""

from __future__ import annotations

from automaton.core.arm import Arm
from automaton.core.calls import Severity
from automaton.core.key import By
from automaton.core.rules.rule import Overlap, Rule
from tests.rulebook.texts import load

EVERY_KEY = """
rules:
  - id: joins
    note: why
    arm: shadow
    severity: info
    servers: {name: lobby}
    by: [node, it.player, it.action]
    when: {event: player.join, where: it.player != "Steve"}
    count: 3
    distinct: it.player
    within: 5m
    until: 10m
    if: not firing("hot")
    do: [{notify: ops, text: "${count(players > 3)} of ${total}"}]
    on_clear: [{notify: oncall}]
    cooldown: 1m
    escalate:
      - {after: 15m, unless: acked, do: [{notify: oncall, text: late}, {notify: ops, severity: info}]}
    breaker:
      max: 3
      within: 1h
      reset: 30m
      then: [{if: attempt > 3, do: [{notify: oncall}]}]
    backoff: [15s, 2m]
    overlap: restart
    mutes: {rules: [hot, "*"], actions: power}
  - {id: hot, by: fleet, while: 'share(avg(cpu_pct, 10m) > 90) > 0.5'}
  - id: quiet
    when: {event: crash}
    unless: {event: ready}
    within: 3m
    by: [it.exit_code]
"""


def rules() -> dict[str, Rule]:
    loaded = load(EVERY_KEY, None)
    assert [str(problem) for problem in loaded.problems] == []
    return {rule.id: rule for rule in loaded.rules}


def test_every_key_arrives() -> None:
    rule = rules()["joins"]
    assert rule.breaker is not None
    assert rule.mutes is not None
    assert rule.distinct is not None

    assert (rule.by, [value.source for value in rule.by_values]) == (By.NODE, ["it.player", "it.action"])
    assert (rule.count, rule.distinct.source, rule.within, rule.quiet) == (3, "it.player", 300.0, 600.0)
    assert (rule.note, rule.arm, rule.severity) == ("why", Arm.SHADOW, Severity.INFO)
    assert (rule.backoff, rule.overlap, rule.cooldown) == ((15.0, 120.0), Overlap.RESTART, 60.0)
    assert (rule.breaker.max, rule.breaker.within, rule.breaker.reset) == (3, 3600.0, 1800.0)
    assert [(one.after, one.unless and one.unless.source) for one in rule.escalate] == [(900.0, "acked")]
    assert (rule.mutes.everybody, rule.mutes.actions) == (True, frozenset({"power"}))
    assert [words.covers("hot") for words in rule.mutes.rules] == [True]
    assert rule.tells == {"ops"}


def test_without_them_they_are_as_the_language_says() -> None:
    rule = rules()["hot"]

    assert (rule.by, rule.by_values, rule.breaker, rule.mutes, rule.overlap) == (
        By.FLEET,
        (),
        None,
        None,
        Overlap.SKIP,
    )


def test_a_list_of_expressions_alone_is_added_to_the_server() -> None:
    rule = rules()["quiet"]

    assert (rule.by, [value.source for value in rule.by_values]) == (By.SERVER, ["it.exit_code"])
    assert (rule.unless is not None, rule.within, rule.count) == (True, 180.0, 1)


def test_manual_is_the_reset_that_waits_for_a_person() -> None:
    for reset in ("", ", reset: manual"):
        text = (
            f"rules: [{{id: a, when: {{event: crash}}, breaker: {{max: 3, within: 1h{reset}}}, do: [end]}}]"
        )
        breaker = load(text, None).rules[0].breaker
        assert breaker is not None
        assert breaker.reset is None


def test_the_functions_of_expressions_of_texts_and_of_steps_are_known_nested_ones_too() -> None:
    found = {name: sorted(one.text for one in rule.applied) for name, rule in rules().items()}

    assert found["joins"] == ["count(players > 3)", 'firing("hot")']
    assert {text.partition("(")[0] for text in found["hot"]} == {"share", "avg"}
    assert found["quiet"] == []


def test_the_facts_that_functions_read_of_other_servers_are_among_those_of_the_rule() -> None:
    assert "players" in rules()["joins"].names  # in `count(…)` of a text alone
    assert "cpu_pct" in rules()["hot"].names


def test_a_rule_that_only_moved_in_its_file_is_the_same_rule() -> None:
    moved = load("\n\n# moved\n" + EVERY_KEY, None).rules

    assert dict(enumerate(moved)) == dict(enumerate(rules().values()))
