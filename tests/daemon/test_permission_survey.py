"""What the servers there really are is asked for, once, on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
import trio.testing

from automaton.configuration.load import load_configuration
from automaton.daemon.connections import Connections
from automaton.daemon.permission_survey import Survey, judged, look
from automaton.errors import Refused
from automaton.pace.clock import SteadyClock
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.config_file import write
from automaton.workbench.check import check
from tests.simulator.memory_network import in_memory

pytestmark = pytest.mark.anyio

BOTH = """\
panels: {main: {url: 'http://panel.test', keys: [{env: KEY}, {env: SECOND}], servers: {node: node-1}}}
nodes: {edge-2: {config: {file: node-2.yml}}}
"""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


@asynccontextmanager
async def looked_at(
    folder: Path, second: str = "", settings: str = BOTH
) -> AsyncIterator[tuple[SimulatedWorld, Survey, list[tuple[int, int]]]]:
    clock = SteadyClock(1_800_000_000.0)
    world = SimulatedWorld.build(clock, servers=20, nodes=2, running=False)
    write(world.nodes[1], folder)
    (folder / "automaton.yml").write_text(settings)
    other = world.add_user("second", everywhere=("websocket.connect",))
    env = {"KEY": world.key, "SECOND": second or other.key}
    configuration = load_configuration(folder / "automaton.yml", env).or_raise()
    steps: list[tuple[int, int]] = []
    async with in_memory(world, clock) as network:
        fleet = Connections(configuration, clock, Random(1), lambda _: network.transport())
        found = await look(fleet, lambda done, of: steps.append((done, of)))
        await fleet.aclose()
        yield world, found, steps


async def test_each_server_is_asked_for_by_the_key_that_would_have_it(tmp_path: Path) -> None:
    async with looked_at(tmp_path) as (world, found, steps):
        assert {one.profile.name for one in found.seen} == {s.build.name for s in world.servers()}
        assert sum("control.start" in one.permissions for one in found.seen) == 5
        assert sum("*" in one.permissions for one in found.seen) == 10
        assert found.troubles == []
        assert steps[-1] == (20, 20)


async def test_a_key_that_is_refused_is_told_and_the_rest_is_asked(tmp_path: Path) -> None:
    async with looked_at(tmp_path, second="ptlc_wrong") as (_, found, _steps):
        assert len(found.seen) == 20
        (trouble,) = found.troubles
        assert (trouble.house, trouble.where) == ("main", "main, key 2")
        assert isinstance(trouble.reason, Refused)
        assert found.listed.keys() == {"edge-2"}


async def test_all_that_is_listed_is_known_though_none_is_chosen(tmp_path: Path) -> None:
    settings = BOTH.replace("node: node-1", "id: zzzz")
    async with looked_at(tmp_path, settings=settings) as (_, found, _steps):
        assert {name: len(profiles) for name, profiles in found.listed.items()} == {"main": 20, "edge-2": 10}


async def test_a_server_of_a_panel_and_of_a_node_is_asked_for_once_at_the_panel(tmp_path: Path) -> None:
    async with looked_at(tmp_path, settings=BOTH.replace("servers: {node: node-1}", "refresh: 5m")) as looked:
        world, found, steps = looked
        assert sorted(one.profile.uuid for one in found.seen) == sorted(s.build.uuid for s in world.servers())
        assert all(one.profile.egg for one in found.seen)
        assert steps[-1] == (20, 20)


def test_a_panel_that_is_not_there_is_told_where_the_file_names_it(tmp_path: Path) -> None:
    (tmp_path / "automaton.yml").write_text(
        "panels:\n  main: {url: 'http://127.0.0.1:9', keys: {env: KEY}}\n"
    )
    configuration = load_configuration(tmp_path / "automaton.yml", {"KEY": "ptlc_key"}).or_raise()

    (problem,) = judged(configuration, lambda done, of: None)

    assert str(problem) == (
        f"{tmp_path}/automaton.yml:2:3: error: main: the Panel does not answer: nobody listens there"
    )


def test_without_readable_keys_nobody_is_asked_and_it_is_said_how_to(tmp_path: Path) -> None:
    """And not as weather, with the exit code for trying again: it would be the same for ever."""
    (tmp_path / "automaton.yml").write_text("panels: {main: {url: 'https://x', keys: {credential: k}}}\n")
    configuration = load_configuration(tmp_path / "automaton.yml", {}, in_service=False).or_raise()

    (problem,) = judged(configuration, lambda done, of: None)
    assert (problem.code, problem.severity) == ("keys-not-readable", "error")
    assert (problem.file, problem.line, problem.column) == (str(tmp_path / "automaton.yml"), 1, 41)
    assert "CREDENTIALS_DIRECTORY=/run/credentials/automaton.service automaton check" in problem.message
    code = check([], tmp_path / "automaton.yml", strict=False, as_json=True, online=lambda _: [problem])
    assert code == 78
