"""A small corpus of every shape of rule, on which each tool is held to the oracle, where it is here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.benchmarks.peers.corpus import Corpus, hits_in, made_corpus
from tests.benchmarks.peers.measuring import spend
from tests.benchmarks.peers.tool import ComparedTool

REQUIRED = "AUTOMATON_REQUIRE_PEERS"
OF_PYPI = frozenset({"ansible-rulebook"})
"""What `make bench` alone installs: it takes a minute, and Java."""

SMALL: Corpus = made_corpus(rules=40, lines=6_000)


def assert_same_hits(tool: ComparedTool, folder: Path) -> None:
    """The tool finds as many hits as the oracle: in the corpus, and in no lines.

    Skips where the tool is not here, unless AUTOMATON_REQUIRE_PEERS=1 has Debian's asked for.
    """
    is_required = os.environ.get(REQUIRED) == "1" and tool.name not in OF_PYPI
    if tool.version() is None and not is_required:
        pytest.skip(f"{tool.name} is not here ({REQUIRED}=1 has this fail for what Debian has)")
    for name, lines in (("all", SMALL.lines), ("none", [])):
        (folder / name).mkdir()
        command = tool.prepare(folder / name, SMALL.patterns, lines)

        assert tool.hits(spend(command, folder / name)[1]) == hits_in(len(lines))
