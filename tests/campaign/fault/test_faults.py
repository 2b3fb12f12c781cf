"""Links, Panel, chat, disk and clock fail together: soon after, what is true is known and told.

The first seed is waged by `make test`, all by `make campaign`.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.acceptance.processes import started
from tests.acceptance.simulation import simulated
from tests.campaign.fault.plan import plan
from tests.campaign.fault.small_disk import SmallDisk, missing
from tests.campaign.fault.truth import differences, excesses
from tests.campaign.fault.wage import ENOUGH, NODES, SERVERS, Campaign
from tests.campaign.mailbox import Mailbox

SEEDS = [
    pytest.param(1, marks=pytest.mark.long),
    *(pytest.param(seed, marks=pytest.mark.campaign) for seed in range(2, 13)),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_failed_together_all_is_well_soon_after_and_nothing_was_done_in_excess(
    tmp_path: Path, seed: int
) -> None:
    """Without namespaces the disk is left out, and the table says so."""
    disk = None if missing() else SmallDisk(tmp_path / "state")
    two_nodes = ("--nodes", str(len(NODES)))
    with simulated(tmp_path, servers=SERVERS, options=two_nodes) as simulation, Mailbox().open() as mailbox:
        simulation.all_are("running")
        campaign = Campaign(tmp_path, simulation, mailbox, seed, disk)
        arguments = ["run", "-c", str(tmp_path / "automaton.yml")]
        with started(tmp_path / "run.out", arguments, through=campaign.through) as daemon:
            daemon.tells("link.up", times=SERVERS)
            well_after = campaign.wage(daemon)
            world = campaign.world()
            daemon.signal(signal.SIGTERM)
            assert daemon.ended() == 0, daemon.output()
        output = daemon.output()
    faults = [f"{deed.family}: {deed.name}" for deed in plan(seed, simulation.servers, NODES)]
    sys.stdout.write(
        f"fault campaign, seed {seed}: well after {well_after:.1f} s; {len(world.posts)} messages, "
        f"{len(world.powers)} power actions, {len(world.tokens)} tokens, {len(world.requests)} requests; "
        f"{'; '.join(faults)}{'; no disk: ' + missing() if disk is None else ''}\n"
    )

    assert (differences(world), excesses(world)) == ([], [])
    assert well_after < ENOUGH
    assert "Traceback" not in output, output
