"""The node on which the recordings were made: its token, its six servers, how they end.

Facts alone, the same for every recording. A recording made later on such a node is held to them too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from random import Random

from automaton.core.moment import Moment
from automaton.simulator.games.eggs import DOCKER_STOP, Egg
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.generation import G11
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.server_build import ServerBuild
from tests.simulator.toy import TOY, Toy

TOKEN = "NodeTokenNodeTokenNodeTokenNodeTokenNodeTokenNodeTokenNodeToken1"
REMOTE = "http://127.0.0.1:8000"
ALLOWED = ("http://allowed.example",)
APP = "Pterodactyl"
UP_FOR = 30.0  # the daemon was started shortly before each recording
PERIOD = 1.0045  # seconds from one reading of its Docker to the next, on average
SETTLED = 10.0  # what runs at the beginning had so long to start
# Of a start that fails both courses were recorded here, with `stopping` and without (protocol.md 5.1).
GENERATION = replace(G11, stops_before_failing=0.5)
INSTALLER = (
    (0.0, "installing step 1"),
    (2.0, "\x1b[31mred\x1b[0m line"),
    (2.0, "err line"),
    (2.0, "install done"),
)
BACKUP = "12345678-1234-4123-8123-123456789012"
BACKED_UP = ("file.txt",)

STOPPED_BY_SIGNAL = replace(TOY, stop="SIGINT", done=(r"regex:Done \(.*\)!",))
# Docker's own stop is a SIGTERM, which the game's shell minds once it has booted.
SLOW_TO_BOOT = replace(TOY, stop=DOCKER_STOP, image_signal="SIGTERM", game=partial(Toy, boot=6.0))
NEVER_DONE = replace(TOY, startup="MODE=nostart sh /game.sh", game=partial(Toy, mode="nostart"))
EGGS: dict[str, Egg] = {
    "a": TOY,
    "b": STOPPED_BY_SIGNAL,
    "c": SLOW_TO_BOOT,
    "d": TOY,
    "e": TOY,
    "f": NEVER_DONE,
}


@dataclass(frozen=True, slots=True)
class Start:
    """How a recording begins: its wall time, and whether its servers run already."""

    wall: float
    running: bool = False


def uuid_of(letter: str) -> str:
    return f"{letter * 8}-0000-4000-8000-{'0' * 11}{letter}"


def described_node(start: Start, chance: Random) -> Node:
    """The node at the beginning of a recording; its clock stands at 0."""
    node = Node(
        name="node",
        uuid="node",
        token=TOKEN,
        remote=REMOTE,
        schedule=TimerSchedule(Moment(-SETTLED, start.wall - SETTLED)),
        chance=chance,
        allowed_origins=ALLOWED,
        app=APP,
        up_for=UP_FOR - SETTLED,
        generation=GENERATION,
    )
    for letter, egg in EGGS.items():
        server = node.add(
            ServerBuild(
                uuid=uuid_of(letter),
                name=letter,
                egg=egg,
                memory=256,
                disk=512,
                crash_detection=letter != "b",
            )
        )
        server.meter.period = PERIOD
        server.meter.disk = 0
        server.suspended = letter == "d"
        server.image_missing = letter == "e"
        if start.running:
            server.power.request("start", "recording", _unheard)
    node.advance(Moment(0.0, start.wall))
    return node


def _unheard(cause: str) -> None:
    """Nobody listens yet."""
