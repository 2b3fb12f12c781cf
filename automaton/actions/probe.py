"""Asks the game a harmless question: a game that answers is alive.

At its console where its pack knows a question, else over the network where it can be asked so. Law: silence
over the network proves nothing of a game that did not answer before, since its start.
"""

from __future__ import annotations

from typing import ClassVar

from automaton.core.calls import QueryGame
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.outcome import Result
from automaton.core.pack import PROBED
from automaton.core.ports import Listens
from automaton.core.rules.action import Ask, EndRun, Memo, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.runs.question import Answered, Ending, put
from automaton.core.stable_names import stable_name
from automaton.schema.base import DurationOrNothing
from automaton.schema.may_fail import MayFail

QUERY_WITHIN = 20.0
"""Seconds in which a game answers over the network, where the step does not say it: some questions."""

AGAIN = 5.0  # seconds from an answer that did not come to the next question
BEGAN_AT, AGAIN_AT, WHY = "began_at", "again_at", "why"


@stable_name("Probe")
class Probe(MayFail):
    """The pack's question, and the time to wait for its answer; without one the pack's own.

    ```yaml
    probe: 30s
    else: [{power: restart, force_after: 60s}]
    ```

    When no answer comes its `else` runs and the run goes on; without `else` the run fails. Where the
    question cannot be asked, or nobody can hear the answer, the run ends: no question, no judgement.
    A game whose pack has no question is asked over the network, if it answered there since its start.
    """

    verb: ClassVar[str] = "probe"
    is_reported: ClassVar[bool] = False
    needs_lock: ClassVar[bool] = True

    probe: DurationOrNothing = None

    def listens(self) -> Listens:
        """The answer, and what makes it impossible."""
        return Listens(facts=frozenset({"state", "connected"}), events=frozenset({PROBED}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Asks, and waits for the answer. A lost link ends the run: silence proves nothing then."""
        question = scene.pack.probe
        if question is None:
            return self._over_network(scene, memo)
        if memo is not None and scene.state is None:
            return EndRun(Verdict.NOT_POSSIBLE, "the link was lost, so nobody can hear the answer")
        progress = put(scene, memo, question, question.within if self.probe is None else self.probe, PROBED)
        return self._ended(progress) if isinstance(progress, Answered) else progress

    def _over_network(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Asks again and again until it answers, or the time is over."""
        outcome, mono = scene.outcome, scene.now.mono
        if reason := _why_not_asked(scene):
            return EndRun(Verdict.NOT_POSSIBLE, reason)
        if scene.shadowed:
            return EndRun(Verdict.NOT_POSSIBLE, "in shadow nobody is asked")
        memo = {BEGAN_AT: mono, AGAIN_AT: mono, WHY: "it was not asked in time"} if memo is None else memo
        until = float(memo[BEGAN_AT] or 0.0) + (QUERY_WITHIN if self.probe is None else self.probe)
        if outcome is not None and outcome.result is Result.DONE:
            return Next()
        if outcome is not None and outcome.is_in_vain:
            return EndRun(Verdict.NOT_POSSIBLE, outcome.detail)
        if outcome is not None:
            memo = {**memo, WHY: outcome.detail, AGAIN_AT: mono + AGAIN}
        if mono >= until:
            return self.failed(f"over the network: {memo[WHY]}")
        again = float(memo[AGAIN_AT] or 0.0)
        return Rest(memo, min(until, again)) if mono < again else Ask(_question(scene), memo)

    def _ended(self, answered: Answered) -> Progress:
        match answered.ending:
            case Ending.ANSWERED:
                return Next()
            case Ending.LATE:
                return self.failed(answered.detail)
            case Ending.IMPOSSIBLE | Ending.UNSURE | Ending.FAILED | Ending.SHADOWED:
                return EndRun(Verdict.NOT_POSSIBLE, answered.detail)


def _question(scene: StepScene) -> QueryGame:
    address = scene.facts.queried.address
    assert address is not None
    return QueryGame(
        server=scene.facts.profile.uuid, protocol=address.protocol, host=address.host, port=address.port
    )


def _why_not_asked(scene: StepScene) -> str:
    """Why nothing can be learnt by a question over the network, empty where it can."""
    queried = scene.facts.queried
    if queried.address is None:
        return f"this server's pack has no question, and over the network: {queried.trouble}"
    if scene.state is not State.RUNNING:
        return f"the server is {scene.state.value if scene.state else 'not known to be running'}"
    if not queried.answered or queried.is_doubted:
        return "over the network it has not answered since its start, so silence would prove nothing"
    return ""
