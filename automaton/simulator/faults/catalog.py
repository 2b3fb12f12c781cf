"""Everything that may go wrong, by name.

A fault lists the arguments it takes. `server`, `node` and `panel` choose what it hits; without one it
hits all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from automaton.simulator.faults import infrastructure_faults, server_faults
from automaton.simulator.faults.arguments import Arguments, FaultError
from automaton.simulator.simulated_world import SimulatedWorld

HUMAN = server_faults.HUMAN
Inject = Callable[[SimulatedWorld, Arguments], None]


@dataclass(frozen=True, slots=True)
class FaultType:
    """One entry of the catalog; `takes` are the names of its arguments."""

    name: str
    takes: tuple[str, ...]
    act: Inject

    @property
    def help(self) -> str:
        """What it does, for `GET /faults`."""
        return (self.act.__doc__ or "").strip()


def cause(world: SimulatedWorld, name: str, given: Mapping[str, object]) -> None:
    """Injects a fault now, as a human would. Raises FaultError."""
    world.catch_up()
    inject(world, name, given, HUMAN)


def inject(world: SimulatedWorld, name: str, given: Mapping[str, object], by: str) -> None:
    """Injects a fault at the world's present moment; `by` goes to the log. Raises FaultError."""
    fault = FAULTS.get(name)
    if fault is None:
        raise FaultError(f"no fault `{name}`, there are {', '.join(FAULTS)}")
    unknown = sorted(set(given) - set(fault.takes))
    if unknown:
        raise FaultError(f"`{name}` does not take `{unknown[0]}`, it takes {', '.join(fault.takes)}")
    fault.act(world, Arguments(world, given))
    world.log.add(world.schedule.now.wall, "fault", str(given.get("server", "")), name, by)


def _power(action: str) -> FaultType:
    def act(world: SimulatedWorld, arguments: Arguments) -> None:
        for server in arguments.servers():
            server.power.request(action, HUMAN, lambda _: None, wait=30.0)

    act.__doc__ = f"A human presses {action}."
    return FaultType(action, ("server",), act)


def _all() -> Iterable[FaultType]:
    sockets = ("server", "node")
    yield FaultType("drop", sockets, infrastructure_faults.drop)
    yield FaultType("half-open", sockets, infrastructure_faults.half_open)
    yield FaultType("expire", sockets, infrastructure_faults.expire)
    yield FaultType("deny", sockets, infrastructure_faults.deny)
    yield FaultType("deauthorize", (*sockets, "user"), infrastructure_faults.deauthorize)
    yield FaultType("crash", ("server", "code", "oom"), server_faults.crash)
    yield FaultType("freeze", ("server",), server_faults.freeze)
    yield FaultType("thaw", ("server",), server_faults.thaw)
    yield FaultType("heap", ("server",), server_faults.heap)
    yield FaultType("flood", ("server", "lines"), server_faults.flood)
    yield FaultType("print", ("server", "lines"), server_faults.print_lines)
    yield FaultType("memory", ("server", "percent", "seconds"), server_faults.memory)
    yield FaultType("lag", ("server", "times"), server_faults.lag)
    yield FaultType("query", ("server", "manner"), server_faults.query)
    yield FaultType("join", ("server", "player"), server_faults.join)
    yield FaultType("restart-wings", ("node", "seconds"), infrastructure_faults.restart_wings)
    yield FaultType("docker", ("node", "seconds", "back"), infrastructure_faults.docker)
    yield FaultType("wings-hangs", ("node", "seconds"), infrastructure_faults.wings_hangs)
    yield FaultType("no-tokens", ("panel", "seconds"), infrastructure_faults.no_tokens)
    yield FaultType("panel-down", ("panel", "status", "seconds", "back"), infrastructure_faults.panel_down)
    yield FaultType("panel-slow", ("panel", "delay", "seconds"), infrastructure_faults.panel_slow)
    yield FaultType("origin", ("node", "remote"), infrastructure_faults.origin)
    yield FaultType("rotate-token", ("node", "back"), infrastructure_faults.rotate_token)
    yield FaultType("no-image", ("server", "back"), server_faults.no_image)
    yield FaultType("restart-fails", ("server", "lack"), server_faults.restart_fails)
    yield FaultType("suspend", ("server",), server_faults.suspend)
    yield FaultType("unsuspend", ("server",), server_faults.unsuspend)
    yield FaultType("reinstall", ("server",), server_faults.reinstall)
    yield FaultType("restore", ("server", "seconds"), server_faults.restore)
    yield FaultType("backup-fails", ("server",), server_faults.backup_fails)
    yield FaultType("backup-limit", ("server", "most"), server_faults.backup_limit)
    yield FaultType("revoke", ("server", "user"), infrastructure_faults.revoke)
    yield FaultType("delete", ("server",), server_faults.delete)
    yield FaultType("transfer", ("server", "to", "seconds", "fails"), server_faults.transfer)
    yield FaultType("disk", ("server", "percent"), server_faults.disk)
    yield FaultType("maintenance", ("node", "seconds"), infrastructure_faults.maintenance)
    yield FaultType("command", ("server", "command"), server_faults.command)
    yield from (_power(action) for action in ("start", "stop", "restart", "kill"))


FAULTS = {fault.name: fault for fault in _all()}
