from __future__ import annotations

import pytest

from automaton.core.moment import Moment
from automaton.simulator.panel.accounts import User
from automaton.simulator.panel.panel_kind import (
    PELICAN_PANEL,
    PTERODACTYL_1_11,
    PTERODACTYL_1_12,
    PanelKind,
)
from automaton.simulator.panel.token_issue import issue
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.generation import G11, G12, G12_2, N_DEV, PELICAN, Generation
from tests.simulator.caller import Caller
from tests.simulator.stage import NOON


class StandingClock:
    def now(self) -> Moment:
        return Moment(1000.0, NOON)


def mixed() -> SimulatedWorld:
    return SimulatedWorld.build(
        StandingClock(),
        servers=4,
        running=False,
        mix=[
            (G11, PTERODACTYL_1_11),
            (G12, PTERODACTYL_1_12),
            (G12_2, PTERODACTYL_1_12),
            (PELICAN, PELICAN_PANEL),
        ],
    )


def test_a_mix_has_a_node_for_each_entry_and_a_panel_for_each_kind() -> None:
    world = mixed()

    assert [node.generation.name for node in world.nodes] == ["g11", "g12", "g12.2", "pelican"]
    assert [len(panel.inventory.nodes) for panel in world.panels] == [1, 2, 1]
    assert [len(panel.inventory.servers()) for panel in world.panels] == [1, 2, 1]
    assert len({panel.inventory.url for panel in world.panels}) == 3


def test_a_key_is_of_one_panel_alone_and_looks_as_that_panel_makes_it() -> None:
    keys = [panel.inventory.automaton.key for panel in mixed().panels]

    assert [key[:5] for key in keys] == ["ptlc_", "ptlc_", "pacc_"]
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    ("kind", "generation", "ends"),
    [
        (PTERODACTYL_1_11, G12_2, "errors on hers"),
        (PTERODACTYL_1_12, G12_2, "all of the server"),
        (PTERODACTYL_1_12, N_DEV, "hers"),
        (PELICAN_PANEL, PELICAN, "all of the node"),
        (PELICAN_PANEL, N_DEV, "none"),
    ],
)
def test_each_panel_takes_back_what_it_gave_in_its_own_way(
    kind: PanelKind, generation: Generation, ends: str
) -> None:
    world = SimulatedWorld.build(StandingClock(), servers=2, running=False, kind=kind, generation=generation)
    inventory, (node,) = world.panel.inventory, world.nodes
    hers, theirs, elsewhere = (
        connected(world, server, user)
        for server, user in ((0, inventory.owner), (0, inventory.automaton), (1, inventory.owner))
    )

    world.schedule.advance(Moment(1002.0, NOON + 2))
    inventory.revoke(inventory.owner, [world.servers()[0]])
    if not hers.dropped:
        hers.say("send stats")

    dropped = (hers.dropped, theirs.dropped, elsewhere.dropped)
    seen = {
        (False, False, False): "errors on hers" if hers.names() == ["jwt error"] else "none",
        (True, True, False): "all of the server",
        (True, False, False): "hers",
        (True, True, True): "all of the node",
    }
    assert seen[dropped] == ends
    assert node.listening


def connected(world: SimulatedWorld, number: int, user: User) -> Caller:
    """An authenticated socket of one user."""
    node, server = world.nodes[0], world.servers()[number]
    caller = Caller(node, server.build.uuid)
    token = issue(
        key=node.token,
        wall=NOON,
        issuer="",
        audience="",
        server=server.build.uuid,
        user_id=user.id,
        user=user.uuid,
        permissions=["*"],
        chance=world.chance,
        # A 1.11 Panel's token has no scope, which the newer Wings would refuse.
        kind=PELICAN_PANEL if world.panel.inventory.kind is PELICAN_PANEL else PTERODACTYL_1_12,
    )
    caller.say("auth", token)
    assert caller.names()[0] == "auth success"
    return caller
