"""What may go wrong with a server and its game."""

from __future__ import annotations

from automaton.simulator.faults.arguments import Arguments, FaultError
from automaton.simulator.games.minecraft import Minecraft
from automaton.simulator.games.query_words import MANNERS
from automaton.simulator.games.scripted import Scripted
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.backups import RESTORED
from automaton.simulator.wings.disk_limit import fill
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.installation import install
from automaton.simulator.wings.start_sequence import Lack
from automaton.simulator.wings.transfer import Transfer

HUMAN = "human"


def crash(world: SimulatedWorld, arguments: Arguments) -> None:
    """Ends the process with `code` (1), or by the kernel when `oom`; a real one is killed."""
    code = int(arguments.number("code", 1))
    for container in arguments.running():
        if arguments.flag("oom"):
            container.kill(oom=True)
        elif isinstance(container.game, Minecraft):
            container.game.crash(code)
        else:
            container.crash(code)


def freeze(world: SimulatedWorld, arguments: Arguments) -> None:
    """The process hangs: it prints nothing, answers nothing, and ignores its stop, until thaw or a kill."""
    for container in arguments.running():
        container.freeze()


def thaw(world: SimulatedWorld, arguments: Arguments) -> None:
    """A process that hangs goes on."""
    for container in arguments.running():
        container.thaw()


def heap(world: SimulatedWorld, arguments: Arguments) -> None:
    """A Java server runs out of heap: it says so, and ends with code 1."""
    for container in arguments.running():
        if not isinstance(container.game, Minecraft):
            raise FaultError("only a Java server has a heap")
        container.game.run_out_of_memory()


def flood(world: SimulatedWorld, arguments: Arguments) -> None:
    """Prints so many `lines` (1000) at once."""
    for container in arguments.running():
        for number in range(int(arguments.number("lines", 1000))):
            container.print(f"flood line {number}")


def print_lines(world: SimulatedWorld, arguments: Arguments) -> None:
    """Prints the given `lines`, as they are."""
    for container in arguments.running():
        for line in arguments.texts("lines"):
            container.print(line)


def memory(world: SimulatedWorld, arguments: Arguments) -> None:
    """Takes memory to `percent` of the limit within `seconds` (0), until the process ends; or lets go."""
    percent, seconds = arguments.number("percent", -1), arguments.number("seconds", 0)
    for container in arguments.running():
        if percent < 0:
            container.release_memory()
        else:
            container.hold_memory(int(container.memory_limit * percent / 100), seconds)


def lag(world: SimulatedWorld, arguments: Arguments) -> None:
    """A Minecraft server cannot keep up, so many `times` (1)."""
    for container in arguments.running():
        for _ in range(int(arguments.number("times", 1))):
            if isinstance(container.game, Minecraft):
                container.game.lag()


def query(world: SimulatedWorld, arguments: Arguments) -> None:
    """Its game answers over the network in this `manner` (silent), until it is `honest` again."""
    manner = arguments.text("manner", "silent")
    if manner not in MANNERS:
        raise FaultError(f"no manner `{manner}`, there are {', '.join(MANNERS)}")
    for server in arguments.servers():
        server.query_manner = manner


def join(world: SimulatedWorld, arguments: Arguments) -> None:
    """A `player` joins."""
    for container in arguments.running():
        if isinstance(container.game, Minecraft | Scripted):
            container.game.join(arguments.text("player", "Steve"))


def no_image(world: SimulatedWorld, arguments: Arguments) -> None:
    """The server's image cannot be pulled, and each start fails, until `back`."""
    for server in arguments.servers():
        server.image_missing = not arguments.flag("back")


def restart_fails(world: SimulatedWorld, arguments: Arguments) -> None:
    """The next restart stops the game and does not start it, once, for want of the `panel` or the `image`."""
    try:
        lack = Lack(arguments.text("lack", Lack.PANEL))
    except ValueError:
        raise FaultError(f"`lack` is what the start misses: {' or '.join(Lack)}") from None
    for server in arguments.servers():
        server.power.lack = lack


def suspend(world: SimulatedWorld, arguments: Arguments) -> None:
    """Suspends the server."""
    for server in arguments.servers():
        server.suspend()


def unsuspend(world: SimulatedWorld, arguments: Arguments) -> None:
    """Lifts a suspension."""
    for server in arguments.servers():
        server.suspended = False


def reinstall(world: SimulatedWorld, arguments: Arguments) -> None:
    """Stops what runs, and runs the installation again."""
    for server in arguments.servers():
        if not install(server):
            raise FaultError(f"a power action goes on on `{server.build.name}`: reinstall it afterwards")


def restore(world: SimulatedWorld, arguments: Arguments) -> None:
    """Restores a backup within `seconds` (10); meanwhile the server is as if suspended."""
    for server in arguments.servers():
        server.backups.restore(RESTORED, arguments.number("seconds", 10))


def backup_fails(world: SimulatedWorld, arguments: Arguments) -> None:
    """Has the backup that ends next fail."""
    for server in arguments.servers():
        server.backups.fails = True


def backup_limit(world: SimulatedWorld, arguments: Arguments) -> None:
    """Sets how many backups (`most`, 0) the Panel allows the server."""
    for server in arguments.servers():
        server.backups.most = int(arguments.number("most", 0))


def delete(world: SimulatedWorld, arguments: Arguments) -> None:
    """Deletes the server from its node and its Panel; it has to be named."""
    server = arguments.server()
    _refuse_if_moving(server)
    world.node_of(server).delete(server.build.uuid)


def transfer(world: SimulatedWorld, arguments: Arguments) -> None:
    """Moves the server to the `node` `to` within `seconds` (20); when it `fails` it stays."""
    server = arguments.server()
    _refuse_if_moving(server)
    source = world.node_of(server)
    homes = {node.name: node for node in world.panel_of(server).inventory.nodes if node is not source}
    target = homes.get(arguments.text("to"))
    if target is None:
        there = ", ".join(homes) or "no other"
        raise FaultError(f"`to` names another node of the same Panel: there is {there}")
    Transfer(source, target, server, seconds=arguments.number("seconds", 20), fails=arguments.flag("fails"))


def _refuse_if_moving(server: GameServer) -> None:
    if server.transfer is not None:
        raise FaultError(f"`{server.build.name}` is being moved: ask again when it is there")


def disk(world: SimulatedWorld, arguments: Arguments) -> None:
    """The server's files take `percent` (100) of its disk; at 100 Wings stops it."""
    for server in arguments.servers():
        fill(server, int((server.build.disk << 20) * arguments.number("percent", 100) / 100))


def command(world: SimulatedWorld, arguments: Arguments) -> None:
    """A human types `command`."""
    for server in arguments.servers():
        if server.container is not None:
            server.type(arguments.text("command"), HUMAN)
