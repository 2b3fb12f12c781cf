"""What an open incident holds back of other rules, and what becomes of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from automaton.core.arm import Arm
from automaton.core.gates.inhibition import Inhibition, Inhibitor
from automaton.core.gates.limits import Budget, Limits
from automaton.core.key import By, Key
from automaton.core.rules.rule import Mutes, Rule
from tests.core.fleet import find, fleet, lose
from tests.core.gates.calls import EVERYTHING
from tests.core.story import Story

MUTING = """
    rules:
      - id: node-down
        by: node
        while: share(not connected) > 0.6
        mutes: {rules: ["*"], actions: [notify, power]}
        do: [{notify: boss, text: "node"}]
      - {id: single, while: not connected, do: [{notify: ops, text: "${name}"}]}
      - {id: restart, when: {event: crash}, until: 1h, do: [{power: restart}]}
    """


@dataclass(frozen=True)
class Named:
    """Words that name one rule."""

    rule: str

    def covers(self, word: str) -> bool:
        return word == self.rule


A = Mutes((Named("a"),))
EVERYBODY = Mutes(everybody=True)
NODE, SERVER, FLEET = Key(By.NODE, "eu"), Key(By.SERVER, "u1"), Key(By.FLEET)


@pytest.mark.parametrize(
    ("own", "mutes", "rule", "key", "holds"),
    [
        (SERVER, A, "a", SERVER, True),
        (SERVER, A, "c", SERVER, False),
        (SERVER, A, "a", Key(By.SERVER, "u2"), False),
        (SERVER, Mutes((Named("b"),)), "b", SERVER, False),
        (NODE, EVERYBODY, "c", SERVER, True),
        (NODE, EVERYBODY, "c", NODE, False),
        (NODE, EVERYBODY, "c", FLEET, False),
        (NODE, Mutes(), "c", SERVER, False),
        (NODE, A, "a", NODE, True),
        (Key(By.NODE, "us"), A, "a", SERVER, False),
        (FLEET, EVERYBODY, "c", NODE, True),
        (FLEET, A, "a", SERVER, True),
        (SERVER, A, "a", Key(By.SERVER, "u1", ("Eve",)), True),
        (Key(By.SERVER, "u1", ("Eve",)), A, "a", Key(By.SERVER, "u1", ("Eve",)), True),
        (Key(By.SERVER, "u1", ("Eve",)), A, "a", Key(By.SERVER, "u1", ("Bob",)), False),
    ],
)
def test_an_incident_holds_the_rules_that_it_names_at_its_own_place_and_below(
    own: Key, mutes: Mutes, rule: str, key: Key, holds: bool
) -> None:
    one = Inhibitor(Rule(id="b", by=own.by), own, mutes, lambda: None)

    assert one.holds(Rule(id=rule, by=key.by), key, "eu") is holds


@pytest.mark.parametrize(("key", "holds"), [(SERVER, True), (Key(By.SERVER, "u2"), False), (NODE, True)])
def test_the_incident_of_a_node_holds_on_the_servers_that_its_rule_looks_at(key: Key, holds: bool) -> None:
    one = Inhibitor(Rule(id="b", by=By.NODE), NODE, A, lambda: {"u1"})

    assert one.holds(Rule(id="a", by=key.by), key, "eu") is holds


def everywhere() -> None:
    """No servers in particular."""


@pytest.mark.parametrize("mutes", [None, Mutes(actions=frozenset({"notify"}))])
def test_an_incident_of_which_nobody_knows_holds_nothing_where_it_does_not_mute_power(
    mutes: Mutes | None,
) -> None:
    inhibition = Inhibition()
    inhibition.suspect(Rule(id="b", by=By.FLEET, mutes=mutes), FLEET, everywhere)

    assert inhibition.open == {}


def test_an_incident_of_which_nobody_knows_holds_power_alone() -> None:
    inhibition, rule = Inhibition(), Rule(id="b", by=By.FLEET, mutes=EVERYBODY)
    inhibition.suspect(rule, FLEET, everywhere)
    held = Mutes(everybody=True, actions=frozenset({"power"}))

    assert inhibition.open == {("b", FLEET): Inhibitor(rule, FLEET, held, everywhere, is_known=False)}


def test_one_fault_is_one_message() -> None:
    story = lose(fleet(MUTING), 10.0, 0, 1, 2, 3)

    assert story.calls == ["10 notify ops: s0", "10 notify ops: s1", "10 notify boss: node"]
    assert story.verdicts.count("10 muted") == 2


def test_a_notice_goes_out_afterwards_if_its_incident_is_still_open() -> None:
    story = lose(fleet(MUTING), 10.0, 0, 1, 2, 3)
    story.asked.clear()
    find(story, 50.0, 2)

    assert story.calls == []  # s2 is back; three of four are still lost
    assert find(story, 60.0, 0).calls == ["60 notify ops: s3"]


def test_a_run_waits_before_its_first_power_action_and_looks_again() -> None:
    limits = Limits(arm=Arm.LIVE, allow=EVERYTHING)
    story = lose(fleet(MUTING, limits=limits), 10.0, 0, 1, 2).happens(20.0, "crash", server="u3")
    assert "20 muted" in story.verdicts
    find(story, 60.0, 0).until(61.0)

    assert "60 power restart" in story.calls


def test_in_shadow_a_rule_mutes_nothing() -> None:
    story = lose(fleet(MUTING.replace("by: node", "by: node\n        arm: shadow")), 10.0, 0, 1, 2, 3)

    assert [call for call in story.calls if "ops" in call] == [f"10 notify ops: s{one}" for one in range(4)]


def test_what_was_muted_and_finds_no_room_afterwards_waits_for_it_two_hours_and_no_longer() -> None:
    rules = """
        rules:
          - id: still
            by: fleet
            when: {console: '^be still'}
            until: {console: '^go on'}
            mutes: {rules: ["*"], actions: [power]}
            do: []
          - {id: first, when: {console: '^first'}, do: [{power: restart, else: []}]}
          - {id: late, when: {console: '^late'}, do: [{power: restart}]}
        """
    limits = Limits(arm=Arm.LIVE, power_server=Budget(1, 36_000.0))
    story = Story(rules, limits).line(1.0, "first").line(2.0, "be still").line(3.0, "late")
    story.line(10_000.0, "go on").until(30_000.0)

    assert not story.engine.has_runs(story.rule_state("late"))
    assert "17200 over_limit" in story.verdicts
    assert story.calls == ["1 power restart"]
