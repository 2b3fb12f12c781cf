"""The page of a pack: what it can do, and all that its files tell."""

from __future__ import annotations

from pathlib import Path

from automaton.packs.load import read_packs
from automaton.packs.model import PackFile
from automaton.workbench.pack_page import abilities, page, page_data, written_in

MINE = """\
# Seen on one console.
# By its wiki: https://wiki.example.org
pack: mine
proof: documentation
match: {egg: [Mine*, Yours], tag: mine, not: {egg: Mine2}}
prefix: '^\\[(?P<level>\\w+)\\] '
chat: ['^<(?P<player>\\w+)> ', {level: CHAT*}]
events: {ready: ['^up$', '^running$'], door: '^door'}
patterns: {world_saved: '^saved$'}
say: {send: "say ${text}"}
save: {send: [save-all, flush], wait: world_saved, within: 5s}
probe: {send: list, wait: '^There are'}
query: {protocol: a2s, port: +1}
stop: exit
tests: [{line: up, is: ready}]
"""


def pack_of(folder: Path, text: str = MINE) -> PackFile:
    path = folder / "mine.yml"
    path.write_text(text)
    packs, problems = read_packs([path])
    assert problems == []
    return packs["mine"]


def test_what_a_pack_can_do_is_told_in_one_order(tmp_path: Path) -> None:
    usual = ["ready", "chat", "say", "save", "probe", "query", "stop"]

    assert list(abilities(pack_of(tmp_path))) == [*usual, "door"]


def test_a_page_has_every_pattern_command_and_file(tmp_path: Path) -> None:
    lines = list(page(pack_of(tmp_path), None))

    assert lines == [
        "mine: ready, chat, say, save, probe, query, stop, door",
        "proof: documentation",
        f"from: {tmp_path / 'mine.yml'}",
        "  Seen on one console.",
        "  By its wiki: https://wiki.example.org",
        "",
        "match",
        "  egg: Mine*, Yours",
        "  tag: mine",
        "  not egg: Mine2",
        "",
        "prefix",
        "  '^\\[(?P<level>\\w+)\\] '",
        "",
        "chat",
        "  '^<(?P<player>\\w+)> '",
        "  level: CHAT*",
        "",
        "events",
        "  ready: '^up$'",
        "  ready: '^running$'",
        "  door: '^door'",
        "",
        "patterns",
        "  world_saved: '^saved$'",
        "",
        "commands",
        "  say: say ${text}",
        "  save: save-all, flush, answered by world_saved within 5 s",
        "  probe: list, answered by '^There are' within 60 s",
        "  query: a2s, at port +1",
        "",
        "stop",
        "  exit",
        "",
        "tests: 1",
    ]


def test_programs_get_the_same(tmp_path: Path) -> None:
    told = page_data(pack_of(tmp_path))

    assert told["match"] == ["egg: Mine*, Yours", "tag: mine", "not egg: Mine2"]
    assert (told["tests"], told["notes"]) == (
        1,
        ["Seen on one console.", "By its wiki: https://wiki.example.org"],
    )


def test_a_pack_of_ones_own_on_top_of_another_names_both_files(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "extends: rust\npack: mine\nchat: '^x'\n")

    assert list(written_in(pack)) == [str(tmp_path / "mine.yml"), "shipped"]


def test_no_line_is_wider_than_the_terminal(tmp_path: Path) -> None:
    for pack in [pack_of(tmp_path), *read_packs(())[0].values()]:
        assert max(map(len, page(pack, 60))) <= 60, str(pack.pack)


def test_a_game_that_takes_no_commands_says_so(tmp_path: Path) -> None:
    assert "  none: it takes no commands" in list(
        page(pack_of(tmp_path, "pack: mine\nconsole: false\n"), None)
    )
