"""What may go wrong on request, each by its name: the simulator's reason to be.

A fault says what it takes; `server` and `node` choose whom it befalls, and none means all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from automaton.simulator import fault_links, fault_servers
from automaton.simulator.fault_arguments import Arguments, FaultError
from automaton.simulator.world import World

HUMAN = fault_servers.HUMAN
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
    yield Fault("drop", sockets, fault_links.drop)
    yield Fault("half-open", sockets, fault_links.half_open)
    yield Fault("expire", sockets, fault_links.expire)
    yield Fault("deny", sockets, fault_links.deny)
    yield Fault("deauthorize", (*sockets, "user"), fault_links.deauthorize)
    yield Fault("crash", ("server", "code", "oom"), fault_servers.crash)
    yield Fault("freeze", ("server",), fault_servers.freeze)
    yield Fault("thaw", ("server",), fault_servers.thaw)
    yield Fault("heap", ("server",), fault_servers.heap)
    yield Fault("flood", ("server", "lines"), fault_servers.flood)
    yield Fault("print", ("server", "lines"), fault_servers.print_lines)
    yield Fault("memory", ("server", "percent", "seconds"), fault_servers.memory)
    yield Fault("lag", ("server", "times"), fault_servers.lag)
    yield Fault("join", ("server", "player"), fault_servers.join)
    yield Fault("restart-wings", ("node", "seconds"), fault_links.restart_wings)
    yield Fault("docker", ("node", "seconds", "back"), fault_links.docker)
    yield Fault("wings-hangs", ("node", "seconds"), fault_links.wings_hangs)
    yield Fault("no-tokens", ("panel", "seconds"), fault_links.no_tokens)
    yield Fault("panel-down", ("panel", "status", "seconds", "back"), fault_links.panel_down)
    yield Fault("panel-slow", ("panel", "delay", "seconds"), fault_links.panel_slow)
    yield Fault("origin", ("node", "remote"), fault_links.origin)
    yield Fault("rotate-token", ("node", "back"), fault_links.rotate_token)
    yield Fault("no-image", ("server", "back"), fault_servers.no_image)
    yield Fault("restart-fails", ("server", "lack"), fault_servers.restart_fails)
    yield Fault("suspend", ("server",), fault_servers.suspend)
    yield Fault("unsuspend", ("server",), fault_servers.unsuspend)
    yield Fault("reinstall", ("server",), fault_servers.reinstall)
    yield Fault("restore", ("server", "seconds"), fault_servers.restore)
    yield Fault("revoke", ("server", "user"), fault_links.revoke)
    yield Fault("delete", ("server",), fault_servers.delete)
    yield Fault("transfer", ("server", "to", "seconds", "fails"), fault_servers.transfer)
    yield Fault("disk", ("server", "percent"), fault_servers.disk)
    yield Fault("maintenance", ("node", "seconds"), fault_links.maintenance)
    yield Fault("command", ("server", "command"), fault_servers.command)
    yield from (_power(action) for action in ("start", "stop", "restart", "kill"))


FAULTS = {fault.name: fault for fault in _all()}
