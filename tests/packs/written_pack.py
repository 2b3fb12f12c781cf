"""A pack as a text of its own, and what is made of one."""

from __future__ import annotations

from textwrap import dedent

from automaton.packs.model import PackFile
from automaton.problem import Problem
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit

GAME = """\
pack: mine
prefix: '^\\[(?P<level>\\w+)\\] '
chat: '^<\\w+> '
events:
  ready: '^Done'
patterns:
  world_saved: '^Saved (?P<chunks>\\d+)'
save: {send: [save-off, save-all], wait: world_saved, within: 90s}
probe: {send: list, wait: '^There are'}
facts:
  players: {send: list, read: '^There are (?P<n>\\d+)', every: 2m}
"""


def read(text: str) -> tuple[PackFile | None, list[Problem]]:
    node, problems = read_all(dedent(text), "mine.yml")
    assert node is not None
    assert problems == []
    return fit(node, PackFile)


def pack(text: str = GAME) -> PackFile:
    found, problems = read(text)
    assert problems == []
    assert found is not None
    return found
