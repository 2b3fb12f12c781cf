"""How a fact of one's own is written: its type, and the one place where its value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from automaton.core.console.command import FORBIDDEN
from automaton.core.facts.kind import Kind
from automaton.core.facts.own import QUERY_PARTS, SHORTEST_TURN, VALUE
from automaton.core.json_path import parse_json_path
from automaton.expr.template import Template
from automaton.expr.units import write_duration
from automaton.match.pattern import Pattern as CompiledPattern
from automaton.schema.base import Duration, Name, Pattern, Strict, TemplateText, Text
from automaton.schema.invalid import invalid
from automaton.schema.selector import ServerSelector
from automaton.words_of_others import At

SOURCES: Mapping[str, frozenset[str]] = {
    "line": frozenset(),
    "send": frozenset({"read", "every"}),
    "http": frozenset({"json", "every"}),
    "query": frozenset({"field"}),
}
"""The keys that say where a value comes from, each with those that go with it."""


class OwnFactModel(Strict):
    """One fact of one's own.

    ```yaml
    servers: {pack: minecraft}
    type: number
    line: '^TPS from last 1m, 5m, 15m: (?P<value>[\\d.]+)'
    stale: 10m
    ```

    `line` is the last line of the game that matched; `send` with `read` and `every` asks its console; `http`
    with `json` and `every` an address of automaton.yml; `query` with `field` the game itself, over the
    network: what it says is one of `players`, `players_max`, `map`, `version`.
    """

    keys_of: ClassVar[At | None] = At.FACT

    type: Literal["number", "percent", "size", "duration", "text", "truth"]
    servers: ServerSelector | None = None
    line: Pattern | None = None
    send: TemplateText | None = None
    read: Pattern | None = None
    http: Name | None = None
    json_: Text | None = Field(default=None, alias="json")
    query: Literal["a2s", "minecraft", "bedrock"] | None = None
    field: Literal["players", "players_max", "map", "version"] | None = None
    every: Duration | None = None
    stale: Duration | None = None

    @field_validator("line", "read")
    @classmethod
    def _has_a_value(cls, pattern: CompiledPattern | None) -> CompiledPattern | None:
        if pattern is not None and VALUE not in pattern.groups:
            message = "the value is read from the group `value`"
            raise invalid("no-value-group", message, pattern.origin, expected="`(?P<value>…)` in the pattern")
        return pattern

    @field_validator("send")
    @classmethod
    def _is_the_same_each_time(cls, send: Template | None) -> Template | None:
        if send is None:
            return None
        if send.expressions:
            message = "a question is the same each time: it has no `${…}` in it"
            raise invalid("in-vain", message, send.origin)
        if FORBIDDEN.search(send.source):
            message = "what is typed at a console is one line, without control characters"
            raise invalid("control-character", message, send.origin)
        return send

    @field_validator("json_")
    @classmethod
    def _is_a_path(cls, path: str | None) -> str | None:
        if path is not None and parse_json_path(path) is None:
            message = "this is no path: names stand behind dots, places of a list in brackets"
            raise invalid("json-path", message, path, expected='`json: "a.b[0]"`, the last as `[-1]`')
        return path

    @field_validator("every")
    @classmethod
    def _is_not_asked_too_often(cls, every: float | None) -> float | None:
        if every is not None and every < SHORTEST_TURN:
            least = write_duration(SHORTEST_TURN)
            raise invalid("too-often", f"a fact is asked for every {least} at most", suggestion=least)
        return every

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        given = {name for name in SOURCES if getattr(self, name) is not None}
        if len(given) != 1:
            found = " and ".join(f"`{name}`" for name in sorted(given)) or "none of them"
            message = "a fact comes from one place: `line`, `send` with `read`, `http`, or `query`"
            raise invalid("one-source", message, found=found)
        (source,) = given
        self._goes_with(source)
        for needed in SOURCES[source] - {"json"}:
            if getattr(self, needed) is None:
                raise invalid("one-source", f"`{source}` needs `{needed}`", expected=_EXAMPLES[needed])
        if self.field is not None and QUERY_PARTS[self.field] is not Kind(self.type):
            right = QUERY_PARTS[self.field].value
            message = f"`{self.field}` of an answer is a {right}"
            raise invalid("wrong-type", message, found=f"`{self.type}`", suggestion=f"type: {right}")
        if self.stale is not None and self.every is not None and self.stale < self.every:
            message = "`stale` is shorter than `every`: between two answers nothing would be known"
            raise invalid("in-vain", message, suggestion=f"stale: {write_duration(3 * self.every)}")
        return self

    def _goes_with(self, source: str) -> None:
        own = {"read": self.read, "json": self.json_, "every": self.every, "field": self.field}
        for name, value in own.items():
            if value is not None and name not in SOURCES[source]:
                raise invalid("one-source", f"`{name}` does not go with `{source}`: it says nothing there")


_EXAMPLES = {
    "read": "`read: '^There are (?P<value>\\d+)'`",
    "every": "`every: 5m`",
    "field": "`field: players_max`",
}
