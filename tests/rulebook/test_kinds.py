"""Every kind is found by its file, and its example is right."""

from __future__ import annotations

import inspect
from textwrap import dedent, indent

import pytest

from automaton.packs.read import Packs, read_packs
from automaton.rulebook.kinds import all_kinds
from automaton.rulebook.load import load_texts
from automaton.schema.kinds import ActionModel, TriggerModel

KINDS = all_kinds()
KNOWN = Packs(read_packs([])[0]).knowledge


def example(kind: type[TriggerModel] | type[ActionModel]) -> str:
    doc = inspect.getdoc(kind) or ""
    return dedent(doc.split("```yaml\n")[1].split("```")[0])


AROUND = """
macros:
  safe_restart: {params: {lead: duration}, do: [{countdown: "${lead}"}, {power: restart}]}
rules:
  - {id: node-hot, by: node, while: 'share(memory_pct > 90) > 0.5'}
"""


def problems(rule: str) -> list[str]:
    return [str(one) for one in load_texts([("example.yml", rule), ("around.yml", AROUND)], KNOWN).problems]


def test_the_yaml_word_is_the_file_name() -> None:
    assert set(KINDS.triggers) == {"console", "event", "state", "schedule", "rule", "hook", "any"}
    assert set(KINDS.actions) == {
        *("notify", "send", "say", "power", "wait", "if", "end"),
        *("save", "probe", "backup", "countdown", "call", "mute", "http", "exec"),
    }


@pytest.mark.parametrize("word", KINDS.triggers)
def test_the_example_of_a_trigger_is_right(word: str) -> None:
    text = example(KINDS.triggers[word])
    rule = f"rules:\n  - id: a\n    do: [end]\n    when:\n{indent(text, ' ' * 6)}"

    assert problems(rule) == []


@pytest.mark.parametrize("word", KINDS.actions)
def test_the_example_of_an_action_is_right(word: str) -> None:
    text = indent(example(KINDS.actions[word]), " " * 8).lstrip()
    rule = f"rules:\n  - id: a\n    when: {{event: player.join}}\n    do:\n      - {text}"

    assert problems(rule) == []
