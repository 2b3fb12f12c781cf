"""What may go wrong between a client and the servers: sockets, tokens, Wings itself, the Panel."""

from __future__ import annotations

from automaton.simulator.faults.arguments import Arguments
from automaton.simulator.simulated_world import SimulatedWorld


def drop(world: SimulatedWorld, asked: Arguments) -> None:
    """Breaks the websockets, with no close frame."""
    for connection in asked.connections():
        connection.abort()


def half_open(world: SimulatedWorld, asked: Arguments) -> None:
    """Leaves the websockets open and dead: nothing comes any more, pings are not answered."""
    for connection in asked.connections():
        connection.fall_silent()


def expire(world: SimulatedWorld, asked: Arguments) -> None:
    """Lets the tokens on the websockets run out now."""
    for connection in asked.connections():
        connection.expire()


def deny(world: SimulatedWorld, asked: Arguments) -> None:
    """Takes the tokens on the websockets back, as the Panel does when permissions change."""
    for node in asked.nodes():
        jtis = [connection.jti for connection in asked.connections()]
        node.denylist.deny(jtis, world.schedule.now.wall)


def deauthorize(world: SimulatedWorld, asked: Arguments) -> None:
    """Drops all websockets of the servers, as when a human changes a password."""
    for node in asked.nodes():
        node.deauthorize(asked.text("user"), [server.build.uuid for server in asked.servers()])


def revoke(world: SimulatedWorld, asked: Arguments) -> None:
    """A `user` (owner) changes the password: the Panel takes back all that was given for the servers."""
    name = asked.text("user", "owner")
    for inventory in (panel.inventory for panel in world.panels):
        servers = [server for server in asked.servers() if server in inventory.servers()]
        for user in inventory.users.values():
            if user.name == name:
                inventory.revoke(user, servers)


def restart_wings(world: SimulatedWorld, asked: Arguments) -> None:
    """Wings restarts: all connections break, and it refuses new ones for `seconds` (5)."""
    for node in asked.nodes():
        node.restart(asked.number("seconds", 5))


def wings_hangs(world: SimulatedWorld, asked: Arguments) -> None:
    """New connections to Wings are accepted and never answered, for `seconds` (30)."""
    for node in asked.nodes():
        node.hanging = True
        world.schedule.after(asked.number("seconds", 30), node.come_round)


def docker(world: SimulatedWorld, asked: Arguments) -> None:
    """Docker is gone for `seconds` (30): what runs crashes, and no start succeeds; `back` ends it."""
    for node in asked.nodes():
        if asked.flag("back"):
            node.docker.come_back()
        else:
            node.lose_docker(asked.number("seconds", 30))


def no_tokens(world: SimulatedWorld, asked: Arguments) -> None:
    """The Panel answers 429 to requests for tokens, for `seconds` (60)."""
    for panel in asked.panels():
        panel.no_tokens_until = world.schedule.now.mono + asked.number("seconds", 60)


def panel_down(world: SimulatedWorld, asked: Arguments) -> None:
    """The Panel answers `status` (502) to everything, its nodes too, for `seconds` (30); `back` ends it."""
    for panel in asked.panels():
        if asked.flag("back"):
            panel.come_up()
        else:
            panel.fail(asked.number("seconds", 30), down=int(asked.number("status", 502)))


def panel_slow(world: SimulatedWorld, asked: Arguments) -> None:
    """The Panel takes `delay` (60) seconds for each answer, for `seconds` (30)."""
    for panel in asked.panels():
        panel.fail(asked.number("seconds", 30), delay=asked.number("delay", 60))


def origin(world: SimulatedWorld, asked: Arguments) -> None:
    """Gives the node another `remote`, so that upgrades are refused; without one, sets it right."""
    for node in asked.nodes():
        node.remote = asked.text("remote") or world.panel_at(node).inventory.url


def rotate_token(world: SimulatedWorld, asked: Arguments) -> None:
    """The node gets another token that the Panel does not know of; `back` makes them agree again."""
    for node in asked.nodes():
        node.token = node.panel_token if asked.flag("back") else node.panel_token[::-1]


def maintenance(world: SimulatedWorld, asked: Arguments) -> None:
    """The Panel takes the node for under maintenance, for `seconds` (60)."""
    for node in asked.nodes():
        node.maintenance = True
        world.schedule.after(asked.number("seconds", 60), node.end_maintenance)
