"""What stands before a text of any kind, with the name in it; heads are bounded."""

from __future__ import annotations

import pytest

from automaton.workbench.pack_draft.chat_heads import MOST_HEADS, HeadTable, heads_of
from automaton.workbench.pack_draft.masks import ACCOUNT, ANY, NAME, NUMBER, STEAM


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("<Eve> hi", (f"<{NAME}> ", "Eve", "hi")),
        ("[CHAT] <Big Eve> hi", (f"[CHAT] <{NAME}> ", "Big Eve", "hi")),
        ("[CHAT] Eve: hi: you", (f"[CHAT] {NAME}: ", "Eve", "hi: you")),
        ("[VIP] Eve » hi", (f"[VIP] {NAME} » ", "Eve", "hi")),
        ("(from 'S_76561190000000001'): 'Eve': hi", (f"(from 'S_{ACCOUNT}'): '{NAME}': ", "Eve", "hi")),
        (
            '"Eve<2><[U:1:7]><CT>" say_team "hi"',
            (f'"{NAME}<{NUMBER}><{STEAM}><{ANY}>" say_team "', "Eve", "hi"),
        ),
    ],
)
def test_a_head_is_what_stands_before_the_text(line: str, head: tuple[str, str, str]) -> None:
    assert head in list(heads_of(line))


@pytest.mark.parametrize("line", ["Eve joined", "Done!", "", ": ", "Eve: "])
def test_a_line_without_a_text_behind_a_name_has_none(line: str) -> None:
    assert list(heads_of(line)) == []


def test_people_and_any_text_are_told_from_a_few_texts() -> None:
    table = HeadTable()
    for line in ("Eve: hi", "Bob: who is there", "Eve: it rains", "State: up", "State: down", "State: up"):
        table.add(line)
    (head,) = table.heads.values()

    assert (head.count, head.is_of({"Eve", "Bob"}), head.is_of({"Eve", "Bob", "State"})) == (6, False, True)
    assert (head.is_free, head.has_cue, head.is_angled) == (True, False, False)


def test_with_ever_new_heads_those_that_came_once_go() -> None:
    table = HeadTable()
    for number in range(MOST_HEADS + 50):
        table.add("<Eve> hi")
        table.add(f"{'ab' * number}z Eve: hi"[-900:] if number else "q Eve: hi")

    assert len(table.heads) <= MOST_HEADS
    assert f"<{NAME}> " in table.heads
