"""Places in long work where it may be made to wait."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType

import pytest

from automaton.checkpoint import checkpoint, waiting_at_checkpoints
from automaton.configuration.load import load_configuration

FEW, MANY = 50, 250
PANEL = 'panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}\n'
NODE = "nodes: {edge-1: {config: {file: config.yml}}}\n"
WINGS = "uuid: u\ntoken: abcdefgh\nremote: https://panel.test\napi: {host: 0.0.0.0, port: 8080}\n"
CONSOLE = "  - {{id: r{number}, when: {{console: '^{number} of (?P<it>.+)$'}}, do: [{{wait: 1s}}]}}\n"
FACT = """\
facts: {entities: {servers: {pack: minecraft}, type: number, line: '^entities (?P<value>[0-9]+)$'}}
"""
READS = (
    "  - {{id: r{number}, servers: {{pack: minecraft}}, while: entities > {number}, do: [{{wait: 1s}}]}}\n"
)


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


def work_between(folder: Path, head: str, rule: str, rules: int) -> dict[tuple[str, str], int]:
    """Calls of Python functions from a checkpoint to the next, the most, by the two that have these."""
    (folder / "rules.d" / "own.yml").write_text(
        f"{head}rules:\n" + "".join(rule.format(number=number) for number in range(rules))
    )
    most: dict[tuple[str, str], int] = {}
    calls, last = 0, "the beginning"

    def wait() -> None:
        nonlocal calls, last
        here = sys._getframe(2)
        while here.f_code.co_name == "with_checkpoints":
            assert here.f_back is not None
            here = here.f_back
        pair = last, here.f_code.co_qualname
        most[pair] = max(calls, most.get(pair, 0))
        calls, last = 0, pair[1]

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    with waiting_at_checkpoints(wait):
        sys.setprofile(count)
        try:
            found = load_configuration(folder / "automaton.yml", {})
            found.or_raise().book.index.prepare(["minecraft"])
            checkpoint()
        finally:
            sys.setprofile(None)
    assert len(found.or_raise().book.rules) == rules
    return most


@pytest.mark.parametrize(
    ("settings", "head", "rule"), [(PANEL, "", CONSOLE), (NODE, FACT, READS)], ids=["console", "fact"]
)
def test_between_two_checkpoints_of_a_reload_no_rule_costs_more_than_a_dozen_of_its_thousands_of_calls(
    tmp_path: Path, settings: str, head: str, rule: str
) -> None:
    """So that thousands of rules keep the engine waiting for some milliseconds at a time."""
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "automaton.yml").write_text(settings)
    (tmp_path / "config.yml").write_text(WINGS)
    (tmp_path / "key").write_text("ptlc_1")
    (tmp_path / "key").chmod(0o600)
    work_between(tmp_path, head, rule, 10)  # what is read once, as the packs that ship

    few, many = (work_between(tmp_path, head, rule, rules) for rules in (FEW, MANY))

    a_rule = {pair: (calls - few.get(pair, 0)) / (MANY - FEW) for pair, calls in many.items()}
    assert len(a_rule) > 20
    assert {pair: calls for pair, calls in a_rule.items() if calls > 12} == {}
