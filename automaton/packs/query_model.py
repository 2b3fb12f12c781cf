"""How a pack, or automaton.yml, says that a game is asked over the network: the protocol, and the port."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from automaton.core.facts.own import QUERY_PARTS, FromQuery, OwnFact, stale_after
from automaton.core.facts.queried import QUERY_EVERY
from automaton.core.facts.query_address import LAST_PORT, is_port_variable
from automaton.core.pack import QueryForm, QueryProtocol
from automaton.expr.told_values import READ_AS
from automaton.schema import nodes
from automaton.schema.annotations import read_by
from automaton.schema.base import Strict
from automaton.schema.invalid import invalid
from automaton.schema.readers import text_of
from automaton.schema.scalar import Scalar

MOST_BESIDE = 1000
"""How far from its allocation's a port may be named: farther ones are written as they are."""

Protocol = Literal["a2s", "minecraft", "bedrock"]

PLAYERS, MAP = "players", "map"

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_BESIDE = re.compile(r"[+-][0-9]{1,4}")
MOST_LISTED = 8
"""Ports of which the first that an egg has counts: public eggs of one game have two names for it at most."""

_EXPECTED = "a port as `27016`, `+1` from the allocation's, or a variable of the egg with `PORT` in its name"


@dataclass(frozen=True, slots=True)
class PortForm:
    """Where a game is asked, as QueryForm says it; without anything at its allocation's port."""

    variables: tuple[str, ...] = ()
    port: int = 0
    offset: int = 0


def _ports(value: object) -> PortForm:
    if isinstance(value, PortForm):
        return value
    return _first_of(value) if isinstance(value, nodes.Sequence) else _port(value)


def _port(value: object) -> PortForm:
    text = str(text_of(value, "a port"))
    if _BESIDE.fullmatch(text) and abs(int(text)) <= MOST_BESIDE:
        return PortForm(offset=int(text))
    if text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) <= LAST_PORT:
        return PortForm(port=int(text))
    if _VARIABLE.fullmatch(text) and is_port_variable(text):
        return PortForm(variables=(text,))
    raise invalid("query-port", "this is no port", value, expected=_EXPECTED)


def _first_of(values: nodes.Sequence) -> PortForm:
    """Variables of which the first that an egg has counts, and perhaps where it is asked without any."""
    if not 0 < len(values) <= MOST_LISTED:
        raise invalid("query-port", f"one to {MOST_LISTED} ports are expected", values)
    *before, last = [_port(one) for one in values]
    for one, value in zip(before, values, strict=False):
        if not one.variables:
            raise invalid("in-vain", "every server has this port, so what follows it is never asked", value)
    return replace(last, variables=tuple(name for one in (*before, last) for name in one.variables))


_ONE = ["string", "integer"]
_SOME = {"items": {"type": _ONE}, "minItems": 1, "maxItems": MOST_LISTED}
QueryPort = Annotated[PortForm, read_by(_ports, type=[*_ONE, "array"], **_SOME)]
"""A port, `+1` from that of the allocation, or a variable of the egg; or some: the first that the egg has."""


class QueryModel(Strict):
    """How the game is asked over the network, and at which port; without one, at that of its allocation.

    ```yaml
    protocol: a2s
    port: QUERY_PORT
    ```

    `port` may also be a number, `+1` from the allocation's, or some of these: the first that the egg has
    counts. Without any it is the allocation's, as without `port`.
    """

    protocol: Protocol
    port: QueryPort | None = None

    def facts(self) -> dict[str, OwnFact]:
        """What the game's answers tell besides the count of players, which the engine keeps."""
        told = [name for name in QUERY_PARTS if name != PLAYERS]
        if self.protocol == "minecraft":
            told.remove(MAP)  # its status names no world
        return {name: _fact(name) for name in told}

    def as_core(self) -> QueryForm:
        """As the engine takes it."""
        return query_form(self.protocol, self.port)


def _fact(name: str) -> OwnFact:
    kind = QUERY_PARTS[name]
    return OwnFact(name, kind, FromQuery(name), READ_AS[kind], stale=stale_after(QUERY_EVERY))


def query_form(protocol: str, port: PortForm | None) -> QueryForm:
    """As the engine takes it."""
    port = port or PortForm()
    return QueryForm(QueryProtocol(protocol), port.variables, port.port, port.offset)


def in_short(value: object) -> object:
    """The mapping that a bare word stands for: `query: a2s`."""
    if not isinstance(value, Scalar) or value.is_null:
        return value
    written = nodes.Mapping(value.place)
    written[Scalar("protocol", value.place)] = value
    return written
