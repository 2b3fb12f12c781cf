"""What could still come in a test though nothing is fed any more: `never` means never.

What only the wall clock brings, a schedule or the edge of a window, is no reason to go on: it would come for
ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from automaton.core.engine import Engine
from automaton.core.events import State
from automaton.core.expression import Expression
from automaton.core.facts.facts import Facts
from automaton.core.facts.own import MISSED_TURNS
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import Scene
from automaton.core.targets.rule_state import RuleState
from automaton.ruletest.as_fed import AsFed

NOBODY = Rule(id="")


def still_to_come(engine: Engine, quiet_since: float, answers_since: float) -> str:
    """What may come by itself, the first of it in words; empty for nothing.

    `quiet_since` is the engine's `mono` since which nothing was fed and nothing was done, `answers_since`
    that since which addresses answer as they do.
    """
    return next(_all(engine, quiet_since, answers_since), "")


def _all(engine: Engine, quiet_since: float, answers_since: float) -> Iterator[str]:
    now = engine.now
    for value in engine.asked_of_addresses():
        if value.asked_at < answers_since:
            yield f"the address of `{value.fact.name}` is to be asked what it answers by now"
    for server in engine.servers().values():
        name = server.facts.profile.name
        if server.next_deadline() < inf:
            yield f"it is not decided why {name} is down"
        if _is_to_be_queried(server.facts, answers_since):
            yield f"the game of {name} is to be asked what it answers by now"
        if server.facts.players.is_asked:
            yield f"{name} has not answered how many play"
    if now.mono < engine.settled_at:
        yield "`limits.settle` is not over"
    if any(now.mono < silence.until < inf for silence in engine.silences()):
        yield "a silence is not over"
    for state in engine.rule_states():
        if engine.has_runs(state) or state.queued:
            yield f"a run of `{state.rule.id}` is going"
        yield from _of_opening(state, now) if state.incident is None else _of_incident(state, now)
        if now.mono < state.muted_until:
            yield f"`{state.rule.id}` has muted itself"
        if state.look_again < inf and _may_change(_opinions(state), state.scene(now), quiet_since):
            yield f"time alone may change what `{state.rule.id}` thinks"
    yield from _of_counts(engine, quiet_since)


def _is_to_be_queried(facts: Facts, answers_since: float) -> bool:
    """Whether a question over the network may still tell something else than the last did."""
    queried = facts.queried
    if not queried.is_asked or queried.address is None or facts.state is not State.RUNNING:
        return False
    return queried.asked_at < answers_since or 0 < queried.unanswered < MISSED_TURNS


def _of_opening(state: RuleState, now: Moment) -> Iterator[str]:
    rule, mono = state.rule, now.mono
    if state.hold.is_running and mono < state.hold.due(rule.hold_for):
        yield f"the `for` of `{rule.id}` is not over"
    elif state.hold.is_running and mono < state.cooling_until:
        yield f"the `cooldown` of `{rule.id}` is not over"
    if state.awaited is not None:
        yield f"`{rule.id}` waits for its `unless`"
    if state.history.is_tripped(mono) and state.history.tripped_until < inf:
        yield f"the breaker of `{rule.id}` has tripped, and is to be reset"


def _of_incident(state: RuleState, now: Moment) -> Iterator[str]:
    rule = state.rule
    if rule.quiet is not None and state.quiet.due(rule.quiet) < inf:
        yield f"the quiet time of `{rule.id}` is not over"
    incident, escalate = state.incident, enumerate(rule.escalate)
    if incident is not None and any(incident.next_turn(number, one) < inf for number, one in escalate):
        yield f"the incident of `{rule.id}` is open and has yet to escalate"


def _opinions(state: RuleState) -> tuple[Expression | None, ...]:
    """What it is judged by now."""
    rule = state.rule
    if state.incident is not None:
        return (rule.holds, rule.until)
    return (rule.holds, rule.guard if state.hold.begun else None)


def _of_counts(engine: Engine, quiet_since: float) -> Iterator[str]:
    """What a rule counts over servers may change for one of them."""
    now = engine.now
    for target in engine.targets():
        for member in target.fed_by(target.feeding):
            rule, of = member.aggregation.aggregate.rule, member.aggregation.applied.of
            scene = Scene(now=now, facts=target.server.facts, rule=NOBODY, around=target)
            if rule and member.until < inf and _may_change((of,), scene, quiet_since):
                yield f"time alone may change what `{rule}` counts"


def _may_change(opinions: tuple[Expression | None, ...], scene: Scene, quiet_since: float) -> bool:
    as_fed = AsFed(scene, quiet_since)
    return any(one is not None and one.evaluate(as_fed, scene.now.mono).until < inf for one in opinions)
