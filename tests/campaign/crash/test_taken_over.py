"""Killed while it takes over what a version before the journal left: that is there still, or in the journal.

`memory.json` was written by that version at a clean end, after the rule had fired on each of the three
servers that the simulator makes of its first seed.
"""

from __future__ import annotations

import re
import shutil
import signal
import time
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Event

import pytest

from tests.acceptance.processes import started
from tests.acceptance.simulation import simulated
from tests.campaign.crash.moments import Moment, wait_for

LEFT = Path(__file__).with_name("memory.json")
SETTINGS = """\
nodes: {{one: {{config: {{file: {config}}}, servers: [{{id: "*", egg: Paper}}]}}}}
limits: {{arm: live, settle: 0s, allow: {{send: ["*"]}}}}
rules: rules.d
state: state
"""
WRITTEN_AT = 1_795_928_320  # wall seconds; its moments are those of the last ones before
RULES = "rules: [{id: cooled, when: {console: '^cooled '}, cooldown: 36500d, do: [{send: say cooled}]}]\n"
KILLS = [pytest.param(2, marks=pytest.mark.long), pytest.param(20, marks=pytest.mark.campaign)]


def left() -> str:
    """The file as it would be had that daemon ended just now: what is long gone is let go."""
    memory = LEFT.read_text().partition('"memory":')[2][:-1]
    later = time.time() - WRITTEN_AT - 1  # noqa: TID251 - the daemon has the machine's clock
    memory = re.sub(r"\b17959283\d\d\.\d+", lambda found: repr(float(found[0]) + later), memory)
    return f'{{"sha256":"{sha256(memory.encode()).hexdigest()}","memory":{memory}}}'


@pytest.mark.parametrize("kills", KILLS)
def test_killed_while_it_takes_over_an_old_memory_it_forgets_no_cooldown(tmp_path: Path, kills: int) -> None:
    chance = Random(f"taken over {kills}")
    with simulated(tmp_path, servers=3) as simulation:
        simulation.all_are("running")
        (tmp_path / "automaton.yml").write_text(SETTINGS.format(config=simulation.configs[0]))
        (tmp_path / "rules.d").mkdir()
        (tmp_path / "rules.d" / "rules.yml").write_text(RULES)
        state, output = tmp_path / "state", tmp_path / "run.out"
        arguments = ["run", "-c", str(tmp_path / "automaton.yml")]
        for number in range(kills):
            shutil.rmtree(state, ignore_errors=True)
            state.mkdir(mode=0o700)
            (state / "memory.json").write_text(left())
            with started(output, arguments) as killed:
                wait_for(chance.choice((Moment.START, Moment.WRITE)), chance, state, output, Event())
                killed.signal(signal.SIGKILL)
                killed.ended()
            with started(output, arguments) as daemon:
                daemon.tells("link.up", times=3)
                simulation.fault("print", lines=[f"cooled {number}"])
                daemon.tells("rule.cooling", times=3)

        assert [one for one in simulation.log("command") if one.by == "wings api"] == []
