"""What may go wrong between a client and the servers: sockets, tokens, Wings, Docker, the Panel."""

from __future__ import annotations

from automaton.simulator.faults.arguments import Arguments
from automaton.simulator.simulated_world import SimulatedWorld


def drop(world: SimulatedWorld, arguments: Arguments) -> None:
    """Breaks the websockets, with no close frame."""
    for connection in arguments.connections():
        connection.abort()


def half_open(world: SimulatedWorld, arguments: Arguments) -> None:
    """Leaves the websockets open and dead: nothing comes any more, pings are not answered."""
    for connection in arguments.connections():
        connection.fall_silent()


def expire(world: SimulatedWorld, arguments: Arguments) -> None:
    """Lets the tokens on the websockets run out now."""
    for connection in arguments.connections():
        connection.expire()


def deny(world: SimulatedWorld, arguments: Arguments) -> None:
    """Takes the tokens on the websockets back, as the Panel does when permissions change."""
    for node in arguments.nodes():
        jtis = [connection.jti for connection in arguments.connections()]
        node.denylist.deny(jtis, world.schedule.now.wall)


def deauthorize(world: SimulatedWorld, arguments: Arguments) -> None:
    """Drops all websockets of the servers, as when a human changes a password."""
    for node in arguments.nodes():
        node.deauthorize(arguments.text("user"), [server.build.uuid for server in arguments.servers()])


def revoke(world: SimulatedWorld, arguments: Arguments) -> None:
    """A `user` (owner) changes the password: the Panel takes back all that was given for the servers."""
    name = arguments.text("user", "owner")
    for inventory in (panel.inventory for panel in world.panels):
        servers = [server for server in arguments.servers() if server in inventory.servers()]
        for user in inventory.users.values():
            if user.name == name:
                inventory.revoke(user, servers)


def restart_wings(world: SimulatedWorld, arguments: Arguments) -> None:
    """Wings restarts: all connections break, and it refuses new ones for `seconds` (5)."""
    for node in arguments.nodes():
        node.restart(arguments.number("seconds", 5))


def wings_hangs(world: SimulatedWorld, arguments: Arguments) -> None:
    """New connections to Wings are accepted and never answered, for `seconds` (30)."""
    for node in arguments.nodes():
        node.hanging = True
        world.schedule.after(arguments.number("seconds", 30), node.stop_hanging)


def docker(world: SimulatedWorld, arguments: Arguments) -> None:
    """Docker is gone for `seconds` (30): what runs crashes, and no start succeeds; `back` ends it."""
    for node in arguments.nodes():
        if arguments.flag("back"):
            node.docker.come_back()
        else:
            node.take_docker_down(arguments.number("seconds", 30))


def no_tokens(world: SimulatedWorld, arguments: Arguments) -> None:
    """The Panel answers 429 to requests for tokens, for `seconds` (60)."""
    for panel in arguments.panels():
        panel.no_tokens_until = world.schedule.now.mono + arguments.number("seconds", 60)


def panel_down(world: SimulatedWorld, arguments: Arguments) -> None:
    """The Panel answers `status` (502) to everything, its nodes too, for `seconds` (30); `back` ends it."""
    for panel in arguments.panels():
        if arguments.flag("back"):
            panel.come_up()
        else:
            panel.fail(arguments.number("seconds", 30), down=int(arguments.number("status", 502)))


def panel_slow(world: SimulatedWorld, arguments: Arguments) -> None:
    """The Panel takes `delay` (60) seconds for each answer, for `seconds` (30)."""
    for panel in arguments.panels():
        panel.fail(arguments.number("seconds", 30), delay=arguments.number("delay", 60))


def origin(world: SimulatedWorld, arguments: Arguments) -> None:
    """Gives the node another `remote`, so that upgrades are refused; without one, sets it right."""
    for node in arguments.nodes():
        node.remote = arguments.text("remote") or world.panel_at(node).inventory.url


def rotate_token(world: SimulatedWorld, arguments: Arguments) -> None:
    """The node gets another token that the Panel does not know of; `back` makes them agree again."""
    for node in arguments.nodes():
        node.token = node.panel_token if arguments.flag("back") else node.panel_token[::-1]


def maintenance(world: SimulatedWorld, arguments: Arguments) -> None:
    """The Panel takes the node for under maintenance, for `seconds` (60)."""
    for node in arguments.nodes():
        node.maintenance = True
        world.schedule.after(arguments.number("seconds", 60), node.end_maintenance)
