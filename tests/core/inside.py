"""What the parts of an engine keep for themselves, laid open for those who compare it."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.calls import Call, Notify
from automaton.core.decision import Decision
from automaton.core.run import Run
from tests.core.turmoil import REPORTS, Turmoil


class Inside:
    """The parts of a turmoil's engine. `fresh` are the decisions since the last look."""

    def __init__(self, turmoil: Turmoil, seen: int = 0) -> None:
        engine, runner = turmoil.engine, turmoil.engine.runner
        self.turmoil = turmoil
        self.engine = engine
        self.fresh: list[Decision] = turmoil.decisions[seen:]
        self.standings = list(engine.standings())
        self.runs = runner.going.all()
        self.holders: dict[str, Run] = runner._hands._holder
        self.queues = runner._hands._waiting
        self.by_call = runner._by_call
        self.line = runner.line
        self.holding = runner.holding
        self.keeping = runner.notices.keeping
        self.due: dict[object, float] = engine._deadlines._wanted

    def sent(self) -> Iterator[tuple[Decision, Call]]:
        """What rules asked of the world since the last look."""
        for decision in self.fresh:
            for asked in decision.calls:
                if not (isinstance(asked.call, Notify) and asked.call.channel == REPORTS):
                    yield decision, asked.call


def told(run: Run) -> str:
    verb = run.action.verb if run.action is not None else "the end"
    return f"{run.standing.seed} {run.kind.value} at {verb}"
