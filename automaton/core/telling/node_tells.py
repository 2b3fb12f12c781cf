"""What a node's engine tells that of the fleet: what its rules count here, and what happened that they name.

Law: a part is told when it changed, though not oftener than once a second, and every ten seconds; a match at
once, and again until it was heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from automaton.core.engine_events import (
    Match,
    MatchesHeard,
    MatchesTold,
    PartTold,
    RulePart,
    ToldHappening,
)
from automaton.core.happening import LINE, NOTHING, Happening
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.rules.action import walk
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.scope import TO_FLEET, Place
from automaton.core.targets.aggregate import Aggregate
from automaton.core.targets.rule_index import NO_RULES, RuleIndex, covers
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets
from automaton.core.telling.happenings import told
from automaton.core.telling.match_queue import KEPT_FOR, MatchQueue
from automaton.core.telling.pace import NOT_OFTENER, REPEATED_EVERY, TOLD_EVERY, WITH_A_MATCH

TAKEN_OVER_FOR = 300.0
"""Seconds for which servers that came from another owner do not count in `hold_power_if` (machines.md)."""


class PartTurn:
    """Owns the deadline of the next telling of the node's part."""


class MatchTurn:
    """Owns the deadline at which unheard matches are told again."""


class NodeTells:
    """`matches` are those that wait to be heard."""

    def __init__(
        self, place: Place, targets: Targets, outbox: Outbox, deadlines: Deadlines[object], now: Moment
    ) -> None:
        self.matches = MatchQueue(now.wall)
        self._place = place
        self._targets = targets
        self._outbox = outbox
        self._deadlines = deadlines
        self._part_turn, self._match_turn = PartTurn(), MatchTurn()
        self._number = 0
        self._told_at = -inf
        self._is_due = True
        self._is_changed = False
        self._said_again = False
        self._told_in_vain = 0  # the number up to which all was told, when nobody had heard it for a while
        self._waited_for: frozenset[str] = NOTHING
        self._waited_patterns: frozenset[str] = NOTHING
        self._patterns: frozenset[str] = NOTHING
        self._index: RuleIndex = NO_RULES
        self._waits: dict[str, float] = {}  # by server: until when a rule with `unless` may wait for it
        self._unsure_until = -inf

    @property
    def is_urgent(self) -> bool:
        """Whether a match was not told yet, or somebody asks for it all."""
        return self._said_again or self.matches.next - 1 > self.matches.sent

    def adopt(self, now: Moment) -> None:
        """Takes the rules of the fleet as they are by now, and tells the part that they make."""
        self._index = self._targets.indexes.elsewhere
        rules = [rule for rule, _ in self._index.by_id.values()]
        steps = [step.listens() for step in walk(block for rule in rules for block in rule.steps())]
        self._waited_for = NOTHING.union(*(one.events for one in steps))
        self._waited_patterns = NOTHING.union(*(one.patterns for one in steps))
        self._patterns = self._waited_patterns.union(*(rule.listens().patterns for rule in rules))
        self.counted(now)

    def begin(self, now: Moment) -> None:
        """Tells again, soon, what an earlier engine told and nobody acknowledged."""
        late = KEPT_FOR if len(self.matches) else 0.0
        self._unsure_until = self._waited_until(self._index.by_id, now, late)  # for what that one told
        self._aim_matches(now)

    def tell_soon(self) -> None:
        """Tells the part anew, and what was not acknowledged, though nothing changed."""
        self._is_due = self._said_again = True

    def counted(self, now: Moment) -> None:
        """Something of the part may have changed."""
        if self._is_changed:
            return
        self._is_changed = True
        if now.mono - self._told_at < NOT_OFTENER:
            self._deadlines.set(self._part_turn, self._told_at + NOT_OFTENER)
        else:
            self._is_due = True

    def happened(self, origin: Target, happened: Sequence[Happening], now: Moment) -> None:
        """Keeps what a rule of the fleet, or one of its runs, may want to hear."""
        rules = tuple(self._concerned(origin, happened))
        kept = [one for one in happened if self._is_named(one, rules)]
        if kept:
            self._note_waits(origin, rules, now)
            self._add(
                Match(number=0, home=origin.home, rules=rules, happened=tuple(map(self._told, kept))), now
            )

    def unseen(self, origin: Target, why: str, now: Moment) -> None:
        """What a rule of the fleet waits for with `unless` may have happened here unseen.

        Only where one may wait for this server: of a node that loses all links, a thousand are no news.
        """
        if now.mono < max(self._waits.get(origin.home, -inf), self._unsure_until):
            self._add(Match(number=0, home=origin.home, unseen=why), now)

    def hear(self, event: MatchesHeard, now: Moment) -> None:
        """The fleet has heard some of it."""
        before = self.matches.oldest
        self.matches.heard(event)
        if self.matches.oldest == before:
            return  # it waits behind a gap, whose answers must not put off that it is told again
        self._aim_matches(now)
        # What was told behind a gap follows at once, lot by lot.
        self._said_again = self.matches.oldest <= self._told_in_vain

    def due(self, turn: PartTurn | MatchTurn, now: Moment) -> None:
        """The time to tell has come."""
        if isinstance(turn, PartTurn):
            self._is_due = True
        else:
            self.matches.age(now.wall)
            self._said_again = True
            self._told_in_vain = self.matches.sent
            self._aim_matches(now)

    def gather(self, now: Moment) -> None:
        """Puts out what is to be told by now."""
        if not self._is_due and not self.is_urgent:  # nearly always
            return
        lots = list(self.matches.take_unsent())
        if lots and self._is_changed and now.mono - self._told_at >= WITH_A_MATCH:
            self._is_due = True
        if self._is_due:
            self._tell_part(now)
        if self._said_again and len(self.matches):
            lots = [self.matches.again()]  # the oldest first: what follows a gap is not heard
        self._said_again = False
        for lot in lots:
            self._outbox.put(
                TO_FLEET,
                MatchesTold(
                    server="", at=now, node=self._place.node, epoch=self._place.epoch,
                    began=self.matches.began, oldest=self.matches.oldest, matches=lot,
                ),
            )  # fmt: skip

    def part(self, now: Moment) -> PartTold:
        """The node's part as it is now."""
        power, fleet = self._targets.power_aggregate, self._targets.fleet
        rules = [_part(id_, fleet.aggregates.get(id_)) for id_ in self._index.by_id]
        if power is not None:
            rules.append(_part("", power))
        return PartTold(
            server="", at=now, node=self._place.node, epoch=self._place.epoch, number=self._number,
            taken_over=now.mono - self._place.taken_over_at < TAKEN_OVER_FOR, rules=tuple(rules),
        )  # fmt: skip

    def _tell_part(self, now: Moment) -> None:
        self._is_due = self._is_changed = False
        self._told_at = now.mono
        self._number += 1
        self._deadlines.set(self._part_turn, now.mono + TOLD_EVERY)
        self._outbox.put(TO_FLEET, self.part(now))

    def _note_waits(self, origin: Target, rules: Sequence[str], now: Moment) -> None:
        until = self._waited_until(rules, now, KEPT_FOR)
        if until <= now.mono:
            return
        if len(self._waits) > len(self._targets.servers):
            self._waits = {home: end for home, end in self._waits.items() if end > now.mono}
        self._waits[origin.home] = max(until, self._waits.get(origin.home, -inf))

    def _waited_until(self, rules: Iterable[str], now: Moment, late: float) -> float:
        """Until when one of these rules may wait for its `unless` after a match that is heard so late."""
        told = [self._index.by_id[id_][0] for id_ in rules]
        longest = max((rule.within or 0.0 for rule in told if rule.unless is not None), default=-inf)
        return now.mono + late + longest

    def _add(self, match: Match, now: Moment) -> None:
        self.matches.add(match, now.wall)
        if len(self.matches) == 1:
            self._aim_matches(now)

    def _aim_matches(self, now: Moment) -> None:
        self._deadlines.set(self._match_turn, now.mono + REPEATED_EVERY if len(self.matches) else inf)

    def _concerned(self, origin: Target, happened: Sequence[Happening]) -> Iterator[str]:
        """The rules of the fleet that name this server, and of which a trigger matches."""
        is_server = origin.key.of in self._targets.servers
        for concern in self._index.concerned(NOTHING, happened):
            rule = concern.rule
            triggers = [one for one in (rule.when, rule.until_trigger, rule.unless) if one is not None]
            if is_server and not covers(rule, origin.server.facts):
                continue
            if any(trigger.match(one) is not None for trigger in triggers for one in happened):
                yield rule.id

    def _is_named(self, one: Happening, rules: Sequence[str]) -> bool:
        if one.name == LINE:
            is_waited_for = one.heard is not None and not self._waited_patterns.isdisjoint(one.heard.patterns)
        else:
            is_waited_for = one.name in self._waited_for
        return is_waited_for or any(
            trigger.match(one) is not None
            for rule in (self._index.by_id[id_][0] for id_ in rules)
            for trigger in (rule.when, rule.until_trigger, rule.unless)
            if trigger is not None
        )

    def _told(self, one: Happening) -> ToldHappening:
        return told(one, self._patterns)


def _part(rule: str, aggregate: Aggregate[Target] | None) -> RulePart:
    if aggregate is None:
        return RulePart(rule=rule)
    return RulePart(
        rule=rule, covered=len(aggregate.covered), total=len(aggregate.counting),
        is_seen=not aggregate.is_blind,
        functions=tuple(one.part() for one in aggregate.functions.values()) if aggregate.counting else (),
    )  # fmt: skip
