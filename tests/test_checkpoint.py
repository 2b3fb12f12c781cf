"""Places in long work where it may be made to wait."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from pathlib import Path

from automaton.checkpoint import checkpoint, waiting_at_checkpoints
from automaton.configuration.load import load_configuration

COUNT = 500
SETTINGS = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
rules: rules.d
"""
RULES = "rules:\n" + "".join(f"  - {{id: r{n}, when: {{console: '^{n}$'}}, do: []}}\n" for n in range(COUNT))


def test_who_asked_for_it_waits_at_each_and_afterwards_at_none() -> None:
    waits: list[int] = []

    checkpoint()
    with waiting_at_checkpoints(lambda: waits.append(1)):
        checkpoint()
        checkpoint()
    checkpoint()

    assert waits == [1, 1]


def test_another_thread_is_not_made_to_wait() -> None:
    waits: list[int] = []
    with waiting_at_checkpoints(lambda: waits.append(1)):
        other = threading.Thread(target=checkpoint)
        other.start()
        other.join()

    assert waits == []


def test_each_part_of_a_reload_comes_to_a_checkpoint_at_every_rule(tmp_path: Path) -> None:
    """However many there are, the work between two of them stays as short."""
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "automaton.yml").write_text(SETTINGS)
    (tmp_path / "rules.d" / "own.yml").write_text(RULES)
    (tmp_path / "key").write_text("ptlc_1")
    (tmp_path / "key").chmod(0o600)
    places: Counter[str] = Counter()
    with waiting_at_checkpoints(lambda: places.update([sys._getframe(2).f_code.co_qualname])):
        found = load_configuration(tmp_path / "automaton.yml", {})

    assert len(found.or_raise().book.rules) == COUNT
    at_every_rule = {name for name, times in places.items() if times >= COUNT}
    assert at_every_rule == {
        "_Builder.end", "_models", "_problems", "_doubts", "deaf_patterns", "_compiled", "unproved_lines",
        "never_allowed", "never_asked", "never_acts",
    }  # fmt: skip
