"""Claims and stamps as numbers, and what a claim answers as a table that fills itself.

Law: a claim answers the same to the same, so each answer is asked for once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any, NamedTuple

from automaton.cluster.claim import Claim, State
from automaton.cluster.claim_steps import Step
from automaton.cluster.lease import Lease
from automaton.cluster.stamp import Known, Stamp, Writer
from tests.model.cluster.world import TERMS, Named, Rules

FIELDS = tuple(one for one in Claim.__slots__ if one not in ("lease", "terms"))
_PLACES = {name: place for place, name in enumerate(("lease", *FIELDS))}


class Seen(NamedTuple):
    """What is looked at of a claim again and again."""

    state: State
    epoch: int
    is_due: bool
    is_leaving: bool
    is_lost: bool
    may_act: bool
    has_lease: bool
    known: Known
    looks_at: frozenset[int]
    """The sequences of messages that it still looks at, if they are there."""


class Names:
    """Of one search."""

    def __init__(self, rules: Rules) -> None:
        self._kind, self._least_left = rules.kind, rules.least_left
        self._numbers: dict[Any, Named] = {}
        self._values: list[Any] = []
        self._answers: dict[tuple[Any, ...], tuple[Named, tuple[Step, ...]]] = {}
        self._later: dict[Named, Named] = {}
        self._renumbered: dict[tuple[Named, tuple[int, ...]], Named] = {}
        self._seen: dict[Named, Seen] = {}

    def of(self, value: object) -> Named:
        """Its number."""
        number = self._numbers.setdefault(value, len(self._values))
        if number == len(self._values):
            self._values.append(value)
        return number

    def stamp(self, number: Named) -> Stamp:
        """The stamp of that number."""
        stamp = self._values[number]
        assert isinstance(stamp, Stamp)
        return stamp

    def begun(self, me: Writer, known: Known) -> Named:
        """A new claim, which has not begun yet."""
        return self._frozen(self._kind(me, Lease(), known, TERMS))

    def told(self, claim: Named, what: str, *told: Any) -> tuple[Named, tuple[Step, ...]]:
        """The claim after an input, and its answer."""
        key = (claim, what, *(tuple(one) if isinstance(one, list) else one for one in told))
        answer = self._answers.get(key)
        if answer is None:
            thawed = self._thawed(claim)
            steps: Sequence[Step] = getattr(thawed, what)(*told)
            answer = self._answers[key] = self._frozen(thawed), tuple(steps)
        return answer

    def seen(self, claim: Named) -> Seen:
        """What there is to see of it."""
        seen = self._seen.get(claim)
        if seen is None:
            seen = self._seen[claim] = self._look(self._thawed(claim))
        return seen

    def later(self, claim: Named) -> Named:
        """The same claim, one step of time on."""
        later = self._later.get(claim)
        if later is None:
            later = self._later[claim] = self.of(_later(self._values[claim]))
        return later

    def renumbered(self, claim: Named, sequences: tuple[int, ...]) -> Named:
        """The same claim at a log with other sequences: the new one of each old one, from 0 on."""
        renumbered = self._renumbered.get((claim, sequences))
        if renumbered is None:
            value = _renumbered(self._values[claim], sequences)
            renumbered = self._renumbered[claim, sequences] = self.of(value)
        return renumbered

    def _look(self, claim: Claim) -> Seen:
        left = claim.lease.left(0.0)
        looks_at = {claim.known.sequence} if claim.epoch else set()
        for sent in (claim._sent, claim._aside):
            looks_at |= set() if sent is None else {sent.expected, sent.expected + 1}
        return Seen(
            claim.state, claim.epoch, claim.due <= 0.0, claim._leaving is not None, claim.is_lost,
            left >= self._least_left, left > 0.0, claim.known, frozenset(looks_at),
        )  # fmt: skip

    def _frozen(self, claim: Claim) -> Named:
        return self.of((claim.lease._span, *(getattr(claim, one) for one in FIELDS)))

    def _thawed(self, number: Named) -> Claim:
        value = self._values[number]
        claim = self._kind.__new__(self._kind)
        claim.terms, claim.lease = TERMS, Lease()
        claim.lease._span = value[0]
        for name, field in zip(FIELDS, value[1:], strict=True):
            setattr(claim, name, field)
        return claim


def _later(claim: tuple[Any, ...]) -> tuple[Any, ...]:
    """Every time in it is one less, as far as it still matters."""
    fields = list(claim)
    begins, until = fields[0]
    fields[0] = (max(begins - 1, 0.0), max(until - 1, -1.0) if until != -inf else until)
    for name, least in (("acts_from", 0.0), ("_sent_at", -TERMS.idle), ("_again_at", 0.0)):
        fields[_PLACES[name]] = max(fields[_PLACES[name]] - 1, least)
    for name in ("_sent", "_aside"):
        sent = fields[_PLACES[name]]
        if sent is not None:
            first, latest = (max(one - 1, -TERMS.lasts) for one in (sent.first, sent.latest))
            fields[_PLACES[name]] = replace(sent, first=first, latest=latest)
    return tuple(fields)


def _renumbered(claim: tuple[Any, ...], sequences: tuple[int, ...]) -> tuple[Any, ...]:
    fields = list(claim)
    known = fields[_PLACES["known"]]
    fields[_PLACES["known"]] = replace(known, sequence=sequences[known.sequence])
    fields[_PLACES["_at_least"]] = sequences[fields[_PLACES["_at_least"]]]
    for name in ("_sent", "_aside"):
        sent = fields[_PLACES[name]]
        if sent is not None:
            fields[_PLACES[name]] = replace(sent, expected=sequences[sent.expected])
    return tuple(fields)
