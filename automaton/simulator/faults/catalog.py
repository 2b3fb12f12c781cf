"""What may go wrong on request, each by its name: the simulator's reason to be.

A fault says what it takes; `server` and `node` choose whom it befalls, and none means all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from automaton.simulator.faults import infrastructure, servers
from automaton.simulator.faults.arguments import Arguments, FaultError
from automaton.simulator.simulated_world import World

HUMAN = servers.HUMAN
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
    befall(world, name, given, HUMAN)


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


def _power(action: str) -> Fault:
    def act(world: World, asked: Arguments) -> None:
        for server in asked.servers():
            server.power.ask(action, HUMAN, lambda _: None, wait=30.0)

    act.__doc__ = f"A human presses {action}."
    return Fault(action, ("server",), act)


def _all() -> Iterable[Fault]:
    sockets = ("server", "node")
    yield Fault("drop", sockets, infrastructure.drop)
    yield Fault("half-open", sockets, infrastructure.half_open)
    yield Fault("expire", sockets, infrastructure.expire)
    yield Fault("deny", sockets, infrastructure.deny)
    yield Fault("deauthorize", (*sockets, "user"), infrastructure.deauthorize)
    yield Fault("crash", ("server", "code", "oom"), servers.crash)
    yield Fault("freeze", ("server",), servers.freeze)
    yield Fault("thaw", ("server",), servers.thaw)
    yield Fault("heap", ("server",), servers.heap)
    yield Fault("flood", ("server", "lines"), servers.flood)
    yield Fault("print", ("server", "lines"), servers.print_lines)
    yield Fault("memory", ("server", "percent", "seconds"), servers.memory)
    yield Fault("lag", ("server", "times"), servers.lag)
    yield Fault("join", ("server", "player"), servers.join)
    yield Fault("restart-wings", ("node", "seconds"), infrastructure.restart_wings)
    yield Fault("docker", ("node", "seconds", "back"), infrastructure.docker)
    yield Fault("wings-hangs", ("node", "seconds"), infrastructure.wings_hangs)
    yield Fault("no-tokens", ("panel", "seconds"), infrastructure.no_tokens)
    yield Fault("panel-down", ("panel", "status", "seconds", "back"), infrastructure.panel_down)
    yield Fault("panel-slow", ("panel", "delay", "seconds"), infrastructure.panel_slow)
    yield Fault("origin", ("node", "remote"), infrastructure.origin)
    yield Fault("rotate-token", ("node", "back"), infrastructure.rotate_token)
    yield Fault("no-image", ("server", "back"), servers.no_image)
    yield Fault("restart-fails", ("server", "lack"), servers.restart_fails)
    yield Fault("suspend", ("server",), servers.suspend)
    yield Fault("unsuspend", ("server",), servers.unsuspend)
    yield Fault("reinstall", ("server",), servers.reinstall)
    yield Fault("restore", ("server", "seconds"), servers.restore)
    yield Fault("revoke", ("server", "user"), infrastructure.revoke)
    yield Fault("delete", ("server",), servers.delete)
    yield Fault("transfer", ("server", "to", "seconds", "fails"), servers.transfer)
    yield Fault("disk", ("server", "percent"), servers.disk)
    yield Fault("maintenance", ("node", "seconds"), infrastructure.maintenance)
    yield Fault("command", ("server", "command"), servers.command)
    yield from (_power(action) for action in ("start", "stop", "restart", "kill"))


FAULTS = {fault.name: fault for fault in _all()}
