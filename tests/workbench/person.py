"""A person whose answers are written down."""

from __future__ import annotations

from collections.abc import Iterable


class Written:
    """Answers in turn; `heard` is what it was told, `asked` what it was asked."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers = iter(answers)
        self.asked: list[str] = []
        self.heard: list[str] = []

    def answer(self, question: str, *, usual: str = "", is_secret: bool = False) -> str:
        self.asked.append(f"(secret) {question}" if is_secret else question)
        return next(self._answers) or usual

    def agrees(self, question: str, *, usual: bool = True) -> bool:
        self.asked.append(question)
        return {"": usual, "y": True, "n": False}[next(self._answers)]

    def hear(self, sentence: str) -> None:
        self.heard.append(sentence)
