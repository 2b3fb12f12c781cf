"""What every kind has, and what becomes of the steps inside one."""

from __future__ import annotations

from automaton.problem import FilePlace
from automaton.schema.kinds import ActionModel, Origin, References
from tests.rulebook.texts import load


def step(text: str) -> ActionModel:
    loaded = load(f"rules: [{{id: a, when: {{event: crash}}, do: [{text}]}}]", None)
    assert [str(problem) for problem in loaded.problems] == []
    (found,) = loaded.rules[0].do
    assert isinstance(found, ActionModel)
    return found


def test_a_step_that_moved_in_its_file_is_the_same_step() -> None:
    assert Origin(FilePlace("a.yml", 1)) == Origin(FilePlace("b.yml", 9))
    assert step("{notify: ops}") == step("   {notify: ops}")


def test_the_steps_inside_one_are_changed_and_what_has_none_stays_itself() -> None:
    condition, other = step("{if: connected, do: [{notify: ops}, end], else: [{send: list}]}"), step("end")
    changed = condition.changed(lambda _: other)

    assert [[one.verb for one in block] for block in changed.blocks()] == [["end", "end"], ["end"]]
    assert [[one.verb for one in block] for block in condition.blocks()] == [["notify", "end"], ["send"]]
    assert other.changed(lambda _: condition) is other


def test_what_triggers_refer_to_is_gathered_in_order() -> None:
    both = References(events=("crash",), rules=("a",)) | References(events=("ready",), hooks=("deploy",))

    assert both == References(events=("crash", "ready"), rules=("a",), hooks=("deploy",))
