"""What the daemon knows of servers, links and decisions, as the control API sends it. Only copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from automaton.core.calls import Call
from automaton.core.decision import Decision
from automaton.core.explain import Reason, RunView
from automaton.core.facts.facts import Facts
from automaton.core.facts.kind import Fact
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.moment import Moment
from automaton.core.rules.unknown import why_unknown
from automaton.core.targets.rule_state import RuleState
from automaton.expr.printing import show
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.servers import FactRow, LinkRow, ServerRow
from automaton.web.routes.status import DecisionRow, ParkedRow
from automaton.wings.link_supervisor import LinkStatus

NameOf = Callable[[str], str]
LONGEST_WHAT = 300  # characters of a message or command
LONGEST_FACT = 200  # characters; names of images and servers are other people's text


def link_row(link: LinkStatus, now: Moment) -> LinkRow:
    """With ages instead of moments: the reader has another clock."""
    return LinkRow(
        state=link.state.value,
        cause=link.cause,
        reason=link.reason,
        since=max(0.0, now - link.since),
        tries=link.tries,
        next_try=None if link.next_try is None else max(0.0, link.next_try - now),
    )


def server_row(known: Facts, link: LinkStatus, now: Moment) -> ServerRow:
    """None stands for what is not known now. Without `facts`, which are many."""
    profile = known.profile
    state = known.read("state", now.mono).plain
    return ServerRow(
        uuid=profile.uuid,
        id=profile.id,
        name=profile.name,
        node=profile.node,
        panel=link.panel,
        egg=profile.egg,
        pack=known.pack,
        state=state if isinstance(state, str) else None,
        memory=_bytes(known, "memory", now),
        memory_limit=_bytes(known, "memory_limit", now),
        link=link_row(link, now),
    )


def fact_rows(known: Facts, mono: float) -> dict[str, FactRow]:
    """Every fact of a server at `mono`, in the order of the table; then those of one's own."""
    every: list[Fact] = [*SERVER_FACTS.values(), *(one.fact for one in known.own)]
    return {fact.name: _fact_row(known, fact, mono) for fact in every}


def _fact_row(known: Facts, row: Fact, mono: float) -> FactRow:
    value = known.read(row.name, mono)
    plain = value.plain
    return FactRow(
        value=[str(one) for one in plain] if isinstance(plain, tuple) else plain,
        text=show(value, row.kind)[:LONGEST_FACT],
        why=why_unknown(row.name, known, None, mono) if plain is None else "",
        at_least=value.at_least,
    )


def incident_row(
    state: RuleState, at: RunView | None, name_of: NameOf, now: Moment, held: Iterable[Reason] = ()
) -> IncidentRow:
    """Of a rule whose incident is open, and where its run is; `held` is what keeps its actions back."""
    incident = state.incident
    assert incident is not None
    return IncidentRow(
        rule=state.rule.id,
        server=state.key,
        name=name_of(state.key),
        severity=state.rule.severity.value,
        open_for=max(0.0, now - incident.opened),
        acked=incident.acked,
        matches=incident.matches,
        step=_step(at) if at is not None else "",
        held=[reason_sentence(one) for one in held],
    )


def reason_sentence(reason: Reason) -> str:
    """A reason as one sentence; a detail that only says again what it says is left out."""
    sentence = reason.verdict.sentence
    return f"{sentence}: {reason.detail}" if reason.detail and reason.detail not in sentence else sentence


def decision_row(decision: Decision, name_of: NameOf, now: Moment) -> DecisionRow:
    """Its detail; where it has none, its calls."""
    return DecisionRow(
        rule=decision.rule,
        server=decision.key,
        name=name_of(decision.key),
        verdict=decision.verdict.value,
        sentence=decision.verdict.sentence,
        detail=decision.detail or _calls(decision),
        age=max(0.0, now - decision.at),
    )


def what_of(call: Call) -> str:
    """What a call asks for, in short. Strangers' text stands in it as it is."""
    return call.sentence()[:LONGEST_WHAT]


def parked_row(link: LinkStatus, name_of: NameOf) -> ParkedRow:
    """Of a link that waits for a person."""
    return ParkedRow(server=link.server, name=name_of(link.server), cause=link.cause, reason=link.reason)


def _bytes(facts: Facts, name: str, now: Moment) -> int | None:
    value = facts.read(name, now.mono).plain
    return value if isinstance(value, int) else None


def _step(at: RunView) -> str:
    """Where a run stands; what its verb says by itself is left out."""
    target = f"{at.verb} ({at.number} of {at.steps})"
    return target if at.waits == "for what it listens to" else f"{target}, waits {at.waits}"


def _calls(decision: Decision) -> str:
    """What was asked of the world, or would have been."""
    calls = (*(asked.call for asked in decision.calls), *decision.held)
    return ", ".join(f"{call.verb} {what_of(call)}" for call in calls)
