"""What those who judge rules know of the consoles of games."""

from __future__ import annotations

from pathlib import Path

from automaton.core.events import Source
from automaton.packs.load import Packs, read_packs

GAME = r"""
pack: craft
proof: documentation
prefix: '^\[x\] '
chat: ['^<(?P<player>\w+)> (?P<text>.*)$']
command: ['^(?P<player>\w+) typed (?P<text>.*)$']
tests: [{line: '[x] Eve typed /home', is: command}]
"""


def test_a_pack_tells_its_proof_its_examples_and_whose_words_a_line_is(tmp_path: Path) -> None:
    file = tmp_path / "craft.yml"
    file.write_text(GAME)
    consoles = Packs(read_packs([file])[0]).known_events.consoles
    craft, wings = consoles["craft"], consoles["wings"]
    (example,) = craft.examples()

    assert (craft.is_proved, wings.is_proved) == (False, True)
    assert craft.apart == (r"^(?P<player>\w+) typed (?P<text>.*)$",)
    assert wings.apart == ()
    assert (craft.hear(example).source, wings.hear(example).source) == (Source.COMMAND, Source.GAME)
