from __future__ import annotations

import pytest

from automaton.core.moment import Moment
from automaton.simulator.simulated_world import SimulatedWorld
from tests.simulator.stage import NOON


class StandingClock:
    def now(self) -> Moment:
        return Moment(1000.0, NOON)


def build(seed: int = 1, servers: int = 7, nodes: int = 2) -> SimulatedWorld:
    return SimulatedWorld.build(StandingClock(), servers=servers, nodes=nodes, seed=seed)


def names(world: SimulatedWorld) -> list[tuple[str, str]]:
    return [(server.build.name, server.build.uuid) for server in world.servers()]


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    assert names(build()) == names(build())
    assert build().key == build().key
    assert names(build()) != names(build(seed=2))


def test_servers_are_spread_over_the_nodes() -> None:
    assert [len(node.servers) for node in build().nodes] == [4, 3]


def test_a_big_world_has_no_two_servers_of_one_name() -> None:
    world = build(servers=300)

    assert len({server.build.name for server in world.servers()}) == 300


@pytest.mark.parametrize("by", ["uuid", "identifier", "name"])
def test_a_server_is_found_by_its_uuid_its_short_id_and_its_name(by: str) -> None:
    world = build()
    server = world.servers()[5]

    assert world.find(getattr(server.build, by)) is server
    assert world.node_of(server) is world.nodes[1]


def test_a_server_that_is_not_there_is_told_by_its_name() -> None:
    with pytest.raises(LookupError, match="`nowhere`"):
        build().server("nowhere")


def test_the_key_belongs_to_a_subuser_that_may_act_and_is_no_admin() -> None:
    world = build()
    user, server = world.users[world.key], world.servers()[0].build.uuid

    assert (user.name, user.admin, user.owner) == ("automaton", False, False)
    assert user.may(server, "control.start")
    assert not user.may(server, "database.read")
