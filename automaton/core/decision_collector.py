"""Counts every verdict, and makes a decision of each one worth telling.

An evaluation that changes nothing makes no object: it is only counted (rule-language 4.11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from automaton.core.calls import Call
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment

# Looked up once: Python 3.11 takes longer to find a member of an enum than to compare it.
NOT_TRUE = Verdict.NOT_TRUE
FIRED, ALREADY_OPEN = Verdict.FIRED, Verdict.ALREADY_OPEN


class Named(Protocol):
    """What has an id: a rule."""

    @property
    def id(self) -> str:
        """As decisions and counts name it."""


class Judged(Protocol):
    """The state of a rule for a key, as far as decisions show it."""

    @property
    def rule(self) -> Named:
        """Whose verdicts these are."""

    @property
    def mark(self) -> str:
        """What stands before the rule's id where its runs are told: that of a drill. An opinion has none."""

    @property
    def key(self) -> str:
        """The key's text."""

    @property
    def last_verdict(self) -> Verdict | None:
        """Its latest opinion; None before the first, and after `thinks_anew`."""

    def thinks(self, verdict: Verdict) -> bool:
        """Sets its opinion. True if that is news."""

    def thinks_anew(self) -> None:
        """Makes its next opinion news, whatever it is."""


class DecisionCollector:
    """`counted` is by rule and verdict, since the start. `next_number` is that of the next call or run.

    `told` are the decisions since the last `take`.
    """

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, Verdict]] = Counter()
        self.next_number = 1
        self.told: list[Decision] = []

    def take_number(self) -> int:
        """A number for a call or a run, which no other gets."""
        number = self.next_number
        self.next_number += 1
        return number

    def go_on_from(self, number: int) -> None:
        """Numbers go on from here, as before a restart."""
        self.next_number = number

    def thinks(self, judged: Judged, verdict: Verdict, now: Moment) -> None:
        """Counts a rule's opinion, and tells it if it is news."""
        self.counted[judged.rule.id, verdict] += 1
        last = judged.last_verdict
        if judged.thinks(verdict) and not (last is FIRED and verdict is ALREADY_OPEN):  # what firing means
            self.told.append(Decision(judged.rule.id, judged.key, now, verdict))

    def stays_open(self, rule: str) -> None:
        """Counts a rule whose `while` was true a moment ago and opened its incident."""
        self.counted[rule, ALREADY_OPEN] += 1

    def stays_false(self, rule: str) -> None:
        """Counts a rule that need not look: what changed cannot make its `while` true."""
        self.counted[rule, NOT_TRUE] += 1

    def stay_false(self, rules: Iterable[str]) -> None:
        """Counts several of them."""
        counted = self.counted
        for rule in rules:
            counted[rule, NOT_TRUE] += 1

    def ends(self, judged: Judged, verdict: Verdict, now: Moment, detail: str = "") -> None:
        """Tells that an incident ended, or a wait for one; the rule's next opinion is news again."""
        judged.thinks_anew()
        self.tell(judged, verdict, now, detail)

    def tell(
        self, judged: Judged, verdict: Verdict, now: Moment, detail: str = "", *,
        calls: Sequence[Asked] = (), held: Sequence[Call] = (),
    ) -> None:  # fmt: skip
        """Tells what is always told: something begins, is asked, is held, or ends."""
        rule = judged.mark + judged.rule.id
        self.counted[rule, verdict] += 1
        self.told.append(Decision(rule, judged.key, now, verdict, detail, tuple(calls), tuple(held)))

    def ask(self, judged: Judged, calls: Sequence[Call], now: Moment, detail: str = "") -> Sequence[Asked]:
        """Tells that these calls go out now, and numbers them."""
        rule = judged.mark + judged.rule.id
        asked: tuple[Asked, ...] = ()
        for call in calls:
            asked = (*asked, Asked(self.take_number(), call, rule))
        self.counted[rule, Verdict.ACTING] += 1
        self.told.append(Decision(rule, judged.key, now, Verdict.ACTING, detail, asked))
        return asked

    def tell_left(
        self, rule: str, key: str, now: Moment, *, ends: Sequence[Call] = (), is_silenced: bool = False
    ) -> None:
        """Tells the end of an incident whose rule was removed while automaton was away: also in `ends`."""
        self.counted[rule, Verdict.WITHDRAWN] += 1
        why = "it was removed while automaton was away"
        self.told.append(Decision(rule, key, now, Verdict.WITHDRAWN, why))
        if ends and is_silenced:
            self.told.append(Decision(rule, key, now, Verdict.SILENCED, held=tuple(ends)))
        elif ends:
            asked = tuple(Asked(self.take_number(), call, rule) for call in ends)
            self.told.append(Decision(rule, key, now, Verdict.ACTING, calls=asked))

    def tell_not_begun(self, told_as: str, key: str, now: Moment, verdict: Verdict) -> None:
        """Tells why a drill did not begin whose rule or server was gone when its turn came."""
        self.counted[told_as, verdict] += 1
        self.told.append(Decision(told_as, key, now, verdict, "before the drill began"))

    def tell_poll(self, key: str, now: Moment, call: Call) -> int:
        """Tells a poll, which belongs to no rule. Returns the number of its call."""
        asked = Asked(self.take_number(), call)
        self.told.append(Decision("", key, now, Verdict.ACTING, "a fact is asked", (asked,)))
        return asked.number

    def tell_unanswered(self, key: str, now: Moment, detail: str) -> None:
        """Tells that a fact stays unknown though it is asked for."""
        self.counted["", Verdict.UNANSWERED] += 1
        self.told.append(Decision("", key, now, Verdict.UNANSWERED, detail))

    def tell_announcement(self, key: str, now: Moment, call: Call) -> None:
        """Tells a message that belongs to no rule."""
        asked = Asked(self.take_number(), call)
        self.told.append(Decision("", key, now, Verdict.ACTING, "people are told", (asked,)))

    def tell_restless(self, rule: str, key: str, now: Moment, detail: str) -> None:
        """Tells an owner that keeps coming due. `rule` is empty for a server's own deadline or a poll."""
        self.counted[rule, Verdict.RESTLESS] += 1
        self.told.append(Decision(rule, key, now, Verdict.RESTLESS, detail))

    def take(self) -> list[Decision]:
        """Takes the decisions since the last call, in order."""
        told, self.told = self.told, []
        return told
