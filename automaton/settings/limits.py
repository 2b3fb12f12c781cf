"""What no rule may exceed, in automaton.yml: `limits`."""

from __future__ import annotations

from dataclasses import replace

from automaton.core.calls import Signal
from automaton.core.gates.limits import Allowance
from automaton.core.gates.limits import Limits as CoreLimits
from automaton.core.rules.rule import Arm
from automaton.schema.base import Count, Duration, ExpressionText, Glob, OneOrMany, Slug, Strict
from automaton.schema.selector import ServerSelector
from automaton.settings.budget import Budget


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

    servers: ServerSelector | None = None
    power: OneOrMany[Signal] = ()
    send: OneOrMany[Glob] = ()


class LimitsSettings(Strict):
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
        """The same for the core. Without `allow`, the default of the core holds."""
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
