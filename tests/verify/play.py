"""Plays the inputs of a recording to the described node, on virtual time, and hears what it says.

Told inputs alone. What Wings leaves to chance is decided by a `Luck`: a play is a function of
its inputs, its start and its luck, and hears the same however far it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from automaton.core.moment import Moment
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.installation import install
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.outbound_frame import OutboundFrame
from automaton.simulator.wings.power_state import PowerState
from tests.simulator.caller import Caller, ask
from tests.verify.described import (
    BACKED_UP,
    BACKUP,
    INSTALLER,
    TOKEN,
    Start,
    described_node,
)
from tests.verify.inputs import Deed, Input, Opening, Saying

NO_FRAME = 1006
TOGETHER = 0.35  # ms: frames sent so close to each other are handled in any order (protocol.md 2.5)
BY = "recording"
DOCKER_PATIENCE = 10.0  # seconds that `docker stop` waits for the end


@dataclass(frozen=True, slots=True)
class Luck:
    """What chance decides: `seeds` by the place of the input from which on they hold, 0 for others."""

    start: Start
    seeds: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that the node said. `kind`: opened, frame, closed, done.

    `place` is that of the input that is answered, for opened and done; `run` the run of which a frame is
    the regular reading, or stands for one.
    """

    ms: float
    kind: str
    conn: str
    text: str
    place: int = 0
    run: float | None = None


class Fortune(Random):
    """A server's chance. Its second and third turns are those of a quick and of a slow machine."""

    _pull = (0.0, 1.0)

    def turn(self, seed: str, number: int) -> None:
        """Begins anew."""
        self.seed(seed)
        self._pull = {1: (0.0, 0.05), 2: (0.95, 0.05)}.get(number, (0.0, 1.0))

    def random(self) -> float:
        least, width = self._pull
        return least + width * super().random()


class Readings:
    """Listens to one server from the inside: which of its frames are the regular readings of a run."""

    def __init__(self, server: GameServer) -> None:
        self._server = server
        self.runs: list[float] = []
        server.listen(self)

    def deliver(self, frame: OutboundFrame, permission: str | None) -> None:
        run = self._server.container
        if frame.name == "stats" and run is not None and self._server.state is not PowerState.OFFLINE:
            self.runs.append(run.began)

    def drop(self) -> None:
        """It is no socket, and stays."""


class Play:
    """One course of a conversation."""

    def __init__(self, inputs: Sequence[Input], luck: Luck) -> None:
        self.heard: list[Heard] = []
        self._luck = luck
        self._node = described_node(luck.start, Random(0))
        self._fortunes = {uuid: Fortune(uuid) for uuid in self._node.servers}
        for uuid, server in self._node.servers.items():
            server.chance = self._fortunes[uuid]
        self._callers: dict[str, Caller] = {}
        self._homes: dict[str, str] = {}
        self._readings = {uuid: Readings(server) for uuid, server in self._node.servers.items()}
        self._home = next((uuid for uuid in map(_asked, inputs) if uuid in self._node.servers), "")
        self._groups = list(_together(inputs))

    def until(self, ms: float) -> list[Heard]:
        """What is said up to this moment of the recording, from its beginning."""
        while self._groups and self._groups[0][0].ms <= ms:
            group = self._groups.pop(0)
            self._pass(group[0].ms)
            self._reseed(group[0].place)
            self._give(group)
            self._listen()
        self._pass(ms)
        return self.heard

    # Time and chance

    def _pass(self, ms: float) -> None:
        """Lets time pass deed by deed, so that each answer has its own moment."""
        until = ms / 1000
        while (due := self._node.next_deadline()) is not None and due < until:
            self._node.advance(Moment(due, self._luck.start.wall + due))
            self._listen()
        self._node.advance(Moment(until, self._luck.start.wall + until))
        self._listen()

    def _reseed(self, place: int) -> None:
        seed = self._luck.seeds.get(place, 0)
        self._node.chance.seed(f"{place}:{seed}")
        for uuid, fortune in self._fortunes.items():
            fortune.turn(f"{uuid}:{place}:{seed}", seed)

    # Inputs

    def _give(self, group: Sequence[Input]) -> None:
        match group[0]:
            case Opening() as opening:
                self._open(opening)
            case Deed() as deed:
                self._do(deed)
            case Saying(conn=conn, binary=is_binary, text=text):
                caller = self._callers.get(conn)
                if caller is None or caller.connection.closed:
                    return
                if is_binary:
                    caller.say_bytes(text.encode())
                else:
                    caller.say_text(*(one.text for one in group if isinstance(one, Saying)))

    def _open(self, opening: Opening) -> None:
        uuid = _asked(opening)
        if uuid in self._node.servers:
            self._home = uuid
        caller = Caller(self._node, uuid, origin=opening.origin, path=opening.path)
        names = ("upgrade", "connection", "sec-websocket-extensions")
        shown = {name: caller.headers[name] for name in names if name in caller.headers}
        media = caller.headers.get("content-type", "").partition(";")[0]
        text = f"{caller.status} {shown if caller.status == 101 else media}".rstrip()
        self._say("opened", opening.conn, text, opening.place)
        if caller.status == 101:
            self._callers[opening.conn], self._homes[opening.conn] = caller, uuid

    def _do(self, deed: Deed) -> None:
        if deed.what == "http":
            path = deed.path.replace("{uuid}", self._home)
            bearer = (("Authorization", f"Bearer {TOKEN}"),)
            status = ask(self._node, deed.method, path, headers=bearer, body=deed.body.encode())[0]
        else:
            status = _done_outside(self._node, self._home, deed.what)
        self._say("done", "", str(status), deed.place)

    # Answers

    def _say(self, kind: str, conn: str, text: str, place: int = 0, run: float | None = None) -> None:
        ms = round(self._node.schedule.now.mono * 1000, 3)
        self.heard.append(Heard(ms, kind, conn, text, place, run))

    def _listen(self) -> None:
        told = {uuid: readings.runs for uuid, readings in self._readings.items()}
        for conn, caller in list(self._callers.items()):
            texts, runs = caller.texts(), told.get(self._homes[conn], [])
            # What was said in one go ends with the reading: it is the only deed of its moment.
            plain = max(0, len(texts) - len(runs))
            for n, text in enumerate(texts):
                self._say("frame", conn, text, run=runs[n - plain] if n >= plain else None)
            if caller.close is not None or caller.connection.closed:
                code, reason = caller.close or (NO_FRAME, "")
                self._say("closed", conn, f"{code} {reason}".rstrip())
                del self._callers[conn]
        for readings in self._readings.values():
            readings.runs = []


def _together(inputs: Sequence[Input]) -> Iterator[list[Input]]:
    """Frames of one client that were sent in one go, and everything else by itself."""
    group: list[Input] = []
    for one in inputs:
        if group and not _follows(group[-1], one):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _follows(before: Input, after: Input) -> bool:
    match before, after:
        case Saying(conn=conn, binary=False), Saying(conn=other, binary=False):
            return conn == other and after.ms - before.ms <= TOGETHER
    return False


def _asked(one: Input) -> str:
    """The server in the address of an upgrade, as it was written."""
    parts = one.path.split("/") if isinstance(one, Opening) else []
    return parts[3] if len(parts) > 3 else ""


def _done_outside(node: Node, uuid: str, what: str) -> int:
    """Does what concerns this server, and tells the status that Wings answers, 200 for Docker's doing."""
    server = node.servers.get(uuid)
    if server is None:
        return 404
    container = server.container
    match what:
        case "reinstall":
            return 202 if install(server, INSTALLER) else 409
        case "backup":
            server.backups.begin("", BY, seconds=0.0, uuid=BACKUP)
            return 202
        case "restore":
            server.backups.restore(BACKED_UP, seconds=0.0)
            return 202
        case "docker kill" if container is not None:
            server.kill()
        case "docker stop" if container is not None:
            container.signal("SIGTERM")
            container.thaw()  # Docker has a paused container go on for its end
            node.schedule.after(DOCKER_PATIENCE, container.kill)
        case "docker pause" if container is not None:
            container.freeze()
        case "docker unpause" if container is not None:
            container.thaw()
    return 200
