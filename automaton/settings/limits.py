"""What no rule may exceed, in automaton.yml: `limits`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any

from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.gates.limits import Allowance, AllowedForm
from automaton.core.gates.limits import Limits as CoreLimits
from automaton.match.glob import Glob as CompiledGlob
from automaton.match.path_glob import PathGlob, compile_path_glob, why_no_path
from automaton.schema import nodes
from automaton.schema.annotations import read_by
from automaton.schema.base import Count, Duration, ExpressionText, Glob, OneOrMany, Slug, Strict
from automaton.schema.command_forms import KINDS, read_arguments
from automaton.schema.invalid import invalid
from automaton.schema.readers import glob, text_of
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


def _command(value: object) -> object:
    """A glob of words, or a mapping of one to the arguments that its commands may have."""
    if isinstance(value, CompiledGlob | AllowedForms):
        return value
    if not isinstance(value, nodes.Mapping):
        return glob(value)
    return AllowedForms(tuple(AllowedForm(glob(key), read_arguments(node)) for key, node in value.items()))


@dataclass(frozen=True, slots=True)
class AllowedForms:
    """An entry of `send` that names arguments too."""

    forms: tuple[AllowedForm, ...]


_FORM: Mapping[str, Any] = {"enum": KINDS}

Command = Annotated[
    CompiledGlob | AllowedForms,
    read_by(
        _command,
        anyOf=[
            {"type": ["string", "number", "boolean"]},
            {
                "type": "object",
                "additionalProperties": {"anyOf": [_FORM, {"type": "array", "items": _FORM}]},
            },
        ],
    ),
]
"""A command that rules may type: `say`, or only in one form, as `{kick: player}`."""


class PowerWord(StrEnum):
    """What `power` may allow: a signal, or that a server is installed anew."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    KILL = "kill"
    REINSTALL = "reinstall"


def _files(value: object) -> object:
    if isinstance(value, PathGlob):
        return value
    text = text_of(value, "a path or glob")
    if problem := why_no_path("/".join(part.replace("*", "x") for part in text.split("/")), is_glob=True):
        raise invalid("no-path", f"`{text}` is no path of a server's files: {problem}", value)
    return compile_path_glob(str(text))


FilesGlob = Annotated[PathGlob, read_by(_files, type=["string", "number", "boolean"])]
"""Files that rules may change: a path below the server's root, with `*` and `?` inside its segments."""


class Allow(Strict):
    """What rules may do on these servers: power actions, commands, files, variables of the egg.

    A command is named by its word, whatever follows it, or with the arguments that it may have. A path in
    `files` is allowed with all that is below it; of `startup` each is a variable's name.
    """

    servers: ServerSelector | None = None
    power: OneOrMany[PowerWord] = ()
    send: OneOrMany[Command] = ()
    files: OneOrMany[FilesGlob] = ()
    startup: OneOrMany[Glob] = ()

    def as_core(self) -> Allowance:
        """The same for the core."""
        words = tuple(one for one in self.send if isinstance(one, CompiledGlob))
        forms = tuple(form for one in self.send if isinstance(one, AllowedForms) for form in one.forms)
        reinstalls = PowerWord.REINSTALL in self.power
        signals = frozenset(Signal(one) for one in self.power if one is not PowerWord.REINSTALL)
        return Allowance(self.servers, signals, words, forms, self.files, self.startup, reinstalls)


class LimitsSettings(Strict):
    """What no rule may exceed.

    ```yaml
    arm: shadow
    settle: 2m
    power: {server: 3/1h, node: 4/5m, fleet: 20/10m, parallel: 5}
    send: {server: 10/10s}
    allow:
      - {servers: {tag: prod}, power: [start, stop, restart, kill], send: [say, {kick: [player, text]}]}
      - {servers: {tag: wiped}, power: [stop, start, reinstall], files: ["world*"], startup: [SEED]}
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
        return replace(limits, allow=tuple(one.as_core() for one in self.allow))
