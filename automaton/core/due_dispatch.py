"""What is looked at when a deadline has come, by whose it is."""

from __future__ import annotations

from math import inf

from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.granting import Granting
from automaton.core.gates.grants import Grants
from automaton.core.gates.silences import Silence
from automaton.core.gates.wait_queue import QueueTurn
from automaton.core.hearing.shares import Share
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.moment import Moment
from automaton.core.operator import OperatorActions
from automaton.core.polling.address_polls import AddressPolls, AddressTurn
from automaton.core.polling.polls import Polls
from automaton.core.polling.queries import Queries
from automaton.core.routing import Routing
from automaton.core.runs.run import Run
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.restless import MOST_LOOKS
from automaton.core.targets.aggregate import Member
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import FLEET, PollTurn, QueryTurn, Target
from automaton.core.targets.targets import Targets


class DueDispatch:
    """`share` is None for an engine that judges the whole."""

    def __init__(
        self, deadlines: Deadlines[object], targets: Targets, routing: Routing, lifecycle: Lifecycle,
        runner: Runner, addresses: AddressPolls, queries: Queries, polls: Polls, operator: OperatorActions,
        share: Share | None, log: DecisionCollector,
    ) -> None:  # fmt: skip
        self._deadlines = deadlines
        self._targets = targets
        self._routing = routing
        self._lifecycle = lifecycle
        self._runner = runner
        self._addresses = addresses
        self._queries = queries
        self._polls = polls
        self._operator = operator
        self._share = share
        self._log = log

    def look(self, owner: object, at: Moment) -> None:
        """Does what its owner has to do at this moment."""
        match owner:
            case RuleState():
                self._lifecycle.look(owner, at)
            case Run():
                self._runner.due(owner, at)
            case Target():
                owner.aim(inf)  # this deadline is used up; the next one is set below
                self._targets.changed[owner] = None
                seen = owner.server.advance(at.mono)
                self._routing.aim(owner)
                self._routing.spread(owner, seen, at)
            case Member():  # with the other members that are due, so that each rule counting them looks once
                self._routing.feed([owner, *self._members_due(owner, at)], at)
            case QueueTurn():
                self._runner.retry(at)
            case Silence():
                self._operator.end_silences(at)
            case Grants() | Granting():
                owner.due(at)
            case AddressTurn():
                self._addresses.due(owner, at)
            case QueryTurn():
                self._routing.hear_answer(owner.target, self._queries.due(owner, at), at)
            case PollTurn():
                self._routing.believe_less(owner.target, self._polls.due(owner, at), at)
            case _ if self._share is not None:
                self._share.due(owner, at)

    def tell_restless(self, at: Moment) -> None:
        """Tells of owners that keep coming due: a fault of ours, or a rule that nobody foresaw."""
        for owner in self._deadlines.restless.found:
            self._log.tell_restless(*_whose(owner), at, f"more than {MOST_LOOKS} looks within a second")
        self._deadlines.restless.found.clear()

    def restless(self, now: Moment) -> list[tuple[str, str, int]]:
        """What keeps coming due though nothing happens, as rule, key and number of looks."""
        return [(*_whose(owner), looks) for owner, looks in self._deadlines.restless.now(now.mono)]

    def _members_due(self, owner: Member[Target], at: Moment) -> list[Member[Target]]:
        return [one for one in self._deadlines.take_with(owner, at.mono) if isinstance(one, Member)]


def _whose(owner: object) -> tuple[str, str]:
    """The rule and key of the owner of a deadline; no rule where it belongs to none."""
    match owner:
        case RuleState():
            return owner.rule.id, owner.key
        case Run():
            return owner.rule_state.told_as, owner.rule_state.key
        case Target():
            return "", owner.home
        case Member():
            return owner.aggregation.aggregate.rule, owner.target.home
        case PollTurn() | QueryTurn():
            return "", owner.target.home
        case AddressTurn():
            return "", FLEET.text
    return "", ""
