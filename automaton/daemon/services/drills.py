"""Drills: a person has a rule's `do` played, and is told step by step what came of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from starlette.routing import Route

from automaton.core.decision import Decision
from automaton.core.events import CallEnded, DrillBegan, Event
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.rules.drill_mark import DRILL
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.status_rows import NameOf
from automaton.pace.clock import Clock
from automaton.web.routes import drills
from automaton.web.routes.drills import DrillReport, DrillRow, DrillWanted
from automaton.web.routes.explain import CallRow

KEPT = 20  # drills; whoever asked for one follows it at once
ROWS_KEPT = 500  # of one drill: a macro may count down second by second


@dataclass(slots=True)
class _Drill:
    """One that was asked for. `is_begun`: the engine has taken it up."""

    wanted: DrillWanted
    at: Moment
    is_begun: bool = False
    decisions: list[Decision] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    left_out: int = 0

    @property
    def awaits(self) -> bool:
        """Whether a call is not answered yet."""
        return any(one.number not in self.outcomes for made in self.decisions for one in made.calls)


class DrillsService:
    """A ledger (core/decision.py) of drills. `put` queues an event: the engine alone plays them."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        put: Callable[[Event], None],
        name_of: NameOf,
        clock: Clock,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._put = put
        self._name_of = name_of
        self._clock = clock
        self._drills: OrderedDict[tuple[str, str], _Drill] = OrderedDict()
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return drills.routes(self)

    def write(self, decision: Decision) -> None:
        """Remembers what a drill decided."""
        if not decision.rule.startswith(DRILL):
            return
        found = self._drills.get((decision.rule.removeprefix(DRILL), decision.key))
        if found is None:
            return
        found.is_begun = True
        if len(found.decisions) < ROWS_KEPT:
            found.decisions.append(decision)
        else:
            found.left_out += 1

    def observe(self, event: Event) -> None:
        """Remembers the ends of calls. Must be called with those, before they are judged."""
        if not isinstance(event, CallEnded):
            return
        for drill in self._drills.values():
            if any(one.number == event.number for made in drill.decisions for one in made.calls):
                drill.outcomes[event.number] = event.outcome

    def knows(self, rule: str, key: str) -> bool:
        """Whether there is such a rule, and such a server, node or fleet."""
        known = self._active.rule(rule)
        return known is not None and self._inspector.stand_in(known, key) is not None

    def drill(self, rule: str, wanted: DrillWanted, who: str) -> DrillReport | None:
        """Begins a drill; None where one of this rule and key goes on already."""
        before = self._drills.get((rule, wanted.key))
        if before is not None and not self._is_over(rule, before):
            return None
        now = self._clock.now()
        self._drills[rule, wanted.key] = _Drill(wanted, now)
        self._drills.move_to_end((rule, wanted.key))
        while len(self._drills) > KEPT:
            self._drills.popitem(last=False)
        self._put(DrillBegan(server="", at=now, rule=rule, key=wanted.key, for_real=wanted.for_real, by=who))
        self._log.warning(
            "operator.drill", rule=rule, server=self._name_of(wanted.key), for_real=wanted.for_real, by=who
        )
        return self.drilled(rule, wanted.key)

    def drilled(self, rule: str, key: str) -> DrillReport | None:
        """What came of the latest one of this rule and key; None for none."""
        found = self._drills.get((rule, key))
        if found is None:
            return None
        return DrillReport(
            rule=rule, key=key, name=self._name_of(key), for_real=found.wanted.for_real,
            rows=[_row(one, found) for one in found.decisions], is_over=self._is_over(rule, found),
            left_out=found.left_out,
        )  # fmt: skip

    def _is_over(self, rule: str, drill: _Drill) -> bool:
        going = self._inspector.is_drilled(rule, drill.wanted.key)
        return drill.is_begun and not going and not drill.awaits


def _row(decision: Decision, drill: _Drill) -> DrillRow:
    calls = []
    for asked in decision.calls:
        outcome = drill.outcomes.get(asked.number)
        calls.append(
            CallRow(
                verb=asked.call.verb, what=asked.call.sentence(), asked=True,
                result=outcome.result.value if outcome is not None else "",
                detail=outcome.detail if outcome is not None else "",
            )
        )  # fmt: skip
    calls += [CallRow(verb=one.verb, what=one.sentence(), asked=False) for one in decision.held]
    return DrillRow(
        age=max(0.0, decision.at - drill.at), verdict=decision.verdict.value,
        sentence=decision.verdict.sentence, detail=decision.detail, calls=calls,
    )  # fmt: skip
