"""Every kind is found by its file, and its example is right."""

from __future__ import annotations

import inspect
from pathlib import Path
from textwrap import dedent, indent

import pytest

import automaton.actions
import automaton.triggers
import tests.rulebook.more_kinds.actions
import tests.rulebook.more_kinds.triggers
from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SendCommand
from automaton.core.engine import Engine
from automaton.core.events import Profile, State
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.packs.load import Packs, read_packs
from automaton.rulebook.book import build_book
from automaton.rulebook.catalogue import all_kinds, kinds_of
from automaton.rulebook.load import load_texts
from automaton.schema.kinds import ActionModel, TriggerModel

KINDS = all_kinds()
LOBBY = Profile(uuid="u", id="u", name="lobby")
KNOWN = Packs(read_packs([])[0]).known_events


def example(kind: type[TriggerModel] | type[ActionModel]) -> str:
    doc = inspect.getdoc(kind) or ""
    return dedent(doc.split("```yaml\n")[1].split("```")[0])


AROUND = """
macros:
  safe_restart: {params: {lead: duration}, do: [{countdown: "${lead}"}, {power: restart}]}
rules:
  - {id: node-hot, by: node, while: 'share(memory_pct > 90) > 0.5'}
"""


SHOUTED = """
rules:
  - id: calm
    when: {shout: 5}
    do: [{whisper: "SAY ${it.word}"}]
"""


def test_a_kind_from_another_folder_is_read_judged_and_run_with_no_edit_elsewhere() -> None:
    kinds = kinds_of(
        [automaton.triggers, tests.rulebook.more_kinds.triggers],
        [automaton.actions, tests.rulebook.more_kinds.actions],
    )
    packs = Packs(read_packs([])[0])
    loaded = load_texts([("r.yml", SHOUTED)], packs.known_events, kinds=kinds)
    assert [str(one) for one in loaded.problems] == []
    now = Moment(0.0, 0.0)
    engine = Engine(build_book(loaded.rules, packs, lambda *_: frozenset()), Limits(arm=Arm.LIVE), now)
    engine.handle(ev.ServerListed(server="u", at=now, profile=LOBBY))
    engine.handle(ev.LinkUp(server="u", at=now))
    engine.handle(ev.StateReported(server="u", at=now, state=State.RUNNING))

    said = engine.handle(ev.LinePrinted(server="u", at=now, text="hello"))
    shouted = engine.handle(ev.LinePrinted(server="u", at=now, text="HELLO"))

    assert [asked.call for decision in said for asked in decision.calls] == []
    assert [asked.call for decision in shouted for asked in decision.calls] == [
        SendCommand(server="u", command="say hello")
    ]


def test_such_a_kind_is_unknown_where_its_folder_is_not_named() -> None:
    told = [str(one) for one in load_texts([("r.yml", SHOUTED)], KNOWN).problems]

    assert "unknown trigger `shout`" in told[0]
    assert "unknown action `whisper`" in told[1]


def problems(rule: str) -> list[str]:
    return [str(one) for one in load_texts([("example.yml", rule), ("around.yml", AROUND)], KNOWN).problems]


def test_the_yaml_word_is_the_file_name_and_the_first_key() -> None:
    for package, kinds in ((automaton.triggers, KINDS.triggers), (automaton.actions, KINDS.actions)):
        files = {path.stem for path in Path(package.__path__[0]).glob("*.py")} - {"__init__"}

        assert {name.rstrip("_") for name in files} == set(kinds)
        for word, kind in kinds.items():
            own = [key for key in kind.known_keys() if key not in TriggerModel.known_keys()]
            assert own[0] == word


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
