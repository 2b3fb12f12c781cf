"""Rules wider than a server: who counts, under which key, and when a key is gone."""

from __future__ import annotations

from dataclasses import replace

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.expr.expression import parse_expression
from tests.core.fleet import find, fleet, lose, profile
from tests.core.story import Story

NODE = """
    rules:
      - id: node-down
        by: node
        while: share(not connected) > 0.5 and total >= 3
        for: 1m
        do: [{notify: ops, text: "${node}: ${count(not connected)} of ${total}: ${names(not connected)}"}]
        on_clear: [{notify: ops, text: "${node} back"}]
    """


def test_many_servers_of_a_node_are_one_incident() -> None:
    story = lose(fleet(NODE), 10.0, 0, 1, 2).until(100.0)
    assert story.calls == ["70 notify ops: eu: 3 of 4: s0, s1, s2"]

    assert find(story, 120.0, 0, 1).calls[1:] == ["120 notify ops: eu back"]


def test_each_node_is_a_key_of_its_own() -> None:
    story = lose(fleet(NODE, 8, nodes=2), 10.0, 0, 2, 4, 6).until(100.0)

    assert story.calls == ["70 notify ops: eu0: 4 of 4: s0, s2, s4, s6"]


def test_names_lists_ten_and_says_how_many_more_there_are() -> None:
    story = lose(fleet(NODE, 13), 10.0, *range(13)).until(100.0)

    assert story.calls == [
        "70 notify ops: eu: 13 of 13: s0, s1, s10, s11, s12, s2, s3, s4, s5, s6 and 3 more"
    ]


def test_a_server_whose_truth_is_unknown_may_count_either_way() -> None:
    """Two of four are lost: with one that was never tried it could be more than half."""
    story = fleet(NODE, 3)
    story.at(1.0, ev.ServerListed, profile=profile(3))
    lose(story, 10.0, 0, 1).until(200.0)
    assert story.calls == []
    story.at(200.0, ev.LinkLost, server="u3")

    assert story.until(300.0).calls == ["260 notify ops: eu: 3 of 4: s0, s1, s3"]


def test_an_unknown_server_that_could_not_tip_the_balance_changes_nothing() -> None:
    story = fleet(NODE, 4)
    story.at(1.0, ev.ServerListed, profile=profile(4))

    assert lose(story, 10.0, 0, 1, 2).until(100.0).calls == [
        "70 notify ops: eu: at least 3 of 5: s0, s1, s2"
    ] or (story.calls == ["70 notify ops: eu: 3 to 4 of 5: s0, s1, s2"])


def test_suspended_servers_and_those_that_may_not_be_watched_do_not_count() -> None:
    story = fleet("rules: [{id: a, by: node, while: total < 3, do: [{notify: ops, text: '${total}'}]}]")
    story.asked.clear()
    story.at(10.0, ev.ServerListed, profile=replace(profile(0), suspended=True))
    assert story.calls == []

    assert story.at(20.0, ev.LinkLost, server="u1", reason="no_permission").calls == ["20 notify ops: 2"]


def test_a_server_that_moves_counts_for_its_new_node() -> None:
    rule = "rules: [{id: a, by: node, while: total > 2, do: [{notify: ops, text: '${node} ${total}'}]}]"
    story = fleet(rule, 4, nodes=2)
    story.at(10.0, ev.ServerListed, profile=profile(1, "eu0"))

    assert story.calls == ["10 notify ops: eu0 3"]


def test_a_key_without_servers_is_gone() -> None:
    rule = "rules: [{id: a, by: node, while: total > 0, do: [{notify: ops}]}]"
    story = fleet(rule, 2, nodes=2)
    story.at(10.0, ev.ServerGone, server="u1", reason="deleted")

    assert [one for one in story.verdicts if one.startswith("10 ")] == ["10 gone"]
    assert {one.key for one in story.engine.rule_states()} == {"node:eu0"}


def test_the_fleet_is_judged_before_its_nodes_and_these_before_their_servers() -> None:
    story = fleet("""
        rules:
          - {id: one, when: {event: crash}, do: [{notify: ops, text: server}]}
          - {id: two, by: node, when: {event: crash}, do: [{notify: ops, text: node}]}
          - {id: three, by: fleet, when: {event: crash}, do: [{notify: ops, text: fleet}]}
        """)

    assert story.happens(1.0, "crash", server="u1").calls == [
        "1 notify ops: fleet", "1 notify ops: node", "1 notify ops: server",
    ]  # fmt: skip


def test_a_wide_rule_counts_what_happens_on_any_of_its_servers() -> None:
    story = fleet("""
        rules:
          - id: storm
            by: fleet
            when: {event: crash}
            count: 3
            within: 1m
            do: [{notify: ops, text: "${matches}"}]
        """)
    for number in range(3):
        story.happens(1.0 + number, "crash", server=f"u{number}")

    assert story.calls == ["3 notify ops: 3"]


def test_a_wide_rule_looks_only_at_the_servers_that_it_names() -> None:
    story = fleet("""
        rules:
          - {id: a, by: fleet, servers: {name: s1}, when: {event: crash}, do: [{notify: ops}]}
        """)
    story.happens(1.0, "crash", server="u0")
    assert story.calls == []

    assert story.happens(2.0, "crash", server="u1").calls == ["2 notify ops: the fleet: a"]


def test_to_act_on_servers_a_second_rule_listens_to_the_wide_one() -> None:
    story = fleet("""
        rules:
          - {id: hot, by: node, when: {event: crash}, until: 1m, do: []}
          - {id: warn, when: {rule: hot}, servers: {name: ["s0", "s1"]}, do: [{notify: ops, text: "${name}"}]}
          - {id: held, while: firing("hot"), servers: {name: s2}, do: [{notify: ops, text: "${name} firing"}]}
        """)
    story.happens(1.0, "crash", server="u3")

    assert story.calls == ["1 notify ops: s0", "1 notify ops: s1", "1 notify ops: s2 firing"]
    assert story.until(70.0).rule_state("held", "u2").phase == "idle"


def test_a_count_changes_when_time_alone_changes_a_truth() -> None:
    story = fleet("""
        rules:
          - {id: a, by: node, while: count(state == "stopping" and state_age > 1m) >= 2, do: [{notify: ops}]}
        """)
    story.state(10.0, State.STOPPING, server="u0").state(20.0, State.STOPPING, server="u1").until(100.0)

    assert [call.split()[0].split(".")[0] for call in story.calls] == ["80"]


def test_a_sum_is_unknown_as_long_as_one_of_its_servers_is() -> None:
    story = fleet(
        "rules: [{id: a, by: node, while: sum(memory) > 150B, do: [{notify: ops, text: '${sum(memory)}'}]}]",
        2,
    )
    story.memory(1.0, 100, server="u0")
    assert story.calls == []

    assert story.memory(2.0, 60, server="u1").calls == ["2 notify ops: 160 B"]


class TestByValues:
    RULE = """
        rules:
          - id: flood
            by: [it.player]
            when: {console: '^(?P<player>\\w+) says'}
            count: 2
            within: 1m
            until: {console: '^(?P<player>\\w+) is quiet'}
            do: [{notify: ops, text: "${it.player}"}]
        """

    def test_each_value_is_a_key_of_its_own(self) -> None:
        story = Story(self.RULE).line(1.0, "Anna says").line(2.0, "Bert says").line(3.0, "Anna says")

        assert story.calls == ["3 notify ops: Anna"]
        assert story.rule_state("flood", "u-lobby/Anna").phase == "open"
        assert story.rule_state("flood", "u-lobby/Bert").phase == "idle"

    def test_a_match_ends_only_the_incident_of_its_own_key(self) -> None:
        story = Story(self.RULE)
        for number, name in enumerate(("Anna", "Anna", "Bert", "Bert")):
            story.line(1.0 + number, f"{name} says")
        story.line(10.0, "Anna is quiet")

        assert story.rule_state("flood", "u-lobby/Anna").phase == "idle"
        assert story.rule_state("flood", "u-lobby/Bert").phase == "open"

    def test_a_key_with_any_text_in_it_is_still_one_key(self) -> None:
        story = Story(self.RULE.replace("\\w+", ".+"))
        story.line(1.0, "a/b%c says").line(2.0, "a/b%c says")

        assert story.rule_state("flood", "u-lobby/a%2Fb%25c").phase == "open"


def test_hold_power_if_is_read_over_the_whole_fleet_and_waiting_actions_go_on_after_it() -> None:
    limits = Limits(arm=Arm.LIVE, hold_power_if=parse_expression("share(not connected) > 0.3"))
    story = fleet("rules: [{id: a, when: {event: crash}, do: [{power: restart}]}]", 4, limits)
    lose(story, 1.0, 2, 3).happens(2.0, "crash", server="u0")
    assert story.calls == []
    assert story.verdicts[-1] == "2 held_by_fleet"

    assert find(story, 100.0, 2, 3).until(101.0).calls == ["100 power restart"]
