"""The keys of automaton.yml. Each either works or is refused by name as not supported yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from automaton.core.calls import Severity, Signal
from automaton.core.events import Profile
from automaton.core.gates.limits import Allowance
from automaton.core.gates.limits import Budget as CoreBudget
from automaton.core.gates.limits import Limits as CoreLimits
from automaton.core.rules.rule import Arm
from automaton.schema.base import Count, Duration, ExpressionText, Flag, Glob, OneOrMany, Slug, Strict, Text
from automaton.schema.mistake import mistake
from automaton.schema.selector import Selector
from automaton.secret import Secret
from automaton.settings.budget import Budget
from automaton.settings.places import Authority, CallUrl, FilePath, HeaderText, HostPort, HttpUrl
from automaton.settings.secrets import SecretFile, SecretText

LONGEST_PROGRAM = 3600.0

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_OUR_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "expect"}
)


class Panel(Strict):
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
    servers: Selector = Selector.EVERYTHING
    refresh: Duration = 300.0
    origin: HttpUrl | None = None
    allow_plain: Flag = False
    ca: Authority | None = None
    insecure_skip_verify: Flag = False
    proxy: HttpUrl | None = None


class NodeServer(Strict):
    """What Wings cannot tell of its servers: their egg.

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


class Node(Strict):
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
        """The egg that is told for a server; empty where none is."""
        return next((one.egg for one in self.servers if one.covers(profile)), "")


class Heartbeat(Strict):
    """A dead man's switch: an address that is called while the engine turns.

    ```yaml
    url: {credential: heartbeat}
    every: 1m
    ```
    """

    url: SecretText
    every: Duration = 60.0


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
        "repeat": "an incident is told when it opens, and when it clears by `on_clear`",
    }

    urls: OneOrMany[SecretText]
    min_severity: Severity = Severity.INFO
    rate: Budget = CoreBudget(20, 60.0)


class PowerLimits(Strict):
    """Power actions for a server, for a node, for all of them, and at the same time."""

    server: Budget | None = None
    node: Budget | None = None
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
    power: {server: 3/1h, node: 4/5m, fleet: 20/10m, parallel: 5}
    send: {server: 10/10s}
    allow:
      - {servers: {tag: prod}, power: [start, stop, restart, kill], send: [say, save-all]}
      - {power: [start]}
    hold_power_if: share(not connected) > 0.3
    resume_within: 5m
    report: ops
    ```

    `allow` is a list, of which the first that fits holds; a single mapping is for all. While
    `hold_power_if`, read over all servers, is true or cannot be known, no power action goes ahead. A run
    that a restart of automaton interrupted for less than `resume_within` goes on where it stood.
    """

    arm: Arm = Arm.SHADOW
    settle: Duration = 0.0
    power: PowerLimits = PowerLimits()
    send: SendLimits = SendLimits()
    allow: OneOrMany[Allow] | None = None
    hold_power_if: ExpressionText | None = None
    resume_within: Duration = 300.0
    report: Slug | None = None

    def as_core(self) -> CoreLimits:
        """The same, as the core judges by it. Without `allow` its own default holds."""
        limits = CoreLimits(
            arm=self.arm,
            settle=self.settle,
            power_server=self.power.server,
            power_node=self.power.node,
            power_fleet=self.power.fleet,
            send_server=self.send.server,
            send_fleet=self.send.fleet,
            parallel=self.power.parallel,
            report=self.report,
            hold_power_if=self.hold_power_if,
            resume_within=self.resume_within,
        )
        if self.allow is None:
            return limits
        allow = tuple(Allowance(one.servers, frozenset(one.power), one.send) for one in self.allow)
        return replace(limits, allow=allow)


class Log(Strict):
    """How much is logged, and in which form; `auto` suits the terminal or the journal."""

    level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    format: Literal["auto", "text", "json"] = "auto"


class Listen(Strict):
    """Where the daemon is asked how it stands, and told to act: a socket that its owner alone may open.

    ```yaml
    socket: /run/automaton/control.sock
    http: "127.0.0.1:9532"
    ```

    Without `socket`, `control.sock` in the service's runtime folder, else in `state`. Over `http` hooks are
    called, and nothing else is; it is off unless it is written.
    """

    socket: FilePath | None = None
    http: HostPort | None = None


class Hook(Strict):
    """Who may call `hook: <name>`: whoever sends this token as `Authorization: Bearer …`.

    ```yaml
    token: {credential: hook_deploy}
    ```
    """

    token: SecretText


class Address(Strict):
    """What the action `http` may call by its name, with these headers.

    ```yaml
    url: https://status.example.org/api
    headers: {Authorization: {credential: status_token}, X-Source: automaton}
    ```
    """

    url: CallUrl
    headers: Mapping[Text, HeaderText] = {}

    @field_validator("headers")
    @classmethod
    def _may_be_sent(cls, headers: Mapping[str, Secret]) -> Mapping[str, Secret]:
        for name, value in headers.items():
            if not _HEADER.fullmatch(name) or name.lower() in _OUR_HEADERS:
                raise mistake("header", f"`{name}` is no header that can be set", name)
            if not value.reveal().isascii():
                raise mistake(
                    "header", f"the header `{name}` holds other letters than ASCII", name, found="***"
                )
        return headers


class Program(Strict):
    """What the action `exec` may run by its name: a path, and the first arguments. No shell.

    ```yaml
    argv: [/usr/local/bin/rotate-world, --quiet]
    timeout: 30s
    ```
    """

    argv: OneOrMany[Text]
    timeout: Duration = 30.0

    @field_validator("argv")
    @classmethod
    def _is_a_path(cls, argv: tuple[str, ...]) -> tuple[str, ...]:
        if not argv[0].startswith("/"):
            message = f"`{argv[0]}` is no whole path: what `PATH` finds may be another program"
            raise mistake("program", message, argv[0], expected="a path that begins with `/`")
        if any("\0" in argument for argument in argv):
            raise mistake("program", "an argument holds a NUL")
        return argv

    @field_validator("timeout")
    @classmethod
    def _ends(cls, timeout: float) -> float:
        if not 0 < timeout <= LONGEST_PROGRAM:
            raise mistake(
                "duration", "a program may take up to an hour, and some time", expected="`30s` to `1h`"
            )
        return timeout


class Settings(Strict):
    """The daemon's own file."""

    panels: Mapping[Slug, Panel] = {}
    nodes: Mapping[Slug, Node] = {}
    packs: Mapping[Slug, Selector] = {}
    tags: Mapping[Slug, Selector] = {}
    channels: Mapping[Slug, Channel] = {}
    limits: Limits = Limits()
    rules: FilePath = Path("rules.d")
    state: FilePath = Path("/var/lib/automaton")
    log: Log = Log()
    heartbeat: Heartbeat | None = None
    listen: Listen = Listen()
    hooks: Mapping[Slug, Hook] = {}
    http: Mapping[Slug, Address] = {}
    exec_: Mapping[Slug, Program] = Field(default={}, alias="exec")
