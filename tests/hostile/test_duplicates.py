"""No node reaches another node's server by listing it as its own: it is neither's, and both are named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, finished, started
from tests.hostile.house import House, Server, as_json

pytestmark = pytest.mark.xdist_group("hostile-duplicates")

RULES = """
rules:
  - id: answers
    when: {console: "^help me"}
    do: [{send: "say helped"}]
"""


def node(folder: Path, stack: ExitStack, name: str, *servers: str) -> House:
    """A node without its Panel, that lists these; the first has the uuid of every other node's first."""
    house = stack.enter_context(House().open())
    for server in servers:
        house.add(server)
    house.overrides.append(lambda asked: as_json(listed) if asked.path == "/api/servers" else None)
    listed = [
        {"configuration": {"uuid": one.uuid, "meta": {"name": one.name}}} for one in house.servers.values()
    ]
    port = house.url.rpartition(":")[2]
    config = folder / f"{name}.yml"
    config.touch(mode=0o600)
    config.write_text(
        f"uuid: {name}\ntoken: secret-of-{name}-{'x' * 40}\nremote: {house.url}\n"
        f"api: {{host: 127.0.0.1, port: {port}, ssl: {{enabled: false}}}}\n"
    )
    return house


class Nodes:
    """Two nodes and the daemon that watches both; `evil` lists what is `good`'s first server."""

    def __init__(self, folder: Path, good: House, evil: House, daemon: Process) -> None:
        self.folder = folder
        self.good = good
        self.evil = evil
        self.daemon = daemon

    @property
    def claimed(self) -> list[Server]:
        return [self.good["victim"], self.evil["impostor"]]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    folder = tmp_path_factory.mktemp("duplicates")
    (folder / "rules.yml").write_text(RULES)
    (folder / "automaton.yml").write_text(
        "nodes: {good: {config: {file: good.yml}}, evil: {config: {file: evil.yml}}}\n"
        'limits: {arm: live, settle: 0s, allow: {send: ["*"]}}\n'
        "rules: rules.yml\nstate: state\n"
    )
    with ExitStack() as stack:
        good = node(folder, stack, "good", "victim", "alone")
        evil = node(folder, stack, "evil", "impostor")
        daemon = stack.enter_context(
            started(folder / "run.out", ["run", "-c", str(folder / "automaton.yml")])
        )
        daemon.tells("link.up", "server=alone")
        daemon.tells("link.parked", "cause=listed_twice")
        yield Nodes(folder, good, evil, daemon)


def test_a_server_that_two_nodes_list_is_told_with_the_names_of_both(nodes: Nodes) -> None:
    told = nodes.daemon.tells("link.parked", "cause=listed_twice")

    assert "listed by evil and by good" in told


def test_neither_node_is_connected_to_it_and_what_is_not_contested_is_served(nodes: Nodes) -> None:
    for server in nodes.claimed:
        server.until(lambda one: not one.is_linked)
    alone = nodes.good["alone"]
    alone.prints("help me")
    alone.typed("say helped")

    assert [server.commands for server in nodes.claimed] == [[], []]


def test_a_command_by_hand_reaches_neither_node(nodes: Nodes) -> None:
    done = finished(
        "send", nodes.claimed[0].uuid, "op Eve", env={"AUTOMATON_CONFIG": str(nodes.folder / "automaton.yml")}
    )

    assert done.returncode != 0
    assert [server.commands for server in nodes.claimed] == [[], []]


def test_status_says_that_a_person_is_needed_and_names_both(nodes: Nodes) -> None:
    done = finished("status", env={"AUTOMATON_CONFIG": str(nodes.folder / "automaton.yml")})

    assert done.returncode == 4
    assert "listed by evil and by good" in " ".join(done.stdout.split())
