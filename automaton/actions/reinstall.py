"""Has the Panel install the server anew, through all gates of power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

from automaton.core.calls import Authority, PowerCall, Spends, World
from automaton.core.events import State
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import Pack
from automaton.core.ports import Listens
from automaton.core.rules.action import Ask, Memo, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.base import DurationOrNothing
from automaton.schema.kinds import Wants
from automaton.schema.maintenance import UNTOLD, PanelStep, why_failed

COMPLETED = "install.completed"
WITHIN = 1800.0  # seconds; a large game is downloaded again
TRIES_AGAIN = 5.0
"""Seconds after Wings' lock was met: it is held for some time after `offline` (protocol 5.2)."""
BY_HAND = "an operator stopped this server; `override: operator` would install it all the same"
LATE = "the installation did not end in time"

WAITS_UNSENT = 7200.0  # rule-language 4.8: what could not be sent for two hours is dropped

# Moments of the memo: the step began, the first try went out, the Panel began it, and the next try. And
# ASKED: a try is out.
BEGAN, SENT, BEGUN, RETRY, ASKED = "began_at", "sent_at", "begun_at", "retry_at", "asked"


@stable_name("ReinstallServer")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstallServer(PowerCall):
    """Asks for an installation. Wings stops the game first, and runs the egg's script on its files."""

    verb: ClassVar[str] = "reinstall"

    async def perform(self, world: World) -> Outcome:
        """Has the Panel begin it; its end comes as an event."""
        return await world.servers.reinstall(self.server)

    @property
    def argument(self) -> str:
        """The one thing that is installed: the server."""
        return "server"

    def fields(self) -> Mapping[str, str]:
        """Nothing besides the action."""
        return {}

    def in_short(self) -> str:
        """The verb."""
        return self.verb

    def not_allowed(self, authority: Authority | None, pack: Pack) -> str:
        """The word, where it is not allowed."""
        is_allowed = authority is not None and authority.allows_reinstall()
        return "" if is_allowed else "power `reinstall`"


@stable_name("Reinstall")
class Reinstall(PanelStep):
    """The Panel's reinstall, and the time to wait for its end; without one 30m.

    ```yaml
    reinstall: 1h
    else: [{notify: oncall, text: "${name}: ${result.reason}"}, end]
    ```

    Done at `install.completed`; what the installation came to, only the Panel knows. It needs `reinstall`
    in `limits.allow.power`, and passes all gates of power: it spends their budgets, and a server that an
    operator stopped is not installed, unless `override: operator` is written. Wings stops a game that runs.
    """

    verb: ClassVar[str] = "reinstall"

    reinstall: DurationOrNothing = None
    override: Literal["operator"] | None = None

    def wants(self) -> Wants:
        """That the server is installed."""
        return Wants(reinstalls=True, permissions=("settings.reinstall",))

    def listens(self) -> Listens:
        """The end of an installation, and what shows whether it may be asked for."""
        facts = frozenset({"state", "stopped_by", "installing", "panel_answers"})
        return Listens(facts=facts, events=frozenset({COMPLETED}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Asks for it once that makes sense, and waits for the end."""
        mono, outcome = scene.now.mono, scene.outcome
        if memo is None:
            return self._ask(scene, {BEGAN: mono})
        if scene.shadowed:
            return Next()
        if SENT in memo and scene.held_for:  # `within` stands still while a gate holds a later try
            memo = {**memo, SENT: _at(memo, SENT) + scene.held_for}
        if outcome is None:
            return self._watch(scene, memo) if ASKED in memo else self._ask(scene, memo)
        if outcome.result is Result.REFUSED and outcome.passing and not scene.facts.installing:
            again = {key: value for key, value in memo.items() if key != ASKED}
            return self._ask(scene, {**again, RETRY: mono + TRIES_AGAIN})
        if outcome.is_in_vain:
            return self.failed(outcome.detail)
        if outcome.result is Result.DONE:
            return self._watch(scene, {**memo, BEGUN: mono})
        if scene.resumed and not scene.facts.profile.installing:  # else it is seen that it was begun
            return self.failed(why_failed(outcome))
        return self._watch(scene, memo)

    def _ask(self, scene: StepScene, memo: Memo) -> Progress:
        """Asks as soon as that makes sense, and rests until then."""
        mono, intent = scene.now.mono, scene.facts.intent
        is_down = scene.state in (State.OFFLINE, State.STOPPING)
        if self.override is None and is_down and intent.by == "operator":
            return self.refused(BY_HAND)
        if mono >= self._until(memo):
            why = "the server's state is unknown" if scene.state is None else LATE
            return self.failed(why)
        if scene.state is None:
            return Rest(memo, self._until(memo), lets_go=True, frees=True, detail="the state is unknown")
        wake = _at(memo, RETRY)
        if scene.state is State.OFFLINE and intent.by is None and intent.settled_at < inf:
            wake = max(wake, intent.settled_at)  # not decided yet: a human may have stopped it
        if wake > mono:
            return Rest(memo, min(wake, self._until(memo)), frees=True)
        return Ask(
            ReinstallServer(server=scene.facts.profile.uuid), {SENT: mono, **memo, ASKED: True}, kept=memo,
            spends=Spends.AGAIN if SENT in memo else Spends.ALL,
            since=None if SENT in memo else _at(memo, BEGAN),
        )  # fmt: skip

    def _watch(self, scene: StepScene, memo: Memo) -> Progress:
        """Waits for the end."""
        if any(end.name == COMPLETED for end in scene.happened):
            return Next()
        if scene.resumed and BEGUN in memo and not scene.facts.profile.installing:
            return Next()  # it ended while automaton was away: the list of servers is newer than the answer
        if scene.now.mono >= self._until(memo):
            return self.failed(LATE if BEGUN in memo else f"{LATE}: {UNTOLD}")
        return Rest(memo, self._until(memo))

    def _until(self, memo: Memo) -> float:
        """The `mono` at which its time is over: counted from the first try, or two hours without one."""
        if SENT not in memo:
            return _at(memo, BEGAN) + WAITS_UNSENT
        return _at(memo, SENT) + (WITHIN if self.reinstall is None else self.reinstall)


def _at(memo: Memo, key: str) -> float:
    return float(memo.get(key) or 0.0)
