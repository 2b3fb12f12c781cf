"""Holds what several engines decided to what one decided: the same, but for seconds.

What happens is heard by all, so its incidents are paired one by one; two of one side are one where the other
side's went on between them, for what ends an incident may come just before or just behind what keeps it open.
What holds is told by parts, and one that comes and goes between two tellings is not seen: there the time
counts in which one side alone has it. What waits for the fleet's word is not done where its server changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from automaton.core.decision import Verdict
from tests.daemon.cluster.judging import MadeDecision

ENDS = (Verdict.CLEARED, Verdict.GONE, Verdict.WITHDRAWN)
GIVEN_UP = (Verdict.OVERTAKEN, Verdict.NOT_POSSIBLE)
"""Of an action that was asked for, and that its server's state made idle before it went out."""

Name = tuple[str, str]
"""A rule and its key; or a rule and the server on which it acted."""


@dataclass(frozen=True, slots=True)
class OpenStretch:
    """Seconds of the stream, from and to; `inf` for what did not end by its end."""

    began: float
    ended: float = inf

    @property
    def lasted(self) -> float:
        """Seconds."""
        return self.ended - self.began


@dataclass
class Compared:
    """`later` are the seconds by which several engines were later, `apart` those of each stretch in which a
    rule of what holds was open with one side alone, or went on there between two incidents of the other, by
    rule; `given_up` are actions that one side did, and the other gave up; `different` is what no seconds
    explain.
    """

    later: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    apart: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    given_up: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    def latest(self) -> float:
        """The longest delay of what happens, either way."""
        return max((abs(one) for times in self.later.values() for one in times), default=0.0)

    def longest_apart(self) -> float:
        """The longest stretch with one side alone."""
        return max((one for times in self.apart.values() for one in times), default=0.0)


@dataclass(frozen=True, slots=True)
class SamenessBounds:
    """What seconds explain.

    `within`: by how many what happens may be apart. `holding` has the rules of what holds, each with the
    seconds for which one side alone may have it open. Of rules that are `acting` the opening counts and the
    action: a recorded server does not obey, so that how their runs end is chance.
    """

    within: float
    holding: Mapping[str, float]
    acting: Collection[str] = ()


def compare(one: Sequence[MadeDecision], several: Sequence[MadeDecision], bounds: SamenessBounds) -> Compared:
    """What both did."""
    compared = Compared()
    for name, ones, others in _both(incidents(one), incidents(several)):
        told = " ".join(name)
        if name[0] in bounds.holding:
            _hold(told, name[0], ones, others, bounds.holding[name[0]], compared)
        elif name[0] in bounds.acting:
            _pair(told, name[0], _openings(ones), _openings(others), bounds.within, compared)
        else:
            joined = _joined(name[0], ones, others, bounds.within, compared)
            _pair(told, name[0], joined, _joined(name[0], others, ones, bounds.within, compared),
                  bounds.within, compared)  # fmt: skip
    _compare_actions(one, several, bounds.within, compared)
    return compared


def _compare_actions(
    one: Sequence[MadeDecision], several: Sequence[MadeDecision], within: float, compared: Compared
) -> None:
    held = held_by_fleet(one) | held_by_fleet(several)
    gave_up = given_up(one), given_up(several)
    for name, ones, others in _both(actions(one), actions(several)):
        told, without = f"acts of {' '.join(name)}", [of.get(name, []) for of in gave_up]
        if name not in held:
            _pair(told, f"acts of {name[0]}", ones, others, within, compared, without)
        elif not _is_spared(len(ones) - len(others), len(without[1]) - len(without[0])):
            compared.different.append(f"{told}: {len(ones)} by one, {len(others)} by several")


def _is_spared(more: int, spared: int) -> bool:
    """Whether so many `more` actions of one are explained by those that several alone gave up; or turned."""
    return 0 <= more <= spared or spared <= more <= 0


def given_up(judged: Sequence[MadeDecision]) -> dict[Name, list[float]]:
    """When an action of a rule on a server was given up, for the server's state had changed."""
    found: dict[Name, list[float]] = defaultdict(list)
    for one in judged:
        if one.decision.verdict in GIVEN_UP:
            found[one.decision.rule, str(one.decision.key)].append(one.at)
    return found


def _joined(
    rule: str, stretches: Sequence[OpenStretch], others: Sequence[OpenStretch], within: float,
    compared: Compared,
) -> list[OpenStretch]:  # fmt: skip
    """Two that are apart for a moment in which the other side's goes on are one."""
    found: list[OpenStretch] = []
    for one in stretches:
        last = found[-1] if found else None
        if last is not None and one.began - last.ended <= within and _spans(others, last.ended, one.began):
            compared.apart[rule].append(one.began - last.ended)
            found[-1] = OpenStretch(last.began, one.ended)
        else:
            found.append(one)
    return found


def _spans(stretches: Iterable[OpenStretch], began: float, ended: float) -> bool:
    return any(one.began <= began and one.ended >= ended for one in stretches)


def held_by_fleet(judged: Sequence[MadeDecision]) -> set[Name]:
    """Whose actions `hold_power_if` held: a hold that ends for less than a part's seconds goes on."""
    return {
        (one.decision.rule, str(one.decision.key))
        for one in judged
        if one.decision.verdict is Verdict.HELD_BY_FLEET
    }


def _both(
    ones: Mapping[Name, list[OpenStretch]], others: Mapping[Name, list[OpenStretch]]
) -> Iterator[tuple[Name, list[OpenStretch], list[OpenStretch]]]:
    for name in sorted({*ones, *others}):
        yield name, ones.get(name, []), others.get(name, [])


def _openings(stretches: Sequence[OpenStretch]) -> list[OpenStretch]:
    return [OpenStretch(one.began) for one in stretches]


def incidents(judged: Sequence[MadeDecision]) -> dict[Name, list[OpenStretch]]:
    """The incidents of each rule and key, in order."""
    found: dict[Name, list[OpenStretch]] = defaultdict(list)
    for one in judged:
        name = one.decision.rule, str(one.decision.key)
        if one.decision.verdict is Verdict.FIRED:
            found[name].append(OpenStretch(one.at))
        elif one.decision.verdict in ENDS:
            found[name][-1] = OpenStretch(found[name][-1].began, one.at)
    return found


def actions(judged: Sequence[MadeDecision]) -> dict[Name, list[OpenStretch]]:
    """When each action on a server went out, by its rule and its server."""
    found: dict[Name, list[OpenStretch]] = defaultdict(list)
    for one in judged:
        for asked in one.decision.calls:
            if asked.call.server and not asked.call.is_said:
                found[asked.rule, asked.call.server].append(OpenStretch(one.at, one.at))
    return found


def _pair(
    told: str,
    rule: str,
    ones: Sequence[OpenStretch],
    others: Sequence[OpenStretch],
    within: float,
    compared: Compared,
    without: Sequence[Sequence[float]] = ((), ()),
) -> None:
    """`without` has, for each side, when it gave up what the other may have done."""
    left = list(others)
    for one in ones:
        other = next((other for other in left if _is_near(one, other, within)), None)
        if other is None:
            _alone(f"{told}: one alone", one, within, without[1], compared)
            continue
        left.remove(other)
        compared.later[rule].append(other.began - one.began)
        if one.ended < inf:
            compared.later[rule].append(other.ended - one.ended)
    for other in left:
        _alone(f"{told}: several alone", other, within, without[0], compared)


def _alone(
    told: str, stretch: OpenStretch, within: float, without: Iterable[float], compared: Compared
) -> None:
    is_given_up = any(abs(at - stretch.began) <= within for at in without)
    found = compared.given_up if is_given_up else compared.different
    found.append(f"{told} from {stretch.began:.3f} to {stretch.ended:.3f}")


def _is_near(one: OpenStretch, other: OpenStretch, within: float) -> bool:
    ends = one.ended == other.ended or abs(one.ended - other.ended) <= within
    return abs(one.began - other.began) <= within and ends


def _hold(
    told: str, rule: str, ones: Collection[OpenStretch], others: Collection[OpenStretch], longest: float,
    compared: Compared,
) -> None:  # fmt: skip
    for stretch in alone(ones, others):
        compared.apart[rule].append(stretch.lasted)
        if stretch.lasted > longest:
            compared.different.append(f"{told}: apart from {stretch.began:.3f} to {stretch.ended:.3f}")


def alone(ones: Iterable[OpenStretch], others: Iterable[OpenStretch]) -> list[OpenStretch]:
    """The stretches in which something of one side is there, and nothing of the other."""
    changes = sorted(
        (at, side, by)
        for side, stretches in enumerate((ones, others))
        for stretch in stretches
        for at, by in ((stretch.began, 1), (stretch.ended, -1))
    )
    found: list[OpenStretch] = []
    there, began = [0, 0], inf
    for at, side, by in changes:
        if bool(there[0]) is not bool(there[1]) and at > began:
            found.append(OpenStretch(began, at))
        there[side] += by
        began = at
    return found


def most_ahead(ones: Sequence[float], others: Sequence[float]) -> int:
    """By how many of theirs one of the two was ahead of the other, at most at any time."""
    changes = sorted([(at, 1) for at in ones] + [(at, -1) for at in others])
    ahead = most = 0
    for _, by in changes:
        ahead += by
        most = max(most, abs(ahead))
    return most
