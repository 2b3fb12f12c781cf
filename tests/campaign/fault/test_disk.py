"""A disk that is full, or read-only: people are told, nothing is powered or typed, and it recovers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, eventually, finished, started
from tests.acceptance.simulation import Simulation, simulated
from tests.campaign.fault.small_disk import SmallDisk, missing
from tests.campaign.grouping import grouping
from tests.campaign.mailbox import Mailbox

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing()), pytest.mark.long]

SETTINGS = """\
nodes: {{one: {{config: {{file: {config}}}, servers: [{{id: "*", egg: Paper}}]}}}}
channels:
  ops: {{urls: [{{file: ops.url}}], rate: 1000/1s{grouping}}}
  alarms: {{urls: [{{file: alarms.url}}], rate: 1000/1s{grouping}}}
limits:
  arm: live
  settle: 0s
  report: alarms
  allow: {{power: [start, stop, restart], send: ["*"]}}
listen: {{socket: control.sock}}
rules: rules.d
state: state
"""
RULES = r"""
rules:
  - {id: asks, when: {console: '^restart me$'}, do: [{notify: ops, text: asked}, {power: restart}]}
  - {id: types, when: {console: '^type (?P<n>\d+)$'}, by: [it.n], do: [{send: "say typed ${it.n}"}]}
  - {id: tells, when: {console: '^tell (?P<n>\d+)$'}, by: [it.n], do: [{notify: ops, text: "told ${it.n}."}]}
  - {id: ends, when: {console: '^tell the end$'}, do: [{notify: ops, text: "the end."}]}
"""
WRITES = 40  # entries; what a full disk had room for in files that are there already is used up
HELD_FOR = 3.0  # seconds in which something that is held would have been done several times over
RECOVERS_WITHIN = 60.0


@dataclass
class Site:
    folder: Path
    simulation: Simulation
    mailbox: Mailbox
    disk: SmallDisk
    daemon: Process

    @property
    def server(self) -> str:
        return self.simulation.servers[0]

    def prints(self, *lines: str) -> None:
        self.simulation.fault("print", server=self.server, lines=list(lines))

    def got(self, target: str, *parts: str) -> None:
        """Waits until a message with all these parts was posted to the address."""
        eventually(
            lambda: any(
                one.target == target and all(part in one.text.lower() for part in parts)
                for one in list(self.mailbox.posts)
            ),
            lambda: (self.mailbox.posts, self.daemon.output()[-3000:]),
        )

    def deeds(self) -> list[str]:
        """What automaton powered and typed so far."""
        found = [*self.simulation.log("power"), *self.simulation.log("command")]
        return [one.detail for one in found if one.by == "wings api"]

    def why_not(self) -> str:
        """What the command says of the rule that asked for a restart."""
        return finished("why-not", "asks", self.server, "-c", str(self.folder / "automaton.yml")).stdout


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def begun(folder: Path, stack: ExitStack, *, read_only: bool = False) -> Site:
    """A daemon whose state folder is on a small disk."""
    simulation = stack.enter_context(simulated(folder))
    mailbox = stack.enter_context(Mailbox().open())
    simulation.all_are("running")
    (folder / "automaton.yml").write_text(SETTINGS.format(config=simulation.configs[0], grouping=grouping()))
    (folder / "rules.d").mkdir()
    (folder / "rules.d" / "rules.yml").write_text(RULES)
    for target in ("ops", "alarms"):
        path = folder / f"{target}.url"
        path.touch(mode=0o600)
        path.write_text(mailbox.url(target))
    disk = SmallDisk(folder / "state", read_only=read_only)
    arguments = ["run", "-c", str(folder / "automaton.yml")]
    daemon = stack.enter_context(started(folder / "run.out", arguments, through=disk.through))
    disk.pid = daemon.pid
    daemon.tells("link.up", simulation.servers[0])
    return Site(folder, simulation, mailbox, disk, daemon)


def goes_without(site: Site) -> None:
    """Power and commands are held under their own name, messages go on, and an alarm was sent."""
    before = site.deeds()
    for number in range(WRITES):
        site.prints(f"tell {number}")
    site.prints("tell the end", "restart me", "type 1")
    site.got("alarms", "journal")
    site.got("ops", "asked")
    site.got("ops", "told 0.")
    site.got("ops", "the end.")
    site.daemon.tells("no_journal", "rule=asks")
    eventually(lambda: "journal" in site.why_not(), site.why_not)
    with pytest.raises(AssertionError):  # for a while, in which it could have been done many times
        eventually(lambda: site.deeds() != before, lambda: "", HELD_FOR)


def recovers(site: Site) -> None:
    """What was held is done, once, without a word from anybody."""
    eventually(lambda: "restart" in site.deeds(), lambda: site.daemon.output()[-3000:], RECOVERS_WITHIN)
    eventually(lambda: "say typed 1" in site.deeds(), lambda: site.daemon.output()[-3000:], RECOVERS_WITHIN)
    assert site.deeds().count("restart") == 1
    assert site.deeds().count("say typed 1") == 1


def test_on_a_full_disk_people_are_told_and_nothing_is_done_until_there_is_room(
    tmp_path: Path, stack: ExitStack
) -> None:
    site = begun(tmp_path, stack)
    site.prints("type 0")
    eventually(lambda: "say typed 0" in site.deeds(), site.daemon.output)
    site.disk.fill()

    goes_without(site)
    site.disk.empty()
    recovers(site)


def test_begun_on_a_read_only_disk_people_are_told_and_nothing_is_done_until_it_is_writable(
    tmp_path: Path, stack: ExitStack
) -> None:
    site = begun(tmp_path, stack, read_only=True)

    goes_without(site)
    site.disk.make_writable()
    recovers(site)
