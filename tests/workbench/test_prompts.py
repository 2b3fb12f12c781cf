"""A question is asked until its answer will do. On a terminal: tests/acceptance/test_first_hour.py."""

from __future__ import annotations

from automaton.errors import Refused
from automaton.workbench.prompts import HOW_TO_LEAVE, ask
from tests.workbench.person import Written


def test_a_question_is_asked_until_its_answer_will_do_and_each_time_it_is_told_why() -> None:
    def judge(text: str) -> int:
        if not text.isdigit():
            raise Refused("a number is expected")
        return int(text)

    person = Written(["many", "", " 7 "])

    assert ask(person, "How many?", judge, usual="none") == 7
    assert person.asked == ["How many?"] * 3
    assert person.heard == ["a number is expected"] * 2


def test_who_gives_the_same_wrong_answer_again_is_told_how_to_leave() -> None:
    def judge(text: str) -> str:
        if not text:
            raise Refused("a word is expected")
        return text

    person = Written(["", "", "word"])

    assert ask(person, "Which?", judge) == "word"
    assert person.heard == ["a word is expected", "a word is expected", HOW_TO_LEAVE]
