"""Two daemons that share a fleet: each shard has one owner, one stands in for the other, any answers for all.

Measured by what the simulator and the receiver saw.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.acceptance.processes import Process, eventually, finished, started
from tests.acceptance.receiver import Receiver, receiving
from tests.acceptance.simulation import Simulation, simulated
from tests.cluster.nats_servers import nats_servers

SETTINGS = """\
panels: {{main: {{url: "{panel}", keys: [{{file: key}}], allow_plain: true}}}}
channels:
  ops: {{urls: [{{file: ops.url}}], group_by: ["..."], group_wait: 0s, group_interval: 1s}}
limits:
  arm: live
  settle: 0s
  power: {{fleet: 20/10m, parallel: 5}}
  allow: {{power: [start, stop, restart], send: [list, say]}}
rules: rules.d
state: state
cluster: {{servers: [{nats}], name: tests, member: {member}, replicas: 1}}
"""

RULES = """\
rules:
  - id: crashed
    when: {event: crash}
    until: state == "running"
    do: [{notify: ops}]
  - id: answers
    when: {console: "^hello automaton"}
    do: [{send: list}]
  - id: many-down
    by: fleet
    while: count(state == "offline") > 1
    do: [{notify: ops, text: "many are down: ${names(state == 'offline')}"}]
"""


NODES = ("node:node-1", "node:node-2")


class Members:
    """Two members over one simulation, by name."""

    def __init__(self, folder: Path, simulation: Simulation, receiver: Receiver, nats: str) -> None:
        self.simulation = simulation
        self.receiver = receiver
        self.processes: dict[str, Process] = {}
        self.files: dict[str, Path] = {}
        for member in ("m-a", "m-b"):
            home = folder / member
            (home / "rules.d").mkdir(parents=True)
            (home / "rules.d" / "rules.yml").write_text(RULES)
            for name, text in (("key", simulation.key), ("ops.url", receiver.url)):
                (home / name).touch(mode=0o600)
                (home / name).write_text(text)
            self.files[member] = home / "automaton.yml"
            self.files[member].write_text(
                SETTINGS.format(panel=simulation.panel, nats=json.dumps(nats), member=member)
            )

    def start(self, member: str, stack: ExitStack) -> None:
        file = self.files[member]
        arguments = ["run", "-c", str(file)]
        self.processes[member] = stack.enter_context(started(file.parent / "run.out", arguments))

    def view(self, member: str) -> dict[str, Any]:
        """The cluster, as that member sees it; empty while it does not answer."""
        told = finished("cluster", "status", "--json", "-c", str(self.files[member]))
        found: dict[str, Any] = json.loads(told.stdout) if told.returncode == 0 else {}
        return found

    def owners(self, member: str) -> dict[str, str]:
        """Who owns each shard, as that member sees it."""
        return {row["shard"]: row["owner"] for row in self.view(member).get("shards", [])}

    def all_owned(self, member: str, by: set[str]) -> dict[str, str]:
        """Waits until every shard is owned by one of these."""

        def look() -> dict[str, str]:
            assert self.processes[member].is_running, self.outputs()
            owners = self.owners(member)
            return owners if len(owners) == 4 and set(owners.values()) <= by else {}

        return eventually(look, lambda: (self.owners(member), self.outputs()))

    def hears(self, *parts: str) -> None:
        """Waits until a message with all these parts arrived."""
        eventually(lambda: self.receiver.got(*parts), lambda: (self.receiver.texts, self.outputs()))

    def outputs(self) -> str:
        return "\n".join(process.output()[-3000:] for process in self.processes.values())


@contextmanager
def members(folder: Path) -> Iterator[tuple[Members, ExitStack]]:
    """Both are there, and every shard is owned."""
    options = ("--node", "g11", "--node", "g12")
    with (
        nats_servers(folder / "nats", 1) as nats,
        simulated(folder, servers=4, options=options) as simulation,
        receiving() as receiver,
        ExitStack() as stack,
    ):
        found = Members(folder, simulation, receiver, nats.urls[0])
        found.start("m-a", stack)
        found.start("m-b", stack)
        found.all_owned("m-a", {"m-a", "m-b"})
        yield found, stack


def servers_on(found: Members, node: str) -> list[str]:
    """The names of the servers on that node's shard."""
    return [str(one["name"]) for one in found.simulation.overview() if f"node:{one['node']}" == node]


def server_on(found: Members, node: str) -> str:
    """The first of them."""
    return servers_on(found, node)[0]


def server_uuid(found: Members, node: str) -> str:
    """Its uuid."""
    return next(str(one["uuid"]) for one in found.simulation.overview() if f"node:{one['node']}" == node)


def every_shard_has_one_owner_and_both_say_the_same(found: Members) -> None:
    owners = found.owners("m-a")

    assert set(owners) == {"fleet", "channel:ops", "node:node-1", "node:node-2"}
    assert set(owners.values()) == {"m-a", "m-b"}
    eventually(lambda: found.owners("m-b") == owners, lambda: found.owners("m-b"))


def any_member_answers_for_all_servers(found: Members) -> None:
    for member in ("m-a", "m-b"):
        file = str(found.files[member])

        def all_live(file: str = file) -> bool:
            rows = finished("servers", "--json", "-c", file).stdout
            return rows.count('"link":{"state":"live"') == 4

        eventually(all_live, found.outputs)


def a_crash_is_told_once_wherever_its_channel_is_owned(found: Members) -> None:
    for node in NODES:
        server = server_on(found, node)
        found.simulation.fault("crash", server=server, code=1)
        found.hears("crashed", server)
        found.simulation.runs(server)


def the_history_of_any_member_has_what_any_shard_decided(found: Members) -> None:
    told: dict[str, str] = {}

    def everywhere() -> bool:
        for member, file in found.files.items():
            told[member] = finished("history", "--rule", "crashed", "--json", "-c", str(file)).stdout
        return all(server_uuid(found, node) in text for text in told.values() for node in NODES)

    eventually(everywhere, lambda: (told, found.outputs()))


def a_rule_of_the_fleet_counts_over_both_members(found: Members) -> None:
    servers = [server_on(found, "node:node-1"), server_on(found, "node:node-2")]
    for server in servers:
        found.simulation.fault("stop", server=server)
    found.hears("many are down", *servers)
    for server in servers:
        found.simulation.fault("start", server=server)
        found.simulation.runs(server)


def what_a_killed_member_owned_is_judged_by_the_other(found: Members) -> None:
    owners = found.owners("m-a")
    found.processes["m-b"].signal(signal.SIGKILL)
    found.processes["m-b"].ended()
    found.all_owned("m-a", {"m-a"})
    was_its = next(shard for shard, owner in owners.items() if owner == "m-b" and shard.startswith("node:"))
    server, other = servers_on(found, was_its)
    found.processes["m-a"].tells("link.up", f"server={server}")
    # What answers a line is held for a while: what the killed one had sent may still be under way.
    found.simulation.fault("print", server=other, lines=["hello automaton"])
    found.processes["m-a"].tells("rule.taking_over", "rule=answers", f"server={other}")
    assert found.simulation.seen("command", other, "list") == []
    told = len(found.receiver.texts)
    found.simulation.fault("crash", server=server, code=1)

    eventually(
        lambda: any("crashed" in text and server in text for text in found.receiver.texts[told:]),
        lambda: found.receiver.texts,
    )


def a_member_that_ends_gives_all_it_has_to_the_other_at_once(found: Members, stack: ExitStack) -> None:
    found.start("m-b", stack)
    found.processes["m-b"].tells("member.joined")
    eventually(lambda: "m-b" in found.owners("m-a").values(), lambda: (found.view("m-a"), found.outputs()))
    found.processes["m-a"].signal(signal.SIGTERM)
    assert found.processes["m-a"].ended() == 0
    assert found.all_owned("m-b", {"m-b"})


def test_two_members_share_a_fleet_and_stand_in_for_each_other(tmp_path: Path) -> None:
    """In one test: each step goes on with what the one before has left."""
    with members(tmp_path) as (found, stack):
        every_shard_has_one_owner_and_both_say_the_same(found)
        any_member_answers_for_all_servers(found)
        a_crash_is_told_once_wherever_its_channel_is_owned(found)
        the_history_of_any_member_has_what_any_shard_decided(found)
        a_rule_of_the_fleet_counts_over_both_members(found)
        what_a_killed_member_owned_is_judged_by_the_other(found)
        a_member_that_ends_gives_all_it_has_to_the_other_at_once(found, stack)
