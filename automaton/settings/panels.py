"""Where servers come from, in automaton.yml: `panels` and `nodes`."""

from __future__ import annotations

from automaton.core.events import Profile
from automaton.schema.base import Duration, Flag, Glob, OneOrMany, Strict, Text
from automaton.schema.selector import ServerSelector
from automaton.settings.field_types import Authority, HttpUrl
from automaton.settings.secrets import SecretFile, SecretText


class PanelSettings(Strict):
    """A Panel, by the client keys of dedicated subusers.

    ```yaml
    url: https://panel.example.org
    keys: [{credential: panel_key}, {credential: second_key}]
    servers: {not: {node: lab}}
    refresh: 5m
    origin: https://panel.example.org
    allow_plain: true
    proxy: http://proxy.example.org:3128
    ```

    `keys` of several users share the servers, for the Panel limits requests by user. `servers` are those
    of its list that are watched. `origin` is told to the nodes where their `remote` was written
    otherwise. `allow_plain` lets nodes of an `https://` Panel be reached by `ws://`. `ca` is trusted
    beside the machine's own store. `insecure_skip_verify` takes anybody for the Panel and its nodes.
    """

    url: HttpUrl
    keys: OneOrMany[SecretText]
    servers: ServerSelector = ServerSelector.EVERYTHING
    refresh: Duration = 300.0
    origin: HttpUrl | None = None
    allow_plain: Flag = False
    ca: Authority | None = None
    insecure_skip_verify: Flag = False
    proxy: HttpUrl | None = None


class NodeServer(Strict):
    """What Wings does not know of its servers: their egg.

    ```yaml
    id: "aaaaaaaa-*"
    egg: Paper
    ```
    """

    id: OneOrMany[Glob]
    egg: Text

    def covers(self, profile: Profile) -> bool:
        """Whether this server is meant, by its short or its full identifier."""
        return any(glob.covers(profile.id) or glob.covers(profile.uuid) for glob in self.id)


class NodeSettings(Strict):
    """A node without its Panel: tokens are signed with the token of its own config.yml.

    ```yaml
    config: {credential: wings_config}
    address: http://127.0.0.1:8080
    servers: [{id: "aaaaaaaa-*", egg: Paper}]
    ```

    `address` is where Wings listens, where config.yml's `api` does not say it. `refresh`, `ca` and
    `insecure_skip_verify` are as for a Panel.
    """

    config: SecretFile
    address: HttpUrl | None = None
    servers: OneOrMany[NodeServer] = ()
    refresh: Duration = 300.0
    ca: Authority | None = None
    insecure_skip_verify: Flag = False

    def egg_of(self, profile: Profile) -> str:
        """The egg written for a server; empty where none is."""
        return next((one.egg for one in self.servers if one.covers(profile)), "")
