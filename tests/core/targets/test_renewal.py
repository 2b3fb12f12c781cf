"""What a reload of few rules touches: the rules that changed, and who looks at servers otherwise by them."""

from __future__ import annotations

import pytest

from automaton.core.arm import Arm
from automaton.core.key import By
from automaton.core.rules.rule import Rule
from automaton.core.scope import Scope
from automaton.core.targets.renewal import NextIndexes, Renewal, RulesInForce, rules_in_force
from automaton.core.targets.rule_index import RuleIndexes
from tests.core.story import ARENA, LOBBY, book, target_of

HIGH = "{id: high, while: memory_pct > 90, do: [{notify: ops}]}"
CALM = "{id: calm, when: {event: crash}, do: [{notify: ops}]}"
MANY = "{id: many, by: node, while: count(not connected) > 2, do: [{notify: ops}]}"
READS = "{id: reads, when: {event: crash}, if: 'firing(\"high\")', do: [{notify: ops}]}"
READS_AGAIN = "{id: again, when: {event: crash}, if: 'firing(\"reads\")', do: [{notify: ops}]}"


def arm_of(rule: Rule) -> Arm:
    return rule.arm


def in_force(*rules: str) -> RulesInForce:
    return rules_in_force(book(f"rules: [{', '.join(rules)}]"), arm_of, {})


def renewal(before: tuple[str, ...], after: tuple[str, ...]) -> Renewal:
    """That of two files, read one after the other as a reload does it."""
    old = book(f"rules: [{', '.join(before)}]")
    new = book(f"rules: [{', '.join(after)}]").with_rules_of(old)
    return Renewal(rules_in_force(old, arm_of, {}), rules_in_force(new, arm_of, {}))


def test_files_that_say_the_same_touch_nothing() -> None:
    same = renewal((HIGH, CALM, MANY), (HIGH, CALM, MANY))

    assert same.judged | same.moved | same.asking == frozenset()
    assert not same.looks_back


def test_a_rule_with_another_threshold_is_judged_anew_and_stays_where_it_is() -> None:
    changed = renewal((HIGH, CALM, MANY), (HIGH.replace("90", "80"), CALM, MANY.replace("> 2", "> 3")))

    assert changed.judged == {"high", "many"}
    assert changed.moved == set()


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (HIGH, HIGH.replace("while:", "servers: {name: lobby}, while:")),
        (HIGH, HIGH.replace("while:", "arm: 'off', while:")),
        (HIGH, HIGH.replace("while: memory_pct >", "by: fleet, while: count(memory_pct > 90) >")),
        (HIGH, HIGH.replace("memory_pct > 90", "'avg(memory_pct, 5m) > 90'")),
        (MANY, MANY.replace("not connected", "memory_pct > 90")),
        (MANY, MANY.replace("by: node", "by: fleet")),
    ],
)
def test_a_rule_that_looks_at_other_servers_or_by_other_functions_moves(was: str, now: str) -> None:
    changed = renewal((was, CALM), (now, CALM))

    assert len(changed.judged) == 1
    assert changed.moved == changed.judged


def test_rules_that_come_and_go_move_and_those_around_them_do_not() -> None:
    changed = renewal((HIGH, CALM), (MANY, HIGH))

    assert changed.judged == changed.moved == {"calm", "many"}
    assert changed.is_possible


def test_who_reads_whether_a_changed_rule_fires_is_judged_with_it() -> None:
    changed = renewal((HIGH, READS, READS_AGAIN, CALM), (HIGH.replace("90", "80"), READS, READS_AGAIN, CALM))

    assert changed.judged == {"high", "reads", "again"}


def test_only_a_rule_that_reads_what_games_are_asked_for_has_servers_asked_otherwise() -> None:
    asks = "{id: asks, when: {event: crash}, do: [{probe: 5s}, {notify: ops, text: '${players}'}]}"
    old, new = in_force(HIGH, asks), in_force(HIGH.replace("90", "80"), asks.replace("crash", "ready"))

    assert Renewal(old, new, frozenset({"players"})).asking == frozenset()
    assert Renewal({}, new, frozenset({"players"})).asking == {"asks"}
    assert new["asks"].asks(frozenset({"players"})) == {"players", "probe"}
    assert in_force(asks.replace("when", "arm: shadow, when"))["asks"].asks(frozenset({"players"})) == set()


def test_rules_in_another_order_are_worked_out_anew() -> None:
    assert not renewal((HIGH, CALM), (CALM, HIGH)).is_possible


def test_a_function_that_a_run_of_the_old_rule_still_uses_moves_the_rule() -> None:
    old = book(f"rules: [{MANY}]")
    used = {"many": old.rules[0].applied}
    new = book(f"rules: [{MANY.replace('not connected', 'memory_pct > 90')}]")

    begun = Renewal(rules_in_force(old, arm_of, {}), rules_in_force(new, arm_of, used))
    ended = Renewal(rules_in_force(new, arm_of, used), rules_in_force(new, arm_of, {}))
    assert begun.moved == ended.moved == {"many"}


def test_servers_that_shared_an_index_share_the_next_and_keep_it_where_nothing_changed() -> None:
    before = book(f"rules: [{HIGH}, {CALM.replace('when:', 'servers: {name: lobby}, when:')}]")
    after = book(f"rules: [{HIGH}, {CALM.replace('when:', 'servers: {name: arena}, when:')}]")
    after = after.with_rules_of(before)
    was, now = (RuleIndexes(one, arm_of, Scope.WHOLE) for one in (before, after))
    lobby, arena = (target_of(profile).server.facts for profile in (LOBBY, ARENA))
    changed = Renewal(rules_in_force(before, arm_of, {}), rules_in_force(after, arm_of, {}))
    following = NextIndexes(now, changed)

    found = following.of(lobby, was.of(lobby)), following.of(arena, was.of(arena))
    assert [list(one.index.by_id) for one in found] == [["high"], ["high", "calm"]]
    assert [one.is_judged for one in found] == [True, True]
    assert following.of(arena, was.of(arena)) is found[1]
    assert [one.index for one in found] == [now.of(lobby), now.of(arena)]

    again = NextIndexes(RuleIndexes(after, arm_of, Scope.WHOLE), Renewal(changed.in_force, changed.in_force))
    same = again.of(lobby, now.of(lobby))
    assert same.index is now.of(lobby)
    assert not same.is_judged
    assert not same.asks


def test_a_rule_knows_what_it_needs_of_servers() -> None:
    many = in_force(MANY)["many"]

    assert not many.looks_back
    assert many.sight()[0] is By.NODE
    assert many.is_same(many)
    assert not many.is_same(None)
