"""A member that is stopped exactly between the look at its lease and the write, until another owns its shard.

What it writes once it goes on cannot be fenced by any log. Through a Panel that is one stray action, which is
recognised and told; on a node without one the token has expired, and nothing is done.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.processes import eventually
from tests.acceptance.simulation import Simulation, simulated
from tests.campaign.crash.load import words
from tests.campaign.mailbox import Mailbox
from tests.chaos.load import RULES
from tests.chaos.member import Member
from tests.chaos.owners import Owners
from tests.chaos.stage import wait_for
from tests.cluster.nats_servers import nats_servers

pytestmark = pytest.mark.chaos

SETTINGS = """\
{where}
channels:
  ops: {{urls: [{{file: ops.url}}]}}
  slow: {{urls: [{{file: ops.url}}]}}
limits: {{arm: live, settle: 0s, allow: {{power: [start], send: ["*"]}}}}
listen: {{socket: control.sock}}
rules: rules.d
state: state
cluster: {{servers: ["{nats}"], name: failpoint, member: {member}, replicas: 1}}
"""
PANEL = 'panels: {{main: {{url: "{panel}", keys: [{{file: key}}], allow_plain: true}}}}'
DIRECT = 'nodes: {{one: {{config: {{file: "{config}"}}, servers: [{{id: "*", egg: Paper}}]}}}}'
MEMBERS = ("m-a", "m-b")


class Stage:
    """Two members that can be stopped there, and one node."""

    def __init__(self, folder: Path, where: str, simulation: Simulation, post: str, nats: str) -> None:
        self.simulation = simulation
        self.members = {name: Member(name, self._home(folder / name)) for name in MEMBERS}
        found = where.format(panel=simulation.panel, config=simulation.configs[0])
        for name, member in self.members.items():
            (member.home / "rules.d").mkdir()
            (member.home / "rules.d" / "rules.yml").write_text(RULES)
            for file, text in (("key", simulation.key), ("ops.url", post)):
                (member.home / file).touch(mode=0o600)
                (member.home / file).write_text(text)
            member.file.write_text(SETTINGS.format(where=found, nats=nats, member=name))
            member.options = ["--stops-at", str(member.home / "stops")]
        self.owners = Owners(self.members)

    def _home(self, home: Path) -> Path:
        home.mkdir(parents=True)
        return home

    def owner(self) -> Member | None:
        """Who says last that the node is its own."""
        found = max(
            (one for one in self.owners.owned() if one.shard.startswith("node:")),
            key=lambda one: one.epoch,
            default=None,
        )
        return self.members[found.member] if found is not None else None

    def is_up(self) -> bool:
        """Whether all is owned, and every server has a link."""
        owned = {one.shard for one in self.owners.owned()}
        return len(owned) == 4 and all(one["sockets"] for one in self.simulation.overview())

    def describe(self) -> str:
        return "\n".join(member.output()[-3000:] for member in self.members.values())


@contextmanager
def staged(folder: Path, where: str) -> Iterator[Stage]:
    with (
        nats_servers(folder / "nats", 1) as nats,
        simulated(folder, options=("--game", "minecraft=2")) as simulation,
        Mailbox().open() as mailbox,
        ExitStack() as stack,
    ):
        found = Stage(folder, where, simulation, mailbox.url("ops"), nats.urls[0])
        for member in found.members.values():
            stack.callback(member.kill)
            member.start()
        stack.enter_context(found.owners.asking())
        eventually(found.is_up, found.describe)
        yield found


@pytest.mark.parametrize(
    ("where", "done"), [(PANEL, ["say saw zqaaaaa"]), (DIRECT, [])], ids=["by a Panel", "direct"]
)
def test_what_is_written_behind_the_lease_is_told_and_on_a_direct_node_not_done(
    tmp_path: Path, where: str, done: list[str]
) -> None:
    with staged(tmp_path, where) as stage:
        simulation, first = stage.simulation, stage.owner()
        assert first is not None
        server = simulation.servers[0]
        wait_for(
            lambda: any(shard.startswith("node:") for shard in stage.owners.acting()), stage.describe, 150.0
        )
        (first.home / "stops").touch()
        simulation.fault("print", server=server, lines=["told zqaaaaa"])
        eventually(first.stands_still, stage.describe)
        eventually(lambda: stage.owner() not in (None, first), stage.describe)
        assert simulation.seen("command", server) == []
        first.signal(signal.SIGCONT)
        assert first.process is not None
        first.process.tells("lease.outlived", f"server={server}")
        second = stage.owner()
        assert second is not None
        assert second.process is not None

        # The new owner acts in its time, and not on what its predecessor had begun.
        said, acting = words(), second.process
        assert next(said) == "zqaaaaa"

        def acts() -> bool:
            simulation.fault("print", server=server, lines=[f"told {next(said)}"])
            return acting.says("call.ended", "action=send", "result=done")

        wait_for(acts, stage.describe, 150.0)
        assert [one for one in simulation.seen("command", server) if "zqaaaaa" in one] == done
