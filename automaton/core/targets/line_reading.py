"""What a line is before it is judged, for people who look at a console: who said it, which rules listen.

Changes nothing. What the rules make of it, their `where`, counts and gates, is the engine's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from automaton.core import events as ev
from automaton.core.events import Source
from automaton.core.happening import LINE, NOTHING, Happening
from automaton.core.ports import Index
from automaton.core.rules.rule import Rule
from automaton.core.targets.target import Target


@dataclass(frozen=True, slots=True)
class LineReading:
    """`text` is the whole line, `rules` the ids of those that listen to such a line, in the order of judging.

    `events` are what its pack takes it for, as `player.join`.
    """

    text: str
    source: Source
    rules: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


def read_line(
    event: ev.LinePrinted, target: Target, above: Iterable[Target], index: Index, mono: float
) -> LineReading:
    """Reads a line of `target`; `above` are the fleet, its node and itself."""
    heard = target.server.hear(event, index, mono)
    if heard is None:
        return LineReading(event.text, Source.ECHO)
    happened = [Happening(LINE, heard.fields, heard)]
    happened += [Happening(name, fields, heard) for name, fields in heard.occurred]
    if not heard.patterns and not heard.occurred:
        return LineReading(heard.whole, heard.source)
    rules = dict.fromkeys(id_ for at in above for id_ in _listening(at, target, happened))
    return LineReading(heard.whole, heard.source, tuple(rules), tuple(name for name, _ in heard.occurred))


def _listening(at: Target, target: Target, happened: Sequence[Happening]) -> Iterator[str]:
    """The rules of one of its targets that take one of these for what they wait for."""
    for concern in at.rules.concerned(NOTHING, happened):
        rule = concern.rule
        looks = at is target or target.seats.get(rule.id) is at
        if concern.hears and looks and any(_takes(rule, one) for one in happened):
            yield rule.id


def _takes(rule: Rule, happening: Happening) -> bool:
    triggers = (rule.when, rule.unless, rule.until_trigger)
    return any(one is not None and one.match(happening) is not None for one in triggers)
