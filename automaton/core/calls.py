"""Calls to the outside world, with all blanks filled: nothing is left to decide.

A call describes itself: to the log, to people, to a recording, to a test, to `limits`. So a new one is
written in the file of the action that makes it (`actions/http.py`); here are those that the core itself
makes or judges. One that reaches a new part of the outside world adds its port to `World` below, an adapter
beside the daemon's others, and the line in `daemon/app.py` that connects the two.

Calls are comparable and printable. Only the daemon's dispatcher performs them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import ClassVar, Protocol, Self

from automaton.core.invoked_commands import InvokedCommand, first_word, invoked
from automaton.core.json_path import JsonPath
from automaton.core.outcome import Outcome
from automaton.core.pack import Pack, QueryProtocol
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
        """From 0, the quietest."""
        return list(Severity).index(self)


class Spends(Enum):
    """Which budgets of `limits` a call spends: a step takes the server's own once, however often it tries."""

    ALL = "all"
    AGAIN = "all but the server's: a later try of the same step"
    NOTHING = "none: a part of what is under way"


@stable_name("FileOperation")
class FileOperation(StrEnum):
    """What is done to files, in the Panel's words."""

    DELETE = "delete"
    RENAME = "rename"
    WRITE = "write"
    DECOMPRESS = "decompress"


@stable_name("FileChange")
@dataclass(frozen=True, slots=True)
class FileChange:
    """One change of a server's files. `paths` are below its root, without a slash at either end.

    The last segment of one that is deleted may be a glob. Two for RENAME, from and to; one for WRITE, with
    `text`, and for DECOMPRESS, which unpacks it beside itself.
    """

    operation: FileOperation
    paths: tuple[str, ...]
    text: str = ""


class ServerPort(Protocol):
    """Game servers, each by its uuid."""

    async def send_command(self, server: str, command: str, /) -> Outcome:
        """Types one line at the console."""

    async def ask_console(self, server: str, command: str, /) -> Outcome:
        """Types one line whose answer is what the game prints; DONE once it was sent."""

    async def set_power(self, server: str, signal: Signal, /) -> Outcome:
        """DONE once it was accepted; whether the server obeys is read from its state."""

    async def make_backup(self, server: str, name: str, locked: bool, /) -> Outcome:
        """DONE once it has begun; the outcome's `ref` is the backup's uuid."""

    async def rotate_backups(self, server: str, made: tuple[str, ...], keep: int, /) -> Outcome:
        """Of the backups with these uuids, deletes the oldest but `keep`; failed and locked ones are let be.

        The outcome's `ref` are the uuids of those that are still there, in order, with spaces between them.
        """

    async def change_files(self, server: str, change: FileChange, /) -> Outcome:
        """DONE once it is done."""

    async def set_startup(self, server: str, variables: tuple[tuple[str, str], ...], /) -> Outcome:
        """DONE once all are set, for the next start. What was set before one was refused stays so."""

    async def reinstall(self, server: str, /) -> Outcome:
        """DONE once it has begun; its end is an event."""


class ChannelPort(Protocol):
    """The channels of automaton.yml."""

    def hand_over(self, message: SendMessage, /) -> Outcome:
        """Queues a message without waiting: delivery is the channel's own business."""


class AddressPort(Protocol):
    """The addresses under `http` in automaton.yml."""

    async def request(self, name: str, method: str, body: str, path: JsonPath, /) -> Outcome:
        """One request to the address of that name; an empty `body` is none.

        With a `path` the outcome's `body` is what of the answer lies on it, of an answer of any length.
        """


class ProgramPort(Protocol):
    """The programs under `exec` in automaton.yml."""

    async def run(self, name: str, arguments: tuple[str, ...], /) -> Outcome:
        """Runs it to its end, with these arguments behind its own."""


QUERY = "query"
"""The `way` of the outcomes of questions to games over the network."""


class QueryPort(Protocol):
    """Games, asked over the network as their players' lists of servers ask them."""

    async def ask(self, protocol: QueryProtocol, host: str, port: int, /) -> Outcome:
        """DONE with the answer as JSON in `body`; UNKNOWN where it was asked and did not answer.

        FAILED where it could not be asked, for which the game is not to blame.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that a call may reach, one port each. The daemon's is assembled in `daemon/app.py`."""

    servers: ServerPort
    channels: ChannelPort
    addresses: AddressPort
    programs: ProgramPort
    games: QueryPort


class Authority(Protocol):
    """What rules may do on one server, as `limits.allow` says."""

    def allows_signal(self, signal: Signal) -> bool:
        """Whether they may ask for this power action."""

    def allows_reinstall(self) -> bool:
        """Whether they may have the server installed anew."""

    def allows_path(self, path: str) -> bool:
        """Whether they may change this file or folder; for a glob, all that it may fit."""

    def allows_variable(self, name: str) -> bool:
        """Whether they may set this variable of the egg."""

    def lacks(self, line: str, one: InvokedCommand, pack: Pack) -> str:
        """What is missing for one of the commands of a line, as in `Call.not_allowed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(ABC):
    """One call, for the server with this uuid; empty where it is for none.

    Each kind has its `verb`, `argument` and `fields`, and performs itself. The rest follows from these, and
    is overridden where that would say too much or too little.
    """

    server: str

    verb: ClassVar[str]
    """The YAML word of the action that makes it."""

    budget: ClassVar[str] = ""
    """The block of `limits` whose budgets it spends: `power`, `send`, or none."""

    lane: ClassVar[str] = ""
    """Calls for one server go out one after the other in each lane. The empty lane acts on the server."""

    is_said: ClassVar[bool] = False
    """Whether it is handed over in the turn that asks for it, and written with it: it acts on nothing."""

    is_kept: ClassVar[bool] = True
    """Whether it and its end are written to the journal where no rule asks for it.

    What acts on nothing, and is asked of every server again and again, would fill a disk by itself."""

    is_awaited: ClassVar[bool] = True
    """Whether the engine is told what became of it."""

    bounds_itself: ClassVar[bool] = False
    """Whether it has a time limit of its own; all others get the dispatcher's."""

    @abstractmethod
    async def perform(self, world: World) -> Outcome:
        """Makes the call. Only the dispatcher does this."""

    @property
    @abstractmethod
    def argument(self) -> str:
        """What follows the verb in a rule's test: `ops` in `notify: ops`."""

    @abstractmethod
    def fields(self) -> Mapping[str, str]:
        """For a log line, after `action`: names of what is asked, but no message and no body."""

    def sentence(self) -> str:
        """What is asked, for tables. Strangers' text in it is neither escaped nor cut."""
        return self.argument

    def words(self) -> str:
        """The text that it carries to people, empty for none."""
        return ""

    def in_short(self) -> str:
        """The kind it counts as when two replays are compared: `power restart`, `notify ops`."""
        return f"{self.verb} {self.argument}"

    def in_full(self) -> str:
        """The verb and all that is asked: calls that differ for people differ here."""
        return f"{self.verb} {self.sentence()}"

    def without_incident(self) -> Self:
        """The same call without the number of its incident, which differs between replays."""
        return self

    def backups_after(self, outcome: Outcome, made: tuple[str, ...]) -> tuple[str, ...]:
        """The backups that its rule made on its server, by uuid, once it has ended so; `made` before."""
        return made

    def not_allowed(self, authority: Authority | None, pack: Pack) -> str:
        """What `limits.allow` lacks for this call; empty if nothing.

        `authority` is None where no entry of `limits.allow` fits the server, `pack` is that of its game.
        """
        return ""


@stable_name("SendCommand")
@dataclass(frozen=True, slots=True, kw_only=True)
class SendCommand(Call):
    """Types one console command, already made safe by `core/console/command.py`."""

    verb: ClassVar[str] = "send"
    budget: ClassVar[str] = "send"
    command: str

    async def perform(self, world: World) -> Outcome:
        """Types it at the console."""
        return await world.servers.send_command(self.server, self.command)

    @property
    def argument(self) -> str:
        """The whole command."""
        return self.command

    def fields(self) -> Mapping[str, str]:
        """The whole command."""
        return {"command": self.command}

    def in_short(self) -> str:
        """With the word that chooses what it does; the others differ each time."""
        return f"{self.verb} {first_word(self.command)}"

    def not_allowed(self, authority: Authority | None, pack: Pack) -> str:
        """The first command in it, at any depth, that is not allowed."""
        for one in invoked(self.command, pack):
            if authority is None:
                return f"the command `{one.word}`"
            if lacking := authority.lacks(self.command, one, pack):
                return lacking
        return ""


@stable_name("SendCommand")  # as in recordings from before it was a kind of its own
@dataclass(frozen=True, slots=True, kw_only=True)
class AskConsole(SendCommand):
    """Types a question of the engine's own: asked once more than anybody knows, it does no harm.

    Its answer is a line, and none is its failure.
    """

    is_kept: ClassVar[bool] = False
    is_awaited: ClassVar[bool] = False

    async def perform(self, world: World) -> Outcome:
        """Types it where that costs the Panel nothing."""
        return await world.servers.ask_console(self.server, self.command)


@stable_name("QueryGame")
@dataclass(frozen=True, slots=True, kw_only=True)
class QueryGame(Call):
    """Asks a game over the network whether it answers, and what it says of itself. It acts on nothing."""

    verb: ClassVar[str] = "query"
    lane: ClassVar[str] = "query"
    is_kept: ClassVar[bool] = False
    bounds_itself: ClassVar[bool] = True
    protocol: QueryProtocol
    host: str
    port: int

    async def perform(self, world: World) -> Outcome:
        """Asks, and waits for the answer."""
        return await world.games.ask(self.protocol, self.host, self.port)

    @property
    def argument(self) -> str:
        """The protocol."""
        return self.protocol.value

    def fields(self) -> Mapping[str, str]:
        """How, and where."""
        return {"protocol": self.protocol.value, "address": self._address()}

    def sentence(self) -> str:
        """How, and where."""
        return f"{self.protocol.value} {self._address()}"

    def _address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCall(Call):
    """A call that takes a game down or up: every gate of power is asked for it, and its budgets are spent."""

    budget: ClassVar[str] = "power"

    @property
    def needs_panel(self) -> bool:
        """Whether Wings asks its Panel before it does this."""
        return True


@stable_name("SetPower")
@dataclass(frozen=True, slots=True, kw_only=True)
class SetPower(PowerCall):
    """Asks for one power action."""

    verb: ClassVar[str] = "power"
    signal: Signal

    @property
    def needs_panel(self) -> bool:
        """For what starts, Wings does (protocol 5.1)."""
        return self.signal in (Signal.START, Signal.RESTART)

    async def perform(self, world: World) -> Outcome:
        """Asks for it; whether the server obeys is read from its state."""
        return await world.servers.set_power(self.server, self.signal)

    @property
    def argument(self) -> str:
        """The signal."""
        return self.signal.value

    def fields(self) -> Mapping[str, str]:
        """The signal."""
        return {"signal": self.signal.value}

    def not_allowed(self, authority: Authority | None, pack: Pack) -> str:
        """The signal, if it is not allowed."""
        is_allowed = authority is not None and authority.allows_signal(self.signal)
        return "" if is_allowed else f"power `{self.signal}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToChannel(Call):
    """A call to a channel of automaton.yml."""

    lane: ClassVar[str] = "notify"
    is_said: ClassVar[bool] = True
    channel: str
    text: str

    async def perform(self, world: World) -> Outcome:
        """Hands it over; a rule never waits for delivery."""
        return world.channels.hand_over(self.message())

    @abstractmethod
    def message(self) -> SendMessage:
        """What is handed over."""

    @property
    def argument(self) -> str:
        """The channel."""
        return self.channel

    def fields(self) -> Mapping[str, str]:
        """The channel alone: a text may hold many lines of a console."""
        return {"channel": self.channel}

    def sentence(self) -> str:
        """The channel, and what it is told."""
        return f"{self.channel}: {self.text}"

    def words(self) -> str:
        """The text."""
        return self.text


@stable_name("Notify")
@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(ToChannel):
    """Hands a message to a channel. `ref` names rule and incident, and is equal for what belongs together.

    `excerpts` are the spans of `text` (start, end) with console lines, which are shown in a fence.
    """

    verb: ClassVar[str] = "notify"
    title: str = ""
    severity: Severity = Severity.WARNING
    rule: str = ""
    ref: str = ""
    resolves: bool = False
    excerpts: tuple[tuple[int, int], ...] = ()

    def message(self) -> SendMessage:
        """Itself."""
        return self

    def sentence(self) -> str:
        """The channel, and the title, or without one the text."""
        return f"{self.channel}: {self.title or self.text}"

    def words(self) -> str:
        """The title on a line of its own, then the text."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    def in_full(self) -> str:
        """With title and text."""
        said = " | ".join(part for part in (self.title, self.text) if part)
        return f"{self.verb} {self.channel}: {said}"

    def without_incident(self) -> Self:
        """Without `ref`."""
        return replace(self, ref="")


@stable_name("TellEnd")
@dataclass(frozen=True, slots=True, kw_only=True)
class SendResolved(ToChannel):
    """Tells a channel the end of an incident whose opening it was told, in words of our own."""

    verb: ClassVar[str] = "resolve"
    severity: Severity = Severity.WARNING
    rule: str = ""
    ref: str = ""

    def message(self) -> SendMessage:
        """A message that resolves the opening's."""
        return SendMessage(
            server=self.server, channel=self.channel, text=self.text, severity=self.severity, rule=self.rule,
            ref=self.ref, resolves=True,
        )  # fmt: skip

    def without_incident(self) -> Self:
        """Without `ref`."""
        return replace(self, ref="")
