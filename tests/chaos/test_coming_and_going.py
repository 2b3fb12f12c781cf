"""A member that comes and goes every 20 s for ten minutes: what others own stays where it is.

`make chaos` runs it; MINUTES=2 is enough to look at it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.chaos.owners import now
from tests.chaos.stage import stage

pytestmark = pytest.mark.chaos

EVERY = 20.0
MINUTES = float(os.environ.get("MINUTES") or 10)


def test_a_member_that_comes_and_goes_moves_no_shard(tmp_path: Path) -> None:
    with stage(tmp_path, 24) as there:
        comes = there.members["m-c"]
        comes.kill()
        time.sleep(2 * EVERY)  # its shards are the others' by then
        before = {(one.shard, one.member, one.epoch) for one in there.owners.owned()}
        until = now() + MINUTES * 60.0
        while now() < until:
            comes.start()
            time.sleep(EVERY)
            comes.kill()
        after = {(one.shard, one.member, one.epoch) for one in there.owners.owned()}

    owned_by_it = {shard for shard, member, _ in before if member == "m-c"}
    taken = {shard for shard, member, epoch in before if member != "m-c" and epoch > 1}
    assert taken == owned_by_it, "all that it had was taken once"
    assert after == before
