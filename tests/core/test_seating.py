"""Servers and rules come and go: what stood stays, or is withdrawn."""

from __future__ import annotations

from automaton.core import events as ev
from tests.core.fleet import fleet, lose, profile
from tests.core.story import Story

NODE = "rules: [{id: a, by: node, while: share(not connected) > 0.5 and total > 2, do: [{notify: ops}]}]"
CRASH = "rules: [{{id: a, {0} when: {{event: crash}}, until: 1h, do: [{{notify: ops}}]}}]"


def test_a_reload_never_judges_by_a_part_of_the_servers() -> None:
    told = lose(fleet(NODE), 1.0, 0, 1, 2)
    told.adopt(10.0, NODE.replace("ops", "boss"))

    assert told.standing("a", "node:eu").phase == "open"
    assert told.calls == ["1 notify ops: eu: a"]


def test_another_width_closes_what_was_open() -> None:
    told = Story(CRASH.format("")).happens(1.0, "crash").adopt(2.0, CRASH.format("by: node,"))

    assert told.verdicts[-1] == "2 withdrawn"
    assert told.happens(3.0, "crash").calls[-1] == "3 notify ops: eu: a"


def test_another_list_of_values_closes_what_was_open() -> None:
    told = Story(CRASH.format("by: [it.exit_code],")).happens(1.0, "crash", exit_code=1)
    told.adopt(2.0, CRASH.format("by: [it.oom],"))

    assert "2 withdrawn" in told.verdicts


def test_a_rule_that_no_longer_looks_at_any_server_of_a_node_is_withdrawn() -> None:
    told = lose(fleet(NODE), 1.0, 0, 1, 2)
    told.adopt(2.0, NODE.replace("by: node,", "by: node, servers: {name: nobody},"))

    assert told.verdicts[-1] in ("2 withdrawn", "2 gone")
    assert list(told.engine.standings()) == []


def test_counts_of_the_old_rules_are_no_longer_fed() -> None:
    rule = "rules: [{id: a, by: node, while: count(console_age > 1m) > 9, do: []}]"
    told = fleet(rule, 2)
    before = told.engine.next_deadline()
    for number in range(50):
        told.adopt(1.0 + number / 100, rule)

    assert before is not None
    assert len(told.engine._deadlines._heap) < 150
    told.until(200.0)
    assert len(told.engine._deadlines._heap) < 20


def test_a_server_that_goes_leaves_nothing_behind() -> None:
    told = fleet(NODE, 3)
    told.at(1.0, ev.ServerListed, profile=profile(9)).at(2.0, ev.ServerGone, server="u9", reason="deleted")

    assert sorted(told.engine.servers()) == ["u0", "u1", "u2"]
    assert {place.home for place in told.engine.places()} == {"fleet", "node:eu", "u0", "u1", "u2"}
