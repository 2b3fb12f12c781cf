"""Eggs: what a server runs, how Wings knows that it is up, and how Wings stops it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from automaton.simulator.games.game import Game, GameHost
from automaton.simulator.games.minecraft import MAX_PLAYERS, Minecraft
from automaton.simulator.games.query_words import A2S, MINECRAFT
from automaton.simulator.games.rust import Rust
from automaton.simulator.games.source_engine import SourceEngine
from automaton.simulator.games.valheim import Valheim

DOCKER_STOP = "^C"
SIGNALS = ("SIGINT", "SIGTERM")

GameMaker = Callable[[GameHost, float], Game]


@dataclass(frozen=True, slots=True)
class EggVariable:
    """A variable of an egg: its name in the environment, and whom the Panel lets change it to what.

    `rule` is a regular expression for the whole value, `told` what the Panel says of one that does not fit.
    """

    name: str
    default: str = ""
    rule: str = ".*"
    told: str = ""
    is_viewable: bool = True
    is_editable: bool = True

    def fits(self, value: str) -> bool:
        """Whether the Panel takes this value."""
        return re.fullmatch(self.rule, value) is not None


@dataclass(frozen=True, slots=True)
class Egg:
    """The part of an egg that Wings reads. `done` are texts, or `regex:` and an expression.

    `stop` is a command; or `SIGINT` or `SIGTERM` where Wings sends that signal; or `^C`, of which the
    Panel makes Docker's own stop: `image_signal` is what the image wants to be sent then.

    `query` is the protocol by which it is asked over the network, empty for none: at the port of its
    allocation, so many `query_beside` it, or the one of `query_variable`. It has `room` for so many players.
    """

    name: str
    image: str
    startup: str
    stop: str
    done: tuple[str, ...]
    game: GameMaker
    features: tuple[str, ...] = ()
    variables: tuple[EggVariable, ...] = ()
    image_signal: str = "SIGINT"
    query: str = ""
    query_beside: int = 0
    query_variable: str = ""
    room: int = 0
    map: str = ""
    version: str = ""

    def is_stop(self, command: str) -> bool:
        """True for the command that stops it; an egg that is stopped by a signal has none."""
        return command == self.stop and self.stop not in (DOCKER_STOP, *SIGNALS)

    def is_done(self, line: str) -> bool:
        """True for the line by which Wings takes the server for running."""
        return any(_matches(pattern, line) for pattern in self.done)


def _matches(pattern: str, line: str) -> bool:
    if pattern.startswith("regex:"):
        return re.search(pattern.removeprefix("regex:"), line) is not None
    return pattern in line


PAPER = Egg(
    name="Paper",
    image="ghcr.io/pterodactyl/yolks:java_21",
    startup="java -Xms128M -XX:MaxRAMPercentage=95.0 -Dterminal.jline=false -jar server.jar",
    stop="stop",
    done=(')! For help, type "help"',),
    game=Minecraft,
    query=MINECRAFT,
    room=MAX_PLAYERS,
    version="Paper 1.21.4",
    features=("eula", "java_version", "pid_limit"),
    variables=(
        EggVariable("SERVER_JARFILE", "server.jar", r"[\w.-]+\.jar", "The server jarfile format is invalid."),
        EggVariable("SEED", "", r".{0,20}", "The seed may not be greater than 20 characters."),
        EggVariable("LEVEL", "world", r"\w+", "The level may only contain letters and numbers."),
        EggVariable("DL_PATH", is_editable=False),
        EggVariable("BUILD_SECRET", is_viewable=False),
    ),
)
VALHEIM = Egg(
    name="Valheim",
    image="ghcr.io/pterodactyl/games:valheim",
    startup='./valheim_server.x86_64 -nographics -name "Server" -port 2456 -world "World" -public 1',
    stop="^C",
    done=("Game server connected",),
    game=Valheim,
    query=A2S,
    query_beside=1,
    room=10,
    map="World",
    version="1.0.0.0",
)
RUST = Egg(
    name="Rust",
    image="ghcr.io/pterodactyl/games:rust",
    startup="./RustDedicated -batchmode +server.port 28015 +server.identity rust +server.maxplayers 100",
    stop="quit",
    done=("Server startup complete",),
    game=Rust,
    variables=(EggVariable("QUERY_PORT", "", r"\d{0,5}", "The query port must be a number."),),
    query=A2S,
    query_variable="QUERY_PORT",
    room=100,
    map="Procedural Map",
    version="2511",
)
SOURCE = Egg(
    name="Counter-Strike: Source",
    image="ghcr.io/pterodactyl/games:source",
    startup="./srcds_run -game cstrike -console -port 27015 +map de_dust2 +ip 0.0.0.0 -strictportbind",
    stop="quit",
    done=("Connection to Steam servers successful",),
    game=SourceEngine,
    query=A2S,
    room=24,
    map="de_dust2",
    version="9540945",
)
GAMES = {"minecraft": PAPER, "rust": RUST, "valheim": VALHEIM, "source": SOURCE}
"""Eggs by the names that `simulate --game` takes."""
