"""Which keys of a rule go together: each mistake is told at the key that should go or come."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import told


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a}", "a rule needs `when` or `while`"),
        ("{id: a, when: {event: crash}, while: suspended}", "a rule has either `when` or `while`, not both"),
        ("{id: a, while: suspended, within: 1m}", "`within` belongs to `when`"),
        ("{id: a, when: {event: crash}, for: 1m}", "`for` belongs to `while`"),
        ("{id: a, when: {event: crash}, count: 3}", "`count` needs `within`"),
        ("{id: a, when: {event: crash}, unless: {event: ready}}", "`unless` needs `within`"),
        ("{id: a, when: {event: crash}, unless: {event: ready}, count: 2, within: 1m}", "not with `count`"),
        ("{id: a, when: {event: crash}, distinct: name}", "`distinct` needs `count`"),
        ("{id: a, while: suspended, distinct: name}", "`distinct` belongs to `when`"),
        ("{id: a, while: suspended, first: name}", "`first` belongs to `when`"),
        ("{id: a, when: {event: crash}, first: name, count: 2, within: 1m}", "`first` goes without `count`"),
        (
            "{id: a, when: {event: crash}, first: name, unless: {event: ready}, within: 1m}",
            "`first` goes without `unless`",
        ),
        ("{id: a, while: suspended, by: [state]}", "a list in `by` belongs to `when`"),
        ("{id: a, when: {event: crash}, within: 3m}", "`within` needs `count`"),
        ("{id: a, while: suspended, unless: {event: ready}}", "`unless` belongs to `when`"),
        ("{id: a, while: suspended, count: 3}", "`count` belongs to `when`"),
    ],
)
def test_keys_that_do_not_go_together_are_told(rule: str, message: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert message in problem


@pytest.mark.parametrize(
    ("rule", "instead"),
    [
        ("{id: a, when: {event: crash}, while: 'players > 3'}", "write `if: 'players > 3'`"),
        (
            "{id: a, when: {event: crash}, if: suspended, while: connected}",
            "joined to the one there",
        ),
        ("{id: a, if: players > 3}", "write `while: players > 3`"),
        ("{id: a}", "expected `when: {event: …}` for what happens, or `while: …` for what holds"),
        ("{id: a, when: {event: crash}, count: 3}", "write `within: 10m`"),
        (
            "{id: a, when: {event: crash}, unless: {event: ready}, count: 2, within: 1m}",
            "write two rules, `a-once` with `when`, `unless` and `within`, which needs no `do`, and `a` with"
            " `when: {rule: a-once}`, `count` and `within`",
        ),
    ],
)
def test_what_to_write_is_said_with_the_words_of_the_rule(rule: str, instead: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert instead in problem


@pytest.mark.parametrize(
    "rule",
    [
        "{id: a, when: {event: crash}, count: 3, within: 1m}",
        "{id: a, when: {event: crash}, count: 3, within: 1m, distinct: it.exit_code}",
        "{id: a, when: {event: crash}, unless: {event: ready}, within: 1m}",
        "{id: a, when: {event: crash}, by: [it.oom]}",
        "{id: a, when: {event: crash}, by: [node, it.oom]}",
        "{id: a, while: suspended, by: [server]}",
        "{id: a, while: suspended, for: 1m, until: not suspended, cooldown: 1m, backoff: 1m}",
    ],
)
def test_keys_that_go_together_are_not(rule: str) -> None:
    assert told(f"rules: [{rule}]") == []


def test_a_word_whose_value_is_a_mapping_elsewhere_is_one_mistake_too() -> None:
    labels, annotations = told(
        "rules: [{id: a, when: {event: crash}, labels: {severity: page}, annotations: {x: y}, do: [end]}]"
    )

    assert "unknown key `labels`, did you mean `severity`?" in labels
    assert "unknown key `annotations`, did you mean `note`?" in annotations


@pytest.mark.parametrize(
    ("word", "value", "ours"),
    [
        ("on", "{event: crash}", "when"),
        ("trigger", "{event: crash}", "when"),
        ("whle", "suspended", "while"),
        ("expr", "suspended", "while"),
    ],
)
def test_a_word_of_another_language_is_one_mistake(word: str, value: str, ours: str) -> None:
    (problem,) = told(f"rules: [{{id: a, {word}: {value}}}]")

    assert f"unknown key `{word}`, did you mean `{ours}`?" in problem
