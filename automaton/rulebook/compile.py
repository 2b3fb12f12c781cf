"""A checked rule model to the rule that the engine judges by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from automaton.core.expression import Applied
from automaton.core.rules.rule import Breaker, Escalation, Mutes, Rule
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.rulebook.critical_notices import with_critical_notices
from automaton.rulebook.model import BreakerModel, EscalationModel, MutesModel, RuleModel
from automaton.rulebook.rule_steps import walk
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import TriggerModel
from automaton.schema.leaves import Leaf, all_leaves
from automaton.schema.selector import ScopedSelector, ServerSelector
from automaton.schema.time_zone import machine_zone
from automaton.triggers.schedule import ScheduleTrigger

EVERYBODY = "*"


def compile_rule(model: RuleModel, groups: Mapping[str, ServerSelector]) -> Rule:
    """The rule as plain data. Its selector carries the groups of its file along."""
    until = model.until
    leaves = tuple(all_leaves(model))
    return Rule(
        id=str(model.id),
        when=model.when,
        holds=model.while_,
        hold_for=model.for_ or 0.0,
        until=until if isinstance(until, Expression) else None,
        until_trigger=until if isinstance(until, TriggerModel) else None,
        quiet=until if isinstance(until, float) else None,
        guard=model.if_,
        do=model.do,
        on_clear=model.on_clear,
        cooldown=model.cooldown,
        count=model.count or 1,
        within=model.within,
        severity=model.severity,
        arm=model.arm,
        note=model.note,
        servers=ScopedSelector(model.servers, groups) if model.servers is not None else None,
        tells=_channels(model.do),
        tells_end=_channels(model.on_clear),
        by=model.by.by,
        by_values=model.by.values,
        distinct=model.distinct,
        first=model.first,
        unless=model.unless,
        escalate=tuple(_escalation(one) for one in model.escalate),
        breaker=_breaker(model.breaker) if model.breaker is not None else None,
        backoff=model.backoff,
        overlap=model.overlap,
        mutes=_mutes(model.mutes) if model.mutes is not None else None,
        applied=applied_in(leaves),
        names=facts_read(leaves),
        zone=_zone(model),
    )


def _zone(model: RuleModel) -> tzinfo:
    """That of its first schedule, else the machine's."""
    triggers = [one for one in (model.when, model.until) if isinstance(one, TriggerModel)]
    for trigger in [part for one in triggers for part in (one, *one.parts())]:
        if isinstance(trigger, ScheduleTrigger):
            return trigger.tz
    return machine_zone()


def _channels(steps: Steps) -> frozenset[str]:
    return frozenset(str(channel) for step in walk((steps,)) for channel in step.wants().channels)


def applied_in(leaves: Sequence[Leaf]) -> frozenset[Applied]:
    """Every function that is used anywhere in a model or a rule with these leaves."""
    return frozenset(used for one in _expressions(leaves) for used in one.applied)


def facts_read(leaves: Sequence[Leaf]) -> frozenset[str]:
    """Every fact that is read there, also of other servers by a function, or of whose changes it hears."""
    read = {name for one in _expressions(leaves) for name in one.names}
    read.update(name for one in applied_in(leaves) if one.of is not None for name in one.of.names)
    heard = (name for one in leaves if isinstance(one, TriggerModel) for name in one.refers().facts)
    return frozenset(read.union(map(str, heard)))


def _expressions(leaves: Sequence[Leaf]) -> Iterator[Expression]:
    for one in leaves:
        match one:
            case Expression():
                yield one
            case Template():
                yield from (placed.expression for placed in one.expressions)


def _escalation(model: EscalationModel) -> Escalation:
    return Escalation(model.after, with_critical_notices(model.do), model.unless, model.every)


def _breaker(model: BreakerModel) -> Breaker:
    return Breaker(model.max, model.within, model.reset, with_critical_notices(model.then))


def _mutes(model: MutesModel) -> Mutes:
    named = tuple(glob for glob in model.rules if glob.source != EVERYBODY)
    return Mutes(named, len(named) < len(model.rules), frozenset(model.actions))
