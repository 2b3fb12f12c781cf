"""A webhook: its body is in `it`, whatever it holds."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.happening import Happening, of_hook
from automaton.rulebook.step_checks import Bounds
from tests.core.story import Story
from tests.rulebook.texts import load, told

RULE = """
rules:
  - id: a
    when: {hook: deployed, where: it.version != "dev"}
    do: [{notify: ops, text: "${it.x}"}]
"""
HOOKS = Bounds({}, (), hooks=("deployed",))


def test_a_call_of_this_hook_matches_with_all_its_fields() -> None:
    trigger = load(RULE, None).rules[0].when
    assert trigger is not None

    assert trigger.match(Happening(of_hook("deployed"), {"version": "1.2"})) == {"version": "1.2"}
    assert trigger.match(Happening(of_hook("other"), {"version": "1.2"})) is None
    assert trigger.listens().events == {of_hook("deployed")}


def test_nobody_knows_the_fields_of_a_body_so_none_is_refused() -> None:
    assert told(RULE, None) == []


def test_where_an_automaton_yml_is_known_the_hook_must_stand_there() -> None:
    rule = "rules: [{id: a, when: {hook: deploy}, do: [end]}]"

    assert told(rule, HOOKS) == ["r.yml:1:30: error: unknown hook `deploy`, did you mean `deployed`?"]


def test_a_call_without_a_server_is_heard_by_the_fleet_s_rules_alone() -> None:
    story = Story("""
        rules:
          - {id: one, when: {hook: deployed}, do: [{notify: ops, text: "${name} ${it.v}"}]}
          - {id: all, by: fleet, when: {hook: deployed}, do: [{notify: ops, text: "fleet ${it.v}"}]}
    """)
    story.at(1.0, ev.HookCalled, name="deployed", fields={"v": "1"}, server="")
    story.at(2.0, ev.HookCalled, name="deployed", fields={"v": "2"})

    assert story.calls == ["1 notify ops: fleet 1", "2 notify ops: fleet 2", "2 notify ops: lobby 2"]


def test_a_rule_reads_the_fields_of_nested_objects_by_dots() -> None:
    story = Story("""
        rules:
          - id: a
            by: fleet
            when: {hook: pushed, where: it.repository.name == "lobby" and it.repository.size > 3}
            do: [{notify: ops, text: "${it.repository.owner.login} pushed, ${it.nothing.there}"}]
    """)
    fields = {"repository.name": "lobby", "repository.size": 7, "repository.owner.login": "eve"}
    story.at(1.0, ev.HookCalled, name="pushed", fields=fields, server="")

    assert story.calls == ["1 notify ops: eve pushed, unknown"]


def test_a_field_that_no_call_could_bring_is_told() -> None:
    rule = "rules: [{id: a, when: {hook: pushed}, if: it.a.b.c.d.e.f, do: [end]}]"

    assert told(rule, None) == ["r.yml:1:43: error: `it.a.b.c.d.e.f` lies too deep: fields are known 5 deep"]
