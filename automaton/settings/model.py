"""The keys of automaton.yml. Each either works or is refused by name as not supported yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from automaton.core.calls import Severity
from automaton.core.gates.limits import Budget as CoreBudget
from automaton.schema.base import Duration, OneOrMany, Slug, Strict
from automaton.schema.selector import ServerSelector
from automaton.schema.version import SETTINGS, FileVersion
from automaton.settings.budget import Budget
from automaton.settings.field_types import FilePath, HostPort
from automaton.settings.integrations import AddressSettings, HookSettings, ProgramSettings
from automaton.settings.journal import JournalSettings
from automaton.settings.limits import LimitsSettings
from automaton.settings.panels import NodeSettings, PanelSettings
from automaton.settings.secrets import SecretText


class HeartbeatSettings(Strict):
    """A dead man's switch: an address that is called while the engine turns.

    ```yaml
    url: {credential: heartbeat}
    every: 1m
    ```
    """

    url: SecretText
    every: Duration = 60.0


class ChannelSettings(Strict):
    """Where messages go: Apprise URLs, each a secret.

    ```yaml
    urls: [{credential: discord_ops}, {file: oncall.url}]
    min_severity: warning
    rate: 20/1m
    ```
    """

    later: ClassVar[Mapping[str, str]] = {
        "group_by": "each message is sent by itself",
        "group_wait": "each message is sent by itself",
        "repeat": "an incident is told when it opens, and when it clears by `on_clear`",
    }

    urls: OneOrMany[SecretText]
    min_severity: Severity = Severity.INFO
    rate: Budget = CoreBudget(20, 60.0)


class LogSettings(Strict):
    """How much is logged, and in which form; `auto` suits the terminal or the journal."""

    level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class ListenSettings(Strict):
    """Where commands reach the daemon: a socket that only its owner may open.

    ```yaml
    socket: /run/automaton/control.sock
    http: "127.0.0.1:9532"
    ```

    Without `socket`, `control.sock` in the service's runtime folder, else in `state`. Over `http` hooks are
    called, and nothing else is; it is off unless it is written.
    """

    socket: FilePath | None = None
    http: HostPort | None = None


class Settings(Strict):
    """The daemon's own file."""

    version: FileVersion = SETTINGS.current
    panels: Mapping[Slug, PanelSettings] = {}
    nodes: Mapping[Slug, NodeSettings] = {}
    packs: Mapping[Slug, ServerSelector] = {}
    tags: Mapping[Slug, ServerSelector] = {}
    channels: Mapping[Slug, ChannelSettings] = {}
    limits: LimitsSettings = LimitsSettings()
    rules: FilePath = Path("rules.d")
    state: FilePath = Path("/var/lib/automaton")
    journal: JournalSettings = JournalSettings()
    log: LogSettings = LogSettings()
    heartbeat: HeartbeatSettings | None = None
    listen: ListenSettings = ListenSettings()
    hooks: Mapping[Slug, HookSettings] = {}
    http: Mapping[Slug, AddressSettings] = {}
    exec_: Mapping[Slug, ProgramSettings] = Field(default={}, alias="exec")
