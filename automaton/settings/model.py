"""The keys of automaton.yml. Each either works or is refused by name as not supported yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from automaton.schema.base import Duration, OneOrMany, Slug, Strict
from automaton.schema.selector import ServerSelector
from automaton.schema.version import SETTINGS, FileVersion
from automaton.settings.channels import ChannelSettings
from automaton.settings.cluster import ClusterSettings
from automaton.settings.field_types import FilePath, HostPort
from automaton.settings.integrations import AddressSettings, HookSettings, ProgramSettings
from automaton.settings.journal import JournalSettings
from automaton.settings.limits import LimitsSettings
from automaton.settings.named_entries import names_before
from automaton.settings.panels import NodeSettings, PanelSettings
from automaton.settings.query import QuerySettings
from automaton.settings.secrets import SecretText
from automaton.settings.usual_paths import USUAL_STATE
from automaton.settings.web import WebSettings


class HeartbeatSettings(Strict):
    """A dead man's switch: an address that is called while the engine turns.

    ```yaml
    url: {credential: heartbeat}
    every: 1m
    ```
    """

    url: SecretText
    every: Duration = 60.0


class LogSettings(Strict):
    """How much is logged, and in which form; `auto` suits the terminal or the journal."""

    level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class ListenSettings(Strict):
    """Where commands reach the daemon, a socket that only its owner may open; where people and hooks do.

    ```yaml
    socket: /run/automaton/control.sock
    http: "127.0.0.1:9532"
    hooks: "127.0.0.1:9533"
    ```

    Without `socket`, `control.sock` in the service's runtime folder, else in `state`. `http` is for the page,
    `/metrics` and the links of messages, `hooks` for hooks; both are off unless they are written.
    """

    socket: FilePath | None = None
    http: HostPort | None = None
    hooks: HostPort | None = None


class Settings(Strict):
    """The daemon's own file."""

    version: FileVersion = SETTINGS.current
    panels: Annotated[
        Mapping[Slug, PanelSettings], names_before(PanelSettings, "panels: {main: {url: …, keys: …}}")
    ] = {}
    nodes: Annotated[
        Mapping[Slug, NodeSettings], names_before(NodeSettings, "nodes: {fsn-1: {config: …}}")
    ] = {}
    packs: Mapping[Slug, ServerSelector] = {}
    tags: Mapping[Slug, ServerSelector] = {}
    channels: Annotated[
        Mapping[Slug, ChannelSettings], names_before(ChannelSettings, "channels: {ops: {urls: …}}")
    ] = {}
    limits: LimitsSettings = LimitsSettings()
    rules: FilePath = Path("rules.d")
    state: FilePath = USUAL_STATE
    journal: JournalSettings = JournalSettings()
    cluster: ClusterSettings | None = None
    log: LogSettings = LogSettings()
    heartbeat: HeartbeatSettings | None = None
    listen: ListenSettings = ListenSettings()
    web: WebSettings = WebSettings()
    hooks: Annotated[
        Mapping[Slug, HookSettings], names_before(HookSettings, "hooks: {deploy: {token: …}}")
    ] = {}
    http: Annotated[
        Mapping[Slug, AddressSettings], names_before(AddressSettings, "http: {site: {url: …}}")
    ] = {}
    query: OneOrMany[QuerySettings] = ()
    exec_: Annotated[
        Mapping[Slug, ProgramSettings], names_before(ProgramSettings, "exec: {rotate: {argv: …}}")
    ] = Field(default={}, alias="exec")

    @property
    def http_is_for_hooks(self) -> bool:
        """Whether this file is older than the page: then `listen.http` is taken as `listen.hooks`."""
        return bool(self.hooks) and self.listen.hooks is None and not self.web.has_page

    @property
    def page_address(self) -> tuple[str, int] | None:
        """Where the page listens, None for nowhere."""
        return None if self.http_is_for_hooks else self.listen.http

    @property
    def hooks_address(self) -> tuple[str, int] | None:
        """Where hooks are called, None for nowhere."""
        return self.listen.http if self.http_is_for_hooks else self.listen.hooks

    @property
    def hooks_key(self) -> str:
        """Where that address stands in the file."""
        return "listen.http" if self.http_is_for_hooks else "listen.hooks"
