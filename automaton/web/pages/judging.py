"""Judging for people who look: never in this process, one at a time a person, and few in all.

Who waits for nobody is told so at once: a queue of heavy work would be a way to keep others waiting.
"""

from __future__ import annotations

from typing import Protocol

from automaton.web.http_json import RequestRefused
from automaton.web.judged import JudgedTests, JudgeWanted, Tried, TryAnswer
from automaton.web.routes.rule_files import RuleFiles

AT_ONCE = 2  # processes of all people: each takes a core for some seconds
AGAIN_IN = 5.0  # seconds after which somebody who was refused may hope
BUSY_ONE = "what you asked to be judged before is not done yet: wait for it, some seconds at the most"
BUSY_ALL = "others have rules judged just now: try again in some seconds"


class JudgeFailedError(Exception):
    """The process gave no answer; why, as a sentence."""


class JudgePort(Protocol):
    """Judges in a process of its own."""

    async def judge(self, wanted: JudgeWanted) -> TryAnswer:
        """The answer. Raises JudgeFailedError, also where it took too much time or memory."""


class NoJudge:
    """A JudgePort where nothing can be judged."""

    async def judge(self, _wanted: JudgeWanted) -> TryAnswer:
        """Says so."""
        raise JudgeFailedError("nothing can be judged here")


class Judging:
    """Bounds who may have how much judged."""

    def __init__(self, port: JudgePort) -> None:
        self._port = port
        self._at_work: set[str] = set()

    async def test(self, file: str, files: RuleFiles, who: str) -> JudgedTests:
        """The tests of a file. Raises RequestRefused where it cannot be judged now."""
        try:
            answer = await self._judge(JudgeWanted(what="test", file=file, files=files), who)
        except JudgeFailedError as problem:
            return JudgedTests(problem=str(problem))
        return answer.tests or JudgedTests(problem="they were not run")

    async def try_out(self, wanted: JudgeWanted, who: str) -> Tried:
        """A try. Raises RequestRefused where it cannot be judged now, and JudgeFailedError."""
        answer = await self._judge(wanted, who)
        return answer.tried or Tried(notes=["it was not judged"])

    async def _judge(self, wanted: JudgeWanted, who: str) -> TryAnswer:
        if who in self._at_work:
            raise RequestRefused(429, BUSY_ONE, AGAIN_IN)
        if len(self._at_work) >= AT_ONCE:
            raise RequestRefused(429, BUSY_ALL, AGAIN_IN)
        self._at_work.add(who)
        try:
            return await self._port.judge(wanted)
        finally:
            self._at_work.discard(who)
