"""What is asked of the world, with all blanks filled: nothing is left to decide.

Comparable and printable. Only the daemon's dispatcher performs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import ClassVar, Protocol

from automaton.core.outcome import Outcome
from automaton.core.stable_names import stable_name


@stable_name("Signal")
class Signal(StrEnum):
    """A power action, in Wings' words."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    KILL = "kill"


@stable_name("Severity")
class Severity(StrEnum):
    """How loud a message is. Ordered by `rank`."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Spends(Enum):
    """Which budgets of `limits` a call spends: a step takes the server's own once, however often it tries."""

    ALL = "all"
    AGAIN = "all but the server's: a later try of the same step"
    NOTHING = "none: a part of what is under way"


class World(Protocol):
    """The ports that a call may use."""

    async def send_command(self, call: SendCommand) -> Outcome: ...

    async def set_power(self, call: SetPower) -> Outcome: ...

    async def notify(self, call: Notify) -> Outcome: ...

    async def make_backup(self, call: MakeBackup) -> Outcome: ...

    async def request(self, call: Request) -> Outcome: ...

    async def run_program(self, call: RunProgram) -> Outcome: ...


class Call(Protocol):
    """A call names its verb (as in YAML), its server, and performs itself on a world."""

    verb: ClassVar[str]

    @property
    def server(self) -> str: ...

    async def perform(self, world: World) -> Outcome: ...


@stable_name("SendCommand")
@dataclass(frozen=True, slots=True, kw_only=True)
class SendCommand:
    """Types one console command, already made safe by `core/command.py`."""

    verb: ClassVar[str] = "send"
    server: str
    command: str

    async def perform(self, world: World) -> Outcome:
        return await world.send_command(self)


@stable_name("SetPower")
@dataclass(frozen=True, slots=True, kw_only=True)
class SetPower:
    """Asks for one power action."""

    verb: ClassVar[str] = "power"
    server: str
    signal: Signal

    async def perform(self, world: World) -> Outcome:
        return await world.set_power(self)


@stable_name("Notify")
@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Hands a message to a channel. `ref` names rule and incident: the same for what belongs together.

    `excerpts` are the spans of `text` (start, end) that hold console lines: they are shown in a fence.
    """

    verb: ClassVar[str] = "notify"
    server: str
    channel: str
    text: str
    title: str = ""
    severity: Severity = Severity.WARNING
    rule: str = ""
    ref: str = ""
    resolves: bool = False
    excerpts: tuple[tuple[int, int], ...] = ()

    async def perform(self, world: World) -> Outcome:
        return await world.notify(self)


@stable_name("TellEnd")
@dataclass(frozen=True, slots=True, kw_only=True)
class TellEnd:
    """A channel that heard of an opening hears that it is over, where the rule has no words for that."""

    verb: ClassVar[str] = "resolve"
    server: str
    channel: str
    text: str
    severity: Severity = Severity.WARNING
    rule: str = ""
    ref: str = ""

    async def perform(self, world: World) -> Outcome:
        message = Notify(
            server=self.server, channel=self.channel, text=self.text, severity=self.severity, rule=self.rule,
            ref=self.ref, resolves=True,
        )  # fmt: skip
        return await world.notify(message)


@stable_name("MakeBackup")
@dataclass(frozen=True, slots=True, kw_only=True)
class MakeBackup:
    """Asks the Panel for a backup of this name.

    The outcome's `ref` is the uuid by which the event `backup.completed` tells its end.
    """

    verb: ClassVar[str] = "backup"
    server: str
    name: str

    async def perform(self, world: World) -> Outcome:
        return await world.make_backup(self)


@stable_name("Request")
@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request to an address that automaton.yml names. `body` is JSON, or empty for none."""

    verb: ClassVar[str] = "http"
    server: str
    url: str
    method: str = "POST"
    body: str = ""

    async def perform(self, world: World) -> Outcome:
        return await world.request(self)


@stable_name("RunProgram")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgram:
    """One program that automaton.yml names, with these arguments behind its own. No shell."""

    verb: ClassVar[str] = "exec"
    server: str
    program: str
    arguments: tuple[str, ...] = ()

    async def perform(self, world: World) -> Outcome:
        return await world.run_program(self)
