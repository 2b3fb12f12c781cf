"""What engines tell each other of the fleet's budgets: all that a node wants and has, and the answer.

Law: each tells a state, under a turn that only grows, so it may be lost, doubled, late or out of order. The
newest word counts. `server` is empty.
"""

from __future__ import annotations

from automaton.core.engine_events import EngineEvent
from automaton.core.quick import quick
from automaton.core.stable_names import stable_name


@stable_name("GrantLine")
@quick(kw_only=True)
class GrantLine:
    """One action of a node, by a number that no other of this node ever has.

    `budgets` are those of the fleet that it needs, such as `power.fleet`. `sent`: it went out, and spends
    them. `in_vain`: the world did not take it. `over`: it has ended, or is not wanted any more.
    """

    number: int
    budgets: tuple[str, ...]
    sent: bool = False
    in_vain: bool = False
    over: bool = False


@stable_name("GrantsTold")
@quick(kw_only=True)
class GrantsTold(EngineEvent):
    """All that a node's engine wants of the fleet's budgets, has of them, and gives back."""

    node: str
    turn: int
    lines: tuple[GrantLine, ...] = ()


@stable_name("GrantDelay")
@quick(kw_only=True)
class GrantDelay:
    """An action must wait: `budget` has no room for it, and `detail` says so in words."""

    number: int
    budget: str
    detail: str


@stable_name("GrantsAnswered")
@quick(kw_only=True)
class GrantsAnswered(EngineEvent):
    """What the fleet's engine says to the last it heard of a node, that of this `turn`.

    `given` are the numbers of those that may go out and have not yet. `asks`: it wants to hear how things
    are there now.
    """

    node: str
    turn: int
    given: tuple[int, ...] = ()
    delays: tuple[GrantDelay, ...] = ()
    asks: bool = False
