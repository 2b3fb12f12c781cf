"""What may go wrong on request, each by its name: the simulator's reason to be.

A fault says what it takes; `server` and `node` choose whom it befalls, and none means all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from automaton.simulator.backups import RESTORED
from automaton.simulator.disk import fill
from automaton.simulator.fault_arguments import Arguments, FaultError
from automaton.simulator.games.minecraft import Minecraft
from automaton.simulator.games.scripted import Scripted
from automaton.simulator.install import install
from automaton.simulator.transfer import Transfer
from automaton.simulator.world import World

BY = "human"
INSTALL_SCRIPT = (
    (0.0, "Downloading server.jar"),
    (3.0, "100%[===================>] 47.21M"),
    (5.0, "Installation done"),
)


Deed = Callable[[World, Arguments], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """`takes` are the keys it knows."""

    name: str
    takes: tuple[str, ...]
    act: Deed

    @property
    def help(self) -> str:
        return (self.act.__doc__ or "").strip()


def cause(world: World, name: str, given: Mapping[str, object]) -> None:
    """Has one fault happen now. Raises FaultError with a sentence."""
    world.catch_up()
    befall(world, name, given, BY)


def befall(world: World, name: str, given: Mapping[str, object], by: str) -> None:
    """As `cause`, for who tells the time himself."""
    fault = FAULTS.get(name)
    if fault is None:
        raise FaultError(f"no fault `{name}`, there are {', '.join(FAULTS)}")
    unknown = sorted(set(given) - set(fault.takes))
    if unknown:
        raise FaultError(f"`{name}` does not take `{unknown[0]}`, it takes {', '.join(fault.takes)}")
    fault.act(world, Arguments(world, given))
    world.log.add(world.schedule.now.wall, "fault", str(given.get("server", "")), name, by)


def _drop(world: World, asked: Arguments) -> None:
    """Breaks the websockets, with no close frame."""
    for wire in asked.wires():
        wire.abort()


def _half_open(world: World, asked: Arguments) -> None:
    """Leaves the websockets open and dead: nothing comes any more, pings are not answered."""
    for wire in asked.wires():
        wire.fall_silent()


def _expire(world: World, asked: Arguments) -> None:
    """Lets the tokens on the websockets run out now."""
    for wire in asked.wires():
        if wire.conversation is not None:
            wire.conversation.expire()


def _deny(world: World, asked: Arguments) -> None:
    """Takes the tokens on the websockets back, as the Panel does when permissions change."""
    for node in asked.nodes():
        jtis = [wire.conversation.jti for wire in asked.wires() if wire.conversation is not None]
        node.denylist.deny(jtis, world.schedule.now.wall)


def _deauthorize(world: World, asked: Arguments) -> None:
    """Drops all websockets of the servers, as when a human changes a password."""
    for node in asked.nodes():
        node.deauthorize(asked.text("user"), [server.build.uuid for server in asked.servers()])


def _crash(world: World, asked: Arguments) -> None:
    """Ends the process with `code` (1), or by the kernel when `oom`; a real one is killed."""
    code = int(asked.number("code", 1))
    for container in asked.running():
        if asked.flag("oom"):
            container.kill(oom=True)
        elif isinstance(container.game, Minecraft):
            container.game.crash(code)
        else:
            container.crash(code)


def _freeze(world: World, asked: Arguments) -> None:
    """The process hangs: it prints nothing, answers nothing, and ignores its stop, until thaw or a kill."""
    for container in asked.running():
        container.freeze()


def _thaw(world: World, asked: Arguments) -> None:
    """A process that hangs goes on."""
    for container in asked.running():
        container.thaw()


def _heap(world: World, asked: Arguments) -> None:
    """A Java server runs out of heap: it says so, and ends with code 1."""
    for container in asked.running():
        if not isinstance(container.game, Minecraft):
            raise FaultError("only a Java server has a heap")
        container.game.run_out_of_memory()


def _flood(world: World, asked: Arguments) -> None:
    """Prints so many `lines` (1000) at once."""
    for container in asked.running():
        for number in range(int(asked.number("lines", 1000))):
            container.print(f"flood line {number}")


def _print(world: World, asked: Arguments) -> None:
    """Prints the given `lines`, as they are."""
    for container in asked.running():
        for line in asked.texts("lines"):
            container.print(line)


def _memory(world: World, asked: Arguments) -> None:
    """Takes memory to `percent` of the limit within `seconds` (0), until the process ends; or lets go."""
    percent, seconds = asked.number("percent", -1), asked.number("seconds", 0)
    for container in asked.running():
        if percent < 0:
            container.release_memory()
        else:
            container.hold_memory(int(container.memory_limit * percent / 100), seconds)


def _lag(world: World, asked: Arguments) -> None:
    """A Minecraft server cannot keep up, so many `times` (1)."""
    for container in asked.running():
        for _ in range(int(asked.number("times", 1))):
            if isinstance(container.game, Minecraft):
                container.game.lag()


def _join(world: World, asked: Arguments) -> None:
    """A `player` joins."""
    for container in asked.running():
        if isinstance(container.game, Minecraft | Scripted):
            container.game.join(asked.text("player", "Steve"))


def _restart_wings(world: World, asked: Arguments) -> None:
    """Wings restarts: all connections break, and it refuses new ones for `seconds` (5)."""
    for node in asked.nodes():
        node.restart(asked.number("seconds", 5))


def _wings_hangs(world: World, asked: Arguments) -> None:
    """New connections to Wings are accepted and never answered, for `seconds` (30)."""
    for node in asked.nodes():
        node.hanging = True
        world.schedule.after(asked.number("seconds", 30), node.come_round)


def _no_tokens(world: World, asked: Arguments) -> None:
    """The Panel answers 429 to requests for tokens, for `seconds` (60)."""
    for panel in asked.panels():
        panel.no_tokens_until = world.schedule.now.mono + asked.number("seconds", 60)


def _panel_down(world: World, asked: Arguments) -> None:
    """The Panel answers `status` (502) to everything, for `seconds` (30)."""
    for panel in asked.panels():
        panel.down = int(asked.number("status", 502))
        world.schedule.after(asked.number("seconds", 30), panel.come_up)


def _panel_slow(world: World, asked: Arguments) -> None:
    """The Panel takes `delay` (60) seconds for each answer, for `seconds` (30)."""
    for panel in asked.panels():
        panel.delay = asked.number("delay", 60)
        world.schedule.after(asked.number("seconds", 30), panel.come_up)


def _origin(world: World, asked: Arguments) -> None:
    """Gives the node another `remote`, so that upgrades are refused; without one, sets it right."""
    for node in asked.nodes():
        node.remote = asked.text("remote") or world.panel_at(node).estate.url


def _rotate_token(world: World, asked: Arguments) -> None:
    """The node gets another token that the Panel does not know of; `back` makes them agree again."""
    for node in asked.nodes():
        node.token = node.panel_token if asked.flag("back") else node.panel_token[::-1]


def _suspend(world: World, asked: Arguments) -> None:
    """Suspends the server."""
    for server in asked.servers():
        server.suspend()


def _unsuspend(world: World, asked: Arguments) -> None:
    """Lifts a suspension."""
    for server in asked.servers():
        server.suspended = False


def _reinstall(world: World, asked: Arguments) -> None:
    """Runs the installation again."""
    for server in asked.servers():
        install(server, INSTALL_SCRIPT)


def _restore(world: World, asked: Arguments) -> None:
    """Restores a backup within `seconds` (10); meanwhile the server is as if suspended."""
    for server in asked.servers():
        server.backups.restore(RESTORED, asked.number("seconds", 10))


def _revoke(world: World, asked: Arguments) -> None:
    """A `user` (owner) changes the password: the Panel takes back all that was given for the servers."""
    name = asked.text("user", "owner")
    for estate in (panel.estate for panel in world.panels):
        servers = [server for server in asked.servers() if server in estate.servers()]
        for user in estate.users.values():
            if user.name == name:
                estate.revoke(user, servers)


def _delete(world: World, asked: Arguments) -> None:
    """Deletes the server from its node and its Panel; it has to be named."""
    server = asked.server()
    world.node_of(server).delete(server.build.uuid)


def _transfer(world: World, asked: Arguments) -> None:
    """Moves the server to the `node` `to` within `seconds` (20); when it `fails` it stays."""
    server = asked.server()
    source = world.node_of(server)
    homes = {node.name: node for node in world.panel_of(server).estate.nodes if node is not source}
    target = homes.get(asked.text("to"))
    if target is None:
        there = ", ".join(homes) or "no other"
        raise FaultError(f"`to` names another node of the same Panel: there is {there}")
    Transfer(source, target, server, seconds=asked.number("seconds", 20), fails=asked.flag("fails"))


def _disk(world: World, asked: Arguments) -> None:
    """The server's files take `percent` (100) of its disk; at 100 Wings stops it."""
    for server in asked.servers():
        fill(server, int((server.build.disk << 20) * asked.number("percent", 100) / 100))


def _maintenance(world: World, asked: Arguments) -> None:
    """The Panel takes the node for under maintenance, for `seconds` (60)."""
    for node in asked.nodes():
        node.maintenance = True
        world.schedule.after(asked.number("seconds", 60), node.end_maintenance)


def _power(action: str) -> Fault:
    def act(world: World, asked: Arguments) -> None:
        for server in asked.servers():
            server.power.ask(action, BY, lambda _: None, wait=30.0)

    act.__doc__ = f"A human presses {action}."
    return Fault(action, ("server",), act)


def _command(world: World, asked: Arguments) -> None:
    """A human types `command`."""
    for server in asked.servers():
        if server.container is not None:
            server.type(asked.text("command"), BY)


def _all() -> Iterable[Fault]:
    sockets = ("server", "node")
    yield Fault("drop", sockets, _drop)
    yield Fault("half-open", sockets, _half_open)
    yield Fault("expire", sockets, _expire)
    yield Fault("deny", sockets, _deny)
    yield Fault("deauthorize", (*sockets, "user"), _deauthorize)
    yield Fault("crash", ("server", "code", "oom"), _crash)
    yield Fault("freeze", ("server",), _freeze)
    yield Fault("thaw", ("server",), _thaw)
    yield Fault("heap", ("server",), _heap)
    yield Fault("flood", ("server", "lines"), _flood)
    yield Fault("print", ("server", "lines"), _print)
    yield Fault("memory", ("server", "percent", "seconds"), _memory)
    yield Fault("lag", ("server", "times"), _lag)
    yield Fault("join", ("server", "player"), _join)
    yield Fault("restart-wings", ("node", "seconds"), _restart_wings)
    yield Fault("wings-hangs", ("node", "seconds"), _wings_hangs)
    yield Fault("no-tokens", ("panel", "seconds"), _no_tokens)
    yield Fault("panel-down", ("panel", "status", "seconds"), _panel_down)
    yield Fault("panel-slow", ("panel", "delay", "seconds"), _panel_slow)
    yield Fault("origin", ("node", "remote"), _origin)
    yield Fault("rotate-token", ("node", "back"), _rotate_token)
    yield Fault("suspend", ("server",), _suspend)
    yield Fault("unsuspend", ("server",), _unsuspend)
    yield Fault("reinstall", ("server",), _reinstall)
    yield Fault("restore", ("server", "seconds"), _restore)
    yield Fault("revoke", ("server", "user"), _revoke)
    yield Fault("delete", ("server",), _delete)
    yield Fault("transfer", ("server", "to", "seconds", "fails"), _transfer)
    yield Fault("disk", ("server", "percent"), _disk)
    yield Fault("maintenance", ("node", "seconds"), _maintenance)
    yield Fault("command", ("server", "command"), _command)
    yield from (_power(action) for action in ("start", "stop", "restart", "kill"))


FAULTS = {fault.name: fault for fault in _all()}
