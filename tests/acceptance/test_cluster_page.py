"""docs/cluster.md as a reader does it: NATS and two members with the text of the page, and its commands."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import COMMAND, PATIENCE, Process, eventually, finished, started, surroundings
from tests.acceptance.simulation import simulated
from tests.docs.page_servers import PAGE, PASSWORD, PageServers, servers
from tests.docs.pages import fences, text_of, yamls
from tests.docs.typed import split

BASE = """\
panels: {{main: {{url: "{panel}", keys: [{{file: key}}], allow_plain: true}}}}
rules: rules.d
state: state
"""
SECRETS = {"nats": f"automaton:{PASSWORD}", "cluster_key": "0123456789abcdef" * 4}
MEMBERS = ("watcher-1", "watcher-2")
COMMANDS = [
    command.removeprefix("sudo ")
    for fence in fences(text_of(PAGE), "sh")
    for command in split(fence)
    if "automaton c" in command
]


class Pair:
    """Two members on one machine, each with a folder of its own."""

    def __init__(self, folder: Path, panel: str, key: str, nats: PageServers) -> None:
        self.files: dict[str, Path] = {}
        for member in MEMBERS:
            home = folder / member
            (home / "rules.d").mkdir(parents=True)
            text = BASE.format(panel=panel) + yamls(PAGE)[0].replace("watcher-1", member)
            text = re.sub(r"\{credential: (\w+)\}", r"{file: \1}", text).replace(
                "10.0.0.", f"{nats.network}."
            )
            for name, content in {"automaton.yml": text, "key": key, **SECRETS}.items():
                (home / name).touch(mode=0o600)
                (home / name).write_text(content)
            self.files[member] = home / "automaton.yml"

    def start(self, member: str, stack: ExitStack) -> Process:
        """As its unit does."""
        file = self.files[member]
        return stack.enter_context(started(file.parent / "run.log", ["run", "-c", str(file)]))

    def types(self, command: str) -> subprocess.CompletedProcess[str]:
        """At the first member."""
        env = {"PATH": f"{COMMAND.parent}:/usr/bin:/bin", "AUTOMATON_CONFIG": str(self.files[MEMBERS[0]])}
        return subprocess.run(
            ["sh", "-c", command], env=surroundings(env), capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip

    def view(self) -> dict[str, Any]:
        """What the first says of the cluster."""
        told = finished("cluster", "status", "--json", "-c", str(self.files[MEMBERS[0]]))
        found: dict[str, Any] = json.loads(told.stdout) if told.returncode == 0 else {}
        return found

    def is_shared_out(self) -> bool:
        """Both live, and everything has an owner."""
        view = self.view()
        living = {row["name"] for row in view.get("members", []) if row["state"] == "established"}
        return living == {*MEMBERS} and all(row["owner"] for row in view["shards"])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("page")
    options = ("--node", "g11", "--node", "g12")
    with (
        servers(folder) as nats,
        simulated(folder, servers=4, options=options) as simulation,
        ExitStack() as stack,
    ):
        found = Pair(folder, simulation.panel, simulation.key, nats)
        for member in MEMBERS:
            found.start(member, stack)
        eventually(
            found.is_shared_out,
            lambda: (found.view(), [(file.parent / "run.log").read_text() for file in found.files.values()]),
        )
        yield found


def test_the_page_has_commands_for_a_cluster() -> None:
    assert [command for command in COMMANDS if command.startswith("automaton cluster adopt")] != []


@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS))
def test_what_the_page_has_its_reader_type_ends_well(pair: Pair, command: str) -> None:
    shards = [row["shard"] for row in pair.view()["shards"] if row["shard"].startswith("node:")]
    ended = pair.types(command.replace("node:eu-1", shards[0]))

    if "adopt" in command:  # nothing went back, and it says so
        assert "did not go back" in ended.stderr
    else:
        assert (ended.returncode, "there is no" in ended.stdout) == (0, False), (ended.stdout, ended.stderr)
