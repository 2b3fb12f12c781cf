"""Facts that a game tells: how a pack writes one, and the fact that the engine makes of it.

`players` is one that every pack may have: it sets the count of joins and leaves right. All other names are
free, and are known on servers of the packs that have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import field_validator

from automaton.core.console.command import FORBIDDEN
from automaton.core.facts.kind import Kind
from automaton.core.facts.own import (
    COUNTED,
    SHORTEST_TURN,
    VALUE,
    FromConsole,
    FromLine,
    OwnFact,
    stale_after,
)
from automaton.core.facts.table import EVERY_FACT
from automaton.expr.functions import FUNCTIONS
from automaton.expr.told_values import READ_AS
from automaton.expr.units import write_duration
from automaton.match.pattern import Pattern as CompiledPattern
from automaton.problem import Problem, problem_at
from automaton.schema.base import Duration, Pattern, Strict, Text
from automaton.schema.definitions import NAME
from automaton.schema.invalid import invalid
from automaton.schema.scalar import target_of

PLAYERS = "players"


class ToldFactModel(Strict):
    """A value that the game prints: the group `value`, or `n`, of `read`.

    ```yaml
    send: tps
    read: '^TPS from last 1m, 5m, 15m: \\\\*?(?P<value>[\\\\d.]+)'
    every: 1m
    type: number
    ```

    Without `send` nothing is typed: the last line that matched tells it, since the server started.
    """

    type: Literal["number", "percent", "size", "duration", "text", "truth"] = "number"
    send: Text | None = None
    read: Pattern
    every: Duration = 300.0

    @field_validator("send")
    @classmethod
    def _is_one_line(cls, send: str | None) -> str | None:
        if send is not None and (not send.strip() or FORBIDDEN.search(send)):
            message = "what is typed at a console is one line, without control characters"
            raise invalid("control-character", message, send)
        return send

    @field_validator("read")
    @classmethod
    def _has_a_value(cls, read: CompiledPattern) -> CompiledPattern:
        if read.groups.isdisjoint((VALUE, COUNTED)):
            message = f"the value is read from the group `{VALUE}`, or `{COUNTED}`"
            raise invalid("no-value-group", message, read.origin, expected=f"`(?P<{VALUE}>…)` in the pattern")
        return read

    @field_validator("every")
    @classmethod
    def _is_not_asked_too_often(cls, every: float) -> float:
        if every < SHORTEST_TURN:
            least = write_duration(SHORTEST_TURN)
            raise invalid("too-often", f"a fact is asked for every {least} at most", suggestion=least)
        return every

    def as_fact(self, name: str) -> OwnFact:
        """What the engine takes it for, on servers of its pack."""
        kind = Kind(self.type)
        if self.send is None:
            return OwnFact(name, kind, FromLine(self.read), READ_AS[kind])
        origin = FromConsole(str(self.send), self.read, self.every)
        return OwnFact(name, kind, origin, READ_AS[kind], stale=stale_after(self.every))


def wrong_facts(facts: Mapping[str, ToldFactModel]) -> Iterator[Problem]:
    """What is wrong with their names, each of which must mean nothing else where an expression is read."""
    for name, model in facts.items():
        if name == PLAYERS:
            yield from _no_count(name, model)
        elif not NAME.fullmatch(name):
            message = "a name that expressions read has letters, digits and `_`"
            yield problem_at(target_of(name), "name", message, found=f"`{name}`")
        elif taken := next((what for what, names in _TAKEN if name in names), ""):
            yield problem_at(target_of(name), "name", f"`{name}` is {taken}: choose another name")


_TAKEN = (
    ("a word of the language", frozenset({"and", "or", "not", "in", "true", "false", "it", "result"})),
    ("a fact that every server has", EVERY_FACT),
    ("a function", FUNCTIONS),
)


def _no_count(name: str, model: ToldFactModel) -> Iterator[Problem]:
    if COUNTED not in model.read.groups or model.type != "number":
        message = f"`{PLAYERS}` sets the count of players right: a number, read from the group `{COUNTED}`"
        yield problem_at(target_of(name), "no-number", message, expected="`(?P<n>\\d+)` in `read`")


def facts_of(facts: Mapping[str, ToldFactModel]) -> dict[str, OwnFact]:
    """Those of free names. The count of players is kept by the engine itself."""
    return {str(name): one.as_fact(str(name)) for name, one in facts.items() if name != PLAYERS}
