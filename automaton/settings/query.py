"""Where games are asked over the network, where the Panel and the pack do not say it right."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from automaton.core.events import Profile
from automaton.core.facts.query_address import AS_LISTED, OFF, QueryChoice, is_host
from automaton.core.pack import QueryForm
from automaton.packs.query_model import Protocol, QueryPort, query_form
from automaton.schema.base import Flag, Strict, Text
from automaton.schema.invalid import invalid
from automaton.schema.selector import ServerSelector


class QuerySettings(Strict):
    """Some servers, and where and how their games are asked over the network.

    ```yaml
    servers: {name: "rust-*"}
    host: 192.0.2.7
    port: 28016
    protocol: a2s
    ```

    What is not said here is as the Panel and the pack say it. With `off: true` they are not asked. `port` is
    a number, `+1` from that of the allocation, a variable of the egg, or a list: the first that it has.
    """

    servers: ServerSelector = ServerSelector.EVERYTHING
    host: Text = ""
    port: QueryPort | None = None
    protocol: Protocol | None = None
    off: Flag = False

    @model_validator(mode="after")
    def _says_something_right(self) -> Self:
        if self.host and not is_host(self.host):
            raise invalid("query-host", "a host is expected: a name or an address, without a port", self.host)
        if self.off and (self.host or self.port or self.protocol):
            raise invalid("in-vain", "with `off: true` nobody is asked: the other keys say nothing")
        if not (self.off or self.host or self.port or self.protocol):
            raise invalid("in-vain", "this says nothing: name `host`, `port` or `protocol`, or `off: true`")
        return self

    def choice(self, form: QueryForm | None) -> QueryChoice:
        """What it says over how the game would be asked without it."""
        protocol = self.protocol or (form.protocol.value if form is not None else "")
        if self.off:
            return OFF
        if not protocol or not (self.port or self.protocol):
            return QueryChoice(self.host)
        if self.port is None and form is not None and form.protocol.value == protocol:
            return QueryChoice(self.host, form)
        return QueryChoice(self.host, query_form(protocol, self.port))


def choice_of(
    chosen: tuple[QuerySettings, ...],
    profile: Profile,
    pack: str,
    tags: frozenset[str],
    form: QueryForm | None,
) -> QueryChoice:
    """What the first entry says that covers a server; nothing where none does."""
    found = next((one for one in chosen if one.servers.covers(profile, tags, pack)), None)
    return AS_LISTED if found is None else found.choice(form)
