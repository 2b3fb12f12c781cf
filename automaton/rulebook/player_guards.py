"""What a condition says of the player who sets a rule off.

Either that it is somebody certain, or that something must hold besides which no player brings about by being
there. Nothing here knows of rules: what each `firing` refers to is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from automaton.core.events import OF_PEOPLE
from automaton.core.expression import OVER_SERVERS
from automaton.expr.tree import And, Apply, Compare, Comparing, In, Name, Node, Not, Or, walk

THEMSELVES = frozenset({"it.player", "it.account"})
"""Who did it: the game says so, and nobody chooses another's."""

# Told of the machine and of time. All other facts are what they are whenever somebody plays: `connected`,
# `state`, `players`, who the server is.
_OF_THE_MACHINE = frozenset(
    {"memory", "memory_pct", "cpu_pct", "disk", "disk_pct", "rx", "tx", "uptime", "state_age"}
)
_ALWAYS_OURS = OVER_SERVERS | {"window", "crashes", "starts"}
_SEEN = frozenset({"seen", "age"})


def names_somebody(node: Node, *, holds: bool = True) -> bool:
    """Whether it says who did it, where it `holds` or does not: `it.player in ["Eve"]`, and not `!=`."""
    return _follows(node, holds, _is_somebody)


def is_ours(node: Node, is_led: Callable[[str], bool]) -> bool:
    """Whether it holds only where something does that no player says or brings about by being there.

    `is_led` tells of a rule that `firing` names whether a player sets it off.
    """

    def tells(leaf: Node, holds: bool) -> bool:
        below = list(walk(leaf))
        if any(isinstance(one, Name) and one.name.startswith("it.") for one in below):
            return False
        return any(_is_told_to_us(one, is_led) for one in below)

    return _follows(node, True, tells)


def brought_about(node: Node) -> Iterator[tuple[str, str]]:
    """What players may bring about of what makes it true: `event` and `rule`, each with its name.

    That something was *not* seen is nothing that one brings about.
    """
    for leaf, holds in _leaves(node, True):
        match leaf:
            case Apply(function="seen", applied=applied) if applied is not None and holds:
                yield "event", applied.name
            case Apply(function="firing", applied=applied) if applied is not None and holds:
                yield "rule", applied.name
            case Compare(left=Apply(function="age", applied=applied), how=how) if applied is not None:
                if holds is (how in (Comparing.LESS, Comparing.AT_MOST)):
                    yield "event", applied.name


def is_of_players(event: str) -> bool:
    """Whether it is an event that players cause: what they say and type, and that they come and go."""
    return event in OF_PEOPLE or event.startswith("player.")


def _follows(node: Node, holds: bool, leaf: Callable[[Node, bool], bool]) -> bool:
    """Whether what `leaf` says of a part follows from the whole being true, or false."""
    match node:
        case Not(item=item):
            return _follows(item, not holds, leaf)
        case And(items=items) | Or(items=items):
            together = any if isinstance(node, And) is holds else all
            return together(_follows(item, holds, leaf) for item in items)
        case _:
            return leaf(node, holds)


def _leaves(node: Node, holds: bool) -> Iterator[tuple[Node, bool]]:
    match node:
        case Not(item=item):
            yield from _leaves(item, not holds)
        case And(items=items) | Or(items=items):
            for item in items:
                yield from _leaves(item, holds)
        case _:
            yield node, holds


def _is_somebody(leaf: Node, holds: bool) -> bool:
    match leaf:
        case Compare(left=left, how=how, right=right):
            is_equal = how is (Comparing.EQUAL if holds else Comparing.UNEQUAL)
            return is_equal and (_is_told(left, right) or _is_told(right, left))
        case In(item=item, among=among):
            return holds and _is_told(item, among)
        case _:
            return False


def _is_told(who: Node, by: Node) -> bool:
    """Whether this is who did it, and the other nothing that they chose."""
    is_chosen = any(isinstance(one, Name) and one.name.startswith("it.") for one in walk(by))
    return isinstance(who, Name) and who.name in THEMSELVES and not is_chosen


def _is_told_to_us(node: Node, is_led: Callable[[str], bool]) -> bool:
    match node:
        case Name(name=name):
            return name in _OF_THE_MACHINE
        case Apply(function="firing", applied=applied):
            return applied is not None and not is_led(applied.name)
        case Apply(function=function, applied=applied) if function in _SEEN:
            return applied is not None and bool(applied.name) and not is_of_players(applied.name)
        case Apply(function=function):
            return function in _ALWAYS_OURS
        case _:
            return False
