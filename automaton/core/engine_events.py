"""What engines that share a fleet tell one another: the nodes' parts and matches, the fleet's state and news.

Law: each may be lost, come twice, late or out of order. A state is told whole and again, with the number of
its telling; what must be heard once has a number of its own and is repeated until it is acknowledged.
`server` is empty in all, and `at` is the moment at which it came to the engine that hears it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from automaton.core.events import NO_FIELDS, Event, FieldValue, Source, State
from automaton.core.quick import quick
from automaton.core.stable_names import stable_name


class EngineEvent(Event):
    """What another engine tells this one, or the host of the fleet's engine that engine."""

    __slots__ = ()


@stable_name("FunctionPart")
@quick(kw_only=True)
class FunctionPart:
    """What one function over servers counts of those at a node. `text` is its spelling.

    `names` are the first of those for which its expression is true, `sum` the sum of what is known.
    """

    text: str
    yes: int = 0
    unknown: int = 0
    sum: int | float = 0
    names: tuple[str, ...] = ()


@stable_name("RulePart")
@quick(kw_only=True)
class RulePart:
    """What a rule of the fleet counts at a node; `rule` is empty for `hold_power_if`.

    `covered` servers are named by the rule, `total` of them count. `is_seen`: the link of one of them is up.
    """

    rule: str
    covered: int = 0
    total: int = 0
    is_seen: bool = False
    functions: tuple[FunctionPart, ...] = ()


@stable_name("PartTold")
@quick(kw_only=True)
class PartTold(EngineEvent):
    """A node's part of all that the fleet's rules count. To the fleet, on change and every few seconds.

    `epoch` says which owner of the node tells it, `number` which telling of that owner it is. `taken_over`:
    its servers came from another owner just now, so that their lost links are no outage.
    """

    node: str
    epoch: int
    number: int
    taken_over: bool = False
    rules: tuple[RulePart, ...] = ()


@stable_name("ToldLine")
@quick(kw_only=True)
class ToldLine:
    """A line as its pack reads it, with those patterns that it matches and the fleet's rules know."""

    text: str
    whole: str
    source: Source
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    patterns: tuple[str, ...] = ()


@stable_name("ToldHappening")
@quick(kw_only=True)
class ToldHappening:
    """What happened at a node or at a server there, as triggers see it."""

    name: str
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    line: ToldLine | None = None
    was: State | None = None
    now: State | None = None


@stable_name("Match")
@quick(kw_only=True)
class Match:
    """What happened together at a target, and which rules of the fleet it concerns. `home` is its key's text.

    `unseen` says why nobody saw there for a while what may have happened: then nothing happened, and what
    waits there for `unless` is over.
    """

    number: int
    home: str
    rules: tuple[str, ...] = ()
    happened: tuple[ToldHappening, ...] = ()
    unseen: str = ""


@stable_name("MatchesTold")
@quick(kw_only=True)
class MatchesTold(EngineEvent):
    """Matches of the fleet's rules at a node, in order. To the fleet, until it says that it heard them.

    They are numbered from `began` (wall) on. `oldest` is the lowest number that the node still keeps: what
    is between that and what the fleet has heard is lost.
    """

    node: str
    epoch: int
    began: float
    oldest: int
    matches: tuple[Match, ...]


@stable_name("MatchesHeard")
@quick(kw_only=True)
class MatchesHeard(EngineEvent):
    """The fleet has heard the matches of this node up to a number, of those counted from `began`. To it."""

    began: float
    number: int


@stable_name("News")
@quick(kw_only=True)
class News:
    """What happened to a rule of the fleet, in the words of the trigger `rule`: `open`, `cleared` …"""

    number: int
    rule: str
    is_: str
    more: tuple[str, ...] = ()


@stable_name("Muting")
@quick(kw_only=True)
class Muting:
    """An open incident of a live rule of the fleet that has `mutes`; `more` are the values of its `by`."""

    rule: str
    more: tuple[str, ...] = ()


@stable_name("Answer")
@quick(kw_only=True)
class Answer:
    """What an address answered, `age` seconds ago, for a fact of this name; `text` is its value."""

    name: str
    text: str
    age: float = 0.0


@stable_name("FleetTold")
@quick(kw_only=True)
class FleetTold(EngineEvent):
    """How the fleet stands. To all nodes, on change and every few seconds.

    `epoch` and `number` are as in PartTold. `firing` are its rules with an open incident, `muting` those
    incidents that hold others back, but for `untold` that are too many. `power_held`: `hold_power_if` is
    true, or unknown. `news` are numbered from `began` (wall) on, `last` is the number of the last that there
    were: `is_whole` has all that are still told, else those since the last telling. `answers` are those of
    addresses, which the fleet's engine asks for all.
    """

    epoch: int
    number: int
    firing: tuple[str, ...] = ()
    muting: tuple[Muting, ...] = ()
    untold: int = 0
    power_held: bool = False
    began: float = 0.0
    last: int = 0
    news: tuple[News, ...] = ()
    is_whole: bool = False
    answers: tuple[Answer, ...] = ()


@stable_name("NodesListed")
@quick(kw_only=True)
class NodesListed(EngineEvent):
    """All nodes that somebody is to judge, as far as they are known. To the fleet's engine, by its host.

    What the fleet counts is unknown as long as one of them has not told its part. One that is not among them
    is forgotten once it tells nothing any more.
    """

    nodes: tuple[str, ...]
