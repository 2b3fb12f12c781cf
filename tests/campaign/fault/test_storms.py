"""Many servers at once: people get one message that they can read, and automaton does nothing rash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, eventually, started
from tests.acceptance.simulation import Simulation, simulated
from tests.campaign.crash.record import Post
from tests.campaign.grouping import grouping
from tests.campaign.mailbox import Mailbox

pytestmark = pytest.mark.long

WAIT, INTERVAL = 14.0, 6.0  # seconds, of the channel's groups
SETTINGS = """\
nodes: {{one: {{config: {{file: {config}}}, servers: [{{id: "*", egg: Paper}}]}}}}
channels: {{ops: {{urls: [{{file: ops.url}}], rate: 1000/1s{grouping}}}}}
limits:
  arm: live
  settle: 0s
  allow: {{power: [start, stop, restart]}}
rules: rules.d
state: state
"""
RULES = """\
rules:
  - {id: lost, while: not connected, for: 2s, do: [{notify: ops, text: lost its link}]}
  - {id: crashed, when: {event: crash}, until: 10m, do: [{notify: ops, text: it crashed}]}
  - id: raised
    while: state == "offline" and stopped_by in ["crash", "unseen"]
    for: 5s
    do: [{power: start}]
"""
NAMED = 10
OUTAGE = 20.0
WALL_SLEWS = 0.1  # seconds by which two readings of the wall clock may be nearer than the time between them
CALM = 2 * INTERVAL + WAIT  # seconds after which whatever a group had to say was said


@dataclass(frozen=True)
class Site:
    simulation: Simulation
    mailbox: Mailbox
    daemon: Process

    def about(self, word: str) -> list[Post]:
        """The messages so far that have this in them."""
        return [post for post in list(self.mailbox.posts) if word in post.text]

    def powers(self) -> list[str]:
        return [one.server for one in self.simulation.log("power") if one.by == "wings api"]

    def stays(self, seconds: float) -> None:
        """Lets so much time pass, in which the daemon has to live on."""
        with pytest.raises(AssertionError, match="not seen within"):
            eventually(lambda: not self.daemon.is_running, lambda: "it lives", seconds)


@contextmanager
def site(folder: Path, servers: int) -> Iterator[Site]:
    """A daemon with a link to each of so many servers of one node."""
    with simulated(folder, servers=servers) as simulation, Mailbox().open() as mailbox:
        simulation.all_are("running", 120.0)
        keys = grouping("rule, node", wait=f"{WAIT:g}s", interval=f"{INTERVAL:g}s")
        (folder / "automaton.yml").write_text(SETTINGS.format(config=simulation.configs[0], grouping=keys))
        (folder / "ops.url").touch(mode=0o600)
        (folder / "ops.url").write_text(mailbox.url("ops"))
        (folder / "rules.d").mkdir()
        (folder / "rules.d" / "rules.yml").write_text(RULES)
        with started(folder / "run.out", ["run", "-c", str(folder / "automaton.yml")]) as daemon:
            daemon.tells("link.up", times=servers)
            yield Site(simulation, mailbox, daemon)


def names_in(post: Post, servers: tuple[str, ...]) -> set[str]:
    """The servers that a message names."""
    return {server for server in servers if re.search(rf"(?<![\w-]){re.escape(server)}(?![\w-])", post.text)}


def test_a_node_of_200_servers_that_is_lost_is_one_message_and_no_power_action(tmp_path: Path) -> None:
    with site(tmp_path, 200) as here:
        here.simulation.fault("restart-wings", seconds=OUTAGE)
        here.stays(OUTAGE)  # it comes back about then
        told = here.about("lost")
        here.daemon.tells("link.up", times=400)
        here.stays(CALM)

        assert len(told) == 1
        assert "200" in told[0].text
        assert len(names_in(told[0], here.simulation.servers)) == NAMED
        # The end of it: links come back over a while, and how long that is, is the machine's affair.
        spoke = [post.at for post in here.mailbox.posts]
        assert len(spoke) > len(told)
        assert all(later - earlier >= INTERVAL - WALL_SLEWS for earlier, later in pairwise(spoke))
        assert here.powers() == []


def test_50_servers_that_crash_within_a_minute_are_one_message_with_the_ten_first_names(
    tmp_path: Path,
) -> None:
    with site(tmp_path, 52) as here:
        crashed = here.simulation.servers[:50]
        for number, server in enumerate(crashed):
            if number == NAMED:  # what comes later must not overtake them where the machine is busy
                here.daemon.tells("rule.fired", "rule=crashed", times=NAMED)
            here.simulation.fault("crash", server=server)
        here.daemon.tells("rule.fired", "rule=crashed", times=50)
        here.stays(CALM)

        (told,) = here.about("crashed")
        assert names_in(told, here.simulation.servers) == set(crashed[:NAMED])
        assert "40 more" in told.text
        assert here.powers() == []  # Wings starts them again
