"""Asks a person at a terminal, one question at a time, until the answer will do.

What is asked in secret is not shown while it is typed or pasted, and no sentence repeats it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import typer

from automaton.errors import Refused
from automaton.printable import say

T = TypeVar("T")
ANSWERS = {"y": True, "yes": True, "n": False, "no": False}
HOW_TO_LEAVE = "Ctrl-C ends this, and nothing is written"


class Person(Protocol):
    """Who answers. Ctrl-C and the end of input raise typer.Abort."""

    def answer(self, question: str, *, usual: str = "", is_secret: bool = False) -> str:
        """What is typed; `usual` where that is nothing. A secret is not shown."""

    def agrees(self, question: str, *, usual: bool = True) -> bool:
        """Yes or no."""

    def hear(self, sentence: str) -> None:
        """Is told something."""


class AtTerminal:
    """A person at the terminal behind stdin."""

    def answer(self, question: str, *, usual: str = "", is_secret: bool = False) -> str:
        """What is typed; `usual` where that is nothing."""
        text: str = typer.prompt(  # beside the results, which may go to a file
            question, default=usual, show_default=bool(usual), hide_input=is_secret, err=True
        )
        return text

    def agrees(self, question: str, *, usual: bool = True) -> bool:
        """Yes or no; asked again for anything else.

        What is typed is not shown: a secret may be pasted once more, here too.
        """
        choice = "[Y/n]" if usual else "[y/N]"
        while True:
            text = self.answer(f"{question} {choice}", is_secret=True).strip().lower()
            if text in ANSWERS or not text:
                agreed = ANSWERS.get(text, usual)
                self.hear("yes" if agreed else "no")
                return agreed
            self.hear("say y or n")

    def hear(self, sentence: str) -> None:
        """Prints a sentence under what was answered."""
        say(f"  {sentence}", err=True)


def ask(
    person: Person, question: str, judge: Callable[[str], T], *, usual: str = "", is_secret: bool = False
) -> T:
    """The first answer that `judge` takes; it raises Refused with what is expected instead."""
    before: str | None = None
    while True:
        text = person.answer(question, usual=usual, is_secret=is_secret)
        try:
            return judge(text.strip())
        except Refused as problem:
            person.hear(str(problem))
        if text == before:  # Enter, again and again: who has no answer is told how to leave
            person.hear(HOW_TO_LEAVE)
        before = text
