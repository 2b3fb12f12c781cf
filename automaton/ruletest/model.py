"""The keys of a test, of an entry of its feed, and of an expectation.

An entry of a feed has other keys too, facts and fields of an event: feed_reader.py tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BeforeValidator, Field, WithJsonSchema, create_model

from automaton.core.calls import Call, Signal
from automaton.errors import Invalid
from automaton.problem import Problem
from automaton.rulebook.catalogue import all_kinds
from automaton.ruletest.virtual_time import parse_moment
from automaton.schema.base import Count, Duration, Flag, Glob, Name, OneOrMany, Raw, Strict, Text
from automaton.schema.provenance import Provenance
from automaton.schema.readers import read
from automaton.settings.limits import LimitsSettings
from automaton.words_of_others import At


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid(Problem("a whole number is expected, from 0 on"))
    return int(text)


WholeNumber = Annotated[
    int,
    BeforeValidator(read(_count, "count", "a whole number")),
    WithJsonSchema({"type": "integer", "minimum": 0}),
]
M = TypeVar("M", bound=Strict)

WallTime = Annotated[
    float,
    BeforeValidator(read(parse_moment, "moment", "a moment as `2026-03-29 01:00 Europe/Berlin`")),
    WithJsonSchema({"type": "string"}),
]


OneOrMoreOrNone = Annotated[
    tuple[Raw, ...], BeforeValidator(lambda value: value if isinstance(value, list | tuple) else [value])
]
"""As OneOrMany, but may be empty: a feed in which nothing happens."""


class TestModel(Strict):
    """One test.

    ```yaml
    name: a stop by hand is let alone
    rules: [server-down]
    server: {name: lobby, egg: Paper, state: running}
    feed: [{at: 0s, operator: stop}]
    expect: [{never: notify}]
    ```

    It begins at `now`, with the servers that stand here: connected and running, where they say nothing
    else. `limits` are as in automaton.yml; without them there are none. `obeys: false`: the servers do
    not do what they are asked to.
    """

    keys_of: ClassVar[At | None] = At.TEST

    name: Text
    rules: OneOrMany[Name] = ()
    server: Raw | None = None
    servers: OneOrMany[Raw] = ()
    now: WallTime | None = None
    limits: LimitsSettings | None = None
    obeys: Flag = True
    feed: OneOrMoreOrNone = ()
    expect: OneOrMany[Raw]


@cache
def with_verbs(model: type[M]) -> type[M]:
    """The model with a key for each action that has a call of its own and no key yet: it takes a glob."""
    kinds = all_kinds().actions
    words = kinds.keys() - set(model.known_keys())
    for word in words:
        kinds[word]  # its module brings its call
    own = words & set(_verbs(Call))
    keys: dict[str, Any] = dict.fromkeys(sorted(own), (Glob | None, None))
    return create_model(model.__name__, __base__=model, **keys) if keys else model


def for_keys(model: type[M], keys: Iterable[str]) -> type[M]:
    """The model that reads these keys: as it is, or with verbs, which imports all kinds of actions."""
    return model if set(keys) <= set(model.known_keys()) else with_verbs(model)


def _verbs(call: type[object]) -> Iterator[str]:
    for kind in call.__subclasses__():
        yield getattr(kind, "verb", "")
        yield from _verbs(kind)


class FeedModel(Strict):
    """One entry of a feed, but for facts and the fields of an event.

    ```yaml
    at: 10s
    line: "[12:00:00 INFO]: <Steve> hello"
    times: 3
    every: 1m
    ```
    """

    at: Duration
    times: Count | None = None
    every: Duration | None = None
    server: Glob | None = None
    line: Text | None = None
    lines: Name | None = None
    from_: Provenance | None = Field(default=None, alias="from")
    event: Name | None = None
    hook: Name | None = None
    link: Literal["up", "down"] | None = None
    operator: Literal["stop", "start"] | None = None
    panel: Literal["up", "down"] | None = None
    docker: Literal["up", "down"] | None = None
    ack: Name | None = None
    silence: Glob | None = None
    for_: Duration | None = Field(default=None, alias="for")
    breaker: Literal["reset"] | None = None
    rule: Name | None = None
    reload: Name | None = None
    http: Raw | None = None
    exec: Raw | None = None
    query: Raw | None = None
    refuses: Raw | None = None
    daemon: Literal["restart", "kill"] | None = None
    down_for: Duration | None = None


class Deeds(Strict):
    """What automaton may do, as an expectation names it. `text` and `title` go with `notify`."""

    is_: Literal["idle", "pending", "open", "tripped"] | None = Field(default=None, alias="is")
    notify: OneOrMany[Glob] | None = None
    text: Glob | None = None
    title: Glob | None = None
    say: Glob | None = None
    send: Glob | None = None
    power: Signal | None = None
    verdict: Glob | None = None
    backup: Glob | None = None
    http: Glob | None = None
    exec: Glob | None = None


class ExpectModel(Deeds):
    """One expectation.

    ```yaml
    at: 5m
    notify: ops
    text: "*restart*"
    ```
    """

    keys_of: ClassVar[At | None] = At.EXPECT

    at: Duration | None = None
    after: Duration | None = None
    until: Duration | None = None
    count: WholeNumber | None = None
    never: Raw | None = None
    rule: Name | None = None
    server: Glob | None = None
