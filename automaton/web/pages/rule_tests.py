"""The state of the tests that stand beside rules: run on demand, and known until the file is another."""

from __future__ import annotations

from hashlib import sha256

from automaton.web.judged import JudgedTests
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.judging import Judging
from automaton.web.routes.rule_files import RuleFiles

MOST_KEPT = 200  # files


class RuleTests:
    """Has them judged in a process of their own (`judging.py`)."""

    def __init__(self, control: ControlClient, judging: Judging) -> None:
        self._control = control
        self._judging = judging
        self._known: dict[tuple[str, bytes], JudgedTests] = {}  # the oldest first

    def known(self, file: str, text: str) -> JudgedTests | None:
        """What came of the tests of a file with this text; None where they were not run yet."""
        return self._known.get(_mark(file, text))

    async def run(self, file: str, text: str, who: str) -> JudgedTests:
        """Runs them. Raises RequestRefused where they cannot be run now."""
        files = await self._control.read("/v1/rule-files", RuleFiles)
        found = await self._judging.test(file, files, who)
        self._known.pop(_mark(file, text), None)
        while len(self._known) >= MOST_KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[_mark(file, text)] = found
        return found


def _mark(file: str, text: str) -> tuple[str, bytes]:
    return file, sha256(text.encode(errors="surrogatepass")).digest()
