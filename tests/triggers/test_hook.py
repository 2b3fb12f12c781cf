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
