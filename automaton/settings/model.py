"""The keys of automaton.yml. Each either works or is refused by name as not supported yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

from automaton.core.calls import Severity, Signal
from automaton.core.gates import Allowance
from automaton.core.gates import Budget as CoreBudget
from automaton.core.gates import Limits as CoreLimits
from automaton.core.rule import Arm
from automaton.schema.base import Count, Duration, Flag, Glob, OneOrMany, Slug, Strict
from automaton.schema.selector import Selector
from automaton.settings.budget import Budget
from automaton.settings.places import FilePath, OnlyOne, PanelUrl
from automaton.settings.secrets import SecretText


class Panel(Strict):
    """A Panel, by the client key of a dedicated subuser.

    ```yaml
    url: https://panel.example.org
    keys: [{credential: panel_key}]
    servers: {not: {node: lab}}
    refresh: 5m
    origin: https://panel.example.org
    allow_plain: true
    ```

    `servers` are those of its list that are watched. `origin` is told to the nodes where their `remote`
    was written otherwise. `allow_plain` lets nodes of an `https://` Panel be reached by `ws://`.
    """

    later: ClassVar[Mapping[str, str]] = {
        "ca": "put the certificate into the machine's own store",
        "insecure_skip_verify": "put the certificate into the machine's own store",
        "proxy": "",
    }

    url: PanelUrl
    keys: OnlyOne[SecretText]
    servers: Selector = Selector.EVERYTHING
    refresh: Duration = 300.0
    origin: PanelUrl | None = None
    allow_plain: Flag = False


class Channel(Strict):
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
        "repeat": "an incident is told when it opens and when it clears",
    }

    urls: OneOrMany[SecretText]
    min_severity: Severity = Severity.INFO
    rate: Budget = CoreBudget(20, 60.0)


class PowerLimits(Strict):
    """Power actions for a server, for all of them, and at the same time."""

    later: ClassVar[Mapping[str, str]] = {"node": "use `fleet` and `parallel`"}

    server: Budget | None = None
    fleet: Budget | None = None
    parallel: Count | None = None


class SendLimits(Strict):
    """Console commands for a server, and for all of them."""

    server: Budget | None = None
    fleet: Budget | None = None


class Allow(Strict):
    """What rules may do on these servers: power actions, and commands by their first word."""

    servers: Selector | None = None
    power: OneOrMany[Signal] = ()
    send: OneOrMany[Glob] = ()


class Limits(Strict):
    """What no rule may exceed.

    ```yaml
    arm: shadow
    settle: 2m
    power: {server: 3/1h, fleet: 20/10m, parallel: 5}
    send: {server: 10/10s}
    allow:
      - {servers: {tag: prod}, power: [start, stop, restart, kill], send: [say, save-all]}
      - {power: [start]}
    report: ops
    ```

    `allow` is a list, of which the first that fits holds; a single mapping is for all.
    """

    later: ClassVar[Mapping[str, str]] = {
        "hold_power_if": "`power.fleet` and `power.parallel` brake a fleet that goes down",
        "resume_within": "a run that was interrupted is given up",
    }

    arm: Arm = Arm.SHADOW
    settle: Duration = 0.0
    power: PowerLimits = PowerLimits()
    send: SendLimits = SendLimits()
    allow: OneOrMany[Allow] | None = None
    report: Slug | None = None

    def as_core(self) -> CoreLimits:
        """The same, as the core judges by it. Without `allow` its own default holds."""
        limits = CoreLimits(
            arm=self.arm,
            settle=self.settle,
            power_server=self.power.server,
            power_fleet=self.power.fleet,
            send_server=self.send.server,
            send_fleet=self.send.fleet,
            parallel=self.power.parallel,
            report=self.report,
        )
        if self.allow is None:
            return limits
        allow = tuple(Allowance(one.servers, frozenset(one.power), one.send) for one in self.allow)
        return replace(limits, allow=allow)


class Log(Strict):
    """How much is logged, and in which form; `auto` suits the terminal or the journal."""

    level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class Settings(Strict):
    """The daemon's own file."""

    later: ClassVar[Mapping[str, str]] = {
        "nodes": "name the Panel in `panels`",
        "hooks": "",
        "http": "",
        "exec": "",
        "heartbeat": "",
        "listen": "",
    }

    panels: Mapping[Slug, Panel]
    packs: Mapping[Slug, Selector] = {}
    tags: Mapping[Slug, Selector] = {}
    channels: Mapping[Slug, Channel] = {}
    limits: Limits = Limits()
    rules: FilePath = Path("rules.d")
    state: FilePath = Path("/var/lib/automaton")
    log: Log = Log()
