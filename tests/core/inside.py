"""What the parts of an engine keep for themselves, laid open for those who compare it."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.calls import Call, SendMessage
from automaton.core.decision import Decision
from automaton.core.runs.run import Run
from tests.core.turmoil import REPORTS, Turmoil


class Inside:
    """The parts of a turmoil's engine, after a step. `fresh` are the decisions since `before` it.

    `open` are the incidents by their numbers: the rule and key of each.
    """

    def __init__(self, turmoil: Turmoil, before: Inside | None = None) -> None:
        engine = turmoil.engine
        runner = engine._runner
        self.turmoil = turmoil
        self.engine = engine
        self.seen = len(turmoil.decisions)
        self.fresh: list[Decision] = turmoil.decisions[before.seen if before is not None else 0 :]
        self.rule_states = list(engine.rule_states())
        self.open = {
            one.incident.number: (one.rule.id, one.key)
            for one in self.rule_states
            if one.incident is not None
        }
        self.was_open = before.open if before is not None else {}
        self.active = engine._active
        self.runs = self.active.all()
        self.on_their_way = {
            (run.rule.id, run.rule_state.key) for run in self.runs if run.memo and run.memo.get("on_its_way")
        }
        self.were_on_their_way = before.on_their_way if before is not None else set[tuple[str, str]]()
        self.powers = len(self.active.powering)
        self.without_panel = {
            uuid for uuid, server in engine.servers().items() if not server.facts.panel_answers
        }
        is_same = before is not None and before.engine is engine
        self.were_without_panel = before.without_panel if before is not None and is_same else set[str]()
        self.powers_before = before.powers if before is not None and is_same else self.powers
        self.holders: dict[str, Run] = runner._locks._holder
        self.lock_queues = runner._locks._waiting
        self.by_call = runner._by_call
        self.queue = engine._queue
        self.gates = engine._gates
        self.muting = self.gates.inhibition.open.keys()
        self.keeping = engine._lifecycle._held_notices.keeping
        self.due: dict[object, float] = engine._deadlines._wanted

    def was_asked(self, decision: Decision, kind: type[Call]) -> bool:
        """Whether the rule asked for such a call for this key before that."""
        decided = self.turmoil.decisions
        calls = [
            asked.call
            for one in decided[: decided.index(decision)]
            if (one.rule, one.key) == (decision.rule, decision.key)
            for asked in one.calls
        ]
        return any(isinstance(call, kind) for call in calls)

    def sent(self) -> Iterator[tuple[Decision, Call]]:
        """What rules asked of the world since the last look."""
        for decision in self.fresh:
            for asked in decision.calls:
                if not (isinstance(asked.call, SendMessage) and asked.call.channel == REPORTS):
                    yield decision, asked.call


def told(run: Run) -> str:
    verb = run.action.verb if run.action is not None else "the end"
    return f"{run.rule_state.seed} {run.kind.value} at {verb}"
