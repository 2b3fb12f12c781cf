"""A rule of a later file overrides an earlier one key by key."""

from __future__ import annotations

from automaton.core.arm import Arm
from automaton.core.events import Profile
from automaton.core.rules.rule import Rule
from automaton.rulebook.load import load_texts
from tests.rulebook.texts import KNOWN

FIRST = """
groups: {prod: {name: lobby}}
vars: {limit: 90%}
rules:
  - {id: high, servers: prod, while: memory_pct > limit, for: 5m, do: [{notify: ops, text: x}]}
  - {id: other, when: {event: crash}, do: [end]}
"""


def load(*texts: str) -> list[Rule]:
    loaded = load_texts([(f"{number}.yml", text) for number, text in enumerate(texts)], KNOWN)
    assert [str(one) for one in loaded.problems] == []
    return list(loaded.rules)


def told(*texts: str) -> list[str]:
    loaded = load_texts([(f"{number}.yml", text) for number, text in enumerate(texts)], KNOWN)
    return [str(one) for one in loaded.problems]


def test_the_keys_that_stand_later_count_and_the_others_stay() -> None:
    high, other = load(FIRST, "rules: [{id: high, for: 10m, arm: shadow}]")

    assert (high.id, high.hold_for, high.arm, len(high.do)) == ("high", 600.0, Arm.SHADOW, 1)
    assert (other.id, other.arm) == ("other", Arm.LIVE)


def test_the_last_of_three_files_has_the_last_word() -> None:
    rules = load(FIRST, "rules: [{id: high, for: 10m}]", "rules: [{id: high, for: 20m}]")

    assert [rule.hold_for for rule in rules if rule.id == "high"] == [1200.0]


def test_a_rule_keeps_the_turn_of_its_first_file() -> None:
    later = "rules: [{id: new, when: {event: crash}, do: [end]}, {id: other, note: x}, {id: high, note: y}]"

    assert [rule.id for rule in load(FIRST, later)] == ["high", "other", "new"]


def test_each_key_has_the_groups_and_constants_of_its_own_file() -> None:
    later = """
        groups: {prod: {name: arena}}
        vars: {limit: 50%}
        rules: [{id: high, until: memory_pct < limit}]
        """
    high, _ = load(FIRST, later)
    assert high.servers is not None
    assert high.holds is not None
    assert high.until is not None

    names = [
        name
        for name in ("lobby", "arena")
        if high.servers.covers(Profile(uuid=name, id=name, name=name), frozenset(), "")
    ]
    assert (names, high.holds.source, high.until.source) == (
        ["lobby"],
        "memory_pct > 90%",
        "memory_pct < 50%",
    )


def test_servers_is_replaced_as_a_whole_with_the_groups_of_the_later_file() -> None:
    high, _ = load(FIRST, "groups: {prod: {name: arena}}\nrules: [{id: high, servers: {group: prod}}]")
    assert high.servers is not None

    assert high.servers.covers(Profile(uuid="a", id="a", name="arena"), frozenset(), "")
    assert not high.servers.covers(Profile(uuid="l", id="l", name="lobby"), frozenset(), "")


def test_what_is_merged_is_judged_as_a_whole_and_mistakes_keep_their_places() -> None:
    assert told(FIRST, "rules: [{id: high, until: memry < 3}]") == [
        "1.yml:1:27: error: unknown name `memry`, did you mean `memory`?; expected a fact"
    ]
    assert told(FIRST, "rules: [{id: other, while: suspended}]") == [
        "1.yml:1:21: error: a rule has either `when` or `while`, not both: "
        "`when` stands at 0.yml:6, and stays"
    ]
    assert told(FIRST, "rules: [{id: high, fro: 3m}]") == [
        "1.yml:1:20: error: unknown key `fro`, did you mean `for`?"
    ]


def test_a_mistake_that_is_overridden_is_none() -> None:
    wrong = "rules: [{id: a, while: memry > 3, do: [end]}]"

    assert told(wrong, "rules: [{id: a, while: memory > 3GiB}]") == []


def test_no_key_is_removed_by_nothing() -> None:
    (problem,) = told(FIRST, "rules: [{id: high, for: }]")

    assert problem.startswith("1.yml:1:2")
    assert "`for` has no value" in problem
