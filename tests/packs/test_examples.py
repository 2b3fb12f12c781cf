"""The lines of a pack's own tests: what is expected of them, and what is said where it is otherwise."""

from __future__ import annotations

import pytest

from automaton.match.line_reader import LineReader
from automaton.packs.examples import failures
from automaton.packs.model import PackFile
from automaton.problem import Problem
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit
from tests.packs.ear import READER, SHIPPED

GAME = """\
pack: mine
prefix: '^\\[(?P<level>\\w+)\\] '
chat: '^<(?P<player>\\w+)> '
events: {player.join: '^(?P<player>\\w+) came'}
facts: {players: {read: '^(?P<n>\\d+) play'}}
tests:
"""


def judged(entry: str) -> list[str]:
    """What is wrong with a test of a game, or of how it is written."""
    node, _ = read_all(GAME + f"  - {entry}\n", "mine.yml")
    assert node is not None
    pack, problems = fit(node, PackFile)
    return [str(one) for one in problems] if pack is None else [str(one) for one in _failures(pack)]


def _failures(pack: PackFile) -> list[Problem]:
    reader = LineReader([], {pack.pack: pack.console_format()})
    return list(failures(pack.tests, reader, pack.pack))


@pytest.mark.parametrize(
    "entry",
    [
        "{line: '[INFO] Eve came', is: player.join, player: Eve, level: INFO}",
        "{line: '[INFO] <Eve> Eve came', is: chat, player: Eve}",
        "{line: 'Nothing', is: game}",
        "{line: '3 play', is: game, players: 3}",
    ],
)
def test_a_line_that_is_what_it_must_be_says_nothing(entry: str) -> None:
    assert judged(entry) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "{line: 'Eve came', is: chat}",
            "mine.yml:7:12: error: this line is `player.join`, expected `chat`",
        ),
        (
            "{line: 'Eve came', is: player.join, player: Bob}",
            "mine.yml:7:12: error: `player` is `Eve`, expected `Bob`",
        ),
        (
            "{line: 'Eve came', is: player.join, level: WARN}",
            "mine.yml:7:12: error: `level` is nothing, expected `WARN`",
        ),
        ("{line: '4 play', is: game, players: 3}", "mine.yml:7:12: error: `players` is `4`, expected `3`"),
        ("{line: 'Eve came'}", "mine.yml:7:5: error: `is` is missing; expected `is: …`"),
        (
            "Eve came",
            "mine.yml:7:5: error: a line with what it must be; found `Eve came`; expected"
            " `{line: '…', is: player.join, player: Eve}`",
        ),
    ],
)
def test_what_is_otherwise_is_told_at_its_line(entry: str, message: str) -> None:
    assert judged(entry) == [message]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_tests_of_a_shipped_pack_hold(name: str) -> None:
    assert [str(one) for one in failures(SHIPPED[name].tests, READER, name)] == []


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("{lin: x, is: ready}", "unknown key `lin`, did you mean `line`?"),
        ("{line: x, iss: ready}", "unknown key `iss`, did you mean `is`?"),
        ("{line: x, player: Eve}", "`is` is missing"),
    ],
)
def test_a_misspelt_key_of_a_test_is_told_by_its_right_name(test: str, message: str) -> None:
    (problem,) = judged(test)

    assert problem.startswith("mine.yml:7:")
    assert message in problem
