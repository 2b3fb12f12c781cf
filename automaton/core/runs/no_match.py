"""The match that a drill has not: nobody set its rule off, so all of `it` is unknown."""

from __future__ import annotations

from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.events import FieldValue
from automaton.core.rules.action import Ask, EndRun, Progress

WHY = "it reads the match (`it`), and a drill has none"


class NoMatch(dict[str, FieldValue]):
    """The fields of no match: all unknown. Remembers that one was read."""

    def __init__(self) -> None:
        super().__init__()
        self._was_read = False

    def get(self, key: str, default: object = None) -> None:
        """Unknown, whatever it is."""
        self._was_read = True

    def take_read(self) -> bool:
        """Whether any was read since this was last asked."""
        was_read, self._was_read = self._was_read, False
        return was_read


def safe(progress: Progress, fields: NoMatch) -> Progress:
    """A step's answer, unless it would do for real what nobody can mean: `kick unknown`."""
    was_read = fields.take_read()
    if was_read and isinstance(progress, Ask) and not isinstance(progress.call, SendMessage):
        return EndRun(Verdict.REFUSED, WHY)
    return _by_its_cause(progress) if was_read else progress


def told(progress: Progress, fields: NoMatch) -> Progress:
    """The same where nothing is done for real, and each call may be told with what is unknown in it."""
    return _by_its_cause(progress) if fields.take_read() else progress


def _by_its_cause(progress: Progress) -> Progress:
    """A refusal of a text with what is unknown in it would find fault with the text."""
    is_refused = isinstance(progress, EndRun) and progress.verdict is Verdict.REFUSED
    return EndRun(Verdict.REFUSED, WHY) if is_refused else progress
