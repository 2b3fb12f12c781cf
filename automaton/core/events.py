"""Everything that can happen, as the engine takes it: frozen, each with its server and moment.

Law: an event tells what was seen, and the engine decides what it means. Wings' strings and units end before
this file: seconds, bytes and percent only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType

from automaton.core.arm import Arm
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.quick import quick
from automaton.core.stable_names import stable_name

FieldValue = str | int | float | bool | None
NO_FIELDS: Mapping[str, FieldValue] = MappingProxyType({})


@stable_name("State")
class State(StrEnum):
    """The power state of a server, in Wings' words."""

    OFFLINE = "offline"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"

    @property
    def is_up(self) -> bool:
        """True while a process may be running."""
        return self is not State.OFFLINE


class Source(StrEnum):
    """Where a console line came from.

    A pack tells CHAT (what a person said), COMMAND (a player's command as the game logs it) and ADMIN (what
    an operator's command answered) from GAME; the engine recognizes ECHO, the session all others.
    """

    GAME = "game"
    CHAT = "chat"
    COMMAND = "command"
    ADMIN = "admin"
    DAEMON = "daemon"
    INSTALL = "install"
    CONTINUATION = "continuation"
    ECHO = "echo"


OF_PEOPLE = (Source.CHAT, Source.COMMAND, Source.ADMIN)
"""What is in these lines a person typed, as large as it was: each is also the event of its name."""


@quick(kw_only=True)
class Event:
    """`server` is the full lower-case uuid."""

    server: str
    at: Moment


@stable_name("LinkUp")
@quick(kw_only=True)
class LinkUp(Event):
    """The session is authenticated: from now on everything that happens is seen."""


@stable_name("LinkLost")
@quick(kw_only=True)
class LinkLost(Event):
    """Nothing is seen any more, or the first try to connect failed."""

    reason: str = ""


@stable_name("StateReported")
@quick(kw_only=True)
class StateReported(Event):
    """A snapshot, never a change: the first status of a connection, or a state learnt from stats."""

    state: State


@stable_name("StateChanged")
@quick(kw_only=True)
class StateChanged(Event):
    """A live change, seen as it happened."""

    state: State


@stable_name("StatsReported")
@quick(kw_only=True)
class StatsReported(Event):
    """One reading. Bytes; `cpu_pct` is percent of one core; `uptime` in seconds. None is not known.

    `memory_limit` is 0 where Wings does not know it yet.
    """

    memory: int | None
    memory_limit: int | None
    cpu_pct: float | None
    disk: int | None
    rx: int | None
    tx: int | None
    uptime: float


@stable_name("LinePrinted")
@quick(kw_only=True)
class LinePrinted(Event):
    """One cleaned line: no colour codes, no control characters, NFC, at most 4 KiB."""

    text: str
    source: Source = Source.GAME


@stable_name("Occurred")
@quick(kw_only=True)
class Occurred(Event):
    """A named event with its fields, such as `crash` with `exit_code` and `oom`.

    Names are those of rule-language.md 3; an unknown field value is None.
    """

    name: str
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)


@stable_name("StartFailed")
@quick(kw_only=True)
class StartFailed(Event):
    """A start failed before its container ran, which Wings handles like a crash though it is none.

    Wings may start the server by itself; if it does not, `crash.unhandled` follows.
    """


@stable_name("DaemonError")
@quick(kw_only=True)
class DaemonError(Event):
    """Wings says that something failed. The details reach only some accounts. Never about its lock."""

    detail: str = ""


@stable_name("Overflow")
@quick(kw_only=True)
class Overflow(Event):
    """Lines or events were lost: the reader fell behind, or the token was not valid.

    Unless `only_lines`, a change of state may be among them, so the state is unknown until it is reported or
    changes.
    """

    lines: int
    only_lines: bool = True


@quick(kw_only=True)
class Profile:
    """What the Panel, or the node's file, says of a server. `disk_limit` is in bytes, None for no limit.

    `backup_limit` is how many backups the Panel lets it have, None where nobody says. `host` and `port` are
    its default allocation, empty and 0 where nobody says; `ports` those variables of its egg that are ports.
    """

    uuid: str
    id: str
    name: str
    node: str = ""
    egg: str = ""
    image: str = ""
    startup: str = ""
    disk_limit: int | None = None
    installing: bool = False
    suspended: bool = False
    transferring: bool = False
    maintenance: bool = False
    backup_limit: int | None = None
    host: str = ""
    port: int = 0
    ports: tuple[tuple[str, int], ...] = ()


@stable_name("ServerListed")
@quick(kw_only=True)
class ServerListed(Event):
    """A server is ours to watch, or its profile changed."""

    profile: Profile


@stable_name("ServerGone")
@quick(kw_only=True)
class ServerGone(Event):
    """A server is no longer ours to watch: deleted, or missing from the list twice."""

    reason: str


@stable_name("PanelLost")
@quick(kw_only=True)
class PanelLost(Event):
    """The Panel that Wings asks before it starts this server does not answer, or with 5xx."""

    detail: str = ""


@stable_name("PanelBack")
@quick(kw_only=True)
class PanelBack(Event):
    """The Panel of this server answers again."""


@stable_name("CallEnded")
@quick(kw_only=True)
class CallEnded(Event):
    """The outcome of a call that the engine asked for, by the call's number."""

    number: int
    outcome: Outcome


@stable_name("PlayersCounted")
@quick(kw_only=True)
class PlayersCounted(Event):
    """The number of players on the server, as the game reports it."""

    players: int


@stable_name("FactTold")
@quick(kw_only=True)
class FactTold(Event):
    """Somebody tells a fact of an operator's own, which stands until it is told anew: a test does.

    `server` is empty for a fact that an address is asked for.
    """

    name: str
    text: str


@stable_name("HookCalled")
@quick(kw_only=True)
class HookCalled(Event):
    """Somebody called `hook: name`. `server` is empty where the body names none."""

    name: str
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)


@stable_name("Acknowledged")
@quick(kw_only=True)
class Acknowledged(Event):
    """A person has taken note of a rule's open incidents. `key` is a key's text, empty for all of them.

    `by` is who it was, or by what: a user behind the control socket, a link. `server` is empty.
    """

    rule: str
    key: str = ""
    by: str = ""


@stable_name("SilenceBegan")
@quick(kw_only=True)
class SilenceBegan(Event):
    """Actions of these rules on these servers are held until `until` (wall).

    `rules` are globs of ids, `servers` of names, short ids, uuids or groups (`node:eu-1`, `tag:prod`).
    `by` is who wanted it; `server` is empty.
    """

    id: str
    rules: tuple[str, ...]
    servers: tuple[str, ...]
    until: float
    note: str = ""
    by: str = ""


@stable_name("SilenceEnded")
@quick(kw_only=True)
class SilenceEnded(Event):
    """A silence is taken back before its time. `by` is who wanted it; `server` is empty."""

    id: str
    by: str = ""


@stable_name("HoldBegan")
@quick(kw_only=True)
class HoldBegan(Event):
    """A person holds every action of every rule. `by` is who; `server` is empty.

    `is_brought`: another engine of the cluster has it from the person, and has told people.
    """

    reason: str = ""
    by: str = ""
    is_brought: bool = False


@stable_name("HoldEnded")
@quick(kw_only=True)
class HoldEnded(Event):
    """A person takes the hold back. `server` is empty. `is_brought` is that of HoldBegan."""

    by: str = ""
    is_brought: bool = False


@stable_name("RuleArmed")
@quick(kw_only=True)
class RuleArmed(Event):
    """A person says how far a rule may go until the files are read again; None: as its file says.

    `by` is who, `note` why; `server` is empty. `is_brought` is that of HoldBegan.
    """

    rule: str
    arm: Arm | None = None
    by: str = ""
    note: str = ""
    is_brought: bool = False


@stable_name("DrillBegan")
@quick(kw_only=True)
class DrillBegan(Event):
    """A person has a rule's `do` played for a key's text: messages are sent, marked as a drill.

    All else is only told, unless `for_real`. `by` is who; `server` is empty.
    """

    rule: str
    key: str
    for_real: bool = False
    by: str = ""


@stable_name("JournalLost")
@quick(kw_only=True)
class JournalLost(Event):
    """From here on nothing that is decided can be written down. `server` is empty."""

    reason: str = ""


@stable_name("JournalBack")
@quick(kw_only=True)
class JournalBack(Event):
    """All that was decided is written down again. `server` is empty."""


@stable_name("BreakerReset")
@quick(kw_only=True)
class BreakerReset(Event):
    """A person resets a tripped breaker. `key` is a key's text, empty for all; `server` is empty."""

    rule: str
    key: str = ""
    by: str = ""
