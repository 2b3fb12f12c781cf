"""Words of people, as a pack tells them: by a pattern, by groups of the prefix, or by both."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import Source
from automaton.match.line_reader import LineReader
from automaton.packs.load import Packs, read_packs

PREFIX = r"prefix: '^\[(?P<logger>[^\]]+)\] '"
BOTH = r"chat: [{logger: chat, match: '^(?P<player>[^:]+): (?P<text>.*)$'}]"


def told(folder: Path, chat: str, prefix: str = PREFIX) -> list[str]:
    file = folder / "mine.yml"
    file.write_text(f"pack: mine\n{prefix}\n{chat}\n")
    return [str(one).partition(" error: ")[2] for one in read_packs([file])[1]]


def test_a_form_may_ask_for_groups_and_a_pattern_and_gives_what_that_captures(tmp_path: Path) -> None:
    assert told(tmp_path, BOTH) == []
    packs = Packs(read_packs([tmp_path / "mine.yml"])[0])
    reader = LineReader([], {"mine": packs.by_name["mine"].console_format()})

    heard = reader.hear("[chat] Eve: hi", Source.GAME, "mine")

    assert (heard.source, heard.occurred[0][1]["player"]) == (Source.CHAT, "Eve")
    assert reader.hear("[net] Eve: hi", Source.GAME, "mine").source is Source.GAME
    assert reader.hear("[chat] opened", Source.GAME, "mine").source is Source.GAME
    assert packs.games["mine"].events["chat"] >= {"player", "text", "logger"}


def test_match_alone_is_the_pattern(tmp_path: Path) -> None:
    assert told(tmp_path, "chat: [{match: '^(?P<player>\\w+): '}]", "") == []


@pytest.mark.parametrize(
    ("chat", "prefix", "message"),
    [
        ("chat: [{loger: x}]", PREFIX, "the prefix has no group `loger`, did you mean `logger`?"),
        ("chat: [{logger: x, pattern: '^x'}]", PREFIX, "has no group `pattern`, did you mean `match`?"),
        (
            "chat: [{logger: x, zzz: '^x'}]",
            PREFIX,
            "expected `logger`, or `match: '^…'` for a pattern",
        ),
        (
            "chat: {logger: x}",
            "prefix: '^x '",
            "expected a `prefix` with it, as `'^\\[(?P<logger>[^\\]]+)\\] '`",
        ),
        ("chat: {logger: x}", "", "expected a `prefix` with it"),
        ("chat: {logger: x, match: '^(x'}", PREFIX, "a `(` is not closed"),
        ("chat: {}", PREFIX, "a group of the prefix is expected here"),
        ("chat: [[x]]", PREFIX, "words of people are told by a pattern"),
    ],
)
def test_a_group_that_the_prefix_has_not_is_told_with_those_there_are(
    tmp_path: Path, chat: str, prefix: str, message: str
) -> None:
    (found,) = told(tmp_path, chat, prefix)

    assert message in found
