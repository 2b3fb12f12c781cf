"""Killed again and again, at moments from a fixed seed: nothing is lost, and nothing is done twice.

`make test-all` kills twenty times, `make campaign` ten times as often, and prints the figures of each seed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.simulation import simulated
from tests.campaign.crash.judges import JUDGES, figures
from tests.campaign.crash.table import told
from tests.campaign.crash.wage import SERVERS, Campaign
from tests.campaign.mailbox import Mailbox

KILLS = 20
SEEDS = [
    pytest.param(1, marks=pytest.mark.long),
    *(pytest.param(seed, marks=pytest.mark.campaign) for seed in range(2, 11)),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_20_times_it_forgets_nothing_and_repeats_nothing(tmp_path: Path, seed: int) -> None:
    with simulated(tmp_path, servers=SERVERS) as simulation, Mailbox().open() as mailbox:
        simulation.all_are("running")
        record = Campaign(tmp_path, simulation, mailbox, seed).wage(KILLS)
    found = figures(record)
    told(seed, record, found)

    complaints = {name: judge(record) for name, judge in JUDGES.items()}
    assert {name: told for name, told in complaints.items() if told} == {}
    assert found["kills"] == KILLS
    assert min(found[name] for name in ("incidents known", "runs known to go on", "restarts")) > 0
    assert min(found[name] for name in ("cooled", "acknowledged", "fires of `for`")) > 0
